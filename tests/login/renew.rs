//! Renewal: when, by whom, how often, and what is left when it fails.

use futures_util::future::join_all;
use larkctl::api::auth::Tokens as _;
use larkctl::base::contract::Class;
use larkctl::login::Clock as _;
use serde_json::json;

use super::{Stage, Stopped, in_full, me};
use crate::support::APP;

const LIFE: u64 = 7_200;

#[tokio::test]
async fn a_token_is_renewed_five_minutes_before_its_end_and_not_earlier() {
    let stage = Stage::new().await;
    let first = stage.logged_in().await;
    let person = stage.person();
    assert_eq!(person.token().await.expect("token"), first.access);
    stage.tenant.step(LIFE - 301).await;
    assert_eq!(person.token().await.expect("token"), first.access);
    stage.tenant.step(1).await;
    let second = person.token().await.expect("token");
    assert_ne!(second, first.access);
    assert_eq!(stage.asked().await.len(), 2, "the login and one renewal");
    let kept = stage.person().standing().await.expect("opens").expect("there");
    assert_eq!(kept.access, second, "it is on the disk");
    assert_eq!((kept.consented, kept.asked), (first.consented, first.asked));
    assert_eq!(me(&stage.client(&person)).await.expect("me"), super::ALICE);
}

#[tokio::test]
async fn a_token_that_dies_under_many_calls_is_renewed_once() {
    let stage = Stage::new().await;
    stage.logged_in().await;
    // This machine's clock is two hours behind: it cannot know, and every call is refused with the dead token.
    let client = stage.client(&stage.person_at(Stopped(stage.clock().now())));
    me(&client).await.expect("me");
    stage.tenant.step(LIFE + 1).await;
    let calls = join_all((0..30).map(|_| me(&client))).await;
    assert!(calls.iter().all(Result::is_ok), "{:?}", calls.iter().find(|c| c.is_err()));
    assert_eq!(stage.asked().await, [200, 200], "one renewal for thirty calls");
}

#[tokio::test]
async fn two_processes_that_renew_at_the_same_time_renew_once() {
    let stage = Stage::new().await;
    stage.logged_in().await;
    stage.tenant.step(LIFE + 1).await;
    let people: Vec<_> = (0..4).map(|_| stage.person()).collect();
    let clients: Vec<_> = people.iter().map(|person| stage.client(person)).collect();
    let calls = join_all(clients.iter().flat_map(|client| (0..5).map(move |_| me(client)))).await;
    assert!(calls.iter().all(Result::is_ok), "{:?}", calls.iter().find(|c| c.is_err()));
    assert_eq!(stage.asked().await, [200, 200]);
}

#[tokio::test]
async fn a_lost_answer_ends_in_a_request_to_log_in_again() {
    let stage = Stage::new().await;
    stage.logged_in().await;
    stage.tenant.step(LIFE + 1).await;
    stage.trouble(json!("cut_after"), 1).await;
    let person = stage.person();
    let client = stage.client(&person);
    for error in join_all((0..10).map(|_| me(&client))).await.into_iter().map(|c| c.expect_err("no token")) {
        let text = in_full(&error);
        assert!(
            text.contains("answer was lost") && text.contains("log in again: run `larkctl login`"),
            "{text}"
        );
        assert!(error.class() == Class::Login && !error.may_have_happened(), "{error:?}");
    }
    assert_eq!(stage.asked().await.len(), 2, "asked once for all of them");
    // The next process looks once more, and learns for certain that it is over; the file says so from then on.
    let text = in_full(&me(&stage.client(&stage.person())).await.expect_err("over"));
    assert!(text.contains("20073") && text.contains("`larkctl login`"), "{text}");
    let before = stage.asked().await.len();
    let text = in_full(&me(&stage.client(&stage.person())).await.expect_err("over"));
    assert!(text.contains("20073") && text.contains("`larkctl login`"), "{text}");
    assert_eq!(stage.asked().await.len(), before, "nobody asks again");
    stage.logged_in().await;
    assert!(me(&client).await.is_ok(), "and a new login is taken up, even by a process that had given up");
}

#[tokio::test]
async fn a_renewal_that_fails_leaves_a_living_token_at_work() {
    let stage = Stage::new().await;
    let first = stage.logged_in().await;
    stage.tenant.step(LIFE - 200).await;
    stage.trouble(json!("cut_after"), 1).await;
    let person = stage.person();
    for _ in 0..3 {
        assert_eq!(person.token().await.expect("the old one"), first.access);
    }
    assert_eq!(stage.asked().await.len(), 2, "and is not tried again with every call");
    stage.tenant.step(180).await;
    assert!(person.token().await.is_err(), "until it may die on the way");
}

#[tokio::test]
async fn only_20050_is_tried_twice_and_no_more() {
    for (code, status, times, good) in
        [(20_050, 500, 1, true), (20_050, 500, 2, false), (20_072, 503, 1, false), (20_073, 400, 1, false)]
    {
        let stage = Stage::new().await;
        stage.logged_in().await;
        stage.tenant.step(LIFE + 1).await;
        let before = stage.asked().await.len();
        stage.trouble(json!({ "answer": { "status": status, "code": code } }), times).await;
        let person = stage.person();
        let ended = person.token().await;
        assert_eq!(ended.is_ok(), good, "{code}: {ended:?}");
        let asked = stage.asked().await.len() - before;
        assert_eq!(asked, if code == 20_050 { 2 } else { 1 }, "{code}");
        if code == 20_072 {
            let text = in_full(&ended.expect_err("refused"));
            assert!(text.contains("run again later") && !text.contains("log in again"), "{text}");
            // Nothing is lost: a minute later it works.
            stage.tenant.step(61).await;
            person.token().await.expect("renewed");
        }
    }
}

#[tokio::test]
async fn each_end_has_its_words() {
    for (act, words) in [
        (json!({ "action": "revoke", "user": super::ALICE }), "revoked"),
        (
            json!({ "action": "app", "app_id": APP, "set": { "allow_refresh_token": false } }),
            "security settings",
        ),
        (json!({ "action": "freeze", "user": super::ALICE, "frozen": true }), "not active"),
    ] {
        let stage = Stage::new().await;
        stage.logged_in().await;
        stage.tenant.step(LIFE + 1).await;
        stage.tenant.act(act).await;
        let text = in_full(&me(&stage.client(&stage.person())).await.expect_err("over"));
        assert!(text.contains(words) && text.contains("`larkctl login`"), "{text}");
    }
    let stage = Stage::new().await;
    stage.logged_in().await;
    stage.tenant.step(604_801).await;
    let text = in_full(&me(&stage.client(&stage.person())).await.expect_err("over"));
    assert!(text.contains("expired") && text.contains("20037"), "{text}");
}

#[tokio::test]
async fn a_year_after_consent_the_person_is_asked_again() {
    let stage = Stage::new().await;
    stage.logged_in().await;
    let person = stage.person();
    let mut days = 0;
    let error = loop {
        stage.tenant.step(6 * 86_400).await;
        days += 6;
        match person.token().await {
            Ok(_) => assert!(days < 371, "it goes on for ever"),
            Err(error) => break error,
        }
    };
    assert!((365..=371).contains(&days), "{days}");
    assert!(in_full(&error).contains("`larkctl login`"), "{}", in_full(&error));
    let kept = stage.person().standing().await.expect("opens").expect("there");
    assert!(!kept.usable(stage.clock().now()));
}

#[tokio::test]
async fn a_token_that_is_refused_even_when_new_is_not_renewed_for_ever() {
    let stage = Stage::new().await;
    stage.logged_in().await;
    let client = stage.client(&stage.person());
    me(&client).await.expect("me");
    let refuse = json!({ "endpoint": "GET /open-apis/authen/v1/user_info", "effect": { "answer": { "status": 400, "code": 99_991_668 } }, "times": 50 });
    stage.tenant.faults(refuse).await;
    for _ in 0..5 {
        me(&client).await.expect_err("refused");
    }
    assert_eq!(stage.asked().await.len(), 2, "the login and one renewal");
}

#[tokio::test]
async fn without_a_login_the_error_names_the_command() {
    let stage = Stage::new().await;
    let text = in_full(&me(&stage.client(&stage.person())).await.expect_err("nobody"));
    assert!(text.contains("on behalf of a person") && text.contains("run `larkctl login` first"), "{text}");
    assert!(stage.asked().await.is_empty());
}

#[tokio::test]
async fn without_offline_access_it_ends_after_two_hours() {
    let stage = Stage::new().await;
    let mut login = stage.logged_in().await;
    login.refresh = None;
    stage.person().keep(&login).await.expect("kept");
    let person = stage.person();
    stage.tenant.step(LIFE - 60).await;
    person.token().await.expect("to the end");
    stage.tenant.step(60).await;
    let text = in_full(&person.token().await.expect_err("over"));
    assert!(text.contains("offline_access") && text.contains("`larkctl login`"), "{text}");
}
