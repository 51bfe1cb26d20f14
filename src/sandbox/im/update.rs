//! Changing a chat. What is left out keeps its value, and so does a text that is empty.

use super::chat::{Actor, Chat, SETTINGS};
use super::gate::{self, Visit};
use super::people::{Named, named};
use super::rules;
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::contact::i18n::I18nName;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::world::World;

/// What any member may change while `edit_permission` lets them.
const EVERYBODYS: [&str; 4] = ["avatar", "name", "description", "i18n_names"];

pub(super) fn routes() -> Vec<Route> {
    vec![Route::write("PUT", "/open-apis/im/v1/chats/:chat_id", update)]
}

fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = gate::enter(world, call)?;
    let before = gate::chat(world, &visit)?;
    if before.mode != super::Mode::Group {
        return Err(refuse(232_008));
    }
    may(call, before, &visit)?;
    let mut after = before.clone();
    if let Some(name) = call.filled("name") {
        after.name = Some(name.to_owned());
    }
    if let Some(description) = call.filled("description") {
        description.clone_into(&mut after.description);
    }
    if let Some(names) = I18nName::from_body(call.body.get("i18n_names")) {
        after.i18n_names = names;
    }
    if let Some(key) = call.filled("avatar") {
        rules::avatar(world, call, key)?;
        key.clone_into(&mut after.avatar);
    }
    for (name, ..) in SETTINGS {
        if let Some(value) = call.filled(name) {
            after.settings.insert(name.to_owned(), value.to_owned());
        }
    }
    after.restricted = rules::restricted(world, call, before.restricted)?;
    rules::texts(world, &after)?;
    rules::public(world, &after, Some(visit.key))?;
    rules::hide_count(world, &after)?;
    rules::paired(&after)?;
    let opens = before.setting("membership_approval") != after.setting("membership_approval")
        && after.setting("membership_approval") == "no_approval_required";
    if opens && before.meeting {
        return Err(refuse(232_093));
    }
    if let Some(id) = call.filled("owner_id") {
        let owner = new_owner(world, call, before, id)?;
        after.managers.remove(&owner);
        after.owner = Some(Actor::User(owner));
    }
    after.active = world.now;
    world.im.chats.insert(visit.key, after);
    Ok(Data::empty())
}

/// Who may change what.
fn may(call: &Call<'_>, chat: &Chat, visit: &Visit) -> Result<(), Refusal> {
    let standing = &visit.standing;
    if standing.rules() {
        return Ok(());
    }
    if standing.manager {
        // "All information" by the page; the stricter reading keeps the chat itself with its owner.
        return if call.filled("owner_id").is_some() { Err(refuse(232_002)) } else { Ok(()) };
    }
    if chat.setting("edit_permission") == "only_owner" {
        return Err(refuse(232_002));
    }
    let sent = call.body.as_object().into_iter().flatten().filter(|(_, v)| !v.is_null());
    if sent.map(|(name, _)| name.as_str()).all(|name| EVERYBODYS.contains(&name)) {
        Ok(())
    } else {
        Err(refuse(232_016))
    }
}

fn new_owner(world: &World, call: &Call<'_>, chat: &Chat, id: &str) -> Result<UserKey, Refusal> {
    let user = match named(world, call, call.user_id_type(), id) {
        Named::Usable(Actor::User(user)) => user,
        Named::Foreign => return Err(refuse(232_031)),
        Named::Unknown(refusal) => return Err(refusal),
        Named::Usable(Actor::Bot(_)) | Named::Resigned | Named::Unreachable => return Err(refuse(232_035)),
    };
    if world.im.is_in(chat, &Actor::User(user)) { Ok(user) } else { Err(refuse(232_012)) }
}
