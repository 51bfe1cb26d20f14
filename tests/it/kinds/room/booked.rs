//! A room that somebody counts on does not go without being asked for twice.

use super::*;

const V4: &str = "/open-apis/calendar/v4/calendars";
const FREE_BUSY: &str = "POST /open-apis/calendar/v4/freebusy/list";
const DAY: i64 = 86_400;

/// The house without 黄浦江, which `HOUSE` calls river.
fn without() -> String {
    HOUSE.lines().filter(|line| !line.contains("river")).map(|line| format!("{line}\n")).collect()
}

/// Somebody else's event in a room, so many days from now, accepted; its path.
async fn book(world: &World, room: &str, days: i64) -> String {
    let room = id_of(world, "rooms", room).await;
    let made = world.tenant.ok("POST", V4, json!({ "summary": "别人的" })).await;
    let calendar = made["calendar"]["calendar_id"].as_str().expect("an id").replace('@', "%40");
    let at = |second: i64| json!({ "timestamp": second.to_string(), "timezone": "Asia/Shanghai" });
    let begin = world.now + days * DAY;
    let event = json!({ "summary": "评审", "start_time": at(begin), "end_time": at(begin + 3600) });
    let made = world.tenant.ok("POST", &format!("{V4}/{calendar}/events"), event).await;
    let event = format!("{V4}/{calendar}/events/{}", made["event"]["event_id"].as_str().expect("an id"));
    let guests = json!({
        "attendees": [{ "type": "resource", "room_id": room, "operate_id": "ann" }],
        "need_notification": false, "add_operator_to_attendee": false,
    });
    world.tenant.ok("POST", &format!("{event}/attendees?user_id_type=user_id"), guests).await;
    world.tenant.step(5).await;
    event
}

fn refusals(plan: &Plan) -> Vec<(String, String, String)> {
    let told = |r: &larkctl::plan::Refusal| (r.guard.clone(), r.address.to_string(), r.flag.clone());
    plan.refusals.iter().map(told).collect()
}

fn notes(plan: &Plan) -> String {
    plan.changes.iter().flat_map(|change| &change.notes).map(|note| format!("{note}\n")).collect()
}

#[tokio::test]
async fn a_booked_room_is_deleted_only_when_it_is_meant() {
    let world = house().await;
    let far = book(&world, "黄浦江", 100).await;
    world.writes().await;
    let plan = planned(&world, &without()).await;
    assert_eq!(refusals(&plan), [], "beyond what the API looks at");
    assert_eq!(calls(&world, FREE_BUSY).await, 1, "the room that leaves, and no other");
    world.tenant.ok("DELETE", &far, Value::Null).await;

    let event = book(&world, "黄浦江", 1).await;
    let plan = planned(&world, &without()).await;
    let guard = ("booked".to_owned(), "room.river".to_owned(), "--allow-destroy room.river".to_owned());
    assert_eq!(refusals(&plan), [guard]);
    let why = &plan.refusals[0].why;
    let day = "2027-01-16T";
    assert!(why.contains("booked 1 time in the next 90 days, first at") && why.contains(day), "{why}");
    // A room that stays is not asked about, whoever books it.
    assert_eq!(refusals(&planned(&world, HOUSE).await), []);

    world.tenant.ok("DELETE", &event, Value::Null).await;
    let plan = apply(&world, &without()).await;
    assert!(
        steps(&plan).contains(&"room.river: delete") && !notes(&plan).contains("booked"),
        "{}",
        notes(&plan)
    );
}

#[tokio::test]
async fn bookings_that_cannot_be_looked_at_are_said_or_keep_the_room() {
    let world = house().await;
    book(&world, "黄浦江", 1).await;
    let scopes = ["calendar:calendar", "calendar:calendar:readonly", "calendar:calendar.free_busy:read"];
    world.tenant.act(json!({ "action": "scopes", "except": scopes })).await;
    let plan = planned(&world, &without()).await;
    assert!(notes(&plan).contains("lacks the scope calendar:calendar.free_busy:read"), "{}", notes(&plan));
    assert!(steps(&plan).contains(&"room.river: delete"));
    world.tenant.act(json!({ "action": "scopes" })).await;
    world
        .tenant
        .faults(json!({ "endpoint": FREE_BUSY, "effect": { "answer": { "status": 500, "code": 190_003 } } }))
        .await;
    let plan = planned(&world, &without()).await;
    assert!(!steps(&plan).contains(&"room.river: delete"), "{:?}", steps(&plan));
    assert!(
        plan.blocked.iter().any(|b| b.why.contains("whether it is booked could not be read")),
        "{:?}",
        plan.blocked
    );
}

/// Free-busy does not tell whose a booking is: what this plan lets go itself must not stand in its way.
#[tokio::test]
async fn an_event_of_ours_that_goes_too_does_not_keep_the_room() {
    let world = house().await;
    let event = "calendars:\n  c:\n    name: 日历\n    events:\n      e: { title: 会, at: { start: 2027-01-20T10:00, \
                 minutes: 60, timezone: Asia/Shanghai }, rooms: [river], room_contact: ann }\n";
    apply(&world, &format!("{HOUSE}{event}")).await;
    world.tenant.step(5).await;
    nothing_left(&world, &format!("{HOUSE}{event}")).await;
    let plan = planned(&world, &format!("{}calendars:\n  c: {{ name: 日历 }}\n", without())).await;
    assert_eq!(refusals(&plan), []);
    assert!(
        notes(&plan).contains("events of this plan, which let it go, may be among them"),
        "{}",
        notes(&plan)
    );
}
