//! User groups, and the people in one.

use serde_json::{Value, json};

use super::{department_ref, person_key};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::contact::groups::{Group, Kind};
use crate::sandbox::world::World;

/// Groups on one page.
const PAGE: usize = 50;
/// So many members of a group are named.
const MEMBERS: usize = 200;

/// Groups from `offset` on, by name.
pub fn groups(world: &World, offset: usize) -> Value {
    let all = by_name(world);
    let items: Vec<Value> = all.iter().skip(offset).take(PAGE).map(|g| row(world, g)).collect();
    json!({ "total": all.len(), "offset": offset.min(all.len()), "limit": PAGE, "items": items })
}

/// One group with its first members; nothing if there is none.
pub fn group(world: &World, group_id: &str) -> Option<Value> {
    let group = world.contact.groups.get(group_id)?;
    let mut value = row(world, group);
    let people = world.contact.directory.users();
    value["members"] = people
        .filter(|u| world.contact.groups.is_member(group_id, u.key))
        .take(MEMBERS)
        .map(|u| json!({ "key": person_key(world, u), "name": u.name }))
        .collect();
    Some(value)
}

/// The groups of a person.
pub(super) fn of_person(world: &World, user: UserKey) -> Vec<Value> {
    let all = by_name(world).into_iter();
    all.filter(|g| world.contact.groups.is_member(&g.group_id, user)).map(reference).collect()
}

/// All groups in an order that a person can follow; the id decides between equal names.
fn by_name(world: &World) -> Vec<&Group> {
    let mut groups = world.contact.groups.all();
    groups.sort_by(|a, b| (&a.name, &a.group_id).cmp(&(&b.name, &b.group_id)));
    groups
}

fn reference(group: &Group) -> Value {
    json!({ "id": group.group_id, "name": group.name })
}

fn row(world: &World, group: &Group) -> Value {
    json!({
        "id": group.group_id,
        "name": group.name,
        "description": group.description,
        "dynamic": group.kind == Kind::Dynamic,
        "users": world.contact.groups.user_count(&group.group_id),
        "departments": group.departments.iter().map(|d| department_ref(world, *d)).collect::<Vec<_>>(),
    })
}
