//! One level of the org chart.

use serde_json::{Value, json};

use super::{department_key, leaders, path, person_ref};
use crate::sandbox::contact::directory::{DepartmentKey, Directory, ROOT, UserKey};
use crate::sandbox::contact::ids;
use crate::sandbox::world::World;

/// A department and what is directly below it; nothing if there is no such department.
pub fn tree(world: &World, parent: &str) -> Option<Value> {
    let key = department_key(world, parent)?;
    let directory = &world.contact.directory;
    let children: Vec<Value> = directory
        .children(key)
        .map(|d| {
            json!({
                "id": d.department_id,
                "name": d.name,
                "en_name": d.i18n_name.en_us,
                "people": people_below(directory, d.key),
                "departments": directory.child_count(d.key),
                "leaders": leaders(world, d),
            })
        })
        .collect();
    let mut value = json!({
        "id": "0",
        "name": world.settings().tenant.name,
        "people": people_below(directory, key),
        "members": directory.member_count(key),
        "path": path(world, key),
        "children": children,
    });
    if let Some(d) = directory.department(key) {
        value["id"] = d.department_id.as_str().into();
        value["name"] = d.name.as_str().into();
        value["i18n_name"] = d.i18n_name.render();
        value["open_department_id"] = ids::open_department_id(world, key).into();
        value["order"] = d.order.into();
        value["leaders"] = leaders(world, d).into();
        value["hrbps"] = d.hrbps.iter().filter_map(|k| person_ref(world, *k)).collect();
        value["unit_id"] = d.unit_id.as_deref().into();
        value["chat_id"] = d.chat_id.as_deref().into();
    }
    Some(value)
}

/// Everybody in a department and below it, each counted once.
fn people_below(directory: &Directory, key: DepartmentKey) -> usize {
    if key == ROOT {
        return directory.user_count();
    }
    let mut people: Vec<UserKey> =
        directory.subtree(key).into_iter().flat_map(|d| directory.members(d.key).map(|u| u.key)).collect();
    people.sort_unstable();
    people.dedup();
    people.len()
}
