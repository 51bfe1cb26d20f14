//! A chat as the API shows it.

use serde_json::{Map, Value, json};

use super::chat::{Actor, Chat, SETTINGS};
use super::gate::Standing;
use super::people::shown;
use crate::sandbox::gateway::Call;
use crate::sandbox::world::World;

/// The picture that a chat has before it is given one.
const SYSTEM_AVATAR: &str = "default-avatar_6f0a9c2e-7d41-4d5b-9b0c-5a4c1e2f3d60";

pub fn avatar_url(chat: &Chat) -> String {
    let key = if chat.avatar.is_empty() { SYSTEM_AVATAR } else { &chat.avatar };
    format!("https://p3-lark-file.byteimg.com/img/lark-avatar-staging/{key}~100x100.jpg")
}

/// All settings with their values.
pub fn settings_of(chat: &Chat) -> Map<String, Value> {
    SETTINGS.iter().map(|(name, ..)| ((*name).to_owned(), chat.setting(name).into())).collect()
}

fn status(chat: &Chat) -> &'static str {
    if chat.dissolved { "dissolved" } else { "normal" }
}

/// The owner, unless it is a bot: then both fields are missing.
fn owner(world: &World, call: &Call<'_>, chat: &Chat, map: &mut Map<String, Value>) {
    if let Some(Actor::User(user)) = &chat.owner {
        map.insert("owner_id".to_owned(), shown(world, call, *user, call.user_id_type()).into());
        map.insert("owner_id_type".to_owned(), call.user_id_type().into());
    }
}

fn identity(world: &World, chat: &Chat, map: &mut Map<String, Value>) {
    if let Some(name) = &chat.name {
        map.insert("name".to_owned(), name.as_str().into());
    }
    map.insert("avatar".to_owned(), avatar_url(chat).into());
    map.insert("description".to_owned(), chat.description.as_str().into());
    map.insert("external".to_owned(), chat.external.into());
    map.insert("tenant_key".to_owned(), world.settings().tenant.tenant_key.as_str().into());
}

/// A row of a list.
pub(super) fn listed(world: &World, call: &Call<'_>, chat: &Chat) -> Value {
    let mut map = Map::new();
    map.insert("chat_id".to_owned(), chat.chat_id.as_str().into());
    identity(world, chat, &mut map);
    owner(world, call, chat, &mut map);
    map.insert("chat_status".to_owned(), status(chat).into());
    Value::Object(map)
}

fn body(world: &World, call: &Call<'_>, chat: &Chat) -> Map<String, Value> {
    let mut map = settings_of(chat);
    identity(world, chat, &mut map);
    owner(world, call, chat, &mut map);
    if !chat.i18n_names.is_empty() {
        map.insert("i18n_names".to_owned(), chat.i18n_names.render());
    }
    map.insert("chat_mode".to_owned(), chat.mode.text().into());
    if !chat.external {
        // Of several tags the first is shown, and an internal department chat is internal first.
        map.insert("chat_tag".to_owned(), "inner".into());
    }
    map.insert("moderation_permission".to_owned(), chat.moderation().into());
    let who = |forbidden: bool| if forbidden { "not_anyone" } else { "all_members" };
    let mode = chat.restricted;
    let restricted = json!({
        "status": mode.status,
        "screenshot_has_permission_setting": who(mode.screenshot),
        "download_has_permission_setting": who(mode.download),
        "message_has_permission_setting": who(mode.message),
    });
    map.insert("restricted_mode_setting".to_owned(), restricted);
    map
}

/// What a creation answers.
pub(super) fn created(world: &World, call: &Call<'_>, chat: &Chat) -> Value {
    let mut map = body(world, call, chat);
    map.insert("chat_id".to_owned(), chat.chat_id.as_str().into());
    Value::Object(map)
}

/// What somebody in the chat reads.
pub(super) fn full(world: &World, call: &Call<'_>, chat: &Chat, standing: &Standing) -> Value {
    let mut map = body(world, call, chat);
    let person = |user| Value::from(shown(world, call, user, call.user_id_type()));
    let managers: Vec<Value> = chat.managers.iter().map(|u| person(*u)).collect();
    map.insert("user_manager_id_list".to_owned(), managers.into());
    let bots: Vec<Value> = chat.bot_managers.iter().map(|b| b.as_str().into()).collect();
    map.insert("bot_manager_id_list".to_owned(), bots.into());
    if chat.setting("hide_member_count_setting") == "all_members" || standing.leads() {
        counts(world, chat, &mut map);
    }
    map.insert("chat_status".to_owned(), status(chat).into());
    Value::Object(map)
}

/// What anybody else reads.
pub(super) fn partial(world: &World, chat: &Chat) -> Value {
    let mut map = Map::new();
    if let Some(name) = &chat.name {
        map.insert("name".to_owned(), name.as_str().into());
    }
    map.insert("avatar".to_owned(), avatar_url(chat).into());
    if chat.setting("hide_member_count_setting") == "all_members" {
        counts(world, chat, &mut map);
    }
    map.insert("chat_status".to_owned(), status(chat).into());
    Value::Object(map)
}

/// Counts are texts.
fn counts(world: &World, chat: &Chat, map: &mut Map<String, Value>) {
    map.insert("user_count".to_owned(), world.im.people_count(chat).to_string().into());
    map.insert("bot_count".to_owned(), chat.bots.len().to_string().into());
}
