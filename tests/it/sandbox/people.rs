//! `contact-v3/user`: each test is a rule of its pages or of `docs/fidelity.md`.

use serde_json::{Value, json};

use crate::support::{CONTACT, Tenant, person};

const BASE: &str = "/open-apis/contact/v3/users?department_id_type=department_id&user_id_type=user_id";

/// Deleting takes one id type only.
fn gone(id: &str) -> String {
    format!("{CONTACT}/users/{id}?user_id_type=user_id")
}

fn one(id: &str) -> String {
    format!("{CONTACT}/users/{id}?department_id_type=department_id&user_id_type=user_id")
}

async fn get(t: &Tenant, id: &str) -> Value {
    t.ok("GET", &one(id), Value::Null).await["user"].clone()
}

/// A person with some fields set differently.
fn with(id: &str, fields: Value) -> Value {
    let mut body = person(id, "0");
    for (name, value) in fields.as_object().expect("fields") {
        if value.is_null() {
            body.as_object_mut().expect("body").remove(name);
        } else {
            body[name] = value.clone();
        }
    }
    body
}

#[tokio::test]
async fn an_invited_person_has_not_joined_and_cannot_be_changed() {
    let t = Tenant::start().await;
    t.invited("u1", "0").await;
    let u = get(&t, "u1").await;
    assert_eq!((&u["status"]["is_unjoin"], &u["status"]["is_activated"]), (&json!(true), &json!(false)));
    t.refused("PATCH", &one("u1"), json!({ "name": "x" }), 400, 44010).await;
    t.act(json!({ "action": "join", "user": "u1" })).await;
    t.ok("PATCH", &one("u1"), json!({ "name": "x" })).await;
    t.act(json!({ "action": "leave", "user": "u1" })).await;
    t.refused("PATCH", &one("u1"), json!({ "name": "y" }), 400, 44011).await;
}

#[tokio::test]
async fn people_join_when_their_time_comes() {
    let t = Tenant::start().await;
    t.settings(json!({ "join": { "after_ms": 60_000 } })).await;
    t.invited("u1", "0").await;
    t.refused("PATCH", &one("u1"), json!({ "name": "x" }), 400, 44010).await;
    t.step(60).await;
    t.ok("PATCH", &one("u1"), json!({ "name": "x" })).await;
}

#[tokio::test]
async fn a_mobile_reads_back_in_one_form_and_belongs_to_one_person() {
    let t = Tenant::start().await;
    t.ok("POST", BASE, with("u1", json!({ "mobile": "13011112222" }))).await;
    assert_eq!(get(&t, "u1").await["mobile"], "+8613011112222");
    t.refused("POST", BASE, with("u2", json!({ "mobile": "+8613011112222" })), 400, 41001).await;
    t.refused("POST", BASE, with("u2", json!({ "mobile": "12" })), 400, 41004).await;
    t.refused("POST", BASE, with("u2", json!({ "mobile": "+14155550100" })), 400, 44020).await;
    t.ok("POST", BASE, with("u2", json!({ "mobile": "+14155550100", "email": "u2@example.com" }))).await;
    t.refused("POST", BASE, with("u3", json!({ "email": "U2@example.com" })), 400, 41002).await;
    let both = json!({ "mobile": "13011112222", "email": "u2@example.com" });
    t.refused("POST", BASE, with("u3", both), 409, 41003).await;
    t.settings(json!({ "brand": "lark" })).await;
    t.refused("POST", BASE, with("u4", json!({ "mobile": "13011113333" })), 400, 44018).await;
}

#[tokio::test]
async fn fields_have_rules() {
    let t = Tenant::start().await;
    t.ok("POST", BASE, with("taken", json!({ "employee_no": "7" }))).await;
    let long = "名".repeat(256);
    t.settings(json!({ "sensitive_words": ["坏词"] })).await;
    for (fields, code) in [
        (json!({ "user_id": "a b" }), 41012),
        (json!({ "user_id": "taken" }), 41011),
        (json!({ "name": " " }), 41006),
        (json!({ "name": long }), 41070),
        (json!({ "name": "有坏词" }), 41014),
        (json!({ "en_name": long }), 41071),
        (json!({ "nickname": long }), 41072),
        (json!({ "email": "nobody" }), 41005),
        (json!({ "department_ids": [] }), 41017),
        (json!({ "department_ids": ["nope"] }), 99_992_380),
        (json!({ "employee_type": 77 }), 41059),
        (json!({ "employee_no": "7" }), 44051),
        (json!({ "job_title": "t".repeat(101) }), 41063),
        (json!({ "job_level_id": "nope" }), 44044),
        (json!({ "job_family_id": "nope" }), 44045),
        (json!({ "enterprise_email": "a@elsewhere.cn" }), 44001),
        (json!({ "geo": "cn" }), 44040),
        (json!({ "subscription_ids": ["1"] }), 44048),
        (json!({ "avatar_key": "not a key" }), 41036),
        (json!({ "join_time": -1 }), 41042),
        (json!({ "leader_user_id": "nobody" }), 99_992_360),
        (json!({ "custom_attrs": [{ "type": "TEXT", "value": { "text": "x" } }] }), 41044),
        (json!({ "custom_attrs": [{ "id": "C-0", "value": { "text": "x" } }] }), 41045),
        (json!({ "gender": 9 }), 99_992_402),
        (json!({ "mobile": null }), 99_992_402),
        (json!({ "nickname": 5 }), 99_992_402),
    ] {
        t.refused("POST", BASE, with("u1", fields), 400, code).await;
    }
    let rows = t.rows("users").await;
    assert_eq!(rows.as_object().map(serde_json::Map::len), Some(1), "a refused person does not exist");
}

#[tokio::test]
async fn the_first_department_is_primary_unless_orders_say_otherwise() {
    let t = Tenant::start().await;
    for d in ["a", "b", "c"] {
        t.department(d, "0").await;
    }
    let departments = json!(["a", "b"]);
    t.ok("POST", BASE, with("u1", json!({ "department_ids": departments }))).await;
    let orders = get(&t, "u1").await["orders"].clone();
    assert_eq!((&orders[0]["department_id"], &orders[0]["is_primary_dept"]), (&json!("a"), &json!(true)));
    let order = |d: &str, weight: i64, primary: bool| json!({ "department_id": d, "user_order": 0, "department_order": weight, "is_primary_dept": primary });
    let body = |orders: Value| with("u2", json!({ "department_ids": departments, "orders": orders }));
    t.refused("POST", BASE, body(json!([order("c", 1, true)])), 400, 41025).await;
    t.refused("POST", BASE, body(json!([order("a", 1, true), order("b", 2, false)])), 400, 41410).await;
    t.ok("POST", BASE, body(json!([order("a", 1, false), order("b", 2, true)]))).await;
    t.act(json!({ "action": "join", "user": "u2" })).await;
    t.refused("PATCH", &one("u2"), json!({ "orders": [order("a", 3, true)] }), 400, 44002).await;
    let u = t.ok("PATCH", &one("u2"), json!({ "department_ids": ["c"] })).await["user"].clone();
    assert_eq!(u["department_ids"], json!(["c"]));
    assert_eq!(u["orders"][0]["is_primary_dept"], true);
}

#[tokio::test]
async fn a_person_is_listed_in_each_of_their_departments_with_all_of_them() {
    let t = Tenant::start().await;
    t.department("a", "0").await;
    t.department("b", "a").await;
    t.ok("POST", BASE, with("u1", json!({ "department_ids": ["a", "b"] }))).await;
    t.invited("u2", "b").await;
    for (department, expected) in [("a", 1), ("b", 2), ("0", 0)] {
        let path = format!(
            "{CONTACT}/users/find_by_department?department_id_type=department_id&department_id={department}"
        );
        let data = t.ok("GET", &path, Value::Null).await;
        assert_eq!(data["items"].as_array().map(Vec::len), Some(expected), "{department}");
        if department == "a" {
            assert_eq!(data["items"][0]["department_ids"], json!(["a", "b"]));
        }
    }
}

#[tokio::test]
async fn leaders_must_be_others_who_are_still_here_and_no_circle() {
    let t = Tenant::start().await;
    for id in ["u1", "u2", "u3"] {
        t.joined(id, "0").await;
    }
    t.refused("PATCH", &one("u1"), json!({ "leader_user_id": "u1" }), 400, 41030).await;
    t.ok("PATCH", &one("u1"), json!({ "leader_user_id": "u2", "dotted_line_leader_user_ids": ["u3"] })).await;
    t.ok("PATCH", &one("u2"), json!({ "leader_user_id": "u3" })).await;
    t.refused("PATCH", &one("u3"), json!({ "leader_user_id": "u1" }), 400, 44022).await;
    t.ok("DELETE", &gone("u3"), Value::Null).await;
    let u1 = get(&t, "u1").await;
    assert_eq!(u1["dotted_line_leader_user_ids"], json!([]), "who is gone leads nobody");
    assert_eq!(get(&t, "u2").await["leader_user_id"], "");
    t.refused("PATCH", &one("u1"), json!({ "leader_user_id": "u3" }), 400, 44021).await;
}

#[tokio::test]
async fn deleting_is_resigning_readable_never_listed_and_frees_what_was_theirs() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    let union = get(&t, "u1").await["union_id"].clone();
    t.ok("DELETE", &gone("u1"), Value::Null).await;
    assert_eq!(get(&t, "u1").await["status"]["is_resigned"], true);
    let path = format!("{CONTACT}/users/find_by_department?department_id=0");
    assert_eq!(t.ok("GET", &path, Value::Null).await["items"], json!([]));
    t.refused("DELETE", &gone("u1"), Value::Null, 400, 42006).await;
    t.invited("u1", "0").await;
    assert_ne!(get(&t, "u1").await["union_id"], union, "a reused id is another person");
}

#[tokio::test]
async fn acceptors_must_be_able_to_accept() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    t.invited("new", "0").await;
    t.joined("heir", "0").await;
    for bad in [
        json!({ "docs_acceptor_user_id": "u1" }),
        json!({ "docs_acceptor_user_id": "nobody" }),
        json!({ "calendar_acceptor_user_id": "new" }),
        json!({ "email_acceptor": { "processing_type": "1" } }),
    ] {
        t.refused("DELETE", &gone("u1"), bad, 400, 41052).await;
    }
    t.act(json!({ "action": "mark", "user": "u1", "manager": true })).await;
    t.refused("DELETE", &gone("u1"), Value::Null, 400, 44037).await;
    t.act(json!({ "action": "mark", "user": "u1", "manager": false })).await;
    let body = json!({
        "docs_acceptor_user_id": "heir",
        "email_acceptor": { "processing_type": "1", "acceptor_user_id": "heir" },
    });
    t.ok("DELETE", &gone("u1"), body).await;
}

#[tokio::test]
async fn a_resignation_can_be_undone_for_thirty_days() {
    let t = Tenant::start().await;
    t.department("a", "0").await;
    t.joined("u1", "a").await;
    let union = get(&t, "u1").await["union_id"].as_str().expect("id").to_owned();
    let back =
        format!("{CONTACT}/users/{union}/resurrect?user_id_type=union_id&department_id_type=department_id");
    t.refused("POST", &back, json!({}), 400, 44033).await;
    t.ok("DELETE", &gone("u1"), Value::Null).await;
    t.settings(json!({ "resign_flow_ms": 5_000 })).await;
    t.refused("POST", &back, json!({}), 400, 44034).await;
    t.step(10).await;
    t.settings(json!({ "paid_edition": false })).await;
    t.refused("POST", &back, json!({}), 400, 44029).await;
    t.settings(json!({ "paid_edition": true })).await;
    t.invited("u1", "0").await;
    t.refused("POST", &back, json!({}), 400, 44030).await;
    t.ok("DELETE", &gone("u1"), Value::Null).await;
    t.ok("POST", &back, json!({ "departments": [{ "department_id": "a" }] })).await;
    let u = get(&t, "u1").await;
    assert_eq!((&u["union_id"], &u["department_ids"]), (&json!(union), &json!(["a"])));
    t.ok("DELETE", &gone("u1"), Value::Null).await;
    t.step(31 * 24 * 3600).await;
    let token = t.fresh_token("cli_sandbox", "sandbox-secret").await;
    let late = t.send("POST", &back, Some(&token), Some(json!({}))).await;
    assert_eq!((late.status, late.code()), (400, 44028));
}

#[tokio::test]
async fn the_same_token_gives_the_same_person_and_another_body_is_refused() {
    let t = Tenant::start().await;
    let path = format!("{BASE}&client_token=abc");
    let first = t.ok("POST", &path, person("u1", "0")).await;
    let again = t.ok("POST", &path, person("u1", "0")).await;
    assert_eq!(first, again);
    t.refused("POST", &path, person("u2", "0"), 400, 40021).await;
    t.step(3_601).await;
    t.refused("POST", &path, person("u1", "0"), 400, 41011).await;
}

#[tokio::test]
async fn ids_by_mobile_and_email_say_nothing_of_whom_they_do_not_know() {
    let t = Tenant::start().await;
    t.ok("POST", BASE, with("u1", json!({ "mobile": "13011112222", "email": "u1@example.com" }))).await;
    let path = format!("{CONTACT}/users/batch_get_id?user_id_type=user_id");
    let body =
        json!({ "emails": ["U1@example.com", "x@example.com"], "mobiles": ["13011112222", "13011119999"] });
    let list = t.ok("POST", &path, body).await["user_list"].clone();
    assert_eq!(list.as_array().map(Vec::len), Some(4));
    assert_eq!((&list[0]["user_id"], &list[2]["user_id"]), (&json!("u1"), &json!("u1")));
    assert!(list[1].get("user_id").is_none() && list[3].get("user_id").is_none());
}

#[tokio::test]
async fn the_user_id_changes_once() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    t.joined("u2", "0").await;
    let path = |id: &str| format!("{CONTACT}/users/{id}/update_user_id?user_id_type=user_id");
    t.refused("PATCH", &path("u1"), json!({ "new_user_id": "u2" }), 400, 41011).await;
    t.ok("PATCH", &path("u1"), json!({ "new_user_id": "u3" })).await;
    t.refused("PATCH", &path("u3"), json!({ "new_user_id": "u4" }), 400, 41013).await;
}

#[tokio::test]
async fn the_founder_cannot_be_frozen() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    t.act(json!({ "action": "mark", "user": "u1", "founder": true })).await;
    t.refused("PATCH", &one("u1"), json!({ "is_frozen": true }), 400, 44036).await;
}

#[tokio::test]
async fn an_illegal_country_is_stored_and_not_shown() {
    let t = Tenant::start().await;
    t.ok("POST", BASE, with("u1", json!({ "country": "XX" }))).await;
    assert_eq!(get(&t, "u1").await["country"], "");
    let rows = t.rows("users").await;
    let row = rows.as_object().and_then(|m| m.values().next().cloned()).expect("row");
    assert_eq!(row["country"], "XX");
}
