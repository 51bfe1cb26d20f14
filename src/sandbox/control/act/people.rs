//! What happens to people and departments outside the API.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{department, ok, person};
use crate::sandbox::contact::directory::{self, User, UserKey};
use crate::sandbox::world::World;

/// An invited person accepts. Without `user`, everybody does.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Join {
    user: Option<String>,
}

/// A person leaves by themselves; resigned some time later.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Leave {
    user: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Freeze {
    user: String,
    frozen: bool,
}

/// An administrator renames by hand, in the console.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RenameDepartment {
    department: String,
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RenameUser {
    user: String,
    name: String,
}

/// Makes a person the tenant's founder or a manager, or hands them to an external system.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mark {
    user: String,
    founder: Option<bool>,
    manager: Option<bool>,
    external: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MarkDepartment {
    department: String,
    external: bool,
}

/// Says which ids belong to people of other tenants.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Foreign {
    #[serde(default)]
    user_ids: BTreeSet<String>,
    #[serde(default)]
    union_ids: BTreeSet<String>,
}

impl Join {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let keys: Vec<UserKey> = match self.user {
            Some(id) => vec![person(world, &id)?],
            None => {
                let waiting = world.contact.directory.users().filter(|u| !u.status.joined && !u.is_gone());
                waiting.map(|u| u.key).collect()
            }
        };
        for key in &keys {
            edit(world, *key, |u| u.status.joined = true)?;
        }
        Ok(json!({ "ok": true, "joined": keys.len() }))
    }
}

impl Leave {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let (key, now) = (person(world, &self.user)?, world.now);
        edit(world, key, |u| {
            u.status.exited = true;
            u.exited_at = Some(now);
        })
    }
}

impl Freeze {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let key = person(world, &self.user)?;
        edit(world, key, |u| u.status.frozen = self.frozen)
    }
}

impl RenameUser {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let key = person(world, &self.user)?;
        edit(world, key, |u| u.name = self.name)
    }
}

impl Mark {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let key = person(world, &self.user)?;
        edit(world, key, |u| {
            u.is_founder = self.founder.unwrap_or(u.is_founder);
            u.is_tenant_manager = self.manager.unwrap_or(u.is_tenant_manager);
            u.external = self.external.unwrap_or(u.external);
        })
    }
}

impl RenameDepartment {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        edit_department(world, &self.department, |d| d.name = self.name)
    }
}

impl MarkDepartment {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        edit_department(world, &self.department, |d| d.external = self.external)
    }
}

impl Foreign {
    pub(super) fn perform(self, world: &mut World) -> Value {
        let mut settings = world.settings().clone();
        settings.foreign_user_ids.extend(self.user_ids);
        settings.foreign_union_ids.extend(self.union_ids);
        world.set_settings(settings);
        ok()
    }
}

fn edit(world: &mut World, key: UserKey, edit: impl FnOnce(&mut User)) -> Result<Value, String> {
    let mut user = world.contact.directory.user(key).cloned().ok_or("no such person")?;
    edit(&mut user);
    world.contact.directory.put_user(user);
    Ok(ok())
}

fn edit_department(
    world: &mut World,
    id: &str,
    edit: impl FnOnce(&mut directory::Department),
) -> Result<Value, String> {
    let key = department(world, id)?;
    let mut department =
        world.contact.directory.department(key).cloned().ok_or("the root cannot be changed")?;
    edit(&mut department);
    world.contact.directory.put_department(department);
    Ok(ok())
}
