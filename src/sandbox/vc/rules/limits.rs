//! Who may book, when, and what has to be approved: three blocks of one patch.
//!
//! A block that is sent is replaced: what it leaves out becomes the page's default. One that is not sent stays.
//! Written as `approval_config`, read as `approve_config`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Rules, covers, node_of, put};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::vc::people::Parties;
use crate::sandbox::world::World;

const DAY: i64 = 86_400;
/// `patch-reserve_config`: a day's range is at least so long, in seconds.
const SHORTEST: i64 = 30;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub on: bool,
    /// 0 all bookings, 1 the long ones.
    pub condition: i64,
    /// Hundredths of an hour.
    pub over: i64,
    pub approvers: BTreeSet<UserKey>,
}

impl Default for Approval {
    fn default() -> Self {
        Self { on: false, condition: 0, over: 9900, approvers: BTreeSet::new() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    pub on: bool,
    pub days_in_advance: i64,
    pub opening_hour: i64,
    pub start: i64,
    pub end: i64,
    pub max_hours: i64,
    /// What was said of the nodes below when this was written here.
    pub cover: bool,
}

impl Default for Times {
    fn default() -> Self {
        let (start, end) = (0, DAY);
        Self { on: false, days_in_advance: 365, opening_hour: 28_800, start, end, max_hours: 2, cover: false }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    pub everybody: bool,
    pub parties: Parties,
    pub cover: bool,
}

impl Default for Who {
    fn default() -> Self {
        Self { everybody: true, parties: Parties::default(), cover: false }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/vc/v1/reserve_configs/reserve_scope", read),
        Route::write("PATCH", "/open-apis/vc/v1/reserve_configs/:reserve_config_id", patch),
    ]
}

fn bad() -> Refusal {
    refuse(121_003)
}

fn read(world: &World, call: &Call<'_>) -> Answer {
    let scope_type = call.query("scope_type").and_then(|t| t.parse().ok());
    let node = node_of(world, call.query("scope_id").unwrap_or_default(), scope_type)?;
    let rules = world.vc.rules(node.id()).cloned().unwrap_or_default();
    let approval = rules.approval.unwrap_or_default();
    let times = rules.times.unwrap_or_default();
    let who = rules.who.unwrap_or_default();
    let approvers = Parties { users: approval.approvers, ..Parties::default() };
    Ok(Data::Of(json!({
        "approve_config": {
            "approval_switch": i64::from(approval.on),
            "approval_condition": approval.condition,
            "meeting_duration": hours(approval.over),
            "approvers": approvers.users_json(world, call),
        },
        "time_config": {
            "if_cover_child_scope": times.cover,
            "time_switch": i64::from(times.on),
            "days_in_advance": times.days_in_advance,
            "opening_hour": times.opening_hour.to_string(),
            "start_time": times.start.to_string(),
            "end_time": times.end.to_string(),
            "max_duration": times.max_hours,
        },
        "reserve_scope_config": {
            "if_cover_child_scope": who.cover,
            "allow_all_users": i64::from(who.everybody),
            "allow_users": who.parties.users_json(world, call),
            "allow_depts": who.parties.departments_json(world),
        },
    })))
}

/// A whole number of hours is written as one.
fn hours(hundredths: i64) -> Value {
    if hundredths % 100 == 0 {
        return (hundredths / 100).into();
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 9900")]
    let hours = hundredths as f64 / 100.0;
    hours.into()
}

fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let scope_type = match call.text("scope_type") {
        Some("1") => Some(1),
        Some("2") => Some(2),
        _ => None,
    };
    let node = node_of(world, call.path("reserve_config_id"), scope_type)?;
    let block = |name: &str| call.body.get(name).filter(|b| b.is_object());
    let before = world.vc.rules(node.id()).and_then(|r| r.approval.clone()).unwrap_or_default();
    let approval = block("approval_config").map(|b| approval(world, call, b, &before)).transpose()?;
    let times = block("time_config").map(times).transpose()?;
    let who = block("reserve_scope_config").map(|b| who(world, call, b)).transpose()?;
    put(world, &node, false, |rules: &mut Rules, _| {
        if let Some(approval) = &approval {
            rules.approval = Some(approval.clone());
        }
    });
    if let Some(times) = times {
        put(world, &node, times.cover, |r, cover| r.times = Some(Times { cover, ..times.clone() }));
    }
    if let Some(who) = who {
        put(world, &node, who.cover, |r, cover| r.who = Some(Who { cover, ..who.clone() }));
    }
    Ok(Data::empty())
}

fn approval(world: &World, call: &Call<'_>, block: &Value, before: &Approval) -> Result<Approval, Refusal> {
    let int = |name: &str| block.get(name).and_then(Value::as_i64);
    let (switch, condition) = (int("approval_switch"), int("approval_condition"));
    if switch.is_none_or(|s| s == 1) && condition.is_none() {
        return Err(bad());
    }
    let over = match block.get("meeting_duration").filter(|d| !d.is_null()) {
        Some(hours) => Some(hundredths(hours.as_f64().ok_or_else(bad)?)?),
        None => None,
    };
    let on = switch.map_or(before.on, |s| s == 1);
    let condition = condition.unwrap_or(0);
    if condition == 1 && over.is_none() {
        return Err(bad());
    }
    let approvers = Parties::read(world, call, block.get("approvers"), None)?.users;
    if on && approvers.is_empty() {
        return Err(bad());
    }
    Ok(Approval { on, condition, over: over.unwrap_or(9900), approvers })
}

/// Rounded to two digits, and then between 0.1 and 99 hours.
fn hundredths(hours: f64) -> Result<i64, Refusal> {
    if !(0.0..=1000.0).contains(&hours) {
        return Err(bad());
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most 100,000")]
    let rounded = (hours * 100.0).round() as i64;
    if (10..=9900).contains(&rounded) { Ok(rounded) } else { Err(bad()) }
}

fn times(block: &Value) -> Result<Times, Refusal> {
    let default = Times::default();
    let within = |name: &str, low: i64, high: i64, default: i64| match block.get(name) {
        None | Some(Value::Null) => Ok(default),
        Some(value) => value.as_i64().filter(|n| (low..=high).contains(n)).ok_or_else(bad),
    };
    let clock = |name: &str| match block.get(name).and_then(Value::as_str).filter(|t| !t.is_empty()) {
        None => Ok(None),
        Some(text) => text.parse::<i64>().ok().filter(|s| (0..=DAY).contains(s)).map(Some).ok_or_else(bad),
    };
    let opening = clock("opening_hour")?.unwrap_or(default.opening_hour);
    let (start, end) =
        (clock("start_time")?.unwrap_or(default.start), clock("end_time")?.unwrap_or(default.end));
    if end < start + SHORTEST || start >= DAY - SHORTEST {
        return Err(bad());
    }
    Ok(Times {
        on: block.get("time_switch").and_then(Value::as_i64) == Some(1),
        days_in_advance: within("days_in_advance", 1, 730, default.days_in_advance)?,
        opening_hour: minute(opening),
        start: minute(start),
        end: minute(end),
        max_hours: within("max_duration", 1, 99, default.max_hours)?,
        cover: covers(block),
    })
}

/// The nearest whole minute.
fn minute(seconds: i64) -> i64 {
    (seconds + 30) / 60 * 60
}

fn who(world: &World, call: &Call<'_>, block: &Value) -> Result<Who, Refusal> {
    let everybody = match block.get("allow_all_users").and_then(Value::as_i64) {
        Some(1) => true,
        Some(0) => false,
        _ => return Err(bad()),
    };
    let parties = Parties::read(world, call, block.get("allow_users"), block.get("allow_depts"))?;
    if !everybody && parties.is_empty() {
        return Err(bad());
    }
    let parties = if everybody { Parties::default() } else { parties };
    Ok(Who { everybody, parties, cover: covers(block) })
}
