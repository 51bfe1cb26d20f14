//! No undeclared field of a room or of its rules changes across an update: every change of one field is made to a
//! room that has everything, and the store is compared before and after.

use super::*;

/// A room with everything set by hand, down to what no attribute says.
async fn full() -> (World, String) {
    let world = house().await;
    world.tenant.settings(json!({ "rooms": { "form_designed": true } })).await;
    let room = id_of(&world, "rooms", "黄浦江").await;
    let by = "?user_id_type=user_id";
    let open = world
        .tenant
        .ok("GET", "/open-apis/contact/v3/departments/lab?department_id_type=department_id", Value::Null)
        .await;
    let lab = open["department"]["open_department_id"].clone();
    let config = format!("/reserve_configs/{room}");
    let user = |id: &str| json!([{ "user_id": id }]);
    let lab = json!([{ "department_id": lab }]);
    for (method, path, body) in [
        (
            "PATCH",
            format!("/rooms/{room}{by}"),
            json!({ "description": "看江", "device": [{ "name": "电话" }],
            "room_status": { "status": false, "disable_start_time": "1917043200", "disable_end_time": "1917619200",
            "disable_reason": "检修", "contact_ids": ["ann"], "disable_notice": true, "resume_notice": true } }),
        ),
        (
            "PATCH",
            format!("{config}{by}"),
            json!({ "scope_type": "2",
            "approval_config": { "approval_switch": 1, "approval_condition": 1, "meeting_duration": 1.23, "approvers": user("bob") },
            "time_config": { "time_switch": 1, "days_in_advance": 17, "opening_hour": "27900", "start_time": "60", "end_time": "86340", "max_duration": 7 },
            "reserve_scope_config": { "allow_all_users": 0, "allow_users": user("ann"), "allow_depts": lab } }),
        ),
        (
            "PATCH",
            format!("{config}/form{by}"),
            json!({ "scope_type": 2, "reserve_form_config": { "reserve_form": true,
            "notified_users": user("ann"), "notified_time": 5, "time_unit": 1 } }),
        ),
        (
            "PATCH",
            format!("{config}/admin{by}"),
            json!({ "scope_type": 2, "reserve_admin_config": { "users": user("ann"), "depts": lab } }),
        ),
        (
            "PATCH",
            format!("{config}/disable_inform{by}"),
            json!({ "scope_type": 2, "disable_inform": { "if_inform": true,
            "informed_users": user("bob"), "informed_depts": lab } }),
        ),
        (
            "POST",
            format!("/scope_config{by}"),
            json!({ "scope_type": 2, "scope_id": room, "scope_config": {
            "room_background": "https://a.example/1.png", "display_background": "https://a.example/2.png",
            "digital_signage": { "enable": true, "mute": true, "start_display": 3, "stop_display": 4,
                "materials": [{ "name": "f", "material_type": 1, "url": "https://a.example/f.png", "duration": 9 }] },
            "room_box_digital_signage": { "enable": false, "start_display": 8 } } }),
        ),
    ] {
        ok(&world, method, &path, body).await;
    }
    (world, room)
}

/// Everything that the store has of a room, as one value.
async fn all_of(world: &World, room: &str) -> Value {
    json!({
        "room": world.tenant.rows("rooms").await[room],
        "rules": world.tenant.rows("room_rules").await[room],
        "screens": world.tenant.rows("room_displays").await[room],
    })
}

/// The places in which two values differ.
fn differences(before: &Value, after: &Value, at: &str, found: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let none = Value::Null;
                let (x, y) = (a.get(key).unwrap_or(&none), b.get(key).unwrap_or(&none));
                differences(x, y, &format!("{at}/{key}"), found);
            }
        }
        _ if before == after => {}
        _ => found.push(at.to_owned()),
    }
}

#[tokio::test]
async fn nothing_undeclared_changes() {
    let cases: &[(&str, &[&str])] = &[
        ("name: 苏州河", &["/room/name"]),
        ("capacity: 13", &["/room/capacity"]),
        ("description: null", &["/room/description"]),
        ("devices: { at_least: [白板] }", &["/room/devices"]),
        ("custom_id: R-2", &["/room/custom_room_id"]),
        ("closed: { reason: 装修 }", &["/room/status/closed/end", "/room/status/reason"]),
        ("closed: { until: 2030-10-08T00:00:00+08:00, contacts: [bob] }", &["/room/status/contacts"]),
        (
            "closed: { until: 2030-10-08T00:00:00+08:00, notify_on_resume: false }",
            &["/room/status/resume_notice"],
        ),
        ("bookable_by: { users: [bob] }", &["/rules/who/parties/users"]),
        ("bookable_by: { departments: [] }", &["/rules/who/parties/departments"]),
        ("booking_times: { from: \"09:00\" }", &["/rules/times/start"]),
        ("booking_times: { opens_at: \"09:00\" }", &["/rules/times/opening_hour"]),
        ("booking_times: { days_ahead: 18 }", &["/rules/times/days_in_advance"]),
        ("booking_times: null", &["/rules/times/on"]),
        ("approval: { over_minutes: 75 }", &["/rules/approval/over"]),
        ("approval: { approvers: [ann] }", &["/rules/approval/approvers"]),
        ("approval: null", &["/rules/approval/on"]),
        ("form: { enabled: false }", &["/rules/form/on"]),
        ("form: { notify: [bob] }", &["/rules/form/notified"]),
        ("form: { notify_before: 7m }", &["/rules/form/time"]),
        ("admins: { users: [bob] }", &["/rules/admins/users"]),
        ("disable_notice: { users: [ann] }", &["/rules/inform/parties/users"]),
        ("disable_notice: null", &["/rules/inform/on"]),
        ("display: { room_background: \"https://a.example/9.png\" }", &["/screens/fields/room_background"]),
        ("display: { signage: { mute: false } }", &["/screens/fields/digital_signage/mute"]),
        (
            "display: { room_signage: { enabled: true } }",
            &["/screens/fields/room_box_digital_signage/enable"],
        ),
    ];
    let (world, room) = full().await;
    for (declared, allowed) in cases {
        let before = all_of(&world, &room).await;
        let line = "    river: { name: 黄浦江, level: f1, capacity: 12, custom_id: R-1 }";
        let (field, rest) = declared.split_once(':').expect("a field");
        let mut fields =
            vec![("name", " 黄浦江"), ("level", " f1"), ("capacity", " 12"), ("custom_id", " R-1")];
        fields.retain(|(name, _)| *name != field);
        fields.push((field, rest));
        let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}:{value}")).collect();
        converge(&world, &HOUSE.replace(line, &format!("    river: {{ {} }}", fields.join(", ")))).await;
        let after = all_of(&world, &room).await;
        let mut found = Vec::new();
        differences(&before, &after, "", &mut found);
        assert_eq!(found, *allowed, "{declared}: {before:#} {after:#}");
        // Back, by hand, row by row as it was.
        let (id, rows) = (room.clone(), before);
        world.tenant.engine.change(move |w| restore(w, &id, &rows)).await.expect("stored");
        converge(&world, HOUSE).await;
    }
}

fn restore(world: &mut larkctl::sandbox::world::World, room: &str, rows: &Value) {
    for table in world.tables() {
        let row = match table.name() {
            "rooms" => &rows["room"],
            "room_rules" => &rows["rules"],
            "room_displays" => &rows["screens"],
            _ => continue,
        };
        table.restore(room, row.to_string().as_bytes()).expect("a row");
    }
}
