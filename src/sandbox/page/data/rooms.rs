//! Meeting rooms: a generation of the tree with the rooms on it, and one node with its rules.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{department_ref, person_ref};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::vc::{Level, Parties, Room, root_id, rules};
use crate::sandbox::world::World;

/// What hangs right on a level; the root's for no id. Nothing if there is no such level.
pub fn rooms(world: &World, level: &str) -> Option<Value> {
    let root = root_id(world);
    let at = if level.is_empty() { root.as_str() } else { level };
    let (name, custom_id) = match world.vc.level(at) {
        Some(level) => (level.name.as_str(), level.custom_group_id.as_str()),
        None if at == root => (world.settings().tenant.name.as_str(), ""),
        None => return None,
    };
    let mut levels: Vec<&Level> = world.vc.children(at).collect();
    levels.sort_by(|a, b| (&a.name, a.number).cmp(&(&b.name, b.number)));
    let mut on: Vec<&Room> = world.vc.rooms_on(at).collect();
    on.sort_by(|a, b| (&a.name, a.number).cmp(&(&b.name, b.number)));
    Some(json!({
        "id": at,
        "name": name,
        "custom_id": custom_id,
        "total": world.vc.rooms().count(),
        "levels": levels.iter().map(|l| level_row(world, l)).collect::<Vec<_>>(),
        "rooms": on.iter().map(|r| room_row(world, r)).collect::<Vec<_>>(),
        "rules": rules_of(world, at),
    }))
}

/// One room with its rules; nothing if there is none.
pub fn room(world: &World, id: &str) -> Option<Value> {
    let room = world.vc.room(id)?;
    let mut value = room_row(world, room);
    value["description"] = room.description.clone().into();
    value["display_id"] = room.display_id().into();
    value["path"] =
        world.vc.path(&room.level).iter().filter_map(|l| Some(world.vc.level(l)?.name.clone())).collect();
    value["reason"] = room.status.reason.clone().into();
    value["closed"] = json!(room.status.closed);
    value["contacts"] = people(world, &room.status.contacts);
    value["rules"] = rules_of(world, id);
    Some(value)
}

fn level_row(world: &World, level: &Level) -> Value {
    let below = world.vc.below(&level.room_level_id);
    let rooms = below.iter().filter(|n| n.scope_type() == 2).count();
    json!({
        "id": level.room_level_id,
        "name": level.name,
        "custom_id": level.custom_group_id,
        "rooms": rooms,
    })
}

fn room_row(world: &World, room: &Room) -> Value {
    json!({
        "id": room.room_id,
        "name": room.name,
        "custom_id": room.custom_room_id,
        "capacity": room.capacity,
        "devices": room.devices,
        "open": room.status.is_open(world),
    })
}

fn people(world: &World, users: &BTreeSet<UserKey>) -> Value {
    users.iter().filter_map(|u| person_ref(world, *u)).collect()
}

fn parties(world: &World, parties: &Parties) -> Value {
    let departments: Vec<Value> = parties.departments.iter().map(|d| department_ref(world, *d)).collect();
    json!({ "people": people(world, &parties.users), "departments": departments })
}

/// What somebody set; the rest is left out.
fn rules_of(world: &World, node: &str) -> Value {
    let Some(set) = world.vc.rules(node) else { return json!({}) };
    let rules::Rules { approval, times, who, form, admins, inform } = set;
    json!({
        "who": who.as_ref().filter(|w| !w.everybody).map(|w| parties(world, &w.parties)),
        "times": times.as_ref().filter(|t| t.on).map(|t| json!({
            "days": t.days_in_advance, "opens": t.opening_hour, "from": t.start, "to": t.end, "hours": t.max_hours,
        })),
        "approval": approval.as_ref().filter(|a| a.on).map(|a| json!({
            "over": (a.condition == 1).then_some(a.over), "approvers": people(world, &a.approvers),
        })),
        "form": form.as_ref().map(|f| f.on),
        "admins": admins.as_ref().filter(|a| !a.is_empty()).map(|a| parties(world, a)),
        "informed": inform.as_ref().filter(|i| i.on).map(|i| parties(world, &i.parties)),
    })
}
