//! Who is in which group. Everybody is in one at most: by name before by department, and of departments by the
//! nearest one.

use serde_json::{Value, json};

use super::{Group, all};
use crate::sandbox::attendance::gate::{NO_GROUP, general};
use crate::sandbox::attendance::people::{Names, open_departments};
use crate::sandbox::contact::directory::{DepartmentKey, User, UserKey};
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Answer, Call, Refusal, Route, refuse};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::read("GET", "/open-apis/attendance/v1/groups/:group_id/list_user", list)]
}

/// Somebody or something that one group alone can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Party {
    User(UserKey),
    Department(DepartmentKey),
}

impl Party {
    pub(super) fn text(self, world: &World, names: Names) -> String {
        match self {
            Self::User(key) => names.of(world, key),
            Self::Department(key) => ids::open_department_id(world, key),
        }
    }
}

fn named(group: &Group) -> impl Iterator<Item = Party> {
    let people = &group.people;
    let users = people.users.iter().chain(&people.exempt_users).map(|key| Party::User(*key));
    let departments = people.departments.iter().chain(&people.exempt_departments);
    users.chain(departments.map(|key| Party::Department(*key)))
}

/// Whom this group names and another one does too.
pub(super) fn taken(world: &World, group: &Group) -> Vec<Party> {
    let others = world.attendance.groups.values().filter(|other| other.group_id != group.group_id);
    let theirs: Vec<Party> = others.flat_map(named).collect();
    let mut taken: Vec<Party> = named(group).filter(|party| theirs.contains(party)).collect();
    taken.dedup();
    taken
}

/// Takes them out of a group; `true` if it named any.
pub(super) fn release(group: &mut Group, parties: &[Party]) -> bool {
    let mut changed = false;
    for party in parties {
        let people = &mut group.people;
        let (key, lists) = match party {
            Party::User(key) => (*key, [&mut people.users, &mut people.exempt_users]),
            Party::Department(key) => (*key, [&mut people.departments, &mut people.exempt_departments]),
        };
        for list in lists {
            let before = list.len();
            list.retain(|member| *member != key);
            changed |= list.len() != before;
        }
    }
    changed
}

/// Whether somebody is in this group, and whether they are exempt from punching there.
fn place(world: &World, user: &User) -> Option<(String, bool)> {
    let groups = all(world);
    let by = |is: &dyn Fn(&Group) -> Option<bool>| {
        groups.iter().find_map(|group| is(group).map(|exempt| (group.group_id.clone(), exempt)))
    };
    let person = |group: &Group| {
        let people = &group.people;
        let exempt = people.exempt_users.contains(&user.key);
        (exempt || people.users.contains(&user.key)).then_some(exempt)
    };
    if let Some(place) = by(&person) {
        return Some(place);
    }
    let directory = &world.contact.directory;
    let mut orders: Vec<_> = user.orders.iter().collect();
    orders.sort_by_key(|order| !order.primary);
    let chain = orders.iter().flat_map(|order| directory.ancestry(order.department));
    for department in chain {
        let bound = |group: &Group| {
            let people = &group.people;
            let exempt = people.exempt_departments.contains(&department);
            (exempt || people.departments.contains(&department)).then_some(exempt)
        };
        if let Some(place) = by(&bound) {
            return Some(place);
        }
    }
    // Rules alone say who is in a group that names nobody. Of them only "everybody" is played.
    let ruled = |group: &Group| {
        let rules = group.switches.get("need_punch_members").and_then(Value::as_array);
        let mut rules = rules.into_iter().flatten().chain(&group.or_rules);
        rules.any(|r| r.get("rule_scope_type") == Some(&json!(1))).then_some(false)
    };
    by(&ruled)
}

/// Whether somebody belongs to the group.
pub(in crate::sandbox::attendance) fn is_in(world: &World, group: &str, key: UserKey) -> bool {
    let user = world.contact.directory.user(key);
    user.and_then(|user| place(world, user)).is_some_and(|(id, _)| id == group)
}

/// Everybody in the group, with the departments that they are in, up to the root.
fn list(world: &World, call: &Call<'_>) -> Answer {
    let names = Names::of_call(call)?;
    open_departments(call)?;
    let group = call.path("group_id");
    if !world.attendance.groups.contains(&group.to_owned()) {
        // The page has no code for it but this.
        return Err(general(NO_GROUP));
    }
    let wanted = clock_type(call)?;
    let page = call.page(1_220_001, 1_220_001)?;
    let inside = world.contact.directory.users().filter(|user| !user.is_gone()).filter(|user| {
        place(world, user)
            .is_some_and(|(id, exempt)| id == group && wanted.is_none_or(|wanted| wanted == exempt))
    });
    let render = |user: &User| {
        let directory = &world.contact.directory;
        let mut chain: Vec<String> = Vec::new();
        for key in user.departments.iter().flat_map(|d| directory.ancestry(*d)) {
            let id = ids::open_department_id(world, key);
            if !chain.contains(&id) {
                chain.push(id);
            }
        }
        chain.push("0".to_owned());
        json!({ "user_id": names.of(world, user.key), "department_ids": chain })
    };
    Ok(page.cut(world, inside, render).into_data("users"))
}

/// All, those who must punch, those who are exempt.
fn clock_type(call: &Call<'_>) -> Result<Option<bool>, Refusal> {
    match call.query("member_clock_type") {
        Some("0") => Ok(None),
        Some("1") => Ok(Some(false)),
        Some("2") => Ok(Some(true)),
        _ => Err(refuse(1_220_001)),
    }
}
