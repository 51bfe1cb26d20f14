//! The decision procedure, step by step, with no network and no clock.

use std::collections::HashSet;

use http::HeaderMap;
use serde_json::json;

use super::*;
use crate::api::envelope::{Shape, decode};
use crate::api::limit::Throttle;

const POLICY: fn() -> RetryPolicy = RetryPolicy::default;
const KEYED: Repeat = Repeat::Keyed { window: Duration::from_secs(3600) };

fn endpoint(method: &str, path: &str) -> &'static Endpoint {
    let contract = Contract::built_in().expect("contract");
    contract.endpoint(method, &format!("/open-apis/{path}")).expect("endpoint")
}

fn verdict_with(method: &str, path: &str, code: i64, http: u16, headers: &HeaderMap) -> Verdict {
    let body = json!({"code": code, "msg": "x"}).to_string();
    let failure = decode(http, headers, body.as_bytes(), Shape::Data).expect_err("failure");
    judge(endpoint(method, path), &failure)
}

fn verdict(method: &str, path: &str, code: i64, http: u16) -> Verdict {
    verdict_with(method, path, code, http, &HeaderMap::new())
}

fn foreign(http: u16) -> Verdict {
    let failure = decode(http, &HeaderMap::new(), b"<html>", Shape::Data).expect_err("failure");
    judge(endpoint("GET", "contact/v3/users/:user_id"), &failure)
}

#[test]
fn one_code_means_different_things_in_different_places() {
    for (method, path, code, class) in [
        ("POST", "contact/v3/employee_type_enums", 42302, Class::Exists),
        ("POST", "contact/v3/job_levels", 42302, Class::Retry),
        ("GET", "contact/v3/job_families/:job_family_id", 42404, Class::Absent),
        ("POST", "contact/v3/job_families", 42404, Class::User),
        ("PATCH", "contact/v3/departments/:department_id/update_department_id", 40007, Class::Permission),
        ("GET", "contact/v3/users/:user_id", 40003, Class::Retry),
        ("GET", "contact/v3/users/:user_id", 40001, Class::User),
        ("POST", "auth/v3/tenant_access_token/internal", 10003, Class::Fatal),
        ("GET", "tenant/v2/tenant/query", 10003, Class::User),
        ("GET", "contact/v3/users/:user_id", 41050, Class::Permission),
        ("GET", "contact/v3/users/:user_id", 99_992_351, Class::Absent),
    ] {
        assert_eq!(verdict(method, path, code, 400).class, class, "{method} {path} {code}");
    }
}

#[test]
fn services_whose_status_misleads() {
    for (path, http, code, class) in [
        ("calendar/v4/calendars", 429, 190_004, Class::Rate),
        ("mail/v1/mailgroups", 429, 1_236_006, Class::Retry),
        ("mail/v1/mailgroups", 429, 1_236_007, Class::Quota),
        ("mail/v1/mailgroups", 409, 1_234_006, Class::Exists),
        ("vc/v1/rooms", 404, 121_005, Class::Permission),
        ("vc/v1/rooms", 404, 121_006, Class::State),
        ("helpdesk/v1/faqs", 401, 154_001, Class::Permission),
        ("im/v1/chats/:chat_id/announcement", 400, 232_019, Class::Rate),
    ] {
        let endpoint = json!({"doc": "", "method": "POST", "path": format!("/open-apis/{path}")});
        let endpoint: Endpoint = serde_json::from_value(endpoint).expect("endpoint");
        let body = json!({"code": code}).to_string();
        let failure = decode(http, &HeaderMap::new(), body.as_bytes(), Shape::Data).expect_err("failure");
        let verdict = judge(&endpoint, &failure);
        assert_eq!((verdict.class, verdict.executed), (class, Executed::No), "{path} {code}");
    }
}

/// The pages give 1225000 with 400 and with 500, and one code for a dozen things.
#[test]
fn attendance_is_judged_by_code_and_words_and_not_by_status() {
    let group = ("POST", "attendance/v1/groups");
    for http in [400, 500] {
        let verdict = verdict(group.0, group.1, 1_225_000, http);
        assert_eq!((verdict.class, verdict.executed), (Class::Retry, Executed::Maybe), "{http}");
    }
    assert_eq!(verdict(group.0, group.1, 1_220_005, 400).class, Class::Permission);
    let says = |message: &str| {
        let body = json!({ "code": 1_220_600, "msg": message }).to_string();
        let failure = decode(400, &HeaderMap::new(), body.as_bytes(), Shape::Data).expect_err("failure");
        judge(endpoint(group.0, group.1), &failure).class
    };
    for (message, class) in [
        ("no row affected", Class::State),
        ("the object already exists", Class::Exists),
        ("rule not exist", Class::Absent),
        ("Shift does not exist", Class::Absent),
        ("shift can not be del", Class::State),
        ("auth no permission", Class::Permission),
        ("This API can only be accessed by Feishu People Enterprise Edition users.", Class::Quota),
        ("env count illegal", Class::Quota),
        ("the rule cannot arrange!", Class::User),
        ("time is invalid", Class::User),
    ] {
        assert_eq!(says(message), class, "{message}");
    }
}

#[test]
fn no_two_rows_contradict_each_other() {
    let mut seen = HashSet::new();
    for row in table::rows() {
        assert!(seen.insert(row), "{row:?} twice");
    }
}

#[test]
fn four_codes_stop_the_run_and_no_other_does() {
    let stops = |code| verdict("GET", "contact/v3/users/:user_id", code, 400).stops_run;
    for code in [99_991_401, 99_991_403, 99_991_662, 99_991_673] {
        assert!(stops(code), "{code}");
    }
    assert!(!stops(99_991_672) && !stops(41050));
}

#[test]
fn the_status_only_breaks_ties() {
    let users = "contact/v3/users/:user_id";
    assert_eq!(verdict("GET", users, 77_777, 400).class, Class::User);
    assert_eq!(verdict("GET", users, 77_777, 200).class, Class::User);
    assert_eq!(verdict("GET", users, 77_777, 429).class, Class::Quota, "a hard limit");
    let headers =
        HeaderMap::from_iter([("x-ogw-ratelimit-reset".parse().expect("name"), "3".parse().expect("3"))]);
    assert_eq!(verdict_with("GET", users, 77_777, 429, &headers).class, Class::Rate);
    let unknown = verdict("GET", users, 77_777, 500);
    assert_eq!((unknown.class, unknown.executed, unknown.attempts), (Class::Retry, Executed::Maybe, Some(3)));
    assert_eq!(verdict("GET", users, 99_991_400, 400).class, Class::Rate);
    assert_eq!(verdict("GET", users, 99_991_400, 500).class, Class::Rate);
    let told = Throttle { reset: Some(Duration::from_secs(3)), limit: None };
    assert_eq!(crate::api::envelope::throttle(&headers), Some(told));
}

/// Contact has two meanings for 40003, and chats none.
#[test]
fn the_status_breaks_the_tie_of_a_code_that_the_service_does_not_know() {
    let chats = |http| verdict("POST", "im/v1/chats", 40_003, http);
    assert_eq!((chats(500).class, chats(500).executed), (Class::Retry, Executed::Maybe));
    assert_eq!((chats(403).class, chats(403).executed), (Class::Permission, Executed::No));
}

#[test]
fn foreign_answers() {
    for http in [400, 401, 404, 405, 407, 413] {
        assert_eq!(foreign(http), Verdict::of(Class::Bug, Executed::No), "{http}");
    }
    for http in [200, 408, 500, 502, 503, 504] {
        assert_eq!(foreign(http), Verdict::of(Class::Retry, Executed::Maybe), "{http}");
    }
    assert_eq!(foreign(429).class, Class::Rate);
    assert_eq!(foreign(302), Verdict::of(Class::Bug, Executed::No));
}

fn step(verdict: Verdict, repeat: Repeat, transient: u32) -> Step {
    decide(&POLICY(), verdict, repeat, History { transient, ..History::default() }, 1.0)
}

#[test]
fn an_ambiguous_write_is_repeated_only_if_that_is_harmless() {
    let lost = judge_transport(&TransportError::Closed);
    assert_eq!(step(lost, Repeat::Never, 1), Step::GiveUp);
    for repeat in [Repeat::Read, Repeat::Idempotent, KEYED] {
        assert!(matches!(step(lost, repeat, 1), Step::Again(_)), "{repeat:?}");
    }
    let unsent = judge_transport(&TransportError::ConnectionRefused);
    assert!(matches!(step(unsent, Repeat::Never, 1), Step::Again(_)), "nothing left the house");
    let locked = verdict("POST", "contact/v3/departments", 43024, 400);
    assert!(matches!(step(locked, Repeat::Never, 1), Step::Again(_)), "the lock came before the deed");
    let internal = verdict("POST", "contact/v3/group", 40003, 500);
    assert_eq!(step(internal, Repeat::Never, 1), Step::GiveUp, "an internal error may come after the deed");
}

#[test]
fn a_key_protects_only_within_its_window() {
    let lost = judge_transport(&TransportError::Timeout);
    let late =
        |seconds| History { transient: 1, since_first: Duration::from_secs(seconds), ..History::default() };
    assert!(matches!(decide(&POLICY(), lost, KEYED, late(3590), 1.0), Step::Again(_)));
    assert_eq!(decide(&POLICY(), lost, KEYED, late(3600), 1.0), Step::GiveUp);
    // A refusal that is sure of itself does not make an earlier doubt go away.
    let locked = verdict("POST", "contact/v3/users", 43024, 400);
    let token = verdict("POST", "contact/v3/users", 99_991_663, 400);
    for refused in [locked, token] {
        let doubtful = History { ambiguous: true, token: 1, ..late(3600) };
        assert_eq!(decide(&POLICY(), refused, KEYED, doubtful, 1.0), Step::GiveUp, "{refused:?}");
        let sure = History { token: 1, ..late(3600) };
        assert_ne!(decide(&POLICY(), refused, KEYED, sure, 1.0), Step::GiveUp, "{refused:?}");
    }
}

#[test]
fn waits_double_and_end() {
    let lost = judge_transport(&TransportError::ConnectTimeout);
    let waits: Vec<Step> = (1..=5).map(|n| step(lost, Repeat::Never, n)).collect();
    let again = |millis| Step::Again(Duration::from_millis(millis));
    assert_eq!(waits, [again(500), again(1000), again(2000), again(4000), Step::GiveUp]);
    let history = History { transient: 1, ..History::default() };
    assert_eq!(decide(&POLICY(), lost, Repeat::Read, history, 0.0), again(250), "jitter takes up to half");
    let locked = verdict("PATCH", "contact/v3/departments/:department_id", 43030, 400);
    assert_eq!(step(locked, Repeat::Idempotent, 1), again(2000));
    let unknown = verdict("GET", "contact/v3/users/:user_id", 77_777, 500);
    assert_eq!(step(unknown, Repeat::Read, 2), again(1000));
    assert_eq!(step(unknown, Repeat::Read, 3), Step::GiveUp);
}

#[test]
fn the_rate_has_a_time_budget_and_the_token_one_chance() {
    let rate = verdict("POST", "contact/v3/group", 99_991_400, 429);
    let waited = |rate_waited| History { transient: 99, rate_waited, ..History::default() };
    let budget = POLICY().rate_budget;
    assert_eq!(decide(&POLICY(), rate, Repeat::Never, waited(budget), 1.0), Step::WhenAllowed);
    let over = waited(budget + Duration::from_nanos(1));
    assert_eq!(decide(&POLICY(), rate, Repeat::Never, over, 1.0), Step::GiveUp);
    let token = verdict("POST", "contact/v3/group", 99_991_663, 400);
    let refused = |token| History { token, ..History::default() };
    assert!(matches!(decide(&POLICY(), token, Repeat::Never, refused(1), 1.0), Step::Renew(_)));
    assert_eq!(decide(&POLICY(), token, Repeat::Never, refused(2), 1.0), Step::GiveUp);
}

#[test]
fn jitter_is_reproducible_and_spread() {
    let (a, b) = (Jitter::seeded(7), Jitter::seeded(7));
    let numbers: Vec<f64> = (0..1000).map(|_| a.next()).collect();
    assert!(numbers.iter().all(|n| *n == b.next() && (0.0..=1.0).contains(n)));
    let mean = numbers.iter().sum::<f64>() / 1000.0;
    assert!((0.45..0.55).contains(&mean), "{mean}");
}
