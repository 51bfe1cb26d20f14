//! Creation, and what one PUT changes.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::super::powers::{LEADERS, OWNERS};
use super::super::spec::SELF;
use super::super::wire::{ALL, CREATOR, EVERYBODYS, LATER, ONE, body};
use super::FILLED;
use super::scene::Scene;
use crate::kinds::unique::{applies, claim, give_up, nobody_keeps_it, stand_in};
use crate::model::{
    Action, Call, Capture, Claim, Fact, Live, StepDraft, Value, Verb,
};
use crate::resource::{Drafts, ThingChange};

/// Public chats have names of their own.
const NAMES: &str = "public chat name";

/// Bare: with nobody in it but the bot, which owns it. One person who cannot come in would keep it from being made.
pub(super) fn create(scene: &mut Scene<'_>, out: &mut Drafts) {
    let change = scene.change;
    let address = &change.address;
    if word(change, "chat_mode") == Some("topic") {
        out.problem(
            address,
            Some("chat_mode"),
            "plan::client_only",
            "a topic chat is made in the client, and not through the API",
            "make it there, let the bot in, and take it over with `import:`; or write `chat_mode: group`",
        );
        return;
    }
    let at_once: Vec<&str> =
        change.wanted.keys().map(String::as_str).filter(|name| !LATER.contains(name)).collect();
    let sent = sent(change, &at_once);
    let names: Vec<&str> = at_once.into_iter().filter(|name| settable(name)).collect();
    let call = Call::new("POST", ALL).query("user_id_type", "user_id").body(Json::Object(sent));
    let mut step = StepDraft::new(address.clone(), Verb::Create, "create", call).gives(Fact::Exists(address.clone()));
    step.call.token = Some("uuid".to_owned());
    step.captures.push(Capture { pointer: "/chat_id".to_owned(), id: "id".to_owned() });
    step.ids.insert(CREATOR.to_owned(), SELF.to_owned());
    step.applies = applies(change, &names);
    step.applies.insert("chat_mode".to_owned(), Value::text("group"));
    step.applies.retain(|name, _| change.wanted.contains_key(name));
    if let Some(name) = public_name(change) {
        is_free(scene, &name, out);
        step.takes.push(claim(NAMES, name));
    }
    out.step(step);
    let later = sent_of(change, &LATER);
    if !later.is_empty() {
        let mut step = put(scene, "permissions", later).gives(scene.fact("permissions"));
        step.applies = applies(change, &LATER);
        out.step(step);
    }
}

/// The attributes that a PUT can change.
fn settable(name: &str) -> bool {
    let probe = Value::text("x");
    let map = Value::Map(std::collections::BTreeMap::new());
    !body([(name, &probe)]).is_empty() || !body([(name, &map)]).is_empty()
}

fn word<'c>(change: &'c ThingChange<'_>, attribute: &str) -> Option<&'c str> {
    change.after(attribute).and_then(Value::as_text)
}

fn sent(change: &ThingChange<'_>, names: &[&str]) -> Map<String, Json> {
    body(names.iter().filter_map(|name| Some((*name, change.after(name)?))))
}

fn sent_of(change: &ThingChange<'_>, names: &[&str]) -> Map<String, Json> {
    let declared: Vec<&str> = names.iter().copied().filter(|name| change.wanted.contains_key(*name)).collect();
    sent(change, &declared)
}

fn put(scene: &Scene<'_>, what: &str, sent: Map<String, Json>) -> StepDraft {
    let call = Call::new("PUT", ONE).query("user_id_type", "user_id").body(Json::Object(sent));
    scene.step(what, call)
}

/// Everything that differs, in one call.
pub(super) fn update(scene: &mut Scene<'_>, out: &mut Drafts) {
    let change = scene.change;
    let Some(live) = change.live else { return };
    let differ: BTreeSet<&str> =
        change.fields.iter().map(|field| field.name.as_str()).filter(|name| settable(name)).collect();
    if differ.is_empty() {
        return;
    }
    if live.attributes.get("chat_mode").and_then(Value::as_text).is_some_and(|mode| mode != "group") {
        let names: Vec<&str> = differ.into_iter().collect();
        let remedy = "change it in the client, and take the attributes out of the YAML";
        scene.cannot(out, &names, "the API changes the settings of ordinary chats only, and this is another", remedy);
        return;
    }
    let (may, may_not): (Vec<&str>, Vec<&str>) = differ.into_iter().partition(|name| {
        scene.powers.sets() || (scene.powers.writes_texts() && EVERYBODYS.contains(name))
    });
    if !may_not.is_empty() {
        let remedy = if scene.powers.writes_texts() { LEADERS } else { OWNERS };
        scene.cannot(out, &may_not, "larkctl's bot neither owns nor manages the chat", remedy);
    }
    let sent = sent(change, &may);
    if sent.is_empty() {
        return;
    }
    let what = if may.contains(&"name") { "rename" } else { "settings" };
    let mut step = put(scene, what, sent);
    step.applies = applies(change, &may);
    names(scene, live, &may, &mut step, out);
    out.step(step);
}

/// Takes and frees the name of a public chat.
fn names(scene: &Scene<'_>, live: &Live, may: &[&str], step: &mut StepDraft, out: &mut Drafts) {
    let change = scene.change;
    let before = live_public_name(live);
    let now = |name: &str| {
        let live = live.attributes.get(name).and_then(Value::as_text);
        if may.contains(&name) { word(change, name) } else { live }.map(str::to_owned)
    };
    let after = now("name").filter(|_| now("chat_type").as_deref() == Some("public"));
    if before == after {
        return;
    }
    if let Some(name) = after {
        is_free(scene, &name, out);
        step.takes.push(claim(NAMES, name));
    }
    if let Some(name) = before {
        let stand_in = stand_in(live);
        let mut sent = Map::new();
        sent.insert("name".to_owned(), stand_in.as_str().into());
        let call = put(scene, "", sent).call;
        give_up(step, claim(NAMES, name), claim(NAMES, stand_in), "temporary name", call, None);
    }
}

/// The name that a chat will have to itself.
fn public_name(change: &ThingChange<'_>) -> Option<String> {
    (word(change, "chat_type") == Some("public")).then(|| word(change, "name").map(str::to_owned)).flatten()
}

pub(super) fn live_public_name(live: &Live) -> Option<String> {
    let word = |name: &str| live.attributes.get(name).and_then(Value::as_text);
    (word("chat_type") == Some("public")).then(|| word("name").map(str::to_owned)).flatten()
}

/// The claim that a public chat lets go of when it ends.
pub(super) fn freed(live: &Live) -> Option<Claim> {
    live_public_name(live).map(|name| claim(NAMES, name))
}

fn is_free(scene: &Scene<'_>, name: &str, out: &mut Drafts) {
    let has_it = |live: &Live| live_public_name(live).as_deref() == Some(name);
    let lets_go = |holder: &ThingChange<'_>| {
        holder.changes("name") || holder.changes("chat_type") || holder.action == Action::Delete
    };
    let what = format!("the name {name} of a public chat");
    nobody_keeps_it(scene.work, scene.change, "name", &what, has_it, lets_go, out);
}

/// Not used while a chat is filled: what follows creation needs it before anybody comes in.
pub(super) fn settled(scene: &Scene<'_>, step: StepDraft) -> StepDraft {
    debug_assert!(step.gives.contains(&scene.fact(FILLED)));
    step.needs(scene.fact("permissions"), "the chat is no more open than it shall be")
}
