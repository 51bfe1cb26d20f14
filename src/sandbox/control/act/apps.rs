//! What administrators decide about apps, and what the tenant buys.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{app_id, ok, people};
use crate::sandbox::application;
use crate::sandbox::tenant::{self, Subscription};
use crate::sandbox::world::{App, Grants, Range, World};

/// Changes an app, or makes one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    app_id: String,
    set: Map<String, Value>,
}

/// Takes scopes away from (or gives all back to) the app's own identity, or with `user` to what people may give.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scopes {
    app_id: Option<String>,
    only: Option<BTreeSet<String>>,
    except: Option<BTreeSet<String>>,
    #[serde(default)]
    user: bool,
}

/// Narrows the contact range; without lists, everything.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reach {
    app_id: Option<String>,
    departments: Option<BTreeSet<String>>,
    users: Option<BTreeSet<String>>,
    groups: Option<BTreeSet<String>>,
}

/// Takes people out of the app's availability: they cannot log in to it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unavailable {
    app_id: Option<String>,
    users: Vec<String>,
}

impl Change {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let app = world.apps.get(&self.app_id).cloned().unwrap_or_else(|| App::new(&self.app_id, ""));
        let mut value = serde_json::to_value(app).map_err(|e| e.to_string())?;
        for (name, v) in self.set {
            if value.get(&name).is_none() {
                return Err(format!("an app has no {name}"));
            }
            value[name] = v;
        }
        let app: App = serde_json::from_value(value).map_err(|e| e.to_string())?;
        world.apps.insert(self.app_id, app);
        Ok(ok())
    }
}

impl Scopes {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let grants = match (self.only, self.except) {
            (Some(only), None) => Grants::Only(only),
            (None, Some(except)) => Grants::Except(except),
            (None, None) => Grants::All,
            (Some(_), Some(_)) => return Err("give only or except, not both".to_owned()),
        };
        edit(world, self.app_id, |app| {
            if self.user {
                app.user_scopes = grants;
            } else {
                app.tenant_scopes = grants;
            }
        })
    }
}

impl Reach {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let range = if self.departments.is_none() && self.users.is_none() && self.groups.is_none() {
            Range::All
        } else {
            Range::Some {
                departments: self.departments.unwrap_or_default(),
                users: self.users.unwrap_or_default(),
                groups: self.groups.unwrap_or_default(),
            }
        };
        edit(world, self.app_id, |app| app.range = range)
    }
}

impl Unavailable {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let app = app_id(world, self.app_id)?;
        let users = people(world, &self.users)?;
        application::set_unavailable(world, &app, users.into_iter().collect());
        Ok(ok())
    }
}

/// The tenant buys seats of a plan, or changes what it bought.
pub(super) fn subscribe(world: &mut World, plan: Subscription) -> Result<Value, String> {
    if plan.subscription_id.is_empty() {
        return Err("a subscription needs a subscription_id".to_owned());
    }
    tenant::put_subscription(world, plan);
    Ok(ok())
}

pub(super) fn edit(
    world: &mut World,
    id: Option<String>,
    edit: impl FnOnce(&mut App),
) -> Result<Value, String> {
    let id = app_id(world, id)?;
    if let Some(app) = world.apps.get_mut(&id) {
        edit(app);
    }
    Ok(ok())
}
