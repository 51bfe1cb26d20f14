//! Making, renaming and deleting groups.
//!
//! Creating and deleting ask for the whole organisation; renaming for the group alone. The pages say that the
//! API neither makes nor changes nor deletes dynamic groups, without a code for it: see
//! `docs/fidelity/catalogues.md`. Empty texts mean *not modified*, so a description cannot be cleared.

use serde_json::json;

use super::{Group, Kind, MAX_GROUPS, put_new};
use crate::sandbox::contact::range::View;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/contact/v3/group", create),
        Route::write("PATCH", "/open-apis/contact/v3/group/:group_id", patch),
        Route::write("DELETE", "/open-apis/contact/v3/group/:group_id", delete),
    ]
}

fn enabled(world: &World) -> Result<(), Refusal> {
    if world.settings().groups_enabled { Ok(()) } else { Err(refuse(42015)) }
}

fn name_fits(name: &str) -> Result<(), Refusal> {
    if name.chars().count() > 100 { Err(refuse(42013)) } else { Ok(()) }
}

fn description_fits(description: &str) -> Result<(), Refusal> {
    if description.chars().count() > 500 { Err(refuse(42014)) } else { Ok(()) }
}

/// `group/create`: letters and digits, at most 64 of them.
fn id_is_well_formed(id: &str) -> bool {
    id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    enabled(world)?;
    if !View::of(world, &call.caller).is_all() {
        return Err(refuse(42010));
    }
    let name = call.text("name").unwrap_or_default();
    if name.trim().is_empty() {
        return Err(refuse(42001));
    }
    name_fits(name)?;
    let description = call.text("description").unwrap_or_default();
    description_fits(description)?;
    if call.int("type").is_some_and(|ty| ty != Kind::Normal.number()) {
        return Err(refuse(42003));
    }
    let id = call.filled("group_id");
    if id.is_some_and(|id| !id_is_well_formed(id)) {
        return Err(refuse(42002));
    }
    let groups = &world.contact.groups;
    if id.is_some_and(|id| groups.get(id).is_some()) {
        return Err(refuse(47005));
    }
    if groups.has_name(name, None) {
        return Err(refuse(47009));
    }
    if groups.rows.len() >= MAX_GROUPS {
        return Err(refuse(42016));
    }
    let group_id = put_new(world, id, name, description, Kind::Normal);
    Ok(Data::Of(json!({ "group_id": group_id })))
}

/// The group of the path, if the caller reaches it.
fn reached<'w>(world: &'w World, call: &Call<'_>, view: &View) -> Result<&'w Group, Refusal> {
    let group = world.contact.groups.get(call.path("group_id")).ok_or_else(|| refuse(42002))?;
    if view.group(&group.group_id) { Ok(group) } else { Err(refuse(42009)) }
}

fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    enabled(world)?;
    let group = reached(world, call, &View::of(world, &call.caller))?;
    if group.kind == Kind::Dynamic {
        return Err(refuse(42024));
    }
    let (name, description) = (call.filled("name"), call.filled("description"));
    if let Some(name) = name {
        name_fits(name)?;
        if name.trim().is_empty() {
            return Err(refuse(40001));
        }
        if world.contact.groups.has_name(name, Some(&group.group_id)) {
            return Err(refuse(47009));
        }
    }
    description.map_or(Ok(()), description_fits)?;
    let group_id = group.group_id.clone();
    if let Some(group) = world.contact.groups.rows.get_mut(&group_id) {
        if let Some(name) = name {
            name.clone_into(&mut group.name);
        }
        if let Some(description) = description {
            description.clone_into(&mut group.description);
        }
    }
    Ok(Data::empty())
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    enabled(world)?;
    let view = View::of(world, &call.caller);
    let group = reached(world, call, &view)?;
    // Not 42002: a client may take that for "already gone".
    if !view.is_all() || group.kind == Kind::Dynamic {
        return Err(refuse(42009));
    }
    if world.contact.groups.user_count(&group.group_id) > 0 || !group.departments.is_empty() {
        return Err(refuse(42017));
    }
    let group_id = group.group_id.clone();
    world.contact.groups.rows.remove(&group_id);
    Ok(Data::empty())
}
