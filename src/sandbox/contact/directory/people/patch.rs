//! Changing people.

use serde_json::Value;

use super::render::{self, Shape};
use super::{attrs, create, rules};
use crate::sandbox::contact::directory::{ROOT, User, UserKey};
use crate::sandbox::contact::ids;
use crate::sandbox::contact::range::View;
use crate::sandbox::gateway::{Answer, Call, Data, Identity, Refusal, one, refuse};
use crate::sandbox::world::World;

/// What a person may change about themselves, and what the narrow scope covers.
const OWN_FIELDS: [&str; 3] = ["name", "en_name", "avatar_key"];

pub(super) fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let before = target(world, call)?;
    allowed_fields(call)?;
    let mut user = before.clone();
    let key = Some(user.key);
    if let Some(name) = call.text("name") {
        user.name = rules::name(world, name)?;
    }
    rules::texts(call, &mut user)?;
    addresses(world, call, &mut user)?;
    rules::employee_no(world, &user, key)?;
    places(world, call, &mut user)?;
    if let Some(value) = call.int("employee_type") {
        user.employee_type = rules::employee_type(world, value)?;
    }
    rules::leaders(world, call, &mut user, key)?;
    rules::career(world, call, &mut user)?;
    rules::seats(world, call, &mut user, key)?;
    if let Some(sent) = attrs::read(world, call)? {
        user.custom_attrs = attrs::merge(&before.custom_attrs, sent);
    }
    user.mobile_visible = call.bool("mobile_visible").unwrap_or(user.mobile_visible);
    user.gender = call.int("gender").unwrap_or(user.gender);
    match call.int("join_time") {
        Some(seconds) if seconds < 0 => return Err(refuse(41_042)),
        Some(0) => user.join_time = None,
        Some(seconds) => user.join_time = Some(seconds),
        None => {}
    }
    if let Some(frozen) = call.bool("is_frozen") {
        if frozen && user.is_founder {
            return Err(refuse(44_036));
        }
        user.status.frozen = frozen;
    }
    let changed = |old: &str, new: &str| if old == new { String::new() } else { new.to_owned() };
    let title = changed(&before.job_title, &user.job_title);
    let city = changed(&before.city, &user.city);
    let failed = create::labels(world, &mut user, &title, &city);
    let key = user.key;
    world.contact.directory.put_user(user);
    if let Some(code) = failed.code(44_057, 44_058, 44_059) {
        return Err(refuse(code));
    }
    let user = world.contact.directory.user(key).ok_or_else(|| refuse(40_003))?;
    Ok(one("user", render::user(world, call, user, Shape::Patched)))
}

/// The person of the path, if they can be changed at all.
fn target(world: &World, call: &Call<'_>) -> Result<User, Refusal> {
    let key = ids::find_user(world, call, call.user_id_type(), call.path("user_id"))?;
    let user = world.contact.directory.user(key).ok_or_else(|| refuse(41_012))?;
    if !View::of(world, &call.caller).user(world, user) {
        return Err(refuse(41_050));
    }
    if user.is_gone() {
        return Err(refuse(42_006));
    }
    if user.status.exited {
        return Err(refuse(44_011));
    }
    if !user.status.joined {
        return Err(refuse(44_010));
    }
    if user.external {
        return Err(refuse(44_053));
    }
    Ok(user.clone())
}

/// A person's own token, and an app with only the narrow scope, may change a name and a picture.
fn allowed_fields(call: &Call<'_>) -> Result<(), Refusal> {
    let narrow = matches!(call.caller.identity, Identity::User(_)) || !call.has_scope("contact:contact");
    let sent = call.body.as_object();
    let beyond =
        sent.is_some_and(|m| m.iter().any(|(n, v)| !v.is_null() && !OWN_FIELDS.contains(&n.as_str())));
    if narrow && beyond { Err(refuse(41_056)) } else { Ok(()) }
}

fn addresses(world: &World, call: &Call<'_>, user: &mut User) -> Result<(), Refusal> {
    let before = (user.mobile.clone(), user.email.clone());
    if let Some(mobile) = call.text("mobile") {
        user.mobile = if mobile.is_empty() { String::new() } else { rules::mobile(mobile)? };
    }
    if let Some(email) = call.text("email") {
        user.email = if email.is_empty() { String::new() } else { rules::email(email, 41_005)? };
    }
    if before != (user.mobile.clone(), user.email.clone()) {
        rules::reachable(world, user, Some(user.key))?;
    }
    if let Some(address) = call.text("enterprise_email") {
        user.enterprise_email = if address.is_empty() {
            String::new()
        } else {
            rules::enterprise_email(world, address, Some(user.key))?
        };
    }
    Ok(())
}

/// Departments and their weights travel together.
fn places(world: &World, call: &Call<'_>, user: &mut User) -> Result<(), Refusal> {
    let Some(asked) = call.texts("department_ids") else {
        return if call.body.get("orders").is_some_and(|o| !o.is_null()) {
            Err(refuse(44_002))
        } else {
            Ok(())
        };
    };
    // The caller must see where the person comes from as well as where they go.
    let view = View::of(world, &call.caller);
    let leaves = user
        .departments
        .iter()
        .any(|d| if *d == ROOT { !view.is_all() } else { !view.department(world, *d) });
    if leaves {
        return Err(refuse(40_004));
    }
    let departments = rules::departments(world, call, &asked, &user.departments)?;
    user.orders = if call.body.get("orders").is_none_or(Value::is_null) {
        kept_orders(user, &departments).map_or_else(|| rules::orders(world, call, &departments), Ok)?
    } else {
        rules::orders(world, call, &departments)?
    };
    user.departments = departments;
    Ok(())
}

/// The weights stay when the set of departments does.
fn kept_orders(user: &User, departments: &[u64]) -> Option<Vec<crate::sandbox::contact::directory::Order>> {
    let same = departments.len() == user.departments.len()
        && departments.iter().all(|d| user.departments.contains(d));
    same.then(|| user.orders.clone())
}

pub(super) fn change_id(world: &mut World, call: &Call<'_>) -> Answer {
    let key: UserKey = ids::find_user(world, call, call.user_id_type(), call.path("user_id"))?;
    let Some(mut user) = world.contact.directory.user(key).cloned() else { return Err(refuse(40_001)) };
    if !View::of(world, &call.caller).user(world, &user) {
        return Err(refuse(41_050));
    }
    if user.is_gone() {
        return Err(refuse(42_006));
    }
    let new = call.text("new_user_id").unwrap_or_default();
    if new.trim().is_empty() {
        return Err(refuse(41_054));
    }
    let new = rules::user_id(new, 40_001)?;
    if new == user.user_id {
        return Ok(Data::Nothing);
    }
    if world.contact.directory.user_by_id(&new).is_some() {
        return Err(refuse(41_011));
    }
    if user.id_changes > 0 {
        return Err(refuse(41_013));
    }
    user.user_id = new;
    user.id_changes += 1;
    world.contact.directory.put_user(user);
    Ok(Data::Nothing)
}
