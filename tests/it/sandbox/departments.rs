//! `contact-v3/department`: each test is a rule of its pages or of `docs/fidelity.md`.

use serde_json::{Value, json};

use crate::support::{CONTACT, Tenant};

const BASE: &str = "/open-apis/contact/v3/departments?department_id_type=department_id&user_id_type=user_id";

/// Deleting takes one id type only.
fn gone(id: &str) -> String {
    format!("{CONTACT}/departments/{id}?department_id_type=department_id")
}

fn one(id: &str) -> String {
    format!("{CONTACT}/departments/{id}?department_id_type=department_id&user_id_type=user_id")
}

fn children(id: &str, more: &str) -> String {
    format!("{CONTACT}/departments/{id}/children?department_id_type=department_id&user_id_type=user_id{more}")
}

fn new(name: &str, parent: &str) -> Value {
    json!({ "name": name, "parent_department_id": parent })
}

async fn names(t: &Tenant, parent: &str, more: &str) -> Vec<String> {
    let data = t.ok("GET", &children(parent, more), Value::Null).await;
    let items = data["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|d| d["name"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_created_department_reads_back_whole() {
    let t = Tenant::start().await;
    t.joined("boss", "0").await;
    let body = json!({
        "name": "研发中心", "i18n_name": { "en_us": "R&D", "ja_jp": "研究開発" },
        "parent_department_id": "0", "department_id": "eng", "order": "100",
        "leaders": [{ "leaderType": 1, "leaderID": "boss" }], "create_group_chat": true,
        "group_chat_employee_types": [1, 2], "department_hrbps": ["boss"],
    });
    let made = t.ok("POST", BASE, body).await["department"].clone();
    let read = t.ok("GET", &one("eng"), Value::Null).await["department"].clone();
    assert_eq!(made, read);
    assert_eq!(read["leader_user_id"], "boss");
    assert_eq!(read["i18n_name"], json!({ "en_us": "R&D", "ja_jp": "研究開発" }));
    assert_eq!(read["order"], "100");
    assert!(read["chat_id"].as_str().is_some_and(|c| c.starts_with("oc_")));
    assert_eq!(read["department_hrbps"], json!(["boss"]));
    let open = read["open_department_id"].as_str().expect("id").to_owned();
    let by_open = t.ok("GET", &format!("{CONTACT}/departments/{open}"), Value::Null).await;
    assert_eq!(by_open["department"]["department_id"], "eng");
    assert_eq!(by_open["department"]["parent_department_id"], "0");
}

#[tokio::test]
async fn names_have_rules() {
    let t = Tenant::start().await;
    t.department("a", "0").await;
    t.refused("POST", BASE, new("  ", "0"), 401, 40016).await;
    t.refused("POST", BASE, new("x/y", "0"), 400, 43029).await;
    t.refused("POST", BASE, new("a", "0"), 400, 43022).await;
    t.ok("POST", BASE, new("a", "a")).await;
    let mut french = new("b", "0");
    french["i18n_name"] = json!({ "en_us": "B" });
    t.ok("POST", BASE, french).await;
    let mut again = new("c", "0");
    again["i18n_name"] = json!({ "en_us": "B" });
    t.refused("POST", BASE, again, 400, 43018).await;
    t.settings(json!({ "department_name_unique_in_tenant": true })).await;
    t.refused("POST", BASE, new("a", "a"), 400, 43022).await;
}

#[tokio::test]
async fn custom_ids_have_rules_and_are_free_after_deletion() {
    let t = Tenant::start().await;
    let with =
        |id: &str| json!({ "name": format!("n{id}"), "department_id": id, "parent_department_id": "0" });
    let long = "x".repeat(65);
    for bad in ["0", "1", "od-abc", "-a", "a b", "部门", long.as_str()] {
        t.refused("POST", BASE, with(bad), 400, 43008).await;
    }
    let first = t.ok("POST", BASE, with("D1")).await["department"]["open_department_id"].clone();
    t.refused("POST", BASE, with("d1"), 400, 43007).await;
    t.ok("DELETE", &gone("D1"), Value::Null).await;
    t.refused("GET", &one("D1"), Value::Null, 400, 99_992_380).await;
    let second = t.ok("POST", BASE, with("D1")).await["department"]["open_department_id"].clone();
    assert_ne!(first, second, "a reused id is another department");
}

#[tokio::test]
async fn an_id_sent_under_the_wrong_type_fails_in_the_gateway() {
    let t = Tenant::start().await;
    t.department("eng", "0").await;
    let answer = t.refused("GET", &format!("{CONTACT}/departments/eng"), Value::Null, 400, 99_992_357).await;
    assert!(answer.body["msg"].as_str().is_some_and(|m| m.contains("eng")));
}

#[tokio::test]
async fn siblings_are_listed_by_order_and_no_two_share_one() {
    let t = Tenant::start().await;
    for (name, order) in [("late", "300"), ("early", "5"), ("middle", "40")] {
        let mut body = new(name, "0");
        body["order"] = order.into();
        t.ok("POST", BASE, body).await;
    }
    t.ok("POST", BASE, new("last", "0")).await;
    assert_eq!(names(&t, "0", "").await, ["early", "middle", "late", "last"]);
    let mut clash = new("x", "0");
    clash["order"] = "40".into();
    t.refused("POST", BASE, clash.clone(), 400, 43005).await;
    clash["order"] = "-1".into();
    t.refused("POST", BASE, clash, 400, 40018).await;
}

#[tokio::test]
async fn the_tree_is_at_most_25_deep_and_never_a_circle() {
    let t = Tenant::start().await;
    let mut parent = "0".to_owned();
    for level in 1..=25 {
        let id = format!("L{level}");
        t.department(&id, &parent).await;
        parent = id;
    }
    t.refused("POST", BASE, new("too deep", "L25"), 400, 43019).await;
    t.refused("PATCH", &one("L2"), json!({ "parent_department_id": "L20" }), 400, 40001).await;
    t.department("side", "0").await;
    t.refused("PATCH", &one("L1"), json!({ "parent_department_id": "side" }), 400, 43019).await;
    t.ok("PATCH", &one("L3"), json!({ "parent_department_id": "side" })).await;
    let data = t.ok("GET", &children("side", "&fetch_child=true&page_size=50"), Value::Null).await;
    assert_eq!(data["items"].as_array().map(Vec::len), Some(23));
}

#[tokio::test]
async fn only_an_empty_department_can_be_deleted() {
    let t = Tenant::start().await;
    t.department("a", "0").await;
    t.department("b", "a").await;
    t.invited("u1", "b").await;
    t.refused("DELETE", &gone("a"), Value::Null, 400, 43012).await;
    t.refused("DELETE", &gone("b"), Value::Null, 400, 43011).await;
    t.refused("DELETE", &gone("0"), Value::Null, 400, 40002).await;
    t.ok("DELETE", &format!("{CONTACT}/users/u1?user_id_type=user_id"), Value::Null).await;
    t.ok("DELETE", &gone("b"), Value::Null).await;
    t.ok("DELETE", &gone("a"), Value::Null).await;
    t.refused("DELETE", &gone("a"), Value::Null, 400, 99_992_380).await;
}

#[tokio::test]
async fn who_has_not_joined_cannot_lead() {
    let t = Tenant::start().await;
    t.department("a", "0").await;
    t.invited("u1", "a").await;
    let lead = json!({ "leaders": [{ "leaderType": 1, "leaderID": "u1" }] });
    t.refused("PATCH", &one("a"), lead.clone(), 400, 43025).await;
    t.act(json!({ "action": "join", "user": "u1" })).await;
    t.ok("PATCH", &one("a"), lead).await;
    assert_eq!(t.ok("GET", &one("a"), Value::Null).await["department"]["leader_user_id"], "u1");
}

#[tokio::test]
async fn leaders_have_exactly_one_primary_and_mirror_leader_user_id() {
    let t = Tenant::start().await;
    t.department("a", "0").await;
    for id in ["u1", "u2"] {
        t.joined(id, "a").await;
    }
    let leaders = |list: &[(i64, &str)]| {
        let list: Vec<Value> = list.iter().map(|(t, u)| json!({ "leaderType": t, "leaderID": u })).collect();
        json!({ "leaders": list })
    };
    t.refused("PATCH", &one("a"), leaders(&[(2, "u1")]), 400, 43016).await;
    t.refused("PATCH", &one("a"), leaders(&[(1, "u1"), (1, "u2")]), 400, 43016).await;
    t.refused("PATCH", &one("a"), leaders(&[(1, "u1"), (2, "u1")]), 400, 43016).await;
    t.ok("PATCH", &one("a"), leaders(&[(1, "u1"), (2, "u2")])).await;
    let d = t.ok("PATCH", &one("a"), json!({ "leader_user_id": "u2" })).await["department"].clone();
    assert_eq!(d["leaders"], json!([{ "leaderType": 1, "leaderID": "u2" }]));
    let d = t.ok("PATCH", &one("a"), json!({ "leaders": [] })).await["department"].clone();
    assert!(d.get("leader_user_id").is_none());
    assert_eq!(d["leaders"], json!([]));
}

#[tokio::test]
async fn a_patch_leaves_what_it_does_not_name_and_a_put_does_not() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    let body = json!({
        "name": "a", "department_id": "a", "parent_department_id": "0", "order": "7",
        "i18n_name": { "en_us": "A", "ja_jp": "エー" }, "leader_user_id": "u1", "department_hrbps": ["u1"],
    });
    t.ok("POST", BASE, body).await;
    let d = t.ok("PATCH", &one("a"), json!({ "name": "a2", "i18n_name": { "en_us": "A2" } })).await;
    assert_eq!(d["department"]["i18n_name"], json!({ "en_us": "A2", "ja_jp": "エー" }));
    assert_eq!(d["department"]["leader_user_id"], "u1");
    let d = t.ok("PATCH", &one("a"), json!({ "name": "" })).await;
    assert_eq!(d["department"]["name"], "a2", "an empty text means: not modified");
    t.ok("PUT", &one("a"), json!({ "name": "a3", "parent_department_id": "0" })).await;
    let d = t.ok("GET", &one("a"), Value::Null).await["department"].clone();
    assert_eq!((&d["order"], &d["i18n_name"]), (&json!("7"), &json!({})));
    assert!(d.get("leader_user_id").is_none());
}

#[tokio::test]
async fn a_chat_is_opened_once_and_only_unbound() {
    let t = Tenant::start().await;
    t.department("a", "0").await;
    let unbind = format!("{CONTACT}/departments/unbind_department_chat?department_id_type=department_id");
    t.refused("POST", &unbind, json!({ "department_id": "a" }), 403, 40020).await;
    t.ok("PATCH", &one("a"), json!({ "create_group_chat": true })).await;
    let d = t.ok("PATCH", &one("a"), json!({ "create_group_chat": false })).await;
    assert!(d["department"]["chat_id"].is_string(), "false takes nothing away");
    t.ok("POST", &unbind, json!({ "department_id": "a" })).await;
    let d = t.ok("GET", &one("a"), Value::Null).await;
    assert!(d["department"].get("chat_id").is_none());
}

#[tokio::test]
async fn the_custom_id_changes_once() {
    let t = Tenant::start().await;
    t.department("a", "0").await;
    t.department("b", "0").await;
    let path = |id: &str| {
        format!("{CONTACT}/departments/{id}/update_department_id?department_id_type=department_id")
    };
    t.refused("PATCH", &path("a"), json!({ "new_department_id": "b" }), 400, 43007).await;
    t.ok("PATCH", &path("a"), json!({ "new_department_id": "c" })).await;
    t.refused("PATCH", &path("c"), json!({ "new_department_id": "d" }), 400, 43009).await;
}

#[tokio::test]
async fn counts_are_recursive_and_count_a_person_once() {
    let t = Tenant::start().await;
    t.department("a", "0").await;
    t.department("b", "a").await;
    t.department("c", "a").await;
    t.invited("u1", "b").await;
    let mut two = crate::support::person("u2", "b");
    two["department_ids"] = json!(["b", "c"]);
    let users = format!("{CONTACT}/users?department_id_type=department_id");
    t.ok("POST", &users, two).await;
    let d = t.ok("GET", &one("a"), Value::Null).await["department"].clone();
    assert_eq!((&d["member_count"], &d["primary_member_count"]), (&json!(2), &json!(2)));
    let d = t.ok("GET", &one("c"), Value::Null).await["department"].clone();
    assert_eq!((&d["member_count"], &d["primary_member_count"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn ancestors_run_from_the_parent_to_below_the_root() {
    let t = Tenant::start().await;
    t.department("a", "0").await;
    t.department("b", "a").await;
    t.department("c", "b").await;
    let path = format!("{CONTACT}/departments/parent?department_id_type=department_id&department_id=c");
    let data = t.ok("GET", &path, Value::Null).await;
    let ids: Vec<&str> =
        data["items"].as_array().expect("items").iter().filter_map(|d| d["department_id"].as_str()).collect();
    assert_eq!(ids, ["b", "a"]);
}

#[tokio::test]
async fn a_batch_drops_what_it_does_not_know() {
    let t = Tenant::start().await;
    t.department("a", "0").await;
    let path = format!(
        "{CONTACT}/departments/batch?department_id_type=department_id&department_ids=a&department_ids=nope"
    );
    let data = t.ok("GET", &path, Value::Null).await;
    assert_eq!(data["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_department_of_another_system_is_read_only() {
    let t = Tenant::start().await;
    t.department("a", "0").await;
    t.act(json!({ "action": "mark_department", "department": "a", "external": true })).await;
    t.refused("PATCH", &one("a"), json!({ "name": "b" }), 400, 43031).await;
}
