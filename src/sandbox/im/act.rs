//! What people do to chats in their client, for tests and demonstrations.

use super::chat::{Actor, Chat, ChatKey, Mode};
use super::notice::{self, Announcement, Block};
use super::{gate, leaving, members};
use crate::sandbox::world::{World, open};

/// A chat by its id.
pub fn find(world: &World, chat_id: &str) -> Option<ChatKey> {
    let key = open("oc_", chat_id, &["chat", &world.settings().tenant.tenant_key])?;
    world.im.chat(key).map(|c| c.number)
}

/// Changes whatever the client can.
pub fn edit(world: &mut World, key: ChatKey, change: impl FnOnce(&mut Chat)) {
    gate::edit(world, key, change);
}

pub fn add(world: &mut World, key: ChatKey, actor: Actor) {
    members::put(world, key, &[actor]);
}

pub fn remove(world: &mut World, key: ChatKey, actor: &Actor) {
    leaving::leave(world, key, actor, None);
}

/// Lets in everybody who waits.
pub fn approve(world: &mut World, key: ChatKey) -> usize {
    let waiting: Vec<Actor> =
        world.im.chat(key).map(|c| c.pending.iter().cloned().collect()).unwrap_or_default();
    members::put(world, key, &waiting);
    waiting.len()
}

/// A mode by its name.
pub fn mode(name: &str) -> Option<Mode> {
    [Mode::Group, Mode::Topic, Mode::P2p].into_iter().find(|m| m.text() == name)
}

/// Somebody rewrites the announcement by hand: a line per paragraph. `old` makes it one of that kind.
pub fn announce(world: &mut World, key: ChatKey, text: &str, old: Option<bool>) {
    let Some(chat) = world.im.chat(key) else { return };
    let before = notice::announcement_of(world, chat);
    let history = before.past();
    let by_hand = chat.owner.clone().filter(|o| matches!(o, Actor::User(_)));
    let mut after = Announcement {
        old: old.unwrap_or(before.old),
        revision: before.revision + 1,
        updated: world.now,
        modifier: by_hand.or_else(|| before.modifier.clone()),
        paragraphs: Vec::new(),
        blocks: std::collections::BTreeMap::new(),
        top: Vec::new(),
        history,
        ..before
    };
    for line in text.lines() {
        if after.old {
            let run = serde_json::json!({ "type": "textRun", "textRun": { "text": line, "style": {} } });
            after.paragraphs.push(serde_json::json!({ "elements": [run], "style": {} }));
            continue;
        }
        let number = world.next("docx_block");
        let id = format!("doxcnhand{number:018}");
        let content = serde_json::json!({
            "elements": [{ "text_run": { "content": line, "text_element_style": {} } }],
            "style": { "align": 1, "folded": false },
        });
        after
            .blocks
            .insert(id.clone(), Block { parent: String::new(), kind: 2, content, children: Vec::new() });
        after.top.push(id);
    }
    world.im.announcements.insert(key, after);
}

/// Somebody puts a block into an announcement of the new kind; `false` when there is no such place.
pub fn add_block(
    world: &mut World,
    key: ChatKey,
    (kind, content): (i64, serde_json::Value),
    parent: &str,
    index: usize,
) -> bool {
    let Some(chat) = world.im.chat(key) else { return false };
    let mut after = notice::announcement_of(world, chat);
    after.history = after.past();
    after.revision += 1;
    let id = format!("doxcnhand{:018}", world.next("docx_block"));
    let list = if parent.is_empty() {
        &mut after.top
    } else {
        match after.blocks.get_mut(parent) {
            Some(block) => &mut block.children,
            None => return false,
        }
    };
    if index > list.len() {
        return false;
    }
    list.insert(index, id.clone());
    after.blocks.insert(id, Block { parent: parent.to_owned(), kind, content, children: Vec::new() });
    world.im.announcements.insert(key, after);
    true
}
