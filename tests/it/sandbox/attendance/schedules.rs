//! Schedules: rows that take or do not, temporary shifts, sealed days.

use serde_json::{Value, json};

use super::{at, general, group, group_body, knobs, office, scheduled, shift, with};
use crate::support::Tenant;

const WRITE: &str = "/user_daily_shifts/batch_create?employee_type=employee_id";
const TEMPORARY: &str = "/user_daily_shifts/batch_create_temp?employee_type=employee_id";
const QUERY: &str = "/user_daily_shifts/query?employee_type=employee_id";

fn row(group: &str, shift: &str, user: &str, day: i64) -> Value {
    json!({ "group_id": group, "shift_id": shift, "month": 209_901, "user_id": user, "day_no": day })
}

fn rows(rows: Value) -> Value {
    json!({ "user_daily_shifts": rows, "operator_id": "u1" })
}

/// A scheduled group with u2, and a shift.
async fn plant() -> (Tenant, String, String) {
    let t = office().await;
    let g = group(&t, with(scheduled("plant"), json!({ "bind_user_ids": ["u2"] }))).await;
    let s = shift(&t, "night").await;
    (t, g, s)
}

async fn days(t: &Tenant) -> Vec<(String, i64)> {
    let body =
        json!({ "user_ids": ["u1", "u2"], "check_date_from": 20_990_101, "check_date_to": 20_990_130 });
    let data = t.ok("POST", &at(QUERY), body).await;
    let rows = data["user_daily_shifts"].as_array().expect("rows").clone();
    rows.iter()
        .map(|r| (r["shift_id"].as_str().expect("id").to_owned(), r["day_no"].as_i64().expect("day")))
        .collect()
}

#[tokio::test]
async fn rows_are_written_over_and_cleared() {
    let (t, g, s) = plant().await;
    t.ok("POST", &at(WRITE), rows(json!([row(&g, &s, "u2", 1), row(&g, "0", "u2", 2)]))).await;
    assert_eq!(days(&t).await, [(s.clone(), 1), ("0".to_owned(), 2)]);
    t.ok("POST", &at(WRITE), rows(json!([row(&g, "0", "u2", 1)]))).await;
    let clear = with(row(&g, "0", "u2", 2), json!({ "is_clear_schedule": true }));
    t.ok("POST", &at(WRITE), rows(json!([clear]))).await;
    assert_eq!(days(&t).await, [("0".to_owned(), 1)]);
    t.ok("POST", &at(WRITE), rows(json!([row(&g, &s, "u2", 3)]))).await;
    general(&t, "DELETE", &at(&format!("/shifts/{s}")), Value::Null, "shift can not be del").await;
    t.ok("DELETE", &at(&format!("/groups/{g}")), Value::Null).await;
    assert!(days(&t).await.is_empty());
    t.ok("DELETE", &at(&format!("/shifts/{s}")), Value::Null).await;
}

#[tokio::test]
async fn who_is_in_no_such_group_is_told_in_the_text_of_a_success() {
    let (t, g, s) = plant().await;
    let batch = rows(json!([row(&g, &s, "u1", 1), row(&g, &s, "u2", 1), row(&g, &s, "u1", 2)]));
    let answer = t.call("POST", &at(WRITE), batch).await;
    assert_eq!((answer.status, answer.code()), (200, 0));
    let missed: Value = serde_json::from_str(answer.body["msg"].as_str().expect("msg")).expect("a map");
    assert_eq!(missed, json!({ "u1": ["20990101", "20990102"] }));
    assert_eq!(days(&t).await, [(s, 1)]);
}

#[tokio::test]
async fn what_cannot_be_arranged_is_refused_whole() {
    let (t, g, s) = plant().await;
    let free = group(&t, group_body("free")).await;
    for (row, words) in [
        (row(&free, &s, "u2", 1), "the rule cannot arrange!"),
        (row("1", &s, "u2", 1), "rule does not exist"),
        (row(&g, "1", "u2", 1), "shift does not exist"),
        (row(&g, &s, "u2", 32), "time is invalid"),
    ] {
        general(&t, "POST", &at(WRITE), rows(json!([row])), words).await;
    }
    t.refused("POST", &at(WRITE), rows(json!([row(&g, &s, "nobody", 1)])), 400, 1_220_004).await;
    t.refused("POST", &at(WRITE), rows(json!([])), 400, 1_220_001).await;
    let many: Vec<Value> = (0..51).map(|i| row(&g, &s, "u2", 1 + i % 28)).collect();
    general(&t, "POST", &at(WRITE), rows(json!(many)), "operate too much flow").await;
    let nobody = json!({ "user_daily_shifts": [row(&g, &s, "u2", 1)] });
    t.refused("POST", &at(WRITE), nobody, 400, 1_220_005).await;
    knobs(&t, json!({ "sealed_until": 20_990_102 })).await;
    general(&t, "POST", &at(WRITE), rows(json!([row(&g, &s, "u2", 2)])), "has been sealed").await;
    t.ok("POST", &at(WRITE), rows(json!([row(&g, &s, "u2", 3)]))).await;
    for (ids, from, to) in [
        (json!([]), 20_990_101, 20_990_101),
        (json!(["u1"]), 20_990_101, 20_990_131),
        (json!(["u1"]), 20_990_102, 20_990_101),
    ] {
        let body = json!({ "user_ids": ids, "check_date_from": from, "check_date_to": to });
        t.refused("POST", &at(QUERY), body, 400, 1_220_001).await;
    }
}

#[tokio::test]
async fn a_group_that_is_scheduled_no_longer_loses_its_rows() {
    let (t, g, s) = plant().await;
    t.ok("POST", &at(WRITE), rows(json!([row(&g, &s, "u2", 1)]))).await;
    group(&t, with(group_body("plant"), json!({ "group_id": g, "bind_user_ids": ["u2"] }))).await;
    assert!(days(&t).await.is_empty());
}

#[tokio::test]
async fn temporary_shifts_are_paid_for() {
    let (t, g, _) = plant().await;
    let temporary = |on: &str| {
        let rule = json!([{ "on_time": on, "off_time": "18：00" }]);
        let row = json!({ "group_id": g, "user_id": "u2", "date": 20_990_105, "shift_name": "临时早班", "punch_time_simple_rules": rule });
        json!({ "user_tmp_daily_shifts": [row], "operator_id": "u1" })
    };
    general(&t, "POST", &at(TEMPORARY), temporary("9：00"), "Enterprise Edition").await;
    knobs(&t, json!({ "enterprise": true })).await;
    general(&t, "POST", &at(TEMPORARY), temporary("19:00"), "time is invalid").await;
    t.ok("POST", &at(TEMPORARY), temporary("9：00")).await;
    assert_eq!(days(&t).await.len(), 1);
}
