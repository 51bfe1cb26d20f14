//! What is sent a second time, and what is not.

use std::time::Duration;

use larkctl::api::{Client, Outcome};
use larkctl::base::contract::Class;
use serde_json::json;

use super::server::{Reply, Server, closed_port, code, full, ok};
use super::{client, create_group, create_user, get_user, patch_user, settings};

#[track_caller]
fn unknown(outcome: Outcome) -> String {
    match outcome {
        Outcome::Unknown(error) => {
            assert!(error.may_have_happened());
            error.to_string()
        }
        other => panic!("not unknown: {other:?}"),
    }
}

#[tokio::test]
async fn a_create_without_a_key_is_never_sent_twice_when_its_fate_is_lost() {
    let lost = [
        Reply::Cut,
        Reply::Truncated,
        full(502, &[], "<html>bad gateway</html>"),
        code(500, 77_777),
        code(500, 40_003),
    ];
    for reply in lost {
        let server = Server::start([reply.clone(), ok(json!({"group_id": "g1"}))]).await;
        let text = unknown(client(&server).writer().send(&create_group()).await);
        assert_eq!(server.requests().len(), 1, "{reply:?}");
        assert!(text.ends_with("; it may have been carried out"), "{text}");
    }
}

#[tokio::test]
async fn a_create_that_gets_no_answer_is_unknown() {
    let server = Server::start([Reply::Silence]).await;
    let mut settings = settings(&server.base());
    settings.timeouts.request = Duration::from_millis(200);
    let client = Client::new(settings).expect("client");
    let text = unknown(client.writer().send(&create_group()).await);
    let shown =
        "POST /open-apis/contact/v3/group: no answer within the time limit; it may have been carried out";
    assert_eq!(text, shown);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_keyed_create_is_sent_again_just_as_it_was() {
    let server =
        Server::start([Reply::Cut, Reply::Truncated, code(500, 40_003), ok(json!({"user": {}}))]).await;
    let outcome = client(&server).writer().send(&create_user()).await;
    assert!(matches!(outcome, Outcome::Done(_)), "{outcome:?}");
    let requests = server.requests();
    assert_eq!(requests.len(), 4);
    assert!(requests.iter().all(|r| r.target == requests[0].target && r.body == requests[0].body));
    assert_eq!(requests[0].target, "POST /open-apis/contact/v3/users?client_token=key-1");
}

#[tokio::test]
async fn a_write_that_sets_a_state_is_sent_again_and_unknown_only_at_the_end() {
    let server = Server::start([Reply::Cut, full(503, &[], ""), ok(json!(null))]).await;
    assert!(matches!(client(&server).writer().send(&patch_user()).await, Outcome::Done(_)));
    let server = Server::start([Reply::Cut]).await;
    let text = unknown(client(&server).writer().send(&patch_user()).await);
    assert_eq!(server.requests().len(), 5);
    assert!(text.contains("5 attempts in "), "{text}");
}

#[tokio::test]
async fn an_earlier_lost_attempt_is_not_forgotten() {
    let server = Server::start([Reply::Cut, code(400, 41_001)]).await;
    unknown(client(&server).writer().send(&create_user()).await);
    let no_more_tokens =
        [Reply::Json(200, json!({"code": 0, "tenant_access_token": "t-1", "expire": 0})), code(200, 10_014)];
    let server = Server::start([Reply::Cut, ok(json!({}))]).await.tokens(no_more_tokens);
    unknown(client(&server).writer().send(&patch_user()).await);
    assert_eq!(server.requests().len(), 1, "no token for the second attempt");
}

#[tokio::test]
async fn a_key_that_ran_out_while_waiting_for_the_rate_protects_no_more() {
    let throttled = full(429, &[("x-ogw-ratelimit-reset", "900")], "{\"code\":99991400}");
    let server = Server::start([Reply::Cut, throttled]).await;
    let mut settings = settings(&server.base());
    settings.pace = larkctl::api::pace::Pace::new(100_000.0).expect("pace");
    settings.retry.rate_budget = Duration::from_secs(900 * 20);
    unknown(Client::new(settings).expect("client").writer().send(&create_user()).await);
    let sent = server.requests().len();
    assert!(sent <= 5, "sent {sent} times; four waits fill the hour");
}

#[tokio::test]
async fn what_a_second_delete_does_not_find_is_gone() {
    let server = Server::start([Reply::Cut, code(400, 42_002)]).await;
    let delete =
        larkctl::api::Draft::to("DELETE", "/open-apis/contact/v3/group/:group_id").path("group_id", "g1");
    match client(&server).writer().send(&delete.write().expect("write")).await {
        Outcome::Refused(error) => assert_eq!(error.class(), Class::Absent),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn refusals_that_come_before_the_deed_are_repeated_for_any_write() {
    let throttled = full(429, &[("x-ogw-ratelimit-reset", "1")], "{\"code\":99991400}");
    let script =
        [throttled, code(400, 99_991_400), full(429, &[], "slow down"), ok(json!({"group_id": "g1"}))];
    let server = Server::start(script).await;
    assert!(matches!(client(&server).writer().send(&create_group()).await, Outcome::Done(_)));
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_refused_connection_changed_nothing() {
    let base = format!("http://127.0.0.1:{}", closed_port().await);
    // The token is the first thing that fails; a request open to anyone shows the endpoint itself.
    let mut settings = settings(&base);
    settings.app = None;
    let client =
        Client::new(settings.with_user_token(larkctl::base::secret::Secret::new("u-1"))).expect("client");
    match client.writer().send(&patch_user()).await {
        Outcome::Refused(error) => {
            assert_eq!(error.attempts(), 5);
            assert!(!error.may_have_happened());
            assert!(error.to_string().contains("connection refused"), "{error}");
            assert!(error.remedy().is_some_and(|r| r.contains("nothing listens there")), "{error:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn reads_are_repeated_until_they_are_whole() {
    let server = Server::start([
        Reply::Truncated,
        Reply::Cut,
        full(200, &[], "<html>login</html>"),
        ok(json!({"a": 1})),
    ])
    .await;
    let answer = client(&server).reader().get(&get_user()).await.expect("answer");
    assert_eq!(answer.value, json!({"a": 1}));
    let server = Server::start([code(500, 77_777)]).await;
    let error = client(&server).reader().get(&get_user()).await.expect_err("error");
    assert_eq!((error.attempts(), server.requests().len()), (3, 3), "unknown server errors are tried thrice");
    assert!(!error.may_have_happened(), "a read changes nothing");
}

#[tokio::test]
async fn the_rate_budget_ends() {
    let server = Server::start([full(429, &[("x-ogw-ratelimit-reset", "400")], "{\"code\":99991400}")]).await;
    let error = client(&server).reader().get(&get_user()).await.expect_err("error");
    assert_eq!(error.class(), Class::Rate);
    assert_eq!(server.requests().len(), 3, "400 and 800 seconds are within 15 minutes, 1200 are not");
    assert!(error.elapsed() >= Duration::from_secs(800), "{:?}", error.elapsed());
}
