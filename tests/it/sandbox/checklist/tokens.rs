//! Items 1 to 6: the tokens of apps.

use serde_json::{Value, json};

use super::members;
use crate::support::{APP, Answer, SECRET, Tenant};

const INTERNAL: &str = "/open-apis/auth/v3/tenant_access_token/internal";

async fn ask(t: &Tenant, path: &str, id: &str, secret: &str) -> Answer {
    t.send("POST", path, None, Some(json!({ "app_id": id, "app_secret": secret }))).await
}

async fn works(t: &Tenant, token: &str) -> i64 {
    t.send("GET", &members("0"), Some(token), None).await.code()
}

#[tokio::test]
async fn item_01_token_fields_are_at_the_top_level_and_count_down() {
    let t = Tenant::start().await;
    let first = ask(&t, INTERNAL, APP, SECRET).await;
    assert_eq!((first.status, &first.body["code"], &first.body["msg"]), (200, &json!(0), &json!("ok")));
    assert!(first.body.get("data").is_none());
    assert!(first.body["tenant_access_token"].as_str().is_some_and(|t| t.starts_with("t-")));
    assert_eq!(first.body["expire"], 7200);
    t.step(100).await;
    assert_eq!(ask(&t, INTERNAL, APP, SECRET).await.body["expire"], 7100);
}

#[tokio::test]
async fn item_02_the_token_stays_while_thirty_minutes_remain_then_two_are_valid() {
    let t = Tenant::start().await;
    let token = |a: Answer| a.body["tenant_access_token"].as_str().unwrap_or_default().to_owned();
    let old = token(ask(&t, INTERNAL, APP, SECRET).await);
    t.step(7200 - 1800).await;
    let still = ask(&t, INTERNAL, APP, SECRET).await;
    assert_eq!((&still.body["expire"], token(still.clone())), (&json!(1800), old.clone()));
    t.step(1).await;
    let fresh = ask(&t, INTERNAL, APP, SECRET).await;
    assert_eq!(fresh.body["expire"], 7200);
    let new = token(fresh);
    assert_ne!(new, old);
    assert_eq!((works(&t, &old).await, works(&t, &new).await), (0, 0));
    t.step(1799).await;
    assert_eq!((works(&t, &old).await, works(&t, &new).await), (99_991_663, 0));
}

#[tokio::test]
async fn item_03_bad_credentials_answer_with_http_200_or_the_documented_codes() {
    let t = Tenant::start().await;
    let cases = [
        ("", SECRET, 10_003, 10_003),
        ("nonsense", SECRET, 10_003, 10_003),
        (APP, "", 10_003, 10_003),
        ("cli_0000000000000000", SECRET, 10_014, 99_991_543),
        (APP, "wrong", 10_014, 10_015),
    ];
    for (id, secret, wire, _) in cases {
        let answer = ask(&t, INTERNAL, id, secret).await;
        assert_eq!((answer.status, answer.code()), (200, wire), "{id}/{secret}");
        assert!(answer.body.get("tenant_access_token").is_none());
    }
    let malformed = ask(&t, INTERNAL, "", "").await;
    assert_eq!(malformed.body, json!({ "code": 10_003, "msg": "invalid param", "data": {} }));
    t.settings(json!({ "documented_credential_errors": true })).await;
    for (id, secret, _, documented) in cases {
        let answer = ask(&t, INTERNAL, id, secret).await;
        assert_eq!((answer.status, answer.code()), (400, documented), "{id}/{secret}");
    }
}

#[tokio::test]
async fn item_04_a_trailing_slash_is_accepted_and_the_app_token_is_the_tenant_token() {
    let t = Tenant::start().await;
    assert_eq!(ask(&t, &format!("{INTERNAL}/"), APP, SECRET).await.code(), 0);
    let both = ask(&t, "/open-apis/auth/v3/app_access_token/internal", APP, SECRET).await;
    assert_eq!(both.body["app_access_token"], both.body["tenant_access_token"]);
    assert_eq!(both.body["tenant_access_token"], t.token.as_str());
    assert_eq!(both.body["expire"], 7200);
}

#[tokio::test]
async fn item_05_expiry_follows_the_virtual_clock_which_never_goes_back() {
    let t = Tenant::start().await;
    t.step(7199).await;
    assert_eq!(works(&t, &t.token).await, 0);
    t.step(1).await;
    assert_eq!(works(&t, &t.token).await, 99_991_663);
    let clock = |body: Value| t.send("POST", "/_sandbox/clock", None, Some(body));
    for bad in [json!({ "step_ms": -1 }), json!({ "scale": -1 }), json!({ "now_ms": 5 }), json!(7)] {
        assert_eq!(clock(bad.clone()).await.status, 400, "{bad}");
    }
    let before = t.send("GET", "/_sandbox/clock", None, None).await.body["now_ms"].as_i64().expect("now");
    assert_eq!(clock(json!({ "step_ms": 5 })).await.body["now_ms"], before + 5);
}

#[tokio::test]
async fn item_06_token_endpoints_ignore_the_address_list() {
    let t = Tenant::start().await;
    t.settings(json!({ "ip_allowlist": ["198.51.100.7"] })).await;
    assert_eq!(ask(&t, INTERNAL, APP, SECRET).await.code(), 0);
    assert_eq!(works(&t, &t.token).await, 99_991_401);
}
