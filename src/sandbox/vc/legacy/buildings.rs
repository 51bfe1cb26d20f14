//! Buildings and the names of their floors.

use serde_json::{Value, json};

use super::{Building, bad, building, pick, places, sized};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one};
use crate::sandbox::vc::levels;
use crate::sandbox::vc::node::{self, Node, jumbled, root_id};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/meeting_room/building/list", list),
        Route::read("GET", "/open-apis/meeting_room/building/batch_get", batch_get),
        Route::read("GET", "/open-apis/meeting_room/building/batch_get_id", batch_get_id),
        Route::write("POST", "/open-apis/meeting_room/building/create", create),
        Route::write("POST", "/open-apis/meeting_room/building/update", update),
        Route::write("POST", "/open-apis/meeting_room/building/delete", delete),
    ]
}

fn ids(world: &World) -> Vec<String> {
    jumbled(world.vc.buildings.iter().map(|(id, _)| id.clone()), Clone::clone)
}

fn render(world: &World, id: &str) -> Option<Value> {
    let (level, building) = building(world, id).ok()?;
    let mut floors: Vec<&str> = world.vc.children(id).map(|l| l.name.as_str()).collect();
    floors.sort_unstable();
    Some(json!({
        "building_id": id,
        "name": level.name,
        "description": building.description,
        "floors": floors,
        "country_id": building.country_id,
        "district_id": building.district_id,
    }))
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let query = sized(call, "10");
    let page =
        Call { query: &query, files: &[], caller: call.caller.clone(), grants: call.grants.clone(), ..*call }
            .page(10003, 10003)?;
    let mut found = ids(world);
    let name = |id: &String| world.vc.level(id).map(|l| l.name.clone()).unwrap_or_default();
    match call.query("order_by") {
        Some("name-asc") => found.sort_by_key(name),
        Some("name-desc") => found.sort_by_key(|id| std::cmp::Reverse(name(id))),
        _ => {}
    }
    let show = |id: String| pick(call, render(world, &id).unwrap_or_default(), "building_id");
    Ok(page.cut(world, found, show).into_data("buildings"))
}

/// Unknown ids are left out.
fn batch_get(world: &World, call: &Call<'_>) -> Answer {
    let found = call.query_all("building_ids").into_iter().filter_map(|id| render(world, id));
    Ok(one("buildings", found.map(|b| pick(call, b, "building_id")).collect()))
}

fn batch_get_id(world: &World, call: &Call<'_>) -> Answer {
    let wanted = call.query_all("custom_building_ids");
    let found = ids(world).into_iter().filter_map(|id| {
        let custom = &world.vc.level(&id)?.custom_group_id;
        // The answer spells the name of the field so.
        wanted.contains(&custom.as_str()).then(|| json!({ "building_id": id, "custom_bulding_id": custom }))
    });
    Ok(one("buildings", found.collect()))
}

fn floors(call: &Call<'_>, world: &World) -> Result<Option<Vec<String>>, Refusal> {
    let Some(names) = call.texts("floors") else { return Ok(None) };
    let mut floors: Vec<String> = Vec::new();
    for name in names {
        node::name(world, Some(name)).map_err(|_| bad())?;
        if floors.iter().any(|f| f == name) {
            return Err(bad());
        }
        floors.push(name.to_owned());
    }
    Ok(Some(floors))
}

fn place(call: &Call<'_>, before: &Building) -> Result<Building, Refusal> {
    let country_id = call.filled("country_id").unwrap_or(&before.country_id).to_owned();
    let district_id = call.filled("district_id").unwrap_or(&before.district_id).to_owned();
    if places::has(&country_id, &district_id) {
        Ok(Building { country_id, district_id, description: before.description.clone() })
    } else {
        Err(bad())
    }
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let name = node::name(world, call.text("name")).map_err(|_| bad())?;
    let floors = floors(call, world)?.unwrap_or_default();
    let building = place(call, &Building::default())?;
    let custom = call.text("custom_building_id").unwrap_or_default();
    let custom = levels::custom_id(world, custom, "").map_err(|_| bad())?;
    let root = root_id(world);
    let id = levels::add(world, name, &root, custom).room_level_id;
    for floor in floors {
        levels::add(world, &floor, &id, String::new());
    }
    world.vc.buildings.insert(id.clone(), building);
    Ok(one("building_id", id.into()))
}

/// The list of floors is replaced: new names come, missing ones go unless something is on them.
fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let id = call.text("building_id").unwrap_or_default().to_owned();
    let (level, before) = building(world, &id)?;
    let (mut level, new) = (level.clone(), place(call, before)?);
    if let Some(name) = call.filled("name") {
        node::name(world, Some(name)).map_err(|_| bad())?.clone_into(&mut level.name);
    }
    if let Some(custom) = call.filled("custom_building_id") {
        level.custom_group_id = levels::custom_id(world, custom, &id).map_err(|_| bad())?;
    }
    let (mut gone, mut fresh) = (Vec::new(), Vec::new());
    if let Some(wanted) = floors(call, world)? {
        for floor in world.vc.children(&id).filter(|l| !wanted.contains(&l.name)) {
            if !world.vc.below(&floor.room_level_id).is_empty() {
                return Err(bad());
            }
            gone.push(Node::Level(floor.room_level_id.clone()));
        }
        fresh = wanted;
        fresh.retain(|name| !world.vc.children(&id).any(|l| l.name == *name));
    }
    gone.iter().for_each(|floor| world.vc.drop_node(floor));
    for floor in fresh {
        levels::add(world, &floor, &id, String::new());
    }
    world.vc.levels.insert(id.clone(), level);
    world.vc.buildings.insert(id, new);
    Ok(Data::Nothing)
}

/// Only without rooms; its floors go with it.
fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let id = building(world, call.text("building_id").unwrap_or_default())?.0.room_level_id.clone();
    let below = world.vc.below(&id);
    if below.iter().any(|n| matches!(n, Node::Room(_))) {
        return Err(bad());
    }
    for gone in below.iter().chain([&Node::Level(id)]) {
        world.vc.drop_node(gone);
    }
    Ok(Data::Nothing)
}
