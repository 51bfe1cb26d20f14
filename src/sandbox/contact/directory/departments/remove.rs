//! Deleting departments, and letting go of their chats.

use super::{change, rules};
use crate::sandbox::contact::directory::ROOT;
use crate::sandbox::contact::ids;
use crate::sandbox::contact::range::View;
use crate::sandbox::gateway::{Answer, Call, Data, refuse};
use crate::sandbox::world::World;

/// Only an empty department goes, and its id is free at once.
pub(super) fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let key = change::target(world, call)?;
    let view = View::of(world, &call.caller);
    let directory = &world.contact.directory;
    let parent = directory.department(key).map_or(ROOT, |d| d.parent);
    rules::parent(world, &view, parent)?;
    if directory.member_count(key) > 0 {
        return Err(refuse(43_011));
    }
    if directory.child_count(key) > 0 {
        return Err(refuse(43_012));
    }
    world.contact.directory.remove_department(key);
    crate::sandbox::im::unbind(world, key);
    world.contact.groups.forget_department(key);
    world.contact.roles.forget_department(key);
    world.mail.forget_department(key);
    world.attendance.forget_department(key);
    world.vc.forget_department(key);
    Ok(Data::Nothing)
}

pub(super) fn unbind_chat(world: &mut World, call: &Call<'_>) -> Answer {
    let asked = call.text("department_id").unwrap_or_default();
    let key = ids::find_department(world, call.department_id_type(), asked)?;
    if key == ROOT {
        return Err(refuse(40_002));
    }
    if !View::of(world, &call.caller).department(world, key) {
        return Err(refuse(40_004));
    }
    let Some(mut department) = world.contact.directory.department(key).cloned() else {
        return Err(refuse(40_003));
    };
    if department.chat_id.take().is_none() {
        return Err(refuse(40_020));
    }
    world.contact.directory.put_department(department);
    crate::sandbox::im::unbind(world, key);
    Ok(Data::Nothing)
}
