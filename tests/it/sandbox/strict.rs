//! Strict mode: what the real gateway swallows without a word fails here where it was written.

use larkctl::sandbox::server::Options;
use serde_json::{Value, json};

use crate::support::{CONTACT, Tenant, options, person};

const USERS: &str = "/open-apis/contact/v3/users?department_id_type=department_id&user_id_type=user_id";

fn with(name: &str, value: Value) -> Value {
    let mut body = person("u1", "0");
    body[name] = value;
    body
}

/// Refused with 99992402 and exactly this field.
async fn named(t: &Tenant, path: &str, body: Value, field: &str) {
    let refused = t.refused("POST", path, body, 400, 99_992_402).await;
    let violations = refused.body["error"]["field_violations"].as_array().cloned().unwrap_or_default();
    let fields: Vec<&str> = violations.iter().filter_map(|v| v["field"].as_str()).collect();
    assert_eq!(fields, [field], "{}", refused.text);
}

#[tokio::test]
async fn each_slip_fails_loudly_with_the_field_named() {
    let t = Tenant::start().await;
    named(&t, USERS, with("nickNmae", json!("x")), "nickNmae").await;
    named(&t, USERS, with("nickname", Value::Null), "nickname").await;
    named(&t, USERS, with("nickname", json!(5)), "nickname").await;
    named(&t, USERS, with("gender", json!("1")), "gender").await;
    named(&t, USERS, with("department_ids", json!("0")), "department_ids").await;
    named(&t, USERS, with("department_ids", json!([0])), "department_ids[0]").await;
    named(&t, USERS, with("orders", json!([{ "departmnt_id": "0" }])), "orders[0].departmnt_id").await;
    let attr = json!([{ "id": "C-7000000000000000001", "type": "TEXT", "value": { "txt": "x" } }]);
    named(&t, USERS, with("custom_attrs", attr), "custom_attrs[0].value.txt").await;
    named(&t, &format!("{USERS}&client_tokn=x"), person("u1", "0"), "client_tokn").await;
    named(&t, &USERS.replace("user_id_type", "id_type"), person("u1", "0"), "id_type").await;
    named(&t, &format!("{USERS}&user_id_type=open_id"), person("u1", "0"), "user_id_type").await;
    assert_eq!(t.rows("users").await, json!({}), "nothing of it happened");
    t.ok("POST", USERS, person("u1", "0")).await;
}

#[tokio::test]
async fn a_query_is_judged_as_strictly_as_a_body() {
    let t = Tenant::start().await;
    for (query, field) in [
        ("fetch_child=1", "fetch_child"),
        ("fetch_child=TRUE", "fetch_child"),
        ("page_size=ten", "page_size"),
        ("department_id_type=id", "department_id_type"),
        ("page_sise=10", "page_sise"),
    ] {
        let path = format!("{CONTACT}/departments/0/children?{query}");
        let refused = t.refused("GET", &path, Value::Null, 400, 99_992_402).await;
        assert_eq!(refused.body["error"]["field_violations"][0]["field"], field);
    }
}

#[tokio::test]
async fn without_it_the_slip_is_swallowed_and_a_wrong_type_is_not() {
    let t = Tenant::with(Options { strict: false, ..options() }).await;
    t.ok("POST", &format!("{USERS}&client_tokn=x"), with("nickNmae", json!("x"))).await;
    let mut again = person("u2", "0");
    again["nickname"] = Value::Null;
    t.ok("POST", USERS, again).await;
    let mut wrong = person("u3", "0");
    wrong["nickname"] = json!(5);
    named(&t, USERS, wrong, "nickname").await;
    let rows = t.rows("users").await;
    assert_eq!(rows.as_object().map(serde_json::Map::len), Some(2));
    assert!(!rows.to_string().contains("nickNmae"));
}

#[tokio::test]
async fn the_journal_counts_what_was_outside_the_contract() {
    let t = Tenant::start().await;
    let outside =
        || async { t.send("GET", "/_sandbox/requests", None, None).await.body["outside_contract"].as_u64() };
    t.send("DELETE", "/_sandbox/requests", None, None).await;
    t.ok("POST", USERS, person("u1", "0")).await;
    assert_eq!(outside().await, Some(0));
    t.call("POST", USERS, with("nickNmae", json!("x"))).await;
    assert_eq!(outside().await, Some(1));
    t.call("GET", "/open-apis/contact/v3/nothing", Value::Null).await;
    assert_eq!(outside().await, Some(2));
    // A refusal by a rule of the business is within.
    t.refused("POST", USERS, person("u1", "0"), 400, 41_011).await;
    assert_eq!(outside().await, Some(2));
    let report = t.send("GET", "/_sandbox/requests?last=3", None, None).await.body;
    let flags: Vec<&Value> =
        report["requests"].as_array().expect("list").iter().map(|r| &r["in_contract"]).collect();
    assert_eq!(flags, [false, false, true]);
}
