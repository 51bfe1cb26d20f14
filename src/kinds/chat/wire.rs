//! A chat as the API shows it → normal form, and back: paths, bodies.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::spec::{BOT, FORBIDS, SELF};
use crate::model::{Live, Value};

pub(super) const ALL: &str = "/open-apis/im/v1/chats";
pub(super) const ONE: &str = "/open-apis/im/v1/chats/:chat_id";
pub(super) const PEOPLE: &str = "/open-apis/im/v1/chats/:chat_id/members";
pub(super) const SPEAKERS: &str = "/open-apis/im/v1/chats/:chat_id/moderation";

pub(super) const OWNER: &str = "owner";
pub(super) const BOTS: &str = "bots";
pub(super) const MANAGERS: &str = "managers";
pub(super) const BOT_MANAGERS: &str = "bot_managers";
pub(super) const MODERATION: &str = "moderation";
pub(super) const MODERATORS: &str = "moderators";
pub(super) const RESTRICTED: &str = "restricted_mode_setting";
pub(super) const INVITE: &str = "invite";
pub(super) const LISTED: &str = "moderator_list";

/// Texts of the API that are attributes under the same name.
const SETTINGS: [&str; 11] = [
    "chat_mode",
    "chat_type",
    "group_message_type",
    "at_all_permission",
    "edit_permission",
    "membership_approval",
    "join_message_visibility",
    "leave_message_visibility",
    "urgent_setting",
    "video_conference_setting",
    "hide_member_count_setting",
];
/// What any member may change while `edit_permission` lets them.
pub(super) const EVERYBODYS: [&str; 3] = ["name", "description", "i18n_names"];
/// What creation does not take.
pub(super) const LATER: [&str; 2] = [INVITE, "at_all_permission"];

/// Facts.
pub(super) const EXTERNAL: &str = "external";
/// Where its picture is.
pub(super) const PICTURE: &str = "avatar_url";
pub(super) const USERS: &str = "user_count";
pub(super) const BOT_COUNT: &str = "bot_count";
pub(super) const TAG: &str = "chat_tag";
/// The app may act as the owner of chats that it made.
pub(super) const OPERATES: &str = "operates_as_owner";
/// Who made it, among the ids of a record: no read tells.
pub(super) const CREATOR: &str = "creator";

/// The name that a chat has when nobody gave it one.
const NO_NAME: &str = "(无主题)";

/// What a reply to a read says.
#[derive(Debug)]
pub(super) enum Seen {
    Whole(Box<Live>),
    /// There was one, and it was disbanded.
    Dissolved,
    /// The bot is not in it: what is missing is not known.
    Outside,
}

/// Who reads, as far as it matters for what an answer means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'r> {
    pub app: Option<&'r str>,
    /// Whether ids of people can be in the answer.
    pub sees_ids: bool,
}

/// The answer to a read of one chat.
pub(super) fn seen(id: &str, item: &Json, reader: Reader<'_>) -> Seen {
    if word(item, "chat_status").is_some_and(|status| status != "normal") {
        return Seen::Dissolved;
    }
    // From outside, name, picture and counts are all that there is.
    if word(item, "chat_mode").is_none() {
        return Seen::Outside;
    }
    Seen::Whole(Box::new(live(id, item, reader)))
}

/// Enumerations are printed with blanks here and there.
fn word(item: &Json, name: &str) -> Option<String> {
    let text = item.get(name)?.as_str()?.trim().replace(' ', "_");
    (!text.is_empty()).then_some(text)
}

fn text(item: &Json, name: &str) -> Option<Value> {
    item.get(name).and_then(Json::as_str).filter(|text| !text.is_empty()).map(Value::text)
}

/// Counts are texts.
fn count(item: &Json, name: &str) -> Option<i64> {
    let value = item.get(name)?;
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn live(id: &str, item: &Json, reader: Reader<'_>) -> Live {
    let mut live = Live { id: id.to_owned(), ..Live::default() };
    let mut set = |name: &str, value: Value| drop(live.attributes.insert(name.to_owned(), value));
    let name = text(item, "name").filter(|name| name.as_text() != Some(NO_NAME));
    set("name", name.unwrap_or(Value::Null));
    set("description", text(item, "description").unwrap_or(Value::Null));
    set("i18n_names", names(item.get("i18n_names")));
    for name in SETTINGS {
        // What is not told is not known, whatever the default is.
        if let Some(word) = word(item, name) {
            set(name, Value::Text(word));
        }
    }
    if let (Some(add), Some(share)) = (word(item, "add_member_permission"), word(item, "share_card_permission")) {
        set(INVITE, invite(&add, &share));
    }
    if let Some(word) = word(item, "moderation_permission") {
        set(MODERATION, Value::Text(word));
    }
    if let Some(mode) = item.get(RESTRICTED).filter(|mode| mode.is_object()) {
        set(RESTRICTED, restricted(mode));
    }
    if reader.sees_ids {
        // Of a bot there is nothing, whichever it is.
        match item.get("owner_id").and_then(Json::as_str) {
            None => set(OWNER, Value::text(BOT)),
            Some("") => {}
            Some(id) => set(OWNER, Value::remote("user", id)),
        }
        if let Some(people) = ids(item, "user_manager_id_list") {
            let owner = item.get("owner_id").and_then(Json::as_str);
            let others = people.into_iter().filter(|id| Some(id.as_str()) != owner);
            set(MANAGERS, Value::Set(others.map(|id| Value::remote("user", id)).collect()));
        }
    }
    if let Some(bots) = ids(item, "bot_manager_id_list") {
        let named = bots.into_iter().map(|id| if Some(id.as_str()) == reader.app { SELF.to_owned() } else { id });
        set(BOT_MANAGERS, Value::Set(named.map(Value::Text).collect()));
    }
    for name in [USERS, BOT_COUNT] {
        if let Some(many) = count(item, name) {
            live.facts.insert(name.to_owned(), Value::Int(many));
        }
    }
    if let Some(url) = text(item, "avatar") {
        live.facts.insert(PICTURE.to_owned(), url);
    }
    if item.get(EXTERNAL) == Some(&Json::Bool(true)) {
        live.facts.insert(EXTERNAL.to_owned(), Value::Bool(true));
    }
    if let Some(tag) = word(item, TAG) {
        live.facts.insert(TAG.to_owned(), Value::Text(tag));
    }
    live
}

fn ids(item: &Json, name: &str) -> Option<Vec<String>> {
    let list = item.get(name)?.as_array()?;
    let all: Option<Vec<String>> = list.iter().map(|id| id.as_str().map(str::to_owned)).collect();
    all.filter(|ids| ids.iter().all(|id| !id.is_empty()))
}

fn names(map: Option<&Json>) -> Value {
    let entries = map.and_then(Json::as_object).into_iter().flatten();
    let names: BTreeMap<String, Value> = entries
        .filter_map(|(locale, name)| Some((locale.clone(), name.as_str().filter(|n| !n.is_empty())?)))
        .map(|(locale, name)| (locale, Value::text(name)))
        .collect();
    if names.is_empty() { Value::Null } else { Value::Map(names) }
}

/// Two permissions that have to agree; where they do not, the value is nobody's word, so that both are written.
fn invite(add: &str, share: &str) -> Value {
    match (add, share) {
        ("only_owner", "not_allowed") => Value::text("only_owner"),
        ("all_members", "allowed") => Value::text("all_members"),
        _ => Value::text(format!("{add}, and cards are {share}")),
    }
}

fn restricted(mode: &Json) -> Value {
    let mut map: BTreeMap<String, Value> = FORBIDS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), Value::Text(word(mode, name)?))))
        .collect();
    let status = mode.get("status").and_then(Json::as_bool).unwrap_or(false);
    map.insert("status".to_owned(), Value::Bool(status));
    Value::Map(map)
}

/// The part of a body that brings these attributes about; those that are no settings are left out.
pub(super) fn body<'v>(attributes: impl IntoIterator<Item = (&'v str, &'v Value)>) -> Map<String, Json> {
    let mut body = Map::new();
    for (name, value) in attributes {
        match (name, value) {
            (INVITE, Value::Text(who)) => {
                let share = if who == "only_owner" { "not_allowed" } else { "allowed" };
                body.insert("add_member_permission".to_owned(), json!(who));
                body.insert("share_card_permission".to_owned(), json!(share));
            }
            (RESTRICTED, Value::Map(mode)) => {
                body.insert(RESTRICTED.to_owned(), whole_mode(mode));
            }
            ("i18n_names", Value::Map(names)) => {
                let known = names.iter().filter_map(|(k, v)| Some((k.clone(), json!(v.as_text()?))));
                body.insert(name.to_owned(), Json::Object(known.collect()));
            }
            ("name" | "description", Value::Text(text)) => {
                body.insert(name.to_owned(), json!(text));
            }
            (_, Value::Text(word)) if SETTINGS.contains(&name) => {
                body.insert(name.to_owned(), json!(word));
            }
            _ => {}
        }
    }
    body
}

/// The mode is sent whole, and is on exactly when it forbids something.
fn whole_mode(mode: &BTreeMap<String, Value>) -> Json {
    let off = mode.get("status") == Some(&Value::Bool(false));
    let part = |name: &str| match mode.get(name).and_then(Value::as_text) {
        Some(word) if !off => word.to_owned(),
        Some(_) | None => "all_members".to_owned(),
    };
    let parts = FORBIDS.map(|name| (name.to_owned(), part(name)));
    let on = parts.iter().any(|(_, word)| word == "not_anyone");
    let mut whole: Map<String, Json> = parts.into_iter().map(|(name, word)| (name, json!(word))).collect();
    whole.insert("status".to_owned(), json!(on));
    Json::Object(whole)
}

/// The elements of a set, as texts.
pub(super) fn texts(value: Option<&Value>) -> BTreeSet<&str> {
    value.into_iter().flat_map(Value::elements).filter_map(Value::as_text).collect()
}
