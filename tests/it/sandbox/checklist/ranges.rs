//! Items 38 to 40: what part of the organisation a token sees.

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

#[tokio::test]
async fn item_39_mail_ranges_are_empty_until_somebody_configures_them() {
    let t = Tenant::start().await;
    t.settings(json!({ "mail_domains": ["example.com"] })).await;
    let (groups, mailboxes) = ("/open-apis/mail/v1/mailgroups", "/open-apis/mail/v1/public_mailboxes");
    let made = t.ok("POST", groups, json!({ "email": "g@example.com", "name": "g" })).await;
    let g = format!("{groups}/{}", made["mailgroup_id"].as_str().expect("id"));
    let made = t.ok("POST", mailboxes, json!({ "email": "m@example.com", "name": "m" })).await;
    let m = format!("{mailboxes}/{}", made["public_mailbox_id"].as_str().expect("id"));
    // Lists are empty and no error says why; the things themselves are refused, and not as "not found".
    for list in [groups, mailboxes] {
        assert!(texts(&t.ok("GET", list, Value::Null).await, "items", "email").is_empty());
    }
    for path in [&g, &m] {
        t.refused("GET", path, Value::Null, 403, 1_230_002).await;
        t.refused("GET", &format!("{path}/members"), Value::Null, 403, 1_230_002).await;
        t.refused("GET", &format!("{path}/aliases"), Value::Null, 403, 1_230_002).await;
        t.refused("PATCH", path, json!({ "name": "x" }), 403, 1_230_002).await;
    }
    t.refused("DELETE", &g, Value::Null, 403, 1_230_002).await;
    t.refused("GET", &format!("{groups}/none"), Value::Null, 404, 1_234_013).await;
    // The address is taken all the same, and its status is no secret.
    t.refused("POST", groups, json!({ "email": "g@example.com", "name": "g" }), 409, 1_234_006).await;
    let query = json!({ "email_list": ["g@example.com"] });
    let known = t.ok("POST", "/open-apis/mail/v1/users/query", query).await;
    assert_eq!(known["user_list"][0]["status"], 4);
    let id = g.rsplit('/').next().expect("id").to_owned();
    t.act(json!({ "action": "mail_range", "ids": [id] })).await;
    assert_eq!(texts(&t.ok("GET", groups, Value::Null).await, "items", "email"), ["g@example.com"]);
    t.ok("GET", &g, Value::Null).await;
    t.refused("GET", &m, Value::Null, 403, 1_230_002).await;
    t.act(json!({ "action": "mail_range", "all": true })).await;
    assert_eq!(texts(&t.ok("GET", mailboxes, Value::Null).await, "items", "email"), ["m@example.com"]);
    t.act(json!({ "action": "mail_range" })).await;
    assert!(texts(&t.ok("GET", groups, Value::Null).await, "items", "email").is_empty());
}
