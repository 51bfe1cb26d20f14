//! The reservation form. Its questions are designed in the console; the API only switches it on, and says who is
//! told, and how long before.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{covers, put, read_node, written_node};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one, refuse};
use crate::sandbox::vc::node::{self, Node, upwards};
use crate::sandbox::vc::people::Parties;
use crate::sandbox::world::{Row, World};

const PATH: &str = "/open-apis/vc/v1/reserve_configs/:reserve_config_id/form";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    pub on: bool,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub notified: BTreeSet<UserKey>,
    pub time: i64,
    /// 1 minutes, 2 hours, 3 days.
    pub unit: i64,
    pub cover: bool,
}

impl Default for Form {
    fn default() -> Self {
        Self { on: false, notified: BTreeSet::new(), time: 0, unit: 3, cover: false }
    }
}

/// The questions that somebody designed for a node and what is below it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesignedForm {
    pub questions: Vec<String>,
}

impl Row for DesignedForm {
    type Key = String;
    const TABLE: &'static str = "room_forms";
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::read("GET", PATH, read), Route::write("PATCH", PATH, patch)]
}

/// The nearest form that was designed for the node or above it.
pub fn designed<'w>(world: &'w World, node: &Node) -> Option<&'w DesignedForm> {
    upwards(world, node).iter().find_map(|n| world.vc.forms.get(&n.id().to_owned()))
}

pub fn is_designed(world: &World, node: &Node) -> bool {
    world.settings().rooms.form_designed || designed(world, node).is_some()
}

/// Somebody designs the form of a node in the console, or takes it away; false when there is no such node.
pub fn design(world: &mut World, node: &str, questions: Vec<String>) -> bool {
    if !node::is_level(world, node) && world.vc.room(node).is_none() {
        return false;
    }
    if questions.is_empty() {
        world.vc.forms.remove(&node.to_owned());
    } else {
        world.vc.forms.insert(node.to_owned(), DesignedForm { questions });
    }
    true
}

fn configured(world: &World, node: &Node) -> Result<(), Refusal> {
    if is_designed(world, node) { Ok(()) } else { Err(refuse(126_002)) }
}

fn read(world: &World, call: &Call<'_>) -> Answer {
    let node = read_node(world, call)?;
    configured(world, &node)?;
    let form = world.vc.rules(node.id()).and_then(|r| r.form.clone()).unwrap_or_default();
    let notified = Parties { users: form.notified, ..Parties::default() };
    Ok(one(
        "reserve_form_config",
        json!({
            "if_cover_child_scope": form.cover,
            "reserve_form": form.on,
            "notified_users": notified.users_json(world, call),
            "notified_time": form.time,
            "time_unit": form.unit,
        }),
    ))
}

fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let node = written_node(world, call)?;
    configured(world, &node)?;
    let block = call.body.get("reserve_form_config").ok_or_else(|| refuse(121_003))?;
    let int = |name: &str| block.get(name).and_then(Value::as_i64);
    let on = block.get("reserve_form").and_then(Value::as_bool).ok_or_else(|| refuse(121_003))?;
    let (time, unit) = (int("notified_time").unwrap_or(0), int("time_unit").unwrap_or(3));
    let slot = usize::try_from(unit - 1).map_err(|_| refuse(121_003))?;
    let most = world.settings().rooms.notify_max.get(slot).copied().ok_or_else(|| refuse(121_003))?;
    if !(0..=most).contains(&time) {
        return Err(refuse(126_011));
    }
    let notified = Parties::read(world, call, block.get("notified_users"), None)?.users;
    let form = Form { on, notified, time, unit, cover: covers(block) };
    put(world, &node, form.cover, |r, cover| r.form = Some(Form { cover, ..form.clone() }));
    Ok(Data::empty())
}
