//! The reservation rules of a node: who may book and when ([`limits`]), the form, the admins, who is told of a
//! closure. A node has them from the moment that it exists; what nobody set reads as the page's defaults.

mod admin;
mod form;
mod inform;
mod limits;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::node::{self, Node};
use super::people::Parties;
use crate::sandbox::contact::directory::{DepartmentKey, UserKey};
use crate::sandbox::gateway::{Call, Refusal, Route, refuse};
use crate::sandbox::world::{Row, World};

pub use form::{DesignedForm, Form, design, designed as questions, is_designed};
pub use inform::Inform;
pub use limits::{Approval, Times, Who};

/// What was set of a node, block by block.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<Times>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<Who>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admins: Option<Parties>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inform: Option<Inform>,
}

impl Row for Rules {
    type Key = String;
    const TABLE: &'static str = "room_rules";
}

impl Rules {
    fn parties(&mut self) -> impl Iterator<Item = &mut Parties> {
        let who = self.who.as_mut().map(|w| &mut w.parties);
        let inform = self.inform.as_mut().map(|i| &mut i.parties);
        who.into_iter().chain(inform).chain(self.admins.as_mut())
    }

    pub(super) fn forget_user(&mut self, user: UserKey) {
        self.parties().for_each(|p| {
            p.users.remove(&user);
        });
        if let Some(approval) = &mut self.approval {
            approval.approvers.remove(&user);
        }
        if let Some(form) = &mut self.form {
            form.notified.remove(&user);
        }
    }

    pub(super) fn forget_department(&mut self, department: DepartmentKey) {
        self.parties().for_each(|p| {
            p.departments.remove(&department);
        });
    }
}

pub(super) fn routes() -> Vec<Route> {
    [limits::routes(), form::routes(), admin::routes(), inform::routes()].concat()
}

/// Whether a person may book the room.
pub fn may_book(world: &World, room: &str, user: UserKey) -> bool {
    let who = world.vc.rules(room).and_then(|r| r.who.as_ref());
    who.is_none_or(|w| w.everybody || w.parties.covers(world, user))
}

/// The node that an id and a `scope_type` mean together.
fn node_of(world: &World, id: &str, scope_type: Option<i64>) -> Result<Node, Refusal> {
    node::allowed(world, id)?;
    match scope_type {
        Some(1) if node::is_level(world, id) => Ok(Node::Level(id.to_owned())),
        Some(2) if world.vc.room(id).is_some() => Ok(Node::Room(id.to_owned())),
        Some(1 | 2) => Err(refuse(126_001)),
        _ => Err(refuse(121_003)),
    }
}

/// The node of a read: both in the address.
fn read_node(world: &World, call: &Call<'_>) -> Result<Node, Refusal> {
    let scope_type = call.query("scope_type").and_then(|t| t.parse().ok());
    node_of(world, call.path("reserve_config_id"), scope_type)
}

/// The node of a write whose `scope_type` is a number.
fn written_node(world: &World, call: &Call<'_>) -> Result<Node, Refusal> {
    node_of(world, call.path("reserve_config_id"), call.int("scope_type"))
}

fn edit(world: &mut World, node: &str, change: impl FnOnce(&mut Rules)) {
    let mut rules = world.vc.rules(node).cloned().unwrap_or_default();
    change(&mut rules);
    world.vc.rules.insert(node.to_owned(), rules);
}

/// Writes a block, and over everything below if it says so: an act of the moment, not a state of theirs.
fn put(world: &mut World, node: &Node, cover: bool, change: impl Fn(&mut Rules, bool)) {
    edit(world, node.id(), |rules| change(rules, cover));
    if !cover {
        return;
    }
    if let Node::Level(level) = node {
        for below in world.vc.below(level) {
            edit(world, below.id(), |rules| change(rules, false));
        }
    }
}

fn covers(block: &Value) -> bool {
    block.get("if_cover_child_scope").and_then(Value::as_bool).unwrap_or(false)
}
