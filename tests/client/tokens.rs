//! Identities and tokens over the wire.

use larkctl::api::error::Cause;
use larkctl::api::{Client, Draft, Outcome};
use larkctl::base::contract::{Class, TokenType};
use larkctl::base::secret::Secret;
use serde_json::json;

use super::server::{Reply, Server, code, ok};
use super::{APP_SECRET, TOKEN, client, create_group, get_user, settings};

#[tokio::test]
async fn the_headers_are_as_documented() {
    let server = Server::start([ok(json!({}))]).await;
    let client = client(&server);
    client.reader().get(&get_user()).await.expect("answer");
    let user = Draft::to("DELETE", "/open-apis/contact/v3/users/:user_id").path("user_id", "ou_1");
    let delete = user.body(json!({"email_acceptor": {"processing_type": "3"}})).write().expect("write");
    assert!(matches!(client.writer().send(&delete).await, Outcome::Done(_)));
    let requests = server.requests();
    assert_eq!(requests[0].header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
    assert_eq!(requests[0].header("user-agent"), Some(concat!("larkctl/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(requests[0].header("content-type"), None);
    assert_eq!(requests[1].header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(requests[1].body, r#"{"email_acceptor":{"processing_type":"3"}}"#, "a DELETE may have a body");
    let token = server.token_requests();
    assert_eq!(token.len(), 1);
    assert_eq!(token[0].header("authorization"), None);
    assert_eq!(token[0].body, format!(r#"{{"app_id":"cli_test","app_secret":"{APP_SECRET}"}}"#));
}

#[tokio::test]
async fn a_bad_token_is_fetched_anew_once_and_then_explained() {
    let server = Server::start([code(400, 99_991_663)]).await;
    let client = client(&server);
    for _ in 0..10 {
        let error = client.reader().get(&get_user()).await.expect_err("error");
        assert_eq!((error.class(), error.attempts()), (Class::Token, 2));
        let remedy = error.remedy().expect("remedy").to_owned();
        assert!(
            remedy.contains("may take the other kind (documented: tenant_access_token, user_access_token)"),
            "{remedy}"
        );
    }
    assert_eq!(server.requests().len(), 20);
    assert_eq!(server.token_requests().len(), 2, "the same bad token came back; that is known now");
}

#[tokio::test]
async fn an_expired_token_is_replaced_for_any_write() {
    let token =
        |text: &str| Reply::Json(200, json!({"code": 0, "tenant_access_token": text, "expire": 7200}));
    let script = [code(400, 99_991_663), ok(json!({"group_id": "g1"}))];
    let server = Server::start(script).await.tokens([token("t-old"), token("t-new")]);
    assert!(matches!(client(&server).writer().send(&create_group()).await, Outcome::Done(_)));
    let used: Vec<_> =
        server.requests().iter().map(|r| r.header("authorization").map(str::to_owned)).collect();
    assert_eq!(used, [Some("Bearer t-old".to_owned()), Some("Bearer t-new".to_owned())]);
}

#[tokio::test]
async fn a_missing_identity_is_found_before_anything_is_sent() {
    let server = Server::start([ok(json!({}))]).await;
    let search = Draft::to("POST", "/open-apis/contact/v3/departments/search").body(json!({"query": "研发"}));
    let search = search.read().expect("read");
    let error = client(&server).reader().get(&search).await.expect_err("error");
    let shown = "POST /open-apis/contact/v3/departments/search: no identity for it is configured: it takes user_access_token";
    assert_eq!(error.to_string(), shown);
    assert!(error.remedy().is_some_and(|r| r.contains("larkctl login")));
    assert!(server.requests().is_empty() && server.token_requests().is_empty());
    let both = settings(&server.base()).with_user_token(Secret::new("u-person"));
    Client::new(both).expect("client").reader().get(&search).await.expect("answer");
    assert_eq!(server.requests()[0].header("authorization"), Some("Bearer u-person"));
}

#[tokio::test]
async fn a_request_may_insist_on_an_identity() {
    let server = Server::start([ok(json!({}))]).await;
    let both = settings(&server.base()).with_user_token(Secret::new("u-person"));
    let reader = Client::new(both).expect("client").reader();
    let draft = || Draft::to("GET", "/open-apis/contact/v3/users/:user_id").path("user_id", "ou_1");
    reader.get(&draft().read().expect("read")).await.expect("answer");
    reader.get(&draft().as_identity(TokenType::User).read().expect("read")).await.expect("answer");
    let used: Vec<_> =
        server.requests().iter().map(|r| r.header("authorization").map(str::to_owned)).collect();
    assert_eq!(used, [Some(format!("Bearer {TOKEN}")), Some("Bearer u-person".to_owned())]);
}

#[tokio::test]
async fn bad_credentials_stop_the_run_although_the_status_is_200() {
    for bad in [10_003, 10_014, 10_015, 99_991_543] {
        let server = Server::start([ok(json!({}))]).await.tokens([code(200, bad)]);
        let error = client(&server).reader().get(&get_user()).await.expect_err("error");
        assert!(error.stops_run(), "{error}");
        assert!(matches!(error.cause(), Cause::NoToken(_)));
        assert_eq!((error.code(), server.token_requests().len()), (Some(bad), 1));
        assert!(error.remedy().is_some_and(|r| r.contains("LARK_APP_SECRET")), "{error:?}");
        assert!(server.requests().is_empty());
    }
}

#[tokio::test]
async fn a_token_answer_without_a_token_is_an_error() {
    let server =
        Server::start([ok(json!({}))]).await.tokens([ok(json!({"tenant_access_token": "t-wrapped"}))]);
    let error = client(&server).reader().get(&get_user()).await.expect_err("error");
    assert!(error.to_string().contains("the answer of the token endpoint holds no token"), "{error}");
}
