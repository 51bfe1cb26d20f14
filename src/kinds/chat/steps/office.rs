//! Managers, and who may post. Whoever gets an office is a member first, whoever loses one loses it before they go.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::super::powers::OWNERS;
use super::super::spec::SELF;
use super::super::wire::{BOT_MANAGERS, LISTED, MANAGERS, MODERATION, MODERATORS, OWNER, SPEAKERS};
use super::people::{DEMOTED, apps};
use super::scene::{Readiness, Scene, targets};
use crate::kinds::membership::{batch_name, once_they_exist, releasing};
use crate::model::{Accept, Call, Leftover, Meaning, StepDraft, Target, Value};
use crate::resource::Drafts;

const ADD: &str = "/open-apis/im/v1/chats/:chat_id/managers/add_managers";
const DELETE: &str = "/open-apis/im/v1/chats/:chat_id/managers/delete_managers";
/// It was done, only the list of managers is missing from the answer.
const DONE: i64 = 232_039;
/// None of those who were named manages it.
const NOBODY: i64 = 232_027;
/// Speakers in one call: no page says how many, so as many as of members.
const SPEAKERS_A_CALL: usize = 50;

const NOT_OWNER: &str = "only the owner can change managers, and that is not larkctl's bot";

pub(super) fn managers(scene: &mut Scene<'_>, out: &mut Drafts) {
    if scene.unread(MANAGERS, out) {
        return;
    }
    let Some(sets) = scene.sets(MANAGERS) else { return };
    if !scene.powers.appoints() {
        scene.cannot(out, &[MANAGERS], NOT_OWNER, OWNERS);
        return;
    }
    let new_owner = scene.change.field(OWNER).and_then(|field| field.after.as_target());
    let (entering, leaving) = (sets.entering(), sets.leaving());
    let (mut entering, mut leaving) = (targets(&entering), targets(&leaving));
    // Whoever becomes the owner is no manager any more by that.
    leaving.retain(|who| Some(*who) != new_owner);
    let mut in_force: BTreeSet<Value> = sets.after.iter().map(|value| (*value).clone()).collect();
    for who in entering.clone() {
        if let Readiness::Not(why) = scene.readiness(who) {
            entering.remove(who);
            in_force.remove(&Value::Ref(who.clone()));
            scene.wait(MANAGERS, who, why);
        }
    }
    let go: Vec<&Target> = leaving.into_iter().collect();
    let come: Vec<&Target> = entering.into_iter().collect();
    let ids = |who: &[&Target]| -> Vec<Json> {
        who.iter().map(|who| scene.work.json_id(who, "id")).collect()
    };
    let mut steps = Vec::new();
    if !go.is_empty() {
        let step = demote(scene, batch_name("demote", "manager", go.len(), 0, 1), "user_id", &ids(&go));
        steps.push(releasing(step, scene.work, go.iter().copied()));
    }
    if !come.is_empty() {
        let mut step = appoint(scene, batch_name("appoint", "manager", come.len(), 0, 1), "user_id", &ids(&come));
        let known = come.iter().filter_map(|who| match scene.work.id_of(who, "id") {
            crate::model::Late::Known(id) => Some(id),
            crate::model::Late::Id { .. } => None,
        });
        step.leftovers.push(not_there("/chat_managers", known.collect()));
        step = scene.once_in(step, come.iter().copied());
        steps.push(once_they_exist(step, scene.work, come.iter().copied(), "the new manager exists"));
    }
    if let Some(last) = steps.last_mut() {
        last.applies.insert(MANAGERS.to_owned(), Value::Set(in_force));
    }
    steps.into_iter().for_each(|step| out.step(step));
}

/// The answer tells who manages it now; ids that cannot are dropped without a word.
fn not_there(list: &str, ids: BTreeSet<String>) -> Leftover {
    Leftover {
        list: list.to_owned(),
        words: "did not become a manager: perhaps no member".to_owned(),
        means: Meaning::Failure,
        expected: BTreeSet::new(),
        present: ids,
    }
}

fn appoint(scene: &Scene<'_>, what: String, id_type: &str, ids: &[Json]) -> StepDraft {
    let call = Call::new("POST", ADD).query("member_id_type", id_type).body(json!({ "manager_ids": ids }));
    // There is room for ten: whoever goes makes some.
    scene.step(what, call).accepts(Accept::Done { code: DONE }).needs(scene.fact(DEMOTED), "there is room")
}

fn demote(scene: &Scene<'_>, what: String, id_type: &str, ids: &[Json]) -> StepDraft {
    let call = Call::new("POST", DELETE).query("member_id_type", id_type).body(json!({ "manager_ids": ids }));
    scene
        .step(what, call)
        .gives(scene.fact(DEMOTED))
        .accepts(Accept::Done { code: DONE })
        .accepts(Accept::Done { code: NOBODY })
}

/// Bots that manage it. Ours becomes one before the chat is given away, unless it is one already.
pub(super) fn bot_managers(scene: &mut Scene<'_>, out: &mut Drafts) {
    let declared = scene.sets(BOT_MANAGERS);
    let (mut come, go) =
        declared.as_ref().map(|sets| (apps(&sets.entering()), apps(&sets.leaving()))).unwrap_or_default();
    let is_manager = scene
        .change
        .live
        .and_then(|live| live.attributes.get(BOT_MANAGERS))
        .is_some_and(|bots| bots.elements().any(|bot| bot.as_text() == Some(SELF)));
    let keeps = super::owner::goes(scene) && scene.powers.owns() && !is_manager;
    if keeps {
        come.insert(SELF);
    }
    if come.is_empty() && go.is_empty() {
        return;
    }
    if !scene.powers.appoints() {
        scene.cannot(out, &[BOT_MANAGERS], NOT_OWNER, OWNERS);
        return;
    }
    let own = scene.own_app();
    let id = |app: &&str| if *app == SELF { own.map(str::to_owned) } else { Some((*app).to_owned()) };
    let ids = |apps: &[&str]| -> Vec<Json> { apps.iter().filter_map(id).map(|id| json!(id)).collect() };
    let mut steps = Vec::new();
    for batch in go.iter().copied().collect::<Vec<_>>().chunks(5) {
        steps.push(demote(scene, format!("demote {}", said(batch)), "app_id", &ids(batch)));
    }
    let (ours, others): (Vec<&str>, Vec<&str>) = come.into_iter().partition(|app| *app == SELF);
    for batch in others.chunks(5).chain(ours.chunks(1)) {
        let step = appoint(scene, format!("appoint {}", said(batch)), "app_id", &ids(batch));
        let mut step = step.needs(scene.fact("bots are in"), "whoever gets an office is a member");
        if batch == [SELF] && keeps && scene.operates() {
            // No page says whether an owner can be a manager. Whoever made the chat keeps the scope's hold.
            step = step.accepts(Accept::Warned {
                code: NOBODY,
                warning: "larkctl's bot did not become a manager: its hold on the chat rests on \
                          im:chat:operate_as_owner alone"
                    .to_owned(),
                except: vec![BOT_MANAGERS.to_owned()],
            });
        }
        let wanted = batch.iter().filter_map(id).collect();
        step.leftovers.push(not_there("/chat_bot_managers", wanted));
        steps.push(step);
    }
    if let (Some(last), Some(field)) = (steps.last_mut(), scene.change.field(BOT_MANAGERS)) {
        last.applies.insert(BOT_MANAGERS.to_owned(), field.after.clone());
    }
    steps.into_iter().for_each(|step| out.step(step));
}

fn said(apps: &[&str]) -> String {
    let names: Vec<&str> = apps.iter().map(|app| if *app == SELF { "larkctl's bot" } else { app }).collect();
    names.join(", ")
}

/// The owner who gives the chat away and may speak all the same. Every list has the owner on it, so nobody can see
/// whether they are there by name too: without that they would fall silent.
fn speaks_on<'s>(scene: &Scene<'s>) -> Option<&'s Target> {
    let was = scene.change.field(OWNER)?.before.as_ref()?;
    let listed = scene.change.after(MODERATION).and_then(Value::as_text) == Some(LISTED);
    let speaks = scene.change.after(MODERATORS).is_some_and(|who| who.elements().any(|one| one == was));
    was.as_target().filter(|_| listed && speaks && scene.powers.moderates())
}

/// The mode and the differences of its list go together; a list has no other way to be written.
pub(super) fn moderation(scene: &mut Scene<'_>, out: &mut Drafts) {
    let mode = scene.change.field(MODERATION);
    let staying = speaks_on(scene);
    if mode.is_none() && !scene.change.changes(MODERATORS) && staying.is_none() {
        return;
    }
    if scene.unread(MODERATORS, out) {
        return;
    }
    if !scene.powers.moderates() {
        let attributes: Vec<&str> =
            [MODERATION, MODERATORS].into_iter().filter(|name| scene.change.changes(name)).collect();
        let why = "only the owner can say who may post, and that is not larkctl's bot";
        scene.cannot(out, &attributes, why, OWNERS);
        return;
    }
    let Some(setting) = scene.change.after(MODERATION).and_then(Value::as_text) else { return };
    // What everybody may from the start need not be said.
    if scene.is_new() && setting == "all_members" {
        return;
    }
    let lists = setting == LISTED;
    let sets = scene.sets(MODERATORS).filter(|_| lists);
    let (entering, leaving) =
        sets.as_ref().map(|sets| (sets.entering(), sets.leaving())).unwrap_or_default();
    let (mut entering, leaving) = (targets(&entering), targets(&leaving));
    entering.extend(staying);
    let mut in_force: BTreeSet<Value> =
        sets.iter().flat_map(|sets| &sets.after).map(|value| (*value).clone()).collect();
    for who in entering.clone() {
        if let Readiness::Not(why) = scene.readiness(who) {
            entering.remove(who);
            in_force.remove(&Value::Ref(who.clone()));
            scene.wait(MODERATORS, who, why);
        }
    }
    let going: BTreeSet<&Target> = leaving;
    let all: Vec<(bool, &Target)> =
        entering.iter().map(|who| (true, *who)).chain(going.iter().map(|who| (false, *who))).collect();
    if mode.is_none() && all.is_empty() {
        return;
    }
    let mut batches: Vec<&[(bool, &Target)]> = all.chunks(SPEAKERS_A_CALL).collect();
    if batches.is_empty() {
        batches.push(&[]);
    }
    let many = batches.len();
    let mut steps = Vec::new();
    for (at, batch) in batches.into_iter().enumerate() {
        let of = |comes: bool| -> Vec<&Target> {
            batch.iter().filter(|(c, _)| *c == comes).map(|(_, who)| *who).collect()
        };
        let (come, go) = (of(true), of(false));
        let ids = |who: &[&Target]| -> Vec<Json> { who.iter().map(|who| scene.work.json_id(who, "id")).collect() };
        let mut body = json!({ "moderation_setting": setting });
        if !come.is_empty() {
            body["moderator_added_list"] = ids(&come).into();
        }
        if !go.is_empty() {
            body["moderator_removed_list"] = ids(&go).into();
        }
        let place = if many == 1 { String::new() } else { format!(" ({} of {many})", at + 1) };
        let call = Call::new("PUT", SPEAKERS).query("user_id_type", "user_id").body(body);
        let mut step = scene.step(format!("who may post{place}"), call);
        step = scene.once_in(step, come.iter().copied());
        step = once_they_exist(step, scene.work, come.iter().copied(), "the new moderator exists");
        steps.push(releasing(step, scene.work, go.iter().copied()));
    }
    if let Some(last) = steps.last_mut() {
        last.applies.insert(MODERATION.to_owned(), Value::text(setting));
        if sets.is_some() {
            last.applies.insert(MODERATORS.to_owned(), Value::Set(in_force));
        }
        last.applies.retain(|name, _| scene.change.wanted.contains_key(name));
    }
    steps.into_iter().for_each(|step| out.step(step));
}
