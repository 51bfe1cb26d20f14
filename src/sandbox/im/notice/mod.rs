//! The announcement of a chat: one document, of the old kind ([`old`]) or the new ([`docx`], [`blocks`]).
//!
//! Which kind a chat has is decided when it is first written to, by a knob; the endpoints of the other kind refuse.

mod blocks;
mod docx;
mod old;
mod text;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::chat::{Actor, Chat, ChatKey};
use super::gate::Visit;
use super::people::shown;
use crate::sandbox::gateway::{Call, Route};
use crate::sandbox::world::{Millis, Row, World};

pub use blocks::{Block, plain_text};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Announcement {
    /// A document of the old kind.
    pub old: bool,
    pub revision: u64,
    pub created: Millis,
    pub updated: Millis,
    pub modifier: Option<Actor>,
    /// The old kind: elements of the title, paragraphs of the body.
    #[serde(default)]
    pub title: Vec<Value>,
    #[serde(default)]
    pub paragraphs: Vec<Value>,
    /// The new kind: every block but the root, by id; and the ids below the root.
    #[serde(default)]
    pub blocks: BTreeMap<String, Block>,
    #[serde(default)]
    pub top: Vec<String>,
    /// The last edits, for the limit per announcement.
    #[serde(default)]
    pub edits: Vec<Millis>,
    /// What hung below what in earlier revisions, the last ones: an edit may name one of them.
    #[serde(default)]
    pub history: Vec<Past>,
}

/// The lists of one revision, by parent; the root's is empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Past {
    pub revision: u64,
    pub lists: BTreeMap<String, Vec<String>>,
}

/// Revisions whose places are still known. The real thing says a thousand; nobody here is that slow.
const KNOWN: usize = 200;

impl Announcement {
    /// Its history once it is no longer the newest.
    pub fn past(&self) -> Vec<Past> {
        let below = self.blocks.iter().map(|(id, block)| (id.clone(), block.children.clone()));
        let lists = below.chain([(String::new(), self.top.clone())]).collect();
        let mut all = self.history.clone();
        all.push(Past { revision: self.revision, lists });
        let many = all.len();
        all.split_off(many.saturating_sub(KNOWN))
    }
}

impl Row for Announcement {
    type Key = ChatKey;
    const TABLE: &'static str = "chat_announcements";
}

pub(super) fn routes() -> Vec<Route> {
    [old::routes(), docx::routes()].concat()
}

/// The announcement of a chat, empty before anybody wrote one.
pub fn announcement_of(world: &World, chat: &Chat) -> Announcement {
    world.im.announcement(chat.number).cloned().unwrap_or_else(|| Announcement {
        old: world.settings().im.old_announcements,
        revision: 1,
        created: chat.created,
        updated: chat.created,
        modifier: chat.creator.clone().or_else(|| chat.owner.clone()),
        title: Vec::new(),
        paragraphs: Vec::new(),
        blocks: BTreeMap::new(),
        top: Vec::new(),
        edits: Vec::new(),
        history: Vec::new(),
    })
}

/// The text of an announcement, a line per paragraph.
pub fn text_of(announcement: &Announcement) -> String {
    if announcement.old { text::plain(announcement) } else { plain_text(announcement) }
}

/// Stores an edit.
fn keep(world: &mut World, visit: &Visit, mut announcement: Announcement) {
    announcement.updated = world.now;
    announcement.modifier = Some(visit.standing.actor.clone());
    world.im.announcements.insert(visit.key, announcement);
    super::gate::edit(world, visit.key, |_| {});
}

/// Whoever may edit the chat's information may edit its announcement.
fn may_edit(chat: &Chat, visit: &Visit) -> bool {
    visit.standing.governs() || chat.setting("edit_permission") == "all_members"
}

/// `…_id` and `…_id_type` of somebody; a bot is its app.
fn person(world: &World, call: &Call<'_>, role: &str, who: Option<&Actor>, map: &mut Map<String, Value>) {
    let (id, kind) = match who {
        Some(Actor::User(user)) => (shown(world, call, *user, call.user_id_type()), call.user_id_type()),
        Some(Actor::Bot(app)) => (app.clone(), "app_id"),
        None => return,
    };
    map.insert(format!("{role}_id"), id.into());
    map.insert(format!("{role}_id_type"), kind.into());
}
