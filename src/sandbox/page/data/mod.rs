//! What the page shows, as JSON. It reads the world and changes nothing.
//!
//! The page sees the tenant as its administrator does, whatever any app's contact range is.

mod attendance;
mod calendars;
mod chats;
mod groups;
mod helpdesks;
mod mail;
mod overview;
mod people;
mod person;
mod rooms;
mod tree;

use serde_json::{Value, json};

use crate::sandbox::contact::directory::{Department, DepartmentKey, ROOT, User, UserKey};
use crate::sandbox::contact::ids;
use crate::sandbox::world::World;

pub use attendance::{attendance_groups, shifts};
pub use calendars::{calendar, calendars};
pub use chats::{chat, chats};
pub use groups::{group, groups};
pub use helpdesks::{helpdesk, helpdesks};
pub use mail::{mail_group, mail_groups, mailbox, mailboxes};
pub use overview::overview;
pub use people::people;
pub use person::person;
pub use rooms::{room, rooms};
pub use tree::tree;

/// The decoded pairs of a query string.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a>(pub &'a [(String, String)]);

impl Query<'_> {
    /// A value; empty when it is absent.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }

    /// A number; 0 when it is absent or none.
    pub fn number(&self, name: &str) -> usize {
        self.text(name).parse().unwrap_or(0)
    }
}

/// The row key behind a department id; the root for "" and "0".
fn department_key(world: &World, id: &str) -> Option<DepartmentKey> {
    match id {
        "" | "0" => Some(ROOT),
        id => ids::find_department(world, ids::DEPARTMENT_ID, id)
            .or_else(|_| ids::find_department(world, ids::OPEN_DEPARTMENT_ID, id))
            .ok(),
    }
}

fn department_ref(world: &World, key: DepartmentKey) -> Value {
    match world.contact.directory.department(key) {
        Some(d) => json!({ "id": d.department_id, "name": d.name }),
        None => json!({ "id": "0", "name": world.settings().tenant.name }),
    }
}

/// From the root down to the department.
fn path(world: &World, key: DepartmentKey) -> Vec<Value> {
    let mut keys: Vec<DepartmentKey> = world.contact.directory.ancestry(key).collect();
    keys.push(ROOT);
    keys.into_iter().rev().map(|k| department_ref(world, k)).collect()
}

/// How the page addresses a person: a resigned one has no `user_id` of their own any more.
fn person_key(world: &World, user: &User) -> String {
    if user.is_gone() || user.user_id.is_empty() {
        ids::union_id(world, user.key)
    } else {
        user.user_id.clone()
    }
}

fn person_ref(world: &World, key: UserKey) -> Option<Value> {
    let user = world.contact.directory.user(key)?;
    Some(json!({ "key": person_key(world, user), "name": user.name }))
}

/// Leaders, the primary one first.
fn leaders(world: &World, department: &Department) -> Vec<Value> {
    let mut leaders: Vec<_> = department.leaders.iter().collect();
    leaders.sort_by_key(|l| !l.primary);
    leaders
        .into_iter()
        .filter_map(|l| {
            let mut leader = person_ref(world, l.user)?;
            leader["primary"] = l.primary.into();
            Some(leader)
        })
        .collect()
}

/// What sets a person apart, as words that the page translates.
fn badges(user: &User) -> Vec<&'static str> {
    let status = &user.status;
    [
        ("founder", user.is_founder),
        ("admin", user.is_tenant_manager && !user.is_founder),
        ("resigned", status.resigned),
        ("exited", status.exited && !status.resigned),
        ("unjoined", !status.joined && !status.resigned && !status.exited),
        ("frozen", status.frozen),
    ]
    .into_iter()
    .filter_map(|(badge, holds)| holds.then_some(badge))
    .collect()
}

/// A person as a line of a list.
fn row(world: &World, user: &User) -> Value {
    json!({
        "key": person_key(world, user),
        "user_id": user.user_id,
        "name": user.name,
        "en_name": user.en_name,
        "mobile": user.mobile,
        "email": user.email,
        "job_title": user.job_title,
        "city": user.city,
        "departments": user.departments.iter().map(|d| department_ref(world, *d)).collect::<Vec<_>>(),
        "badges": badges(user),
    })
}
