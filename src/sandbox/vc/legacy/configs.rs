//! Screens by the old scopes: tenant, country, city, building, floor, room. And the codes that pair devices.

use serde_json::Value;

use super::building;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one, refuse};
use crate::sandbox::vc::display;
use crate::sandbox::vc::node::root_id;
use crate::sandbox::world::{World, short_digest};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/vc/v1/room_configs/query", query),
        Route::write("POST", "/open-apis/vc/v1/room_configs/set", set),
        Route::write("POST", "/open-apis/vc/v1/room_configs/set_checkboard_access_code", board_code),
        Route::write("POST", "/open-apis/vc/v1/room_configs/set_room_access_code", room_code),
    ]
}

/// The place that the scope and its ids mean: a node's id, or a name for what the tree does not have.
fn place<'a>(world: &World, scope: i64, field: impl Fn(&str) -> Option<&'a str>) -> Result<String, Refusal> {
    let named = |name: &str| field(name).filter(|v| !v.is_empty()).ok_or_else(|| refuse(121_003));
    let building_id = || {
        let id = named("building_id")?;
        building(world, id).map(|(level, _)| level.room_level_id.clone()).map_err(|_| refuse(121_004))
    };
    match scope {
        1 => Ok(root_id(world)),
        2 => Ok(format!("country {}", named("country_id")?)),
        3 => Ok(format!("district {} {}", named("country_id")?, named("district_id")?)),
        4 => building_id(),
        5 => {
            let (building, floor) = (building_id()?, named("floor_name")?);
            let level = world.vc.children(&building).find(|l| l.name == floor);
            level.map(|l| l.room_level_id.clone()).ok_or_else(|| refuse(121_004))
        }
        _ => {
            let room = named("room_id")?;
            world.vc.room(room).map(|r| r.room_id.clone()).ok_or_else(|| refuse(121_004))
        }
    }
}

fn query(world: &World, call: &Call<'_>) -> Answer {
    let scope = call.query("scope").and_then(|s| s.parse().ok()).unwrap_or(0);
    let place = place(world, scope, |name| call.query(name))?;
    let mut fields = display::own(world, call, &place);
    for signage in ["digital_signage", "room_box_digital_signage"] {
        if let Some(Value::Object(map)) = fields.get_mut(signage) {
            // A word of the new API.
            map.remove("if_cover_child_scope");
        }
    }
    Ok(Data::Of(Value::Object(fields)))
}

fn written_place(world: &World, call: &Call<'_>) -> Result<String, Refusal> {
    place(world, call.int("scope").unwrap_or(0), |name| call.text(name))
}

fn set(world: &mut World, call: &Call<'_>) -> Answer {
    let place = written_place(world, call)?;
    let sent = call.body.get("room_config").and_then(Value::as_object).cloned().unwrap_or_default();
    let new = display::judge(world, call, &sent)?;
    display::put(world, &place, &new, None);
    Ok(Data::empty())
}

fn code(world: &mut World, call: &Call<'_>, of: &str) -> Answer {
    let place = written_place(world, call)?;
    let number = world.next("room_access_code").to_string();
    Ok(one("access_code", short_digest(&["access", of, &place, &number], 6).into()))
}

fn board_code(world: &mut World, call: &Call<'_>) -> Answer {
    code(world, call, "board")
}

fn room_code(world: &mut World, call: &Call<'_>) -> Answer {
    code(world, call, "room")
}
