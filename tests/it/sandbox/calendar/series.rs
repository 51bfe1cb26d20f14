//! Recurring events: rules, occurrences over changes of the clocks, exceptions.

use serde_json::{Value, json};

use super::{calendar, days, event, get, listed, office, text};
use crate::support::Tenant;

/// Every Friday 09:00 in New York from 2026-10-16 on, over the end of summer time (2026-11-01).
fn fridays() -> Value {
    let at = |n: i64| json!({ "timestamp": n.to_string(), "timezone": "America/New_York" });
    json!({
        "summary": "standup",
        "start_time": at(1_792_155_600),
        "end_time": at(1_792_157_400),
        "recurrence": "FREQ=WEEKLY;BYDAY=FR;UNTIL=20261231T235959Z",
    })
}

async fn instances(t: &Tenant, e: &str, from: i64, to: i64) -> Vec<Value> {
    let path = format!("{e}/instances?start_time={from}&end_time={to}");
    t.ok("GET", &path, Value::Null).await["items"].as_array().expect("items").clone()
}

fn starts(items: &[Value]) -> Vec<i64> {
    items.iter().map(|i| text(&i["start_time"], "timestamp").parse().expect("number")).collect()
}

const WEEK: i64 = 604_800;

#[tokio::test]
async fn occurrences_keep_the_time_on_the_wall_when_the_clocks_change() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, fridays()).await;
    let items = instances(&t, &e, 1_792_155_600, 1_792_155_600 + 5 * WEEK).await;
    let first = 1_792_155_600;
    // 16 and 23 and 30 October in summer time; from 6 November on an hour later in UTC.
    let want: Vec<i64> =
        vec![first, first + WEEK, first + 2 * WEEK, first + 3 * WEEK + 3600, first + 4 * WEEK + 3600];
    assert_eq!(starts(&items), want);
    assert_eq!(
        text(&items[3], "event_id"),
        e.rsplit_once('/').expect("id").1.replace("_0", &format!("_{}", want[3]))
    );
    let kept = text(&get(&t, &e).await, "recurrence");
    assert_eq!(kept, "FREQ=WEEKLY;UNTIL=20261231T235959Z;INTERVAL=1;BYDAY=FR");
}

#[tokio::test]
async fn a_yearly_day_is_that_day_every_year() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let mut body = days("元旦", "2027-01-01", "2027-01-01");
    body["recurrence"] = "FREQ=YEARLY".into();
    let e = event(&t, &c, body).await;
    let items = instances(&t, &e, 1_861_920_000, 1_861_920_000 + 86_400 * 700).await;
    let days: Vec<String> = items.iter().map(|i| text(&i["start_time"], "date")).collect();
    assert_eq!(days, ["2029-01-01", "2030-01-01"]);
}

#[tokio::test]
async fn rules_that_do_not_work_are_refused() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    for bad in [
        "FREQ=WEEKLY;COUNT=3",
        "FREQ=WEEKLY;COUNT=3;UNTIL=20261231T235959Z",
        "FREQ=WEEKLY;UNTIL=20261231",
        "FREQ=SOMETIMES",
        "BYDAY=FR",
    ] {
        let mut body = fridays();
        body["recurrence"] = bad.into();
        t.refused("POST", &format!("{c}/events"), body, 400, 190_014).await;
    }
}

#[tokio::test]
async fn a_hole_and_a_changed_occurrence_are_items_of_their_own() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, fridays()).await;
    let (second, third) = (1_792_155_600 + WEEK, 1_792_155_600 + 2 * WEEK);
    let at = |n: i64| e.replace("_0", &format!("_{n}"));
    t.ok("DELETE", &at(second), Value::Null).await;
    t.ok("PATCH", &at(third), json!({ "summary": "standup, late" })).await;
    t.refused("GET", &at(second), Value::Null, 403, 193_003).await;
    t.refused("GET", &at(second + 1), Value::Null, 404, 193_001).await;
    let items = listed(&t, &c).await;
    let told: Vec<(String, String, bool)> =
        items.iter().map(|i| (text(i, "summary"), text(i, "status"), i["is_exception"] == true)).collect();
    let row = |summary: &str, status: &str, exception| (summary.to_owned(), status.to_owned(), exception);
    assert_eq!(
        told,
        [
            row("standup", "confirmed", false),
            row("standup", "cancelled", true),
            row("standup, late", "confirmed", true)
        ]
    );
    let series = text(&items[0], "event_id");
    assert!(items[1..].iter().all(|i| text(i, "recurring_event_id") == series));
    let seen = instances(&t, &e, 1_792_155_600, third + 3600).await;
    let titles: Vec<String> = seen.iter().map(|i| text(i, "summary")).collect();
    assert_eq!(titles, ["standup", "standup, late"]);
    // The series goes with all of it.
    t.ok("DELETE", &e, Value::Null).await;
    assert_eq!(listed(&t, &c).await, Vec::<Value>::new());
    t.refused("GET", &at(third), Value::Null, 403, 193_003).await;
}

#[tokio::test]
async fn a_series_that_moves_forgets_exceptions_of_what_is_no_occurrence_any_more() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, fridays()).await;
    t.ok("DELETE", &e.replace("_0", &format!("_{}", 1_792_155_600 + WEEK)), Value::Null).await;
    t.ok("PATCH", &e, json!({ "summary": "renamed" })).await;
    assert_eq!(listed(&t, &c).await.len(), 2);
    let at = |n: i64| json!({ "timestamp": n.to_string(), "timezone": "America/New_York" });
    t.ok("PATCH", &e, json!({ "start_time": at(1_792_159_200), "end_time": at(1_792_161_000) })).await;
    assert_eq!(listed(&t, &c).await.len(), 1);
    t.refused("PATCH", &e, days("x", "2026-10-16", "2026-10-16"), 400, 190_014).await;
}

#[tokio::test]
async fn an_anchor_keeps_all_series_and_views_have_limits() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let e = event(&t, &c, fridays()).await;
    let data = t.ok("GET", &format!("{c}/events?anchor_time=4000000000"), Value::Null).await;
    assert_eq!(data["items"].as_array().map(Vec::len), Some(1));
    let view = |days: i64| {
        format!("{c}/events/instance_view?start_time=1792100000&end_time={}", 1_792_100_000 + days * 86_400)
    };
    let items = t.ok("GET", &view(39), Value::Null).await["items"].clone();
    assert_eq!(items.as_array().map(Vec::len), Some(6));
    t.refused("GET", &view(40), Value::Null, 400, 193_103).await;
    let far = format!("{e}/instances?start_time=1792100000&end_time={}", 1_792_100_000 + 3 * 366 * 86_400);
    t.refused("GET", &far, Value::Null, 400, 190_002).await;
    let mut body = fridays();
    body["recurrence"] = "FREQ=HOURLY".into();
    for _ in 0..2 {
        event(&t, &c, body.clone()).await;
    }
    t.refused("GET", &view(39), Value::Null, 400, 193_104).await;
}
