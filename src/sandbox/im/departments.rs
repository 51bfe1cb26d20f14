//! Department chats: opened by the directory, filled by it, and let go.
//!
//! Everybody who has joined and is in the department or below it is in, if their employee type is among those that
//! the department names, and so is the primary leader, who owns the chat.

use std::collections::BTreeSet;

use super::chat::{Actor, Chat, ChatKey};
use super::{chat_id, gate, leaving, members};
use crate::sandbox::contact::directory::{Department, DepartmentKey, UserKey};
use crate::sandbox::world::World;

/// Makes the chat of a department and gives its id.
pub fn open_department_chat(world: &mut World, department: &Department) -> String {
    let number = world.next("chat");
    let id = chat_id(world, number);
    let chat = Chat {
        number,
        chat_id: id.clone(),
        name: Some(department.name.clone()),
        department: Some(department.key),
        owner: department.primary_leader().map(Actor::User),
        created: world.now,
        active: world.now,
        ..Chat::default()
    };
    world.im.chats.insert(number, chat);
    world.im.by_department.insert(department.key, number);
    id
}

/// From now on an ordinary chat, with whom it has.
pub fn unbind(world: &mut World, department: DepartmentKey) {
    if let Some(key) = world.im.by_department.remove(&department) {
        gate::edit(world, key, |c| c.department = None);
    }
}

/// The chat is no more: the department has none.
pub(super) fn forget(world: &mut World, department: DepartmentKey) {
    world.im.by_department.remove(&department);
    if let Some(mut row) = world.contact.directory.department(department).cloned() {
        row.chat_id = None;
        world.contact.directory.put_department(row);
    }
}

/// Brings the chats of all departments that changed up to date.
pub fn follow(world: &mut World) {
    let touched = world.contact.directory.take_touched();
    if touched.is_empty() || world.im.by_department.is_empty() {
        return;
    }
    let directory = &world.contact.directory;
    let above: BTreeSet<DepartmentKey> =
        touched.iter().flat_map(|d| directory.ancestry(*d)).chain(touched.iter().copied()).collect();
    let chats: Vec<(DepartmentKey, ChatKey)> =
        above.into_iter().filter_map(|d| Some((d, *world.im.by_department.get(&d)?))).collect();
    for (department, key) in chats {
        if world.contact.directory.department(department).is_some() {
            fill(world, department, key);
        } else {
            unbind(world, department);
        }
    }
}

fn fill(world: &mut World, department: DepartmentKey, key: ChatKey) {
    let Some(row) = world.contact.directory.department(department).cloned() else { return };
    let Some(chat) = world.im.chat(key).cloned() else { return };
    let leader = row.primary_leader();
    let mut wanted: BTreeSet<UserKey> = leader.into_iter().collect();
    let types = row.chat_employee_types.unwrap_or_default();
    for at in world.contact.directory.subtree(department) {
        let members = world.contact.directory.members(at.key);
        let fits =
            members.filter(|u| u.status.joined && (types.is_empty() || types.contains(&u.employee_type)));
        wanted.extend(fits.map(|u| u.key));
    }
    let have: BTreeSet<UserKey> = world.im.people(&chat).into_iter().collect();
    let coming: Vec<Actor> = wanted.difference(&have).map(|u| Actor::User(*u)).collect();
    if !coming.is_empty() {
        members::put(world, key, &coming);
    }
    for user in have.difference(&wanted) {
        leaving::leave(world, key, &Actor::User(*user), leader);
    }
    let Some(chat) = world.im.chat(key).cloned() else { return };
    // The chat's owner is whoever leads the department when it has none of its own.
    let orphan = chat.owner.as_ref().is_none_or(|o| !world.im.is_in(&chat, o));
    if orphan {
        let owner =
            leader.map(Actor::User).or_else(|| world.im.people(&chat).first().map(|u| Actor::User(*u)));
        if owner != chat.owner {
            gate::edit(world, key, |c| c.owner = owner);
        }
    }
}
