//! Attendance groups: who punches, how, where, and which shift on which day. One call makes and changes them, and
//! a change overwrites everything but the places, which it adds to.

mod calendar;
mod locations;
pub(super) mod membership;
mod read;
mod switches;
mod write;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Attendance;
use crate::sandbox::contact::directory::{DepartmentKey, UserKey};
use crate::sandbox::gateway::Route;
use crate::sandbox::world::{Millis, Row, World};

pub(super) const FIXED: i64 = 1;
pub(super) const SCHEDULED: i64 = 2;
pub(super) const FREE: i64 = 3;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    pub group_id: String,
    /// Its place in lists.
    pub number: u64,
    pub name: String,
    pub time_zone: String,
    /// As it is written: 1 fixed, 2 scheduled, 3 free.
    pub kind: i64,
    /// Shifts from Monday to Sunday, of a fixed group.
    pub week: Vec<String>,
    /// `free_punch_cfg` as it was written, of a free group.
    pub free: Option<Map<String, Value>>,
    /// Set in the console alone; an overwrite resets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_clock: Option<Value>,
    pub calendar: i64,
    pub own_calendar: String,
    pub special: Vec<Special>,
    pub people: People,
    pub locations: Vec<Map<String, Value>>,
    /// Everything else by its name on the write page, defaults filled in.
    pub switches: Map<String, Value>,
    /// Rules joined by "or", which no read shows and an overwrite destroys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub or_rules: Vec<Value>,
    pub effect_now: bool,
    pub effect_time: Millis,
    pub changed: Millis,
}

/// A day that is an exception.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Special {
    pub day: i64,
    pub shift: String,
    /// People punch although they otherwise would not, or the other way.
    pub punch: bool,
}

/// Who is named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    pub users: Vec<UserKey>,
    pub departments: Vec<DepartmentKey>,
    pub exempt_users: Vec<UserKey>,
    pub exempt_departments: Vec<DepartmentKey>,
    pub leaders: Vec<UserKey>,
    pub sub_leaders: Vec<UserKey>,
}

impl People {
    pub(super) fn forget_user(&mut self, key: UserKey) -> bool {
        drop_from([&mut self.users, &mut self.exempt_users, &mut self.leaders, &mut self.sub_leaders], key)
    }

    pub(super) fn forget_department(&mut self, key: DepartmentKey) -> bool {
        drop_from([&mut self.departments, &mut self.exempt_departments], key)
    }
}

fn drop_from<const N: usize>(lists: [&mut Vec<u64>; N], key: u64) -> bool {
    let mut dropped = false;
    for list in lists {
        let before = list.len();
        list.retain(|member| *member != key);
        dropped |= list.len() != before;
    }
    dropped
}

impl Row for Group {
    type Key = String;
    const TABLE: &'static str = "attendance_groups";
}

pub(super) fn routes() -> Vec<Route> {
    [read::routes(), write::routes(), membership::routes()].concat()
}

/// All groups in listing order.
pub fn all(world: &World) -> Vec<&Group> {
    let mut groups: Vec<&Group> = world.attendance.groups.values().collect();
    groups.sort_by_key(|group| group.number);
    groups
}

/// Changes every group that `change` says to have changed.
pub(super) fn each(attendance: &mut Attendance, mut change: impl FnMut(&mut Group) -> bool) {
    let groups: Vec<Group> = attendance.groups.values().cloned().collect();
    for mut group in groups {
        if change(&mut group) {
            attendance.groups.insert(group.group_id.clone(), group);
        }
    }
}

/// Whether a shift stands in the week or on a special day of a group.
pub(super) fn uses(world: &World, shift: &str) -> bool {
    world.attendance.groups.values().any(|group| {
        group.week.iter().any(|id| id == shift) || group.special.iter().any(|day| day.shift == shift)
    })
}
