//! Units: subsidiaries and branches, a paid feature that departments are bound to.
//!
//! The binding lives on the department, which has at most one. A unit that anything still uses cannot be
//! deleted: that a visibility rule quotes its type is decided outside the API, so the control plane says it
//! here ([`Units::quote_type`]); that departments are bound to it we count as use too.
//! Pages: `contact-v3/unit/*`.

mod bind;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::directory::Department;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one, refuse};
use crate::sandbox::world::{Millis, Row, Stored, Table, World, short_digest};

/// `unit/create`.
pub const MAX_UNITS: usize = 1_000;
/// `unit/bind_department`.
pub const MAX_DEPARTMENTS: usize = 1_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub unit_id: String,
    /// Its place in lists.
    pub number: u64,
    pub name: String,
    pub unit_type: String,
    pub created: Millis,
}

impl Row for Unit {
    type Key = String;
    const TABLE: &'static str = "units";
}

/// A unit type that a setting elsewhere refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedType {}

impl Row for QuotedType {
    type Key = String;
    const TABLE: &'static str = "quoted_unit_types";
}

#[derive(Debug, Default)]
pub struct Units {
    rows: Table<Unit>,
    quoted: Table<QuotedType>,
}

impl Units {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        vec![&mut self.rows, &mut self.quoted]
    }

    pub fn exists(&self, unit_id: &str) -> bool {
        self.rows.contains(&unit_id.to_owned())
    }

    /// Says whether settings outside the API refer to a type: its units then cannot be deleted (43057).
    pub fn quote_type(&mut self, unit_type: &str, quoted: bool) {
        if quoted {
            self.quoted.insert(unit_type.to_owned(), QuotedType {});
        } else {
            self.quoted.remove(&unit_type.to_owned());
        }
    }

    fn find(&self, unit_id: &str) -> Result<&Unit, Refusal> {
        self.rows.get(&unit_id.to_owned()).ok_or_else(|| refuse(43051))
    }

    fn repeats(&self, name: &str, unit_type: &str, except: Option<&str>) -> bool {
        let same = |u: &Unit| u.name == name && u.unit_type == unit_type;
        self.rows.values().any(|u| same(u) && Some(u.unit_id.as_str()) != except)
    }
}

/// The departments bound to a unit, oldest first; department writes refuse the 1,001st with 43017.
pub fn departments_of<'w>(world: &'w World, unit_id: &'w str) -> impl Iterator<Item = &'w Department> {
    world.contact.directory.departments().filter(move |d| d.unit_id.as_deref() == Some(unit_id))
}

pub fn routes() -> Vec<Route> {
    let own = vec![
        Route::write("POST", "/open-apis/contact/v3/unit", create),
        Route::write("PATCH", "/open-apis/contact/v3/unit/:unit_id", patch),
        Route::write("DELETE", "/open-apis/contact/v3/unit/:unit_id", delete),
        Route::read("GET", "/open-apis/contact/v3/unit/:unit_id", get),
        Route::read("GET", "/open-apis/contact/v3/unit", list),
    ];
    [own, bind::routes()].concat()
}

fn enabled(world: &World) -> Result<(), Refusal> {
    if world.settings().units_enabled { Ok(()) } else { Err(refuse(43050)) }
}

/// `unit/create`: names and types have 1 to 100 characters.
fn fits(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= 100
}

fn id_is_well_formed(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    enabled(world)?;
    let id = call.filled("unit_id");
    if id.is_some_and(|id| !id_is_well_formed(id)) {
        return Err(refuse(43051));
    }
    let name = call.text("name").filter(|n| fits(n)).ok_or_else(|| refuse(43052))?.to_owned();
    let unit_type = call.text("unit_type").filter(|t| fits(t)).ok_or_else(|| refuse(43053))?.to_owned();
    let units = &world.contact.units;
    if id.is_some_and(|id| units.exists(id)) {
        return Err(refuse(43056));
    }
    if units.repeats(&name, &unit_type, None) {
        return Err(refuse(43055));
    }
    if units.rows.len() >= MAX_UNITS {
        return Err(refuse(43059));
    }
    let number = world.next("unit");
    let tenant = &world.settings().tenant.tenant_key;
    let made = || short_digest(&["unit", tenant, &number.to_string()], 16);
    let unit_id = id.map_or_else(made, str::to_owned);
    let created = world.now;
    let unit = Unit { unit_id: unit_id.clone(), number, name, unit_type, created };
    world.contact.units.rows.insert(unit_id.clone(), unit);
    Ok(Data::Of(json!({ "unit_id": unit_id })))
}

/// The table calls the name optional, its text calls it required: it is.
fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let unit = world.contact.units.find(call.path("unit_id"))?;
    let name = call.text("name").filter(|n| fits(n)).ok_or_else(|| refuse(43052))?;
    if world.contact.units.repeats(name, &unit.unit_type, Some(&unit.unit_id)) {
        return Err(refuse(43055));
    }
    let unit_id = unit.unit_id.clone();
    if let Some(unit) = world.contact.units.rows.get_mut(&unit_id) {
        name.clone_into(&mut unit.name);
    }
    Ok(Data::empty())
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let unit = world.contact.units.find(call.path("unit_id"))?;
    let quoted = world.contact.units.quoted.contains(&unit.unit_type);
    if quoted || departments_of(world, &unit.unit_id).next().is_some() {
        return Err(refuse(43057));
    }
    let unit_id = unit.unit_id.clone();
    world.contact.units.rows.remove(&unit_id);
    Ok(Data::empty())
}

fn render(unit: &Unit) -> Value {
    json!({ "unit_id": unit.unit_id, "name": unit.name, "unit_type": unit.unit_type })
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    Ok(one("unit", render(world.contact.units.find(call.path("unit_id"))?)))
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40011, 40012)?;
    let mut units: Vec<&Unit> =
        world.contact.units.rows.values().filter(|u| world.listed(u.created)).collect();
    units.sort_by_key(|u| u.number);
    Ok(page.cut(world, units, render).into_data("unitlist"))
}
