//! Looking at people.

use serde_json::{Value, json};

use super::render::{self, Shape};
use crate::sandbox::contact::directory::{ROOT, User};
use crate::sandbox::contact::ids;
use crate::sandbox::contact::range::View;
use crate::sandbox::gateway::{Answer, Call, Data, one, refuse};
use crate::sandbox::world::World;

/// The most ids in one batch.
const BATCH: usize = 50;

/// One person; the resigned ones are still there, flagged.
pub(super) fn get(world: &World, call: &Call<'_>) -> Answer {
    let key = ids::find_user(world, call, call.user_id_type(), call.path("user_id"))?;
    let user = world.contact.directory.user(key).ok_or_else(|| refuse(41_012))?;
    let view = View::of(world, &call.caller);
    if !view.user(world, user) {
        return Err(refuse(41_050));
    }
    Ok(one("user", render::user(world, call, user, Shape::One)))
}

/// Unknown and invisible ids are dropped without a word.
pub(super) fn batch(world: &World, call: &Call<'_>) -> Answer {
    let asked = call.query_all("user_ids");
    if asked.is_empty() || asked.len() > BATCH {
        return Err(refuse(40_001));
    }
    let view = View::of(world, &call.caller);
    let items: Vec<Value> = asked
        .iter()
        .filter_map(|id| ids::find_user(world, call, call.user_id_type(), id).ok())
        .filter_map(|key| world.contact.directory.user(key))
        .filter(|u| view.user(world, u))
        .map(|u| render::user(world, call, u, Shape::Listed))
        .collect();
    Ok(Data::Of(json!({ "items": items })))
}

/// Direct members; who resigned is not among them, who has not joined is.
pub(super) fn by_department(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40_011, 40_012)?;
    let asked = call.query("department_id").unwrap_or_default();
    let key = ids::find_department(world, call.department_id_type(), asked)?;
    let view = View::of(world, &call.caller);
    let allowed = if key == ROOT { view.is_all() } else { view.department(world, key) };
    if !allowed {
        return Err(refuse(40_004));
    }
    let members = world.contact.directory.members(key).filter(|u: &&User| world.listed(u.created));
    Ok(page.cut(world, members, |u| render::user(world, call, u, Shape::Listed)).into_data("items"))
}
