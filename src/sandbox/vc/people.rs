//! People and departments that a rule names: sets of at most 500, in open ids for departments.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::node::shuffled;
use crate::sandbox::contact::directory::{DepartmentKey, ROOT, UserKey};
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Call, Refusal, refuse};
use crate::sandbox::world::World;

/// `scope_config` pages: users and departments of one rule together.
const MOST: usize = 500;

/// Whom a rule names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parties {
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub users: BTreeSet<UserKey>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub departments: BTreeSet<DepartmentKey>,
}

impl Parties {
    /// Reads both lists; one that is left out is empty, since blocks are replaced whole.
    pub(super) fn read(
        world: &World,
        call: &Call<'_>,
        users: Option<&Value>,
        departments: Option<&Value>,
    ) -> Result<Self, Refusal> {
        let named = |list: Option<&Value>, field: &str| -> Vec<String> {
            let items = list.and_then(Value::as_array).into_iter().flatten();
            items.filter_map(|i| i.get(field).and_then(Value::as_str)).map(str::to_owned).collect()
        };
        let (users, departments) = (named(users, "user_id"), named(departments, "department_id"));
        if users.len() + departments.len() > MOST {
            return Err(refuse(126_012));
        }
        let users = users.iter().map(|id| person(world, call, id).ok_or_else(|| refuse(126_013)));
        let departments = departments.iter().map(|id| department(world, id).ok_or_else(|| refuse(126_014)));
        Ok(Self {
            users: users.collect::<Result<_, _>>()?,
            departments: departments.collect::<Result<_, _>>()?,
        })
    }

    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.departments.is_empty()
    }

    pub(super) fn users_json(&self, world: &World, call: &Call<'_>) -> Value {
        let ids = user_ids(world, call, &self.users);
        ids.into_iter().map(|id| json!({ "user_id": id })).collect()
    }

    pub(super) fn departments_json(&self, world: &World) -> Value {
        let ids = self.departments.iter().map(|key| ids::open_department_id(world, *key)).collect();
        shuffled(world, ids).into_iter().map(|id| json!({ "department_id": id })).collect()
    }

    /// Whether the rule names the person, or a department that they are in or below.
    pub fn covers(&self, world: &World, user: UserKey) -> bool {
        let directory = &world.contact.directory;
        self.users.contains(&user)
            || directory.user(user).is_some_and(|u| {
                u.departments.iter().any(|d| directory.ancestry(*d).any(|a| self.departments.contains(&a)))
            })
    }
}

/// People under the id type of the call, in no order.
pub(super) fn user_ids(world: &World, call: &Call<'_>, users: &BTreeSet<UserKey>) -> Vec<String> {
    let spell = |key: &UserKey| ids::user_id_of(world, &call.caller.app_id, *key, call.user_id_type());
    shuffled(world, users.iter().map(spell).collect())
}

/// Somebody who has not left.
pub(super) fn person(world: &World, call: &Call<'_>, id: &str) -> Option<UserKey> {
    let key = ids::find_user(world, call, call.user_id_type(), id).ok()?;
    world.contact.directory.user(key).filter(|u| !u.is_gone())?;
    Some(key)
}

/// A department by its open id. The root is everybody, which is a switch of its own.
fn department(world: &World, id: &str) -> Option<DepartmentKey> {
    ids::find_department(world, ids::OPEN_DEPARTMENT_ID, id).ok().filter(|key| *key != ROOT)
}
