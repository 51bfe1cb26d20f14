//! The tree of levels: country, city, building, floor, or whatever a tenant makes of it.
//!
//! The tenant is the root. Only `GET /room_levels/0` knows its alias; everywhere else it goes by its id.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::node::{self, Node, jumbled, numbered, root_id};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one, refuse};
use crate::sandbox::world::{Millis, Row, World};

const LEVELS: &str = "/open-apis/vc/v1/room_levels";
const LEVEL: &str = "/open-apis/vc/v1/room_levels/:room_level_id";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    pub room_level_id: String,
    pub number: u64,
    pub name: String,
    /// The id of the level above, or of the root.
    pub parent: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub custom_group_id: String,
    pub created: Millis,
}

impl Row for Level {
    type Key = String;
    const TABLE: &'static str = "room_levels";
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", LEVELS, create),
        Route::write("PATCH", LEVEL, patch).updating(121_006),
        Route::write("POST", "/open-apis/vc/v1/room_levels/del", delete),
        Route::read("GET", LEVEL, get),
        Route::read("POST", "/open-apis/vc/v1/room_levels/mget", mget),
        Route::read("GET", LEVELS, list),
        Route::read("GET", "/open-apis/vc/v1/room_levels/search", search),
    ]
}

fn render(world: &World, level: &Level) -> Value {
    let mut path = world.vc.path(&level.room_level_id);
    path.pop();
    json!({
        "room_level_id": level.room_level_id,
        "name": level.name,
        "parent_id": level.parent,
        "path": path,
        "has_child": world.vc.children(&level.room_level_id).next().is_some(),
        "custom_group_id": level.custom_group_id,
    })
}

fn render_root(world: &World) -> Value {
    let id = root_id(world);
    json!({
        "has_child": world.vc.children(&id).next().is_some(),
        "room_level_id": id,
        "name": world.settings().tenant.name,
        "parent_id": "",
        "path": [],
        "custom_group_id": "",
    })
}

/// A level's own row; the root has none and cannot be written.
fn own<'w>(world: &'w World, id: &str) -> Result<&'w Level, Refusal> {
    node::allowed(world, id)?;
    if node::is_root(world, id) {
        return Err(refuse(121_003));
    }
    world.vc.level(id).ok_or_else(|| refuse(121_004))
}

fn flexible(world: &World) -> Result<(), Refusal> {
    if world.settings().rooms.flexible { Ok(()) } else { Err(refuse(121_002)) }
}

/// The custom id, if nobody else has it.
pub(super) fn custom_id(world: &World, wanted: &str, mine: &str) -> Result<String, Refusal> {
    let taken = |l: &Level| l.custom_group_id == wanted && l.room_level_id != mine;
    if !wanted.is_empty() && !world.settings().rooms.duplicate_custom_ids && world.vc.levels().any(taken) {
        return Err(refuse(121_003));
    }
    Ok(wanted.to_owned())
}

/// Puts a new level below another; the caller has judged the parts.
pub(super) fn add(world: &mut World, name: &str, parent: &str, custom_group_id: String) -> Level {
    let number = world.next("room_level");
    let level = Level {
        room_level_id: numbered(world, "omb_", number),
        number,
        name: name.to_owned(),
        parent: parent.to_owned(),
        custom_group_id,
        created: world.now,
    };
    world.vc.levels.insert(level.room_level_id.clone(), level.clone());
    level
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    flexible(world)?;
    let name = node::name(world, call.text("name"))?;
    let parent = node::level(world, call.text("parent_id").unwrap_or_default())?;
    let custom = custom_id(world, call.text("custom_group_id").unwrap_or_default(), "")?;
    let level = add(world, name, parent, custom);
    Ok(one("room_level", render(world, &level)))
}

fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    flexible(world)?;
    let mut level = own(world, call.path("room_level_id"))?.clone();
    node::name(world, call.text("name"))?.clone_into(&mut level.name);
    let parent = call.filled("parent_id").ok_or_else(|| refuse(121_003))?;
    node::level(world, parent)?;
    if node::is_within(&world.vc, parent, &level.room_level_id) {
        return Err(refuse(121_003));
    }
    parent.clone_into(&mut level.parent);
    if let Some(custom) = call.text("custom_group_id") {
        level.custom_group_id = custom_id(world, custom, &level.room_level_id)?;
    }
    world.vc.levels.insert(level.room_level_id.clone(), level);
    Ok(Data::empty())
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    flexible(world)?;
    let id = own(world, call.text("room_level_id").unwrap_or_default())?.room_level_id.clone();
    let below = world.vc.below(&id);
    if !below.is_empty() && call.bool("delete_child") != Some(true) {
        return Err(refuse(125_001));
    }
    for gone in below.iter().chain([&Node::Level(id)]) {
        world.vc.drop_node(gone);
    }
    Ok(Data::empty())
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    let id = call.path("room_level_id");
    if id == "0" || node::is_root(world, id) {
        return Ok(one("room_level", render_root(world)));
    }
    Ok(one("room_level", render(world, own(world, id)?)))
}

fn mget(world: &World, call: &Call<'_>) -> Answer {
    let ids = call.texts("level_ids").unwrap_or_default();
    if ids.is_empty() || ids.len() > world.settings().rooms.mget {
        return Err(refuse(121_003));
    }
    let found = world.vc.levels().filter(|l| ids.contains(&l.room_level_id.as_str()));
    let items = jumbled(found, |l| l.room_level_id.clone());
    Ok(one("items", items.into_iter().map(|l| render(world, l)).collect()))
}

/// The children of a level; without one the top of the tree.
fn list(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(121_003, 121_003)?;
    let parent = match call.query("room_level_id").filter(|id| !id.is_empty()) {
        Some(id) => node::level(world, id)?.to_owned(),
        None => root_id(world),
    };
    let children = world.vc.children(&parent).filter(|l| world.listed(l.created));
    let children = jumbled(children, |l| l.room_level_id.clone());
    Ok(page.cut(world, children, |l| render(world, l)).into_data("items"))
}

/// Which ids carry any of the custom ids; which carries which is not said.
fn search(world: &World, call: &Call<'_>) -> Answer {
    let wanted: Vec<&str> = call.query("custom_level_ids").unwrap_or_default().split(',').collect();
    let found = world.vc.levels().filter(|l| !l.custom_group_id.is_empty());
    let found = found.filter(|l| wanted.contains(&l.custom_group_id.as_str()));
    let found = jumbled(found.map(|l| l.room_level_id.clone()), Clone::clone);
    Ok(one("level_ids", found.into()))
}
