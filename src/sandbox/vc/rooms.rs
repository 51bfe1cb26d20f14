//! Rooms: on a level each, with a capacity, equipment, and a status that closes them for a while or for good.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::node::{self, Node, jumbled, numbered, shuffled};
use super::status::Status;
use crate::sandbox::gateway::{Answer, Call, Data, Identity, Refusal, Route, one, refuse};
use crate::sandbox::world::{Millis, Row, World, short_digest};

const ROOMS: &str = "/open-apis/vc/v1/rooms";
const ROOM: &str = "/open-apis/vc/v1/rooms/:room_id";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    pub room_id: String,
    pub number: u64,
    pub name: String,
    pub capacity: i64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub custom_room_id: String,
    /// The id of the level that it is on.
    pub level: String,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub devices: BTreeSet<String>,
    #[serde(default)]
    pub status: Status,
    pub created: Millis,
}

impl Row for Room {
    type Key = String;
    const TABLE: &'static str = "rooms";
}

impl Room {
    /// The number on the door and on the panels.
    pub fn display_id(&self) -> String {
        let digits = short_digest(&["display", &self.room_id], 8);
        format!("FM{:09}", u64::from_str_radix(&digits, 16).unwrap_or(0) % 1_000_000_000)
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", ROOMS, create),
        Route::write("PATCH", ROOM, patch).updating(121_006),
        Route::write("DELETE", ROOM, delete).updating(121_006),
        Route::read("GET", ROOM, get),
        Route::read("POST", "/open-apis/vc/v1/rooms/mget", mget),
        Route::read("GET", ROOMS, list),
        Route::read("POST", "/open-apis/vc/v1/rooms/search", search),
    ]
}

fn render(world: &World, call: &Call<'_>, room: &Room) -> Value {
    let devices = shuffled(world, room.devices.iter().cloned().collect());
    json!({
        "room_id": room.room_id,
        "name": room.name,
        "capacity": room.capacity,
        "description": room.description,
        "display_id": room.display_id(),
        "custom_room_id": room.custom_room_id,
        "room_level_id": room.level,
        "path": world.vc.path(&room.level),
        "room_status": room.status.render(world, call),
        "device": devices.into_iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
    })
}

fn own<'w>(world: &'w World, id: &str) -> Result<&'w Room, Refusal> {
    node::allowed(world, id)?;
    world.vc.room(id).ok_or_else(|| refuse(121_004))
}

/// A level that can hold rooms, in this tenant and its room view.
pub(super) fn place(world: &World, level: &str) -> Result<(), Refusal> {
    node::level(world, level)?;
    let knobs = &world.settings().rooms;
    let root = node::is_root(world, level) && !knobs.rooms_at_root;
    let inner = knobs.rooms_on_leaves_only && world.vc.children(level).next().is_some();
    if root || inner || !knobs.flexible { Err(refuse(125_001)) } else { Ok(()) }
}

pub(super) fn capacity(asked: Option<i64>) -> Result<i64, Refusal> {
    asked.filter(|n| (1..=i64::from(i32::MAX)).contains(n)).ok_or_else(|| refuse(121_003))
}

/// The custom id, if no other room has it.
pub(super) fn custom_id(world: &World, wanted: &str, mine: &str) -> Result<String, Refusal> {
    let taken = |r: &Room| r.custom_room_id == wanted && r.room_id != mine;
    if !wanted.is_empty() && !world.settings().rooms.duplicate_custom_ids && world.vc.rooms().any(taken) {
        return Err(refuse(121_003));
    }
    Ok(wanted.to_owned())
}

fn devices(list: &[Value]) -> Result<BTreeSet<String>, Refusal> {
    let name = |d: &Value| d.get("name").and_then(Value::as_str).map(str::to_owned);
    let names = list.iter().map(|d| name(d).filter(|n| !n.trim().is_empty()).ok_or_else(|| refuse(121_003)));
    names.collect()
}

/// Puts a room; the caller has judged the parts.
pub(super) fn add(world: &mut World, mut room: Room) -> Room {
    room.number = world.next("room");
    room.room_id = numbered(world, "omm_", room.number);
    room.created = world.now;
    world.vc.rooms.insert(room.room_id.clone(), room.clone());
    room
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let level = call.text("room_level_id").unwrap_or_default();
    place(world, level)?;
    let room = Room {
        room_id: String::new(),
        number: 0,
        name: node::name(world, call.text("name"))?.to_owned(),
        capacity: capacity(call.int("capacity"))?,
        description: call.text("description").unwrap_or_default().to_owned(),
        custom_room_id: custom_id(world, call.text("custom_room_id").unwrap_or_default(), "")?,
        level: level.to_owned(),
        devices: devices(call.list("device").map_or(&[], Vec::as_slice))?,
        status: match call.body.get("room_status") {
            Some(body) => Status::read(world, call, body)?,
            None => Status::default(),
        },
        created: 0,
    };
    let room = add(world, room);
    Ok(one("room", render(world, call, &room)))
}

/// Only what is sent changes; the answer is empty.
fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let mut room = own(world, call.path("room_id"))?.clone();
    if !world.settings().rooms.flexible {
        return Err(refuse(125_001));
    }
    if let Some(name) = call.text("name") {
        node::name(world, Some(name))?.clone_into(&mut room.name);
    }
    if call.body.get("capacity").is_some() {
        room.capacity = capacity(call.int("capacity"))?;
    }
    if let Some(description) = call.text("description") {
        description.clone_into(&mut room.description);
    }
    if let Some(custom) = call.text("custom_room_id") {
        room.custom_room_id = custom_id(world, custom, &room.room_id)?;
    }
    if let Some(level) = call.text("room_level_id") {
        place(world, level)?;
        level.clone_into(&mut room.level);
    }
    if let Some(list) = call.list("device") {
        room.devices = devices(list)?;
    }
    if let Some(body) = call.body.get("room_status") {
        room.status = Status::read(world, call, body)?;
    }
    world.vc.rooms.insert(room.room_id.clone(), room);
    Ok(Data::empty())
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let id = own(world, call.path("room_id"))?.room_id.clone();
    world.vc.drop_node(&Node::Room(id));
    Ok(Data::empty())
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    let room = own(world, call.path("room_id"))?;
    Ok(one("room", render(world, call, room)))
}

fn mget(world: &World, call: &Call<'_>) -> Answer {
    let ids = call.texts("room_ids").unwrap_or_default();
    if ids.is_empty() || ids.len() > world.settings().rooms.mget {
        return Err(refuse(121_003));
    }
    let found = world.vc.rooms().filter(|r| ids.contains(&r.room_id.as_str()));
    let items = jumbled(found, |r| r.room_id.clone());
    Ok(one("items", items.into_iter().map(|r| render(world, call, r)).collect()))
}

/// All rooms, or those of one level.
fn list(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(121_003, 121_003)?;
    let mut rooms: Vec<&Room> = world.vc.rooms().filter(|r| world.listed(r.created)).collect();
    if let Some(level) = call.query("room_level_id").filter(|id| !id.is_empty()) {
        node::level(world, level)?;
        let deep = world.settings().rooms.filter_is_recursive;
        let root = node::is_root(world, level);
        rooms.retain(|r| r.level == level || deep && (root || node::is_within(&world.vc, &r.level, level)));
    }
    let rooms = jumbled(rooms, |r| r.room_id.clone());
    Ok(page.cut(world, rooms, |r| render(world, call, r)).into_data("rooms"))
}

/// What a person finds who looks for a room to book. Custom ids beat all else, paging included.
fn search(world: &World, call: &Call<'_>) -> Answer {
    let mut rooms = jumbled(world.vc.rooms(), |r| r.room_id.clone());
    if let Identity::User(user) = call.caller.identity {
        rooms.retain(|r| super::rules::may_book(world, &r.room_id, user));
    }
    if let Some(custom) = call.texts("custom_room_ids").filter(|ids| !ids.is_empty()) {
        rooms.retain(|r| custom.contains(&r.custom_room_id.as_str()));
        let rooms: Vec<Value> = rooms.into_iter().map(|r| render(world, call, r)).collect();
        return Ok(Data::Of(json!({ "rooms": rooms, "has_more": false })));
    }
    if let Some(level) = call.filled("room_level_id") {
        node::level(world, level)?;
        rooms.retain(|r| node::is_root(world, level) || node::is_within(&world.vc, &r.level, level));
    }
    if let Some(keyword) = call.filled("keyword") {
        let on = |r: &Room| world.vc.level(&r.level).is_some_and(|l| l.name.contains(keyword));
        let by_level = call.bool("search_level_name") == Some(true);
        rooms.retain(|r| r.name.contains(keyword) || by_level && on(r));
    }
    let size = usize::try_from(call.int("page_size").unwrap_or(10)).unwrap_or(10);
    let start = match call.filled("page_token") {
        None => 0,
        Some(token) => token.parse::<usize>().map_err(|_| refuse(121_003))?,
    };
    let shown: Vec<Value> = rooms.iter().skip(start).take(size).map(|r| render(world, call, r)).collect();
    let more = rooms.len() > start + size;
    let mut data = json!({ "rooms": shown, "has_more": more });
    if more {
        data["page_token"] = (start + size).to_string().into();
    }
    Ok(Data::Of(data))
}
