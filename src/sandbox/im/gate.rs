//! Who comes to a chat, whether they may come in, and what they are there.

use super::chat::{Actor, Chat, ChatKey};
use crate::sandbox::gateway::{Call, Identity, Refusal, refuse};
use crate::sandbox::world::{World, open};

/// What a caller is in a chat.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "powers that may be held in any combination")]
pub(super) struct Standing {
    pub(super) actor: Actor,
    pub(super) member: bool,
    pub(super) owner: bool,
    pub(super) manager: bool,
    /// Our bot made it and may act as the owner of what it made.
    pub(super) creator: bool,
}

impl Standing {
    /// "Only the owner" means the owner and the managers everywhere but where a page says otherwise.
    pub(super) fn leads(&self) -> bool {
        self.owner || self.manager
    }

    pub(super) fn governs(&self) -> bool {
        self.leads() || self.creator
    }

    pub(super) fn rules(&self) -> bool {
        self.owner || self.creator
    }
}

/// A chat that the caller came to.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    pub(super) key: ChatKey,
    pub(super) standing: Standing,
}

/// The codes of a family of pages. The gateway's own come before them.
#[derive(Debug, Clone, Copy)]
enum Family {
    Im,
    Docx,
}

impl Family {
    fn of(call: &Call<'_>) -> Self {
        if call.endpoint.service() == "docx" { Self::Docx } else { Self::Im }
    }
}

/// The code that was wanted if the endpoint's page has it, else the other.
pub(super) fn on_page(call: &Call<'_>, wanted: i64, otherwise: i64) -> Refusal {
    refuse(if call.endpoint.error(wanted).is_some() { wanted } else { otherwise })
}

pub(super) fn actor(call: &Call<'_>) -> Actor {
    match call.caller.identity {
        Identity::User(user) => Actor::User(user),
        Identity::Tenant | Identity::Anonymous => Actor::Bot(call.caller.app_id.clone()),
    }
}

/// The app must have a bot, whoever it speaks for.
///
/// # Errors
/// 232025, 1772025 or 234007.
pub(super) fn bot(world: &World, call: &Call<'_>) -> Result<(), Refusal> {
    if world.app(&call.caller.app_id).is_some_and(|app| app.bot) {
        return Ok(());
    }
    Err(match Family::of(call) {
        Family::Docx => refuse(1_772_025),
        Family::Im => on_page(call, 232_025, 234_007),
    })
}

/// The chat of the path, in whatever state, and what the caller is there.
///
/// # Errors
/// A chat that is not one, that is another tenant's, or that is external.
pub(super) fn knock(world: &World, call: &Call<'_>) -> Result<Visit, Refusal> {
    bot(world, call)?;
    let id = call.path("chat_id");
    let settings = world.settings();
    let family = Family::of(call);
    if settings.im.foreign_chats.contains(id) {
        return Err(match family {
            Family::Im => on_page(call, 232_010, 232_001),
            Family::Docx => refuse(1_772_002),
        });
    }
    let found = open("oc_", id, &["chat", &settings.tenant.tenant_key]);
    let chat = found.and_then(|key| world.im.chat(key)).ok_or_else(|| match family {
        Family::Im => on_page(call, 232_006, 232_001),
        Family::Docx => refuse(1_770_002),
    })?;
    if chat.external && !settings.im.external_bots {
        return Err(match family {
            Family::Im => on_page(call, 232_033, 232_008),
            Family::Docx => refuse(1_772_004),
        });
    }
    let standing = standing(world, call, chat);
    Ok(Visit { key: chat.number, standing })
}

/// As [`knock`], and the chat is alive and the caller in it.
///
/// # Errors
/// As [`knock`]; 232009 for a chat that is gone, 232011 for somebody outside, or the codes of docx.
pub(super) fn enter(world: &World, call: &Call<'_>) -> Result<Visit, Refusal> {
    let visit = knock(world, call)?;
    let family = Family::of(call);
    if world.im.chat(visit.key).is_none_or(|c| c.dissolved) {
        return Err(match family {
            Family::Im => on_page(call, 232_009, 232_011),
            Family::Docx => refuse(1_770_002),
        });
    }
    if visit.standing.member {
        return Ok(visit);
    }
    Err(match family {
        Family::Im => refuse(232_011),
        Family::Docx => refuse(1_772_003),
    })
}

pub(super) fn standing(world: &World, call: &Call<'_>, chat: &Chat) -> Standing {
    let actor = actor(call);
    let made_by_us = matches!(actor, Actor::Bot(_)) && chat.creator.as_ref() == Some(&actor);
    Standing {
        member: world.im.is_in(chat, &actor),
        owner: chat.owner.as_ref() == Some(&actor),
        manager: chat.is_manager(&actor),
        creator: made_by_us && call.has_scope("im:chat:operate_as_owner"),
        actor,
    }
}

/// The row, for reading; a visit was made to a chat that exists, and chats are never forgotten.
pub(super) fn chat<'w>(world: &'w World, visit: &Visit) -> Result<&'w Chat, Refusal> {
    world.im.chat(visit.key).ok_or_else(|| refuse(232_006))
}

/// Changes the row, and the chat was active then.
pub(super) fn edit(world: &mut World, key: ChatKey, change: impl FnOnce(&mut Chat)) {
    let now = world.now;
    if let Some(chat) = world.im.chats.get_mut(&key) {
        change(chat);
        chat.active = now;
    }
}
