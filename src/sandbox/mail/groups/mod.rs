//! Mail groups: an address that forwards to people, departments, other groups and strangers.
//!
//! The rows, and what every call on one group starts with. [`write`] and [`read`] hold the group's own
//! endpoints, [`members`] those of members and senders, [`managers`] those of managers.

mod managers;
mod members;
mod read;
mod write;

use serde::{Deserialize, Serialize};

use super::address::Owner;
use super::edges::{Party, Relation};
use super::party;
use super::range::{View, denied};
use crate::sandbox::gateway::{Call, Refusal, Route, refuse};
use crate::sandbox::world::{Millis, Row, Stored, Table, World};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub mailgroup_id: String,
    /// Its place in lists.
    pub number: u64,
    pub email: String,
    pub name: String,
    pub description: String,
    pub who_can_send_mail: String,
    pub created: Millis,
}

impl Row for Group {
    type Key = String;
    const TABLE: &'static str = "mail_groups";
}

#[derive(Debug, Default)]
pub struct Groups {
    rows: Table<Group>,
}

impl Groups {
    pub fn stored(&mut self) -> &mut dyn Stored {
        &mut self.rows
    }

    pub fn get(&self, id: &str) -> Option<&Group> {
        self.rows.get(&id.to_owned())
    }

    /// Inserts or replaces.
    pub fn put(&mut self, group: Group) {
        self.rows.insert(group.mailgroup_id.clone(), group);
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All groups, oldest first.
    pub fn all(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.rows.values().collect();
        groups.sort_by_key(|g| g.number);
        groups
    }
}

/// The group that the path means, by id or by main address, if the caller reaches it.
pub(super) fn reached<'w>(world: &'w World, call: &Call<'_>) -> Result<&'w Group, Refusal> {
    let named = call.path("mailgroup_id");
    let found = match party::primary(world, named) {
        Some(Owner::Group(id)) => world.mail.groups.get(&id),
        Some(_) | None => world.mail.groups.get(named),
    };
    let group = found.ok_or_else(|| refuse(1_234_013))?;
    if View::of(world, call).group(&group.mailgroup_id) { Ok(group) } else { Err(denied()) }
}

/// What is derived from the members of a group: how many, whether strangers, whether everybody.
pub fn derived(world: &World, group: &str) -> (usize, bool, bool) {
    let edges = &world.mail.edges;
    let external = edges.of(Relation::Member, group).any(|(_, e)| matches!(e.party, Party::External(_)));
    let everybody = edges.between(Relation::Member, group, &Party::Company).is_some();
    (edges.count(Relation::Member, group), external, everybody)
}

pub fn routes() -> Vec<Route> {
    [write::routes(), read::routes(), members::routes(), managers::routes()].concat()
}
