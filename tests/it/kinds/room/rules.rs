//! Reservation rules, closures and screens.

use super::*;

fn with(rules: &str) -> String {
    HOUSE.replace("capacity: 12, custom_id: R-1 }", &format!("capacity: 12, custom_id: R-1, {rules} }}"))
}

#[tokio::test]
async fn a_block_is_written_whole_with_what_is_declared_over_what_is_live() {
    let world = house().await;
    let room = id_of(&world, "rooms", "黄浦江").await;
    // Somebody sets everything by hand, in forms that a second look at minutes and hundredths would lose.
    let path = format!("/reserve_configs/{room}?user_id_type=user_id");
    let by_hand = json!({ "scope_type": "2",
        "approval_config": { "approval_switch": 1, "approval_condition": 1, "meeting_duration": 1.23, "approvers": [{ "user_id": "bob" }] },
        "time_config": { "time_switch": 1, "days_in_advance": 17, "opening_hour": "27900", "start_time": "60", "end_time": "86340", "max_duration": 7 },
        "reserve_scope_config": { "allow_all_users": 0, "allow_users": [{ "user_id": "ann" }, { "user_id": "bob" }] } });
    ok(&world, "PATCH", &path, by_hand).await;
    let before = world.tenant.rows("room_rules").await[&room].clone();
    let rules = "bookable_by: { departments: [lab] }, booking_times: { max_hours: 3 }, approval: { approvers: [ann] }";
    let plan = converge(&world, &with(rules)).await;
    assert_eq!(steps(&plan), ["room.river: reservation limits"], "three blocks in one call");
    let after = world.tenant.rows("room_rules").await[&room].clone();
    let mut want = before.clone();
    let ann = before["who"]["parties"]["users"][0].clone();
    want["times"]["max_hours"] = 3.into();
    want["approval"]["approvers"] = json!([ann]);
    want["who"]["parties"]["departments"] = after["who"]["parties"]["departments"].clone();
    assert_eq!(after, want, "nothing undeclared has changed");
    assert_eq!(after["who"]["parties"]["departments"].as_array().map(Vec::len), Some(1));
    // Switched off and on again, the values underneath are still those of before.
    converge(&world, &with("booking_times: null, approval: null")).await;
    converge(&world, &with("booking_times: { max_hours: 3 }, approval: { approvers: [ann] }")).await;
    assert_eq!(world.tenant.rows("room_rules").await[&room], after);
}

#[tokio::test]
async fn every_rule_is_written_read_and_cleared() {
    let world = house().await;
    world.tenant.settings(json!({ "rooms": { "form_designed": true } })).await;
    let all = "bookable_by: { users: [ann], departments: [lab] }, \
        booking_times: { from: \"08:00\", to: \"22:30\", opens_at: \"09:15\", days_ahead: 30, max_hours: 4 }, \
        approval: { over_minutes: 50, approvers: [ann, bob] }, \
        form: { enabled: true, notify: [ann], notify_before: 48h }, \
        admins: { users: [bob], departments: [lab] }, disable_notice: { users: [ann] }, \
        display: { room_background: \"https://a.example/1.png\", signage: { enabled: true, start: 5 } }, \
        closed: { from: 2030-10-01T00:00:00Z, until: 2030-10-08T00:00+08:00, reason: 检修, contacts: [ann], notify_booked: true }";
    let plan = converge(&world, &with(all)).await;
    assert_eq!(plan.steps.len(), 6, "{:?}", steps(&plan));
    let form = body(&plan, "room.river: form")["reserve_form_config"].clone();
    assert_eq!((&form["notified_time"], &form["time_unit"]), (&json!(2), &json!(3)), "two days");
    let status = body(&plan, "room.river: update closed")["room_status"].clone();
    assert_eq!(
        (&status["disable_start_time"], &status["disable_end_time"]),
        (&json!("1917043200"), &json!("1917619200"))
    );
    for (less, calls) in [
        (all.replace("bookable_by: { users: [ann], departments: [lab] }", "bookable_by: all"), 1),
        (all.replace("users: [bob], departments: [lab]", "users: []"), 1),
        (all.replace("admins: { users: [bob], departments: [lab] }", "admins: null"), 1),
        (all.replace("disable_notice: { users: [ann] }", "disable_notice: null"), 1),
        (all.replace("over_minutes: 50", "over_minutes: null"), 1),
        (all.replace("enabled: true, notify", "enabled: false, notify"), 1),
        (all.replace("reason: 检修", "reason: 装修"), 1),
    ] {
        let plan = converge(&world, &with(&less)).await;
        let rules: Vec<&str> = steps(&plan);
        assert!(rules.len() >= calls, "{less}: {rules:?}");
    }
    converge(&world, &with("closed: null")).await;
    assert_eq!(row(&world, "rooms", "黄浦江").await["status"]["closed"], Value::Null);
    converge(&world, &with("closed: {}")).await;
    assert_eq!(row(&world, "rooms", "黄浦江").await["status"]["closed"]["end"], 0, "for ever");
}

#[tokio::test]
async fn rules_of_new_rooms_wait_for_the_room_and_for_new_people() {
    let world = World::start(quick()).await;
    let plan = converge(
        &world,
        &with("bookable_by: { users: [ann], departments: [lab] }, disable_notice: { users: [bob] }"),
    )
    .await;
    assert!(waits(&plan, "room.river: reservation limits", "room.river: create"));
    assert!(waits(&plan, "room.river: reservation limits", "user.ann: create"));
    assert!(waits(&plan, "room.river: reservation limits", "department.lab: create"));
    assert!(waits(&plan, "room.river: disable notice", "user.bob: create"));
}

#[tokio::test]
async fn a_form_waits_for_its_design_and_admins_for_a_plan() {
    let world = house().await;
    world.tenant.settings(json!({ "paid_edition": false })).await;
    let yaml = with("form: { enabled: true }, admins: { users: [ann] }");
    let plan = apply(&world, &yaml).await;
    assert!(steps(&plan).is_empty(), "nothing is sent that is bound to be refused: {:?}", steps(&plan));
    let waiting = |plan: &Plan| plan.changes.iter().map(|c| c.pending.len()).sum::<usize>();
    assert_eq!(waiting(&plan), 2);
    // A new room is found out by asking.
    let fresh = yaml.replace("lake: { name: 西湖, level: f2, capacity: 4 }", "lake: { name: 西湖, level: f2, capacity: 4 }\n    pond: { name: 池, level: f2, capacity: 1, form: { enabled: true } }");
    apply(&world, &fresh).await;
    assert_eq!(waiting(&planned(&world, &fresh).await), 3);
    world.tenant.act(json!({ "action": "room_form", "questions": ["Catering?"] })).await;
    world.tenant.settings(json!({ "paid_edition": true })).await;
    converge(&world, &fresh).await;
}

#[tokio::test]
async fn a_closure_that_is_over_is_done() {
    for vanish in [false, true] {
        let world = house().await;
        world.tenant.settings(json!({ "rooms": { "past_closures_vanish": vanish } })).await;
        let over = with("closed: { from: 2020-01-01T00:00:00Z, until: 2020-02-01T00:00:00Z, reason: 检修 }");
        let plan = converge(&world, &over).await;
        assert!(steps(&plan).is_empty(), "{:?}", steps(&plan));
        let soon = with("closed: { from: 2026-01-01T00:00:00Z, until: 2030-02-01T00:00:00Z, reason: 检修 }");
        let plan = converge(&world, &soon).await;
        assert_eq!(steps(&plan), ["room.river: update closed"]);
    }
    // While it lasts and after: nothing to do, whatever the tenant shows by then.
    let mut world = house().await;
    let window = with("closed: { from: 2026-01-01T00:00:00Z, until: 2030-02-01T00:00:00Z, reason: 检修 }");
    converge(&world, &window).await;
    world.now = 1_900_000_000;
    world.tenant.settings(json!({ "rooms": { "past_closures_vanish": true } })).await;
    nothing_left(&world, &window).await;
}

#[tokio::test]
async fn a_cascade_writes_over_everything_below_and_then_what_is_declared_there() {
    let world = house().await;
    let yaml = |hours: i64, cascade: bool| {
        HOUSE
            .replace("      custom_id: HQ\n", &format!("      custom_id: HQ\n      cascade: {cascade}\n      booking_times: {{ max_hours: {hours} }}\n"))
            .replace("capacity: 12, custom_id: R-1", "capacity: 12, custom_id: R-1, booking_times: { max_hours: 9 }")
    };
    converge(&world, &yaml(3, false)).await;
    let hours = async |table: &str, name: &str| {
        let id = id_of(&world, table, name).await;
        world.tenant.rows("room_rules").await[&id]["times"]["max_hours"].as_i64()
    };
    assert_eq!((hours("rooms", "西湖").await, hours("rooms", "黄浦江").await), (None, Some(9)));
    let plan = converge(&world, &yaml(4, true)).await;
    assert!(
        waits(&plan, "room.river: reservation limits", "room_level.hq: reservation limits"),
        "{:?}",
        steps(&plan)
    );
    assert_eq!((hours("rooms", "西湖").await, hours("rooms", "黄浦江").await), (Some(4), Some(9)));
    assert_eq!(hours("room_levels", "1F").await, Some(4));
    // Nothing changes above, so nothing is written over.
    world.writes().await;
    converge(&world, &yaml(4, true).replace("max_hours: 9", "max_hours: 8")).await;
    assert_eq!(hours("rooms", "西湖").await, Some(4));
}

#[tokio::test]
async fn a_level_is_closed_and_shows_what_is_its_own() {
    let world = house().await;
    let f1 = id_of(&world, "room_levels", "1F").await;
    let hq = id_of(&world, "room_levels", "总部").await;
    let set = async |id: &str, config: Value| {
        ok(
            &world,
            "POST",
            "/scope_config",
            json!({ "scope_type": 1, "scope_id": id, "scope_config": config }),
        )
        .await;
    };
    set(&hq, json!({ "room_background": "https://a.example/tower.png" })).await;
    let materials =
        json!([{ "name": "film", "material_type": 2, "url": "https://a.example/f.mp4", "duration": 15 }]);
    set(&f1, json!({ "display_background": "https://a.example/d.png", "digital_signage": { "enable": true, "stop_display": 9, "materials": materials } })).await;
    let before = world.tenant.rows("room_displays").await[&f1]["fields"].clone();
    // What the tower shows is not the floor's own: it has to be set.
    let floor = HOUSE.replace("f1: { name: 1F, custom_id: HQ-1 }", "f1: { name: 1F, custom_id: HQ-1, closed: { reason: 漏水 }, display: { room_background: \"https://a.example/tower.png\", signage: { start: 5 } } }");
    let plan = converge(&world, &floor).await;
    assert_eq!(steps(&plan), ["room_level.f1: display, closed"]);
    let row = world.tenant.rows("room_displays").await[&f1].clone();
    let mut want = before;
    want["room_background"] = "https://a.example/tower.png".into();
    want["digital_signage"]["start_display"] = 5.into();
    assert_eq!(row["fields"], want, "nothing undeclared has changed, the films are there");
    assert_eq!((&row["status"]["reason"], &row["status"]["closed"]["end"]), (&json!("漏水"), &json!(0)));
    converge(&world, &floor.replace("closed: { reason: 漏水 }", "closed: null")).await;
}

#[tokio::test]
async fn rules_are_read_of_those_alone_that_declare_them() {
    let world = house().await;
    let yaml = with("booking_times: { max_hours: 3 }");
    converge(&world, &yaml).await;
    world.writes().await;
    planned(&world, &yaml).await;
    assert_eq!(calls(&world, "GET /open-apis/vc/v1/reserve_configs/reserve_scope").await, 1);
    for part in ["form", "admin", "disable_inform"] {
        let endpoint = format!("GET /open-apis/vc/v1/reserve_configs/:reserve_config_id/{part}");
        assert_eq!(calls(&world, &endpoint).await, 0, "{part}");
    }
    assert_eq!(calls(&world, "GET /open-apis/vc/v1/scope_config").await, 0);
    assert_eq!(calls(&world, "GET /open-apis/vc/v1/rooms").await, 1);
    assert_eq!(
        calls(&world, "GET /open-apis/vc/v1/room_levels").await,
        2,
        "the tenant's children and those of the one level with any"
    );
}

#[tokio::test]
async fn a_rule_that_cannot_be_read_blocks_itself_alone() {
    let world = house().await;
    let effect = json!({ "answer": { "status": 403, "code": 121_005 } });
    world
        .tenant
        .faults(json!({ "endpoint": "GET /open-apis/vc/v1/reserve_configs/reserve_scope", "effect": effect }))
        .await;
    let plan = planned(
        &world,
        &with("booking_times: { max_hours: 3 }, description: 新").replace("capacity: 12", "capacity: 13"),
    )
    .await;
    assert_eq!(steps(&plan), ["room.river: update capacity, description"]);
    assert_eq!(plan.blocked.len(), 1, "{:?}", plan.blocked);
}

#[tokio::test]
async fn somebody_who_leaves_is_let_go_first() {
    let world = house().await;
    converge(&world, &with("bookable_by: { users: [ann, bob] }")).await;
    let people = PEOPLE
        .lines()
        .filter(|l| !l.contains("bob:"))
        .collect::<Vec<_>>()
        .join("\n")
        .replace("default: bob", "default: ann");
    let yaml = format!("{people}\n{}", with("bookable_by: { users: [ann] }"));
    let yaml = yaml.replace(", on_delete: { default: ann }", "");
    let plan = world.plan(&yaml).await.unwrap_or_else(|p| panic!("{}", told(&p)));
    assert!(waits(&plan, "user.bob: delete", "room.river: reservation limits"), "{:?}", steps(&plan));
}
