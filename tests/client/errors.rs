//! What people are told.

use std::time::Duration;

use larkctl::api::error::Cause;
use larkctl::api::transport::{ProxyChoice, SetupError, TransportError};
use larkctl::api::{ApiError, Client, Settings};
use larkctl::base::contract::Class;
use larkctl::base::secret::Secret;
use serde_json::json;

use super::server::{Reply, Server, code, full, ok};
use super::{client, create_group, get_user, settings};

async fn error(reply: Reply) -> ApiError {
    let server = Server::start([reply]).await;
    client(&server).reader().get(&get_user()).await.expect_err("error")
}

#[tokio::test]
async fn a_missing_scope_names_the_narrowest_and_the_page_to_grant_it() {
    let body = json!({"code": 99991672, "msg": "Access denied.", "error": {"log_id": "L", "permission_violations": [
        {"type": "action_scope_required", "subject": "contact:contact:readonly_as_app"},
        {"type": "action_scope_required", "subject": "contact:user.base:readonly"}]}});
    let error = error(Reply::Json(400, body)).await;
    let shown = "GET /open-apis/contact/v3/users/:user_id: refused with code 99991672 (HTTP 400): Access denied. (request id LOG-1)";
    assert_eq!(error.to_string(), shown);
    assert_eq!(error.scopes().len(), 2);
    let remedy = "let the app be granted the scope contact:user.base:readonly (any of contact:contact:readonly_as_app \
        would do too), then publish a version of the app: https://open.feishu.cn/app/cli_test/auth?q=contact:user.base:readonly\
        &op_from=openapi&token_type=tenant";
    assert_eq!(error.remedy(), Some(remedy));
}

#[tokio::test]
async fn outside_the_range_is_not_absent() {
    for outside in [40_004, 41_050] {
        let error = error(code(403, outside)).await;
        assert_eq!(error.class(), Class::Permission);
        assert!(
            error.remedy().is_some_and(|r| r.starts_with("outside the app's contact range")),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn four_codes_stop_the_run() {
    for stop in [99_991_401, 99_991_403, 99_991_662, 99_991_673] {
        let error = error(code(400, stop)).await;
        assert!(error.stops_run() && error.remedy().is_some() && error.attempts() == 1, "{error:?}");
    }
}

#[tokio::test]
async fn a_wrong_path_is_our_bug_and_a_redirect_the_base_address() {
    let wrong = error(full(404, &[("content-type", "text/plain")], "404 page not found")).await;
    assert_eq!((wrong.class(), wrong.attempts()), (Class::Bug, 1));
    let target = Server::start([ok(json!({}))]).await;
    let location = target.base();
    let away = error(full(302, &[("location", location.as_str())], "")).await;
    assert!(away.to_string().contains("a redirect to http://127.0.0.1"), "{away}");
    assert!(target.requests().is_empty(), "a redirect would carry the token away");
}

async fn transport(settings: Settings) -> (TransportError, String) {
    let error = match Client::new(settings) {
        Ok(client) => client.reader().get(&get_user()).await.expect_err("error"),
        // A machine without any trusted certificate cannot even try.
        Err(SetupError::Client(_)) => {
            return (TransportError::Tls("no roots".to_owned()), "certificates".to_owned());
        }
        Err(other) => panic!("{other}"),
    };
    match error.cause() {
        Cause::Transport(cause) => (cause.clone(), error.remedy().unwrap_or_default().to_owned()),
        other => panic!("{other:?}"),
    }
}

/// Without an app, so that the request itself and not the token meets the failure.
fn as_person(base: &str) -> Settings {
    let mut settings = settings(base).with_user_token(Secret::new("u-person-0123456789"));
    settings.app = None;
    settings.retry.attempts = 1;
    settings
}

#[tokio::test]
async fn an_unknown_name_is_told_from_other_failures() {
    let (cause, remedy) = transport(as_person("http://nowhere.invalid")).await;
    assert_eq!(cause, TransportError::Dns { host: "nowhere.invalid".to_owned() });
    assert!(remedy.contains("name service"), "{remedy}");
}

#[tokio::test]
async fn a_plain_server_behind_https_is_told() {
    let server = Server::start([full(400, &[], "speak plainly")]).await;
    let (cause, remedy) = transport(as_person(&format!("https://127.0.0.1:{}", server.port()))).await;
    assert!(matches!(cause, TransportError::Tls(_)), "{cause:?}");
    assert!(remedy.contains("certificates"), "{remedy}");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_told() {
    let proxy = Server::start([full(407, &[], "")]).await;
    let mut settings = as_person("https://open.feishu.cn");
    settings.proxy =
        ProxyChoice::At(Secret::new(format!("http://me:pass-of-the-proxy@127.0.0.1:{}", proxy.port())));
    assert!(!format!("{settings:?}").contains("pass-of-the-proxy"));
    let (cause, remedy) = transport(settings).await;
    if cause != TransportError::Tls("no roots".to_owned()) {
        assert!(matches!(cause, TransportError::Proxy(_)), "{cause:?}");
        assert!(remedy.contains("HTTPS_PROXY"), "{remedy}");
    }
}

#[tokio::test]
async fn cut_reset_and_silence_have_their_own_words() {
    let server = Server::start([Reply::Cut]).await;
    let (cause, _) = transport(as_person(&server.base())).await;
    assert!(matches!(cause, TransportError::Closed | TransportError::Reset), "{cause:?}");
    let server = Server::start([Reply::Truncated]).await;
    let (cause, _) = transport(as_person(&server.base())).await;
    assert!(matches!(cause, TransportError::Truncated(_)), "{cause:?}");
    let server = Server::start([Reply::Silence]).await;
    let mut settings = as_person(&server.base());
    settings.timeouts.request = Duration::from_millis(200);
    assert_eq!(transport(settings).await.0, TransportError::Timeout);
}

#[tokio::test]
async fn violations_reach_the_message() {
    let body = json!({"code": 99992402, "msg": "field validation failed", "error": {
        "field_violations": [{"field": "name", "description": "name is required"}]}});
    let server = Server::start([Reply::Json(400, body)]).await;
    let error = client(&server).writer().send(&create_group()).await.into_result().expect_err("error");
    assert!(error.to_string().contains("field validation failed; name: name is required"), "{error}");
    assert_eq!(error.violations().len(), 1);
}
