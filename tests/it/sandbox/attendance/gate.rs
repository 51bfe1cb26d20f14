//! What an app needs beyond its scopes: a data range, an operator with rights, the right words for ids.

use serde_json::{Value, json};

use super::{IDS, at, group, group_body, groups, knobs, office, read, shift, shift_body, with, write};
use crate::support::{CONTACT, Tenant};

#[tokio::test]
async fn a_new_tenant_lets_nobody_write() {
    let t = Tenant::start().await;
    t.department("d1", "0").await;
    t.joined("u1", "d1").await;
    t.refused("POST", &at("/shifts"), shift_body("s"), 400, 1_220_005).await;
    t.refused("POST", &groups(), write(group_body("g")), 400, 1_220_005).await;
    t.settings(json!({ "attendance": { "data_range": true } })).await;
    t.ok("POST", &at("/shifts"), shift_body("s")).await;
    t.refused("POST", &groups(), write(group_body("g")), 400, 1_220_005).await;
    knobs(&t, json!({ "data_range": true, "admins": { "only": ["u1"] } })).await;
    t.ok("POST", &groups(), write(group_body("g"))).await;
}

#[tokio::test]
async fn a_write_names_an_operator_unless_the_console_says_otherwise() {
    let t = office().await;
    t.refused("POST", &groups(), json!({ "group": group_body("g") }), 400, 1_220_005).await;
    let nobody = json!({ "group": group_body("g"), "operator_id": "nobody" });
    t.refused("POST", &groups(), nobody, 400, 1_220_004).await;
    knobs(&t, json!({ "admins": { "only": ["u2"] }, "group_admins": ["u1"] })).await;
    t.refused("POST", &groups(), write(group_body("g")), 400, 1_220_005).await;
    let by = |id: &str| json!({ "group": group_body("g"), "operator_id": id });
    t.ok("POST", &groups(), by("u2")).await;
    knobs(&t, json!({ "api_access": true })).await;
    t.ok("POST", &groups(), json!({ "group": group_body("g") })).await;
    // Names of groups are not unique.
    let listed = t.ok("GET", &at("/groups"), Value::Null).await;
    assert_eq!(listed["group_list"].as_array().expect("list").len(), 2);
}

#[tokio::test]
async fn leaders_need_rights_of_their_own() {
    let t = office().await;
    knobs(&t, json!({ "admins": { "only": ["u1"] } })).await;
    let led = |ids: Value| write(with(group_body("g"), json!({ "group_leader_ids": ids })));
    t.refused("POST", &groups(), led(json!(["u2"])), 400, 1_220_004).await;
    t.refused("POST", &groups(), led(json!([])), 400, 1_220_001).await;
    t.refused("POST", &groups(), led(json!(["u1", "u1"])), 400, 1_220_001).await;
    let sub = write(with(group_body("g"), json!({ "sub_group_leader_ids": ["u2"] })));
    t.refused("POST", &groups(), sub.clone(), 400, 1_220_004).await;
    knobs(&t, json!({ "admins": { "only": ["u1"] }, "group_admins": ["u2"] })).await;
    t.ok("POST", &groups(), sub).await;
}

#[tokio::test]
async fn a_group_may_be_closed_to_the_operators() {
    let t = office().await;
    let id = group(&t, group_body("g")).await;
    knobs(&t, json!({ "closed_groups": [id] })).await;
    let again = write(with(group_body("h"), json!({ "group_id": id })));
    t.refused("POST", &groups(), again, 400, 1_220_005).await;
    t.refused("DELETE", &at(&format!("/groups/{id}")), Value::Null, 400, 1_220_005).await;
    assert_eq!(read(&t, &id).await["group_name"], "g", "reading is another right");
}

#[tokio::test]
async fn only_user_ids_and_employee_numbers_are_spoken() {
    let t = office().await;
    let id = group(&t, with(group_body("g"), json!({ "bind_user_ids": ["u2"] }))).await;
    let path = format!("{CONTACT}/users/u2?user_id_type=user_id");
    t.ok("PATCH", &path, json!({ "employee_no": "E2" })).await;
    for (query, code) in [
        ("employee_type=open_id&dept_type=open_id", 1_220_003),
        ("employee_type=employee_id&dept_type=department_id", 1_220_001),
        ("dept_type=open_id", 99_992_402),
        ("employee_type=employee_id", 99_992_402),
    ] {
        t.refused("GET", &at(&format!("/groups/{id}?{query}")), Value::Null, 400, code).await;
        t.refused("POST", &at(&format!("/groups?{query}")), write(group_body("h")), 400, code).await;
        let list = at(&format!("/groups/{id}/list_user?{query}&member_clock_type=0"));
        t.refused("GET", &list, Value::Null, 400, code).await;
    }
    let by_number = at(&format!("/groups/{id}?employee_type=employee_no&dept_type=open_id"));
    assert_eq!(t.ok("GET", &by_number, Value::Null).await["bind_user_ids"], json!(["E2"]));
    let odd = with(group_body("h"), json!({ "bind_user_ids": ["ou_1"] }));
    t.refused("POST", &groups(), write(odd), 400, 1_220_004).await;
    let custom = with(group_body("h"), json!({ "bind_dept_ids": ["d1"] }));
    t.refused("POST", &groups(), write(custom), 400, 1_220_001).await;
    let root = with(group_body("h"), json!({ "bind_dept_ids": ["0"] }));
    t.refused("POST", &groups(), write(root), 400, 1_220_001).await;
}

#[tokio::test]
async fn scopes_are_the_odd_ones_of_the_pages() {
    let t = office().await;
    let shift = shift(&t, "s").await;
    t.act(json!({ "action": "scopes", "only": ["attendance:rule"] })).await;
    t.ok("GET", &at(&format!("/shifts/{shift}")), Value::Null).await;
    t.refused("POST", &at("/shifts/query?shift_name=s"), Value::Null, 400, 99_991_672).await;
    let schedule = json!({ "user_ids": ["u1"], "check_date_from": 20_260_901, "check_date_to": 20_260_901 });
    let query = at("/user_daily_shifts/query?employee_type=employee_id");
    t.refused("POST", &query, schedule.clone(), 400, 99_991_672).await;
    let faces = at("/user_settings/query?employee_type=employee_id");
    t.refused("GET", &faces, json!({ "user_ids": ["u1"] }), 400, 99_991_672).await;
    t.act(json!({ "action": "scopes", "only": ["attendance:task:readonly", "attendance:rule:readonly"] }))
        .await;
    t.ok("POST", &query, schedule).await;
    t.ok("GET", &faces, json!({ "user_ids": ["u1"] })).await;
    t.refused("POST", &at(&format!("/groups?{IDS}")), write(group_body("g")), 400, 99_991_672).await;
}

#[tokio::test]
async fn fifty_calls_a_second_and_no_minute() {
    let t = office().await;
    t.settings(json!({ "rate_limits": true })).await;
    for _ in 0..3 {
        for _ in 0..50 {
            t.ok("GET", &at("/groups"), Value::Null).await;
        }
        t.refused("GET", &at("/groups"), Value::Null, 429, 99_991_400).await;
        t.step(2).await;
    }
}
