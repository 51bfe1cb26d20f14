//! People and departments as attendance speaks of them: `employee_id` is the contact's `user_id`, and of
//! departments only the open id is known.

use crate::sandbox::contact::directory::{DepartmentKey, UserKey};
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Call, Refusal, refuse};
use crate::sandbox::world::World;

/// What the guidelines say of 1220004.
pub(super) const NOBODY: &str = "user_id is not exist or does not have permission";

/// The ids of people that a call speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    UserId,
    EmployeeNo,
}

impl Names {
    /// By the query parameter.
    ///
    /// # Errors
    /// 1220003 for any other word, open and union ids included.
    pub(super) fn of_call(call: &Call<'_>) -> Result<Self, Refusal> {
        match call.query("employee_type").unwrap_or("employee_id") {
            "employee_id" => Ok(Self::UserId),
            "employee_no" => Ok(Self::EmployeeNo),
            _ => Err(refuse(1_220_003)),
        }
    }

    /// Somebody who works here.
    pub(super) fn find(self, world: &World, id: &str) -> Option<UserKey> {
        let directory = &world.contact.directory;
        let key = match self {
            Self::UserId => directory.user_by_id(id),
            Self::EmployeeNo => {
                directory.users().find(|u| !u.employee_no.is_empty() && u.employee_no == id).map(|u| u.key)
            }
        };
        key.filter(|key| directory.user(*key).is_some_and(|user| !user.is_gone()))
    }

    pub(super) fn of(self, world: &World, key: UserKey) -> String {
        let user = world.contact.directory.user(key);
        match self {
            Self::UserId => user.map(|u| u.user_id.clone()),
            Self::EmployeeNo => user.map(|u| u.employee_no.clone()),
        }
        .unwrap_or_default()
    }

    /// All of them, each once.
    ///
    /// # Errors
    /// 1220004 when one is nobody, 1220001 when one is named twice.
    pub(super) fn all(self, world: &World, ids: &[&str]) -> Result<Vec<UserKey>, Refusal> {
        let find = |id: &&str| self.find(world, id).ok_or_else(|| refuse(1_220_004).msg(NOBODY));
        let keys = ids.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        once(&keys)?;
        Ok(keys)
    }
}

/// Departments by open id; the root is none of them.
///
/// # Errors
/// 1220001 when one is unknown or named twice.
pub(super) fn departments(world: &World, open_ids: &[&str]) -> Result<Vec<DepartmentKey>, Refusal> {
    let find = |id: &&str| match ids::find_department(world, ids::OPEN_DEPARTMENT_ID, id) {
        Ok(key) if *id != "0" => Ok(key),
        _ => Err(refuse(1_220_001)),
    };
    let keys = open_ids.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    once(&keys)?;
    Ok(keys)
}

fn once(keys: &[u64]) -> Result<(), Refusal> {
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() == keys.len() { Ok(()) } else { Err(refuse(1_220_001)) }
}

/// A required parameter that says which ids of departments are spoken; there is one kind only.
///
/// # Errors
/// 1220001 for any other.
pub(super) fn open_departments(call: &Call<'_>) -> Result<(), Refusal> {
    if call.query("dept_type") == Some("open_id") { Ok(()) } else { Err(refuse(1_220_001)) }
}
