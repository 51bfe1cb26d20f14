//! Leaving a chat, and what an owner leaves behind.

use super::chat::{Actor, Chat, ChatKey};
use super::{disband, gate};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::world::World;

/// Who takes over the chats of somebody who resigns (`contact-v3/user/delete`).
#[derive(Debug, Clone, Copy, Default)]
pub struct Heirs {
    pub department: Option<UserKey>,
    pub external: Option<UserKey>,
}

/// Who would own the chat after this one: whoever came first, people before bots.
pub(super) fn candidate(world: &World, chat: &Chat, after: &Actor) -> Option<Actor> {
    let people = world.im.people(chat).into_iter().map(Actor::User);
    let bots = chat.bots.iter().map(|b| Actor::Bot(b.app_id.clone()));
    people.chain(bots).find(|a| a != after)
}

/// Takes somebody out. An owner is followed by the heir or the next candidate; with nobody left the chat ends.
pub(super) fn leave(world: &mut World, key: ChatKey, actor: &Actor, heir: Option<UserKey>) {
    let Some(chat) = world.im.chat(key).cloned() else { return };
    let next = (chat.owner.as_ref() == Some(actor)).then(|| {
        let heir = heir.map(Actor::User).filter(|h| world.im.is_in(&chat, h));
        heir.or_else(|| candidate(world, &chat, actor))
    });
    if let Actor::User(user) = actor {
        world.im.members.remove(&chat.chat_id, *user);
    }
    gate::edit(world, key, |c| {
        if let Actor::Bot(app) = actor {
            c.bots.retain(|b| b.app_id != *app);
        }
        c.strip(actor);
        if let Some(next) = &next {
            c.owner.clone_from(next);
            if let Some(Actor::User(user)) = next {
                c.managers.remove(user);
            }
        }
    });
    if next == Some(None) && chat.department.is_none() {
        disband::dissolve(world, key);
    }
}

/// Somebody resigned: they leave every chat. An heir who is not in a chat yet comes in.
pub fn forget_user(world: &mut World, user: UserKey, heirs: Heirs) {
    let me = Actor::User(user);
    let ids: Vec<String> = world.im.members.owners(user).map(str::to_owned).collect();
    let keys: Vec<ChatKey> =
        world.im.chats().filter(|c| ids.contains(&c.chat_id)).map(|c| c.number).collect();
    for key in keys {
        let Some(chat) = world.im.chat(key) else { continue };
        let heir = match (chat.department, chat.external) {
            (Some(_), _) => heirs.department,
            (None, true) => heirs.external,
            (None, false) => None,
        };
        if let Some(heir) = heir.filter(|_| chat.owner.as_ref() == Some(&me)) {
            super::members::put(world, key, &[Actor::User(heir)]);
        }
        leave(world, key, &me, heir);
    }
    let waiting: Vec<ChatKey> =
        world.im.chats().filter(|c| c.pending.contains(&me)).map(|c| c.number).collect();
    for key in waiting {
        gate::edit(world, key, |c| {
            c.pending.remove(&me);
        });
    }
}
