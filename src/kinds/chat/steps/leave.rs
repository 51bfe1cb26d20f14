//! The end of a chat, or of the bot's part in it. Nothing of the sort is done unless it was written.

use serde_json::json;

use super::super::wire::{EXTERNAL, ONE, PEOPLE, TAG, USERS};
use super::scene::Scene;
use super::settings::freed;
use crate::base::count::Count;
use crate::model::{Accept, Call, Fact, Live, OnRemove, StepDraft, Value, Verb};
use crate::resource::Drafts;

/// Disbanded already.
const DISSOLVED: i64 = 232_009;
/// The bot is not in it any more.
const OUTSIDE: i64 = 232_011;
const NOBODY: i64 = 232_027;

pub(super) fn leave(scene: &Scene<'_>, live: &Live, out: &mut Drafts) {
    if scene.change.on_remove == OnRemove::Deactivate { step_out(scene, out) } else { disband(scene, live, out) }
}

fn people(live: &Live) -> usize {
    let many = live.facts.get(USERS).and_then(Value::as_int).unwrap_or(0);
    usize::try_from(many).unwrap_or(0)
}

/// Only a chat of ours that is nobody else's either: what it held cannot be brought back.
fn disband(scene: &Scene<'_>, live: &Live, out: &mut Drafts) {
    let address = &scene.change.address;
    let tag = live.facts.get(TAG).and_then(Value::as_text).unwrap_or("inner");
    let mode = live.attributes.get("chat_mode").and_then(Value::as_text).unwrap_or("group");
    let why = if scene.change.record.is_none() {
        Some("nobody manages it".to_owned())
    } else if live.fact(EXTERNAL) {
        Some("people of another company are in it".to_owned())
    } else if let Some(department) = scene.department(live) {
        Some(format!("it is the chat of {department}"))
    } else if tag != "inner" {
        Some(format!("it is a {tag} chat"))
    } else if mode != "group" {
        Some(format!("it is a {mode} chat, and the API disbands ordinary ones only"))
    } else {
        None
    };
    if let Some(why) = why {
        let remedy = "keep it: declare it once more with lifecycle: {on_remove: forget}, apply, then take it out; or \
                      disband it in the client";
        out.problem(address, None, "plan::read_only", format!("larkctl does not disband it: {why}"), remedy);
        return;
    }
    if !scene.powers.disbands() {
        let why = "it cannot be disbanded: only the owner can, and that is not larkctl's bot";
        let remedy = "let the owner disband it, or let go of it: larkctl state rm";
        out.block(address, why, Some(remedy.to_owned()));
        return;
    }
    let many = people(live);
    let lose = if many == 0 { "nobody is in it".to_owned() } else { format!("{} lose it", Count(many, "member")) };
    out.note(address, format!("disbanded for ever, with all its messages; {lose}"));
    let call = Call::new("DELETE", ONE).param("chat_id", scene.id.clone());
    let mut step = StepDraft::new(address.clone(), Verb::Delete, "disband", call)
        .gives(Fact::Gone(address.clone()))
        .accepts(Accept::Done { code: DISSOLVED });
    step.frees.extend(freed(live));
    step.forgets = true;
    out.step(step);
}

fn step_out(scene: &Scene<'_>, out: &mut Drafts) {
    let address = &scene.change.address;
    let Some(app) = scene.own_app() else {
        out.block(address, "which bot should leave is not known: the app's id is not", None);
        return;
    };
    if scene.powers.owns() {
        out.note(address, "the bot owns it: whoever was in it first owns it then");
    }
    let call = Call::new("DELETE", PEOPLE)
        .param("chat_id", scene.id.clone())
        .query("member_id_type", "app_id")
        .body(json!({ "id_list": [app] }));
    let mut step = StepDraft::new(address.clone(), Verb::Delete, "leave", call)
        .gives(Fact::Gone(address.clone()))
        .accepts(Accept::Done { code: OUTSIDE })
        .accepts(Accept::Done { code: NOBODY });
    step.forgets = true;
    out.step(step);
}
