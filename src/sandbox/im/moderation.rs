//! Who may speak.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::chat::Actor;
use super::gate;
use super::people::{shown, whoever};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::{Answer, Call, Data, Route, refuse};
use crate::sandbox::world::World;

const PATH: &str = "/open-apis/im/v1/chats/:chat_id/moderation";
const LIST: &str = "moderator_list";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::read("GET", PATH, get), Route::write("PUT", PATH, put)]
}

/// People are listed only while the list decides; the owner is always on it.
fn get(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(232_001, 232_001)?;
    let visit = gate::enter(world, call)?;
    let chat = gate::chat(world, &visit)?;
    let mut people: BTreeSet<UserKey> = BTreeSet::new();
    if chat.moderation() == LIST {
        people.extend(&chat.moderators);
        if let Some(Actor::User(owner)) = &chat.owner {
            people.insert(*owner);
        }
    }
    let tenant = world.settings().tenant.tenant_key.as_str();
    let cut = page.cut(world, people, |user| {
        json!({
            "user_id_type": call.user_id_type(),
            "user_id": shown(world, call, user, call.user_id_type()),
            "tenant_key": tenant,
        })
    });
    let mut map = cut.into_map("items");
    map.insert("moderation_setting".to_owned(), chat.moderation().into());
    Ok(Data::Of(Value::Object(map)))
}

/// The list is changed by differences; who is not in the chat is dropped without a word.
fn put(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = gate::enter(world, call)?;
    let chat = gate::chat(world, &visit)?;
    if !visit.standing.rules() {
        return Err(refuse(232_017));
    }
    if chat.banned {
        return Err(refuse(232_060));
    }
    if chat.meeting {
        return Err(refuse(232_092));
    }
    let setting = call.filled("moderation_setting").unwrap_or_else(|| chat.moderation()).to_owned();
    let people = |name: &str| -> BTreeSet<UserKey> {
        let ids = call.texts(name).unwrap_or_default();
        let all = ids.into_iter().filter_map(|id| whoever(world, call, call.user_id_type(), id));
        all.filter_map(|a| match a {
            Actor::User(user) if world.im.is_in(chat, &a) => Some(user),
            _ => None,
        })
        .collect()
    };
    let (added, removed) = (people("moderator_added_list"), people("moderator_removed_list"));
    let named = |name: &str| call.texts(name).is_some_and(|ids| !ids.is_empty());
    let lists = named("moderator_added_list") || named("moderator_removed_list");
    if !added.is_disjoint(&removed) || (lists && setting != LIST) {
        return Err(refuse(232_001));
    }
    gate::edit(world, visit.key, |c| {
        if setting == LIST {
            c.moderators.extend(added);
            c.moderators.retain(|u| !removed.contains(u));
        } else {
            c.moderators.clear();
        }
        c.moderation = setting;
    });
    Ok(Data::empty())
}
