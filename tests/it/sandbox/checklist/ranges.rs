//! Items 38 and 40: what part of the organisation a token sees.

use serde_json::{Value, json};

use super::{DEPARTMENTS, children, department, members, texts, user};
use crate::support::{CONTACT, Tenant, person};

/// a (with b below) is visible, c is not; u1 in b, u2 in c, u3 in both, u4 in the root.
async fn start() -> Tenant {
    let t = Tenant::start().await;
    for (id, parent) in [("a", "0"), ("b", "a"), ("c", "0")] {
        t.department(id, parent).await;
    }
    for (id, place) in [("u1", "b"), ("u2", "c"), ("u4", "0")] {
        t.joined(id, place).await;
    }
    let mut both = person("u3", "b");
    both["department_ids"] = json!(["b", "c"]);
    t.ok("POST", &format!("{CONTACT}/users?department_id_type=department_id"), both).await;
    t
}

async fn open(t: &Tenant, id: &str) -> String {
    let d = t.ok("GET", &department(id), Value::Null).await;
    d["department"]["open_department_id"].as_str().expect("id").to_owned()
}

#[tokio::test]
async fn item_38_lists_omit_what_is_out_of_range_and_direct_access_is_refused() {
    let t = start().await;
    let a = open(&t, "a").await;
    t.act(json!({ "action": "range", "departments": [a] })).await;
    // In range, with everything below.
    t.ok("GET", &department("a"), Value::Null).await;
    t.ok("GET", &department("b"), Value::Null).await;
    t.ok("GET", &user("u1"), Value::Null).await;
    t.ok("GET", &user("u3"), Value::Null).await;
    assert_eq!(texts(&t.ok("GET", &children("a", ""), Value::Null).await, "items", "name"), ["b"]);
    // Out of range: refused one by one, dropped from lists and batches.
    t.refused("GET", &department("c"), Value::Null, 403, 40_004).await;
    t.refused("GET", &user("u2"), Value::Null, 400, 41_050).await;
    t.refused("GET", &members("c"), Value::Null, 403, 40_004).await;
    let batch = format!("{CONTACT}/users/batch?user_id_type=user_id&user_ids=u1&user_ids=u2&user_ids=u4");
    assert_eq!(texts(&t.ok("GET", &batch, Value::Null).await, "items", "user_id"), ["u1"]);
    let ids = "department_ids=a&department_ids=c";
    let batch = format!("{CONTACT}/departments/batch?department_id_type=department_id&{ids}");
    assert_eq!(texts(&t.ok("GET", &batch, Value::Null).await, "items", "department_id"), ["a"]);
    // Names for any id, whatever the range.
    let names = format!("{CONTACT}/users/basic_batch?user_id_type=user_id");
    let data = t.ok("POST", &names, json!({ "user_ids": ["u1", "u2"] })).await;
    assert_eq!(texts(&data, "users", "name"), ["u1", "u2"]);
    // Writes.
    t.refused("PATCH", &user("u2"), json!({ "name": "x" }), 400, 41_050).await;
    t.refused("PATCH", &department("c"), json!({ "name": "x" }), 403, 40_004).await;
    t.refused("PATCH", &department("b"), json!({ "parent_department_id": "c" }), 403, 40_014).await;
    let gone = format!("{CONTACT}/users/u3?user_id_type=user_id");
    t.refused("DELETE", &gone, Value::Null, 403, 40_004).await;
    t.ok("PATCH", &user("u1"), json!({ "name": "x" })).await;
}

#[tokio::test]
async fn item_38_everything_at_the_root_needs_the_whole_organisation() {
    let t = start().await;
    let a = open(&t, "a").await;
    t.act(json!({ "action": "range", "departments": [a] })).await;
    t.refused("GET", &department("0"), Value::Null, 403, 40_004).await;
    t.refused("GET", &children("0", ""), Value::Null, 403, 40_004).await;
    t.refused("GET", &members("0"), Value::Null, 403, 40_004).await;
    let root = json!({ "name": "x", "parent_department_id": "0" });
    t.refused("POST", DEPARTMENTS, root, 403, 40_014).await;
    t.refused("PATCH", &department("b"), json!({ "parent_department_id": "0" }), 403, 40_014).await;
    let users = format!("{CONTACT}/users?department_id_type=department_id&user_id_type=user_id");
    t.refused("POST", &users, person("u9", "0"), 403, 40_004).await;
    t.refused("POST", &format!("{CONTACT}/group"), json!({ "name": "g" }), 403, 42_010).await;
    let below = json!({ "name": "x", "parent_department_id": "a" });
    t.ok("POST", DEPARTMENTS, below).await;
    t.act(json!({ "action": "range" })).await;
    assert_eq!(texts(&t.ok("GET", &children("0", ""), Value::Null).await, "items", "name"), ["a", "c"]);
}

#[tokio::test]
async fn item_40_a_person_sees_by_their_own_visibility_not_the_apps_range() {
    let t = start().await;
    let scope =
        "contact:contact.base:readonly contact:department.base:readonly contact:user.employee_id:readonly";
    let u1 = t.login("u1", scope).await.access;
    t.act(json!({ "action": "range", "departments": [], "users": [], "groups": [] })).await;
    let ask = |path: String| {
        let (t, u1) = (&t, &u1);
        async move { t.send("GET", &path, Some(u1), None).await }
    };
    // The app sees nobody, the person everybody.
    t.refused("GET", &user("u2"), Value::Null, 400, 41_050).await;
    assert_eq!(ask(user("u2")).await.code(), 0);
    assert_eq!(texts(&ask(members("c")).await.body["data"], "items", "user_id"), ["u2", "u3"]);
    // A person who sees their own departments only.
    t.settings(json!({ "person": "own_departments" })).await;
    t.act(json!({ "action": "range" })).await;
    t.ok("GET", &user("u2"), Value::Null).await;
    assert_eq!(ask(user("u2")).await.code(), 41_050);
    assert_eq!(ask(user("u1")).await.code(), 0);
    assert_eq!(ask(members("c")).await.code(), 40_004);
    assert_eq!(texts(&ask(members("b")).await.body["data"], "items", "user_id"), ["u1", "u3"]);
    let top = ask(children("0", "&fetch_child=true")).await;
    assert_eq!(texts(&top.body["data"], "items", "name"), ["b"], "the list omits the rest");
}
