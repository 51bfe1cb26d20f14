//! Items 35 to 37: identifiers and how far they reach.

use serde_json::{Value, json};

use super::{DEPARTMENTS, department, user};
use crate::support::{CONTACT, Tenant};

async fn shown(t: &Tenant, token: &str, id: &str, id_type: &str) -> Value {
    let path = format!("{CONTACT}/users/{id}?user_id_type={id_type}&department_id_type=department_id");
    t.send("GET", &path, Some(token), None).await.body
}

#[tokio::test]
async fn item_35_open_ids_are_per_app_union_ids_per_developer_user_ids_per_tenant() {
    let t = Tenant::start().await;
    t.joined("boss", "0").await;
    t.joined("u1", "0").await;
    t.ok("PATCH", &user("u1"), json!({ "leader_user_id": "boss" })).await;
    let second = t.second_app().await;
    let ours = shown(&t, &t.token, "u1", "user_id").await["data"]["user"].clone();
    let theirs = shown(&t, &second, "u1", "user_id").await["data"]["user"].clone();
    assert_ne!(ours["open_id"], theirs["open_id"]);
    assert_eq!((&ours["union_id"], &ours["user_id"]), (&theirs["union_id"], &theirs["user_id"]));
    for (name, prefix) in [("open_id", "ou_"), ("union_id", "on_")] {
        assert!(ours[name].as_str().is_some_and(|id| id.starts_with(prefix)));
    }
    // Each leads to the same person, and the id type decides how others are spelt.
    let boss = shown(&t, &t.token, "boss", "user_id").await["data"]["user"].clone();
    for id_type in ["open_id", "union_id", "user_id"] {
        let id = ours[id_type].as_str().expect("id");
        let same = shown(&t, &t.token, id, id_type).await["data"]["user"].clone();
        assert_eq!(same["union_id"], ours["union_id"]);
        assert_eq!(same["leader_user_id"], boss[id_type], "{id_type}");
    }
    let made = t.ok("POST", DEPARTMENTS, super::named("a")).await["department"].clone();
    let open = made["open_department_id"].as_str().expect("id");
    assert!(open.starts_with("od-"));
    let other = t.send("GET", &format!("{CONTACT}/departments/{open}"), Some(&second), None).await;
    assert_eq!(
        other.body["data"]["department"]["department_id"], made["department_id"],
        "the same in all apps"
    );
}

#[tokio::test]
async fn item_36_foreign_and_unknown_ids_are_told_apart() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    let second = t.second_app().await;
    let theirs = shown(&t, &second, "u1", "user_id").await["data"]["user"]["open_id"].clone();
    t.act(json!({ "action": "foreign", "user_ids": ["stranger"], "union_ids": ["on_stranger"] })).await;
    for (id, id_type, code) in [
        (theirs.as_str().expect("id"), "open_id", 99_992_361),
        ("stranger", "user_id", 99_992_364),
        ("on_stranger", "union_id", 99_992_381),
        ("ou_00000000000000000000000000000000", "open_id", 99_992_351),
        ("on_00000000000000000000000000000000", "union_id", 99_992_354),
        ("nobody", "user_id", 99_992_360),
        ("u1", "open_id", 99_992_351),
    ] {
        let path = format!("{CONTACT}/users/{id}?user_id_type={id_type}");
        let refused = t.refused("GET", &path, Value::Null, 400, code).await;
        if ![99_992_361, 99_992_364, 99_992_381].contains(&code) {
            assert!(refused.body["msg"].as_str().is_some_and(|m| m.contains(id)), "{}", refused.text);
        }
    }
}

#[tokio::test]
async fn item_37_a_department_id_is_free_after_deletion_and_the_root_is_protected() {
    let t = Tenant::start().await;
    let gone = |id: &str| format!("{CONTACT}/departments/{id}?department_id_type=department_id");
    let open = || async {
        let d = t.ok("GET", &department("a"), Value::Null).await;
        d["department"]["open_department_id"].as_str().expect("id").to_owned()
    };
    t.department("a", "0").await;
    let first = open().await;
    t.ok("DELETE", &gone("a"), Value::Null).await;
    t.department("a", "0").await;
    let second = open().await;
    assert_ne!(first, second, "another department under the same id");
    let old = format!("{CONTACT}/departments/{first}");
    t.refused("GET", &old, Value::Null, 400, 99_992_357).await;
    t.refused("DELETE", &gone("0"), Value::Null, 400, 40_002).await;
    t.refused("PATCH", &department("0"), json!({ "name": "x" }), 400, 40_002).await;
    let body = json!({ "name": "x", "parent_department_id": "0" });
    t.refused("PUT", &department("0"), body, 400, 40_002).await;
}
