//! What is made of an answer, and of a time.

use serde_json::json;

use super::spec::{ALL_DAY, AT, VIDEO};
use super::time::{When, read};
use super::wire;
use crate::model::Value;

fn map<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::Map(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
}

fn at(start: &str, zone: &str) -> Value {
    map([("start", Value::text(start)), ("minutes", Value::Int(60)), ("timezone", Value::text(zone))])
}

fn kept(value: &Value) -> Value {
    read(None, Some(value)).expect("sound").expect("a time").kept()
}

#[test]
fn a_time_is_kept_with_the_offset_that_holds_then() {
    for (written, zone, start) in [
        ("2026-09-04T10:00", "Asia/Shanghai", "2026-09-04T10:00:00+08:00"),
        ("2026-09-04T02:00:00Z", "Asia/Shanghai", "2026-09-04T10:00:00+08:00"),
        ("2026-09-04T10:00+08:00", "Asia/Shanghai", "2026-09-04T10:00:00+08:00"),
        ("2026-01-15T09:00", "America/New_York", "2026-01-15T09:00:00-05:00"),
        ("2026-07-15T09:00", "America/New_York", "2026-07-15T09:00:00-04:00"),
        // The clocks go back: the first of the two; forward: as much later.
        ("2026-11-01T01:30", "America/New_York", "2026-11-01T01:30:00-04:00"),
        ("2026-11-01T01:30:00-05:00", "America/New_York", "2026-11-01T01:30:00-05:00"),
        ("2026-03-08T02:30", "America/New_York", "2026-03-08T03:30:00-04:00"),
    ] {
        let value = kept(&at(written, zone));
        assert_eq!(value.get("start"), Some(&Value::text(start)), "{written}");
        // What is kept is its own form.
        assert_eq!(kept(&value), value);
    }
}

#[test]
fn what_goes_out_comes_back_as_the_same_time() {
    let mut times: Vec<When> = ["2026-09-04T10:00", "2026-11-01T01:30:00-05:00"]
        .into_iter()
        .filter_map(|start| read(None, Some(&at(start, "America/New_York"))).expect("sound"))
        .collect();
    let days = map([("from", Value::text("2026-10-01")), ("to", Value::text("2026-10-07"))]);
    times.extend(read(Some(&days), None).expect("sound"));
    for when in times {
        let [(_, start), (_, end)] = when.wire();
        let back = When::of_wire(&start, &end).expect("read");
        assert_eq!(back.kept(), when.kept());
    }
}

#[test]
fn a_day_alone_is_one_day_and_an_answer_with_both_forms_is_days() {
    let day = map([("from", Value::text("2027-02-06"))]);
    let when = read(Some(&day), None).expect("sound").expect("days");
    assert_eq!(when.kept().get("to"), Some(&Value::text("2027-02-06")));
    let point = json!({ "date": "2027-02-06", "timestamp": "1", "timezone": "UTC" });
    assert!(When::of_wire(&point, &point).expect("read").is_days());
    let odd = json!({ "date": "", "timezone": "UTC" });
    assert!(When::of_wire(&odd, &odd).is_err());
}

#[test]
fn times_that_are_none_are_told() {
    for (start, zone) in [
        ("2026-02-30T10:00", "Asia/Shanghai"),
        ("2026-09-04T25:00", "Asia/Shanghai"),
        ("2026-09-04T10:00", "Asia/Nowhere"),
        ("2026-09-04T10:00", "asia/shanghai"),
    ] {
        assert!(read(None, Some(&at(start, zone))).is_err(), "{start} {zone}");
    }
    let back = map([("from", Value::text("2026-10-07")), ("to", Value::text("2026-10-01"))]);
    assert!(read(Some(&back), None).is_err());
}

#[test]
fn every_live_attribute_is_one_of_the_table() {
    let point = json!({ "date": "2027-02-06", "timezone": "UTC" });
    let item = json!({
        "event_id": "e_0", "summary": "t", "start_time": point, "end_time": point, "vchat": { "vc_type": "no_meeting" },
        "location": { "name": "n", "latitude": 1.0 }, "free_busy_status": "free", "attendee_ability": "can_see_others",
    });
    let (_, live) = wire::attributes(&item).expect("read");
    for name in live.keys() {
        assert!(super::spec::INFO.attribute(name).is_some(), "{name}");
    }
    assert_eq!((&live[AT], &live[VIDEO]), (&Value::Null, &Value::text("none")));
    assert!(!live[ALL_DAY].is_null());
}
