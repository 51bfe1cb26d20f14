//! Which shift on which day, as it is read and written.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::spec::{
    CALENDARS, DAYS, FREE, HOLIDAYS, OFF_DAYS, OWN_HOLIDAYS, TYPE, TYPES, WEEK, WORK_DAYS,
};
use crate::kinds::attendance::times::{bare, pad, padded};
use crate::kinds::attendance::{OFF, REST, SHIFT, whole};
use crate::model::{Target, Value};

/// Fields that calendars are made of.
pub(super) const SPECIAL: [&str; 2] = ["need_punch_special_days", "no_need_punch_special_days"];

/// Fills in the days that are off.
pub(super) fn normal(attribute: &str, value: Value) -> Value {
    match (attribute, value) {
        (WEEK, Value::Map(mut week)) => {
            for (day, _) in DAYS {
                week.entry((*day).to_owned()).or_insert_with(|| Value::text(OFF));
            }
            Value::Map(week)
        }
        (FREE, value) => pad(value, &["from", "to"]),
        (_, value) => value,
    }
}

fn shift(id: &str) -> Value {
    if id == REST { Value::text(OFF) } else { Value::remote(SHIFT, id) }
}

/// `20261010` as `2026-10-10`, and back.
fn date(day: i64) -> Value {
    Value::Text(format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100))
}

fn day(date: &Value) -> i64 {
    let digits: String = date.as_text().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_default()
}

/// What the calendar of a group says, by attribute.
pub(super) fn attributes(whole: &Map<String, Json>) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut put = |name: &str, value: Value| drop(found.insert(name.to_owned(), value));
    // The first type is written as 1 and read as 0.
    let kind = whole.get("group_type").and_then(Json::as_i64).unwrap_or_default();
    let word = usize::try_from(kind - 1).ok().and_then(|at| TYPES.get(at)).map_or(TYPES[0].0, |(word, _)| word);
    put(TYPE, Value::text(word));
    let ids: Vec<&str> = list(whole, "punch_day_shift_ids").filter_map(Json::as_str).collect();
    put(WEEK, match ids.len() {
        7 => Value::Map(DAYS.iter().zip(ids).map(|((day, _), id)| ((*day).to_owned(), shift(id))).collect()),
        _ => Value::Null,
    });
    put(FREE, whole.get("free_punch_cfg").map_or(Value::Null, free));
    let number = whole.get("calendar_id").and_then(Json::as_i64).and_then(|n| usize::try_from(n).ok());
    put(HOLIDAYS, number.and_then(|n| CALENDARS.get(n)).map_or(Value::Null, |(word, _)| Value::text(*word)));
    let own = whole.get("new_calendar_id").and_then(Json::as_str).filter(|id| !id.is_empty());
    put(OWN_HOLIDAYS, own.map_or(Value::Null, Value::text));
    let special = |item: &Json| {
        let id = item.get("shift_id").and_then(Json::as_str).unwrap_or(REST);
        let day = date(item.get("punch_day").and_then(Json::as_i64).unwrap_or_default());
        Value::Map([("day".to_owned(), day), ("shift".to_owned(), shift(id))].into())
    };
    put(WORK_DAYS, Value::Set(list(whole, SPECIAL[0]).map(special).collect()));
    let off = list(whole, SPECIAL[1]).filter_map(|item| item.get("punch_day")?.as_i64());
    put(OFF_DAYS, Value::Set(off.map(date).collect()));
    found
}

fn list<'w>(whole: &'w Map<String, Json>, field: &str) -> impl Iterator<Item = &'w Json> {
    whole.get(field).and_then(Json::as_array).into_iter().flatten()
}

fn free(read: &Json) -> Value {
    let mut free = BTreeMap::new();
    let text = |field: &str| read.get(field).and_then(Json::as_str);
    for (name, field) in [("from", "free_start_time"), ("to", "free_end_time")] {
        free.extend(text(field).map(|at| (name.to_owned(), Value::Text(padded(at)))));
    }
    // A number that has lost the zeros that it began with.
    let digits = format!("{:07}", read.get("punch_day").and_then(Json::as_i64).unwrap_or_default());
    let days = DAYS.iter().zip(digits.chars()).filter(|(_, digit)| *digit == '1');
    free.insert("days".to_owned(), Value::Set(days.map(|((day, _), _)| Value::text(*day)).collect()));
    for (name, field) in [("minutes_asked", "work_hours_demand"), ("missing_is_absent", "work_day_no_punch_as_lack")] {
        free.extend(read.get(field).and_then(Json::as_bool).map(|on| (name.to_owned(), Value::Bool(on))));
    }
    free.extend(read.get("work_hours").and_then(Json::as_i64).map(|n| ("minutes".to_owned(), Value::Int(n))));
    Value::Map(free)
}

fn put(whole: &mut Map<String, Json>, name: &str, value: Json) {
    whole.insert(name.to_owned(), value);
}

/// Lays an attribute of the calendar over the whole; `false` when it is none. `id` gives what stands for a shift.
pub(super) fn lay(
    whole: &mut Map<String, Json>,
    attribute: &str,
    value: &Value,
    id: &dyn Fn(&Target) -> Json,
) -> bool {
    let written = |value: Option<&Value>| match value {
        Some(Value::Ref(target)) => id(target),
        _ => REST.into(),
    };
    match attribute {
        TYPE => {
            let at = TYPES.iter().position(|(word, _)| value.as_text() == Some(word)).unwrap_or_default();
            put(whole, "group_type", (at + 1).into());
        }
        WEEK => put(whole, "punch_day_shift_ids", DAYS.iter().map(|(day, _)| written(value.get(day))).collect()),
        HOLIDAYS => {
            let at = CALENDARS.iter().position(|(word, _)| value.as_text() == Some(word)).unwrap_or_default();
            put(whole, "calendar_id", at.into());
        }
        OWN_HOLIDAYS => match value.as_text() {
            Some(text) => put(whole, "new_calendar_id", text.into()),
            None => drop(whole.remove("new_calendar_id")),
        },
        WORK_DAYS => {
            let one = |special: &Value| {
                let day = special.get("day").map(day).unwrap_or_default();
                json!({ "punch_day": day, "shift_id": written(special.get("shift")) })
            };
            put(whole, SPECIAL[0], value.elements().map(one).collect());
        }
        OFF_DAYS => {
            // A day that is off already keeps the shift that the console gave it.
            let wanted: BTreeSet<i64> = value.elements().map(day).collect();
            let now = |item: &Json| item.get("punch_day").and_then(Json::as_i64).unwrap_or_default();
            let mut days: Vec<Json> = list(whole, SPECIAL[1]).filter(|item| wanted.contains(&now(item))).cloned().collect();
            let there: BTreeSet<i64> = days.iter().map(now).collect();
            days.extend(wanted.difference(&there).map(|day| json!({ "punch_day": day, "shift_id": REST })));
            put(whole, SPECIAL[1], days.into());
        }
        FREE => lay_free(whole, value),
        _ => return false,
    }
    true
}

fn lay_free(whole: &mut Map<String, Json>, value: &Value) {
    for (name, field) in [("from", "free_start_time"), ("to", "free_end_time")] {
        if let Some(at) = value.get(name).and_then(Value::as_text) {
            whole::put(whole, &["free_punch_cfg", field], bare(at).into());
        }
    }
    if let Some(days) = value.get("days") {
        let on = |day: &str| days.elements().any(|value| value.as_text() == Some(day));
        let number = DAYS.iter().fold(0i64, |number, (day, _)| number * 10 + i64::from(on(day)));
        whole::put(whole, &["free_punch_cfg", "punch_day"], number.into());
    }
    for (name, field) in [("minutes_asked", "work_hours_demand"), ("missing_is_absent", "work_day_no_punch_as_lack")] {
        if let Some(on) = value.get(name).and_then(Value::as_bool) {
            whole::put(whole, &["free_punch_cfg", field], on.into());
        }
    }
    if let Some(minutes) = value.get("minutes").and_then(Value::as_int) {
        whole::put(whole, &["free_punch_cfg", "work_hours"], minutes.into());
    }
}

/// What goes with the type: a week with a fixed group alone, free hours with a free one.
pub(super) fn fit(whole: &mut Map<String, Json>) {
    let kind = whole.get("group_type").and_then(Json::as_i64);
    if kind != Some(1) {
        whole.insert("punch_day_shift_ids".to_owned(), json!([]));
    }
    if kind != Some(3) {
        whole.remove("free_punch_cfg");
    }
}
