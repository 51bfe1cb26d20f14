//! Skills: two shapes of a write, two views of who has one.

use serde_json::{Value, json};

use super::{App, Office, Owner, each, lenient, office};

async fn names(o: &Office) -> Vec<Value> {
    each(&o.get("/agent_skills").await["agent_skills"], "name")
}

async fn members(o: &Office, id: &str) -> Value {
    o.get(&format!("/agent_skills/{id}")).await["agent_skill"]["agent_ids"].clone()
}

fn city() -> Value {
    json!({ "id": "3", "selected_operator": 5, "operand": "{\"city\":\"上海\"}" })
}

#[tokio::test]
async fn made_bare_answered_with_an_id_and_nothing_else() {
    let o = office().await;
    let made = o.ok(Owner, "POST", "/agent_skills", json!({ "name": "net", "rules": [city()] })).await;
    let id = made["agent_skill_id"].as_str().expect("id");
    assert_eq!(made.as_object().expect("object").len(), 1);
    let listed = o.get("/agent_skills").await["agent_skills"].clone();
    assert_eq!(
        listed[1],
        json!({ "id": id, "name": "net", "agent_ids": [], "is_default": false }),
        "no rules in the list"
    );
    let one = o.get(&format!("/agent_skills/{id}")).await["agent_skill"].clone();
    assert_eq!(one["rules"][0]["id"], "3");
    assert_eq!(one["agents"], json!([]));
}

#[tokio::test]
async fn changed_wrapped_and_not_bare() {
    let o = lenient().await;
    let id = o.skill("net").await;
    let path = format!("/agent_skills/{id}");
    o.refused(Owner, "PATCH", &path, json!({ "name": "web" }), (400, 154_000)).await;
    o.refused(Owner, "POST", "/agent_skills", json!({ "agent_skill": { "name": "x" } }), (400, 154_000))
        .await;
    assert_eq!(o.ok(Owner, "PATCH", &path, json!({ "agent_skill": { "name": "web" } })).await, json!({}));
    assert_eq!(names(&o).await, ["默认技能", "web"], "the id stays");
}

#[tokio::test]
async fn a_change_keeps_what_it_leaves_out() {
    let o = office().await;
    let agent = o.open_id("agent").await;
    let body = json!({ "name": "net", "rules": [city()], "agent_ids": [agent] });
    let made = o.ok(Owner, "POST", "/agent_skills", body).await;
    let path = format!("/agent_skills/{}", made["agent_skill_id"].as_str().expect("id"));
    let patch = |said: Value| o.ok(Owner, "PATCH", &path, json!({ "agent_skill": said }));
    let read = || async {
        let skill = o.get(&path).await["agent_skill"].clone();
        let len = |name: &str| skill[name].as_array().expect("list").len();
        (len("rules"), len("agent_ids"))
    };
    patch(json!({ "name": "web" })).await;
    assert_eq!(read().await, (1, 1));
    patch(json!({ "rules": [] })).await;
    assert_eq!(read().await, (0, 1));
    patch(json!({ "rules": [city(), city()], "agent_ids": [] })).await;
    assert_eq!(read().await, (2, 0), "replaced as a whole");
    o.knobs(json!({ "omitted_is_cleared": true })).await;
    patch(json!({ "name": "dns" })).await;
    assert_eq!(read().await, (0, 0));
}

#[tokio::test]
async fn two_views_of_one_relation() {
    let o = office().await;
    let agent = o.open_id("agent").await;
    let (net, web) = (o.skill("net").await, o.skill("web").await);
    let schedule = format!("/agents/{agent}/schedules");
    let skills = || async { each(&o.get(&schedule).await["agent_schedule"]["agent_skills"], "id") };
    let own = || async { skills().await.into_iter().skip(1).collect::<Vec<_>>() };
    // From the side of the schedule.
    let said = json!({ "agent_schedule": { "agent_skill_ids": [net] } });
    o.ok(Owner, "PATCH", &schedule, said).await;
    assert_eq!(members(&o, &net).await, json!([agent]));
    assert_eq!(own().await, [json!(net)]);
    // From the side of the skill.
    let join = json!({ "agent_skill": { "agent_ids": [agent] } });
    o.ok(Owner, "PATCH", &format!("/agent_skills/{web}"), join).await;
    assert_eq!(own().await, [json!(net), json!(web)]);
    let leave = json!({ "agent_skill": { "agent_ids": [] } });
    o.ok(Owner, "PATCH", &format!("/agent_skills/{net}"), leave).await;
    assert_eq!(own().await, [json!(web)]);
    // And it ends with the agent.
    o.ok(Owner, "DELETE", &schedule, Value::Null).await;
    assert_eq!(members(&o, &web).await, json!([]));
}

#[tokio::test]
async fn only_agents_have_skills() {
    let o = office().await;
    let ann = o.open_id("ann").await;
    for ids in [json!([ann]), json!(["ou_nobody"])] {
        let body = json!({ "name": "net", "agent_ids": ids });
        o.refused(Owner, "POST", "/agent_skills", body, (400, 154_000)).await;
    }
    assert_eq!(names(&o).await, ["默认技能"]);
}

#[tokio::test]
async fn the_default_skill_is_everybodys_and_stays() {
    let o = office().await;
    let agent = o.open_id("agent").await;
    let default = o.get("/agent_skills").await["agent_skills"][0].clone();
    assert_eq!((&default["is_default"], &default["agent_ids"]), (&json!(true), &json!([agent])));
    let path = format!("/agent_skills/{}", default["id"].as_str().expect("id"));
    o.refused(Owner, "DELETE", &path, Value::Null, (400, 154_000)).await;
    let nobody = json!({ "agent_skill": { "agent_ids": [], "name": "all" } });
    o.ok(Owner, "PATCH", &path, nobody).await;
    let read = o.get(&path).await["agent_skill"].clone();
    assert_eq!((&read["name"], &read["agent_ids"]), (&json!("all"), &json!([agent])));
}

#[tokio::test]
async fn a_skill_that_somebody_has_cannot_go() {
    let o = office().await;
    let agent = o.open_id("agent").await;
    let made = o.ok(Owner, "POST", "/agent_skills", json!({ "name": "net", "agent_ids": [agent] })).await;
    let path = format!("/agent_skills/{}", made["agent_skill_id"].as_str().expect("id"));
    o.refused(Owner, "DELETE", &path, Value::Null, (400, 154_000)).await;
    o.ok(Owner, "PATCH", &path, json!({ "agent_skill": { "agent_ids": [] } })).await;
    assert_eq!(o.ok(Owner, "DELETE", &path, Value::Null).await, json!({}));
    for (method, body) in
        [("GET", Value::Null), ("DELETE", Value::Null), ("PATCH", json!({ "agent_skill": {} }))]
    {
        let by = if method == "GET" { App } else { Owner };
        o.refused(by, method, &path, body, (400, 154_000)).await;
    }
}

#[tokio::test]
async fn names_are_no_keys_unless_the_knob_says_so() {
    let o = office().await;
    o.skill("net").await;
    o.skill("net").await;
    assert_eq!(names(&o).await, ["默认技能", "net", "net"]);
    o.knobs(json!({ "unique_names": true })).await;
    o.refused(Owner, "POST", "/agent_skills", json!({ "name": "net" }), (400, 154_000)).await;
    for empty in [json!({}), json!({ "name": "" }), json!({ "name": " " })] {
        o.refused(Owner, "POST", "/agent_skills", empty, (400, 154_000)).await;
    }
}

/// A few hundred writes from both sides, drawn by a fixed seed, against a set of pairs kept beside them.
#[tokio::test]
async fn both_sides_agree_whatever_was_written_where() {
    let o = office().await;
    let people = [o.open_id("agent").await, o.open_id("ann").await, o.open_id("bob").await];
    for person in &people[1..] {
        let body = json!({ "agent_schedules": [{ "agent_id": person }] });
        o.ok(Owner, "POST", "/agent_schedules", body).await;
    }
    let mut skills = Vec::new();
    for name in ["a", "b", "c", "d"] {
        skills.push(o.skill(name).await);
    }
    let mut pairs = std::collections::BTreeSet::new();
    let mut state = 20_261_122_u64;
    let mut draw = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("small") % below
    };
    for _ in 0..300 {
        if draw(2) == 0 {
            let person = &people[draw(people.len())];
            let has: Vec<&String> = skills.iter().filter(|_| draw(2) == 0).collect();
            pairs.retain(|(_, other)| other != person);
            pairs.extend(has.iter().map(|skill| ((*skill).clone(), person.clone())));
            let body = json!({ "agent_schedule": { "agent_skill_ids": has } });
            o.ok(Owner, "PATCH", &format!("/agents/{person}/schedules"), body).await;
        } else {
            let skill = &skills[draw(skills.len())];
            let who: Vec<&String> = people.iter().filter(|_| draw(2) == 0).collect();
            pairs.retain(|(other, _)| other != skill);
            pairs.extend(who.iter().map(|person| (skill.clone(), (*person).clone())));
            let body = json!({ "agent_skill": { "agent_ids": who } });
            o.ok(Owner, "PATCH", &format!("/agent_skills/{skill}"), body).await;
        }
        let mut seen = std::collections::BTreeSet::new();
        for listed in o.get("/agent_skills").await["agent_skills"].as_array().expect("list") {
            if listed["is_default"] == false {
                let ids = listed["agent_ids"].as_array().expect("ids").iter();
                seen.extend(ids.map(|id| (super::text(&listed["id"]), super::text(id))));
            }
        }
        assert_eq!(seen, pairs, "from the side of the skills");
        let schedules = o.get("/agent_schedules?status=1&status=2&status=3").await;
        let mut seen = std::collections::BTreeSet::new();
        for listed in schedules["agent_schedules"].as_array().expect("list") {
            let own = listed["agent_skills"].as_array().expect("skills").iter();
            let own = own.filter(|skill| skill["is_default"] == false);
            seen.extend(own.map(|skill| (super::text(&skill["id"]), super::text(&listed["agent"]["id"]))));
        }
        assert_eq!(seen, pairs, "from the side of the schedules");
    }
}
