//! What a shift may say. Types, required fields and plain bounds are the contract's matter.

use serde_json::{Map, Value, json};

use crate::sandbox::attendance::gate::{EDITION, bad, general};
use crate::sandbox::attendance::times;
use crate::sandbox::gateway::Refusal;
use crate::sandbox::world::World;

/// Fields that Feishu People Enterprise Edition has alone.
const ENTERPRISE: [&str; 3] = ["late_off_late_on_rule", "overtime_rule", "shift_middle_time_rule"];
/// Lists of two times each.
const SPANS: [(&str, &str, &str); 3] = [
    ("rest_time_rule", "rest_begin_time", "rest_end_time"),
    ("overtime_rest_time_rule", "rest_begin_time", "rest_end_time"),
    ("overtime_rule", "on_overtime", "off_overtime"),
];
const MINUTES: [&str; 6] = [
    "late_minutes_as_late",
    "late_minutes_as_lack",
    "early_minutes_as_early",
    "early_minutes_as_lack",
    "on_advance_minutes",
    "off_delay_minutes",
];

/// Judges a rule as it was written and gives it with times padded and defaults filled in.
pub(super) fn judged(world: &World, mut rule: Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    let knobs = &world.settings().attendance;
    if !knobs.enterprise && ENTERPRISE.iter().any(|field| given(rule.get(*field))) {
        return Err(general(EDITION));
    }
    if !knobs.grey && rule.contains_key("shift_attendance_time_config") {
        return Err(bad("shift_attendance_time_config"));
    }
    periods(rule.get_mut("punch_time_rule"))?;
    for (field, begin, end) in SPANS {
        for item in items_mut(rule.get_mut(field)) {
            span(item, begin, end)?;
        }
    }
    let flexible = rule.get("is_flexible") == Some(&json!(true));
    match rule.get("day_type").and_then(Value::as_i64) {
        None | Some(1) => {}
        Some(2) if !flexible => {}
        _ => return Err(bad("day_type")),
    }
    let middle = rule.get_mut("shift_middle_time_rule").and_then(Value::as_object_mut);
    if let Some(middle) = middle {
        let fixed = middle.get("middle_time_type").and_then(Value::as_i64) == Some(3);
        let at = middle.get("fixed_middle_time").and_then(Value::as_str).filter(|t| !t.is_empty());
        match at.map(times::minutes) {
            Some(Some(at)) => {
                middle.insert("fixed_middle_time".to_owned(), times::padded(at).into());
            }
            None if !fixed => {}
            _ => return Err(bad("fixed_middle_time")),
        }
    }
    if !given(rule.get("shift_middle_time_rule")) {
        rule.remove("shift_middle_time_rule");
    }
    negative("shift", rule.get("late_minutes_as_serious_late"))?;
    negative("shift", rule.get("flexible_minutes"))?;
    for item in items_mut(rule.get_mut("flexible_rule")) {
        item.iter().try_for_each(|(name, minutes)| negative(name, Some(minutes)))?;
    }
    Ok(filled(rule))
}

/// An empty list, or an object that says nothing but defaults, is not given.
fn given(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(fields)) => {
            fields.values().any(|v| v.as_i64() != Some(0) && v.as_str() != Some(""))
        }
        _ => false,
    }
}

fn items_mut(list: Option<&mut Value>) -> impl Iterator<Item = &mut Map<String, Value>> {
    list.and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut)
}

fn negative(name: &str, minutes: Option<&Value>) -> Result<(), Refusal> {
    if minutes.and_then(Value::as_i64).is_some_and(|n| n < 0) { Err(bad(name)) } else { Ok(()) }
}

/// Two times in order; both become padded.
fn span(item: &mut Map<String, Value>, begin: &str, end: &str) -> Result<(i64, i64), Refusal> {
    let at = |name: &str| item.get(name).and_then(Value::as_str).and_then(times::minutes);
    match (at(begin), at(end)) {
        (Some(from), Some(to)) if from < to => {
            item.insert(begin.to_owned(), times::padded(from).into());
            item.insert(end.to_owned(), times::padded(to).into());
            Ok((from, to))
        }
        (None, _) | (_, None) => Err(general("time is invalid")),
        _ => Err(general("time calculation failed")),
    }
}

/// Periods of punching, one after the other.
fn periods(list: Option<&mut Value>) -> Result<(), Refusal> {
    let mut before = None;
    for period in items_mut(list) {
        let (on, off) = span(period, "on_time", "off_time")?;
        if before.is_some_and(|before| on < before) {
            return Err(general("time is invalid"));
        }
        let minutes = |name: &str| period.get(name).and_then(Value::as_i64).unwrap_or_default();
        for name in MINUTES.iter().chain(["late_minutes_as_serious_late"].iter()) {
            negative(name, period.get(*name))?;
        }
        if minutes("on_advance_minutes") > 720 || minutes("off_delay_minutes") > 960 {
            return Err(bad("punch window"));
        }
        if before.is_none() && period.get("no_need_on") == Some(&json!(true)) {
            return Err(bad("no_need_on"));
        }
        before = Some(off);
        for flag in ["no_need_on", "no_need_off"] {
            period.entry(flag).or_insert_with(|| false.into());
        }
    }
    if before.is_some() { Ok(()) } else { Err(bad("punch_time_rule")) }
}

/// What the service answers where nothing was said.
pub(super) fn filled(mut rule: Map<String, Value>) -> Map<String, Value> {
    for (name, value) in [
        ("is_flexible", json!(false)),
        ("flexible_minutes", json!(0)),
        ("flexible_rule", json!([])),
        ("no_need_off", json!(false)),
        ("late_off_late_on_rule", json!([])),
        ("rest_time_rule", json!([])),
        ("overtime_rule", json!([])),
        ("day_type", json!(1)),
        ("overtime_rest_time_rule", json!([])),
        (
            "late_off_late_on_setting",
            json!({ "late_off_base_on_time_type": 0, "late_on_base_on_time_type": 0 }),
        ),
        ("rest_time_flexible_configs", json!([])),
    ] {
        rule.entry(name).or_insert(value);
    }
    for item in items_mut(rule.get_mut("punch_time_rule")) {
        for flag in ["no_need_on", "no_need_off"] {
            item.entry(flag).or_insert_with(|| false.into());
        }
    }
    rule
}
