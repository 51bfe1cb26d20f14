//! What a person's fields must be: each rule with the code of its page.

use serde_json::Value;

use crate::sandbox::contact::directory::{DepartmentKey, Order, ROOT, Unique, User, UserKey};
use crate::sandbox::contact::ids;
use crate::sandbox::contact::range::View;
use crate::sandbox::gateway::{Call, Refusal, refuse};
use crate::sandbox::tenant;
use crate::sandbox::world::{Brand, World};

const LONG: usize = 255;
const TITLE: usize = 100;
const CITY: usize = 100;
const DEPARTMENTS: usize = 50;
const MEMBERS: usize = 10_000;

/// A number in its one international form; a bare Chinese one gets its +86.
pub(super) fn e164(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let mainland = |n: &str| n.len() == 11 && n.starts_with('1') && n.bytes().all(|b| b.is_ascii_digit());
    if mainland(&compact) {
        return Some(format!("+86{compact}"));
    }
    let digits = compact.strip_prefix('+')?;
    let sound = (7..=15).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0');
    // A mainland number with its code must still be a mainland number.
    let sound = sound && digits.strip_prefix("86").is_none_or(mainland);
    sound.then(|| format!("+{digits}"))
}

fn holder_is_other(world: &World, unique: Unique, value: &str, key: Option<UserKey>) -> bool {
    !value.is_empty() && world.contact.directory.holder(unique, value).is_some_and(|h| Some(h) != key)
}

/// Mobile and email together: their shapes, whose they are, and which of them this tenant demands.
pub(super) fn reachable(world: &World, user: &User, key: Option<UserKey>) -> Result<(), Refusal> {
    let settings = world.settings();
    let mainland = user.mobile.starts_with("+86");
    if user.mobile.is_empty() {
        return Err(refuse(if user.email.is_empty() { 41_009 } else { 41_010 }));
    }
    match settings.brand {
        Brand::Lark if mainland => return Err(refuse(44_018)),
        Brand::Feishu if !mainland && !settings.verified => return Err(refuse(44_019)),
        Brand::Feishu if !mainland && user.email.is_empty() => return Err(refuse(44_020)),
        Brand::Feishu | Brand::Lark => {}
    }
    let directory = &world.contact.directory;
    let mobile = directory.holder(Unique::Mobile, &user.mobile).filter(|h| Some(*h) != key);
    let email =
        directory.holder(Unique::Email, &user.email).filter(|h| Some(*h) != key && !user.email.is_empty());
    match (mobile, email) {
        (Some(a), Some(b)) if a != b => Err(refuse(41_003)),
        (Some(_), _) => Err(refuse(41_001)),
        (None, Some(_)) => Err(refuse(41_002)),
        (None, None) => Ok(()),
    }
}

pub(super) fn mobile(text: &str) -> Result<String, Refusal> {
    e164(text).ok_or_else(|| refuse(41_004))
}

pub(super) fn email(text: &str, bad: i64) -> Result<String, Refusal> {
    let text = text.trim();
    let sound = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && !domain.contains('@')
    });
    let plain =
        text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '(' | ')' | ',' | ';' | '<' | '>'));
    if sound && plain && text.len() <= 254 { Ok(text.to_owned()) } else { Err(refuse(bad)) }
}

/// The company mailbox: its domain must be one of the tenant's.
pub(super) fn enterprise_email(world: &World, text: &str, key: Option<UserKey>) -> Result<String, Refusal> {
    let address = email(text, 41_035)?;
    let domain = address.split('@').nth(1).unwrap_or_default().to_lowercase();
    if !world.settings().mail_domains.contains(&domain) {
        return Err(refuse(44_001));
    }
    let held = crate::sandbox::mail::holds(world, &address);
    if held || holder_is_other(world, Unique::EnterpriseEmail, &address, key) {
        return Err(refuse(41_034));
    }
    Ok(address)
}

pub(super) fn name(world: &World, text: &str) -> Result<String, Refusal> {
    let name = text.trim();
    if name.is_empty() {
        return Err(refuse(41_006));
    }
    if name.chars().count() > LONG {
        return Err(refuse(41_070));
    }
    if world.settings().sensitive_words.iter().any(|w| name.contains(w.as_str())) {
        return Err(refuse(41_014));
    }
    Ok(name.to_owned())
}

/// Free text with a length, trimmed.
pub(super) fn text(text: &str, max: usize, too_long: i64) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > max { Err(refuse(too_long)) } else { Ok(text.to_owned()) }
}

/// Plain text fields of a body, with their limits; the ones that are absent stay as they are.
pub(super) fn texts(call: &Call<'_>, user: &mut User) -> Result<(), Refusal> {
    for (field, slot, max, code) in [
        ("en_name", &mut user.en_name, LONG, 41_071),
        ("nickname", &mut user.nickname, LONG, 41_072),
        ("city", &mut user.city, CITY, 40_001),
        ("country", &mut user.country, LONG, 40_001),
        ("work_station", &mut user.work_station, LONG, 40_001),
        ("employee_no", &mut user.employee_no, LONG, 40_001),
    ] {
        if let Some(sent) = call.text(field) {
            *slot = text(sent, max, code)?;
        }
    }
    // An empty title means "leave it", a blank one clears.
    if let Some(sent) = call.filled("job_title") {
        user.job_title = text(sent, TITLE, 41_063)?;
    }
    if let Some(key) = call.filled("avatar_key") {
        let sound = key.len() <= 200
            && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        if !sound {
            return Err(refuse(41_036));
        }
        key.clone_into(&mut user.avatar_key);
    }
    Ok(())
}

pub(super) fn employee_no(world: &World, user: &User, key: Option<UserKey>) -> Result<(), Refusal> {
    let taken = holder_is_other(world, Unique::EmployeeNo, &user.employee_no, key);
    if taken { Err(refuse(44_051)) } else { Ok(()) }
}

pub(super) fn employee_type(world: &World, value: i64) -> Result<i64, Refusal> {
    match world.contact.employee_types.state(value) {
        None => Err(refuse(41_059)),
        Some(false) => Err(refuse(41_060)),
        Some(true) => Ok(value),
    }
}

/// Job level and family by id; an empty text clears.
pub(super) fn career(world: &World, call: &Call<'_>, user: &mut User) -> Result<(), Refusal> {
    if let Some(id) = call.text("job_level_id") {
        if !id.is_empty() && !world.contact.job_levels.is_enabled(id) {
            return Err(refuse(44_044));
        }
        id.clone_into(&mut user.job_level_id);
    }
    if let Some(id) = call.text("job_family_id") {
        if !id.is_empty() && !world.contact.job_families.is_enabled(id) {
            return Err(refuse(44_045));
        }
        id.clone_into(&mut user.job_family_id);
    }
    Ok(())
}

/// A chosen `user_id`.
pub(super) fn user_id(text: &str, bad: i64) -> Result<String, Refusal> {
    let sound = (1..=64).contains(&text.len()) && !text.chars().any(char::is_whitespace);
    if sound { Ok(text.to_owned()) } else { Err(refuse(bad)) }
}

/// The departments of a list, each in range and with room for one more.
pub(super) fn departments(
    world: &World,
    call: &Call<'_>,
    asked: &[&str],
    before: &[DepartmentKey],
) -> Result<Vec<DepartmentKey>, Refusal> {
    if asked.is_empty() {
        return Err(refuse(41_041));
    }
    if asked.len() > DEPARTMENTS {
        return Err(refuse(41_033));
    }
    let view = View::of(world, &call.caller);
    let mut found = Vec::with_capacity(asked.len());
    for id in asked {
        let key = ids::find_department(world, call.department_id_type(), id)?;
        let allowed = if key == ROOT { view.is_all() } else { view.department(world, key) };
        if !allowed {
            return Err(refuse(40_004));
        }
        if !before.contains(&key) && world.contact.directory.member_count(key) >= MEMBERS {
            return Err(refuse(41_016));
        }
        if !found.contains(&key) {
            found.push(key);
        }
    }
    if found.len() > 1 && !world.settings().multi_department {
        return Err(refuse(41_032));
    }
    Ok(found)
}

/// `orders` against the departments: one entry each, and the primary one must have the largest weight.
pub(super) fn orders(
    world: &World,
    call: &Call<'_>,
    departments: &[DepartmentKey],
) -> Result<Vec<Order>, Refusal> {
    let mut orders: Vec<Order> = departments
        .iter()
        .map(|d| Order { department: *d, user_order: 0, department_order: 0, primary: false })
        .collect();
    let Some(sent) = call.list("orders").filter(|l| !l.is_empty()) else {
        // Nobody said: the first is the primary one, and weighs most.
        let most = i64::try_from(orders.len()).unwrap_or_default();
        for (order, weight) in orders.iter_mut().zip((1..=most).rev()) {
            order.department_order = weight;
        }
        if let Some(first) = orders.first_mut() {
            first.primary = true;
        }
        return Ok(orders);
    };
    for item in sent {
        let id = item.get("department_id").and_then(Value::as_str).unwrap_or_default();
        let key = ids::find_department(world, call.department_id_type(), id)?;
        let slot = orders.iter_mut().find(|o| o.department == key).ok_or_else(|| refuse(41_025))?;
        let int = |name: &str| item.get(name).and_then(Value::as_i64).unwrap_or(0);
        slot.user_order = int("user_order");
        slot.department_order = int("department_order");
        slot.primary = item.get("is_primary_dept").and_then(Value::as_bool).unwrap_or(false);
    }
    let max = orders.iter().map(|o| o.department_order).max().unwrap_or(0);
    let primaries: Vec<&Order> = orders.iter().filter(|o| o.primary).collect();
    if primaries.len() > 1 || primaries.iter().any(|p| p.department_order < max) {
        return Err(refuse(41_410));
    }
    if primaries.is_empty()
        && let Some(first) = orders.iter_mut().max_by_key(|o| o.department_order)
    {
        first.primary = true;
    }
    orders.sort_by_key(|o| std::cmp::Reverse(o.department_order));
    Ok(orders)
}

/// The direct manager and the dotted lines. An empty text or list clears.
pub(super) fn leaders(
    world: &World,
    call: &Call<'_>,
    user: &mut User,
    key: Option<UserKey>,
) -> Result<(), Refusal> {
    let find = |id: &str| -> Result<UserKey, Refusal> {
        let leader = ids::find_user(world, call, call.user_id_type(), id)?;
        if Some(leader) == key {
            return Err(refuse(41_030));
        }
        let row = world.contact.directory.user(leader).ok_or_else(|| refuse(44_022))?;
        if row.is_gone() {
            return Err(refuse(44_021));
        }
        if !View::of(world, &call.caller).user(world, row) {
            return Err(refuse(44_022));
        }
        Ok(leader)
    };
    if let Some(id) = call.text("leader_user_id") {
        user.leader = if id.is_empty() { None } else { Some(find(id)?) };
        if let (Some(leader), Some(key)) = (user.leader, key) {
            no_circle(world, leader, key)?;
        }
    }
    if let Some(list) = call.texts("dotted_line_leader_user_ids") {
        let mut found = Vec::with_capacity(list.len());
        for id in list {
            let leader = find(id)?;
            if !found.contains(&leader) {
                found.push(leader);
            }
        }
        user.dotted_line_leaders = found;
    }
    Ok(())
}

/// The pages name no code for a circle of managers; the sandbox refuses one (see `docs/fidelity.md`).
fn no_circle(world: &World, leader: UserKey, key: UserKey) -> Result<(), Refusal> {
    let mut at = Some(leader);
    let mut steps = 0;
    while let Some(person) = at {
        if person == key {
            return Err(refuse(44_022).msg("leaders form a circle"));
        }
        steps += 1;
        at = if steps > 1_000 { None } else { world.contact.directory.user(person).and_then(|u| u.leader) };
    }
    Ok(())
}

/// Seats by licence. A person who is new, or whose seats are named, is judged by what the tenant has bought.
pub(super) fn seats(
    world: &World,
    call: &Call<'_>,
    user: &mut User,
    key: Option<UserKey>,
) -> Result<(), Refusal> {
    let sent = call.texts("subscription_ids");
    if sent.as_ref().is_some_and(|list| !list.is_empty())
        && !call.has_scope("contact:user.subscription_ids:write")
    {
        return Err(refuse(44_050));
    }
    match sent {
        Some(list) => {
            tenant::check_seats(world, &list, key)?;
            user.subscription_ids = list.into_iter().map(str::to_owned).collect();
            Ok(())
        }
        None if key.is_none() => tenant::check_seats(world, &[], None),
        None => Ok(()),
    }
}

/// Whether one more person fits into the tenant.
pub(super) fn headcount(world: &World) -> Result<(), Refusal> {
    let settings = world.settings();
    let people = world.contact.directory.user_count() as u64;
    if !settings.verified && people >= 100 {
        return Err(refuse(41_007));
    }
    if settings.max_users.is_some_and(|max| people >= max) {
        return Err(refuse(41_008));
    }
    Ok(())
}
