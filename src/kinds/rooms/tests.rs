//! What the rules mean, without a tenant.

use serde_json::json;

use super::form::{before, before_text, clock, moment, normal, of_day, seconds};
use super::live;
use super::same::same;
use super::spec::{ADMINS, APPROVAL, CLOSED, FORM, TIMES};
use crate::model::{Value, Wanted};

fn map(entries: &[(&str, Value)]) -> Value {
    Value::Map(entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}

#[test]
fn moments_have_one_form() {
    let same =
        ["2026-10-01T00:00:00+08:00", "2026-09-30T16:00:00Z", "2026-09-30T16:00Z", "2026-09-30T09:00-07:00"];
    for text in same {
        // date -u -d 2026-09-30T16:00:00Z +%s
        assert_eq!(seconds(text), Some(1_790_784_000), "{text}");
        let written = map(&[("from", Value::text(text))]);
        let want = map(&[("from", Value::text("2026-10-01T00:00:00+08:00")), ("until", Value::Null)]);
        assert_eq!(normal(CLOSED, written), want);
    }
    assert_eq!(moment(1_790_784_000).as_deref(), Some("2026-10-01T00:00:00+08:00"));
    assert_eq!(seconds("2026-02-30T00:00:00Z"), None);
}

#[test]
fn times_of_day_and_notices_go_there_and_back() {
    for text in ["00:00", "08:30", "23:59", "24:00"] {
        assert_eq!(of_day(text).map(clock).as_deref(), Some(text));
    }
    for (text, wire, shown) in
        [("90m", (90, 1), "90m"), ("60m", (1, 2), "1h"), ("24h", (1, 3), "1d"), ("3d", (3, 3), "3d")]
    {
        assert_eq!(before(text), Some(wire));
        assert_eq!(before_text(wire.0, wire.1), Value::text(shown));
        let written = map(&[("notify_before", Value::text(text))]);
        assert_eq!(normal(FORM, written).get("notify_before"), Some(&Value::text(shown)));
    }
    assert_eq!(before_text(0, 3), Value::Null);
}

#[test]
fn every_minute_survives_two_digits_of_an_hour() {
    for minutes in 6..=5940_i64 {
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let hours = (minutes as f64 / 60.0 * 100.0).round() / 100.0;
        let block = json!({ "approval_switch": 1, "approval_condition": 1, "meeting_duration": hours, "approvers": [] });
        let read = live::approval(&block).expect("a rule");
        assert_eq!(read.get("over_minutes"), Some(&Value::Int(minutes)));
    }
}

#[test]
fn off_is_not_a_map_of_nothing() {
    let exactly = |value: Value| Wanted::Exactly(value);
    for attribute in [TIMES, APPROVAL, CLOSED] {
        let declared = exactly(map(&[("until", Value::Null), ("over_minutes", Value::Null)]));
        assert!(!same(attribute, &declared, &Value::Null), "{attribute}");
        assert!(same(attribute, &exactly(Value::Null), &Value::Null));
    }
    let nobody = map(&[("users", Value::Set([].into())), ("departments", Value::Set([].into()))]);
    assert!(same(ADMINS, &exactly(Value::Null), &nobody));
    assert!(!same(ADMINS, &exactly(Value::Null), &map(&[("users", Value::Set([Value::Int(1)].into()))])));
}

#[test]
fn a_closure_is_read_by_its_window() {
    let status = |open: bool, start: &str, end: &str| json!({ "status": open, "schedule_status": true, "disable_start_time": start, "disable_end_time": end });
    let now = 1000;
    assert_eq!(live::closed(&json!({ "status": true, "schedule_status": true }), now), Value::Null);
    assert_eq!(live::closed(&status(true, "500", "900"), now), Value::Null, "over");
    for (open, start, end) in [(true, "1500", "1900"), (false, "500", "1900"), (false, "500", "0")] {
        let closed = live::closed(&status(open, start, end), now);
        assert!(closed.as_map().is_some(), "{start} {end}");
        assert_eq!(closed.get("until").is_some_and(Value::is_null), end == "0");
    }
    // The official Python SDK's numbers.
    let numbers = json!({ "status": false, "disable_start_time": 500, "disable_end_time": 1900 });
    assert_eq!(live::closed(&numbers, now), live::closed(&status(false, "500", "1900"), now));
}
