//! Items 23 to 25 and 51: what is judged by the page, what is swallowed, what is put in order.

use larkctl::sandbox::server::Options;
use serde_json::{Value, json};

use super::{DEPARTMENTS, count, department, named, user};
use crate::support::{Answer, CONTACT, Tenant, options, person};

const USERS: &str = "/open-apis/contact/v3/users?department_id_type=department_id&user_id_type=user_id";

fn fields(answer: &Answer) -> Vec<String> {
    let list = answer.body["error"]["field_violations"].as_array().cloned().unwrap_or_default();
    assert!(list.iter().all(|v| v["description"].as_str().is_some_and(|d| !d.is_empty())));
    list.iter().map(|v| v["field"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn item_23_a_missing_or_bad_field_is_named_or_has_the_kinds_own_code() {
    let t = Tenant::with(Options { strict: false, ..options() }).await;
    let refused = t.refused("POST", DEPARTMENTS, json!({}), 400, 99_992_402).await;
    assert_eq!(fields(&refused), ["name", "parent_department_id"]);
    let body = json!({ "name": 5, "parent_department_id": "0", "leaders": [{ "leaderType": "1" }] });
    let refused = t.refused("POST", DEPARTMENTS, body, 400, 99_992_402).await;
    assert_eq!(fields(&refused), ["name", "leaders[0].leaderType", "leaders[0].leaderID"]);
    let refused =
        t.refused("GET", &format!("{CONTACT}/departments/parent"), Value::Null, 400, 99_992_402).await;
    assert_eq!(fields(&refused), ["department_id"]);
    let path = format!("{CONTACT}/scopes?user_id_type=name");
    assert_eq!(fields(&t.refused("GET", &path, Value::Null, 400, 99_992_402).await), ["user_id_type"]);
    // The kind's own codes come before the gateway's where a page has one.
    t.refused("POST", DEPARTMENTS, json!({ "name": "a/b", "parent_department_id": "0" }), 400, 43_029).await;
    let bad = json!({ "name": "a", "parent_department_id": "0", "department_id": "-" });
    t.refused("POST", DEPARTMENTS, bad, 400, 43_008).await;
    assert_eq!(count(&t, "departments").await, 0);
}

#[tokio::test]
async fn item_23_a_body_that_is_no_json_object_is_refused() {
    let t = Tenant::with(Options { strict: false, ..options() }).await;
    for text in ["{", "not json", "\u{0}", "[1]", "7"] {
        let response = t
            .http
            .post(format!("{}{DEPARTMENTS}", t.base))
            .bearer_auth(&t.token)
            .header("Content-Type", "application/json; charset=utf-8")
            .body(text)
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status().as_u16(), 400, "{text:?}");
        let body: Value = serde_json::from_str(&response.text().await.expect("text")).expect("JSON");
        assert!([9_499, 99_992_402].contains(&body["code"].as_i64().unwrap_or_default()), "{body}");
    }
    assert_eq!(count(&t, "departments").await, 0);
}

#[tokio::test]
async fn item_24_unknown_fields_are_ignored_without_a_word() {
    let t = Tenant::with(Options { strict: false, ..options() }).await;
    let mut body = named("a");
    body["nmae"] = "b".into();
    body["order"] = Value::Null;
    let made = t.ok("POST", &format!("{DEPARTMENTS}&misspelt=1"), body).await["department"].clone();
    assert_eq!((&made["name"], made.get("nmae")), (&json!("a"), None));
}

#[tokio::test]
async fn item_25_each_field_keeps_the_limits_of_its_page() {
    let t = Tenant::start().await;
    let too = |name: &str, value: Value| {
        let mut body = person("u1", "0");
        body[name] = value;
        body
    };
    for (field, value) in [("gender", json!(4)), ("gender", json!(-1)), ("employee_type", json!("1"))] {
        let refused = t.refused("POST", USERS, too(field, value), 400, 99_992_402).await;
        assert_eq!(fields(&refused), [field]);
    }
    let names: Vec<String> = (0..51).map(|n| format!("n{n}@example.com")).collect();
    let path = format!("{CONTACT}/users/batch_get_id");
    let many = t.call("POST", &path, json!({ "emails": names })).await;
    assert!([40_001, 99_992_402].contains(&many.code()), "{}", many.text);
    t.ok("POST", &path, json!({ "emails": names[..50] })).await;
    let long = json!({ "role_name": "r".repeat(51) });
    t.refused("POST", &format!("{CONTACT}/functional_roles"), long, 400, 99_992_402).await;
    t.ok("POST", &format!("{CONTACT}/functional_roles"), json!({ "role_name": "r".repeat(50) })).await;
}

/// So that a naive comparison of what was sent with what comes back is caught.
#[tokio::test]
async fn item_51_the_server_trims_orders_and_fills_in() {
    let t = Tenant::start().await;
    let mut body = person("u1", "0");
    body["name"] = "  Ann  ".into();
    body["mobile"] = "138-0013 8000".into();
    body["country"] = "XX".into();
    t.ok("POST", USERS, body).await;
    let u = t.ok("GET", &user("u1"), Value::Null).await["user"].clone();
    assert_eq!(
        (&u["name"], &u["mobile"], &u["country"]),
        (&json!("Ann"), &json!("+8613800138000"), &json!(""))
    );
    assert_eq!(u["orders"][0]["is_primary_dept"], true, "nobody said so");
    for (name, value) in [("gender", json!(0)), ("mobile_visible", json!(true)), ("en_name", json!(""))] {
        assert_eq!(u[name], value, "{name} has a default");
    }
    for name in ["first", "second"] {
        t.ok("POST", DEPARTMENTS, {
            let mut d = named(name);
            d["department_id"] = name.into();
            d
        })
        .await;
    }
    let order =
        |d: Value| d["department"]["order"].as_str().and_then(|o| o.parse::<i64>().ok()).expect("order");
    let first = order(t.ok("GET", &department("first"), Value::Null).await);
    let second = order(t.ok("GET", &department("second"), Value::Null).await);
    assert!(0 < first && first < second, "a place behind the siblings: {first}, {second}");
    // Departments of a person come back by weight, not as sent.
    let weights = json!([
        { "department_id": "first", "user_order": 0, "department_order": 1, "is_primary_dept": false },
        { "department_id": "second", "user_order": 0, "department_order": 9, "is_primary_dept": true },
    ]);
    let mut body = person("u2", "0");
    body["department_ids"] = json!(["first", "second"]);
    body["orders"] = weights;
    t.ok("POST", USERS, body).await;
    let u = t.ok("GET", &user("u2"), Value::Null).await["user"].clone();
    assert_eq!(u["orders"][0]["department_id"], "second");
}
