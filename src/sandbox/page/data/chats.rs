//! Chats: the list, and one with its members, announcement, tabs and menu.

use serde_json::{Value, json};

use super::{department_ref, person_ref};
use crate::sandbox::im::{self, Actor, Chat, Item, notice};
use crate::sandbox::world::World;

/// Chats on one page.
const PAGE: usize = 50;
/// So many members of a chat are named.
const MEMBERS: usize = 200;

/// Chats from `offset` on, the newest first.
pub fn chats(world: &World, offset: usize) -> Value {
    let all: Vec<&Chat> = world.im.chats().rev().collect();
    let items: Vec<Value> = all.iter().skip(offset).take(PAGE).map(|c| row(world, c)).collect();
    json!({ "total": all.len(), "offset": offset.min(all.len()), "limit": PAGE, "items": items })
}

/// One chat with everything in it; nothing if there is none.
pub fn chat(world: &World, chat_id: &str) -> Option<Value> {
    let chat = world.im.chats().find(|c| c.chat_id == chat_id)?;
    let mut value = row(world, chat);
    let people = world.im.people(chat);
    value["members"] = people.iter().take(MEMBERS).filter_map(|u| person_ref(world, *u)).collect();
    value["bot_ids"] = chat.bots.iter().map(|b| Value::from(b.app_id.as_str())).collect();
    value["managers"] = chat.managers.iter().filter_map(|u| person_ref(world, *u)).collect();
    value["bot_managers"] = chat.bot_managers.iter().map(|b| Value::from(b.as_str())).collect();
    value["moderation"] = chat.moderation().into();
    value["settings"] = im::settings_of(chat).into();
    let announcement = notice::announcement_of(world, chat);
    value["announcement"] = json!({
        "kind": if announcement.old { "doc" } else { "docx" },
        "revision": announcement.revision,
        "text": notice::text_of(&announcement),
        "pinned": chat.top_notice.is_some(),
    });
    let tabs = im::tabs_of(world, chat.number);
    value["tabs"] =
        tabs.iter().map(|t| json!({ "kind": t.kind, "name": t.name, "address": t.address })).collect();
    let tops = world.im.menu(chat.number).map(|m| m.tops.as_slice()).unwrap_or_default();
    value["menu"] = tops
        .iter()
        .map(|top| {
            let mut entry = item(&top.item);
            entry["children"] = top.children.iter().map(|(_, child)| item(child)).collect();
            entry
        })
        .collect();
    Some(value)
}

fn item(item: &Item) -> Value {
    json!({ "name": item.name, "link": item.links[0] })
}

fn row(world: &World, chat: &Chat) -> Value {
    let owner = match &chat.owner {
        Some(Actor::User(user)) => person_ref(world, *user),
        _ => None,
    };
    let bot = match &chat.owner {
        Some(Actor::Bot(app)) => Some(app),
        _ => None,
    };
    json!({
        "id": chat.chat_id,
        "name": chat.name,
        "description": chat.description,
        "mode": chat.mode.text(),
        "public": chat.is_public(),
        "external": chat.external,
        "dissolved": chat.dissolved,
        "department": chat.department.map(|d| department_ref(world, d)),
        "owner": owner,
        "owner_bot": bot,
        "users": world.im.people_count(chat),
        "bots": chat.bots.len(),
        "pending": chat.pending.len(),
    })
}
