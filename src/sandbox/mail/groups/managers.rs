//! The managers of a group: people only. Adding and removing answer nothing, so only reading tells.
//!
//! An unknown group is 1234013 here as elsewhere, but with HTTP 200. Adding who is one already, and removing who
//! is none, changes nothing and is no error.

use serde_json::{Value, json};

use super::reached;
use crate::sandbox::contact::directory::{User, UserKey};
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route};
use crate::sandbox::mail::edges::{EdgeKey, Party, Relation};
use crate::sandbox::mail::{join, up};
use crate::sandbox::world::World;

const LIST: &str = "mailgroup_manager_list";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/mail/v1/mailgroups/:mailgroup_id/managers", list),
        Route::write("POST", "/open-apis/mail/v1/mailgroups/:mailgroup_id/managers/batch_create", add),
        Route::write("POST", "/open-apis/mail/v1/mailgroups/:mailgroup_id/managers/batch_delete", remove),
    ]
}

/// The people of the body. The pages name no code for a bad one: the gateway's.
fn people(world: &World, call: &Call<'_>) -> Result<Vec<UserKey>, Refusal> {
    let entries = call.list(LIST).map(Vec::as_slice).unwrap_or_default();
    entries
        .iter()
        .enumerate()
        .map(|(i, entry)| {
            let field = |why: &str| Refusal::field(format!("{LIST}[{i}].user_id"), "", why);
            let id = entry.get("user_id").and_then(Value::as_str).filter(|id| !id.is_empty());
            ids::find_user(world, call, call.user_id_type(), id.ok_or_else(|| field("is needed"))?)
        })
        .collect()
}

fn add(world: &mut World, call: &Call<'_>) -> Answer {
    let group = reached(world, call)?.mailgroup_id.clone();
    let people = people(world, call)?;
    if people.iter().any(|key| world.contact.directory.user(*key).is_none_or(User::is_gone)) {
        return Err(Refusal::field(LIST, "", "has somebody who left"));
    }
    for key in people {
        if world.mail.edges.between(Relation::Manager, &group, &Party::User(key)).is_none() {
            join(world, Relation::Manager, &group, Party::User(key), "");
        }
    }
    Ok(Data::empty())
}

fn remove(world: &mut World, call: &Call<'_>) -> Answer {
    let group = reached(world, call)?.mailgroup_id.clone();
    let people = people(world, call)?;
    let held = |key: UserKey| world.mail.edges.between(Relation::Manager, &group, &Party::User(key)).cloned();
    let leaving: Vec<EdgeKey> = people.into_iter().filter_map(held).collect();
    leaving.iter().for_each(|key| world.mail.edges.remove(key));
    Ok(Data::empty())
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    up(world)?;
    let page = call.page(99_992_402, 99_992_402)?;
    let group = &reached(world, call)?.mailgroup_id;
    let people = world.mail.edges.of(Relation::Manager, group).filter_map(|(_, edge)| match edge.party {
        Party::User(key) => Some(key),
        _ => None,
    });
    let spell = |key| ids::user_id_of(world, &call.caller.app_id, key, call.user_id_type());
    Ok(page.cut(world, people, |key| json!({ "user_id": spell(key) })).into_data("items"))
}
