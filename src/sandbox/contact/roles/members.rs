//! The members of a role and what each of them manages.
//!
//! The three batch calls answer code 0 with a reason per person; only what spoils the whole call (no such role,
//! too many members, a bad department) is a refusal. Adding and setting name the list `results`, removing
//! names it `result`. The pages of the two reads ask for no contact range, so they hide nobody.

use serde_json::{Value, json};

use super::{MAX_MEMBERS, RoleMember, Scope};
use crate::sandbox::contact::directory::{DepartmentKey, ROOT, User, UserKey};
use crate::sandbox::contact::ids;
use crate::sandbox::contact::range::View;
use crate::sandbox::gateway::{Answer, Call, Refusal, Route, one, refuse};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write(
            "POST",
            "/open-apis/contact/v3/functional_roles/:role_id/members/batch_create",
            batch_create,
        ),
        Route::write(
            "PATCH",
            "/open-apis/contact/v3/functional_roles/:role_id/members/batch_delete",
            batch_delete,
        ),
        Route::write("PATCH", "/open-apis/contact/v3/functional_roles/:role_id/members/scopes", set_scopes),
        Route::read("GET", "/open-apis/contact/v3/functional_roles/:role_id/members/:member_id", get),
        Route::read("GET", "/open-apis/contact/v3/functional_roles/:role_id/members", list),
    ]
}

/// What happened to one person of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    Done,
    BadId,
    OutOfRange,
    AlreadyIn,
    NotIn,
    /// The caller does not see all that the member manages now.
    OldScopeOutOfRange,
}

impl Reason {
    fn number(self) -> i64 {
        match self {
            Self::Done => 1,
            Self::BadId => 2,
            Self::OutOfRange => 3,
            Self::AlreadyIn => 4,
            Self::NotIn => 5,
            Self::OldScopeOutOfRange => 6,
        }
    }
}

/// Whom an id means, if the caller may touch them.
fn person(world: &World, call: &Call<'_>, view: &View, id: &str) -> Result<UserKey, Reason> {
    let user = ids::find_user(world, call, call.user_id_type(), id).map_err(|_| Reason::BadId)?;
    let row = world.contact.directory.user(user).ok_or(Reason::BadId)?;
    if view.user(world, row) { Ok(user) } else { Err(Reason::OutOfRange) }
}

/// A member whom the caller may touch, with what they manage now.
fn member(world: &World, call: &Call<'_>, view: &View, id: &str) -> Result<(UserKey, RoleMember), Reason> {
    let user = person(world, call, view, id)?;
    let member = world.contact.roles.member(call.path("role_id"), user).ok_or(Reason::NotIn)?;
    let managed = match &member.scope {
        Scope::None => true,
        Scope::Part(departments) => departments.iter().all(|d| view.department(world, *d)),
        Scope::All => view.is_all(),
    };
    if managed { Ok((user, member.clone())) } else { Err(Reason::OldScopeOutOfRange) }
}

fn answer(name: &str, results: Vec<(&str, Reason)>) -> Answer {
    let results: Vec<Value> =
        results.into_iter().map(|(id, r)| json!({ "user_id": id, "reason": r.number() })).collect();
    Ok(one(name, results.into()))
}

fn members_of<'c>(call: &'c Call<'_>) -> Result<Vec<&'c str>, Refusal> {
    call.texts("members").ok_or_else(|| Refusal::field("members", "", "members is required"))
}

fn batch_create(world: &mut World, call: &Call<'_>) -> Answer {
    let role_id = world.contact.roles.find(call.path("role_id"))?.role_id.clone();
    let view = View::of(world, &call.caller);
    let mut joining: Vec<UserKey> = Vec::new();
    let mut results = Vec::new();
    for id in members_of(call)? {
        let reason = match person(world, call, &view, id) {
            Err(reason) => reason,
            Ok(user) if world.contact.directory.user(user).is_none_or(User::is_gone) => Reason::BadId,
            Ok(user) if joining.contains(&user) => Reason::AlreadyIn,
            Ok(user) if world.contact.roles.member(&role_id, user).is_some() => Reason::AlreadyIn,
            Ok(user) => {
                joining.push(user);
                Reason::Done
            }
        };
        results.push((id, reason));
    }
    if world.contact.roles.member_count(&role_id) + joining.len() > MAX_MEMBERS {
        return Err(refuse(41209));
    }
    let joined = world.now;
    for user in joining {
        world.contact.roles.members.put(&role_id, user, RoleMember { scope: Scope::None, joined });
    }
    answer("results", results)
}

fn batch_delete(world: &mut World, call: &Call<'_>) -> Answer {
    let role_id = world.contact.roles.find(call.path("role_id"))?.role_id.clone();
    let view = View::of(world, &call.caller);
    let mut results = Vec::new();
    for id in members_of(call)? {
        let reason = match member(world, call, &view, id) {
            Ok((user, _)) => {
                world.contact.roles.members.remove(&role_id, user);
                Reason::Done
            }
            Err(reason) => reason,
        };
        results.push((id, reason));
    }
    answer("result", results)
}

/// The departments of the body. The root is no department here (`functional_role-member/scopes`).
fn departments_of(world: &World, call: &Call<'_>, view: &View) -> Result<Vec<DepartmentKey>, Refusal> {
    let asked = call.texts("departments").filter(|d| !d.is_empty()).ok_or_else(|| refuse(41210))?;
    let mut departments = Vec::new();
    for id in asked {
        let key = ids::find_department(world, call.department_id_type(), id);
        let key = key.ok().filter(|k| *k != ROOT).ok_or_else(|| refuse(41210))?;
        if !view.department(world, key) {
            return Err(refuse(41211));
        }
        if !departments.contains(&key) {
            departments.push(key);
        }
    }
    Ok(departments)
}

fn set_scopes(world: &mut World, call: &Call<'_>) -> Answer {
    let role_id = world.contact.roles.find(call.path("role_id"))?.role_id.clone();
    let view = View::of(world, &call.caller);
    let asked = members_of(call)?;
    let departments = departments_of(world, call, &view)?;
    let mut results = Vec::new();
    for id in asked {
        let reason = match member(world, call, &view, id) {
            Ok((user, old)) => {
                let scope = Scope::Part(departments.clone());
                world.contact.roles.members.put(&role_id, user, RoleMember { scope, joined: old.joined });
                Reason::Done
            }
            Err(reason) => reason,
        };
        results.push((id, reason));
    }
    answer("results", results)
}

/// `department_ids` is there for a part only.
fn render(world: &World, call: &Call<'_>, user: UserKey, member: &RoleMember) -> Value {
    let user_id = ids::user_id_of(world, &call.caller.app_id, user, call.user_id_type());
    match &member.scope {
        Scope::None => json!({ "user_id": user_id, "scope_type": "None" }),
        Scope::All => json!({ "user_id": user_id, "scope_type": "All" }),
        Scope::Part(departments) => {
            let spell = |d: &DepartmentKey| ids::department_id(world, *d, call.department_id_type());
            let departments: Vec<String> = departments.iter().map(spell).collect();
            json!({ "user_id": user_id, "scope_type": "Part", "department_ids": departments })
        }
    }
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    let role_id = &world.contact.roles.find(call.path("role_id"))?.role_id;
    let user = ids::find_user(world, call, call.user_id_type(), call.path("member_id"));
    let user = user.map_err(|_| refuse(41203))?;
    let member = world.contact.roles.member(role_id, user).ok_or_else(|| refuse(41203))?;
    Ok(one("member", render(world, call, user, member)))
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40001, 40001)?;
    let role_id = &world.contact.roles.find(call.path("role_id"))?.role_id;
    let members = world.contact.roles.members.of(role_id).filter(|(_, m)| world.listed(m.joined));
    Ok(page.cut(world, members, |(user, m)| render(world, call, user, m)).into_data("members"))
}
