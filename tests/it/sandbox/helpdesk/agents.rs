//! Agents and their schedules.

use serde_json::{Value, json};

use super::{Agent, App, Guest, Office, Owner, each, hours, office};

const ALL: &str = "/agent_schedules?status=1&status=2&status=3";

fn batch(items: Value) -> Value {
    json!({ "agent_schedules": items })
}

fn of(agent: &str, schedule: Value) -> Value {
    json!({ "agent_id": agent, "schedule": schedule })
}

/// Names of those who are listed under these statuses.
async fn listed(o: &Office, query: &str) -> Vec<Value> {
    let data = o.get(&format!("/agent_schedules?{query}")).await;
    let agents = data["agent_schedules"].as_array().expect("list");
    agents.iter().map(|a| a["agent"]["name"].clone()).collect()
}

#[tokio::test]
async fn a_schedule_makes_an_agent_and_its_end_removes_them() {
    let o = office().await;
    let ann = o.open_id("ann").await;
    let path = format!("/agents/{ann}/schedules");
    o.refused(App, "GET", &path, Value::Null, (400, 154_000)).await;
    let made = o.ok(Owner, "POST", "/agent_schedules", batch(json!([of(&ann, json!([]))]))).await;
    assert_eq!(made, json!({}), "no item, no id");
    let read = o.get(&path).await["agent_schedule"].clone();
    assert_eq!(read["agent"]["id"], json!(ann));
    assert_eq!(read["agent"]["name"], "ann");
    assert_eq!(read["agent"]["department"], "d1");
    assert_eq!(listed(&o, "status=1&status=2&status=3").await, ["agent", "ann"]);
    o.ok(Owner, "DELETE", &path, Value::Null).await;
    o.refused(App, "GET", &path, Value::Null, (400, 154_000)).await;
    o.refused(Owner, "DELETE", &path, Value::Null, (400, 154_000)).await;
    assert_eq!(listed(&o, "status=1&status=2&status=3").await, ["agent"]);
    assert_eq!(listed(&o, "status=4").await, ["ann"], "removed, not forgotten");
    // And back.
    o.ok(Owner, "POST", "/agent_schedules", batch(json!([of(&ann, json!([]))]))).await;
    assert_eq!(listed(&o, "status=4").await, [""; 0]);
}

#[tokio::test]
async fn the_list_wants_a_status_repeated_and_of_the_known_ones() {
    let o = office().await;
    for query in ["", "?status=0", "?status=5", "?status=1&status=5"] {
        o.refused(App, "GET", &format!("/agent_schedules{query}"), Value::Null, (400, 154_000)).await;
    }
    o.refused(App, "GET", "/agent_schedules?status=1,2", Value::Null, (400, 99_992_402)).await;
    o.get("/agent_schedules?status=1&status=2&status=3&status=4").await;
}

#[tokio::test]
async fn the_status_follows_the_clock() {
    let o = office().await;
    let id = o.open_id("agent").await;
    let path = format!("/agents/{id}/schedules");
    let now = o.t.engine.clock.now();
    // The sandbox counts in Beijing.
    let minute = (now + 8 * 3_600_000).rem_euclid(86_400_000) / 60_000;
    let (from, to) = if minute < 720 { (720, 1440) } else { (0, 720) };
    let clock = |m: i64| format!("{:02}:{:02}", m / 60, m % 60);
    let body = json!({ "agent_schedule": { "schedule": [hours(&clock(from), &clock(to), 9)] } });
    o.ok(Owner, "PATCH", &path, body).await;
    let status = || async { o.get(&path).await["agent_schedule"]["status"].clone() };
    assert_eq!(status().await, 3, "off duty");
    assert_eq!(listed(&o, "status=1").await, [""; 0], "a read at night");
    let wait = (from - minute).rem_euclid(1440) + 1;
    o.t.step(wait.unsigned_abs() * 60).await;
    let mut o = o;
    o.t.renew().await;
    let o = o;
    let status = || async { o.get(&path).await["agent_schedule"]["status"].clone() };
    assert_eq!(status().await, 1, "online");
    let agent = o.t.login("agent", "helpdesk:all").await.access;
    let presence = |status: i64| {
        let (o, agent, path) = (&o, &agent, format!("/agents/{id}"));
        async move {
            let body = json!({ "status": status });
            let answer = o.send(agent, Some(&o.header), "PATCH", &path, body).await;
            (answer.status, answer.code())
        }
    };
    assert_eq!(presence(2).await, (200, 0));
    assert_eq!(status().await, 2, "offline by hand");
    assert_eq!(listed(&o, "status=2").await, ["agent"]);
    assert_eq!(presence(1).await, (200, 0));
    assert_eq!(status().await, 1);
    for wrong in [0, 3, 4] {
        assert_eq!(presence(wrong).await, (400, 150_001));
    }
}

#[tokio::test]
async fn only_oneself_and_administrators_say_who_is_there() {
    let o = office().await;
    let (agent, ann) = (o.open_id("agent").await, o.open_id("ann").await);
    let path = format!("/agents/{agent}");
    o.ok(Agent, "PATCH", &path, json!({ "status": 2 })).await;
    o.ok(Owner, "PATCH", &path, json!({ "status": 1 })).await;
    o.refused(Guest, "PATCH", &path, json!({ "status": 2 }), (403, 154_003)).await;
    o.refused(Owner, "PATCH", &format!("/agents/{ann}"), json!({ "status": 2 }), (400, 154_000)).await;
}

#[tokio::test]
async fn hours_are_spans_of_a_day_on_known_days() {
    let o = office().await;
    let path = format!("/agents/{}/schedules", o.open_id("agent").await);
    let write = |span: Value| {
        let (o, path) = (&o, path.clone());
        async move {
            let body = json!({ "agent_schedule": { "schedule": [span] } });
            let answer = o.ask(Owner, "PATCH", &path, body).await;
            (answer.status, answer.code())
        }
    };
    for good in [
        hours("00:00", "24:00", 9),
        hours("00:00", "23:59", 10),
        hours("9:00", "18:30", 11),
        hours("09:00", "9:01", 1),
        hours("09:00", "18:00", 7),
    ] {
        assert_eq!(write(good.clone()).await, (200, 0), "{good}");
    }
    for bad in [
        hours("09:00", "18:00", 0),
        hours("09:00", "18:00", 8),
        hours("09:00", "18:00", 12),
        hours("18:00", "09:00", 1),
        hours("09:00", "09:00", 1),
        hours("09:00", "24:01", 1),
        hours("09:60", "18:00", 1),
        hours("9", "18:00", 1),
        hours("009:00", "18:00", 1),
        hours("", "18:00", 1),
        json!({ "start_time": "09:00", "end_time": "18:00" }),
        json!({ "end_time": "18:00", "weekday": 1 }),
    ] {
        assert_eq!(write(bad.clone()).await, (400, 154_000), "{bad}");
    }
    let read = o.get(&path).await["agent_schedule"]["schedule"].clone();
    assert_eq!(read, json!([hours("09:00", "18:00", 7)]), "what was refused changed nothing");
}

#[tokio::test]
async fn hours_come_back_in_no_order_padded_and_expanded_on_demand() {
    let o = office().await;
    let path = format!("/agents/{}/schedules", o.open_id("agent").await);
    let written = json!([hours("13:00", "18:00", 10), hours("9:00", "24:00", 11)]);
    o.ok(Owner, "PATCH", &path, json!({ "agent_schedule": { "schedule": written } })).await;
    let read = || async { o.get(&path).await["agent_schedule"]["schedule"].clone() };
    assert_eq!(read().await, json!([hours("09:00", "24:00", 11), hours("13:00", "18:00", 10)]));
    o.knobs(json!({ "expand_weekdays": true })).await;
    assert_eq!(each(&read().await, "weekday"), [6, 7, 1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn a_change_keeps_what_it_leaves_out_and_clears_what_is_empty() {
    let o = office().await;
    let agent = o.open_id("agent").await;
    let path = format!("/agents/{agent}/schedules");
    let skill = o.skill("s").await;
    let whole = json!({ "schedule": [hours("09:00", "18:00", 9)], "agent_skill_ids": [skill] });
    let patch = |said: Value| o.ok(Owner, "PATCH", &path, json!({ "agent_schedule": said }));
    let read = || async {
        let read = o.get(&path).await["agent_schedule"].clone();
        (read["schedule"].as_array().expect("list").len(), each(&read["agent_skills"], "name"))
    };
    patch(whole.clone()).await;
    patch(json!({})).await;
    assert_eq!(read().await, (1, vec![json!("默认技能"), json!("s")]));
    patch(json!({ "agent_skill_ids": [] })).await;
    assert_eq!(read().await, (1, vec![json!("默认技能")]));
    patch(whole.clone()).await;
    patch(json!({ "schedule": [] })).await;
    assert_eq!(read().await, (0, vec![json!("默认技能"), json!("s")]));
    o.knobs(json!({ "omitted_is_cleared": true, "default_skill_shown": false })).await;
    patch(json!({ "schedule": [hours("09:00", "18:00", 9)] })).await;
    assert_eq!(read().await, (1, vec![]));
}

#[tokio::test]
async fn a_change_is_wrapped_and_a_batch_is_not_empty() {
    let o = office().await;
    let path = format!("/agents/{}/schedules", o.open_id("agent").await);
    o.refused(Owner, "PATCH", &path, json!({}), (400, 154_000)).await;
    o.refused(Owner, "PATCH", &path, json!({ "schedule": [] }), (400, 99_992_402)).await;
    o.refused(Owner, "POST", "/agent_schedules", json!({}), (400, 154_000)).await;
    o.refused(Owner, "POST", "/agent_schedules", batch(json!([])), (400, 154_000)).await;
}

#[tokio::test]
async fn one_bad_item_spoils_the_batch() {
    let o = office().await;
    let (ann, bob, agent) = (o.open_id("ann").await, o.open_id("bob").await, o.open_id("agent").await);
    let good = of(&ann, json!([hours("09:00", "18:00", 9)]));
    for bad in [
        of("ou_nobody", json!([])),
        of(&agent, json!([])),
        of(&ann, json!([])),
        of(&bob, json!([hours("09:00", "18:00", 8)])),
        json!({ "schedule": [] }),
        json!({ "agent_id": bob, "agent_skill_ids": ["1"] }),
    ] {
        let body = batch(json!([good, bad]));
        o.refused(Owner, "POST", "/agent_schedules", body, (400, 154_000)).await;
        assert_eq!(listed(&o, "status=1&status=3").await, ["agent"], "{bad}");
    }
    o.knobs(json!({ "batches_in_part": true })).await;
    let body = batch(json!([good, of("ou_nobody", json!([]))]));
    o.refused(Owner, "POST", "/agent_schedules", body, (400, 154_000)).await;
    assert_eq!(listed(&o, "status=1&status=3").await, ["agent", "ann"], "refused, and half of it done");
    o.knobs(json!({ "schedules_overwrite": true })).await;
    o.ok(Owner, "POST", "/agent_schedules", batch(json!([of(&ann, json!([]))]))).await;
    let read = o.get(&format!("/agents/{ann}/schedules")).await;
    assert_eq!(read["agent_schedule"]["schedule"], json!([]));
}

#[tokio::test]
async fn who_resigns_serves_nowhere() {
    let o = office().await;
    let ann = o.open_id("ann").await;
    o.ok(Owner, "POST", "/agent_schedules", batch(json!([of(&ann, json!([]))]))).await;
    o.t.ok("DELETE", "/open-apis/contact/v3/users/ann?user_id_type=user_id", Value::Null).await;
    assert_eq!(listed(&o, "status=1&status=2&status=3").await, ["agent"]);
    let again = batch(json!([of(&ann, json!([]))]));
    o.refused(Owner, "POST", "/agent_schedules", again, (400, 154_000)).await;
}

#[tokio::test]
async fn addresses_are_a_map_or_a_text_that_holds_one() {
    let o = office().await;
    let path = "/open-apis/contact/v3/users/agent?user_id_type=user_id";
    o.t.ok("PATCH", path, json!({ "email": "agent@example.com" })).await;
    let map = json!({ (o.open_id("agent").await): "agent@example.com" });
    assert_eq!(o.get("/agent_emails").await["agents"], map);
    o.knobs(json!({ "emails_as_text": true })).await;
    let text = o.get("/agent_emails").await["agents"].as_str().expect("a text").to_owned();
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), map);
}

#[tokio::test]
async fn the_list_says_all_that_one_by_one_says() {
    let o = office().await;
    let data = o.get(ALL).await["agent_schedules"].clone();
    let one = o.get(&format!("/agents/{}/schedules", o.open_id("agent").await)).await;
    assert_eq!(data, json!([one["agent_schedule"]]));
}
