//! Making, changing and removing shifts.

use serde_json::Value;

use super::{Shift, read, rule};
use crate::sandbox::attendance::gate::{NO_SHIFT, bad, general, range};
use crate::sandbox::attendance::people::Names;
use crate::sandbox::attendance::{groups, number_id, schedules};
use crate::sandbox::gateway::{Answer, Call, Data, Route, one, refuse};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/attendance/v1/shifts", put),
        Route::write("DELETE", "/open-apis/attendance/v1/shifts/:shift_id", delete),
    ]
}

/// The whole shift, new without `id`, replaced with it.
fn put(world: &mut World, call: &Call<'_>) -> Answer {
    range(world)?;
    let names = Names::of_call(call)?;
    let name = call.text("shift_name").unwrap_or_default();
    if name.trim().is_empty() {
        return Err(bad("shift_name"));
    }
    let before = match call.filled("id") {
        None => None,
        Some(id) => {
            let shift = world.attendance.shifts.get(&id.to_owned()).ok_or_else(|| general(NO_SHIFT))?;
            if shift.default {
                return Err(refuse(1_226_003));
            }
            Some(shift.clone())
        }
    };
    let own = before.as_ref().map(|shift| shift.shift_id.as_str());
    let holder = world.attendance.shifts.values().find(|shift| shift.name == name);
    if holder.is_some_and(|holder| Some(holder.shift_id.as_str()) != own) {
        return Err(refuse(1_226_002));
    }
    let leaders = names.all(world, &call.texts("sub_shift_leader_ids").unwrap_or_default())?;
    let mut written = call.body.as_object().cloned().unwrap_or_default();
    written.retain(|_, value| !value.is_null());
    for apart in ["id", "shift_name", "sub_shift_leader_ids"] {
        written.remove(apart);
    }
    let rule = rule::judged(world, written)?;
    let (shift_id, number) = match before {
        Some(shift) => (shift.shift_id, shift.number),
        None => (number_id(world), world.next("shift_place")),
    };
    let shift =
        Shift { shift_id: shift_id.clone(), number, name: name.to_owned(), default: false, leaders, rule };
    let shown = read::as_written(world, &shift, names);
    world.attendance.shifts.insert(shift_id, shift);
    Ok(one("shift", shown))
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    range(world)?;
    let id = call.path("shift_id").to_owned();
    let shift = world.attendance.shifts.get(&id).ok_or_else(|| general(NO_SHIFT))?;
    if shift.default {
        return Err(refuse(1_226_003));
    }
    if groups::uses(world, &id) || schedules::uses(world, &id) {
        return Err(general("shift can not be del"));
    }
    world.attendance.shifts.remove(&id);
    Ok(Data::Of(Value::Object(serde_json::Map::new())))
}
