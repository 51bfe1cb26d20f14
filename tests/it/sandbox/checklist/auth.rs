//! Items 7 to 11, 47, 48 and 52: who calls, judged before anything else.

use serde_json::{Value, json};

use super::{DEPARTMENTS, count, members, named};
use crate::support::{APP, Answer, CONTACT, SECRET, Tenant};

/// With the `Authorization` header as given.
async fn with_header(t: &Tenant, header: Option<&str>) -> Answer {
    let mut request = t.http.get(format!("{}{}", t.base, members("0")));
    if let Some(header) = header {
        request = request.header("Authorization", header);
    }
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.expect("a body");
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer { status, headers, text, body }
}

#[tokio::test]
async fn item_07_no_bearer_token_is_99991661_with_log_id_and_troubleshooter() {
    let t = Tenant::start().await;
    let bare = t.token.clone();
    for header in [None, Some(""), Some("Bearer "), Some(bare.as_str()), Some("Basic YTpi")] {
        let answer = with_header(&t, header).await;
        assert_eq!((answer.status, answer.code()), (400, 99_991_661), "{header:?}");
        assert!(answer.body["error"]["log_id"].as_str().is_some_and(|id| !id.is_empty()));
        let help = answer.body["error"]["troubleshooter"].as_str().expect("troubleshooter");
        let log_id = answer.body["error"]["log_id"].as_str().expect("log id");
        assert!(help.contains(log_id) && help.contains("99991661"));
    }
}

#[tokio::test]
async fn item_08_unknown_tokens_are_told_apart_by_their_prefix() {
    let t = Tenant::start().await;
    for (token, code) in [
        ("t-0123456789", 99_991_663),
        ("eyJhbGciOiJFUzI1NiJ9", 99_991_668),
        ("u-0123456789", 99_991_668),
        ("a-0123456789", 99_991_671),
        ("secret", 99_991_671),
    ] {
        let answer = t.send("GET", &members("0"), Some(token), None).await;
        assert_eq!((answer.status, answer.code()), (400, code), "{token}");
    }
}

#[tokio::test]
async fn item_09_an_expired_user_token_is_99991677() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    let scope = "contact:contact.base:readonly contact:user.employee_id:readonly";
    let login = t.login("u1", scope).await;
    t.step(7199).await;
    assert_eq!(t.send("GET", &members("0"), Some(&login.access), None).await.code(), 0);
    t.step(1).await;
    let late = t.send("GET", &members("0"), Some(&login.access), None).await;
    assert_eq!((late.status, late.code()), (401, 99_991_677));
}

#[tokio::test]
async fn item_10_the_wrong_kind_of_token_is_judged_by_the_endpoints_list() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    let person = t.login("u1", "contact:contact contact:contact.base:readonly").await.access;
    let app_only = t.send("POST", DEPARTMENTS, Some(&person), Some(named("a"))).await;
    assert_eq!((app_only.status, app_only.code()), (400, 99_991_668));
    assert!(app_only.body["msg"].as_str().is_some_and(|m| m.contains("not support")));
    let search = format!("{CONTACT}/departments/search");
    let people_only = t.send("POST", &search, Some(&t.token), Some(json!({ "query": "a" }))).await;
    assert_eq!((people_only.status, people_only.code()), (400, 99_991_663));
    assert_eq!(t.send("POST", &search, Some(&person), Some(json!({ "query": "a" }))).await.code(), 0);
}

#[tokio::test]
async fn item_11_token_kind_and_scope_are_judged_before_parameters_and_locks() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    let person = t.login("u1", "contact:contact.base:readonly").await.access;
    t.settings(json!({ "structure_lock_every": 1 })).await;
    let bad = || Some(json!({ "nmae": 5 }));
    let post = |token: Option<String>| {
        let t = &t;
        async move { t.send("POST", DEPARTMENTS, token.as_deref(), bad()).await.code() }
    };
    assert_eq!(post(None).await, 99_991_661);
    assert_eq!(post(Some("t-0".to_owned())).await, 99_991_663);
    assert_eq!(post(Some(person)).await, 99_991_668);
    t.act(json!({ "action": "scopes", "except": ["contact:contact"] })).await;
    assert_eq!(post(Some(t.token.clone())).await, 99_991_672);
    t.act(json!({ "action": "scopes" })).await;
    assert_eq!(post(Some(t.token.clone())).await, 99_992_402, "what is malformed never reaches the lock");
    t.refused("POST", DEPARTMENTS, named("a"), 400, 43_024).await;
    assert_eq!(count(&t, "departments").await, 0);
}

#[tokio::test]
async fn item_47_a_denied_address_is_named() {
    let t = Tenant::start().await;
    t.settings(json!({ "ip_allowlist": ["198.51.100.7"] })).await;
    let answer = t.refused("GET", &members("0"), Value::Null, 400, 99_991_401).await;
    assert!(answer.body["msg"].as_str().is_some_and(|m| m.contains("127.0.0.1")));
    t.settings(json!({ "ip_allowlist": ["198.51.100.7", "127.0.0.1"] })).await;
    t.ok("GET", &members("0"), Value::Null).await;
}

#[tokio::test]
async fn item_48_a_disabled_or_uninstalled_app_is_told_so() {
    let t = Tenant::start().await;
    let set = |name: &str, on: bool| json!({ "action": "app", "app_id": APP, "set": { name: on } });
    t.act(set("installed", false)).await;
    t.refused("GET", &members("0"), Value::Null, 400, 99_991_673).await;
    t.act(set("installed", true)).await;
    t.act(set("enabled", false)).await;
    t.refused("GET", &members("0"), Value::Null, 400, 99_991_662).await;
    t.act(set("enabled", true)).await;
    t.ok("GET", &members("0"), Value::Null).await;
}

#[tokio::test]
async fn item_52_an_app_of_the_other_brand_is_unknown() {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    let login = t.login("u1", "offline_access contact:contact.base:readonly").await;
    t.act(json!({ "action": "app", "app_id": APP, "set": { "brand": "feishu" } })).await;
    t.ok("GET", &members("0"), Value::Null).await;
    t.settings(json!({ "brand": "lark" })).await;
    let body = json!({ "app_id": APP, "app_secret": SECRET });
    let path = "/open-apis/auth/v3/tenant_access_token/internal";
    let answer = t.send("POST", path, None, Some(body)).await;
    assert_eq!((answer.status, answer.code()), (200, 10_014));
    assert_eq!(t.refresh(&login.refresh).await.body["code"], 20_048);
    t.refused("GET", &members("0"), Value::Null, 400, 99_991_663).await;
    assert_eq!(t.send("GET", &members("0"), Some(&login.access), None).await.code(), 99_991_668);
    t.act(json!({ "action": "app", "app_id": APP, "set": { "brand": "lark" } })).await;
    t.act(json!({ "action": "scopes", "only": [] })).await;
    let answer = t.refused("GET", &members("0"), Value::Null, 400, 99_991_672).await;
    assert!(answer.text.contains("https://open.larksuite.com/app/cli_sandbox/auth"));
    t.settings(json!({ "brand": "feishu" })).await;
    t.act(json!({ "action": "app", "app_id": APP, "set": { "brand": null } })).await;
    let answer = t.refused("GET", &members("0"), Value::Null, 400, 99_991_672).await;
    assert!(answer.text.contains("https://open.feishu.cn/app/cli_sandbox/auth"));
}
