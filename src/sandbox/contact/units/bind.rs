//! Binding departments to units.
//!
//! Here the id type of the department stands in the body. A department that has a unit, even this very one,
//! must be unbound first (43054). Departments out of range are 40004; the list leaves them out.

use serde_json::json;

use super::{MAX_DEPARTMENTS, departments_of, enabled};
use crate::sandbox::contact::directory::{Department, ROOT};
use crate::sandbox::contact::ids;
use crate::sandbox::contact::range::View;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/contact/v3/unit/bind_department", bind),
        Route::write("POST", "/open-apis/contact/v3/unit/unbind_department", unbind),
        Route::read("GET", "/open-apis/contact/v3/unit/list_department", list),
    ]
}

/// The unit and the department of the body, both there and in reach.
fn pair(world: &World, call: &Call<'_>) -> Result<(String, Department), Refusal> {
    enabled(world)?;
    let unit = world.contact.units.find(call.text("unit_id").unwrap_or_default())?;
    let id_type = call.text("department_id_type").unwrap_or(ids::OPEN_DEPARTMENT_ID);
    let id = call.text("department_id").unwrap_or_default();
    let key = ids::find_department(world, id_type, id).map_err(|_| refuse(43058))?;
    let department = world.contact.directory.department(key).filter(|_| key != ROOT);
    let department = department.ok_or_else(|| refuse(43058))?;
    if View::of(world, &call.caller).department(world, key) {
        Ok((unit.unit_id.clone(), department.clone()))
    } else {
        Err(refuse(40004))
    }
}

fn bind(world: &mut World, call: &Call<'_>) -> Answer {
    let (unit_id, department) = pair(world, call)?;
    if department.unit_id.is_some() {
        return Err(refuse(43054));
    }
    // The page states the limit without a code; the generic "param error" at least never means "gone".
    if departments_of(world, &unit_id).count() >= MAX_DEPARTMENTS {
        return Err(refuse(40001));
    }
    world.contact.directory.put_department(Department { unit_id: Some(unit_id), ..department });
    Ok(Data::empty())
}

fn unbind(world: &mut World, call: &Call<'_>) -> Answer {
    let (unit_id, department) = pair(world, call)?;
    if department.unit_id.as_ref() != Some(&unit_id) {
        return Err(refuse(43058));
    }
    world.contact.directory.put_department(Department { unit_id: None, ..department });
    Ok(Data::empty())
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40011, 40012)?;
    let unit = world.contact.units.find(call.query("unit_id").unwrap_or_default())?;
    let view = View::of(world, &call.caller);
    let seen = |d: &&Department| view.department(world, d.key) && world.listed(d.created);
    let departments = departments_of(world, &unit.unit_id).filter(seen);
    let cut = page.cut(world, departments, |d| {
        let id = ids::department_id(world, d.key, call.department_id_type());
        json!({ "unit_id": unit.unit_id, "department_id": id })
    });
    Ok(cut.into_data("departmentlist"))
}
