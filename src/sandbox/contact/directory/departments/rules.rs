//! What a department must be: each rule with the code of its page.

use serde_json::Value;

use crate::sandbox::contact::directory::{Department, DepartmentKey, Leader, ROOT, UserKey};
use crate::sandbox::contact::i18n::I18nName;
use crate::sandbox::contact::ids;
use crate::sandbox::contact::range::View;
use crate::sandbox::gateway::{Call, Refusal, refuse};
use crate::sandbox::world::World;

/// Limits of `contact-v3/department/create`.
const DEPTH: usize = 25;
const CHILDREN: usize = 1_000;
const TOTAL: usize = 30_000;
const HRBPS: usize = 500;
const PER_UNIT: usize = 1_000;

/// Neither blank nor holding the path separator.
pub(super) fn name(text: &str) -> Result<String, Refusal> {
    let name = text.trim();
    if name.is_empty() {
        return Err(refuse(40_016));
    }
    if name.contains('/') {
        return Err(refuse(43_029));
    }
    Ok(name.to_owned())
}

pub(super) fn i18n(call: &Call<'_>) -> Result<Option<I18nName>, Refusal> {
    let names = I18nName::from_body(call.body.get("i18n_name"));
    if names.as_ref().is_some_and(|n| n.texts().any(|t| t.contains('/'))) {
        return Err(refuse(43_029));
    }
    Ok(names)
}

/// No two siblings share a name, nor a name in one language. With the knob on, no two of the tenant.
pub(super) fn unique_names(world: &World, candidate: &Department) -> Result<(), Refusal> {
    let directory = &world.contact.directory;
    let clash = |d: &Department| {
        if d.key == candidate.key {
            return Ok(());
        }
        if d.name == candidate.name {
            return Err(refuse(43_022));
        }
        let (ours, theirs) = (&candidate.i18n_name, &d.i18n_name);
        let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
        if same(&ours.zh_cn, &theirs.zh_cn)
            || same(&ours.en_us, &theirs.en_us)
            || same(&ours.ja_jp, &theirs.ja_jp)
        {
            return Err(refuse(43_018));
        }
        Ok(())
    };
    if world.settings().department_name_unique_in_tenant {
        directory.departments().try_for_each(clash)
    } else {
        directory.children(candidate.parent).try_for_each(clash)
    }
}

/// The custom id: shape, reserved words, and that no living department has it.
pub(super) fn custom_id(world: &World, id: &str, bad: i64) -> Result<String, Refusal> {
    let shape = id.len() <= 64
        && id.chars().next().is_some_and(|c| c.is_ascii_alphanumeric())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '@' | '.'));
    if !shape || id.starts_with("od-") || id == "0" || id == "1" {
        return Err(refuse(bad));
    }
    if world.contact.directory.department_by_id(id).is_some() {
        return Err(refuse(43_007));
    }
    Ok(id.to_owned())
}

/// A parent that the caller may build under. The root takes the whole range.
pub(super) fn parent(world: &World, view: &View, key: DepartmentKey) -> Result<(), Refusal> {
    let allowed = if key == ROOT { view.is_all() } else { view.department(world, key) };
    if allowed { Ok(()) } else { Err(refuse(40_014)) }
}

/// Room below the new parent: depth of the deepest descendant, number of children, size of the tenant.
pub(super) fn room(world: &World, candidate: &Department, is_new: bool) -> Result<(), Refusal> {
    let directory = &world.contact.directory;
    let height = if is_new { 1 } else { directory.height(candidate.key) };
    if directory.depth(candidate.parent) + height > DEPTH {
        return Err(refuse(43_019));
    }
    let here = directory.department(candidate.key).is_some_and(|d| d.parent == candidate.parent);
    if !here && directory.child_count(candidate.parent) >= CHILDREN {
        return Err(refuse(43_013));
    }
    if is_new && directory.department_count() >= TOTAL {
        return Err(refuse(43_013).msg("department count of the tenant exceeds the limit"));
    }
    Ok(())
}

/// The order asked for, free among the siblings; or one behind them all.
pub(super) fn order(
    world: &World,
    asked: Option<&str>,
    parent: DepartmentKey,
    key: DepartmentKey,
    malformed: i64,
) -> Result<i64, Refusal> {
    let mut siblings = world.contact.directory.children(parent).filter(|d| d.key != key).map(|d| d.order);
    match asked {
        Some(text) => {
            let order = text.parse::<i64>().ok().filter(|n| *n >= 0).ok_or_else(|| refuse(malformed))?;
            if siblings.any(|o| o == order) { Err(refuse(43_005)) } else { Ok(order) }
        }
        None => Ok(siblings.max().map_or(1_000, |max| max.saturating_add(1_000))),
    }
}

/// The leaders after the call. `leader_user_id` and the primary of `leaders` are one thing under two names.
pub(super) fn leaders(
    world: &World,
    call: &Call<'_>,
    before: &[Leader],
    malformed: i64,
) -> Result<Vec<Leader>, Refusal> {
    let find = |id: &str| ids::find_user(world, call, call.user_id_type(), id);
    let single = call.filled("leader_user_id").map(find).transpose()?;
    let after = match (call.list("leaders"), single) {
        (Some(list), single) => {
            let mut after = Vec::with_capacity(list.len());
            for item in list {
                let id = item.get("leaderID").and_then(Value::as_str).unwrap_or_default();
                let primary = match item.get("leaderType").and_then(Value::as_i64) {
                    Some(1) => true,
                    Some(2) => false,
                    _ => return Err(refuse(malformed)),
                };
                after.push(Leader { primary, user: find(id)? });
            }
            let primaries: Vec<UserKey> = after.iter().filter(|l| l.primary).map(|l| l.user).collect();
            let unequal = single.is_some_and(|s| primaries.first() != Some(&s));
            if (!after.is_empty() && primaries.len() != 1) || unequal {
                return Err(refuse(malformed));
            }
            after
        }
        (None, Some(user)) => {
            let deputies = before.iter().filter(|l| !l.primary && l.user != user).copied();
            std::iter::once(Leader { primary: true, user }).chain(deputies).collect()
        }
        (None, None) => return Ok(before.to_vec()),
    };
    let mut seen = std::collections::BTreeSet::new();
    for leader in &after {
        if !seen.insert(leader.user) {
            return Err(refuse(malformed));
        }
        let user = world.contact.directory.user(leader.user).ok_or_else(|| refuse(41_012))?;
        if user.is_gone() {
            return Err(refuse(42_006));
        }
        if !user.is_active() {
            return Err(refuse(43_025));
        }
    }
    Ok(after)
}

/// HR partners; unlike leaders they are one flat list.
pub(super) fn hrbps(world: &World, call: &Call<'_>) -> Result<Option<Vec<UserKey>>, Refusal> {
    let Some(asked) = call.texts("department_hrbps") else { return Ok(None) };
    if asked.len() > HRBPS {
        return Err(refuse(43_028));
    }
    let mut found: Vec<UserKey> = Vec::with_capacity(asked.len());
    for id in asked {
        let key = ids::find_user(world, call, call.user_id_type(), id)?;
        let fit = world.contact.directory.user(key).is_some_and(|u| !u.is_gone() && u.status.joined);
        if !fit || found.contains(&key) {
            return Err(refuse(43_028));
        }
        found.push(key);
    }
    Ok(Some(found))
}

/// The unit of a new department; later it changes only by binding.
pub(super) fn unit(world: &World, call: &Call<'_>) -> Result<Option<String>, Refusal> {
    let Some(units) = call.texts("unit_ids") else { return Ok(None) };
    match units.as_slice() {
        [] => Ok(None),
        [id] if world.contact.units.exists(id) => {
            let bound = world.contact.directory.departments().filter(|d| d.unit_id.as_deref() == Some(*id));
            if bound.count() >= PER_UNIT { Err(refuse(43_017)) } else { Ok(Some((*id).to_owned())) }
        }
        _ => Err(refuse(43_004)),
    }
}

/// Employee types of the department chat: built-in or custom, by number.
pub(super) fn chat_types(world: &World, call: &Call<'_>) -> Result<Option<Vec<i64>>, Refusal> {
    let Some(list) = call.list("group_chat_employee_types") else { return Ok(None) };
    let types: Vec<i64> = list.iter().filter_map(Value::as_i64).collect();
    if types.iter().any(|t| world.contact.employee_types.state(*t).is_none()) {
        return Err(refuse(43_026));
    }
    Ok(Some(types))
}
