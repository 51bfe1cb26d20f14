//! What larkctl's bot may do in a chat (chat.md 5.1). What it may not is said in the plan, and nothing is sent for it.

use super::spec::{BOT, SELF};
use super::wire::{BOT_MANAGERS, CREATOR, INVITE, OPERATES, OWNER, texts};
use crate::model::Live;

/// The bot's standing.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "standings that may be held in any combination")]
pub(super) struct Powers {
    owner: bool,
    manager: bool,
    /// It made the chat, and the app may act as the owner of what it made.
    creator: bool,
    /// Every member may edit the texts; every member may add.
    edits: bool,
    adds: bool,
}

impl Powers {
    /// Whoever makes a chat without naming an owner owns it.
    pub(super) const NEW: Self = Self { owner: true, manager: false, creator: true, edits: true, adds: true };

    /// An owner who is a bot is taken for ours: no read tells bots apart, and the tenant refuses if it is another.
    pub(super) fn of(live: &Live) -> Self {
        let is = |name: &str, word: &str| live.attributes.get(name).and_then(|v| v.as_text()) == Some(word);
        Self {
            owner: is(OWNER, BOT),
            manager: texts(live.attributes.get(BOT_MANAGERS)).contains(SELF),
            creator: live.ids.get(CREATOR).is_some_and(|who| who == SELF) && live.fact(OPERATES),
            edits: is("edit_permission", "all_members"),
            adds: is(INVITE, "all_members"),
        }
    }

    pub(super) fn owns(self) -> bool {
        self.owner
    }

    /// All settings.
    pub(super) fn sets(self) -> bool {
        self.owner || self.manager || self.creator
    }

    pub(super) fn writes_texts(self) -> bool {
        self.sets() || self.edits
    }

    pub(super) fn adds(self) -> bool {
        self.sets() || self.adds
    }

    pub(super) fn removes(self) -> bool {
        self.sets()
    }

    /// Neither managers nor the creator can.
    pub(super) fn appoints(self) -> bool {
        self.owner
    }

    pub(super) fn moderates(self) -> bool {
        self.owner || self.creator
    }

    pub(super) fn transfers(self) -> bool {
        self.owner || self.creator
    }

    pub(super) fn disbands(self) -> bool {
        self.owner || self.creator
    }
}

/// What a person can do about a power that is missing.
pub(super) const OWNERS: &str =
    "ask the owner to change it in the client, or take the attribute out of the YAML; a chat that larkctl's bot owns \
     can be changed in every way";
pub(super) const LEADERS: &str = "let the owner make larkctl's bot a manager of the chat";
