//! Leaving, and coming back within thirty days.

use serde_json::Value;

use super::rules;
use crate::sandbox::contact::directory::{Order, ROOT, Unique, User, UserKey};
use crate::sandbox::contact::ids;
use crate::sandbox::contact::range::View;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, refuse};
use crate::sandbox::im::{self, Heirs};
use crate::sandbox::world::{Millis, World};

const THIRTY_DAYS: Millis = 30 * 24 * 3_600 * 1_000;
const ACCEPTORS: [&str; 8] = [
    "department_chat_acceptor_user_id",
    "external_chat_acceptor_user_id",
    "docs_acceptor_user_id",
    "calendar_acceptor_user_id",
    "application_acceptor_user_id",
    "minutes_acceptor_user_id",
    "survey_acceptor_user_id",
    "anycross_acceptor_user_id",
];

/// Deleting a person is a resignation: they stay readable, their data goes to whoever was named.
pub(super) fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let key = ids::find_user(world, call, call.user_id_type(), call.path("user_id"))?;
    let Some(mut user) = world.contact.directory.user(key).cloned() else { return Err(refuse(41_012)) };
    if user.is_gone() {
        return Err(refuse(42_006));
    }
    let view = View::of(world, &call.caller);
    if !view.user(world, &user) {
        return Err(refuse(41_050));
    }
    let unseen = |d: &u64| if *d == ROOT { !view.is_all() } else { !view.department(world, *d) };
    if user.departments.iter().any(unseen) {
        return Err(refuse(40_004));
    }
    if user.is_tenant_manager || user.is_founder {
        return Err(refuse(44_037));
    }
    if user.external {
        return Err(refuse(44_062));
    }
    acceptors(world, call, key)?;
    let heirs = heirs(world, call);
    user.handover = Some(call.body.clone()).filter(|b| !b.is_null());
    resign(world, user, heirs);
    Ok(Data::Nothing)
}

/// Who receives the chats that the person owns.
fn heirs(world: &World, call: &Call<'_>) -> Heirs {
    let named = |name: &str| ids::find_user(world, call, call.user_id_type(), call.filled(name)?).ok();
    Heirs {
        department: named("department_chat_acceptor_user_id"),
        external: named("external_chat_acceptor_user_id"),
    }
}

fn resign(world: &mut World, mut user: User, heirs: Heirs) {
    let key = user.key;
    user.status.resigned = true;
    user.status.frozen = false;
    user.resigned_at = Some(world.now);
    user.departments.clear();
    user.orders.clear();
    user.leader = None;
    user.dotted_line_leaders.clear();
    world.contact.directory.put_user(user);
    leave_behind(world, key);
    im::forget_user(world, key, heirs);
    crate::sandbox::calendar::forget_user(world, key);
}

/// Whoever left by themselves long enough ago is a resigned person now.
pub(in crate::sandbox::contact::directory) fn resign_exited(world: &mut World) {
    let then = world.now.saturating_sub(world.settings().exit_becomes_resigned_ms);
    for key in world.contact.directory.exited_before(then) {
        if let Some(user) = world.contact.directory.user(key).cloned() {
            resign(world, user, Heirs::default());
        }
    }
}

/// Who receives what: living people who have joined, and not the one who leaves.
fn acceptors(world: &World, call: &Call<'_>, leaving: UserKey) -> Result<(), Refusal> {
    let check = |id: &str| {
        let found = ids::find_user(world, call, call.user_id_type(), id).map_err(|_| refuse(41_052))?;
        let fit = found != leaving && world.contact.directory.user(found).is_some_and(User::is_active);
        if fit { Ok(()) } else { Err(refuse(41_052)) }
    };
    for name in ACCEPTORS {
        if let Some(id) = call.filled(name) {
            check(id)?;
        }
    }
    let Some(mail) = call.body.get("email_acceptor").filter(|m| !m.is_null()) else { return Ok(()) };
    let acceptor = mail.get("acceptor_user_id").and_then(Value::as_str).filter(|a| !a.is_empty());
    match (mail.get("processing_type").and_then(Value::as_str), acceptor) {
        (Some("1"), None) => Err(refuse(41_052)),
        (Some("1"), Some(id)) => check(id),
        (Some("2" | "3"), _) => Ok(()),
        _ => Err(refuse(40_001)),
    }
}

/// Nobody reports to who is gone, and no department, group or role is led by them.
fn leave_behind(world: &mut World, key: UserKey) {
    for report in world.contact.directory.reports(key) {
        if let Some(mut user) = world.contact.directory.user(report).cloned() {
            user.leader = user.leader.filter(|l| *l != key);
            user.dotted_line_leaders.retain(|l| *l != key);
            world.contact.directory.put_user(user);
        }
    }
    for served in world.contact.directory.serves(key) {
        if let Some(mut department) = world.contact.directory.department(served).cloned() {
            let led = department.primary_leader() == Some(key);
            department.leaders.retain(|l| l.user != key);
            if led {
                // There is no primary any more, so the deputies have nobody to stand in for.
                department.leaders.clear();
            }
            department.hrbps.retain(|u| *u != key);
            world.contact.directory.put_department(department);
        }
    }
    world.contact.groups.forget_user(key);
    world.contact.roles.forget_user(key);
    crate::sandbox::mail::user_resigned(world, key);
    crate::sandbox::attendance::user_resigned(world, key);
    crate::sandbox::vc::user_resigned(world, key);
    crate::sandbox::helpdesk::user_resigned(world, key);
    crate::sandbox::auth::forget_user(world, key);
}

/// Undoes a resignation. Departments are not restored unless the call names them.
pub(super) fn resurrect(world: &mut World, call: &Call<'_>) -> Answer {
    let key = ids::find_user(world, call, call.user_id_type(), call.path("user_id"))?;
    let Some(mut user) = world.contact.directory.user(key).cloned() else { return Err(refuse(44_033)) };
    if !user.is_gone() {
        return Err(refuse(44_033));
    }
    if !world.settings().paid_edition {
        return Err(refuse(44_029));
    }
    let since = world.now.saturating_sub(user.resigned_at.unwrap_or(0));
    if since < world.settings().resign_flow_ms {
        return Err(refuse(44_034));
    }
    if since > THIRTY_DAYS {
        return Err(refuse(44_028));
    }
    let directory = &world.contact.directory;
    let taken = |unique, value: &str| !value.is_empty() && directory.holder(unique, value).is_some();
    if taken(Unique::Mobile, &user.mobile) {
        return Err(refuse(44_030));
    }
    if taken(Unique::Email, &user.email) {
        return Err(refuse(44_031));
    }
    if taken(Unique::UserId, &user.user_id) {
        return Err(refuse(44_032));
    }
    rules::headcount(world)?;
    rules::seats(world, call, &mut user, None)?;
    user.orders = returns_to(world, call)?;
    user.departments = user.orders.iter().map(|o| o.department).collect();
    user.status.resigned = false;
    user.status.exited = false;
    user.exited_at = None;
    user.resigned_at = None;
    user.handover = None;
    if taken(Unique::EmployeeNo, &user.employee_no) {
        user.employee_no.clear();
    }
    if taken(Unique::EnterpriseEmail, &user.enterprise_email) {
        user.enterprise_email.clear();
    }
    crate::sandbox::mail::user_returned(world, key);
    world.contact.directory.put_user(user);
    Ok(Data::Nothing)
}

/// The departments of the call, or the root.
fn returns_to(world: &World, call: &Call<'_>) -> Result<Vec<Order>, Refusal> {
    let sent = call.list("departments").cloned().unwrap_or_default();
    let ids: Vec<&str> = sent.iter().filter_map(|d| d.get("department_id").and_then(Value::as_str)).collect();
    if ids.is_empty() {
        return Ok(vec![Order { department: ROOT, user_order: 0, department_order: 1, primary: true }]);
    }
    let keys = rules::departments(world, call, &ids, &[])?;
    let int = |item: Option<&Value>, name: &str| {
        item.and_then(|i| i.get(name)).and_then(Value::as_i64).unwrap_or(0)
    };
    let mut orders: Vec<Order> = keys
        .iter()
        .enumerate()
        .map(|(i, key)| Order {
            department: *key,
            user_order: int(sent.get(i), "user_order"),
            department_order: int(sent.get(i), "department_order"),
            primary: false,
        })
        .collect();
    orders.sort_by_key(|o| std::cmp::Reverse(o.department_order));
    if let Some(first) = orders.first_mut() {
        first.primary = true;
    }
    Ok(orders)
}
