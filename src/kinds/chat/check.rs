//! Offline rules that the table cannot say.

use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::kinds::locales::none_is_taken_away;
use crate::kinds::unique::{said, said_once};
use crate::model::{Declared, Manifest, Value, Wanted};

use super::parts;
use super::spec::{BOT, FORBIDS, NAME, SELF};
use super::wire::{BOT_MANAGERS, MODERATION, MODERATORS, OWNER, RESTRICTED};

pub(super) fn check(manifest: &Manifest, problems: &mut Diagnostics) {
    let public_name = |thing: &Declared| said(thing, "name").filter(|_| word(thing, "chat_type") == Some("public"));
    said_once(manifest, NAME, "name of a public chat", public_name, problems);
    none_is_taken_away(manifest, NAME, &["i18n_names"], problems);
    for thing in manifest.of_kind(NAME) {
        let found = [public_names_have_two(thing), restriction(thing), speakers(thing), hold(thing)];
        found.into_iter().flatten().for_each(|problem| problems.push(problem));
        parts::check(thing, problems);
    }
}

fn word<'t>(thing: &'t Declared, attribute: &str) -> Option<&'t str> {
    thing.value(attribute).and_then(Value::as_text)
}

fn public_names_have_two(thing: &Declared) -> Option<Diagnostic> {
    let short = word(thing, "name").is_some_and(|name| name.chars().count() < 2);
    (short && word(thing, "chat_type") == Some("public")).then(|| {
        Diagnostic::new(Code("check::too_short"), "a name is too short")
            .at(thing.place("name"), "one character")
            .because(format!("{} is public, and the name of a public chat has two characters at least", thing.address))
            .remedy("write a longer name")
    })
}

/// On exactly when something is forbidden.
fn restriction(thing: &Declared) -> Option<Diagnostic> {
    let mode = thing.value(RESTRICTED)?;
    let part = |name: &str| mode.get(name).and_then(Value::as_text);
    let forbids = FORBIDS.iter().any(|name| part(name) == Some("not_anyone"));
    let (why, remedy) = match (mode.get("status").and_then(Value::as_bool)?, forbids) {
        (true, false) => ("is on, and nothing is written that it forbids", "write which of the three is `not_anyone`"),
        (false, true) => ("is off, and something is forbidden", "leave `status` out: it follows from the others"),
        (true, true) | (false, false) => return None,
    };
    Some(
        Diagnostic::new(Code("check::restricted_mode"), "a restricted mode that cannot be")
            .at(thing.place(RESTRICTED), "these contradict each other")
            .because(format!("the restricted mode of {} {why}", thing.address))
            .remedy(remedy),
    )
}

fn speakers(thing: &Declared) -> Option<Diagnostic> {
    thing.value(MODERATORS)?;
    (word(thing, MODERATION) != Some("moderator_list")).then(|| {
        Diagnostic::new(Code("check::moderators"), "moderators that nothing asks for")
            .at(thing.place(MODERATORS), "never asked")
            .because(format!("who of {} may post is decided by a list only with `moderation: moderator_list`", thing.address))
            .remedy("write `moderation: moderator_list`, or take `moderators` away")
    })
}

/// Who gives a chat away keeps a hold on it.
fn hold(thing: &Declared) -> Option<Diagnostic> {
    let owner = thing.value(OWNER)?;
    let Some(Wanted::Exactly(bots)) = thing.attributes.get(BOT_MANAGERS) else { return None };
    let lost = owner.as_text() != Some(BOT) && !bots.elements().any(|bot| bot.as_text() == Some(SELF));
    lost.then(|| {
        Diagnostic::new(Code("check::lockout"), "larkctl would lose its hold")
            .at(thing.place(BOT_MANAGERS), "without `self`")
            .because(format!(
                "{} belongs to a person, and with a bot that is no manager larkctl could hardly change anything of it",
                thing.address
            ))
            .remedy("add `self`, or leave `bot_managers` out: then larkctl's bot becomes a manager by itself")
    })
}
