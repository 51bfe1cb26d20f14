//! Which shift on which day: the week, free hours, holidays, special days.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{FIXED, FREE, SCHEDULED, Special};
use crate::sandbox::attendance::gate::{NO_SHIFT, bad, general};
use crate::sandbox::attendance::{days, shifts, times};
use crate::sandbox::gateway::Refusal;
use crate::sandbox::world::World;

/// The type and its week: exactly seven shifts for a fixed group, none for the others.
pub(super) fn week(world: &World, group: &Map<String, Value>) -> Result<(i64, Vec<String>), Refusal> {
    let kind = group.get("group_type").and_then(Value::as_i64).unwrap_or_default();
    let week: Vec<String> = texts(group, "punch_day_shift_ids").map(str::to_owned).collect();
    match kind {
        FIXED if week.len() == 7 => {}
        SCHEDULED | FREE if week.is_empty() => {}
        FIXED | SCHEDULED | FREE => return Err(bad("punch_day_shift_ids")),
        _ => return Err(bad("group_type")),
    }
    if week.iter().all(|id| shifts::known(world, id)) { Ok((kind, week)) } else { Err(general(NO_SHIFT)) }
}

fn texts<'g>(group: &'g Map<String, Value>, name: &str) -> impl Iterator<Item = &'g str> {
    group.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The hours of a free group; no other group has them.
pub(super) fn free(kind: i64, group: &Map<String, Value>) -> Result<Option<Map<String, Value>>, Refusal> {
    let written = group.get("free_punch_cfg").and_then(Value::as_object);
    let mut free = match (kind, written) {
        (FREE, Some(free)) => free.clone(),
        (FREE, None) | (_, Some(_)) => return Err(bad("free_punch_cfg")),
        _ => return Ok(None),
    };
    let at = |name: &str| free.get(name).and_then(Value::as_str).and_then(times::minutes);
    let (Some(from), Some(to)) = (at("free_start_time"), at("free_end_time")) else {
        return Err(general("time is invalid"));
    };
    // Digits from Monday to Sunday; the number has lost those that it began with.
    let days = free.get("punch_day").and_then(Value::as_i64).unwrap_or(-1);
    if !(0..=1_111_111).contains(&days) || days.to_string().bytes().any(|digit| digit > b'1') {
        return Err(bad("punch_day"));
    }
    let hours = free.get("work_hours").and_then(Value::as_i64).unwrap_or_default();
    if from >= to || !(0..=1440).contains(&hours) {
        return Err(bad("free_punch_cfg"));
    }
    free.insert("free_start_time".to_owned(), times::bare(from).into());
    free.insert("free_end_time".to_owned(), times::bare(to).into());
    for (name, value) in [
        ("work_day_no_punch_as_lack", json!(false)),
        ("work_hours_demand", json!(false)),
        ("work_hours", json!(0)),
    ] {
        free.entry(name).or_insert(value);
    }
    Ok(Some(free))
}

/// Days that are exceptions, each once.
pub(super) fn special(world: &World, group: &Map<String, Value>) -> Result<Vec<Special>, Refusal> {
    let mut special = Vec::new();
    let mut seen = BTreeSet::new();
    for (field, punch) in [("need_punch_special_days", true), ("no_need_punch_special_days", false)] {
        for item in group.get(field).and_then(Value::as_array).into_iter().flatten() {
            let day = item.get("punch_day").and_then(Value::as_i64).unwrap_or_default();
            let shift = item.get("shift_id").and_then(Value::as_str).unwrap_or_default();
            if !days::real(day) || !seen.insert(day) {
                return Err(bad(field));
            }
            if !shifts::known(world, shift) {
                return Err(general(NO_SHIFT));
            }
            special.push(Special { day, shift: shift.to_owned(), punch });
        }
    }
    Ok(special)
}

/// The public holidays of a country, or a calendar of the console's by its id.
pub(super) fn holidays(group: &Map<String, Value>) -> Result<(i64, String), Refusal> {
    let calendar = group.get("calendar_id").and_then(Value::as_i64).unwrap_or(-1);
    let own = group.get("new_calendar_id").and_then(Value::as_str).unwrap_or_default();
    if !(0..=5).contains(&calendar) || !own.bytes().all(|b| b.is_ascii_digit()) {
        return Err(bad("calendar_id"));
    }
    Ok((calendar, own.to_owned()))
}
