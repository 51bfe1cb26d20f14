//! What a chat must be: each rule with the code of its page.

use serde_json::Value;

use super::chat::{Chat, ChatKey, Restricted};
use crate::sandbox::gateway::{Call, Refusal, refuse};
use crate::sandbox::world::World;

/// "Advised" on the pages; the stricter reading is that longer ones are refused.
const NAME: usize = 60;
const DESCRIPTION: usize = 100;
/// `group/chat-member/create`.
pub(super) const BOTS: usize = 15;
pub(super) const USERS_A_CALL: usize = 50;
pub(super) const BOTS_A_CALL: usize = 5;

/// Name, description and names in languages: length, and what the content check says.
pub(super) fn texts(world: &World, chat: &Chat) -> Result<(), Refusal> {
    let long = |text: &str, max: usize| text.chars().count() > max;
    let names = || chat.name.as_deref().into_iter().chain(chat.i18n_names.texts());
    if names().any(|n| long(n, NAME)) || long(&chat.description, DESCRIPTION) {
        return Err(refuse(232_001).msg("a name has at most 60 characters, a description 100"));
    }
    let words = &world.settings().sensitive_words;
    if names().chain([chat.description.as_str()]).any(|t| words.iter().any(|w| t.contains(w.as_str()))) {
        return Err(refuse(232_023));
    }
    Ok(())
}

/// Public chats: allowed, internal, named, and named like no other.
pub(super) fn public(world: &World, chat: &Chat, key: Option<ChatKey>) -> Result<(), Refusal> {
    if !chat.is_public() {
        return Ok(());
    }
    if !world.settings().im.public_chats {
        return Err(refuse(232_091));
    }
    if chat.external {
        return Err(refuse(232_069));
    }
    let Some(name) = chat.name.as_deref().filter(|n| !n.is_empty()) else { return Err(refuse(232_042)) };
    if name.chars().count() < 2 {
        return Err(refuse(232_020));
    }
    let taken =
        |c: &&Chat| Some(c.number) != key && !c.dissolved && c.is_public() && c.name.as_deref() == Some(name);
    if world.im.chats().any(|c| taken(&c)) {
        let text = "This name is already used in an existing public chat.";
        return Err(refuse(232_026).msg(text));
    }
    Ok(())
}

/// The restricted mode of a body over what was before. A part that is left out keeps its value.
pub(super) fn restricted(world: &World, call: &Call<'_>, before: Restricted) -> Result<Restricted, Refusal> {
    let Some(sent) = call.body.get("restricted_mode_setting").filter(|v| v.is_object()) else {
        return Ok(before);
    };
    let part = |name: &str, before: bool| {
        sent.get(name).and_then(Value::as_str).filter(|t| !t.is_empty()).map_or(before, |t| t == "not_anyone")
    };
    let after = Restricted {
        status: sent.get("status").and_then(Value::as_bool).unwrap_or(before.status),
        screenshot: part("screenshot_has_permission_setting", before.screenshot),
        download: part("download_has_permission_setting", before.download),
        message: part("message_has_permission_setting", before.message),
    };
    if after != before && !world.settings().im.restricted_mode {
        return Err(refuse(232_057));
    }
    let forbids = after.screenshot || after.download || after.message;
    if after.status == forbids {
        Ok(after)
    } else {
        Err(refuse(232_001).msg("the restricted mode is on exactly when it forbids something"))
    }
}

/// Hiding the count of members is a right of the tenant.
pub(super) fn hide_count(world: &World, chat: &Chat) -> Result<(), Refusal> {
    let hides = chat.setting("hide_member_count_setting") == "only_owner";
    if hides && !world.settings().im.hide_member_count { Err(refuse(232_078)) } else { Ok(()) }
}

/// Who may add members and who may share the chat are one decision under two names.
pub(super) fn paired(chat: &Chat) -> Result<(), Refusal> {
    let closed = chat.setting("add_member_permission") == "only_owner";
    let unshared = chat.setting("share_card_permission") == "not_allowed";
    if closed == unshared { Ok(()) } else { Err(refuse(232_001)) }
}

/// A picture of the chat: the system's own, or one that was uploaded as an avatar.
pub(super) fn avatar(world: &World, call: &Call<'_>, key: &str) -> Result<(), Refusal> {
    let ours = world.im.images.get(&key.to_owned());
    let fits = ours.is_some_and(|i| i.avatar && i.app_id == call.caller.app_id);
    if fits || key.starts_with("default-avatar_") {
        Ok(())
    } else {
        Err(refuse(232_041).msg("The avatar key is illegal."))
    }
}

/// A picture of a tab or a menu: uploaded for messages, by this very app.
pub(super) fn icon(world: &World, call: &Call<'_>, key: &str) -> Result<(), Refusal> {
    let ours = world.im.images.get(&key.to_owned());
    if ours.is_some_and(|i| !i.avatar && i.app_id == call.caller.app_id) {
        Ok(())
    } else {
        Err(refuse(232_056))
    }
}

/// An address that the pages accept.
pub(super) fn is_web(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|r| !r.is_empty() && !r.contains(char::is_whitespace))
}
