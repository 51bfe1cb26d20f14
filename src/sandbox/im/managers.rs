//! Managers. Only the owner makes them: neither other managers nor the creator can.

use serde_json::{Value, json};

use super::chat::{Actor, Chat};
use super::gate::{self, Visit};
use super::members::id_type;
use super::people::{shown, whoever};
use super::rules::BOTS_A_CALL;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::world::World;

/// `group/chat-member/add_managers`.
const ORDINARY: usize = 10;
const LARGE: usize = 20;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/im/v1/chats/:chat_id/managers/add_managers", add),
        Route::write("POST", "/open-apis/im/v1/chats/:chat_id/managers/delete_managers", remove),
    ]
}

fn ruled<'w>(world: &'w World, call: &Call<'_>) -> Result<(Visit, &'w Chat), Refusal> {
    let visit = gate::enter(world, call)?;
    if !visit.standing.owner {
        return Err(refuse(232_038));
    }
    let chat = gate::chat(world, &visit)?;
    Ok((visit, chat))
}

/// Those of the ids that are members, without a person who owns it; one of them at least. A bot that owns it may
/// become a manager, as which it stays when it gives the chat away.
fn named(world: &World, call: &Call<'_>, chat: &Chat) -> Result<Vec<Actor>, Refusal> {
    let ids = call.texts("manager_ids").unwrap_or_default();
    if id_type(call) == "app_id" && ids.len() > BOTS_A_CALL {
        return Err(refuse(232_001).msg("too many ids in one call"));
    }
    let mut found: Vec<Actor> = Vec::new();
    for id in ids {
        if let Some(actor) = whoever(world, call, id_type(call), id)
            && world.im.is_in(chat, &actor)
            && (matches!(actor, Actor::Bot(_)) || chat.owner.as_ref() != Some(&actor))
            && !found.contains(&actor)
        {
            found.push(actor);
        }
    }
    if found.is_empty() { Err(refuse(232_027)) } else { Ok(found) }
}

fn add(world: &mut World, call: &Call<'_>) -> Answer {
    let (visit, chat) = ruled(world, call)?;
    let coming = named(world, call, chat)?;
    let new = coming.iter().filter(|a| !chat.is_manager(a)).count();
    let most = if chat.large { LARGE } else { ORDINARY };
    if chat.managers.len() + chat.bot_managers.len() + new > most {
        return Err(refuse(232_040));
    }
    gate::edit(world, visit.key, |c| {
        for actor in coming {
            match actor {
                Actor::User(user) => c.managers.insert(user),
                Actor::Bot(app) => c.bot_managers.insert(app),
            };
        }
    });
    lists(world, call, &visit)
}

fn remove(world: &mut World, call: &Call<'_>) -> Answer {
    let (visit, chat) = ruled(world, call)?;
    let going: Vec<Actor> = named(world, call, chat)?.into_iter().filter(|a| chat.is_manager(a)).collect();
    if going.is_empty() {
        return Err(refuse(232_027));
    }
    gate::edit(world, visit.key, |c| {
        for actor in going {
            match actor {
                Actor::User(user) => c.managers.remove(&user),
                Actor::Bot(app) => c.bot_managers.remove(&app),
            };
        }
    });
    lists(world, call, &visit)
}

/// Both lists as they are now; people under the type of the call, or as open ids when that was for bots.
fn lists(world: &World, call: &Call<'_>, visit: &Visit) -> Answer {
    let chat = gate::chat(world, visit)?;
    let kind = match id_type(call) {
        "app_id" => "open_id",
        kind => kind,
    };
    let people: Vec<Value> = chat.managers.iter().map(|u| shown(world, call, *u, kind).into()).collect();
    let bots: Vec<&str> = chat.bot_managers.iter().map(String::as_str).collect();
    Ok(Data::Of(json!({ "chat_managers": people, "chat_bot_managers": bots })))
}
