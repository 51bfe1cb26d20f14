//! Items 26 to 30: frequencies and quotas.

use serde_json::{Value, json};

use super::members;
use crate::support::{Answer, CONTACT, Tenant, options};

const FIND: &str = "GET /open-apis/contact/v3/users/find_by_department";

/// Limits on, the clock standing still.
async fn start() -> Tenant {
    Tenant::with(larkctl::sandbox::server::Options { rate_limits: true, ..options() }).await
}

/// How many of so many calls were let through, and the last answer.
async fn burst(t: &Tenant, token: &str, path: &str, calls: usize) -> (usize, Answer) {
    let mut through = 0;
    let mut last = t.send("GET", path, Some(token), None).await;
    for _ in 1..calls {
        through += usize::from(last.status != 429 && last.code() != 99_991_400);
        last = t.send("GET", path, Some(token), None).await;
    }
    through += usize::from(last.status != 429 && last.code() != 99_991_400);
    (through, last)
}

#[tokio::test]
async fn item_26_buckets_are_per_endpoint_and_app_with_both_windows() {
    let t = start().await;
    let other = t.second_app().await;
    let (list, one) = (members("0"), format!("{CONTACT}/scopes"));
    assert_eq!(burst(&t, &t.token, &list, 60).await.0, 50, "50 a second");
    assert_eq!(burst(&t, &other, &list, 60).await.0, 50, "another app has its own");
    assert_eq!(burst(&t, &t.token, &one, 60).await.0, 50, "another endpoint too");
    let mut through = 50;
    for _ in 0..19 {
        t.step(1).await;
        through += burst(&t, &t.token, &list, 50).await.0;
    }
    assert_eq!(through, 1000);
    t.step(1).await;
    let refused = t.call("GET", &list, Value::Null).await;
    assert_eq!((refused.status, refused.header("x-ogw-ratelimit-limit")), (429, Some("1000")));
    assert_eq!(refused.header("x-ogw-ratelimit-reset"), Some("40"), "a thousand a minute");
    t.step(39).await;
    assert_eq!(t.call("GET", &list, Value::Null).await.status, 429);
    t.step(1).await;
    assert_eq!(burst(&t, &t.token, &list, 60).await.0, 50);
}

#[tokio::test]
async fn item_26_a_minute_alone_and_an_unpublished_limit() {
    let t = start().await;
    let (through, last) = burst(&t, &t.token, &format!("{CONTACT}/work_cities"), 12).await;
    assert_eq!((through, last.header("x-ogw-ratelimit-reset")), (10, Some("60")), "10 a minute");
    let (through, last) = burst(&t, &t.token, &format!("{CONTACT}/employee_type_enums"), 8).await;
    assert_eq!((through, last.header("x-ogw-ratelimit-limit")), (5, Some("5")), "special: five a second");
    t.settings(json!({ "special_rate_per_second": 2 })).await;
    t.step(1).await;
    assert_eq!(burst(&t, &t.token, &format!("{CONTACT}/employee_type_enums"), 8).await.0, 2);
}

#[tokio::test]
async fn item_27_a_refusal_is_429_with_both_headers_and_400_where_configured() {
    let t = start().await;
    let refused = burst(&t, &t.token, &members("0"), 51).await.1;
    assert_eq!((refused.status, refused.code()), (429, 99_991_400));
    assert_eq!(refused.header("x-ogw-ratelimit-limit"), Some("50"));
    assert_eq!(refused.header("x-ogw-ratelimit-reset"), Some("1"));
    t.settings(json!({ "rate_answers_400": [FIND] })).await;
    let refused = t.call("GET", &members("0"), Value::Null).await;
    assert_eq!((refused.status, refused.code()), (400, 99_991_400));
    assert!(refused.header("x-ogw-ratelimit-reset").is_some());
    t.step(1).await;
    let fine = t.call("GET", &members("0"), Value::Null).await;
    assert!(fine.header("x-ogw-ratelimit-limit").is_none(), "only on refusals");
}

#[tokio::test]
async fn item_28_some_endpoints_spend_a_rate_code_of_their_own() {
    let t = start().await;
    t.settings(json!({ "rate_codes": { FIND: 190_004 } })).await;
    let refused = burst(&t, &t.token, &members("0"), 51).await.1;
    assert_eq!((refused.status, refused.code()), (429, 190_004));
    assert_eq!(refused.header("x-ogw-ratelimit-reset"), Some("1"));
    let report = t.send("GET", "/_sandbox/requests", None, None).await.body;
    assert_eq!(report["endpoints"][FIND]["rate_refused"], 1);
    let refused = burst(&t, &t.token, &format!("{CONTACT}/scopes"), 51).await.1;
    assert_eq!(refused.code(), 99_991_400, "the others keep the gateway's");
}

#[tokio::test]
async fn item_29_the_monthly_quota_counts_all_apps_and_ends_with_the_month() {
    let t = Tenant::start().await;
    let other = t.second_app().await;
    t.settings(json!({ "monthly_quota": 3 })).await;
    let path = members("0");
    for token in [&t.token, &other, &t.token] {
        assert_eq!(t.send("GET", &path, Some(token), None).await.code(), 0);
    }
    for token in [&t.token, &other] {
        let refused = t.send("GET", &path, Some(token), None).await;
        assert_eq!((refused.status, refused.code()), (400, 99_991_403));
        assert!(refused.header("x-ogw-ratelimit-reset").is_none(), "waiting does not help");
    }
    t.step(32 * 86_400).await;
    let mut t = t;
    t.renew().await;
    t.ok("GET", &path, Value::Null).await;
}

#[tokio::test]
async fn item_30_a_hard_limit_with_429_carries_no_rate_headers() {
    let t = Tenant::start().await;
    let effect = json!({ "answer": { "status": 429, "code": 1_236_007, "msg": "exceeds the limit" } });
    t.faults(json!({ "endpoint": FIND, "effect": effect, "times": 1 })).await;
    let refused = t.call("GET", &members("0"), Value::Null).await;
    assert_eq!((refused.status, refused.code()), (429, 1_236_007));
    assert!(refused.header("x-ogw-ratelimit-limit").is_none());
    assert!(refused.header("x-ogw-ratelimit-reset").is_none());
    let report = t.send("GET", "/_sandbox/requests", None, None).await.body;
    assert_eq!(report["endpoints"][FIND]["rate_refused"], 0);
    t.ok("GET", &members("0"), Value::Null).await;
}
