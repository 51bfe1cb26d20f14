//! Calendars themselves. [`write`] makes and changes them, [`read`] looks, [`subscribe`] is about the own list.

mod read;
mod subscribe;
mod write;

use serde_json::{Value, json};

use super::gate;
use super::rows::{COLOR, Calendar};
use crate::sandbox::gateway::Route;
use crate::sandbox::im::Actor;
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    [write::routes(), read::routes(), subscribe::routes()].concat()
}

/// A calendar as one identity sees it.
pub(super) fn render(world: &World, calendar: &Calendar, actor: &Actor) -> Value {
    let view = gate::view(world, actor, &calendar.calendar_id);
    json!({
        "calendar_id": calendar.calendar_id,
        "summary": calendar.summary,
        "description": calendar.description,
        "permissions": calendar.permissions,
        "color": view.map_or(COLOR, |v| v.color),
        "type": calendar.kind(),
        "summary_alias": view.map(|v| v.alias.as_str()).unwrap_or_default(),
        "is_deleted": calendar.deleted,
        "is_third_party": false,
        "role": gate::role(world, calendar, actor).text(),
    })
}
