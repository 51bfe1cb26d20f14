//! Ids of people and departments, between what a call speaks and what the rows are keyed by.

use super::directory::{Department, DepartmentKey, ROOT, User, UserKey};
use crate::sandbox::gateway::{Call, Refusal, refuse};
use crate::sandbox::world::{World, opaque, open};

pub const OPEN_ID: &str = "open_id";
pub const UNION_ID: &str = "union_id";
pub const USER_ID: &str = "user_id";
pub const OPEN_DEPARTMENT_ID: &str = "open_department_id";
pub const DEPARTMENT_ID: &str = "department_id";

/// The id of a person as this app and id type spell it.
pub fn user_id(world: &World, app_id: &str, user: &User, id_type: &str) -> String {
    match id_type {
        USER_ID => user.user_id.clone(),
        UNION_ID => union_id(world, user.key),
        _ => open_id(app_id, user.key),
    }
}

/// As [`user_id`], for a key; empty when the row is gone for good.
pub fn user_id_of(world: &World, app_id: &str, key: UserKey, id_type: &str) -> String {
    world.contact.directory.user(key).map(|u| user_id(world, app_id, u, id_type)).unwrap_or_default()
}

pub fn open_id(app_id: &str, key: UserKey) -> String {
    opaque("ou_", key, &[app_id])
}

pub fn union_id(world: &World, key: UserKey) -> String {
    opaque("on_", key, &["vendor", &world.settings().tenant.tenant_key])
}

pub fn open_department_id(world: &World, key: DepartmentKey) -> String {
    if key == ROOT {
        return "0".to_owned();
    }
    opaque("od-", key, &[&world.settings().tenant.tenant_key])
}

/// The id of a department under an id type.
pub fn department_id(world: &World, key: DepartmentKey, id_type: &str) -> String {
    if key == ROOT {
        return "0".to_owned();
    }
    match id_type {
        DEPARTMENT_ID => {
            world.contact.directory.department(key).map(|d| d.department_id.clone()).unwrap_or_default()
        }
        _ => open_department_id(world, key),
    }
}

/// Finds a person by id. A `user_id` means whoever holds it now, else who held it last; the other ids are for
/// ever.
///
/// # Errors
/// What the gateway answers to an id that does not resolve: 99992351 and its relatives, with the id in the text.
pub fn find_user(world: &World, call: &Call<'_>, id_type: &str, id: &str) -> Result<UserKey, Refusal> {
    let directory = &world.contact.directory;
    let missing = |code: i64| refuse(code).fill("ids", format!("[{id}]"));
    let key = match id_type {
        USER_ID => {
            if world.settings().foreign_user_ids.contains(id) {
                return Err(refuse(99_992_364));
            }
            directory
                .user_by_id(id)
                .or_else(|| directory.resigned_by_id(id))
                .ok_or_else(|| missing(99_992_360))?
        }
        UNION_ID => {
            if world.settings().foreign_union_ids.contains(id) {
                return Err(refuse(99_992_381));
            }
            open("on_", id, &["vendor", &world.settings().tenant.tenant_key])
                .ok_or_else(|| missing(99_992_354))?
        }
        _ => match open("ou_", id, &[&call.caller.app_id]) {
            Some(key) => key,
            None if world.apps.iter().any(|(app, _)| open("ou_", id, &[app]).is_some()) => {
                return Err(refuse(99_992_361));
            }
            None => return Err(missing(99_992_351)),
        },
    };
    if directory.user(key).is_some() { Ok(key) } else { Err(missing(99_992_351)) }
}

/// Finds a living department by id, the root included (`0` in both id types).
///
/// # Errors
/// 99992357 or 99992380, with the id in the text.
pub fn find_department(world: &World, id_type: &str, id: &str) -> Result<DepartmentKey, Refusal> {
    if id == "0" {
        return Ok(ROOT);
    }
    let directory = &world.contact.directory;
    let missing = |code: i64| refuse(code).fill("ids", format!("[{id}]"));
    match id_type {
        DEPARTMENT_ID => directory.department_by_id(id).ok_or_else(|| missing(99_992_380)),
        _ => open("od-", id, &[&world.settings().tenant.tenant_key])
            .filter(|key| directory.department(*key).is_some())
            .ok_or_else(|| missing(99_992_357)),
    }
}

/// What an id resolves to, for lists that drop unknown ids silently.
pub fn department_of(world: &World, key: DepartmentKey) -> Option<&Department> {
    world.contact.directory.department(key)
}
