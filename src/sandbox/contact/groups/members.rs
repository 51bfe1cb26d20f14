//! The members of a group: people, whom the API adds and removes, and departments, which it only lists.
//!
//! The single calls refuse; `batch_add` answers code 0 with a code per person; `batch_remove` has no room for
//! details in its answer, so it removes whom it can and says 40022 when that was not everybody.

use serde_json::{Value, json};

use super::{Group, GroupMember, Kind};
use crate::sandbox::contact::directory::{User, UserKey};
use crate::sandbox::contact::ids;
use crate::sandbox::contact::range::View;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/contact/v3/group/:group_id/member/add", add),
        Route::write("POST", "/open-apis/contact/v3/group/:group_id/member/batch_add", batch_add),
        Route::write("POST", "/open-apis/contact/v3/group/:group_id/member/remove", remove),
        Route::write("POST", "/open-apis/contact/v3/group/:group_id/member/batch_remove", batch_remove),
        Route::read("GET", "/open-apis/contact/v3/group/:group_id/member/simplelist", list),
    ]
}

/// The group of the path, if the caller reaches it.
fn reached<'w>(world: &'w World, call: &Call<'_>, view: &View) -> Result<&'w Group, Refusal> {
    let group = world.contact.groups.get(call.path("group_id")).ok_or_else(|| refuse(42002))?;
    if view.group(&group.group_id) { Ok(group) } else { Err(refuse(42009)) }
}

/// As [`reached`], for a change: only normal groups are filled by hand (`group-member/overview`).
fn writable(world: &World, call: &Call<'_>, view: &View) -> Result<String, Refusal> {
    let group = reached(world, call, view)?;
    match group.kind {
        Kind::Normal => Ok(group.group_id.clone()),
        Kind::Dynamic => Err(refuse(42009)),
    }
}

/// What an id type is for.
enum IdType {
    People,
    Departments,
    Unknown,
}

impl IdType {
    fn of(text: &str) -> Self {
        match text {
            ids::OPEN_ID | ids::UNION_ID | ids::USER_ID => Self::People,
            ids::DEPARTMENT_ID | ids::OPEN_DEPARTMENT_ID => Self::Departments,
            _ => Self::Unknown,
        }
    }
}

/// Whom an entry of a request means, or the code of what is wrong with it.
fn person(world: &World, call: &Call<'_>, entry: &Value) -> Result<UserKey, i64> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("member_type") != "user" {
        return Err(41074);
    }
    let id_type = text("member_id_type");
    match IdType::of(id_type) {
        IdType::People => ids::find_user(world, call, id_type, text("member_id")).map_err(|_| 41073),
        IdType::Departments => Err(41072),
        IdType::Unknown => Err(41071),
    }
}

fn seen(world: &World, view: &View, user: UserKey) -> Result<(), i64> {
    let row = world.contact.directory.user(user);
    if row.is_some_and(|u| view.user(world, u)) { Ok(()) } else { Err(41050) }
}

/// Whom an entry would add, or why it cannot.
fn addable(world: &World, call: &Call<'_>, view: &View, group: &str, entry: &Value) -> Result<UserKey, i64> {
    let user = person(world, call, entry)?;
    if world.contact.directory.user(user).is_none_or(User::is_gone) {
        return Err(42006);
    }
    seen(world, view, user)?;
    let groups = &world.contact.groups;
    if groups.is_member(group, user) {
        return Err(42005);
    }
    if groups.room(group, world.contact.directory.user_count()) == 0 {
        return Err(42012);
    }
    Ok(user)
}

fn put(world: &mut World, group: &str, user: UserKey) {
    let joined = world.now;
    world.contact.groups.members.put(group, user, GroupMember { joined });
}

fn add(world: &mut World, call: &Call<'_>) -> Answer {
    let view = View::of(world, &call.caller);
    let group = writable(world, call, &view)?;
    let user = addable(world, call, &view, &group, call.body).map_err(refuse)?;
    put(world, &group, user);
    Ok(Data::empty())
}

fn batch_add(world: &mut World, call: &Call<'_>) -> Answer {
    let view = View::of(world, &call.caller);
    let group = writable(world, call, &view)?;
    let entries = call.list("members").ok_or_else(|| refuse(40001))?;
    let mut results = Vec::with_capacity(entries.len());
    for entry in entries {
        // One after the other: a second mention of a person finds them in the group already.
        let code = match addable(world, call, &view, &group, entry) {
            Ok(user) => {
                put(world, &group, user);
                0
            }
            // This page has no 41072.
            Err(41072) => 41071,
            Err(code) => code,
        };
        results.push(json!({ "member_id": entry["member_id"], "code": code }));
    }
    Ok(Data::Of(json!({ "results": results })))
}

/// Whom an entry would remove, or why it cannot. Whoever is not a member is an invalid member id.
fn removable(
    world: &World,
    call: &Call<'_>,
    view: &View,
    group: &str,
    entry: &Value,
) -> Result<UserKey, i64> {
    let user = person(world, call, entry)?;
    seen(world, view, user)?;
    if world.contact.groups.is_member(group, user) { Ok(user) } else { Err(41073) }
}

fn remove(world: &mut World, call: &Call<'_>) -> Answer {
    let view = View::of(world, &call.caller);
    let group = writable(world, call, &view)?;
    let user = removable(world, call, &view, &group, call.body).map_err(refuse)?;
    world.contact.groups.members.remove(&group, user);
    Ok(Data::empty())
}

fn batch_remove(world: &mut World, call: &Call<'_>) -> Answer {
    let view = View::of(world, &call.caller);
    let group = writable(world, call, &view)?;
    let entries = call.list("members").ok_or_else(|| refuse(40001))?;
    let (mut leaving, mut failed) = (Vec::new(), Vec::new());
    for entry in entries {
        match removable(world, call, &view, &group, entry) {
            Ok(user) if leaving.contains(&user) => failed.push(41073),
            Ok(user) => leaving.push(user),
            // This page has neither code for id types.
            Err(41071 | 41072) => failed.push(40001),
            Err(code) => failed.push(code),
        }
    }
    if let (true, Some(code)) = (leaving.is_empty(), failed.first()) {
        return Err(refuse(*code));
    }
    for user in leaving {
        world.contact.groups.members.remove(&group, user);
    }
    if failed.is_empty() { Ok(Data::empty()) } else { Err(refuse(40022)) }
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40011, 40012)?;
    let view = View::of(world, &call.caller);
    let group = reached(world, call, &view)?;
    let app = &call.caller.app_id;
    let member_type = call.query("member_type").unwrap_or("user");
    let cut = match (member_type, call.query("member_id_type").unwrap_or(ids::OPEN_ID)) {
        ("user", id_type @ (ids::OPEN_ID | ids::UNION_ID | ids::USER_ID)) => {
            let members = world.contact.groups.members.of(&group.group_id);
            let members = members.filter(|(u, m)| world.listed(m.joined) && seen(world, &view, *u).is_ok());
            page.cut(world, members, |(user, _)| {
                let id = ids::user_id_of(world, app, user, id_type);
                json!({ "member_id": id, "member_type": member_type })
            })
        }
        // `open_id` of a department is its open_department_id (`group-member/overview`).
        ("department", id_type @ (ids::OPEN_ID | ids::DEPARTMENT_ID | ids::OPEN_DEPARTMENT_ID)) => {
            let departments = group.departments.iter().filter(|d| view.department(world, **d));
            page.cut(world, departments, |d| {
                let id = ids::department_id(world, *d, id_type);
                json!({ "member_id": id, "member_type": member_type })
            })
        }
        ("user" | "department", id_type) => {
            return Err(match IdType::of(id_type) {
                IdType::People | IdType::Departments => refuse(41072),
                IdType::Unknown => refuse(41071),
            });
        }
        _ => return Err(refuse(41074)),
    };
    Ok(cut.into_data("memberlist"))
}
