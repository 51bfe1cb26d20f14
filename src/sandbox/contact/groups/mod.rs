//! User groups: named sets of people and departments that permissions elsewhere point at.
//!
//! The rows, the quotas, and what only an administrator can do: dynamic groups and department members exist in
//! the answers but cannot be written through the API, so they enter through the functions here that the control
//! plane calls. [`write`] and [`read`] hold the group endpoints, [`members`] those of the members.
//! Pages: `contact-v3/group/*`, `contact-v3/group-member/*`.

mod members;
mod read;
#[cfg(test)]
mod tests;
mod write;

use serde::{Deserialize, Serialize};

use super::directory::{DepartmentKey, UserKey};
use super::roster::{Roster, Seat};
use crate::sandbox::gateway::{Refusal, Route, refuse};
use crate::sandbox::world::{Millis, Row, Stored, Table, World, short_digest};

/// `group/create`: normal and dynamic ones together.
pub const MAX_GROUPS: usize = 500;
/// `group-member/add`: people in one normal group.
pub const MAX_USERS: usize = 100_000;
/// `group-member/add`: seats in all normal groups, per person of the tenant.
pub const SEATS_PER_PERSON: usize = 10;
/// `group-member/add`, code 42011.
pub const MAX_DEPARTMENTS: usize = 20;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub group_id: String,
    /// Its place in lists.
    pub number: u64,
    pub name: String,
    #[serde(default)]
    pub description: String,
    pub kind: Kind,
    #[serde(default)]
    pub departments: Vec<DepartmentKey>,
    /// Configured in a way that the API cannot express (42029).
    #[serde(default)]
    pub beyond_api: bool,
    pub created: Millis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Normal,
    /// Filled by rules in the admin console.
    Dynamic,
}

impl Kind {
    fn number(self) -> i64 {
        match self {
            Self::Normal => 1,
            Self::Dynamic => 2,
        }
    }
}

impl Row for Group {
    type Key = String;
    const TABLE: &'static str = "groups";
}

/// A person in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupMember {
    pub joined: Millis,
}

impl Row for GroupMember {
    type Key = Seat;
    const TABLE: &'static str = "group_members";
}

#[derive(Debug, Default)]
pub struct Groups {
    rows: Table<Group>,
    members: Roster<GroupMember>,
}

impl Groups {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        vec![&mut self.rows, self.members.stored()]
    }

    pub fn reindex(&mut self) {
        self.members.reindex();
    }

    pub fn get(&self, group_id: &str) -> Option<&Group> {
        self.rows.get(&group_id.to_owned())
    }

    /// All groups, oldest first.
    pub fn all(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.rows.values().collect();
        groups.sort_by_key(|g| g.number);
        groups
    }

    pub fn is_member(&self, group_id: &str, user: UserKey) -> bool {
        self.members.contains(group_id, user)
    }

    pub fn user_count(&self, group_id: &str) -> usize {
        self.members.count(group_id)
    }

    /// How many more people the group takes, given how many the tenant has.
    fn room(&self, group_id: &str, people: usize) -> usize {
        let normal = self.rows.values().filter(|g| g.kind == Kind::Normal);
        let seats: usize = normal.map(|g| self.members.count(&g.group_id)).sum();
        let in_group = MAX_USERS.saturating_sub(self.members.count(group_id));
        in_group.min((people * SEATS_PER_PERSON).saturating_sub(seats))
    }

    fn has_name(&self, name: &str, except: Option<&str>) -> bool {
        self.rows.values().any(|g| g.name == name && Some(g.group_id.as_str()) != except)
    }

    /// A person resigned: they leave every group.
    pub fn forget_user(&mut self, user: u64) {
        self.members.forget_user(user);
    }

    /// A department is gone: it leaves every group.
    pub fn forget_department(&mut self, department: u64) {
        let held: Vec<String> = self
            .rows
            .values()
            .filter(|g| g.departments.contains(&department))
            .map(|g| g.group_id.clone())
            .collect();
        for group_id in held {
            if let Some(group) = self.rows.get_mut(&group_id) {
                group.departments.retain(|d| *d != department);
            }
        }
    }

    /// Says that the group is configured beyond what the API knows, as the console can; `false` when unknown.
    pub fn set_beyond_api(&mut self, group_id: &str, beyond: bool) -> bool {
        self.rows.get_mut(&group_id.to_owned()).map(|g| g.beyond_api = beyond).is_some()
    }

    /// Takes a department out of a group, as the console can; `false` when it was not in.
    pub fn remove_department(&mut self, group_id: &str, department: DepartmentKey) -> bool {
        let Some(group) = self.rows.get_mut(&group_id.to_owned()) else { return false };
        let before = group.departments.len();
        group.departments.retain(|d| *d != department);
        group.departments.len() < before
    }
}

/// Puts a department into a normal group, which the console can and the API cannot.
///
/// # Errors
/// 42002 no such normal group, 42005 already in, 42011 one too many.
pub fn add_department(world: &mut World, group_id: &str, department: DepartmentKey) -> Result<(), Refusal> {
    let known = world.contact.directory.department(department).is_some();
    let group = world.contact.groups.rows.get(&group_id.to_owned());
    let group = group.filter(|g| known && g.kind == Kind::Normal).ok_or_else(|| refuse(42002))?;
    if group.departments.contains(&department) {
        return Err(refuse(42005));
    }
    if group.departments.len() >= MAX_DEPARTMENTS {
        return Err(refuse(42011));
    }
    if let Some(group) = world.contact.groups.rows.get_mut(&group_id.to_owned()) {
        group.departments.push(department);
    }
    Ok(())
}

/// What a normal group starts with.
#[derive(Debug)]
pub struct NormalGroup<'a> {
    pub group_id: &'a str,
    pub name: &'a str,
    pub description: &'a str,
    pub users: &'a [UserKey],
    pub departments: &'a [DepartmentKey],
}

/// Makes a normal group with its people and departments, as the console can in one go.
///
/// # Errors
/// 42016 one too many, 47005 the id is taken, 47009 the name is taken; those of [`add_department`].
pub fn create_normal(world: &mut World, group: &NormalGroup<'_>) -> Result<(), Refusal> {
    if world.contact.groups.rows.len() >= MAX_GROUPS {
        return Err(refuse(42016));
    }
    if world.contact.groups.get(group.group_id).is_some() {
        return Err(refuse(47005));
    }
    if world.contact.groups.has_name(group.name, None) {
        return Err(refuse(47009));
    }
    let id = put_new(world, Some(group.group_id), group.name, group.description, Kind::Normal);
    let joined = world.now;
    for user in group.users {
        world.contact.groups.members.put(&id, *user, GroupMember { joined });
    }
    group.departments.iter().try_for_each(|department| add_department(world, &id, *department))
}

/// Makes a dynamic group, as a rule in the console would, with the people whom its rule finds.
///
/// # Errors
/// 42016 one too many, 47009 the name is taken.
pub fn create_dynamic(world: &mut World, name: &str, users: &[UserKey]) -> Result<String, Refusal> {
    if world.contact.groups.rows.len() >= MAX_GROUPS {
        return Err(refuse(42016));
    }
    if world.contact.groups.has_name(name, None) {
        return Err(refuse(47009));
    }
    let group_id = put_new(world, None, name, "", Kind::Dynamic);
    set_dynamic_members(world, &group_id, users);
    Ok(group_id)
}

/// Replaces the people of a dynamic group, as a change of its rule would; `false` when there is no such group.
pub fn set_dynamic_members(world: &mut World, group_id: &str, users: &[UserKey]) -> bool {
    if world.contact.groups.get(group_id).is_none_or(|g| g.kind != Kind::Dynamic) {
        return false;
    }
    let joined = world.now;
    let groups = &mut world.contact.groups;
    let old: Vec<UserKey> = groups.members.of(group_id).map(|(user, _)| user).collect();
    for user in old {
        groups.members.remove(group_id, user);
    }
    for user in users {
        groups.members.put(group_id, *user, GroupMember { joined });
    }
    true
}

fn put_new(world: &mut World, id: Option<&str>, name: &str, description: &str, kind: Kind) -> String {
    let number = world.next("group");
    let tenant = &world.settings().tenant.tenant_key;
    let made = || format!("og-{}", short_digest(&["group", tenant, &number.to_string()], 19));
    let group_id = id.map_or_else(made, str::to_owned);
    let group = Group {
        group_id: group_id.clone(),
        number,
        name: name.to_owned(),
        description: description.to_owned(),
        kind,
        departments: Vec::new(),
        beyond_api: false,
        created: world.now,
    };
    world.contact.groups.rows.insert(group_id.clone(), group);
    group_id
}

pub fn routes() -> Vec<Route> {
    [read::routes(), write::routes(), members::routes()].concat()
}
