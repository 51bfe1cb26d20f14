//! Shifts: named days, shared by the whole company. One call makes and changes them; a change replaces the whole.

mod read;
mod rule;
mod write;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::Route;
use crate::sandbox::world::{Row, World};

/// "Day off", wherever the id of a shift is asked for.
pub(super) const REST: &str = "0";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    pub shift_id: String,
    /// Its place in lists.
    pub number: u64,
    pub name: String,
    /// It came with the tenant and cannot be changed.
    #[serde(default)]
    pub default: bool,
    /// Write-only: no read shows them.
    pub leaders: Vec<UserKey>,
    /// Everything else, in the meaning of the write page, times padded.
    pub rule: Map<String, Value>,
}

impl Row for Shift {
    type Key = String;
    const TABLE: &'static str = "attendance_shifts";
}

pub(super) fn routes() -> Vec<Route> {
    [read::routes(), write::routes()].concat()
}

/// The shift that every tenant has.
pub fn found(world: &mut World) {
    let rule = serde_json::json!({
        "punch_times": 1,
        "punch_time_rule": [{
            "on_time": "09:00", "off_time": "18:00",
            "late_minutes_as_late": 1, "late_minutes_as_lack": 60, "on_advance_minutes": 120,
            "early_minutes_as_early": 1, "early_minutes_as_lack": 60, "off_delay_minutes": 480,
        }],
    });
    let rule = rule.as_object().cloned().unwrap_or_default();
    let shift = Shift {
        shift_id: super::number_id(world),
        number: 0,
        name: "默认班次".to_owned(),
        default: true,
        leaders: Vec::new(),
        rule: rule::filled(rule),
    };
    world.attendance.shifts.insert(shift.shift_id.clone(), shift);
}

/// All shifts in listing order.
pub fn all(world: &World) -> Vec<&Shift> {
    let mut shifts: Vec<&Shift> = world.attendance.shifts.values().collect();
    shifts.sort_by_key(|shift| shift.number);
    shifts
}

/// Whether the id means a shift or a day off.
pub(super) fn known(world: &World, id: &str) -> bool {
    id == REST || world.attendance.shifts.contains(&id.to_owned())
}
