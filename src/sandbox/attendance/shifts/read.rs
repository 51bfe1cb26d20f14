//! Shifts as they are read: a period's "not needed" comes back as "needed", and nobody is shown as their leader.

use serde_json::{Map, Value, json};

use super::{Shift, all};
use crate::sandbox::attendance::gate::{NO_SHIFT, bad, general};
use crate::sandbox::attendance::people::Names;
use crate::sandbox::gateway::{Answer, Call, Data, Route};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/attendance/v1/shifts/:shift_id", get),
        Route::read("GET", "/open-apis/attendance/v1/shifts", list),
        Route::read("POST", "/open-apis/attendance/v1/shifts/query", by_name),
    ]
}

/// What the list leaves out.
const NOT_LISTED: [&str; 3] = ["id", "rest_time_flexible_configs", "shift_attendance_time_config"];
/// All that the list shows where it does not show the rules.
const BRIEF: [&str; 4] = ["shift_id", "shift_name", "punch_times", "is_flexible"];

/// The answer of a write: as it was said.
pub(super) fn as_written(world: &World, shift: &Shift, names: Names) -> Value {
    let mut value = plain(shift);
    value.insert(
        "sub_shift_leader_ids".to_owned(),
        shift.leaders.iter().map(|key| names.of(world, *key)).collect(),
    );
    value.into()
}

fn plain(shift: &Shift) -> Map<String, Value> {
    let mut value = shift.rule.clone();
    value.insert("shift_id".to_owned(), shift.shift_id.clone().into());
    value.insert("id".to_owned(), shift.shift_id.clone().into());
    value.insert("shift_name".to_owned(), shift.name.clone().into());
    value
}

/// What a read shows.
pub(in crate::sandbox) fn render(shift: &Shift) -> Value {
    let mut value = plain(shift);
    value.insert("sub_shift_leader_ids".to_owned(), json!([]));
    for period in value.get_mut("punch_time_rule").and_then(Value::as_array_mut).into_iter().flatten() {
        for flag in ["no_need_on", "no_need_off"] {
            let free = period.get(flag) == Some(&json!(true));
            period[flag] = (!free).into();
        }
    }
    value.into()
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    let shift = world.attendance.shifts.get(&call.path("shift_id").to_owned());
    Ok(Data::Of(render(shift.ok_or_else(|| general(NO_SHIFT))?)))
}

fn by_name(world: &World, call: &Call<'_>) -> Answer {
    let name = call.query("shift_name").filter(|name| !name.is_empty()).ok_or_else(|| bad("shift_name"))?;
    let shift = world.attendance.shifts.values().find(|shift| shift.name == name);
    Ok(Data::Of(render(shift.ok_or_else(|| general(NO_SHIFT))?)))
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(1_220_001, 1_220_001)?;
    let rules = world.settings().attendance.shift_list_rules;
    let render = |shift: &Shift| {
        let mut value = render(shift);
        if let Some(fields) = value.as_object_mut() {
            fields.retain(|name, _| {
                !NOT_LISTED.contains(&name.as_str()) && (rules || BRIEF.contains(&name.as_str()))
            });
        }
        value
    };
    Ok(page.cut(world, all(world), render).into_data("shift_list"))
}
