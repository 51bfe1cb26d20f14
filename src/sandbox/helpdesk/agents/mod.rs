//! Agents: people with a schedule. Making one makes a person an agent, removing it removes them.

mod hours;
mod read;
mod write;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::Route;
use crate::sandbox::world::{Row, World};

pub use hours::Span;
pub use read::status;

/// Somebody who serves at a desk, or did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    pub helpdesk_id: String,
    pub user: UserKey,
    /// Its place in lists.
    pub number: u64,
    pub hours: Vec<Span>,
    /// The default skill is everybody's and not among them.
    pub skills: BTreeSet<String>,
    /// Went offline by hand.
    #[serde(default)]
    pub away: bool,
    #[serde(default)]
    pub removed: bool,
}

impl Row for Agent {
    type Key = String;
    const TABLE: &'static str = "helpdesk_agents";
}

pub(super) fn routes() -> Vec<Route> {
    [read::routes(), write::routes()].concat()
}

fn key(helpdesk_id: &str, user: UserKey) -> String {
    format!("{helpdesk_id}/{user:020}")
}

/// Who serves at a desk, in listing order; those who were removed too.
pub fn of_desk<'w>(world: &'w World, helpdesk_id: &str) -> Vec<&'w Agent> {
    let mut agents: Vec<&Agent> =
        world.helpdesk.agents.values().filter(|agent| agent.helpdesk_id == helpdesk_id).collect();
    agents.sort_by_key(|agent| agent.number);
    agents
}

/// Who serves now.
pub fn serving<'w>(world: &'w World, helpdesk_id: &str) -> impl Iterator<Item = &'w Agent> {
    of_desk(world, helpdesk_id).into_iter().filter(|agent| !agent.removed)
}

/// Somebody's row, while they serve.
fn get<'w>(world: &'w World, helpdesk_id: &str, user: UserKey) -> Option<&'w Agent> {
    world.helpdesk.agents.get(&key(helpdesk_id, user)).filter(|agent| !agent.removed)
}

pub(super) fn serves(world: &World, helpdesk_id: &str, user: UserKey) -> bool {
    get(world, helpdesk_id, user).is_some()
}

/// Makes somebody an agent, or gives them other hours and skills.
pub fn put(world: &mut World, helpdesk_id: &str, user: UserKey, hours: Vec<Span>, skills: BTreeSet<String>) {
    let before = get(world, helpdesk_id, user).map(|agent| (agent.number, agent.away));
    let (number, away) = before.unwrap_or_else(|| (world.next("helpdesk_place"), false));
    let helpdesk_id = helpdesk_id.to_owned();
    let row = Agent { helpdesk_id, user, number, hours, skills, away, removed: false };
    world.helpdesk.agents.insert(key(&row.helpdesk_id, user), row);
}

/// Takes somebody away from a desk. Their row stays, as "removed".
pub fn remove(world: &mut World, helpdesk_id: &str, user: UserKey) -> bool {
    if !serves(world, helpdesk_id, user) {
        return false;
    }
    if let Some(agent) = world.helpdesk.agents.get_mut(&key(helpdesk_id, user)) {
        agent.hours.clear();
        agent.skills.clear();
        agent.away = false;
        agent.removed = true;
    }
    true
}

/// Goes offline, or comes back.
pub fn set_away(world: &mut World, helpdesk_id: &str, user: UserKey, away: bool) -> bool {
    if !serves(world, helpdesk_id, user) {
        return false;
    }
    if let Some(agent) = world.helpdesk.agents.get_mut(&key(helpdesk_id, user)) {
        agent.away = away;
    }
    true
}

/// Gives a skill to exactly these people.
pub(super) fn set_members(world: &mut World, helpdesk_id: &str, skill: &str, members: &BTreeSet<UserKey>) {
    let serving: Vec<(UserKey, bool)> =
        serving(world, helpdesk_id).map(|agent| (agent.user, agent.skills.contains(skill))).collect();
    for (user, has) in serving {
        let wanted = members.contains(&user);
        if has == wanted {
            continue;
        }
        if let Some(agent) = world.helpdesk.agents.get_mut(&key(helpdesk_id, user)) {
            if wanted {
                agent.skills.insert(skill.to_owned());
            } else {
                agent.skills.remove(skill);
            }
        }
    }
}

pub(super) fn user_resigned(world: &mut World, user: UserKey) {
    let desks: Vec<String> = world
        .helpdesk
        .agents
        .values()
        .filter(|agent| agent.user == user && !agent.removed)
        .map(|agent| agent.helpdesk_id.clone())
        .collect();
    for desk in desks {
        remove(world, &desk, user);
    }
}
