//! Items 12 to 14, and how a person's decision reaches the token endpoint at all.

use serde_json::{Value, json};

use super::{members, user};
use crate::support::{APP, Login, OAUTH, SECRET, Tenant, authorize_url};

const SCOPE: &str = "offline_access contact:contact.base:readonly contact:user.employee_id:readonly";

async fn start() -> Tenant {
    let t = Tenant::start().await;
    t.joined("u1", "0").await;
    t
}

async fn works(t: &Tenant, access: &str) -> i64 {
    t.send("GET", &members("0"), Some(access), None).await.code()
}

#[tokio::test]
async fn item_12_refresh_tokens_rotate_and_work_once() {
    let t = start().await;
    let first = t.login("u1", SCOPE).await;
    assert_eq!(first.body["refresh_token_expires_in"], 604_800);
    let second = t.refresh(&first.refresh).await;
    assert_eq!((second.status, &second.body["code"]), (200, &json!(0)));
    let second = Login::of(&second.body);
    assert_ne!((&first.access, &first.refresh), (&second.access, &second.refresh));
    let again = t.refresh(&first.refresh).await;
    assert_eq!((again.status, &again.body["code"]), (400, &json!(20_073)));
    assert_eq!((works(&t, &first.access).await, works(&t, &second.access).await), (0, 0));
    assert_eq!(t.refresh(&second.refresh).await.status, 200);
}

#[tokio::test]
async fn item_13_a_refresh_token_needs_offline_access_the_switch_and_a_year_of_consent() {
    let t = start().await;
    let plain = t.login("u1", "contact:contact.base:readonly").await;
    assert!(
        plain.body.get("refresh_token").is_none() && plain.body.get("refresh_token_expires_in").is_none()
    );
    let mut login = t.login("u1", SCOPE).await;
    let switch = |on: bool| json!({ "action": "app", "app_id": APP, "set": { "allow_refresh_token": on } });
    t.act(switch(false)).await;
    assert_eq!(t.refresh(&login.refresh).await.body["code"], 20_074);
    t.act(switch(true)).await;
    // Every six days, for as long as it goes.
    for _ in 0..60 {
        t.step(6 * 86_400).await;
        login = Login::of(&t.refresh(&login.refresh).await.body);
        assert!(!login.refresh.is_empty());
    }
    // The last one ends with the consent, not seven days later, and says so.
    assert_eq!(login.body["refresh_token_expires_in"], 5 * 86_400);
    t.step(5 * 86_400).await;
    assert_eq!(t.refresh(&login.refresh).await.body["code"], 20_037);
}

#[tokio::test]
async fn item_14_errors_come_as_code_error_and_description() {
    let t = start().await;
    for (body, status, code, error) in [
        (json!({ "grant_type": "refresh_token", "refresh_token": "eyJ0" }), 400, 20_026, "invalid_grant"),
        (json!({ "grant_type": "authorization_code", "code": "nope" }), 400, 20_003, "invalid_grant"),
        (json!({ "grant_type": "password" }), 400, 20_036, "unsupported_grant_type"),
        (json!({}), 400, 20_001, "invalid_request"),
        (
            json!({ "grant_type": "authorization_code", "code": "x", "client_secret": "no" }),
            400,
            20_002,
            "invalid_client",
        ),
    ] {
        let answer = t.oauth(body).await;
        assert_eq!((answer.status, &answer.body["code"]), (status, &json!(code)));
        assert_eq!(answer.body["error"], error);
        assert!(answer.body["error_description"].as_str().is_some_and(|d| !d.is_empty()));
        let names: Vec<&String> = answer.body.as_object().expect("object").keys().collect();
        assert_eq!(names, ["code", "error", "error_description"], "no msg, no data");
        assert!(answer.header("X-Tt-Logid").is_some());
    }
}

#[tokio::test]
async fn a_code_is_of_one_use_and_five_minutes() {
    let t = start().await;
    let exchange = |code: String| t.oauth(json!({ "grant_type": "authorization_code", "code": code }));
    let code = t.code("u1", SCOPE).await;
    assert!(code.len() >= 64);
    t.step(299).await;
    assert_eq!(exchange(code.clone()).await.status, 200);
    assert_eq!(exchange(code).await.body["code"], 20_065);
    let late = t.code("u1", SCOPE).await;
    t.step(300).await;
    assert_eq!(exchange(late).await.body["code"], 20_004);
}

#[tokio::test]
async fn the_consent_page_sends_the_browser_back_with_a_code_or_a_refusal() {
    let t = start().await;
    let page = t.send("GET", &authorize_url(SCOPE, ""), None, None).await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").is_some_and(|c| c.starts_with("text/html")));
    assert!(page.text.contains("contact:contact.base:readonly") && page.text.contains("/_sandbox/act"));
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("client");
    for (decision, expected) in [("grant", "?code="), ("refuse", "?error=access_denied&state=s1")] {
        let url = authorize_url(SCOPE, "");
        let query = url.split_once('?').expect("query").1;
        let quoted = query.replace('%', "%25").replace('&', "%26").replace('=', "%3D");
        let form = format!("consent={quoted}&user_id=u1&decision={decision}");
        let response = http
            .post(format!("{}/_sandbox/act", t.base))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status().as_u16(), 302);
        let to = response.headers()["location"].to_str().expect("text").to_owned();
        assert!(to.starts_with(crate::support::BACK) && to.contains(expected), "{to}");
    }
}

#[tokio::test]
async fn what_a_person_takes_back_is_over() {
    let t = start().await;
    let login = t.login("u1", SCOPE).await;
    t.act(json!({ "action": "revoke", "app_id": APP, "user": "u1" })).await;
    assert_eq!(works(&t, &login.access).await, 99_991_668);
    assert_eq!(t.refresh(&login.refresh).await.body["code"], 20_064);
}

#[tokio::test]
async fn whoever_may_not_use_the_app_cannot_log_in() {
    let t = start().await;
    t.act(json!({ "action": "unavailable", "users": ["u1"] })).await;
    let act = json!({ "action": "consent", "url": authorize_url(SCOPE, ""), "user": "u1" });
    let refused = t.send("POST", "/_sandbox/act", None, Some(act)).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("20010"));
}

#[tokio::test]
async fn a_device_polls_until_a_person_agrees() {
    let t = start().await;
    let start_flow = || async {
        let request = t
            .http
            .post(format!("{}/oauth/v1/device_authorization", t.base))
            .basic_auth(APP, Some(SECRET))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(format!("client_id={APP}&scope=offline_access"));
        let text = request.send().await.expect("an answer").text().await.expect("text");
        serde_json::from_str::<Value>(&text).expect("JSON")
    };
    let poll = |code: &Value| {
        t.oauth(json!({
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": code,
        }))
    };
    let flow = start_flow().await;
    assert_eq!((&flow["expires_in"], &flow["interval"]), (&json!(240), &json!(5)));
    let page = flow["verification_uri_complete"].as_str().expect("address");
    assert!(page.starts_with(&t.base), "the page is on this server: {page}");
    let path = page.strip_prefix(&t.base).expect("path");
    assert_eq!(t.send("GET", path, None, None).await.status, 200);
    assert_eq!(poll(&flow["device_code"]).await.body["error"], "authorization_pending");
    assert_eq!(poll(&flow["device_code"]).await.body["error"], "slow_down");
    t.step(10).await;
    t.act(json!({ "action": "device_consent", "user_code": flow["user_code"], "user": "u1" })).await;
    let login = poll(&flow["device_code"]).await;
    assert_eq!(login.status, 200, "{}", login.text);
    assert!(!Login::of(&login.body).refresh.is_empty());
    let refused = start_flow().await;
    let act = json!({
        "action": "device_consent", "user_code": refused["user_code"], "user": "u1", "refuse": true,
    });
    t.act(act).await;
    assert_eq!(poll(&refused["device_code"]).await.body["error"], "access_denied");
    let late = start_flow().await;
    t.step(240).await;
    assert_eq!(poll(&late["device_code"]).await.body["error"], "expired_token");
}

#[tokio::test]
async fn the_journal_shows_logins_without_their_secrets() {
    let t = start().await;
    let login = t.login("u1", SCOPE).await;
    t.send("GET", &user("u1"), Some(&login.access), None).await;
    let report = t.send("GET", "/_sandbox/requests", None, None).await;
    assert!(report.text.contains(OAUTH));
    for secret in [SECRET, &login.access, &login.refresh, &t.token] {
        assert!(!report.text.contains(secret));
    }
}
