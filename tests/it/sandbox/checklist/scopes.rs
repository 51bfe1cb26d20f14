//! Items 15 to 18: scopes of the app, scopes that people grant, scopes of fields.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{members, named, user};
use crate::support::{CONTACT, Tenant};

fn set(list: &Value, name: &str) -> BTreeSet<String> {
    let list = list.as_array().cloned().unwrap_or_default();
    list.iter().filter_map(|v| v[name].as_str().map(str::to_owned)).collect()
}

/// As `contact-v3/user/get` lists them.
const READ_USER: [&str; 4] = [
    "contact:contact.base:readonly",
    "contact:contact:access_as_app",
    "contact:contact:readonly",
    "contact:contact:readonly_as_app",
];

#[tokio::test]
async fn item_15_any_one_scope_is_enough_and_a_refusal_lists_them_all() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    let path = format!("{CONTACT}/users/u1");
    let open_id =
        t.ok("GET", &user("u1"), Value::Null).await["user"]["open_id"].as_str().expect("id").to_owned();
    let path = path.replace("u1", &open_id);
    for scope in READ_USER {
        t.act(json!({ "action": "scopes", "only": [scope] })).await;
        t.ok("GET", &path, Value::Null).await;
    }
    t.act(json!({ "action": "scopes", "only": ["contact:contact"] })).await;
    let refused = t.refused("GET", &path, Value::Null, 400, 99_991_672).await;
    let expected: BTreeSet<String> = READ_USER.map(str::to_owned).into();
    let violations = &refused.body["error"]["permission_violations"];
    assert_eq!(set(violations, "subject"), expected);
    assert_eq!(set(violations, "type"), ["action_scope_required".to_owned()].into());
    let msg = refused.body["msg"].as_str().expect("msg");
    let bracket = msg.split(['[', ']']).nth(1).expect("list");
    assert_eq!(bracket.split(", ").map(str::to_owned).collect::<BTreeSet<_>>(), expected);
    // Granted to one identity is not granted to the other.
    t.act(json!({ "action": "scopes" })).await;
    let person = t.login("u1", "contact:contact.base:readonly").await.access;
    t.act(json!({ "action": "scopes", "only": [], "user": true })).await;
    t.ok("GET", &path, Value::Null).await;
    assert_eq!(t.send("GET", &path, Some(&person), None).await.code(), 99_991_672);
}

#[tokio::test]
async fn item_15_grants_act_at_once_without_a_new_token() {
    let t = Tenant::start().await;
    t.act(json!({ "action": "scopes", "except": ["contact:contact"] })).await;
    t.refused("POST", super::DEPARTMENTS, named("a"), 400, 99_991_672).await;
    t.act(json!({ "action": "scopes" })).await;
    t.ok("POST", super::DEPARTMENTS, named("a")).await;
}

#[tokio::test]
async fn item_16_what_a_person_did_not_grant_is_99991679() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    let person = t.login("u1", "contact:department.organize:readonly").await.access;
    let list = format!("{CONTACT}/users/find_by_department?department_id=0");
    assert_eq!(t.send("GET", &list, Some(&person), None).await.code(), 0);
    let me = t.ok("GET", &user("u1"), Value::Null).await["user"]["open_id"].as_str().expect("id").to_owned();
    let refused = t.send("GET", &format!("{CONTACT}/users/{me}"), Some(&person), None).await;
    assert_eq!((refused.status, refused.code()), (400, 99_991_679));
    let violations = &refused.body["error"]["permission_violations"];
    assert_eq!(set(violations, "type"), ["action_privilege_required".to_owned()].into());
    assert_eq!(set(violations, "subject"), READ_USER.map(str::to_owned).into());
    // Speaking user_id asks for a grant too.
    let by_user_id = t.send("GET", &members("0"), Some(&person), None).await;
    assert_eq!(by_user_id.code(), 99_991_679);
    let violations = &by_user_id.body["error"]["permission_violations"];
    assert_eq!(set(violations, "subject"), ["contact:user.employee_id:readonly".to_owned()].into());
}

#[tokio::test]
async fn item_17_a_field_without_its_scope_is_left_out_and_nothing_is_said() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    let whole = t.ok("GET", &user("u1"), Value::Null).await["user"].clone();
    let open_id = whole["open_id"].as_str().expect("id").to_owned();
    let path = format!("{CONTACT}/users/{open_id}");
    for (field, scope) in [
        ("mobile", "contact:user.phone:readonly"),
        ("email", "contact:user.email:readonly"),
        ("user_id", "contact:user.employee_id:readonly"),
        ("job_level_id", "contact:user.job_level:readonly"),
    ] {
        assert!(whole.get(field).is_some());
        t.act(json!({ "action": "scopes", "except": [scope] })).await;
        let shown = t.ok("GET", &path, Value::Null).await["user"].clone();
        assert!(shown.get(field).is_none(), "{field} is not even null");
        assert_eq!(shown.as_object().map(|m| m.len() + 1), whole.as_object().map(serde_json::Map::len));
        let list = format!("{CONTACT}/users/find_by_department?department_id=0");
        let listed = t.ok("GET", &list, Value::Null).await["items"][0].clone();
        assert!(listed.get(field).is_none() && listed.get("open_id").is_some());
    }
}

#[tokio::test]
async fn item_18_granted_and_missing_scopes_are_both_listed() {
    let t = Tenant::start().await;
    t.act(json!({ "action": "scopes", "only": ["contact:contact"] })).await;
    t.act(json!({ "action": "scopes", "only": [], "user": true })).await;
    let data = t.ok("GET", "/open-apis/application/v6/scopes", Value::Null).await;
    let scopes = data["scopes"].as_array().expect("scopes");
    let status = |name: &str| {
        let row = scopes.iter().find(|s| s["scope_name"] == name);
        row.and_then(|s| s["grant_status"].as_i64())
    };
    assert_eq!(status("contact:contact"), Some(1));
    assert_eq!(status("contact:contact.base:readonly"), Some(2));
    assert_eq!(status("contact:group"), Some(2));
    t.act(json!({ "action": "scopes" })).await;
    let data = t.ok("GET", "/open-apis/application/v6/scopes", Value::Null).await;
    let missing = data["scopes"].as_array().expect("scopes").iter().filter(|s| s["grant_status"] != 1);
    assert_eq!(missing.filter(|s| s["scope_name"] != "offline_access").count(), 0);
}
