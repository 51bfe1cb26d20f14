//! User groups of a seeded tenant.
//!
//! What groups there are and who is in them is decided here as plain data. [`put`] alone knows the catalogue of
//! groups.

use crate::sandbox::contact::directory::{Department, DepartmentKey, ROOT, User, UserKey};
use crate::sandbox::contact::groups::{NormalGroup, create_dynamic, create_normal};
use crate::sandbox::world::World;

use super::dice::Dice;

/// A group to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GroupSeed {
    /// Filled by a rule in the console; its id is then made by the catalogue.
    pub(super) dynamic: bool,
    pub(super) group_id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) users: Vec<UserKey>,
    /// Department members cannot be written through the API; an administrator adds them.
    pub(super) departments: Vec<DepartmentKey>,
}

/// At most so many members are taken by a rule, so that groups stay a small part of a large tenant.
const SOME: usize = 2_000;

/// Puts the groups into the catalogue of a tenant that has none.
pub(super) fn put(world: &mut World, groups: Vec<GroupSeed>) {
    // What is seeded dates from the beginning, not from the day of seeding.
    let now = std::mem::replace(&mut world.now, 0);
    for group in groups {
        if group.dynamic {
            // In a new tenant no name is taken, and there are fewer than the limit.
            let _ = create_dynamic(world, &group.name, &group.users);
        } else {
            let normal = NormalGroup {
                group_id: &group.group_id,
                name: &group.name,
                description: &group.description,
                users: &group.users,
                departments: &group.departments,
            };
            // As above; ids and names of a seed file were checked when it was read.
            let _ = create_normal(world, &normal);
        }
    }
    world.now = now;
}

/// The groups of an invented company.
pub(super) fn of_company(departments: &[Department], users: &[User]) -> Vec<GroupSeed> {
    if users.len() < 5 {
        return Vec::new();
    }
    let keys = |wanted: &dyn Fn(&User) -> bool| -> Vec<UserKey> {
        users.iter().filter(|u| wanted(u)).map(|u| u.key).take(SOME).collect()
    };
    let heads = departments.iter().filter(|d| d.parent == ROOT).filter_map(Department::primary_leader);
    let mut managers: Vec<UserKey> = heads.collect();
    managers.sort_unstable();
    managers.dedup();
    let abroad = departments.iter().filter(|d| d.department_id == "overseas").map(|d| d.key).collect();
    let mut groups = vec![
        group("managers", "管理层 Leadership", "各部门负责人", managers),
        ruled("外包人员 Contractors", keys(&|u| matches!(u.employee_type, 3 | 4))),
        ruled("实习生 Interns", keys(&|u| u.employee_type == 2)),
        group("oncall", "值班 On-call", "轮值工程师", keys(&|u| u.job_title.contains("资深"))),
        GroupSeed {
            departments: abroad,
            ..group("overseas", "海外 Overseas", "海外员工", keys(&|u| u.country != "CN"))
        },
    ];
    for number in 1..=(users.len() / 100).min(40) {
        let mut dice = Dice::of("project group", number);
        let count = 4 + dice.below(30);
        let mut members: Vec<UserKey> =
            (0..count).filter_map(|_| users.get(dice.below(users.len()))).map(|u| u.key).collect();
        members.sort_unstable();
        members.dedup();
        groups.push(group(
            &format!("project{number:02}"),
            &format!("项目组 Project {number:02}"),
            "",
            members,
        ));
    }
    groups
}

fn ruled(name: &str, users: Vec<UserKey>) -> GroupSeed {
    GroupSeed { dynamic: true, ..group("", name, "", users) }
}

fn group(group_id: &str, name: &str, description: &str, users: Vec<UserKey>) -> GroupSeed {
    GroupSeed {
        dynamic: false,
        group_id: group_id.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        users,
        departments: Vec::new(),
    }
}
