//! Functional roles: named pools of approvers, each member with a range of departments to manage.
//!
//! The API makes, renames and deletes roles but neither lists them nor reads a name back. System roles, which
//! every real tenant has some of and only refuse (41213), are made by the control plane
//! ([`create_system`]). [`members`] holds the member endpoints. Pages: `contact-v3/functional_role/*`.

mod members;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::directory::{DepartmentKey, UserKey};
use super::roster::{Roster, Seat};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::world::{Millis, Row, Stored, Table, World, short_digest};

/// `functional_role/create`, code 41208.
pub const MAX_ROLES: usize = 500;
/// `functional_role-member/batch_create`, code 41209.
pub const MAX_MEMBERS: usize = 1_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    pub role_id: String,
    pub name: String,
    /// Belongs to the platform: its name stays.
    #[serde(default)]
    pub system: bool,
    pub created: Millis,
}

impl Row for Role {
    type Key = String;
    const TABLE: &'static str = "roles";
}

/// A person in a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleMember {
    pub scope: Scope,
    pub joined: Millis,
}

impl Row for RoleMember {
    type Key = Seat;
    const TABLE: &'static str = "role_members";
}

/// What a member manages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Not set, as after being added.
    None,
    Part(Vec<DepartmentKey>),
    /// Only the console sets this.
    All,
}

#[derive(Debug, Default)]
pub struct Roles {
    rows: Table<Role>,
    members: Roster<RoleMember>,
}

impl Roles {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        vec![&mut self.rows, self.members.stored()]
    }

    pub fn reindex(&mut self) {
        self.members.reindex();
    }

    pub fn get(&self, role_id: &str) -> Option<&Role> {
        self.rows.get(&role_id.to_owned())
    }

    /// All roles, for people who look at the tenant; the API cannot list them.
    pub fn all(&self) -> impl Iterator<Item = &Role> {
        self.rows.values()
    }

    pub fn member(&self, role_id: &str, user: UserKey) -> Option<&RoleMember> {
        self.members.get(role_id, user)
    }

    pub fn member_count(&self, role_id: &str) -> usize {
        self.members.count(role_id)
    }

    /// A person resigned: they leave every role.
    pub fn forget_user(&mut self, user: u64) {
        self.members.forget_user(user);
    }

    /// A department is gone: nobody manages it any more.
    pub fn forget_department(&mut self, department: u64) {
        self.members.rewrite(|member| match &member.scope {
            Scope::Part(departments) if departments.contains(&department) => {
                let left: Vec<_> = departments.iter().copied().filter(|d| *d != department).collect();
                let scope = if left.is_empty() { Scope::None } else { Scope::Part(left) };
                Some(RoleMember { scope, joined: member.joined })
            }
            Scope::Part(_) | Scope::None | Scope::All => None,
        });
    }

    /// Lets a member manage everything, as the console can; `false` when they are not in the role.
    pub fn let_manage_all(&mut self, role_id: &str, user: UserKey) -> bool {
        let Some(joined) = self.members.get(role_id, user).map(|m| m.joined) else { return false };
        self.members.put(role_id, user, RoleMember { scope: Scope::All, joined });
        true
    }

    fn find(&self, role_id: &str) -> Result<&Role, Refusal> {
        self.get(role_id).ok_or_else(|| refuse(41202))
    }

    fn has_name(&self, name: &str) -> bool {
        self.rows.values().any(|r| r.name == name)
    }
}

/// Makes a role of the platform's own; nothing when the name is taken.
pub fn create_system(world: &mut World, name: &str) -> Option<String> {
    (!world.contact.roles.has_name(name)).then(|| put_new(world, name, true))
}

fn put_new(world: &mut World, name: &str, system: bool) -> String {
    let number = world.next("role").to_string();
    let role_id = short_digest(&["role", &world.settings().tenant.tenant_key, &number], 15);
    let role = Role { role_id: role_id.clone(), name: name.to_owned(), system, created: world.now };
    world.contact.roles.rows.insert(role_id.clone(), role);
    role_id
}

pub fn routes() -> Vec<Route> {
    let own = vec![
        Route::write("POST", "/open-apis/contact/v3/functional_roles", create),
        Route::write("PUT", "/open-apis/contact/v3/functional_roles/:role_id", update),
        Route::write("DELETE", "/open-apis/contact/v3/functional_roles/:role_id", delete),
    ];
    [own, members::routes()].concat()
}

/// The length is the contract's to check; the pages have no code for it.
fn name_of<'c>(call: &'c Call<'_>) -> Result<&'c str, Refusal> {
    let name = call.text("role_name").unwrap_or_default();
    let fits = !name.trim().is_empty() && name.chars().count() <= 50;
    if fits { Ok(name) } else { Err(Refusal::field("role_name", name, "length is 1 to 50")) }
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let name = name_of(call)?;
    if world.contact.roles.has_name(name) {
        return Err(refuse(41201));
    }
    if world.contact.roles.rows.len() >= MAX_ROLES {
        return Err(refuse(41208));
    }
    let role_id = put_new(world, name, false);
    Ok(Data::Of(json!({ "role_id": role_id })))
}

fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let role = world.contact.roles.find(call.path("role_id"))?;
    if role.system {
        return Err(refuse(41213));
    }
    // The role's own name counts as existing too.
    let name = name_of(call)?;
    if world.contact.roles.has_name(name) {
        return Err(refuse(41201));
    }
    let role_id = role.role_id.clone();
    if let Some(role) = world.contact.roles.rows.get_mut(&role_id) {
        name.clone_into(&mut role.name);
    }
    Ok(Data::empty())
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let role = world.contact.roles.find(call.path("role_id"))?;
    if role.system || world.contact.roles.member_count(&role.role_id) > 0 {
        return Err(refuse(41206));
    }
    let role_id = role.role_id.clone();
    world.contact.roles.rows.remove(&role_id);
    Ok(Data::empty())
}
