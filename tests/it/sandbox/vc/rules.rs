//! Reservation rules: what a write replaces, what it leaves, what the server makes of it.

use serde_json::{Value, json};

use super::{at, house, level, limits, open_department, room, sorted};
use crate::support::CONTACT;

fn config(id: &str, part: &str) -> String {
    at(&format!("/reserve_configs/{id}{part}?user_id_type=user_id"))
}

fn read(id: &str, part: &str, scope_type: i64) -> String {
    format!("{}&scope_type={scope_type}", config(id, part))
}

#[tokio::test]
async fn what_nobody_set_reads_as_the_defaults_of_the_page() {
    let h = house().await;
    let times = json!({
        "if_cover_child_scope": false, "time_switch": 0, "days_in_advance": 365, "opening_hour": "28800",
        "start_time": "0", "end_time": "86400", "max_duration": 2,
    });
    for (id, scope) in [(&h.room, 2), (&h.floor, 1), (&h.root, 1)] {
        let got = limits(&h.t, id, scope).await;
        assert_eq!(got["time_config"], times);
        let approve =
            json!({ "approval_switch": 0, "approval_condition": 0, "meeting_duration": 99, "approvers": [] });
        assert_eq!(got["approve_config"], approve);
        assert_eq!(
            (&got["reserve_scope_config"]["allow_all_users"], &got["approval_config"]),
            (&json!(1), &Value::Null)
        );
    }
}

#[tokio::test]
async fn a_block_is_replaced_and_the_others_stay() {
    let h = house().await;
    let path = config(&h.room, "");
    let body = json!({ "scope_type": "2", "time_config": {
        "time_switch": 1, "days_in_advance": 30, "opening_hour": "27929", "start_time": "28830", "end_time": "72001", "max_duration": 4,
    } });
    h.t.ok("PATCH", &path, body).await;
    let got = limits(&h.t, &h.room, 2).await["time_config"].clone();
    let rounded = ("27900", "28860", "72000");
    assert_eq!(
        (got["opening_hour"].as_str(), got["start_time"].as_str(), got["end_time"].as_str()),
        (Some(rounded.0), Some(rounded.1), Some(rounded.2))
    );
    let who = json!({ "scope_type": "2", "reserve_scope_config": { "allow_all_users": 0, "allow_users": [{ "user_id": "u1" }] } });
    h.t.ok("PATCH", &path, who).await;
    let both = limits(&h.t, &h.room, 2).await;
    assert_eq!(both["time_config"], got, "the block that was not sent stays");
    assert_eq!(sorted(&both["reserve_scope_config"]["allow_users"], "user_id"), ["u1"]);
    h.t.ok(
        "PATCH",
        &path,
        json!({ "scope_type": "2", "time_config": { "time_switch": 1, "max_duration": 5 } }),
    )
    .await;
    let now = limits(&h.t, &h.room, 2).await["time_config"].clone();
    assert_eq!(
        (&now["days_in_advance"], &now["opening_hour"], &now["end_time"]),
        (&json!(365), &json!("28800"), &json!("86400")),
        "what is left out becomes the default"
    );
}

#[tokio::test]
async fn times_are_judged() {
    let h = house().await;
    for (block, fine) in [
        (json!({}), None),
        (json!({ "time_switch": 2 }), None),
        (json!({ "time_switch": 1, "days_in_advance": 0 }), Some(121_003)),
        (json!({ "time_switch": 1, "days_in_advance": 731 }), Some(121_003)),
        (json!({ "time_switch": 1, "max_duration": 100 }), Some(121_003)),
        (json!({ "time_switch": 1, "opening_hour": "86401" }), Some(121_003)),
        (json!({ "time_switch": 1, "opening_hour": "eight" }), Some(121_003)),
        (json!({ "time_switch": 1, "end_time": "29" }), Some(121_003)),
        (json!({ "time_switch": 1, "end_time": "30" }), Some(0)),
        (json!({ "time_switch": 1, "start_time": "86370" }), Some(121_003)),
        (json!({ "time_switch": 1, "start_time": "86369" }), Some(0)),
        (json!({ "time_switch": 1, "start_time": "100", "end_time": "129" }), Some(121_003)),
        (json!({ "time_switch": 1, "start_time": "100", "end_time": "130" }), Some(0)),
        (json!({ "time_switch": 1, "start_time": 100 }), None),
    ] {
        let body = json!({ "scope_type": "2", "time_config": block });
        let answer = h.t.call("PATCH", &config(&h.room, ""), body).await;
        assert_eq!(answer.code(), fine.unwrap_or(99_992_402), "{block}: {}", answer.text);
    }
}

#[tokio::test]
async fn approval_needs_a_condition_a_duration_and_somebody() {
    let h = house().await;
    let approver = json!([{ "user_id": "u1" }]);
    for (block, code) in [
        (json!({ "approval_switch": 1, "approvers": approver }), 121_003),
        (json!({ "approvers": approver }), 121_003),
        (json!({ "approval_switch": 1, "approval_condition": 1, "approvers": approver }), 121_003),
        (json!({ "approval_switch": 1, "approval_condition": 0 }), 121_003),
        (
            json!({ "approval_switch": 1, "approval_condition": 1, "meeting_duration": 0.05, "approvers": approver }),
            121_003,
        ),
        (
            json!({ "approval_switch": 1, "approval_condition": 1, "meeting_duration": 99.5, "approvers": approver }),
            121_003,
        ),
        (
            json!({ "approval_switch": 1, "approval_condition": 1, "meeting_duration": 1, "approvers": [{ "user_id": "none" }] }),
            126_013,
        ),
        (
            json!({ "approval_switch": 1, "approval_condition": 1, "meeting_duration": 2.499, "approvers": approver }),
            0,
        ),
    ] {
        let answer =
            h.t.call("PATCH", &config(&h.room, ""), json!({ "scope_type": "2", "approval_config": block }))
                .await;
        assert_eq!(answer.code(), code, "{block}: {}", answer.text);
    }
    let got = limits(&h.t, &h.room, 2).await["approve_config"].clone();
    let want = json!({ "approval_switch": 1, "approval_condition": 1, "meeting_duration": 2.5, "approvers": approver });
    assert_eq!(got, want);
    let condition = json!({ "approval_condition": 0, "approvers": approver });
    h.t.ok("PATCH", &config(&h.room, ""), json!({ "scope_type": "2", "approval_config": condition })).await;
    let got = limits(&h.t, &h.room, 2).await["approve_config"].clone();
    assert_eq!(
        (&got["approval_switch"], &got["meeting_duration"]),
        (&json!(1), &json!(99)),
        "the switch stays, the duration falls back"
    );
    h.t.ok(
        "PATCH",
        &config(&h.room, ""),
        json!({ "scope_type": "2", "approval_config": { "approval_switch": 0 } }),
    )
    .await;
    assert_eq!(limits(&h.t, &h.room, 2).await["approve_config"]["approvers"], json!([]));
}

#[tokio::test]
async fn a_rule_names_at_most_five_hundred_and_open_department_ids() {
    let h = house().await;
    let od = open_department(&h.t, "d1").await;
    let who = |users: Value, depts: Value| json!({ "scope_type": "1", "reserve_scope_config": { "allow_all_users": 0, "allow_users": users, "allow_depts": depts } });
    let path = config(&h.building, "");
    for (users, depts, code) in [
        (json!([]), json!([]), 121_003),
        (json!(vec![json!({ "user_id": "u1" }); 500]), json!([{ "department_id": od }]), 126_012),
        (json!([]), json!([{ "department_id": "d1" }]), 126_014),
        (json!([]), json!([{ "department_id": "0" }]), 126_014),
        (json!([{ "user_id": "u9" }]), json!([]), 126_013),
        (json!([{ "user_id": "u2" }, { "user_id": "u1" }]), json!([{ "department_id": od }]), 0),
    ] {
        let answer = h.t.call("PATCH", &path, who(users, depts)).await;
        assert_eq!(answer.code(), code, "{}", answer.text);
    }
    let missing =
        json!({ "scope_type": "1", "reserve_scope_config": { "allow_users": [{ "user_id": "u1" }] } });
    h.t.refused("PATCH", &path, missing, 400, 121_003).await;
    let got = limits(&h.t, &h.building, 1).await["reserve_scope_config"].clone();
    assert_eq!(
        (sorted(&got["allow_users"], "user_id"), sorted(&got["allow_depts"], "department_id")),
        (vec!["u1".to_owned(), "u2".to_owned()], vec![od])
    );
    h.t.ok("DELETE", &format!("{CONTACT}/users/u1?user_id_type=user_id"), Value::Null).await;
    let got = limits(&h.t, &h.building, 1).await["reserve_scope_config"].clone();
    assert_eq!(sorted(&got["allow_users"], "user_id"), ["u2"], "who left is in no rule");
    let everybody = json!({ "scope_type": "1", "reserve_scope_config": { "allow_all_users": 1 } });
    h.t.ok("PATCH", &path, everybody).await;
    assert_eq!(limits(&h.t, &h.building, 1).await["reserve_scope_config"]["allow_users"], json!([]));
}

#[tokio::test]
async fn covering_the_children_is_an_act_of_the_moment() {
    let h = house().await;
    let lobby = room(&h.t, "lobby", &h.building).await;
    let times = |cover: bool, hours: i64| json!({ "scope_type": "1", "time_config": { "time_switch": 1, "max_duration": hours, "if_cover_child_scope": cover } });
    let hours =
        async |id: &str, scope: i64| limits(&h.t, id, scope).await["time_config"]["max_duration"].clone();
    h.t.ok("PATCH", &config(&h.building, ""), times(true, 7)).await;
    assert_eq!([hours(&h.floor, 1).await, hours(&h.room, 2).await, hours(&lobby, 2).await], [7, 7, 7]);
    h.t.ok("PATCH", &config(&h.floor, ""), times(false, 3)).await;
    assert_eq!([hours(&h.building, 1).await, hours(&h.floor, 1).await, hours(&h.room, 2).await], [7, 3, 7]);
    let later = level(&h.t, "14F", &h.building).await;
    assert_eq!(hours(&later, 1).await, 2, "nothing is inherited");
    let got = limits(&h.t, &h.building, 1).await;
    assert_eq!(got["time_config"]["if_cover_child_scope"], true, "reads return what was written");
}

#[tokio::test]
async fn a_form_is_switched_once_it_was_designed() {
    let h = house().await;
    let body = |form: Value| json!({ "scope_type": 2, "reserve_form_config": form });
    h.t.refused("GET", &read(&h.room, "/form", 2), Value::Null, 400, 126_002).await;
    h.t.refused("PATCH", &config(&h.room, "/form"), body(json!({ "reserve_form": true })), 400, 126_002)
        .await;
    h.t.act(json!({ "action": "room_form", "node": h.building, "questions": ["Catering?"] })).await;
    let default = h.t.ok("GET", &read(&h.room, "/form", 2), Value::Null).await["reserve_form_config"].clone();
    assert_eq!((&default["reserve_form"], &default["time_unit"]), (&json!(false), &json!(3)));
    let full = json!({ "reserve_form": true, "notified_users": [{ "user_id": "u1" }], "notified_time": 24, "time_unit": 2 });
    h.t.ok("PATCH", &config(&h.room, "/form"), body(full)).await;
    let got = h.t.ok("GET", &read(&h.room, "/form", 2), Value::Null).await["reserve_form_config"].clone();
    assert_eq!(
        (&got["notified_time"], &got["time_unit"], sorted(&got["notified_users"], "user_id")),
        (&json!(24), &json!(2), vec!["u1".to_owned()])
    );
    for (form, code) in [
        (json!({ "reserve_form": true, "notified_time": 25, "time_unit": 2 }), 126_011),
        (json!({ "reserve_form": true, "notified_time": -1 }), 126_011),
        (json!({ "reserve_form": true, "time_unit": 4 }), 99_992_402),
        (json!({ "notified_time": 1 }), 99_992_402),
        (json!({ "reserve_form": true, "notified_users": [{ "user_id": "u9" }] }), 126_013),
    ] {
        h.t.refused("PATCH", &config(&h.room, "/form"), body(form), 400, code).await;
    }
    h.t.ok("PATCH", &config(&h.room, "/form"), body(json!({ "reserve_form": true }))).await;
    let got = h.t.ok("GET", &read(&h.room, "/form", 2), Value::Null).await["reserve_form_config"].clone();
    assert_eq!((&got["notified_users"], &got["notified_time"]), (&json!([]), &json!(0)), "replaced whole");
    h.t.act(json!({ "action": "room_form", "node": h.building })).await;
    h.t.settings(json!({ "rooms": { "form_designed": true } })).await;
    h.t.ok("GET", &read(&h.room, "/form", 2), Value::Null).await;
}

#[tokio::test]
async fn admins_are_replaced_and_cost_money() {
    let h = house().await;
    let od = open_department(&h.t, "d1").await;
    let body = |users: Value| json!({ "scope_type": 2, "reserve_admin_config": { "users": users, "depts": [{ "department_id": od }] } });
    h.t.ok("PATCH", &config(&h.room, "/admin"), body(json!([{ "user_id": "u1" }]))).await;
    let got = h.t.ok("GET", &read(&h.room, "/admin", 2), Value::Null).await["reserve_admin_config"].clone();
    assert_eq!(
        (sorted(&got["users"], "user_id"), sorted(&got["depts"], "department_id")),
        (vec!["u1".to_owned()], vec![od.clone()])
    );
    h.t.ok("PATCH", &config(&h.room, "/admin"), json!({ "scope_type": 2, "reserve_admin_config": {} })).await;
    let got = h.t.ok("GET", &read(&h.room, "/admin", 2), Value::Null).await["reserve_admin_config"].clone();
    assert_eq!(got, json!({ "users": [], "depts": [] }));
    h.t.refused("PATCH", &config(&h.room, "/admin"), body(json!([{ "user_id": "u9" }])), 400, 126_013).await;
    h.t.settings(json!({ "paid_edition": false })).await;
    h.t.refused("GET", &read(&h.room, "/admin", 2), Value::Null, 400, 125_002).await;
    h.t.refused("PATCH", &config(&h.room, "/admin"), body(json!([])), 400, 125_002).await;
}

#[tokio::test]
async fn who_is_told_of_a_closure_is_replaced_too() {
    let h = house().await;
    let body = |inform: Value| json!({ "scope_type": 1, "disable_inform": inform });
    let full =
        json!({ "if_inform": true, "informed_users": [{ "user_id": "u1" }], "if_cover_child_scope": true });
    h.t.ok("PATCH", &config(&h.floor, "/disable_inform"), body(full)).await;
    let got =
        h.t.ok("GET", &read(&h.room, "/disable_inform", 2), Value::Null).await["disable_inform"].clone();
    assert_eq!(
        (&got["if_inform"], sorted(&got["informed_users"], "user_id")),
        (&json!(true), vec!["u1".to_owned()]),
        "covered"
    );
    h.t.ok("PATCH", &config(&h.floor, "/disable_inform"), body(json!({ "if_inform": false }))).await;
    let got =
        h.t.ok("GET", &read(&h.floor, "/disable_inform", 1), Value::Null).await["disable_inform"].clone();
    assert_eq!((&got["if_inform"], &got["informed_users"]), (&json!(false), &json!([])));
    h.t.refused("PATCH", &config(&h.floor, "/disable_inform"), body(json!({})), 400, 99_992_402).await;
    let bad = json!({ "if_inform": true, "informed_depts": [{ "department_id": "od-none" }] });
    h.t.refused("PATCH", &config(&h.floor, "/disable_inform"), body(bad), 400, 126_014).await;
}
