//! Chats: members, managers, moderation, announcements, tabs, menus, pictures.
//!
//! [`chat`] is the row, [`gate`] says who may come in and what they are there, the others hold the endpoints of a
//! part each. Department chats are filled by the directory ([`departments`]), and who resigns leaves every chat
//! ([`leaving`]). Pages: `group/*`, `im-v1/image/*`; what they leave open is in `docs/fidelity/im.md`.

pub mod act;
mod chat;
mod create;
mod departments;
mod disband;
mod gate;
mod images;
mod leaving;
mod managers;
mod members;
mod menu;
mod moderation;
pub mod notice;
mod people;
mod pictures;
mod read;
mod render;
mod rules;
mod share;
mod tabs;
mod update;

use std::collections::BTreeMap;

use super::contact::directory::{DepartmentKey, UserKey};
use super::contact::roster::Roster;
use super::gateway::Route;
use super::world::{Stored, Table, World, opaque};

pub use chat::{Actor, Bot, Chat, ChatKey, ChatMember, Mode};
pub use departments::{follow, open_department_chat, unbind};
pub use images::Image;
pub use leaving::{Heirs, forget_user};
pub use menu::{Item, Menu, Top};
pub use render::{avatar_url, settings_of};
pub use tabs::{Tab, Tabs, tabs_of};

/// The rows of the service.
#[derive(Debug, Default)]
pub struct Im {
    chats: Table<Chat>,
    members: Roster<ChatMember>,
    creations: Table<chat::Creation>,
    tabs: Table<Tabs>,
    menus: Table<Menu>,
    announcements: Table<notice::Announcement>,
    images: Table<Image>,
    /// Department chats, derived.
    by_department: BTreeMap<DepartmentKey, ChatKey>,
}

impl Im {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        vec![
            &mut self.chats,
            self.members.stored(),
            &mut self.creations,
            &mut self.tabs,
            &mut self.menus,
            &mut self.announcements,
            &mut self.images,
        ]
    }

    pub fn reindex(&mut self) {
        self.members.reindex();
        self.by_department = self.chats.values().filter_map(|c| Some((c.department?, c.number))).collect();
    }

    /// All chats, the dissolved included, oldest first.
    pub fn chats(&self) -> impl DoubleEndedIterator<Item = &Chat> {
        self.chats.values()
    }

    pub fn chat(&self, number: ChatKey) -> Option<&Chat> {
        self.chats.get(&number)
    }

    /// People in a chat, in the order in which they came.
    pub fn people(&self, chat: &Chat) -> Vec<UserKey> {
        let mut people: Vec<(u64, UserKey)> =
            self.members.of(&chat.chat_id).map(|(user, m)| (m.joined, user)).collect();
        people.sort_unstable();
        people.into_iter().map(|(_, user)| user).collect()
    }

    pub fn people_count(&self, chat: &Chat) -> usize {
        self.members.count(&chat.chat_id)
    }

    pub fn is_in(&self, chat: &Chat, actor: &Actor) -> bool {
        match actor {
            Actor::User(user) => self.members.contains(&chat.chat_id, *user),
            Actor::Bot(app) => chat.has_bot(app),
        }
    }

    pub fn tabs(&self, chat: ChatKey) -> Option<&Tabs> {
        self.tabs.get(&chat)
    }

    pub fn menu(&self, chat: ChatKey) -> Option<&Menu> {
        self.menus.get(&chat)
    }

    pub fn announcement(&self, chat: ChatKey) -> Option<&notice::Announcement> {
        self.announcements.get(&chat)
    }
}

/// The id of a chat by its number.
fn chat_id(world: &World, number: ChatKey) -> String {
    opaque("oc_", number, &["chat", &world.settings().tenant.tenant_key])
}

/// The endpoints of the service.
pub fn routes() -> Vec<Route> {
    [
        create::routes(),
        read::routes(),
        update::routes(),
        disband::routes(),
        share::routes(),
        members::routes(),
        managers::routes(),
        moderation::routes(),
        tabs::routes(),
        menu::routes(),
        notice::routes(),
        images::routes(),
    ]
    .concat()
}
