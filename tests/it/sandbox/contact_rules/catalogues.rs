//! Rules 15 to 17: groups, roles, employee types.

use serde_json::{Value, json};

use crate::support::{CONTACT, Tenant};

#[tokio::test]
async fn g_15_groups_have_their_rules() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    let group = |name: &str, id: &str| json!({ "name": name, "group_id": id });
    t.ok("POST", &format!("{CONTACT}/group"), group("g", "g1")).await;
    t.refused("POST", &format!("{CONTACT}/group"), group("g", "g2"), 400, 47_009).await;
    t.refused("POST", &format!("{CONTACT}/group"), group("h", "g1"), 400, 47_005).await;
    let member = |id: &str| json!({ "member_type": "user", "member_id_type": "user_id", "member_id": id });
    t.ok("POST", &format!("{CONTACT}/group/g1/member/add"), member("u1")).await;
    t.refused("DELETE", &format!("{CONTACT}/group/g1"), Value::Null, 400, 42_017).await;
    let many: Vec<Value> = (0..101).map(|n| member(&format!("n{n}"))).collect();
    let path = format!("{CONTACT}/group/g1/member/batch_add");
    t.refused("POST", &path, json!({ "members": many }), 400, 99_992_402).await;
    t.ok("POST", &path, json!({ "members": many[..100] })).await;
    // Ten seats per person of the tenant.
    for n in 2..=10 {
        t.ok("POST", &format!("{CONTACT}/group"), group(&format!("g{n}"), &format!("g{n}"))).await;
        t.ok("POST", &format!("{CONTACT}/group/g{n}/member/add"), member("u1")).await;
    }
    t.ok("POST", &format!("{CONTACT}/group"), group("g11", "g11")).await;
    t.refused("POST", &format!("{CONTACT}/group/g11/member/add"), member("u1"), 400, 42_012).await;
    // Dynamic ones can be looked at.
    let made = t.act(json!({ "action": "dynamic_group", "name": "all", "users": ["u1"] })).await;
    let id = made["group_id"].as_str().expect("id");
    let list = format!("{CONTACT}/group/{id}/member/simplelist?member_id_type=user_id");
    assert_eq!(t.ok("GET", &list, Value::Null).await["memberlist"][0]["member_id"], "u1");
    t.refused("POST", &format!("{CONTACT}/group/{id}/member/add"), member("u1"), 403, 42_009).await;
    t.act(json!({ "action": "dynamic_members", "group": id, "users": [] })).await;
    assert_eq!(t.ok("GET", &list, Value::Null).await["memberlist"], json!([]));
    t.department("a", "0").await;
    t.act(json!({ "action": "group", "group": "g11", "add_department": "a" })).await;
    let list =
        format!("{CONTACT}/group/g11/member/simplelist?member_type=department&member_id_type=department_id");
    assert_eq!(t.ok("GET", &list, Value::Null).await["memberlist"][0]["member_id"], "a");
    t.refused("DELETE", &format!("{CONTACT}/group/g11"), Value::Null, 400, 42_017).await;
}

#[tokio::test]
async fn g_16_roles_answer_person_by_person_and_never_say_their_name() {
    let t = Tenant::start().await;
    for id in ["u1", "u2"] {
        t.joined(id, "0").await;
    }
    t.department("a", "0").await;
    let roles = format!("{CONTACT}/functional_roles");
    let role =
        t.ok("POST", &roles, json!({ "role_name": "r" })).await["role_id"].as_str().expect("id").to_owned();
    t.refused("POST", &roles, json!({ "role_name": "r" }), 400, 41_201).await;
    let at = |what: &str| format!("{roles}/{role}/members{what}?user_id_type=user_id");
    let reasons = |data: &Value, list: &str| -> Vec<i64> {
        let list = data[list].as_array().cloned().unwrap_or_default();
        list.iter().filter_map(|r| r["reason"].as_i64()).collect()
    };
    let members = json!({ "members": ["u1", "nobody", "u1"] });
    assert_eq!(reasons(&t.ok("POST", &at("/batch_create"), members).await, "results"), [1, 2, 4]);
    let scopes = json!({ "members": ["u1", "u2"], "departments": ["a"] });
    let path = format!("{}&department_id_type=department_id", at("/scopes"));
    assert_eq!(reasons(&t.ok("PATCH", &path, scopes).await, "results"), [1, 5]);
    t.refused("DELETE", &format!("{roles}/{role}"), Value::Null, 400, 41_206).await;
    let list = format!("{roles}/{role}/members?user_id_type=user_id&department_id_type=department_id");
    let data = t.ok("GET", &list, Value::Null).await;
    assert_eq!(data["members"], json!([{ "user_id": "u1", "scope_type": "Part", "department_ids": ["a"] }]));
    assert!(!data.to_string().contains("\"r\""));
    assert_eq!(t.call("GET", &roles, Value::Null).await.status, 404, "roles cannot be listed");
    let gone = json!({ "members": ["u1", "u2"] });
    assert_eq!(
        reasons(&t.ok("PATCH", &at("/batch_delete"), gone).await, "result"),
        [1, 5],
        "in the singular"
    );
    t.ok("DELETE", &format!("{roles}/{role}"), Value::Null).await;
    let system = t.act(json!({ "action": "system_role", "name": "s" })).await;
    let system = system["role_id"].as_str().expect("id").to_owned();
    let body = json!({ "role_name": "x" });
    t.refused("PUT", &format!("{roles}/{system}"), body, 400, 41_213).await;
}

#[tokio::test]
async fn g_17_employee_types_count_on_and_the_built_in_ones_stay() {
    let t = Tenant::start().await;
    let types = format!("{CONTACT}/employee_type_enums");
    let new = |content: &str| json!({ "content": content, "enum_type": 2, "enum_status": 1 });
    let first = t.ok("POST", &types, new("a")).await["employee_type_enum"].clone();
    assert_eq!(first["enum_value"], "6");
    let at = |id: &str| format!("{types}/{}", id.replace('/', "%2F").replace('+', "%2B"));
    t.ok("DELETE", &at(first["enum_id"].as_str().expect("id")), Value::Null).await;
    let second = t.ok("POST", &types, new("a")).await["employee_type_enum"].clone();
    assert_eq!(second["enum_value"], "7", "a number is never given twice");
    for n in 0..253 {
        t.ok("POST", &types, new(&format!("n{n}"))).await;
    }
    t.refused("POST", &types, new("one too many"), 400, 42_303).await;
    let list = t.ok("GET", &types, Value::Null).await;
    assert_eq!(list["items"][0]["enum_type"], 1);
    let built_in = at(list["items"][0]["enum_id"].as_str().expect("id"));
    t.refused("DELETE", &built_in, Value::Null, 400, 40_001).await;
    t.refused("PUT", &built_in, new("x"), 400, 40_001).await;
}
