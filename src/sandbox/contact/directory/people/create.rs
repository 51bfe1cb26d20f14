//! Inviting people.

use super::render::{self, Shape};
use super::{attrs, rules};
use crate::sandbox::contact::directory::{Status, User, UserKey};
use crate::sandbox::gateway::{Answer, Call, Refusal, one, refuse};
use crate::sandbox::world::{Join, World, short_digest};

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let mut user = draft(world, call)?;
    user.key = world.next("user");
    if user.user_id.is_empty() {
        user.user_id = short_digest(&["user", &world.settings().tenant.tenant_key, &user.key.to_string()], 8);
    }
    let key = user.key;
    let (title, city) = (user.job_title.clone(), user.city.clone());
    let failed = labels(world, &mut user, &title, &city);
    world.contact.directory.put_user(user);
    // The person exists now, whatever became of the title and the city.
    if let Some(code) = failed.code(44_054, 44_055, 44_056) {
        return Err(refuse(code));
    }
    let user = world.contact.directory.user(key).ok_or_else(|| refuse(40_003))?;
    let mut shown = render::user(world, call, user, Shape::Created);
    shown["avatar_key"] = user.avatar_key.as_str().into();
    Ok(one("user", shown))
}

/// Everything checked, nothing changed.
fn draft(world: &World, call: &Call<'_>) -> Result<User, Refusal> {
    let mut user = User { mobile_visible: true, created: world.now, ..User::default() };
    if let Some(id) = call.filled("user_id") {
        user.user_id = rules::user_id(id, 41_012)?;
        if world.contact.directory.user_by_id(id).is_some() {
            return Err(refuse(41_011));
        }
    }
    user.name = rules::name(world, call.text("name").unwrap_or_default())?;
    rules::texts(call, &mut user)?;
    if let Some(mobile) = call.filled("mobile") {
        user.mobile = rules::mobile(mobile)?;
    }
    if let Some(email) = call.filled("email") {
        user.email = rules::email(email, 41_005)?;
    }
    rules::reachable(world, &user, None)?;
    rules::employee_no(world, &user, None)?;
    let asked = call.texts("department_ids").unwrap_or_default();
    if asked.is_empty() {
        return Err(refuse(41_017));
    }
    user.departments = rules::departments(world, call, &asked, &[])?;
    user.orders = rules::orders(world, call, &user.departments)?;
    user.employee_type = rules::employee_type(world, call.int("employee_type").unwrap_or_default())?;
    rules::leaders(world, call, &mut user, None)?;
    if call.filled("leader_user_id").is_some_and(|l| l == user.user_id) {
        return Err(refuse(41_030));
    }
    rules::career(world, call, &mut user)?;
    rules::seats(world, call, &mut user, None)?;
    if let Some(address) = call.filled("enterprise_email") {
        user.enterprise_email = rules::enterprise_email(world, address, None)?;
    }
    if call.filled("geo").is_some() {
        // Data residency regions are a matter of contract; this tenant has none.
        let code = if call.has_scope("contact:user.user_geo") { 44_040 } else { 44_039 };
        return Err(refuse(code));
    }
    user.custom_attrs = attrs::read(world, call)?.unwrap_or_default();
    user.mobile_visible = call.bool("mobile_visible").unwrap_or(true);
    user.gender = call.int("gender").unwrap_or(0);
    user.join_time = Some(match call.int("join_time") {
        Some(seconds) if seconds < 0 => return Err(refuse(41_042)),
        Some(seconds) => seconds,
        None => world.now / 1_000,
    });
    user.status = Status { joined: world.settings().join == Join::AtOnce, ..Status::default() };
    rules::headcount(world)?;
    Ok(user)
}

/// Which of the two catalogues refused.
#[derive(Debug, Clone, Copy)]
pub(super) struct Failed {
    city: bool,
    title: bool,
}

impl Failed {
    /// The code of a success that is only half of one.
    pub(super) fn code(self, city: i64, title: i64, both: i64) -> Option<i64> {
        match (self.city, self.title) {
            (false, false) => None,
            (true, false) => Some(city),
            (false, true) => Some(title),
            (true, true) => Some(both),
        }
    }
}

/// Titles and cities come into being by being given to somebody; where that fails, the person has none.
pub(super) fn labels(world: &mut World, user: &mut User, title: &str, city: &str) -> Failed {
    let mut failed = Failed { city: false, title: false };
    if !title.is_empty() {
        let id = label_id(world, "job_title");
        failed.title = world.contact.job_titles.ensure(title, &id, world.now).is_err();
    }
    if !city.is_empty() {
        let id = label_id(world, "work_city");
        failed.city = world.contact.work_cities.ensure(city, &id, world.now).is_err();
    }
    let before = world.contact.directory.user(user.key);
    if failed.title {
        user.job_title = before.map(|u| u.job_title.clone()).unwrap_or_default();
    }
    if failed.city {
        user.city = before.map(|u| u.city.clone()).unwrap_or_default();
    }
    failed
}

fn label_id(world: &mut World, sequence: &str) -> String {
    let number: UserKey = world.next(sequence);
    short_digest(&[sequence, &world.settings().tenant.tenant_key, &number.to_string()], 22)
}
