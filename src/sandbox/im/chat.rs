//! The row of a chat, and who is in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::sandbox::contact::directory::{DepartmentKey, UserKey};
use crate::sandbox::contact::i18n::I18nName;
use crate::sandbox::contact::roster::Seat;
use crate::sandbox::world::{Millis, Row};

/// Chats are numbered in the order of their creation, which is that of the list.
pub type ChatKey = u64;

/// A person, or an app's bot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    User(UserKey),
    Bot(String),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    #[default]
    Group,
    Topic,
    P2p,
}

impl Mode {
    pub fn text(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Topic => "topic",
            Self::P2p => "p2p",
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "the client has exactly these switches")]
pub struct Chat {
    pub number: ChatKey,
    pub chat_id: String,
    /// Nothing when it was never given: the page omits the field then.
    pub name: Option<String>,
    pub description: String,
    pub i18n_names: I18nName,
    /// The key of an image; empty means the system's picture.
    pub avatar: String,
    pub owner: Option<Actor>,
    /// Who made it; no read reveals this.
    pub creator: Option<Actor>,
    pub mode: Mode,
    /// By the API's names; what is missing has its default of [`SETTINGS`].
    pub settings: BTreeMap<String, String>,
    pub restricted: Restricted,
    pub bots: Vec<Bot>,
    pub managers: BTreeSet<UserKey>,
    pub bot_managers: BTreeSet<String>,
    /// Empty means that all members may speak.
    pub moderation: String,
    pub moderators: BTreeSet<UserKey>,
    /// Who waits for a manager to let them in.
    pub pending: BTreeSet<Actor>,
    /// Written and never read.
    pub top_notice: Option<Value>,
    pub dissolved: bool,
    /// Whose chat it is; the directory drives its members then.
    pub department: Option<DepartmentKey>,
    pub external: bool,
    pub created: Millis,
    pub active: Millis,
    /// What only the client can set: tabs and menus are for the owner and managers.
    pub surface_is_closed: bool,
    /// And so is the top notice.
    pub top_notice_is_closed: bool,
    /// A meeting is going on.
    pub meeting: bool,
    pub banned: bool,
    /// A super-large one, with twice the managers.
    pub large: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bot {
    pub app_id: String,
    /// The call that let it in, which orders the list of members.
    pub joined: u64,
}

/// What the restricted mode forbids.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "the page has exactly these switches")]
pub struct Restricted {
    pub status: bool,
    pub screenshot: bool,
    pub download: bool,
    pub message: bool,
}

impl Row for Chat {
    type Key = ChatKey;
    const TABLE: &'static str = "chats";
}

/// A person in a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMember {
    /// The call that let them in; who came by one call came at one instant.
    pub joined: u64,
}

impl Row for ChatMember {
    type Key = Seat;
    const TABLE: &'static str = "chat_members";
}

/// A setting of two or three values: its name, its default, and whether creation takes it.
pub(super) const SETTINGS: [(&str, &str, bool); 12] = [
    ("chat_type", "private", true),
    ("group_message_type", "chat", true),
    ("join_message_visibility", "all_members", true),
    ("leave_message_visibility", "all_members", true),
    ("membership_approval", "no_approval_required", true),
    ("edit_permission", "all_members", true),
    ("add_member_permission", "all_members", false),
    ("share_card_permission", "allowed", false),
    ("at_all_permission", "all_members", false),
    ("urgent_setting", "all_members", true),
    ("video_conference_setting", "all_members", true),
    ("hide_member_count_setting", "all_members", true),
];

impl Chat {
    pub fn setting(&self, name: &str) -> &str {
        self.settings.get(name).map_or_else(
            || SETTINGS.iter().find(|(n, ..)| *n == name).map_or("", |(_, default, _)| default),
            String::as_str,
        )
    }

    pub fn is_public(&self) -> bool {
        self.setting("chat_type") == "public"
    }

    pub fn has_bot(&self, app_id: &str) -> bool {
        self.bots.iter().any(|b| b.app_id == app_id)
    }

    pub fn moderation(&self) -> &str {
        if self.moderation.is_empty() { "all_members" } else { &self.moderation }
    }

    pub fn is_manager(&self, actor: &Actor) -> bool {
        match actor {
            Actor::User(user) => self.managers.contains(user),
            Actor::Bot(app) => self.bot_managers.contains(app),
        }
    }

    /// Takes every office from somebody who is not in the chat any more.
    pub fn strip(&mut self, actor: &Actor) {
        match actor {
            Actor::User(user) => {
                self.managers.remove(user);
                self.moderators.remove(user);
            }
            Actor::Bot(app) => {
                self.bot_managers.remove(app);
            }
        }
        self.pending.remove(actor);
    }
}

/// A creation that was answered, by its uuid and owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Creation {
    pub chat: ChatKey,
    pub until: Millis,
}

impl Row for Creation {
    type Key = String;
    const TABLE: &'static str = "chat_creations";
}
