//! The client against the sandbox, which knows nothing of it: limits, tokens, lost answers, partial lists.

use larkctl::api::client::{Client, Outcome, Settings};
use larkctl::api::pace::Pace;
use larkctl::api::page::Listing;
use larkctl::api::request::{Draft, ReadRequest, WriteRequest};
use larkctl::api::transport::ProxyChoice;
use larkctl::base::secret::Secret;
use larkctl::sandbox::server::Options;
use serde_json::{Value, json};

use crate::support::{CONTACT, Tenant, options};

fn client(t: &Tenant, pace: Pace) -> Client {
    let base = t.base.parse().expect("base");
    let mut settings = Settings::new(base).with_app("cli_sandbox", Secret::from("sandbox-secret".to_owned()));
    settings.pace = pace;
    settings.proxy = ProxyChoice::Off;
    Client::new(settings).expect("client")
}

fn children() -> ReadRequest {
    Draft::to("GET", &format!("{CONTACT}/departments/:department_id/children"))
        .path("department_id", "0")
        .query("fetch_child", "true")
        .query("page_size", "50")
        .read()
        .expect("request")
}

fn group(id: &str) -> WriteRequest {
    Draft::to("POST", &format!("{CONTACT}/group"))
        .body(json!({ "name": id, "group_id": id }))
        .write()
        .expect("request")
}

async fn sums(t: &Tenant) -> Value {
    t.send("GET", "/_sandbox/requests?last=0", None, None).await.body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_full_pace_no_limit_is_ever_exceeded() {
    const CALLS: usize = 1_100;
    let t = Tenant::with(Options { rate_limits: true, time_scale: 60.0, ..options() }).await;
    let client = client(&t, Pace::new(60.0).expect("pace"));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..CALLS {
        let reader = client.reader();
        tasks.spawn(async move { reader.get(&children()).await.map(|_| ()) });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("task").expect("answer");
    }
    let report = sums(&t).await;
    let sum = &report["endpoints"][format!("GET {CONTACT}/departments/:department_id/children")];
    assert_eq!((&sum["calls"], &sum["rate_refused"]), (&json!(CALLS), &json!(0)), "{sum}");
    assert!(sum["peak_per_second"].as_u64() <= Some(50) && sum["peak_per_minute"].as_u64() <= Some(1_000));
    assert_eq!(report["outside_contract"], 0);
}

#[tokio::test]
async fn a_token_that_expires_in_the_middle_is_replaced_once() {
    let t = Tenant::start().await;
    let client = client(&t, Pace::REAL);
    let reader = client.reader();
    reader.get(&children()).await.expect("first");
    t.step(7_201).await;
    let before = sums(&t).await["endpoints"].clone();
    reader.get(&children()).await.expect("second");
    let after = sums(&t).await["endpoints"].clone();
    let calls = |v: &Value, key: &str| v[key]["calls"].as_u64().unwrap_or(0);
    let token = "POST /open-apis/auth/v3/tenant_access_token/internal";
    assert_eq!(calls(&after, token) - calls(&before, token), 1);
    let list = format!("GET {CONTACT}/departments/:department_id/children");
    assert_eq!(calls(&after, &list) - calls(&before, &list), 2, "refused once, then repeated once");
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_unknown_and_not_repeated() {
    let t = Tenant::start().await;
    let client = client(&t, Pace::new(1_000.0).expect("pace"));
    t.faults(json!({ "endpoint": format!("POST {CONTACT}/group"), "effect": "cut_after" })).await;
    let outcome = client.writer().send(&group("g1")).await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
    let sum = sums(&t).await["endpoints"][format!("POST {CONTACT}/group")]["calls"].clone();
    assert_eq!(sum, 1, "never sent twice");
    assert_eq!(t.rows("groups").await.as_object().map(serde_json::Map::len), Some(1));
}

#[tokio::test]
async fn a_keyed_write_whose_answer_is_lost_is_repeated_and_made_once() {
    let t = Tenant::start().await;
    let client = client(&t, Pace::new(1_000.0).expect("pace"));
    let effect = json!({ "answer": { "status": 502, "commit": true } });
    t.faults(json!({ "endpoint": format!("POST {CONTACT}/departments"), "effect": effect, "times": 1 }))
        .await;
    let create = Draft::to("POST", &format!("{CONTACT}/departments"))
        .query("client_token", "0b6f4a3e")
        .body(json!({ "name": "a", "parent_department_id": "0" }))
        .write()
        .expect("request");
    let answer = client.writer().send(&create).await.into_result().expect("made");
    assert_eq!(answer.value["department"]["name"], "a");
    assert_eq!(t.rows("departments").await.as_object().map(serde_json::Map::len), Some(1));
}

#[tokio::test]
async fn a_list_that_breaks_off_is_partial_and_never_complete() {
    let t = Tenant::start().await;
    for n in 0..60 {
        t.department(&format!("d{n}"), "0").await;
    }
    let client = client(&t, Pace::new(10_000.0).expect("pace"));
    let list = format!("GET {CONTACT}/departments/:department_id/children");
    for effect in
        [json!("truncate"), json!({ "answer": { "status": 400, "code": 40_012 } }), json!("stuck_page")]
    {
        let after = u64::from(effect != "stuck_page");
        t.faults(json!({ "endpoint": list, "effect": effect, "after": after })).await;
        let listing = client.reader().list(&children(), "items").await;
        assert!(matches!(listing, Listing::Partial { .. }), "{effect}: {listing:?}");
        let cleared = t.send("DELETE", "/_sandbox/faults", None, None).await;
        assert_eq!(cleared.status, 200);
    }
    let listing = client.reader().list(&children(), "items").await;
    assert_eq!(listing.into_complete().expect("complete").len(), 60);
}

#[tokio::test]
async fn empty_and_short_pages_lose_nothing() {
    let t = Tenant::start().await;
    for n in 0..60 {
        t.department(&format!("d{n}"), "0").await;
    }
    t.settings(json!({ "empty_page_every": 2, "short_page_every": 1, "extra_fields": true })).await;
    let client = client(&t, Pace::new(1_000.0).expect("pace"));
    let items = client.reader().list(&children(), "items").await.into_complete().expect("complete");
    let ids: std::collections::BTreeSet<&str> =
        items.iter().filter_map(|d| d["department_id"].as_str()).collect();
    assert_eq!(ids.len(), 60);
}

#[tokio::test]
async fn a_missing_scope_is_named_with_a_remedy() {
    let t = Tenant::start().await;
    t.act(json!({ "action": "scopes", "only": [] })).await;
    let client = client(&t, Pace::new(1_000.0).expect("pace"));
    let error = client.reader().get(&children()).await.expect_err("refused");
    assert_eq!(error.code(), Some(99_991_672));
    assert!(
        error.scopes().iter().any(|s| s == "contact:department.organize:readonly"),
        "{:?}",
        error.scopes()
    );
    assert!(error.remedy().is_some_and(|r| !r.is_empty()) && error.request_id().is_some());
    assert!(!format!("{error} {error:?}").contains("sandbox-secret"));
}
