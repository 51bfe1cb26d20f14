//! Shifts, and attendance groups with who is in them.

use serde_json::{Value, json};

use super::{department_ref, person_ref};
use crate::sandbox::attendance::groups::{self, Group};
use crate::sandbox::attendance::schedules;
use crate::sandbox::attendance::shifts::{self, Shift};
use crate::sandbox::world::World;

/// Things on one page.
const PAGE: usize = 50;

fn page<T>(all: &[T], offset: usize, row: impl Fn(&T) -> Value) -> Value {
    let items: Vec<Value> = all.iter().skip(offset).take(PAGE).map(row).collect();
    json!({ "total": all.len(), "offset": offset.min(all.len()), "limit": PAGE, "items": items })
}

/// Shifts from `offset` on, in the order of the console.
pub fn shifts(world: &World, offset: usize) -> Value {
    page(&shifts::all(world), offset, |shift| shift_row(world, shift))
}

fn shift_row(world: &World, shift: &Shift) -> Value {
    let text = |period: &Value, name: &str| period.get(name).cloned().unwrap_or_default();
    let span = |item: &Value, from: &str, to: &str| json!([text(item, from), text(item, to)]);
    let list = |name: &str| shift.rule.get(name).and_then(Value::as_array).into_iter().flatten();
    let users = groups::all(world);
    let used = users.iter().filter(|group| {
        group.week.contains(&shift.shift_id) || group.special.iter().any(|day| day.shift == shift.shift_id)
    });
    json!({
        "id": shift.shift_id,
        "name": shift.name,
        "default": shift.default,
        "periods": list("punch_time_rule").map(|p| span(p, "on_time", "off_time")).collect::<Vec<_>>(),
        "breaks": list("rest_time_rule").map(|p| span(p, "rest_begin_time", "rest_end_time")).collect::<Vec<_>>(),
        "rest_day": shift.rule.get("day_type") == Some(&json!(2)),
        "used_by": used.map(|group| &group.name).collect::<Vec<_>>(),
    })
}

/// Groups from `offset` on, in the order of the console.
pub fn attendance_groups(world: &World, offset: usize) -> Value {
    page(&groups::all(world), offset, |group| group_row(world, group))
}

fn group_row(world: &World, group: &Group) -> Value {
    let people =
        |keys: &[u64]| -> Vec<Value> { keys.iter().filter_map(|key| person_ref(world, *key)).collect() };
    let departments =
        |keys: &[u64]| -> Vec<Value> { keys.iter().map(|key| department_ref(world, *key)).collect() };
    let name = |id: &String| world.attendance.shifts.get(id).map(|shift| shift.name.clone());
    let days: Vec<Value> = group
        .special
        .iter()
        .map(|day| json!({ "day": day.day, "shift": name(&day.shift), "punch": day.punch }))
        .collect();
    json!({
        "id": group.group_id,
        "name": group.name,
        "zone": group.time_zone,
        "kind": group.kind,
        "week": group.week.iter().map(name).collect::<Vec<_>>(),
        "special": days,
        "users": people(&group.people.users),
        "departments": departments(&group.people.departments),
        "exempt_users": people(&group.people.exempt_users),
        "exempt_departments": departments(&group.people.exempt_departments),
        "leaders": people(&group.people.leaders),
        "places": group.locations.iter().filter_map(|p| p.get("location_name")).collect::<Vec<_>>(),
        "scheduled_days": schedules::count(world, &group.group_id),
    })
}
