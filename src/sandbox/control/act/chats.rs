//! What people do to chats in their client.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ok, person};
use crate::sandbox::im::{Actor, ChatKey, act};
use crate::sandbox::world::World;

/// Somebody opens the settings of a chat, or lets people in and out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Chat {
    chat: String,
    name: Option<String>,
    description: Option<String>,
    /// By the API's names.
    #[serde(default)]
    settings: BTreeMap<String, String>,
    mode: Option<String>,
    external: Option<bool>,
    dissolved: Option<bool>,
    meeting: Option<bool>,
    banned: Option<bool>,
    large: Option<bool>,
    /// Tabs and menus are for the owner and managers only.
    surface_is_closed: Option<bool>,
    top_notice_is_closed: Option<bool>,
    #[serde(default)]
    add: Vec<String>,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(default)]
    add_bots: Vec<String>,
    #[serde(default)]
    remove_bots: Vec<String>,
    owner: Option<String>,
    #[serde(default)]
    approve: bool,
    /// The announcement, rewritten by hand.
    announcement: Option<String>,
    /// Whether it is one of the old kind.
    old: Option<bool>,
    /// A block of any kind in an announcement of the new kind, those too that the API cannot make.
    add_block: Option<AddBlock>,
    /// The key of another picture.
    avatar: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AddBlock {
    kind: i64,
    content: Value,
    index: usize,
    /// The root, unless said.
    #[serde(default)]
    parent: String,
}

impl Chat {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let key = act::find(world, &self.chat).ok_or_else(|| format!("there is no chat {}", self.chat))?;
        let people = |ids: &[String]| ids.iter().map(|id| person(world, id)).collect::<Result<Vec<_>, _>>();
        let (coming, going) = (people(&self.add)?, people(&self.remove)?);
        let owner = self.owner.as_deref().map(|id| person(world, id)).transpose()?;
        let mode = match self.mode.as_deref() {
            Some(name) => Some(act::mode(name).ok_or("a chat is a group, topic or p2p")?),
            None => None,
        };
        act::edit(world, key, |c| {
            if let Some(name) = self.name {
                c.name = Some(name);
            }
            if let Some(description) = self.description {
                c.description = description;
            }
            if let Some(avatar) = self.avatar {
                c.avatar = avatar;
            }
            c.settings.extend(self.settings);
            c.mode = mode.unwrap_or(c.mode);
            for (flag, to) in [
                (&mut c.external, self.external),
                (&mut c.dissolved, self.dissolved),
                (&mut c.meeting, self.meeting),
                (&mut c.banned, self.banned),
                (&mut c.large, self.large),
                (&mut c.surface_is_closed, self.surface_is_closed),
                (&mut c.top_notice_is_closed, self.top_notice_is_closed),
            ] {
                *flag = to.unwrap_or(*flag);
            }
        });
        let coming = coming.into_iter().chain(owner).map(Actor::User);
        for actor in coming.chain(self.add_bots.into_iter().map(Actor::Bot)) {
            act::add(world, key, actor);
        }
        if let Some(owner) = owner {
            act::edit(world, key, |c| c.owner = Some(Actor::User(owner)));
        }
        for actor in going.into_iter().map(Actor::User).chain(self.remove_bots.into_iter().map(Actor::Bot)) {
            act::remove(world, key, &actor);
        }
        if self.announcement.is_some() || self.old.is_some() {
            act::announce(world, key, self.announcement.as_deref().unwrap_or_default(), self.old);
        }
        if let Some(AddBlock { kind, content, index, parent }) = self.add_block
            && !act::add_block(world, key, (kind, content), &parent, index)
        {
            return Err(format!("there is no place {index} in {parent:?}"));
        }
        Ok(if self.approve { approve(world, key) } else { ok() })
    }
}

fn approve(world: &mut World, key: ChatKey) -> Value {
    json!({ "ok": true, "approved": act::approve(world, key) })
}
