//! What is made of an answer, and what is written of it: what was read and is written again reads the same.

use serde_json::{Map, Value as Json, json};

use super::KIND;
use super::wire::{lay, live, writable};
use crate::model::Value;
use crate::resource::Kind;

/// As `shift/get` answers: two periods, whose flags say what is needed.
fn read() -> Json {
    json!({
        "shift_id": "7", "id": "7", "shift_name": "白班", "punch_times": 2, "sub_shift_leader_ids": [],
        "is_flexible": true, "flexible_minutes": 60, "flexible_rule": [],
        "no_need_off": true, "day_type": 1, "rest_time_rule": [{ "rest_begin_time": "13:00", "rest_end_time": "14:00" }],
        "punch_time_rule": [
            { "on_time": "13:00", "off_time": "26:00", "late_minutes_as_late": 1, "late_minutes_as_lack": 2, "on_advance_minutes": 3,
              "early_minutes_as_early": 4, "early_minutes_as_lack": 5, "off_delay_minutes": 6, "no_need_on": false, "no_need_off": true },
            { "on_time": "09:00", "off_time": "12:00", "late_minutes_as_late": 1, "late_minutes_as_lack": 2, "on_advance_minutes": 3,
              "early_minutes_as_early": 4, "early_minutes_as_lack": 5, "off_delay_minutes": 6, "late_minutes_as_serious_late": 7,
              "no_need_on": true, "no_need_off": false },
        ],
        "late_off_late_on_rule": [], "overtime_rule": [], "overtime_rest_time_rule": [],
        "late_off_late_on_setting": { "late_off_base_on_time_type": 0, "late_on_base_on_time_type": 0 },
        "rest_time_flexible_configs": [], "a_field_of_tomorrow": 1,
    })
}

#[test]
fn flags_of_a_period_are_turned_and_those_of_the_shift_are_not() {
    let live = live(&read()).expect("a shift");
    let periods: Vec<&Value> = live.attributes["periods"].elements().collect();
    let text = |period: &Value, name: &str| period.get(name).and_then(Value::as_text).unwrap_or_default().to_owned();
    assert_eq!((text(periods[0], "on"), text(periods[0], "punch")), ("09:00".to_owned(), "in_only".to_owned()));
    assert_eq!((text(periods[1], "on"), text(periods[1], "punch")), ("13:00".to_owned(), "out_only".to_owned()));
    assert_eq!(live.attributes["no_punch_out"], Value::Bool(true));
    assert_eq!(live.attributes["late_leave_from"].get("leaving"), Some(&Value::text("flexible")));
    assert_eq!(live.attributes["late_leave_from"].get("coming"), Some(&Value::text("fixed")));
    assert_eq!(live.attributes["flexible"].elements().next().and_then(|f| f.get("late")), Some(&Value::Int(60)));
    let whole = writable(&read());
    let flags = |at: usize| [&whole["punch_time_rule"][at]["no_need_on"], &whole["punch_time_rule"][at]["no_need_off"]];
    assert_eq!((flags(0), flags(1)), ([&json!(true), &json!(false)], [&json!(false), &json!(true)]), "as they were read");
    for gone in ["id", "shift_id", "sub_shift_leader_ids", "a_field_of_tomorrow", "late_off_late_on_rule"] {
        assert!(!whole.contains_key(gone), "{gone}");
    }
}

/// What the service makes of a write, as far as it turns things round.
fn read_again(mut whole: Map<String, Json>) -> Json {
    for period in whole["punch_time_rule"].as_array_mut().expect("periods") {
        for flag in ["no_need_on", "no_need_off"] {
            period[flag] = (!period[flag].as_bool().unwrap_or_default()).into();
        }
    }
    whole.insert("shift_id".to_owned(), "7".into());
    whole.insert("rest_time_flexible_configs".to_owned(), json!([]));
    whole.into()
}

#[test]
fn what_is_read_and_written_reads_the_same() {
    let first = live(&read()).expect("a shift");
    let second = live(&read_again(writable(&read()))).expect("a shift");
    assert_eq!(first.attributes, second.attributes);
    // And so does what is laid over it anew, attribute by attribute.
    let mut whole = writable(&read());
    for (name, value) in &first.attributes {
        lay(&mut whole, name, value);
    }
    assert_eq!(live(&read_again(whole)).expect("a shift").attributes, first.attributes);
}

#[test]
fn every_live_attribute_is_one_of_the_table() {
    let live = live(&read()).expect("a shift");
    for attribute in KIND.info().attributes.iter().filter(|a| !a.write_only) {
        assert!(live.attributes.contains_key(attribute.name), "{} is not read", attribute.name);
    }
    for name in live.attributes.keys() {
        assert!(KIND.info().attribute(name).is_some(), "{name} is not in the table");
    }
    let brief = super::wire::live(&json!({ "shift_id": "7", "shift_name": "白班" })).expect("a shift");
    assert_eq!(brief.attributes.keys().collect::<Vec<_>>(), ["name"], "what is not there is unknown");
}
