//! Looking at departments.

use serde_json::{Value, json};

use super::render;
use crate::sandbox::contact::directory::{Department, ROOT};
use crate::sandbox::contact::ids;
use crate::sandbox::contact::range::View;
use crate::sandbox::gateway::{Answer, Call, Data, Identity, one, refuse};
use crate::sandbox::world::World;

/// The most ids in one batch.
const BATCH: usize = 50;
/// Where recursion ends for a person's token.
const PERSON_RECURSION: usize = 1_000;

pub(super) fn get(world: &World, call: &Call<'_>) -> Answer {
    let key = ids::find_department(world, call.department_id_type(), call.path("department_id"))?;
    let view = View::of(world, &call.caller);
    if key == ROOT {
        return if view.is_all() { Ok(one("department", render::root(world))) } else { Err(refuse(40_004)) };
    }
    if !view.department(world, key) {
        return Err(refuse(40_004));
    }
    let department = world.contact.directory.department(key).ok_or_else(|| refuse(40_015))?;
    Ok(one("department", render::department(world, call, department)))
}

/// Unknown and invisible ids are dropped without a word.
pub(super) fn batch(world: &World, call: &Call<'_>) -> Answer {
    let asked = call.query_all("department_ids");
    if asked.is_empty() || asked.len() > BATCH {
        return Err(refuse(40_001));
    }
    let view = View::of(world, &call.caller);
    let items: Vec<Value> = asked
        .iter()
        .filter_map(|id| ids::find_department(world, call.department_id_type(), id).ok())
        .filter(|key| view.department(world, *key))
        .filter_map(|key| world.contact.directory.department(key))
        .map(|d| render::department(world, call, d))
        .collect();
    Ok(Data::Of(json!({ "items": items })))
}

pub(super) fn children(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40_011, 40_012)?;
    let directory = &world.contact.directory;
    let view = View::of(world, &call.caller);
    let person = matches!(call.caller.identity, Identity::User(_));
    let top = ids::find_department(world, call.department_id_type(), call.path("department_id"))?;
    let root_for_app = top == ROOT && !person;
    if (root_for_app && !view.is_all()) || (top != ROOT && !view.department(world, top)) {
        return Err(refuse(40_004));
    }
    let mut found: Vec<&Department> = if call.query_bool("fetch_child") {
        let limit = world.settings().recursion_limit;
        let all: Vec<&Department> = directory.subtree(top).into_iter().filter(|d| d.key != top).collect();
        if limit.is_some_and(|limit| all.len() > limit) {
            return Err(refuse(43_010));
        }
        all
    } else {
        directory.children(top).collect()
    };
    found.retain(|d| world.listed(d.created) && view.department(world, d.key));
    if person {
        found.truncate(PERSON_RECURSION);
    }
    Ok(page.cut(world, found, |d| render::department(world, call, d)).into_data("items"))
}

/// From the parent upwards, ending below the root or where the range ends.
pub(super) fn ancestors(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40_011, 40_012)?;
    let id = call.query("department_id").unwrap_or_default();
    let key = ids::find_department(world, call.department_id_type(), id)?;
    if key == ROOT {
        return Err(refuse(40_002));
    }
    let view = View::of(world, &call.caller);
    if !view.department(world, key) {
        return Err(refuse(40_004));
    }
    let directory = &world.contact.directory;
    let chain = directory
        .ancestry(key)
        .skip(1)
        .take_while(|d| view.department(world, *d))
        .filter_map(|d| directory.department(d));
    Ok(page.cut(world, chain, |d| render::department(world, call, d)).into_data("items"))
}

/// By name, for a person; names in other languages are not searched.
pub(super) fn search(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40_011, 40_012)?;
    let wanted = call.text("query").unwrap_or_default().trim().to_lowercase();
    if wanted.is_empty() {
        return Err(refuse(48_001));
    }
    let view = View::of(world, &call.caller);
    let found = world
        .contact
        .directory
        .departments()
        .filter(|d| d.name.to_lowercase().contains(&wanted))
        .filter(|d| world.listed(d.created) && view.department(world, d.key));
    Ok(page.cut(world, found, |d| render::department(world, call, d)).into_data("items"))
}
