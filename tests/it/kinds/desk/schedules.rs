//! Schedules: agents that exist only through them, hours in words, skills whose other end is at the skill.

use super::*;

fn schedules(inside: &str) -> String {
    it(&format!(
        "    skills:\n      network: {{ name: 网络 }}\n      print: {{ name: 打印 }}\n    schedules:\n{inside}"
    ))
}

const HOURS: &str = "hours: [{ days: weekdays, from: \"9:00\", to: \"18:00\" }, { days: [sat], from: \"10:00\", to: \"24:00\" }]";

async fn agent(world: &World, id: &str) -> Option<Value> {
    let key = person(world, id).await;
    rows(world, "helpdesk_agents").await.into_iter().find(|row| row["user"] == key)
}

async fn skill(world: &World, name: &str) -> Value {
    named(&rows(world, "helpdesk_skills").await, "name", name)["skill_id"].clone()
}

#[tokio::test]
async fn an_agent_is_made_changed_and_taken_away() {
    let world = office().await;
    let plan =
        converge(&world, &schedules(&format!("      bob: {{ agent: bob, {HOURS}, skills: [network] }}\n")))
            .await;
    assert!(waits(&plan, "helpdesk.it/schedule.bob: create", "helpdesk.it/skill.network: create"));
    let row = agent(&world, "bob").await.expect("an agent");
    assert_eq!(
        row["hours"],
        json!([{ "start": 540, "end": 1080, "weekday": 10 }, { "start": 600, "end": 1440, "weekday": 6 }])
    );
    assert_eq!(row["skills"], json!([skill(&world, "网络").await]));
    let plan = converge(&world, &schedules("      bob: { agent: bob, hours: [{ days: every_day, from: \"00:00\", to: \"24:00\" }], skills: [print] }\n")).await;
    assert_eq!(steps(&plan), ["helpdesk.it/schedule.bob: update hours, skills"]);
    let row = agent(&world, "bob").await.expect("an agent");
    assert_eq!(
        (&row["hours"][0]["weekday"], &row["skills"]),
        (&json!(9), &json!([skill(&world, "打印").await]))
    );
    let plan = converge(&world, &it("")).await;
    assert!(
        waits(&plan, "helpdesk.it/skill.print: delete", "helpdesk.it/schedule.bob: delete"),
        "{:?}",
        steps(&plan)
    );
    assert!(agent(&world, "bob").await.is_none());
}

/// Whoever is off duty is no less there, and a day is a day however the desk spells it.
#[tokio::test]
async fn neither_the_hour_nor_the_spelling_of_the_desk_is_a_difference() {
    let world = office().await;
    let yaml = schedules(&format!(
        "      bob: {{ agent: bob, {HOURS}, skills: [network] }}\n      cai: {{ agent: cai, hours: [] }}\n"
    ));
    converge(&world, &yaml).await;
    for _ in 0..4 {
        world.tenant.step(6 * 3600).await;
        nothing_left(&world, &yaml).await;
    }
    by_hand(&world, json!({ "agent": { "user": "bob", "away": true } })).await;
    for knob in [json!({ "expand_weekdays": true }), json!({ "default_skill_shown": false })] {
        knobs(&world, knob).await;
        nothing_left(&world, &yaml).await;
    }
}

/// What a change leaves out may be cleared: so nothing is left out.
#[tokio::test]
async fn a_change_of_hours_keeps_skills_and_a_change_of_skills_hours() {
    let world = office().await;
    knobs(&world, json!({ "omitted_is_cleared": true, "expand_weekdays": true })).await;
    converge(&world, &schedules(&format!("      bob: {{ agent: bob, {HOURS}, skills: [network] }}\n"))).await;
    converge(
        &world,
        &schedules("      bob: { agent: bob, hours: [{ days: mon, from: \"09:00\", to: \"10:00\" }] }\n"),
    )
    .await;
    let row = agent(&world, "bob").await.expect("an agent");
    assert_eq!(
        (row["hours"].clone(), row["skills"].clone()),
        (json!([{ "start": 540, "end": 600, "weekday": 1 }]), json!([skill(&world, "网络").await]))
    );
    converge(&world, &schedules("      bob: { agent: bob, skills: { at_least: [print] } }\n")).await;
    let row = agent(&world, "bob").await.expect("an agent");
    assert_eq!(
        (row["hours"][0]["end"].clone(), row["skills"].as_array().expect("a list").len()),
        (json!(600), 2)
    );
}

#[tokio::test]
async fn an_agent_of_the_same_plan_is_named_by_the_open_id_that_they_get() {
    let world = office().await;
    let people = format!(
        "{PEOPLE}  dan: {{ name: 丹, mobile: \"+8613044444444\", departments: [lab], employee_type: regular, on_delete: {{ default: ann }} }}\n"
    );
    let yaml = format!("{people}{}", schedules("      dan: { agent: dan, skills: [network] }\n"));
    let plan = converge(&world, &yaml).await;
    assert!(waits(&plan, "helpdesk.it/schedule.dan: create", "user.dan: create"), "{:?}", steps(&plan));
    assert!(agent(&world, "dan").await.is_some());
    // And goes before them.
    let plan = converge(&world, &schedules("      bob: { agent: bob }\n")).await;
    assert!(waits(&plan, "user.dan: delete", "helpdesk.it/schedule.dan: delete"), "{:?}", steps(&plan));
}

/// A change of a skill sends its agents along, and whoever is gone by then is none: the write would be refused.
#[tokio::test]
async fn a_skill_is_changed_before_one_of_its_agents_goes() {
    let world = office().await;
    let people = format!(
        "{PEOPLE}  dan: {{ name: 丹, mobile: \"+8613044444444\", departments: [lab], employee_type: regular, on_delete: {{ default: ann }} }}\n"
    );
    let agents = "    schedules:\n      bob: { agent: bob, skills: [network] }\n";
    let with =
        |name: &str, agents: &str| it(&format!("    skills:\n      network: {{ name: {name} }}\n{agents}"));
    converge(&world, &format!("{people}{}", with("网络", agents))).await;
    let id = skill(&world, "网络").await;
    by_hand(&world, json!({ "agent": { "user": "dan", "skills": [id] } })).await;
    let plan = converge(&world, &with("Netz", "")).await;
    let rename = "helpdesk.it/skill.network: rename";
    assert!(waits(&plan, "user.dan: delete", rename), "{:?}", steps(&plan));
    assert!(waits(&plan, "helpdesk.it/schedule.bob: delete", rename));
}

#[tokio::test]
async fn another_agent_is_another_schedule_also_when_two_change_places() {
    let world = office().await;
    let with = |a: &str, b: &str| {
        schedules(&format!(
            "      one: {{ agent: {a}, skills: [network] }}\n      two: {{ agent: {b}, skills: [print] }}\n"
        ))
    };
    converge(&world, &with("bob", "cai")).await;
    converge(&world, &with("bob", "ann")).await;
    assert!(agent(&world, "cai").await.is_none());
    converge(&world, &with("ann", "bob")).await;
    assert_eq!(agent(&world, "bob").await.expect("an agent")["skills"], json!([skill(&world, "打印").await]));
    assert_eq!(agent(&world, "ann").await.expect("an agent")["skills"], json!([skill(&world, "网络").await]));
}

#[tokio::test]
async fn one_person_serves_at_two_desks() {
    let world = office().await;
    let desk = |key: &str, id: &str, skill: &str| {
        format!(
            "  {key}:\n    helpdesk_id: \"{id}\"\n    token_variable: {VARIABLE}\n    skills: {{ s: {{ name: {skill} }} }}\n    schedules: {{ bob: {{ agent: bob, skills: [s] }} }}\n"
        )
    };
    let yaml = format!("helpdesks:\n{}{}", desk("it", DESK, "网络"), desk("hr", OTHER, "网络"));
    let plan = converge(&world, &yaml).await;
    assert_eq!(steps(&plan).len(), 4);
    let other = rows_of(&world, "helpdesk_agents", OTHER).await;
    let theirs = rows_of(&world, "helpdesk_skills", OTHER).await[1]["skill_id"].clone();
    assert_eq!(other[0]["skills"], json!([theirs]));
    forget(&world).await;
    assert_eq!(steps(&converge(&world, &yaml).await), [""; 0]);
}

#[tokio::test]
async fn an_answer_that_was_lost_is_found_again_and_a_lost_state_adopts() {
    let world = office().await;
    let yaml = schedules(&format!("      bob: {{ agent: bob, {HOURS}, skills: [network] }}\n"));
    lose(&world, "/agent_schedules").await;
    lost(&world, &yaml).await;
    assert_eq!(steps(&converge(&world, &yaml).await), [""; 0]);
    forget(&world).await;
    assert_eq!(steps(&converge(&world, &yaml).await), [""; 0]);
    // Found by the agent, however they are named.
    forget(&world).await;
    assert_eq!(
        steps(&converge(&world, &yaml.replace("agent: bob", "agent: { mobile: \"+8613022222222\" }")).await),
        [""; 0]
    );
}

#[tokio::test]
async fn the_default_skill_is_not_for_a_schedule_to_give() {
    let world = office().await;
    let yaml = it(
        "    skills:\n      base: { name: 默认技能 }\n    schedules:\n      bob: { agent: bob, skills: [base] }\n",
    );
    let why = refused(&world, &yaml).await;
    assert!(why.contains("plan::default_skill"), "{why}");
}

#[tokio::test]
async fn skills_given_by_hand_are_drift() {
    let world = office().await;
    let yaml = schedules("      bob: { agent: bob, skills: [network] }\n");
    converge(&world, &yaml).await;
    by_hand(&world, json!({ "agent": { "user": "bob", "skills": [skill(&world, "打印").await] } })).await;
    let plan = planned(&world, &yaml).await;
    let drift: Vec<&str> =
        plan.changes.iter().flat_map(|c| &c.drift).map(|field| field.name.as_str()).collect();
    assert_eq!(drift, ["skills"]);
    converge(&world, &yaml).await;
    assert_eq!(agent(&world, "bob").await.expect("an agent")["skills"], json!([skill(&world, "网络").await]));
}

#[tokio::test]
async fn what_could_not_be_listed_is_not_absent() {
    let world = office().await;
    let yaml = schedules("      bob: { agent: bob, skills: [network] }\n");
    converge(&world, &yaml).await;
    let effect = json!({ "answer": { "status": 400, "code": 154_000 } });
    world
        .tenant
        .faults(json!({ "endpoint": "GET /open-apis/helpdesk/v1/agent_schedules", "effect": effect }))
        .await;
    forget(&world).await;
    let plan = planned(&world, &yaml).await;
    assert!(steps(&plan).iter().all(|step| !step.contains("schedule")), "{:?}", steps(&plan));
    assert!(
        plan.blocked.iter().any(|b| b.address.to_string() == "helpdesk.it/schedule.bob"),
        "{:?}",
        plan.blocked
    );
}

#[test]
fn what_cannot_be_is_told_without_a_tenant() {
    let hours = |rows: &str| schedules(&format!("      bob: {{ agent: bob, hours: {rows} }}\n"));
    assert_eq!(problems(&hours("[{ days: mon, from: \"18:00\", to: \"09:00\" }]")), ["schedule::hours"]);
    assert_eq!(problems(&hours("[{ days: mon, from: \"18:00\", to: \"18:00\" }]")), ["schedule::hours"]);
    let both =
        "[{ days: mon, from: \"08:00\", to: \"18:00\" }, { days: weekdays, from: \"17:00\", to: \"19:00\" }]";
    assert_eq!(problems(&hours(both)), ["schedule::hours"]);
    assert_eq!(problems(&hours("[{ days: mon, from: \"08:00\", to: \"24:01\" }]")).len(), 1);
    let twice = schedules("      one: { agent: bob }\n      two: { agent: bob }\n");
    assert_eq!(problems(&twice), ["check::same_natural_key"]);
}
