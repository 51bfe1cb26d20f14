//! The old API of buildings: the same rows, seen as country, city, building, floor and room.
//!
//! A building is a level that the old API made, right below the root; its floors are the levels right below it, known
//! by name only. Its pages list no codes but the generic ones: whatever is
//! wrong is 10003.

mod buildings;
mod configs;
mod places;
mod rooms;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Level;
use crate::sandbox::gateway::{Call, Refusal, Route, refuse};
use crate::sandbox::world::{Row, World};

/// What only the old API knows of a building; everything else is in its level.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Building {
    pub country_id: String,
    pub district_id: String,
    pub description: String,
}

impl Row for Building {
    type Key = String;
    const TABLE: &'static str = "buildings";
}

pub(super) fn routes() -> Vec<Route> {
    [buildings::routes(), rooms::routes(), places::routes(), configs::routes()].concat()
}

fn bad() -> Refusal {
    refuse(10003)
}

fn building<'w>(world: &'w World, id: &str) -> Result<(&'w Level, &'w Building), Refusal> {
    let level = world.vc.level(id);
    level.zip(world.vc.buildings.get(&id.to_owned())).ok_or_else(bad)
}

/// The building that a level is in, and the level's name as a floor of it; empty right in the building.
fn floor_of<'w>(world: &'w World, level: &str) -> Option<(&'w Level, &'w str)> {
    let path = world.vc.path(level);
    let at = path.iter().position(|id| world.vc.buildings.contains(id))?;
    let floor = path.get(at + 1).and_then(|id| world.vc.level(id)).map_or("", |l| l.name.as_str());
    Some((world.vc.level(&path[at])?, floor))
}

/// The fields that the caller wants; its own id always.
fn pick(call: &Call<'_>, value: Value, id: &str) -> Value {
    let fields = call.query("fields").unwrap_or("*");
    let Value::Object(map) = value else { return value };
    if fields == "*" || fields.is_empty() {
        return Value::Object(map);
    }
    let wanted: Vec<&str> = fields.split(',').map(str::trim).collect();
    let keep = |name: &str| name == id || wanted.contains(&name);
    Value::Object(map.into_iter().filter(|(name, _)| keep(name)).collect::<Map<_, _>>())
}

/// The size that an old list takes when none is asked for.
fn sized<'a>(call: &'a Call<'a>, default: &'a str) -> Vec<(String, String)> {
    let mut query = call.query.to_vec();
    if call.query("page_size").is_none_or(str::is_empty) {
        query.retain(|(name, _)| name != "page_size");
        query.push(("page_size".to_owned(), default.to_owned()));
    }
    query
}
