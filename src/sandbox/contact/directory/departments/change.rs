//! Making and changing departments. Everything is checked on a copy; only then is the row replaced.

use super::{render, rules};
use crate::sandbox::contact::directory::{Department, DepartmentKey, ROOT};
use crate::sandbox::contact::i18n::I18nName;
use crate::sandbox::contact::ids;
use crate::sandbox::contact::range::View;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, one, refuse};
use crate::sandbox::im;
use crate::sandbox::world::{World, short_digest};

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    const MALFORMED: i64 = 40_018;
    let view = View::of(world, &call.caller);
    let asked = call.text("parent_department_id").unwrap_or_default();
    let parent = ids::find_department(world, call.department_id_type(), asked)?;
    rules::parent(world, &view, parent)?;
    let department_id = match call.filled("department_id") {
        Some(id) => Some(rules::custom_id(world, id, 43_008)?),
        None => None,
    };
    let mut department = Department {
        key: DepartmentKey::MAX,
        department_id: department_id.clone().unwrap_or_default(),
        name: rules::name(call.text("name").unwrap_or_default())?,
        i18n_name: rules::i18n(call)?.unwrap_or_default(),
        parent,
        order: rules::order(world, call.filled("order"), parent, DepartmentKey::MAX, MALFORMED)?,
        leaders: rules::leaders(world, call, &[], MALFORMED)?,
        hrbps: rules::hrbps(world, call)?.unwrap_or_default(),
        unit_id: rules::unit(world, call)?,
        chat_id: None,
        chat_employee_types: rules::chat_types(world, call)?,
        id_changes: 0,
        external: false,
        created: world.now,
    };
    rules::unique_names(world, &department)?;
    rules::room(world, &department, true)?;
    department.key = world.next("department");
    if department_id.is_none() {
        department.department_id = generated_id(world, department.key);
    }
    open_chat(world, &mut department, call);
    let key = department.key;
    world.contact.directory.put_department(department);
    shown(world, call, key)
}

pub(super) fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    // The page of the partial update has no code for a malformed value; 40001 is the generic one.
    change(world, call, &Update { full: false, malformed: 40_001, leaders: 43_016 })
}

pub(super) fn put(world: &mut World, call: &Call<'_>) -> Answer {
    change(world, call, &Update { full: true, malformed: 40_018, leaders: 43_016 })
}

/// The two updates differ in what an omitted field means, and in their codes.
struct Update {
    /// Omitted fields are emptied, except the order and the chat's employee types.
    full: bool,
    malformed: i64,
    leaders: i64,
}

fn change(world: &mut World, call: &Call<'_>, update: &Update) -> Answer {
    let key = target(world, call)?;
    let view = View::of(world, &call.caller);
    let Some(before) = world.contact.directory.department(key).cloned() else { return Err(refuse(40_008)) };
    rules::parent(world, &view, before.parent)?;
    if before.external {
        return Err(refuse(43_031));
    }
    let mut after = before.clone();
    if let Some(name) = call.text("name").filter(|n| update.full || !n.is_empty()) {
        after.name = rules::name(name)?;
    }
    match rules::i18n(call)? {
        Some(names) if update.full => after.i18n_name = names,
        Some(names) => after.i18n_name = merge(&before.i18n_name, names),
        None if update.full => after.i18n_name = I18nName::default(),
        None => {}
    }
    if let Some(asked) = call.filled("parent_department_id") {
        after.parent = ids::find_department(world, call.department_id_type(), asked)?;
    }
    let moved = after.parent != before.parent;
    if moved {
        rules::parent(world, &view, after.parent)?;
        if world.contact.directory.ancestry(after.parent).any(|d| d == key) {
            return Err(refuse(update.malformed).msg("a department cannot move below itself"));
        }
    }
    after.order = match call.filled("order") {
        Some(order) => rules::order(world, Some(order), after.parent, key, update.malformed)?,
        // Where it goes, its place may be taken.
        None if moved => {
            rules::order(world, Some(&before.order.to_string()), after.parent, key, update.malformed)
                .or_else(|_| rules::order(world, None, after.parent, key, update.malformed))?
        }
        None => before.order,
    };
    let kept = if update.full { &[][..] } else { before.leaders.as_slice() };
    after.leaders = rules::leaders(world, call, kept, update.leaders)?;
    after.hrbps = match rules::hrbps(world, call)? {
        Some(hrbps) => hrbps,
        None if update.full => Vec::new(),
        None => before.hrbps.clone(),
    };
    if let Some(types) = rules::chat_types(world, call)? {
        after.chat_employee_types = Some(types);
    } else if update.full && after.chat_id.is_none() {
        after.chat_employee_types = None;
    }
    rules::unique_names(world, &after)?;
    if moved {
        rules::room(world, &after, false)?;
    }
    open_chat(world, &mut after, call);
    world.contact.directory.put_department(after);
    shown(world, call, key)
}

pub(super) fn change_id(world: &mut World, call: &Call<'_>) -> Answer {
    let asked = call.path("department_id");
    let key = ids::find_department(world, call.department_id_type(), asked)?;
    if key == ROOT {
        return Err(refuse(40_002));
    }
    if !View::of(world, &call.caller).department(world, key) {
        return Err(refuse(40_007));
    }
    let Some(mut department) = world.contact.directory.department(key).cloned() else {
        return Err(refuse(40_001));
    };
    let new = call.text("new_department_id").unwrap_or_default();
    if new == department.department_id {
        return Ok(Data::Nothing);
    }
    let new = rules::custom_id(world, new, 40_001)?;
    if department.id_changes > 0 {
        return Err(refuse(43_009));
    }
    department.department_id = new;
    department.id_changes += 1;
    world.contact.directory.put_department(department);
    Ok(Data::Nothing)
}

/// The department of the path, which must not be the root and must be in range.
pub(super) fn target(world: &World, call: &Call<'_>) -> Result<DepartmentKey, Refusal> {
    let key = ids::find_department(world, call.department_id_type(), call.path("department_id"))?;
    if key == ROOT {
        return Err(refuse(40_002));
    }
    if View::of(world, &call.caller).department(world, key) { Ok(key) } else { Err(refuse(40_004)) }
}

fn shown(world: &World, call: &Call<'_>, key: DepartmentKey) -> Answer {
    let department = world.contact.directory.department(key).ok_or_else(|| refuse(40_003))?;
    Ok(one("department", render::department(world, call, department)))
}

/// A locale that the patch does not name keeps its text.
fn merge(before: &I18nName, after: I18nName) -> I18nName {
    I18nName {
        zh_cn: after.zh_cn.or_else(|| before.zh_cn.clone()),
        ja_jp: after.ja_jp.or_else(|| before.ja_jp.clone()),
        en_us: after.en_us.or_else(|| before.en_us.clone()),
    }
}

/// A chat is opened when asked for and never closed this way.
fn open_chat(world: &mut World, department: &mut Department, call: &Call<'_>) {
    if call.bool("create_group_chat") == Some(true) && department.chat_id.is_none() {
        department.chat_id = Some(im::open_department_chat(world, department));
    }
}

fn generated_id(world: &World, key: DepartmentKey) -> String {
    short_digest(&["department", &world.settings().tenant.tenant_key, &key.to_string()], 16)
}
