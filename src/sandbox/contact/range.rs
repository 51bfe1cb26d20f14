//! The contact range: what part of the organisation the caller may see and touch.

use std::collections::BTreeSet;

use super::directory::{DepartmentKey, ROOT, User};
use super::ids;
use crate::sandbox::gateway::{Caller, Identity};
use crate::sandbox::world::{Person, Range, World};

/// The caller's view, resolved once per call.
#[derive(Debug, Clone)]
pub enum View {
    All,
    Some {
        /// Roots of visible subtrees.
        departments: BTreeSet<DepartmentKey>,
        users: BTreeSet<u64>,
        groups: BTreeSet<String>,
    },
}

impl View {
    pub fn of(world: &World, caller: &Caller) -> Self {
        match caller.identity {
            Identity::Anonymous | Identity::Tenant => Self::of_app(world, &caller.app_id),
            Identity::User(key) => Self::of_person(world, key),
        }
    }

    fn of_app(world: &World, app_id: &str) -> Self {
        match world.apps.get(&app_id.to_owned()).map(|a| &a.range) {
            None | Some(Range::All) => Self::All,
            Some(Range::Some { departments, users, groups }) => Self::Some {
                departments: departments
                    .iter()
                    .filter_map(|id| ids::find_department(world, ids::OPEN_DEPARTMENT_ID, id).ok())
                    .collect(),
                users: users
                    .iter()
                    .filter_map(|id| {
                        crate::sandbox::world::open(
                            "on_",
                            id,
                            &["vendor", &world.settings().tenant.tenant_key],
                        )
                    })
                    .collect(),
                groups: groups.clone(),
            },
        }
    }

    /// A person's token is not bound by the app's range but by what the person sees.
    fn of_person(world: &World, key: u64) -> Self {
        match world.settings().person {
            Person::Everyone => Self::All,
            Person::OwnDepartments => Self::Some {
                departments: world
                    .contact
                    .directory
                    .user(key)
                    .map(|u| u.departments.iter().copied().filter(|d| *d != ROOT).collect())
                    .unwrap_or_default(),
                users: BTreeSet::from([key]),
                groups: BTreeSet::new(),
            },
        }
    }

    /// The whole organisation, which everything at the root demands.
    pub fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }

    /// The department, by itself or as part of a visible subtree. The root needs everything.
    pub fn department(&self, world: &World, key: DepartmentKey) -> bool {
        match self {
            Self::All => true,
            Self::Some { departments, .. } => {
                world.contact.directory.ancestry(key).any(|d| departments.contains(&d))
            }
        }
    }

    /// The person, by themselves or through any department of theirs.
    pub fn user(&self, world: &World, user: &User) -> bool {
        match self {
            Self::All => true,
            Self::Some { users, .. } => {
                users.contains(&user.key) || user.departments.iter().any(|d| self.department(world, *d))
            }
        }
    }

    pub fn group(&self, group_id: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some { groups, .. } => groups.contains(group_id),
        }
    }
}
