//! Items 19 to 22, 49, 50, 57 and 58: what answers look like.

use serde_json::{Value, json};

use super::{DEPARTMENTS, children, department, members, named, user};
use crate::support::{CONTACT, Tenant, person};

const USERS: &str = "/open-apis/contact/v3/users?department_id_type=department_id&user_id_type=user_id";

#[tokio::test]
async fn item_19_answers_are_code_msg_and_data_where_the_page_shows_it() {
    let t = Tenant::start().await;
    let keys = |v: &Value| v.as_object().map(|m| m.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    let made = t.call("POST", DEPARTMENTS, named("a")).await;
    assert_eq!((made.status, keys(&made.body)), (200, vec!["code".into(), "data".into(), "msg".into()]));
    assert_eq!(made.body["msg"], "success");
    let id = made.body["data"]["department"]["department_id"].as_str().expect("id").to_owned();
    // Pages whose table has a `data` row show it even when there is nothing in it.
    let gone = format!("{CONTACT}/departments/{id}?department_id_type=department_id");
    let gone = t.call("DELETE", &gone, Value::Null).await;
    assert_eq!(
        (keys(&gone.body), &gone.body["data"]),
        (vec!["code".into(), "data".into(), "msg".into()], &json!({}))
    );
    t.ok("POST", &format!("{CONTACT}/group"), json!({ "name": "g", "group_id": "g1" })).await;
    let patched = t.call("PATCH", &format!("{CONTACT}/group/g1"), json!({ "name": "h" })).await;
    assert_eq!(patched.body["data"], json!({}));
    let refused = t.refused("GET", &department("nope"), Value::Null, 400, 99_992_380).await;
    assert_eq!(keys(&refused.body), ["code", "error", "msg"], "a refusal has no data");
}

#[tokio::test]
async fn item_20_the_error_object_has_two_shapes() {
    let t = Tenant::start().await;
    t.act(json!({ "action": "scopes", "only": [] })).await;
    let wire = t.refused("GET", &members("0"), Value::Null, 400, 99_991_672).await.body["error"].clone();
    assert!(wire.get("log_id").is_some() && wire.get("logid").is_none());
    assert!(wire["permission_violations"][0].get("subject").is_some());
    t.settings(json!({ "error_shape": "guide" })).await;
    let guide = t.refused("GET", &members("0"), Value::Null, 400, 99_991_672).await.body["error"].clone();
    assert!(guide.get("logid").is_some() && guide.get("log_id").is_none());
    assert!(guide["message"].is_string() && guide["troubleshooter"].is_string());
    let violation = &guide["permission_violations"][0];
    assert!(violation["scope"].is_string() && violation["url"].is_string());
    assert!(guide["helps"][0]["url"].is_string());
}

#[tokio::test]
async fn item_21_every_answer_carries_a_log_id_of_its_own() {
    let t = Tenant::start().await;
    let mut seen = std::collections::BTreeSet::new();
    for path in [members("0"), department("nope"), "/open-apis/nothing/here".to_owned()] {
        let answer = t.call("GET", &path, Value::Null).await;
        let log_id = answer.header("X-Tt-Logid").expect("log id").to_owned();
        assert_eq!(answer.header("X-Request-Id"), Some(log_id.as_str()));
        // The time in the platform's zone, then hexadecimal digits.
        let (time, tail) = log_id.split_at(14);
        assert!(time.bytes().all(|b| b.is_ascii_digit()) && tail.bytes().all(|b| b.is_ascii_hexdigit()));
        if let Some(inner) = answer.body["error"]["log_id"].as_str() {
            assert_eq!(inner, log_id);
        }
        assert!(seen.insert(log_id));
    }
}

#[tokio::test]
async fn item_22_an_unknown_path_or_method_is_plain_text_404() {
    let t = Tenant::start().await;
    for (method, path) in [
        ("GET", "/open-apis/contact/v3/nothing"),
        ("GET", "/open-apis/contact/v3/users/u1/nothing"),
        ("POST", "/open-apis/contact/v3/scopes"),
        ("HEAD", "/open-apis/contact/v3/scopes"),
        ("GET", "/open-apis/auth/v3/tenant_access_token/internal"),
    ] {
        let answer = t.send(method, path, None, None).await;
        assert_eq!(answer.status, 404, "{method} {path}");
        assert!(answer.header("content-type").is_some_and(|c| c.starts_with("text/plain")));
        if method != "HEAD" {
            assert_eq!(answer.text, "404 page not found");
        }
    }
}

/// 404 for a permission is a habit of meeting rooms alone, which come later.
#[tokio::test]
async fn item_49_the_status_is_no_classifier() {
    let t = Tenant::start().await;
    // Failures with 200.
    let user_info = t.send("GET", "/open-apis/authen/v1/user_info", Some("eyJ0"), None).await;
    assert_eq!((user_info.status, user_info.code()), (200, 20_005));
    // 401 for a blank name, 409 for a duplicate, 500 for a missing group's list, 504 for a switched-off feature.
    t.refused("POST", DEPARTMENTS, named(" "), 401, 40_016).await;
    t.ok("POST", USERS, {
        let mut p = person("u1", "0");
        p["email"] = "u1@example.com".into();
        p
    })
    .await;
    t.ok("POST", USERS, person("u2", "0")).await;
    let mut both = person("u2", "0");
    both["user_id"] = "u3".into();
    both["email"] = "u1@example.com".into();
    t.refused("POST", USERS, both, 409, 41_003).await;
    t.department("a", "0").await;
    t.settings(json!({ "multi_department": false })).await;
    let mut two = person("u4", "a");
    two["department_ids"] = json!(["a", "0"]);
    t.refused("POST", USERS, two, 504, 41_032).await;
    t.refused("GET", &format!("{CONTACT}/functional_roles/nope/members"), Value::Null, 404, 41_202).await;
}

/// Contacts and seats; the other services bring their own units.
#[tokio::test]
async fn item_50_times_have_the_units_of_their_kind() {
    let t = Tenant::start().await;
    let now = t.send("GET", "/_sandbox/clock", None, None).await.body["now_ms"].as_i64().expect("now");
    t.joined("u1", "0").await;
    let joined = t.ok("GET", &user("u1"), Value::Null).await["user"]["join_time"].as_i64();
    assert_eq!(joined, Some(now / 1000), "a number of seconds");
    let plan = json!({
        "action": "subscription", "subscription_id": "7", "license_plan_key": "p", "total_seats": 5,
        "start_time": 0, "end_time": 4_000_000_000_i64,
    });
    t.act(plan).await;
    let data = t.ok("GET", "/open-apis/tenant/v2/tenant/assign_info_list/query", Value::Null).await;
    let seats = &data["assign_info_list"][0];
    assert_eq!(seats["end_time"], "4000000000", "a text of seconds");
    assert_eq!(seats["total_seats"], "5", "64-bit numbers are texts");
    let types = t.ok("GET", &format!("{CONTACT}/employee_type_enums"), Value::Null).await;
    assert_eq!((&types["items"][0]["enum_value"], &types["items"][0]["enum_type"]), (&json!("1"), &json!(1)));
}

#[tokio::test]
async fn item_57_answers_may_hold_fields_and_values_that_no_page_knows() {
    let t = Tenant::start().await;
    t.department("a", "0").await;
    let types = format!("{CONTACT}/employee_type_enums");
    let plain = t.ok("GET", &types, Value::Null).await;
    t.settings(json!({ "extra_fields": true })).await;
    let data = t.ok("GET", &children("0", ""), Value::Null).await;
    assert!(data.get("x_sandbox_new_field").is_some());
    assert!(data["items"][0].get("x_sandbox_new_field").is_some());
    t.settings(json!({ "extra_fields": false, "extra_values": true })).await;
    let odd = t.ok("GET", &types, Value::Null).await;
    let (plain, odd) = (plain["items"].as_array().expect("items"), odd["items"].as_array().expect("items"));
    assert_eq!(plain.len(), odd.len());
    assert_eq!(plain[..4], odd[..4], "all but the last item are as they are");
    assert_eq!((&odd[4]["enum_type"], &odd[4]["enum_status"]), (&json!(99), &json!(99)));
    assert_eq!(plain[4]["content"], odd[4]["content"], "only enumerations change");
}

#[tokio::test]
async fn item_58_texts_vary_and_mix_languages() {
    let t = Tenant::start().await;
    let ask = || async { t.call("GET", &department("nope"), Value::Null).await.body["msg"].clone() };
    assert_eq!(ask().await, ask().await, "without the knob they stay");
    t.settings(json!({ "vary_messages": true })).await;
    let mut texts = std::collections::BTreeSet::new();
    for _ in 0..6 {
        texts.insert(ask().await.as_str().expect("text").to_owned());
    }
    assert!(texts.len() > 1);
    assert!(texts.iter().any(|text| !text.is_ascii()), "Feishu mixes in Chinese: {texts:?}");
    t.settings(json!({ "brand": "lark" })).await;
    for _ in 0..6 {
        assert!(ask().await.as_str().is_some_and(str::is_ascii), "Lark does not");
    }
}
