//! Rooms by building and floor name, and the questions of their forms.

use serde_json::{Map, Value, json};

use super::{bad, building, floor_of, pick, sized};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one};
use crate::sandbox::vc::node::{self, Node, jumbled};
use crate::sandbox::vc::rooms::{self, Room};
use crate::sandbox::vc::rules;
use crate::sandbox::vc::status::Status;
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/meeting_room/room/list", list),
        Route::read("GET", "/open-apis/meeting_room/room/batch_get", batch_get),
        Route::read("GET", "/open-apis/meeting_room/room/batch_get_id", batch_get_id),
        Route::write("POST", "/open-apis/meeting_room/room/create", create),
        Route::write("POST", "/open-apis/meeting_room/room/update", update),
        Route::write("POST", "/open-apis/meeting_room/room/delete", delete),
        Route::read("POST", "/open-apis/meeting_room/room/customization", customization),
    ]
}

fn render(world: &World, room: &Room) -> Value {
    let (building, floor) = floor_of(world, &room.level).unzip();
    json!({
        "room_id": room.room_id,
        "building_id": building.map(|b| b.room_level_id.clone()).unwrap_or_default(),
        "building_name": building.map(|b| b.name.clone()).unwrap_or_default(),
        "floor_name": floor.unwrap_or_default(),
        "name": room.name,
        "capacity": room.capacity,
        "description": room.description,
        "display_id": room.display_id(),
        "is_disabled": !room.status.is_open(world),
    })
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let query = sized(call, "100");
    let page =
        Call { query: &query, files: &[], caller: call.caller.clone(), grants: call.grants.clone(), ..*call }
            .page(10003, 10003)?;
    let (building, _) = building(world, call.query("building_id").unwrap_or_default())?;
    let inside =
        |r: &&Room| floor_of(world, &r.level).is_some_and(|(b, _)| b.room_level_id == building.room_level_id);
    let mut found = jumbled(world.vc.rooms().filter(inside), |r| r.room_id.clone());
    let floor = |r: &&Room| floor_of(world, &r.level).map(|(_, floor)| floor.to_owned());
    match call.query("order_by") {
        Some("name-asc") => found.sort_by(|a, b| a.name.cmp(&b.name)),
        Some("name-desc") => found.sort_by(|a, b| b.name.cmp(&a.name)),
        Some("floor_name-asc") => found.sort_by_key(floor),
        Some("floor_name-desc") => found.sort_by_key(|r| std::cmp::Reverse(floor(r))),
        _ => {}
    }
    Ok(page.cut(world, found, |r| pick(call, render(world, r), "room_id")).into_data("rooms"))
}

fn batch_get(world: &World, call: &Call<'_>) -> Answer {
    let found = call.query_all("room_ids").into_iter().filter_map(|id| world.vc.room(id));
    Ok(one("rooms", found.map(|r| pick(call, render(world, r), "room_id")).collect()))
}

fn batch_get_id(world: &World, call: &Call<'_>) -> Answer {
    let wanted = call.query_all("custom_room_ids");
    let found = jumbled(world.vc.rooms(), |r| r.room_id.clone()).into_iter();
    let found = found.filter(|r| !r.custom_room_id.is_empty() && wanted.contains(&r.custom_room_id.as_str()));
    let pair = |r: &Room| json!({ "room_id": r.room_id, "custom_room_id": r.custom_room_id });
    Ok(one("rooms", found.map(pair).collect()))
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let building = call.text("building_id").unwrap_or_default();
    super::building(world, building)?;
    let floor = call.text("floor").unwrap_or_default();
    let level = world.vc.children(building).find(|l| l.name == floor).ok_or_else(bad)?;
    let custom = call.text("custom_room_id").unwrap_or_default();
    let room = Room {
        room_id: String::new(),
        number: 0,
        name: node::name(world, call.text("name")).map_err(|_| bad())?.to_owned(),
        capacity: rooms::capacity(call.int("capacity")).map_err(|_| bad())?,
        description: String::new(),
        custom_room_id: rooms::custom_id(world, custom, "").map_err(|_| bad())?,
        level: level.room_level_id.clone(),
        devices: std::collections::BTreeSet::new(),
        status: if call.bool("is_disabled") == Some(true) {
            Status::closed(world)
        } else {
            Status::default()
        },
        created: 0,
    };
    Ok(one("room_id", rooms::add(world, room).room_id.into()))
}

fn own(world: &World, call: &Call<'_>) -> Result<Room, Refusal> {
    world.vc.room(call.text("room_id").unwrap_or_default()).cloned().ok_or_else(bad)
}

fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let mut room = own(world, call)?;
    if let Some(name) = call.filled("name") {
        node::name(world, Some(name)).map_err(|_| bad())?.clone_into(&mut room.name);
    }
    if call.body.get("capacity").is_some() {
        room.capacity = rooms::capacity(call.int("capacity")).map_err(|_| bad())?;
    }
    if let Some(custom) = call.filled("custom_room_id") {
        room.custom_room_id = rooms::custom_id(world, custom, &room.room_id).map_err(|_| bad())?;
    }
    world.vc.rooms.insert(room.room_id.clone(), room);
    Ok(Data::Nothing)
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let id = own(world, call)?.room_id;
    world.vc.drop_node(&Node::Room(id));
    Ok(Data::Nothing)
}

/// The questions that the form of a room asks; the answer has no `data`.
fn customization(world: &World, call: &Call<'_>) -> Answer {
    let (mut forms, mut unknown) = (Map::new(), Vec::new());
    for id in call.texts("room_ids").unwrap_or_default() {
        let form = world.vc.room(id).and_then(|_| rules::questions(world, &Node::Room(id.to_owned())));
        let Some(form) = form else {
            unknown.push(json!({ "building_id": "", "room_id": id, "error_msg": "no form" }));
            continue;
        };
        let questions: Vec<Value> = form.questions.iter().enumerate().map(|(i, q)| question(i, q)).collect();
        let form = json!({ "contact_ids": [], "customization_data": questions, "preparation_time": 0 });
        forms.insert(id.to_owned(), form);
    }
    Ok(Data::Beside(json!({ "error_room_ids": unknown, "room_id_to_customization": forms })))
}

/// A text field; other kinds of questions are not simulated.
fn question(number: usize, label: &str) -> Value {
    json!({
        "conditions": [],
        "customization_type": 3,
        "index_key": format!("{}", 16_281_481_596_100 + number),
        "input_content": "",
        "is_required": true,
        "label": label,
        "options": [],
        "place_holder": "",
    })
}
