//! The small catalogues that only the console writes: custom fields, dynamic groups, titles, cities, roles.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{department, found, ok, people, person, refused};
use crate::sandbox::contact::i18n::Content;
use crate::sandbox::contact::{custom_attrs, groups, roles};
use crate::sandbox::world::World;

/// Adds or replaces the definition of a custom field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CustomAttribute {
    id: String,
    #[serde(rename = "type")]
    kind: custom_attrs::Kind,
    name: String,
    #[serde(default)]
    options: Vec<custom_attrs::Choice>,
    #[serde(default = "yes")]
    open_to_api: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveCustomAttribute {
    id: String,
}

/// Makes a group whose people come from a rule; answers its id.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DynamicGroup {
    name: String,
    #[serde(default)]
    users: Vec<String>,
}

/// The rule of a dynamic group finds other people from now on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DynamicMembers {
    group: String,
    users: Vec<String>,
}

/// What the console can do to a group and the API cannot.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupChange {
    group: String,
    beyond_api: Option<bool>,
    add_department: Option<String>,
    remove_department: Option<String>,
}

/// Switches a job title or a work city on or off.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Label {
    name: String,
    enabled: bool,
}

/// Makes a role of the platform's own; answers its id.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SystemRole {
    name: String,
}

/// Lets a member of a role manage everything.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ManageAll {
    role: String,
    user: String,
}

/// Says whether settings elsewhere refer to a type of unit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitType {
    unit_type: String,
    quoted: bool,
}

fn yes() -> bool {
    true
}

impl CustomAttribute {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        if self.id.is_empty() {
            return Err("a custom field needs an id".to_owned());
        }
        world.contact.custom_attrs.install(custom_attrs::CustomAttr {
            id: self.id,
            kind: self.kind,
            i18n_name: vec![Content { locale: "zh_cn".to_owned(), value: self.name }],
            options: self.options,
            open_to_api: self.open_to_api,
        });
        Ok(ok())
    }
}

impl RemoveCustomAttribute {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        found(world.contact.custom_attrs.remove(&self.id), || format!("there is no custom field {}", self.id))
    }
}

impl DynamicGroup {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let users = people(world, &self.users)?;
        let id = groups::create_dynamic(world, &self.name, &users).map_err(|r| refused(&r))?;
        Ok(json!({ "ok": true, "group_id": id }))
    }
}

impl DynamicMembers {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let users = people(world, &self.users)?;
        let is_dynamic = groups::set_dynamic_members(world, &self.group, &users);
        found(is_dynamic, || format!("there is no dynamic group {}", self.group))
    }
}

impl GroupChange {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let group = self.group;
        if world.contact.groups.get(&group).is_none() {
            return Err(format!("there is no group {group}"));
        }
        let add = self.add_department.map(|id| department(world, &id)).transpose()?;
        let remove = self.remove_department.map(|id| department(world, &id)).transpose()?;
        if let Some(department) = add {
            groups::add_department(world, &group, department).map_err(|r| refused(&r))?;
        }
        if let Some(department) = remove {
            world.contact.groups.remove_department(&group, department);
        }
        if let Some(beyond) = self.beyond_api {
            world.contact.groups.set_beyond_api(&group, beyond);
        }
        Ok(ok())
    }
}

impl Label {
    pub(super) fn job_title(self, world: &mut World) -> Result<Value, String> {
        let known = world.contact.job_titles.set_enabled(&self.name, self.enabled);
        found(known, || format!("there is no job title {}", self.name))
    }

    pub(super) fn work_city(self, world: &mut World) -> Result<Value, String> {
        let known = world.contact.work_cities.set_enabled(&self.name, self.enabled);
        found(known, || format!("there is no work city {}", self.name))
    }
}

impl SystemRole {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let id = roles::create_system(world, &self.name);
        let id = id.ok_or_else(|| format!("there is a role {} already", self.name))?;
        Ok(json!({ "ok": true, "role_id": id }))
    }
}

impl ManageAll {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let user = person(world, &self.user)?;
        let member = world.contact.roles.let_manage_all(&self.role, user);
        found(member, || format!("{} is not in the role {}", self.user, self.role))
    }
}

impl UnitType {
    pub(super) fn perform(self, world: &mut World) -> Value {
        world.contact.units.quote_type(&self.unit_type, self.quoted);
        ok()
    }
}
