//! What an id in this service means, and who may touch it.

use super::Vc;
use crate::sandbox::gateway::{Refusal, refuse};
use crate::sandbox::world::{World, opaque, open, short_digest};

/// A level or a room, by its id; the root is a level without a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Level(String),
    Room(String),
}

impl Node {
    pub fn id(&self) -> &str {
        match self {
            Self::Level(id) | Self::Room(id) => id,
        }
    }

    /// The number that `scope_type` gives it.
    pub fn scope_type(&self) -> i64 {
        match self {
            Self::Level(_) => 1,
            Self::Room(_) => 2,
        }
    }
}

fn salt(world: &World) -> [String; 2] {
    ["vc".to_owned(), world.settings().tenant.tenant_key.clone()]
}

/// The id behind the alias `0`.
pub fn root_id(world: &World) -> String {
    numbered(world, "omb_", 0)
}

/// The id of a level (`omb_`) or a room (`omm_`) by its number.
pub(super) fn numbered(world: &World, prefix: &str, number: u64) -> String {
    let salt = salt(world);
    opaque(prefix, number, &[&salt[0], &salt[1]])
}

pub(super) fn is_root(world: &World, id: &str) -> bool {
    let salt = salt(world);
    open("omb_", id, &[&salt[0], &salt[1]]) == Some(0)
}

/// Whether the id is a level's, the root included.
pub(super) fn is_level(world: &World, id: &str) -> bool {
    is_root(world, id) || world.vc.level(id).is_some()
}

/// A level or the root that a call names, if the app may touch it.
pub(super) fn level<'a>(world: &World, id: &'a str) -> Result<&'a str, Refusal> {
    allowed(world, id)?;
    if is_level(world, id) { Ok(id) } else { Err(refuse(121_004)) }
}

/// The app may touch everything but what a knob takes away.
pub(super) fn allowed(world: &World, id: &str) -> Result<(), Refusal> {
    if world.settings().rooms.forbidden.contains(id) { Err(refuse(121_005)) } else { Ok(()) }
}

/// The node itself and what is above it, nearest first, the root last.
pub(super) fn upwards(world: &World, node: &Node) -> Vec<Node> {
    let mut chain = vec![node.clone()];
    let level = match node {
        Node::Room(id) => world.vc.room(id).map(|r| r.level.clone()),
        Node::Level(id) => world.vc.level(id).map(|l| l.parent.clone()),
    };
    let Some(mut at) = level else { return chain };
    loop {
        chain.push(Node::Level(at.clone()));
        match world.vc.level(&at) {
            Some(level) => at.clone_from(&level.parent),
            None => return chain,
        }
    }
}

/// Whether `level` is `of` or below it.
pub(super) fn is_within(vc: &Vc, level: &str, of: &str) -> bool {
    level == of || vc.path(level).iter().any(|id| id == of)
}

/// A name as the service takes it: something that can be seen, and not too long.
pub(super) fn name<'a>(world: &World, name: Option<&'a str>) -> Result<&'a str, Refusal> {
    let limit = world.settings().rooms.name_chars;
    name.filter(|n| !n.trim().is_empty() && n.chars().count() <= limit).ok_or_else(|| refuse(121_003))
}

/// Lists are in no order that means anything, and the same on every page.
pub(super) fn jumbled<T>(items: impl IntoIterator<Item = T>, id: impl Fn(&T) -> String) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort_by_cached_key(|item| short_digest(&["jumble", &id(item)], 16));
    items
}

/// What is a set comes in another order each moment.
pub(super) fn shuffled(world: &World, mut items: Vec<String>) -> Vec<String> {
    let now = world.now.to_string();
    items.sort_by_cached_key(|id| short_digest(&["shuffle", &now, id], 16));
    items
}
