//! Schedules: one shift for one person on one day, in a scheduled group.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::gate::{EDITION, NO_SHIFT, bad, general, operator, range};
use super::groups::{SCHEDULED, membership};
use super::people::{NOBODY, Names};
use super::shifts;
use super::{days, number_id, times};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::world::{Row, World};

/// Rows of one write, and people of one read.
const BATCH: usize = 50;
/// Days of one read.
const SPAN: i64 = 30;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Day {
    pub user: UserKey,
    pub day: i64,
    pub group: String,
    pub shift: String,
    /// A shift for this day alone: its name and times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temporary: Option<Value>,
}

impl Row for Day {
    type Key = String;
    const TABLE: &'static str = "attendance_schedules";
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/attendance/v1/user_daily_shifts/batch_create", write),
        Route::write("POST", "/open-apis/attendance/v1/user_daily_shifts/batch_create_temp", temporary),
        Route::read("POST", "/open-apis/attendance/v1/user_daily_shifts/query", query),
    ]
}

fn key(user: UserKey, day: i64) -> String {
    format!("{user:020}/{day}")
}

/// Removes the rows that `which` says.
pub(super) fn forget(world: &mut World, which: impl Fn(&Day) -> bool) {
    let gone: Vec<String> =
        world.attendance.schedules.iter().filter(|(_, day)| which(day)).map(|(key, _)| key.clone()).collect();
    for key in gone {
        world.attendance.schedules.remove(&key);
    }
}

/// Whether somebody works this shift today or later.
pub(super) fn uses(world: &World, shift: &str) -> bool {
    let today = days::of(world.now);
    world.attendance.schedules.values().any(|day| day.shift == shift && day.day >= today)
}

/// A row that may be written.
struct Wanted {
    user: UserKey,
    id: String,
    day: i64,
    group: String,
}

fn text<'r>(row: &'r Value, name: &str) -> &'r str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A row's person, day and group; what is wrong with one refuses all.
fn wanted(world: &World, row: &Value, day: i64, names: Names) -> Result<Wanted, Refusal> {
    let group = world.attendance.groups.get(&text(row, "group_id").to_owned());
    let group = group.ok_or_else(|| general("rule does not exist"))?;
    if group.kind != SCHEDULED {
        return Err(general("the rule cannot arrange!"));
    }
    if !days::real(day) {
        return Err(general("time is invalid"));
    }
    if world.settings().attendance.sealed_until.is_some_and(|sealed| day <= sealed) {
        return Err(general("the attendance result has been sealed and can not modify"));
    }
    let id = text(row, "user_id").to_owned();
    let user = names.find(world, &id).ok_or_else(|| refuse(1_220_004).msg(NOBODY))?;
    Ok(Wanted { user, id, day, group: group.group_id.clone() })
}

fn rows<'c>(call: &'c Call<'_>, name: &str) -> Result<&'c [Value], Refusal> {
    match call.list(name).map(Vec::as_slice).unwrap_or_default() {
        [] => Err(bad(name)),
        rows if rows.len() > BATCH => Err(general("operate too much flow")),
        rows => Ok(rows),
    }
}

/// Writes what can be, and says in the text of the success whose days did not take.
fn write(world: &mut World, call: &Call<'_>) -> Answer {
    let names = Names::of_call(call)?;
    operator(world, call, names)?;
    let mut good = Vec::new();
    for row in rows(call, "user_daily_shifts")? {
        let number = |name: &str| row.get(name).and_then(Value::as_i64).unwrap_or_default();
        let clear = row.get("is_clear_schedule") == Some(&json!(true));
        if !clear && !shifts::known(world, text(row, "shift_id")) {
            return Err(general(NO_SHIFT));
        }
        let row_of = wanted(world, row, number("month") * 100 + number("day_no"), names)?;
        good.push((row_of, text(row, "shift_id").to_owned(), clear, row.clone()));
    }
    let mut missed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut taken = Vec::new();
    for (row, shift, clear, echo) in good {
        if !membership::is_in(world, &row.group, row.user) {
            missed.entry(row.id).or_default().push(row.day.to_string());
            continue;
        }
        let key = key(row.user, row.day);
        if clear {
            world.attendance.schedules.remove(&key);
        } else {
            let day = Day { user: row.user, day: row.day, group: row.group, shift, temporary: None };
            world.attendance.schedules.insert(key, day);
        }
        taken.push(echo);
    }
    Ok(answer("user_daily_shifts", taken, &missed))
}

fn answer(name: &str, taken: Vec<Value>, missed: &BTreeMap<String, Vec<String>>) -> Data {
    let mut data = Map::new();
    data.insert(name.to_owned(), taken.into());
    if missed.is_empty() {
        return Data::Of(data.into());
    }
    let msg = serde_json::to_string(missed).unwrap_or_default();
    Data::Bare { status: 200, body: json!({ "code": 0, "msg": msg, "data": data }) }
}

/// Shifts for a day, a paid feature.
fn temporary(world: &mut World, call: &Call<'_>) -> Answer {
    let names = Names::of_call(call)?;
    operator(world, call, names)?;
    if !world.settings().attendance.enterprise {
        return Err(general(EDITION));
    }
    let mut good = Vec::new();
    for row in rows(call, "user_tmp_daily_shifts")? {
        for period in row.get("punch_time_simple_rules").and_then(Value::as_array).into_iter().flatten() {
            // The page writes these with the colon of Chinese texts.
            let at = |name: &str| times::minutes(&text(period, name).replace('：', ":"));
            if at("on_time").zip(at("off_time")).is_none_or(|(on, off)| on >= off) {
                return Err(general("time is invalid"));
            }
        }
        let day = row.get("date").and_then(Value::as_i64).unwrap_or_default();
        let row_of = wanted(world, row, day, names)?;
        if !membership::is_in(world, &row_of.group, row_of.user) {
            return Err(bad("user_id"));
        }
        good.push((row_of, row.clone()));
    }
    let mut taken = Vec::new();
    for (row, echo) in good {
        let shift = number_id(world);
        let day =
            Day { user: row.user, day: row.day, group: row.group, shift, temporary: Some(echo.clone()) };
        world.attendance.schedules.insert(key(row.user, row.day), day);
        taken.push(echo);
    }
    Ok(answer("user_tmp_daily_shifts", taken, &BTreeMap::new()))
}

fn query(world: &World, call: &Call<'_>) -> Answer {
    range(world)?;
    let names = Names::of_call(call)?;
    let ids = call.texts("user_ids").unwrap_or_default();
    let (from, to) = (call.int("check_date_from").unwrap_or(0), call.int("check_date_to").unwrap_or(0));
    let days = if days::real(from) && days::real(to) { days::ordinal(to) - days::ordinal(from) } else { -1 };
    if ids.is_empty() || ids.len() > BATCH || !(0..SPAN).contains(&days) {
        return Err(bad("user_ids, check_date_from, check_date_to"));
    }
    let keys = names.all(world, &ids)?;
    let shown: Vec<Value> = world
        .attendance
        .schedules
        .values()
        .filter(|day| keys.contains(&day.user) && (from..=to).contains(&day.day))
        .map(|day| {
            json!({
                "group_id": day.group,
                "shift_id": day.shift,
                "month": day.day / 100,
                "day_no": day.day % 100,
                "user_id": names.of(world, day.user),
            })
        })
        .collect();
    Ok(Data::Of(json!({ "user_daily_shifts": shown })))
}

/// What the page shows of a group's schedule.
pub fn count(world: &World, group: &str) -> usize {
    world.attendance.schedules.values().filter(|day| day.group == group).count()
}
