//! Attendees, chats, addresses and rooms.

use serde_json::{Value, json};

use super::{apply, bothered, converge, events, id, office, planned, room, steps};

fn with(guests: &str) -> String {
    format!(
        "\ncalendars:\n  c:\n    name: 日历\n    events:\n      e:\n        title: 会\n        \
         at: {{ start: 2026-09-04T10:00, minutes: 60 }}\n{guests}"
    )
}

/// Who is invited now: kind, who, whether they must.
async fn invited(world: &crate::spine::run::World) -> Vec<String> {
    let event = events(world).await[0].clone();
    let rows = event["attendees"].as_array().expect("attendees").clone();
    let mut all: Vec<String> = rows
        .iter()
        .filter(|a| a["rsvp"] != "removed")
        .map(|a| {
            let (kind, who) = a["who"].as_object().expect("who").iter().next().expect("one");
            let who = if kind == "chat" { "…".to_owned() } else { who.to_string() };
            format!("{kind} {who}{}", if a["optional"] == true { " optional" } else { "" })
        })
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn guests_come_go_and_become_optional() {
    let world = office().await;
    converge(
        &world,
        &with("        attendees: [ann, bob]\n        emails: [x@y.example]\n        chats: [all]\n"),
    )
    .await;
    let users = invited(&world).await;
    assert_eq!(users.len(), 4, "{users:?}");
    let plan = converge(
        &world,
        &with(
            "        attendees: [bob]\n        optional: [ann, cai]\n        emails: []\n        chats: []\n",
        ),
    )
    .await;
    assert_eq!(plan.steps.len(), 2, "{:?}", steps(&plan));
    let now = invited(&world).await;
    assert_eq!((now.len(), now.iter().filter(|g| g.ends_with("optional")).count()), (3, 2), "{now:?}");
    // What was declared in one list and is not any more is left alone where the list is not written.
    converge(&world, &with("        attendees: { at_least: [bob] }\n")).await;
    assert_eq!(invited(&world).await.len(), 3);
    // From a list that nobody declares into one that is: invited anew.
    converge(&world, &with("        attendees: [bob, ann]\n")).await;
    let now = invited(&world).await;
    assert_eq!(now.iter().filter(|g| g.ends_with("optional")).count(), 1, "{now:?}");
    assert_eq!(bothered(&world).await, 0);
}

#[tokio::test]
async fn what_people_answer_is_their_own_business() {
    let world = office().await;
    let yaml = with("        attendees: [ann, bob]\n");
    converge(&world, &yaml).await;
    let token = world.tenant.login("ann", "calendar:calendar calendar:calendar.event:reply").await.access;
    let id = id(&events(&world).await[0]);
    let path = format!("/open-apis/calendar/v4/calendars/primary/events/{id}/reply");
    let answer =
        world.tenant.send("POST", &path, Some(&token), Some(json!({ "rsvp_status": "decline" }))).await;
    assert_eq!(answer.code(), 0, "{}", answer.text);
    assert!(planned(&world, &yaml).await.is_empty());
}

#[tokio::test]
async fn a_room_that_has_not_answered_waits_and_one_that_declined_is_said() {
    let world = office().await;
    let rooms = "        rooms: [one, two]\n        room_contact: cai\n";
    apply(&world, &with(rooms)).await;
    let plan = planned(&world, &with(rooms)).await;
    assert!(plan.steps.is_empty(), "{:?}", steps(&plan));
    let said = |plan: &larkctl::plan::Plan| serde_json::to_value(plan).expect("json").to_string();
    assert!(said(&plan).contains("has not answered yet"));
    world.tenant.step(5).await;
    let plan = planned(&world, &with(rooms)).await;
    let text = said(&plan);
    assert!(
        text.contains(&format!("{} declined", room(&world, "two").await))
            && !text.contains("has not answered"),
        "{text}"
    );
    // Another contact means booking anew.
    let other = rooms.replace("cai", "ann").replace(", two", "");
    apply(&world, &with(&other)).await;
    world.tenant.step(5).await;
    let next = planned(&world, &with(&other)).await;
    assert!(next.is_empty(), "{:?}", steps(&next));
    let event = events(&world).await[0].clone();
    let booked =
        event["attendees"].as_array().expect("list").iter().find(|a| a["rsvp"] != "removed").cloned();
    assert_eq!(booked.expect("a room")["who"], json!({ "room": room(&world, "one").await }));
}

#[tokio::test]
async fn a_thousand_guests_are_invited_in_batches() {
    let world = office().await;
    let mails: Vec<String> = (0..1001).map(|n| format!("a{n}@y.example")).collect();
    let yaml = with(&format!("        emails: [{}]\n", mails.join(", ")));
    let plan = converge(&world, &yaml).await;
    assert_eq!(steps(&plan).iter().filter(|s| s.contains("invite")).count(), 2);
    let plan = converge(&world, &with("        emails: []\n")).await;
    assert_eq!(steps(&plan).iter().filter(|s| s.contains("remove")).count(), 3);
    assert!(invited(&world).await.is_empty());
}

#[tokio::test]
async fn attendees_that_cannot_be_read_are_left_alone() {
    let world = office().await;
    converge(&world, &with("        attendees: [ann]\n")).await;
    let list = "GET /open-apis/calendar/v4/calendars/:calendar_id/events/:event_id/attendees";
    let fail = json!({ "endpoint": list, "effect": { "answer": { "status": 403, "code": 194_001 } } });
    world.tenant.faults(fail).await;
    let plan = planned(&world, &with("        attendees: [bob]\n")).await;
    assert!(plan.steps.is_empty(), "{:?}", steps(&plan));
    let blocked: Vec<Value> = plan.blocked.iter().map(|b| json!(b.why)).collect();
    assert!(!blocked.is_empty());
}
