//! What the screens of a node show, and whether a whole level is closed.
//!
//! Each node keeps what was set at itself; what it shows is merged from there upwards, the nearest value first. A
//! write changes the fields that it names and leaves the others. A room's status is the room's own.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::node::{self, Node, upwards};
use super::status::Status;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::world::{Row, World, short_digest};

const PATH: &str = "/open-apis/vc/v1/scope_config";
const SIGNAGE: [&str; 2] = ["digital_signage", "room_box_digital_signage"];
const PICTURES: [&str; 2] = ["room_background", "display_background"];

/// What was set at a node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Display {
    /// Backgrounds and signage, as they were written.
    pub fields: Map<String, Value>,
    /// Of a level, or of a place of the old API; a room keeps its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
}

impl Row for Display {
    type Key = String;
    const TABLE: &'static str = "room_displays";
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::read("GET", PATH, read), Route::write("POST", PATH, set)]
}

fn node_of(world: &World, id: &str, scope_type: Option<i64>) -> Result<Node, Refusal> {
    node::allowed(world, id)?;
    match scope_type {
        Some(1) if node::is_level(world, id) => Ok(Node::Level(id.to_owned())),
        Some(2) if world.vc.room(id).is_some() => Ok(Node::Room(id.to_owned())),
        Some(1) if world.vc.room(id).is_some() => Err(refuse(121_003)),
        Some(2) if node::is_level(world, id) => Err(refuse(121_003)),
        _ => Err(refuse(121_004)),
    }
}

/// What was set at a place, as the API shows it.
pub(super) fn own(world: &World, call: &Call<'_>, id: &str) -> Map<String, Value> {
    let display = world.vc.displays.get(&id.to_owned());
    let mut map = display.map(|d| d.fields.clone()).unwrap_or_default();
    let status = match world.vc.room(id) {
        Some(room) => Some(&room.status),
        None => display.and_then(|d| d.status.as_ref()),
    };
    if let Some(status) = status {
        map.insert("room_status".to_owned(), status.render(world, call));
    }
    map
}

fn read(world: &World, call: &Call<'_>) -> Answer {
    let scope_type = call.query("scope_type").and_then(|t| t.parse().ok());
    let node = node_of(world, call.query("scope_id").unwrap_or_default(), scope_type)?;
    let chain = upwards(world, &node);
    let mut merged = Map::new();
    let mut origins = Vec::new();
    for at in &chain {
        let own = own(world, call, at.id());
        for (name, value) in &own {
            merged.entry(name.clone()).or_insert_with(|| value.clone());
        }
        origins.push(config(at, &own));
    }
    Ok(Data::Of(json!({ "current_config": config(&node, &merged), "origin_configs": origins })))
}

fn config(node: &Node, fields: &Map<String, Value>) -> Value {
    json!({ "scope_type": node.scope_type(), "scope_id": node.id(), "scope_config": fields })
}

fn set(world: &mut World, call: &Call<'_>) -> Answer {
    let node = node_of(world, call.text("scope_id").unwrap_or_default(), call.int("scope_type"))?;
    if let Some(sent) = call.body.get("scope_config").and_then(Value::as_object) {
        write(world, call, &node, sent)?;
    }
    Ok(Data::empty())
}

fn write(world: &mut World, call: &Call<'_>, node: &Node, sent: &Map<String, Value>) -> Result<(), Refusal> {
    let new = judge(world, call, sent)?;
    put(world, node.id(), &new, None);
    for name in SIGNAGE {
        let covers = sent.get(name).and_then(|s| s.get("if_cover_child_scope")) == Some(&Value::Bool(true));
        if let (true, Node::Level(level)) = (covers, node) {
            for below in world.vc.below(level) {
                put(world, below.id(), &new, Some(name));
            }
        }
    }
    Ok(())
}

/// Everything checked, nothing changed.
pub(super) fn judge(world: &World, call: &Call<'_>, sent: &Map<String, Value>) -> Result<Display, Refusal> {
    let mut new = Display::default();
    for name in PICTURES {
        if let Some(url) = sent.get(name).and_then(Value::as_str) {
            if !url.is_empty() && !url.starts_with("https://") && !url.starts_with("http://") {
                return Err(refuse(121_003));
            }
            new.fields.insert(name.to_owned(), url.into());
        }
    }
    for name in SIGNAGE {
        if let Some(signage) = sent.get(name).and_then(Value::as_object) {
            new.fields.insert(name.to_owned(), signage_of(signage)?);
        }
    }
    if let Some(body) = sent.get("room_status") {
        new.status = Some(Status::read(world, call, body)?);
    }
    Ok(new)
}

/// Merges it into what the place has, or one field of it.
pub(super) fn put(world: &mut World, id: &str, new: &Display, only: Option<&str>) {
    let mut display = world.vc.displays.get(&id.to_owned()).cloned().unwrap_or_default();
    for (name, value) in new.fields.iter().filter(|(n, _)| only.is_none_or(|o| o == *n)) {
        display.fields.insert(name.clone(), value.clone());
    }
    if let (Some(status), None) = (&new.status, only) {
        if let Some(mut room) = world.vc.room(id).cloned() {
            room.status = status.clone();
            world.vc.rooms.insert(id.to_owned(), room);
        } else {
            display.status = Some(status.clone());
        }
    }
    world.vc.displays.insert(id.to_owned(), display);
}

fn signage_of(sent: &Map<String, Value>) -> Result<Value, Refusal> {
    let mut signage = sent.clone();
    for name in ["start_display", "stop_display"] {
        within(signage.get(name), 1, 720)?;
    }
    for material in signage.get_mut("materials").and_then(Value::as_array_mut).into_iter().flatten() {
        within(material.get("duration"), 1, 43_200)?;
        let known = material.get("id").and_then(Value::as_str).is_some_and(|id| !id.is_empty());
        let url = material.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !known && url.is_empty() {
            return Err(refuse(121_003));
        }
        if !known {
            let digits = short_digest(&["material", &url], 8);
            let number = u64::from_str_radix(&digits, 16).unwrap_or(0);
            material["id"] = format!("78{number:011}").into();
        }
    }
    Ok(Value::Object(signage))
}

fn within(value: Option<&Value>, low: i64, high: i64) -> Result<(), Refusal> {
    match value.and_then(Value::as_i64) {
        Some(n) if !(low..=high).contains(&n) => Err(refuse(121_003)),
        _ => Ok(()),
    }
}
