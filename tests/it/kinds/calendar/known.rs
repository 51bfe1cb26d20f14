//! Which calendar and which event is which: lost states, lost answers, other keys, what was deleted by hand.

use serde_json::{Value, json};

use super::{apply, calendars, converge, events, forget, id, office, planned, refused, steps};

const YAML: &str = "
calendars:
  a:
    name: 假期
    writers: [ann]
    events:
      one: { title: 国庆节, all_day: { from: 2026-10-01, to: 2026-10-07 }, show_as: free }
      two: { title: 大会, at: { start: 2026-09-04T10:00, minutes: 60 }, attendees: [bob] }
  b:
    name: 假期
    events:
      one: { title: 国庆节, all_day: { from: 2026-10-01, to: 2026-10-07 }, show_as: free }
";

#[tokio::test]
async fn a_lost_state_is_found_again_and_nothing_is_made_twice() {
    let world = office().await;
    converge(&world, YAML).await;
    let ids = async || events(&world).await.iter().map(id).collect::<Vec<_>>();
    let before = ids().await;
    forget(&world).await;
    let plan = planned(&world, YAML).await;
    let touched: Vec<&str> = steps(&plan).into_iter().filter(|s| s.starts_with("calendar")).collect();
    assert!(touched.is_empty(), "{touched:?}");
    apply(&world, YAML).await;
    assert_eq!((ids().await, calendars(&world).await.len()), (before, 2));
}

#[tokio::test]
async fn an_answer_that_got_lost_makes_nothing_twice() {
    for endpoint in [
        "POST /open-apis/calendar/v4/calendars",
        "POST /open-apis/calendar/v4/calendars/:calendar_id/events",
        "POST /open-apis/calendar/v4/calendars/:calendar_id/acls",
        "POST /open-apis/calendar/v4/calendars/:calendar_id/events/:event_id/attendees",
    ] {
        let world = office().await;
        converge(&world, "").await;
        world.tenant.faults(json!({ "endpoint": endpoint, "effect": "cut_after", "times": 1 })).await;
        let yaml = format!("{}{YAML}", super::PEOPLE);
        world.apply(&yaml).await.expect("a plan");
        apply(&world, YAML).await;
        converge(&world, YAML).await;
        assert_eq!((calendars(&world).await.len(), events(&world).await.len()), (2, 3), "{endpoint}");
        let hall = events(&world).await;
        let guests: usize = hall.iter().filter_map(|e| e["attendees"].as_array().map(Vec::len)).sum();
        assert_eq!(guests, 1, "{endpoint}");
    }
}

#[tokio::test]
async fn what_was_deleted_by_hand_is_made_again() {
    let world = office().await;
    converge(&world, YAML).await;
    let event = id(&events(&world).await[0]);
    world.tenant.act(json!({ "action": "calendar_event", "event": event, "cancel": true })).await;
    converge(&world, YAML).await;
    assert_eq!(events(&world).await.len(), 3);
    for calendar in calendars(&world).await {
        world
            .tenant
            .act(json!({ "action": "calendar", "calendar": calendar["calendar_id"], "delete": true }))
            .await;
    }
    converge(&world, YAML).await;
    assert_eq!((calendars(&world).await.len(), events(&world).await.len()), (2, 3));
    // Gone together with what was on it: nothing is left to delete.
    for calendar in calendars(&world).await {
        world
            .tenant
            .act(json!({ "action": "calendar", "calendar": calendar["calendar_id"], "delete": true }))
            .await;
    }
    let plan = apply(&world, "").await;
    assert!(!steps(&plan).iter().any(|s| s.starts_with("calendar")), "{:?}", steps(&plan));
}

#[tokio::test]
async fn another_key_is_no_other_thing() {
    let world = office().await;
    converge(&world, YAML).await;
    let ids = async || events(&world).await.iter().map(id).collect::<Vec<_>>();
    let before = ids().await;
    // An event, by itself.
    let renamed = YAML.replace("      two:", "      meeting:");
    let plan = converge(&world, &renamed).await;
    assert!(plan.steps.is_empty(), "{:?}", steps(&plan));
    // A calendar, by `moved:`, with everything on it.
    let moved = format!(
        "\nmoved: [{{ from: calendar.a, to: calendar.z }}]{}",
        renamed.replace("\n  a:\n", "\n  z:\n")
    );
    let plan = apply(&world, &moved).await;
    assert!(!steps(&plan).iter().any(|s| s.contains("event")), "{:?}", steps(&plan));
    assert_eq!(ids().await, before);
    assert!(planned(&world, &moved).await.is_empty());
}

#[tokio::test]
async fn a_calendar_of_the_app_is_taken_over_with_what_is_on_it_and_marked() {
    let world = office().await;
    converge(&world, "").await;
    let v4 = "/open-apis/calendar/v4/calendars";
    let made = world.tenant.ok("POST", v4, json!({ "summary": "旧日历" })).await["calendar"].clone();
    let calendar = made["calendar_id"].as_str().expect("id");
    let path = format!("{v4}/{}/events", calendar.replace('@', "%40"));
    let day = json!({ "date": "2026-10-01" });
    world.tenant.ok("POST", &path, json!({ "summary": "国庆节", "start_time": day, "end_time": day })).await;
    let yaml = format!(
        "\nimport: {{ calendar.old: \"{calendar}\" }}\ncalendars:\n  old:\n    name: 旧日历\n    events:\n      one: {{ title: 国庆节, all_day: {{ from: 2026-10-01 }} }}\n"
    );
    apply(&world, &yaml).await;
    assert_eq!((calendars(&world).await.len(), events(&world).await.len()), (1, 1));
    let views = super::rows(&world, "calendar_views").await;
    assert_eq!(
        views.iter().find(|v| v["calendar_id"] == calendar).expect("a view")["alias"],
        "larkctl:calendar.old"
    );
    assert!(planned(&world, &yaml).await.is_empty());
}

#[tokio::test]
async fn a_calendar_of_which_the_app_is_no_owner_cannot_be_managed() {
    let world = office().await;
    converge(&world, "").await;
    let token = world.tenant.login("ann", "calendar:calendar").await.access;
    let body = json!({ "summary": "安的日历", "permissions": "public" });
    let made =
        world.tenant.send("POST", "/open-apis/calendar/v4/calendars", Some(&token), Some(body)).await.body;
    let calendar = made["data"]["calendar"]["calendar_id"].as_str().expect("id").to_owned();
    let yaml = format!("\nimport: {{ calendar.c: \"{calendar}\" }}\ncalendars:\n  c: {{ name: 我们的 }}\n");
    assert!(refused(&world, &yaml).await.contains("no owner"));
    let path = format!("/open-apis/calendar/v4/calendars/{}", calendar.replace('@', "%40"));
    world.tenant.send("PATCH", &path, Some(&token), Some(json!({ "permissions": "private" }))).await;
    let plan = planned(&world, &yaml).await;
    assert!(plan.steps.is_empty());
    let remedy = plan.blocked[0].remedy.clone().unwrap_or_default();
    assert!(remedy.contains("owner"), "{remedy}");
}

#[tokio::test]
async fn lists_that_fail_leave_everything_unknown() {
    for endpoint in
        ["GET /open-apis/calendar/v4/calendars", "GET /open-apis/calendar/v4/calendars/:calendar_id/events"]
    {
        let world = office().await;
        converge(&world, YAML).await;
        forget(&world).await;
        let fail =
            json!({ "endpoint": endpoint, "effect": { "answer": { "status": 400, "code": 190_002 } } });
        world.tenant.faults(fail).await;
        let plan = planned(&world, YAML).await;
        let made: Vec<&str> = steps(&plan).into_iter().filter(|s| s.contains("event")).collect();
        assert!(made.is_empty(), "{endpoint}: {made:?}");
        assert!(!plan.blocked.is_empty(), "{endpoint}");
    }
}

#[tokio::test]
async fn without_a_bot_it_is_said_what_to_do() {
    let world = office().await;
    converge(&world, "").await;
    world
        .tenant
        .act(json!({ "action": "app", "app_id": crate::support::APP, "set": { "bot": false } }))
        .await;
    let plan = world.plan("version: 1\ncalendars:\n  c: { name: 日历 }\n").await.expect("a plan");
    let remedies: Vec<Value> = plan.blocked.iter().map(|b| json!(b.remedy)).collect();
    assert!(serde_json::to_string(&remedies).expect("json").contains("bot"), "{remedies:?}");
}

#[tokio::test]
async fn reading_takes_a_list_a_calendar_and_a_list_an_event_with_guests() {
    let world = office().await;
    converge(&world, YAML).await;
    world.tenant.send("DELETE", "/_sandbox/requests", None, None).await;
    planned(&world, YAML).await;
    let report = world.tenant.send("GET", "/_sandbox/requests?last=0", None, None).await.body;
    let calls = |endpoint: &str| {
        report["endpoints"][format!("GET /open-apis/calendar/v4/calendars{endpoint}")]["calls"].as_i64()
    };
    assert_eq!(calls("/:calendar_id/events"), Some(2));
    assert_eq!(calls("/:calendar_id/events/:event_id/attendees"), Some(1));
    assert_eq!(calls("/:calendar_id/acls"), Some(1));
}
