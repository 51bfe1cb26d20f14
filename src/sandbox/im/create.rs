//! Making a chat. All or nothing: one unusable id, and there is none.

use std::collections::BTreeMap;

use serde_json::Value;

use super::chat::{Actor, Bot, Chat, ChatMember, Creation, Restricted, SETTINGS};
use super::people::{Named, named};
use super::{chat_id, gate, render, rules};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::contact::i18n::I18nName;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::world::{Millis, World, digest};

/// `group/chat/create`: one chat per uuid and owner in so long.
const WINDOW: Millis = 10 * 3_600 * 1_000;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::write("POST", "/open-apis/im/v1/chats", create)]
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    gate::bot(world, call)?;
    let slot = slot(call);
    if let Some(first) = slot.as_ref().and_then(|s| world.im.creations.get(s)).filter(|c| c.until > world.now)
    {
        let chat = world.im.chat(first.chat).ok_or_else(|| refuse(232_068))?;
        return Ok(Data::Of(render::created(world, call, chat)));
    }
    let (mut chat, people) = draft(world, call)?;
    let joined = world.next("chat_join");
    chat.number = world.next("chat");
    chat.chat_id = chat_id(world, chat.number);
    for bot in &mut chat.bots {
        bot.joined = joined;
    }
    let (key, id) = (chat.number, chat.chat_id.clone());
    world.im.chats.insert(key, chat);
    for user in people {
        world.im.members.put(&id, user, ChatMember { joined });
    }
    if let Some(slot) = slot {
        let until = world.now.saturating_add(WINDOW);
        let now = world.now;
        let old: Vec<String> = world
            .im
            .creations
            .iter()
            .filter(|(_, c)| c.until <= now)
            .map(|(k, _)| k.clone())
            .take(16)
            .collect();
        for key in old {
            world.im.creations.remove(&key);
        }
        world.im.creations.insert(slot, Creation { chat: key, until });
    }
    let chat = world.im.chat(key).ok_or_else(|| refuse(232_068))?;
    Ok(Data::Of(render::created(world, call, chat)))
}

/// What makes two creations one: the uuid and the owner, of this app.
fn slot(call: &Call<'_>) -> Option<String> {
    let uuid = call.query("uuid").filter(|u| !u.is_empty())?;
    let owner = call.filled("owner_id").unwrap_or_default();
    Some(digest(&[&call.caller.app_id, uuid, owner]))
}

/// Everything checked, nothing changed.
fn draft(world: &World, call: &Call<'_>) -> Result<(Chat, Vec<UserKey>), Refusal> {
    let me = gate::actor(call);
    let mut people: Vec<UserKey> = Vec::new();
    let owner = match call.filled("owner_id") {
        Some(id) => owner(world, call, id)?,
        None => me.clone(),
    };
    people.extend(user(&owner));
    for id in call.texts("user_id_list").unwrap_or_default() {
        let user = invited(world, call, id)?;
        if !people.contains(&user) {
            people.push(user);
        }
    }
    let mut settings = BTreeMap::new();
    for (name, _, on_create) in SETTINGS {
        if let Some(value) = call.filled(name).filter(|_| on_create) {
            settings.insert(name.to_owned(), value.to_owned());
        }
    }
    let mut chat = Chat {
        name: call.filled("name").map(str::to_owned),
        description: call.filled("description").unwrap_or_default().to_owned(),
        i18n_names: I18nName::from_body(call.body.get("i18n_names")).unwrap_or_default(),
        avatar: call.filled("avatar").unwrap_or_default().to_owned(),
        creator: Some(me.clone()),
        settings,
        restricted: rules::restricted(world, call, Restricted::default())?,
        bots: bots(world, call, &me)?,
        created: world.now,
        active: world.now,
        ..Chat::default()
    };
    if !chat.avatar.is_empty() {
        rules::avatar(world, call, &chat.avatar)?;
    }
    rules::texts(world, &chat)?;
    rules::public(world, &chat, None)?;
    rules::hide_count(world, &chat)?;
    if call.query_bool("set_bot_manager")
        && matches!(owner, Actor::User(_))
        && let Actor::Bot(app) = &me
    {
        chat.bot_managers.insert(app.clone());
    }
    chat.owner = Some(owner);
    Ok((chat, people))
}

fn user(actor: &Actor) -> Option<UserKey> {
    match actor {
        Actor::User(user) => Some(*user),
        Actor::Bot(_) => None,
    }
}

fn owner(world: &World, call: &Call<'_>, id: &str) -> Result<Actor, Refusal> {
    match named(world, call, call.user_id_type(), id) {
        Named::Usable(actor) => Ok(actor),
        Named::Unknown(_) => Err(refuse(232_030)),
        Named::Foreign => Err(refuse(232_032)),
        Named::Resigned => Err(refuse(232_022)),
        Named::Unreachable => Err(refuse(232_043)),
    }
}

fn invited(world: &World, call: &Call<'_>, id: &str) -> Result<UserKey, Refusal> {
    match named(world, call, call.user_id_type(), id) {
        Named::Usable(Actor::User(user)) => Ok(user),
        Named::Foreign => Err(refuse(232_033)),
        Named::Resigned => Err(refuse(232_022)),
        Named::Usable(Actor::Bot(_)) | Named::Unknown(_) | Named::Unreachable => Err(refuse(232_043)),
    }
}

/// The bot that asks is in by itself.
fn bots(world: &World, call: &Call<'_>, me: &Actor) -> Result<Vec<Bot>, Refusal> {
    let mut ids: Vec<String> = vec![match me {
        Actor::Bot(app) => app.clone(),
        Actor::User(_) => call.caller.app_id.clone(),
    }];
    for id in call.list("bot_id_list").into_iter().flatten().filter_map(Value::as_str) {
        match named(world, call, "app_id", id) {
            Named::Usable(_) if ids.iter().any(|have| have == id) => {}
            Named::Usable(_) => ids.push(id.to_owned()),
            _ => return Err(refuse(232_021)),
        }
    }
    Ok(ids.into_iter().map(|app_id| Bot { app_id, joined: 0 }).collect())
}
