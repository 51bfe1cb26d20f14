//! A shift as it is read and as it is written.
//!
//! The flags of a period are read the other way round than they are written, the flag of the whole shift is not
//! (`attendance-v1/shift/get`). What is kept of a read is in the meaning of the write.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::spec::{
    BASES, BREAKS, FLEXIBLE, FLEXIBLE_BREAKS, LATE_LEAVE, LATE_LEAVE_FROM, MIDDLE, MIDDLES, NO_PUNCH_OUT,
    OVERTIME, OVERTIME_BREAKS, PERIODS, REST_DAY, SERIOUS,
};
use crate::kinds::attendance::times::{bare, minutes, pad, padded};
use crate::kinds::attendance::{SHIFTS, whole};
use crate::kinds::catalogue::filled;
use crate::model::{Live, Value};

/// Fact: it has shares of attendance time, which no write can give back as they are.
pub(super) const SHARES: &str = "attendance_time";

/// The four numbers of a period besides its times, by attribute and field.
const NUMBERS: [(&[&str], &str); 7] = [
    (&["late", "counts_after"], "late_minutes_as_late"),
    (&["late", "absent_after"], "late_minutes_as_lack"),
    (&["late", "serious_after"], "late_minutes_as_serious_late"),
    (&["early", "counts_before"], "early_minutes_as_early"),
    (&["early", "absent_before"], "early_minutes_as_lack"),
    (&["punch_in_from"], "on_advance_minutes"),
    (&["punch_out_until"], "off_delay_minutes"),
];

/// Lists of two times.
const SPANS: [(&str, &str, &str, &str); 3] = [
    (BREAKS, "rest_time_rule", "rest_begin_time", "rest_end_time"),
    (OVERTIME_BREAKS, "overtime_rest_time_rule", "rest_begin_time", "rest_end_time"),
    (OVERTIME, "overtime_rule", "on_overtime", "off_overtime"),
];

/// A name of the YAML and one of the API.
type Names = (&'static str, &'static str);

/// Lists of two numbers.
const PAIRS: [(&str, &str, [Names; 2]); 2] = [
    (
        FLEXIBLE,
        "flexible_rule",
        [("early", "flexible_early_minutes"), ("late", "flexible_late_minutes")],
    ),
    (
        LATE_LEAVE,
        "late_off_late_on_rule",
        [("left_after", "late_off_minutes"), ("come_after", "late_on_minutes")],
    ),
];

/// Times in one form, and what a period leaves out.
pub(super) fn normal(attribute: &str, value: Value) -> Value {
    let value = pad(value, &["on", "off", "from", "to", "at"]);
    match (attribute, value) {
        (PERIODS, Value::List(periods)) => Value::List(
            periods
                .into_iter()
                .map(|period| match period {
                    Value::Map(mut period) => {
                        period.entry("punch".to_owned()).or_insert_with(|| Value::text("both"));
                        Value::Map(period)
                    }
                    other => other,
                })
                .collect(),
        ),
        (_, value) => value,
    }
}

/// What was read, in the form in which it is written.
pub(super) fn writable(read: &Json) -> Map<String, Json> {
    let mut whole = whole::writable("POST", SHIFTS, None, read);
    for gone in ["id", "sub_shift_leader_ids", "shift_attendance_time_config"] {
        whole.remove(gone);
    }
    for period in whole.get_mut("punch_time_rule").and_then(Json::as_array_mut).into_iter().flatten() {
        for flag in ["no_need_on", "no_need_off"] {
            if let Some(needed) = period.get(flag).and_then(Json::as_bool) {
                period[flag] = (!needed).into();
            }
        }
    }
    // A field of another edition is not named where it says nothing.
    for list in ["late_off_late_on_rule", "overtime_rule"] {
        if whole.get(list).and_then(Json::as_array).is_some_and(Vec::is_empty) {
            whole.remove(list);
        }
    }
    let halves = whole::at(&whole, &["shift_middle_time_rule", "middle_time_type"]).and_then(Json::as_i64);
    let fixed = whole::at(&whole, &["shift_middle_time_rule", "fixed_middle_time"]).and_then(Json::as_str);
    if halves.unwrap_or(0) == 0 && fixed.unwrap_or_default().is_empty() {
        whole.remove("shift_middle_time_rule");
    }
    whole
}

/// The normal form of a shift that was read in full; `None` when it has no id or no name. `brief`: the list shows its
/// id and name alone.
pub(super) fn live(read: &Json) -> Option<Live> {
    let mut live = Live { id: filled(read, "shift_id")?.to_owned(), ..Live::default() };
    live.attributes.insert("name".to_owned(), Value::text(filled(read, "shift_name")?));
    if read.get("punch_time_rule").is_none() {
        return Some(live);
    }
    let whole = writable(read);
    live.attributes.extend(attributes(&whole));
    if read.get("rest_time_flexible_configs").is_none() {
        live.attributes.remove(FLEXIBLE_BREAKS);
    }
    let shares = read.get("shift_attendance_time_config").and_then(Json::as_object);
    if shares.is_some_and(|shares| shares.values().any(|v| v.as_f64().is_some_and(|share| share != 0.0))) {
        live.facts.insert(SHARES.to_owned(), Value::Bool(true));
    }
    whole::keep(&mut live, whole);
    Some(live)
}

fn list<'w>(whole: &'w Map<String, Json>, field: &str) -> impl Iterator<Item = &'w Json> {
    whole.get(field).and_then(Json::as_array).into_iter().flatten()
}

fn int(item: &Json, field: &str) -> Value {
    Value::Int(item.get(field).and_then(Json::as_i64).unwrap_or_default())
}

fn time(item: &Json, field: &str) -> Value {
    Value::text(padded(item.get(field).and_then(Json::as_str).unwrap_or_default()))
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn attributes(whole: &Map<String, Json>) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut put = |name: &str, value: Value| drop(found.insert(name.to_owned(), value));
    let mut periods: Vec<&Json> = list(whole, "punch_time_rule").collect();
    periods.sort_by_key(|p| p.get("on_time").and_then(Json::as_str).and_then(minutes));
    put(PERIODS, Value::List(periods.into_iter().map(period).collect()));
    for (name, field, from, to) in SPANS {
        let mut spans: Vec<&Json> = list(whole, field).collect();
        spans.sort_by_key(|span| span.get(from).and_then(Json::as_str).and_then(minutes));
        let span = |item: &Json| map([("from", time(item, from)), ("to", time(item, to))]);
        put(name, Value::List(spans.into_iter().map(span).collect()));
    }
    let flexible = whole.get("is_flexible") == Some(&json!(true));
    for (name, field, [first, second]) in PAIRS {
        let pair = |item: &Json| map([(first.0, int(item, first.1)), (second.0, int(item, second.1))]);
        let mut pairs: Vec<Value> = list(whole, field).map(pair).collect();
        if name == FLEXIBLE {
            match whole.get("flexible_minutes").and_then(Json::as_i64) {
                _ if !flexible => pairs.clear(),
                Some(minutes) if pairs.is_empty() => {
                    pairs.push(map([("early", Value::Int(minutes)), ("late", Value::Int(minutes))]));
                }
                _ => {}
            }
        }
        // No page says that their order counts.
        put(name, Value::Set(pairs.into_iter().collect()));
    }
    let moving = |item: &Json| {
        let on = item.get("need_flexible").and_then(Json::as_bool).unwrap_or_default();
        map([("on", Value::Bool(on)), ("late", int(item, "late_mins"))])
    };
    put(FLEXIBLE_BREAKS, Value::List(list(whole, "rest_time_flexible_configs").map(moving).collect()));
    put(REST_DAY, Value::Bool(whole.get("day_type").and_then(Json::as_i64) == Some(2)));
    put(NO_PUNCH_OUT, Value::Bool(whole.get("no_need_off") == Some(&json!(true))));
    let serious = whole.get("late_minutes_as_serious_late").and_then(Json::as_i64);
    put(SERIOUS, serious.map_or(Value::Null, Value::Int));
    let base = |field: &str, flexible: i64| {
        let is = whole::at(whole, &["late_off_late_on_setting", field]).and_then(Json::as_i64).unwrap_or(0);
        Value::text(if is == flexible { BASES[0].0 } else { BASES[1].0 })
    };
    put(
        LATE_LEAVE_FROM,
        map([
            ("leaving", base("late_off_base_on_time_type", 0)),
            ("coming", base("late_on_base_on_time_type", 1)),
        ]),
    );
    put(MIDDLE, middle(whole));
    found
}

fn middle(whole: &Map<String, Json>) -> Value {
    let by = whole::at(whole, &["shift_middle_time_rule", "middle_time_type"]).and_then(Json::as_i64);
    let by = usize::try_from(by.unwrap_or(0)).ok().and_then(|at| MIDDLES.get(at)).map_or("whole", |m| m.0);
    let at = whole::at(whole, &["shift_middle_time_rule", "fixed_middle_time"]).and_then(Json::as_str);
    match at.filter(|at| by == "fixed" && !at.is_empty()) {
        Some(at) => map([("by", Value::text(by)), ("at", Value::text(padded(at)))]),
        None => map([("by", Value::text(by))]),
    }
}

fn period(item: &Json) -> Value {
    let mut period: BTreeMap<String, Value> =
        [("on", "on_time"), ("off", "off_time")].map(|(name, field)| (name.to_owned(), time(item, field))).into();
    for (path, field) in NUMBERS {
        let Some(n) = item.get(field).and_then(Json::as_i64) else { continue };
        match path {
            [name] => drop(period.insert((*name).to_owned(), Value::Int(n))),
            [outer, name] => {
                let inner = period.entry((*outer).to_owned()).or_insert_with(|| Value::Map(BTreeMap::new()));
                if let Value::Map(inner) = inner {
                    inner.insert((*name).to_owned(), Value::Int(n));
                }
            }
            _ => {}
        }
    }
    let free = |flag: &str| item.get(flag) == Some(&json!(true));
    let punch = match (free("no_need_on"), free("no_need_off")) {
        (false, false) => "both",
        (false, true) => "in_only",
        (true, false) => "out_only",
        (true, true) => "none",
    };
    period.insert("punch".to_owned(), Value::text(punch));
    Value::Map(period)
}

/// Lays an attribute over the whole.
pub(super) fn lay(whole: &mut Map<String, Json>, attribute: &str, value: &Value) {
    let text = |value: Option<&Value>| bare(value.and_then(Value::as_text).unwrap_or_default());
    let number = |value: Option<&Value>| value.and_then(Value::as_int).unwrap_or_default();
    if let Some((_, field, from, to)) = SPANS.iter().find(|(name, ..)| *name == attribute) {
        let spans = value.elements().map(|span| json!({ *from: text(span.get("from")), *to: text(span.get("to")) }));
        whole.insert((*field).to_owned(), spans.collect());
        return;
    }
    if let Some((_, field, [first, second])) = PAIRS.iter().find(|(name, ..)| *name == attribute) {
        let pairs =
            value.elements().map(|p| json!({ first.1: number(p.get(first.0)), second.1: number(p.get(second.0)) }));
        whole.insert((*field).to_owned(), pairs.collect());
        if attribute == FLEXIBLE {
            whole.insert("is_flexible".to_owned(), (value.elements().count() > 0).into());
            whole.remove("flexible_minutes");
        }
        return;
    }
    match attribute {
        "name" => drop(whole.insert("shift_name".to_owned(), value.as_text().unwrap_or_default().into())),
        PERIODS => {
            let periods: Vec<Json> = value.elements().map(written_period).collect();
            whole.insert("punch_times".to_owned(), periods.len().into());
            whole.insert("punch_time_rule".to_owned(), periods.into());
        }
        FLEXIBLE_BREAKS => {
            let moving = value.elements().map(|item| {
                let on = item.get("on").and_then(Value::as_bool).unwrap_or_default();
                json!({ "need_flexible": on, "late_mins": number(item.get("late")) })
            });
            whole.insert("rest_time_flexible_configs".to_owned(), moving.collect());
        }
        REST_DAY => {
            let day = if value.as_bool() == Some(true) { 2 } else { 1 };
            whole.insert("day_type".to_owned(), day.into());
        }
        NO_PUNCH_OUT => drop(whole.insert("no_need_off".to_owned(), value.as_bool().unwrap_or_default().into())),
        SERIOUS => match value.as_int() {
            Some(minutes) => drop(whole.insert("late_minutes_as_serious_late".to_owned(), minutes.into())),
            None => drop(whole.remove("late_minutes_as_serious_late")),
        },
        LATE_LEAVE_FROM => {
            for (name, field, flexible) in
                [("leaving", "late_off_base_on_time_type", 0), ("coming", "late_on_base_on_time_type", 1)]
            {
                if let Some(word) = value.get(name).and_then(Value::as_text) {
                    let number = if word == BASES[0].0 { flexible } else { 1 - flexible };
                    whole::put(whole, &["late_off_late_on_setting", field], number.into());
                }
            }
        }
        MIDDLE => {
            let by = value.get("by").and_then(Value::as_text).unwrap_or_default();
            let number = MIDDLES.iter().position(|(word, _)| *word == by).unwrap_or_default();
            let mut rule = json!({ "middle_time_type": number });
            if by == "fixed" {
                rule["fixed_middle_time"] = text(value.get("at")).into();
            }
            whole.insert("shift_middle_time_rule".to_owned(), rule);
        }
        _ => {}
    }
}

fn written_period(period: &Value) -> Json {
    let mut item = Map::new();
    for (name, field) in [("on", "on_time"), ("off", "off_time")] {
        let time = period.get(name).and_then(Value::as_text).unwrap_or_default();
        item.insert(field.to_owned(), bare(time).into());
    }
    for (path, field) in NUMBERS {
        let mut found = Some(period);
        for name in path {
            found = found.and_then(|value| value.get(name));
        }
        if let Some(n) = found.and_then(Value::as_int) {
            item.insert(field.to_owned(), n.into());
        }
    }
    let punch = period.get("punch").and_then(Value::as_text).unwrap_or("both");
    item.insert("no_need_on".to_owned(), matches!(punch, "out_only" | "none").into());
    item.insert("no_need_off".to_owned(), matches!(punch, "in_only" | "none").into());
    item.into()
}
