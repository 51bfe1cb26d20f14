//! Everything about one person.

use serde_json::{Value, json};

use super::{department_ref, groups, path, people, person_ref, row};
use crate::sandbox::contact::directory::{DepartmentKey, User};
use crate::sandbox::contact::ids;
use crate::sandbox::world::World;

/// So many of the people who report to somebody are named.
const REPORTS: usize = 50;

/// The person with an id of any type; nothing if there is none.
pub fn person(world: &World, id: &str) -> Option<Value> {
    let directory = &world.contact.directory;
    let user = directory.user(people::with_id(world, id)?)?;
    let reports = directory.reports(user.key);
    let open_ids: Vec<Value> = world
        .apps
        .values()
        .map(|app| json!({ "app_id": app.app_id, "open_id": ids::open_id(&app.app_id, user.key) }))
        .collect();
    let mut value = row(world, user);
    value["union_id"] = ids::union_id(world, user.key).into();
    value["open_ids"] = open_ids.into();
    value["departments"] = departments(world, user).into();
    value["leader"] = user.leader.and_then(|k| person_ref(world, k)).into();
    value["dotted_line_leaders"] =
        user.dotted_line_leaders.iter().filter_map(|k| person_ref(world, *k)).collect();
    value["reports"] = json!({
        "total": reports.len(),
        "items": reports.iter().take(REPORTS).filter_map(|k| person_ref(world, *k)).collect::<Vec<_>>(),
    });
    value["leads"] = leads(world, user).into();
    value["groups"] = groups::of_person(world, user.key).into();
    value["fields"] = serde_json::to_value(user).unwrap_or_default();
    Some(value)
}

/// Their departments with the way there, the primary one marked.
fn departments(world: &World, user: &User) -> Vec<Value> {
    let primary = user.orders.iter().find(|o| o.primary).map(|o| o.department);
    let primary = primary.or_else(|| user.departments.first().copied());
    let entry = |key: &DepartmentKey| {
        let mut value = department_ref(world, *key);
        value["path"] = path(world, *key).into();
        value["primary"] = (Some(*key) == primary).into();
        value
    };
    user.departments.iter().map(entry).collect()
}

/// Departments that they lead, or serve as HR partner.
fn leads(world: &World, user: &User) -> Vec<Value> {
    let serves = world.contact.directory.serves(user.key);
    serves
        .into_iter()
        .filter_map(|key| {
            let department = world.contact.directory.department(key)?;
            let role = match department.leaders.iter().find(|l| l.user == user.key) {
                Some(leader) if leader.primary => "leader",
                Some(_) => "deputy",
                None => "hrbp",
            };
            let mut value = department_ref(world, key);
            value["role"] = role.into();
            Some(value)
        })
        .collect()
}
