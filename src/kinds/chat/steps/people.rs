//! Who comes in and who goes: fifty people or five bots a call, first those who come, unless there would be too many
//! at once.
//!
//! Who comes with this very plan may have to accept an invitation first: they are a batch of their own, on which
//! nothing else has to wait.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::super::powers::{LEADERS, OWNERS};
use super::super::spec::{MOST_MEMBERS, SELF};
use super::super::wire::{BOTS, BOT_MANAGERS, MANAGERS, MODERATORS, OWNER, PEOPLE};
use super::scene::{Readiness, Scene, targets};
use super::settings::settled;
use crate::base::count::Count;
use crate::kinds::membership::{MEMBERS, Phase, batch_name, in_order, once_they_exist, releasing};
use crate::model::{Accept, Call, Late, Leftover, Meaning, StepDraft, Target, Value};
use crate::resource::Drafts;

/// `group/chat-member/create` and `delete`.
const PEOPLE_A_CALL: usize = 50;
const BOTS_A_CALL: usize = 5;
/// None of those who were named is in the chat.
const NOBODY: i64 = 232_027;

/// Leaves before whoever comes: demoted, or the owner who was.
pub(super) const DEMOTED: &str = "demoted";
pub(super) const TRANSFERRED: &str = "transferred";

pub(super) fn people(scene: &mut Scene<'_>, out: &mut Drafts) {
    let offices = offices(scene);
    if !scene.manages_members() {
        bring_in(scene, &offices, out);
        return;
    }
    if scene.unread(MEMBERS, out) {
        return;
    }
    let Some(sets) = scene.sets(MEMBERS) else { return };
    if let Some(department) = scene.change.live.and_then(|live| scene.department(live)) {
        out.problem(
            &scene.change.address,
            Some(MEMBERS),
            "plan::read_only",
            format!("it is the chat of {department}, and whoever is in the department is in the chat"),
            "take `members` away; where others shall be in it too, set the department's group_chat to detached first",
        );
        return;
    }
    let (entering, leaving) = (sets.entering(), sets.leaving());
    let (mut entering, mut leaving) = (targets(&entering), targets(&leaving));
    let mut in_force: BTreeSet<Value> = sets.after.iter().map(|value| (*value).clone()).collect();
    let mut hold_back = |who: &Target, scene: &mut Scene<'_>, why: &str| {
        in_force.remove(&Value::Ref(who.clone()));
        scene.wait(MEMBERS, who, why);
    };
    let mut late = BTreeSet::new();
    for who in entering.clone() {
        match scene.readiness(who) {
            Readiness::Ready => {}
            Readiness::New => {
                entering.remove(who);
                late.insert(who);
            }
            Readiness::Not(why) => {
                entering.remove(who);
                hold_back(who, scene, why);
            }
        }
    }
    if waits_for_approval(scene, &entering) {
        for who in std::mem::take(&mut entering) {
            hold_back(who, scene, APPROVAL);
        }
    }
    if !scene.powers.adds() && !(entering.is_empty() && late.is_empty()) {
        let many = Count(entering.len() + late.len(), "member");
        let why = format!("{many} cannot be added: only the owner and the managers may, and larkctl's bot is neither");
        scene.cannot(out, &[MEMBERS], &why, LEADERS);
        return;
    }
    if !scene.powers.removes() && !leaving.is_empty() {
        let many = Count(leaving.len(), "member");
        let why = format!("{many} cannot be removed: larkctl's bot neither owns nor manages the chat");
        scene.cannot(out, &[MEMBERS], &why, LEADERS);
        in_force.extend(leaving.iter().map(|who| Value::Ref((*who).clone())));
        leaving.clear();
    }
    // Whoever owns it goes after it was given away, and stays if it cannot be.
    let owner = scene.owner_now().filter(|owner| leaving.remove(owner));
    scene.coming.extend(entering.iter().chain(&late).map(|who| (*who).clone()));
    let come = additions(scene, &entering, &offices, ("add", "member"));
    let go = removals(scene, &leaving);
    let crowded = sets.before.len() + entering.len() > MOST_MEMBERS;
    let phases = if crowded { vec![go, come] } else { vec![come, go] };
    let now: BTreeSet<Value> = in_force
        .iter()
        .filter(|value| value.as_target().is_none_or(|who| !late.contains(who)))
        .cloned()
        .chain(owner.iter().map(|owner| Value::Ref(owner.clone())))
        .collect();
    let steps = in_order(&scene.change.address, phases, Some(Value::Set(now)));
    steps.into_iter().for_each(|step| out.step(step));
    for mut step in additions(scene, &late, &offices, ("add", "new member")).steps {
        step = step.needs(scene.fact(MEMBERS), "the others are in");
        step.gives.retain(|fact| *fact != scene.fact(super::FILLED));
        if let Some(leftover) = step.leftovers.first_mut() {
            leftover.expected = late.iter().filter_map(|who| known(scene, who)).collect();
        }
        step.applies.insert(MEMBERS.to_owned(), Value::Set(in_force.clone()));
        out.step(step);
    }
    if let Some(owner) = owner {
        let step = removals(scene, &[&owner].into()).steps.into_iter().next();
        if let (true, Some(mut step)) = (super::owner::goes(scene), step) {
            "remove the owner who was".clone_into(&mut step.what);
            step.gives.retain(|fact| *fact != scene.fact(super::FILLED));
            step = step.needs(scene.fact(TRANSFERRED), "the chat belongs to somebody else");
            step.applies.insert(MEMBERS.to_owned(), Value::Set(in_force));
            out.step(step);
        }
    }
}

const APPROVAL: &str = "waits for the owner or a manager to let them in";

/// Whether all of these were proposed before, and somebody has to let them in.
fn waits_for_approval(scene: &Scene<'_>, who: &BTreeSet<&Target>) -> bool {
    let pending = scene.change.record.into_iter().flat_map(|record| &record.pending);
    let asked: Vec<&str> =
        pending.filter(|p| p.attributes.iter().any(|a| a == MEMBERS)).map(|p| p.reason.as_str()).collect();
    let named = |id: &str| {
        asked.iter().any(|reason| {
            reason.contains(APPROVAL) && reason.split([' ', ':', ',']).any(|word| word == id)
        })
    };
    let said = |who: &Target| match who {
        Target::Address(address) => named(&address.to_string()) || known(scene, who).is_some_and(|id| named(&id)),
        Target::Remote { .. } | Target::Lookup(_) => known(scene, who).is_some_and(|id| named(&id)),
    };
    !who.is_empty() && !scene.powers.sets() && who.iter().all(|who| said(who))
}

fn known(scene: &Scene<'_>, who: &Target) -> Option<String> {
    match scene.work.id_of(who, "id") {
        Late::Known(id) => Some(id),
        Late::Id { .. } => None,
    }
}

/// Who gets an office by this plan, which only a member can hold.
fn offices(scene: &Scene<'_>) -> BTreeSet<Target> {
    let mut who: BTreeSet<Target> = BTreeSet::new();
    for attribute in [MANAGERS, MODERATORS] {
        let entering = scene.sets(attribute).map(|sets| sets.entering()).unwrap_or_default();
        who.extend(targets(&entering).into_iter().cloned());
    }
    let owner = scene.change.field(OWNER).and_then(|field| field.after.as_target());
    who.extend(owner.cloned());
    who
}

/// Where nobody says who is in, whoever gets an office is let in all the same; who is in already does no harm.
fn bring_in(scene: &mut Scene<'_>, offices: &BTreeSet<Target>, out: &mut Drafts) {
    let ready: BTreeSet<&Target> =
        offices.iter().filter(|who| !matches!(scene.readiness(who), Readiness::Not(_))).collect();
    if ready.is_empty() || !scene.powers.adds() {
        return;
    }
    scene.coming.extend(ready.iter().map(|who| (*who).clone()));
    let (new, there): (BTreeSet<&Target>, BTreeSet<&Target>) =
        ready.iter().partition(|who| scene.readiness(who) == Readiness::New);
    for (late, who) in [(false, there), (true, new)] {
        let noun = if late { "new member" } else { "member" };
        for mut step in additions(scene, &who, offices, ("bring in", noun)).steps {
            if let Some(leftover) = step.leftovers.first_mut().filter(|_| late) {
                leftover.expected = who.iter().filter_map(|who| known(scene, who)).collect();
            }
            out.step(step);
        }
    }
}

fn additions(
    scene: &Scene<'_>,
    who: &BTreeSet<&Target>,
    offices: &BTreeSet<Target>,
    (verb, noun): (&str, &str),
) -> Phase {
    let all: Vec<&Target> = who.iter().copied().collect();
    let batches = all.len().div_ceil(PEOPLE_A_CALL);
    let steps = all.chunks(PEOPLE_A_CALL).enumerate().map(|(at, batch)| {
        let what = batch_name(verb, noun, batch.len(), at, batches);
        let mut step = settled(scene, addition(scene, what, "user_id", ids(scene, batch)));
        for who in batch.iter().filter(|who| offices.contains(**who)) {
            step = step.gives(scene.is_in(who));
        }
        once_they_exist(step, scene.work, batch.iter().copied(), "the new member exists")
    });
    Phase { part: "added", why: "everybody has been added", steps: steps.collect() }
}

fn ids(scene: &Scene<'_>, who: &[&Target]) -> Vec<Json> {
    who.iter().map(|who| scene.work.json_id(who, "id")).collect()
}

/// What is possible is done, and the rest is listed: one who cannot come keeps nobody else out.
fn addition(scene: &Scene<'_>, what: String, id_type: &str, ids: Vec<Json>) -> StepDraft {
    let call = Call::new("POST", PEOPLE)
        .query("member_id_type", id_type)
        .query("succeed_type", "1")
        .body(json!({ "id_list": ids }));
    let mut step = scene.step(what, call);
    let list = |list: &str, words: &str, means| Leftover {
        list: list.to_owned(),
        words: words.to_owned(),
        means,
        expected: BTreeSet::new(),
        present: BTreeSet::new(),
    };
    step.leftovers = if id_type == "user_id" {
        vec![
            list(
                "/invalid_id_list",
                "cannot be in a chat: has not joined or has resigned, or the app is not available to them",
                Meaning::Failure,
            ),
            list("/not_existed_id_list", "is nobody's user_id", Meaning::Failure),
            list("/pending_approval_id_list", APPROVAL, Meaning::Waiting),
        ]
    } else {
        vec![
            list("/invalid_id_list", "cannot be in a chat: the app has no bot, or is not enabled", Meaning::Failure),
            list("/not_existed_id_list", "is no app of this tenant", Meaning::Failure),
            list("/pending_approval_id_list", APPROVAL, Meaning::Waiting),
        ]
    };
    step
}

fn removals(scene: &Scene<'_>, who: &BTreeSet<&Target>) -> Phase {
    let all: Vec<&Target> = who.iter().copied().collect();
    let batches = all.len().div_ceil(PEOPLE_A_CALL);
    let steps = all.chunks(PEOPLE_A_CALL).enumerate().map(|(at, batch)| {
        let what = batch_name("remove", "member", batch.len(), at, batches);
        let step = removal(scene, what, "user_id", ids(scene, batch))
            .needs(scene.fact(DEMOTED), "whoever managed it does no more");
        releasing(step, scene.work, batch.iter().copied())
    });
    Phase { part: "removed", why: "whoever leaves it has left", steps: steps.collect() }
}

fn removal(scene: &Scene<'_>, what: String, id_type: &str, ids: Vec<Json>) -> StepDraft {
    let call = Call::new("DELETE", PEOPLE).query("member_id_type", id_type).body(json!({ "id_list": ids }));
    let mut step = scene.step(what, call).accepts(Accept::Done { code: NOBODY });
    step.leftovers.push(Leftover {
        list: "/invalid_id_list".to_owned(),
        words: "was not removed, and may have left before".to_owned(),
        means: Meaning::Warning,
        expected: BTreeSet::new(),
        present: BTreeSet::new(),
    });
    step
}

/// Bots come and go in calls of their own.
pub(super) fn bots(scene: &mut Scene<'_>, out: &mut Drafts) {
    let (come, go) = scene
        .sets(BOTS)
        .map(|sets| (apps(&sets.entering()), apps(&sets.leaving())))
        .unwrap_or_default();
    // A bot that is to manage the chat has to be in it.
    let managing = scene.sets(BOT_MANAGERS).map(|sets| apps(&sets.entering())).unwrap_or_default();
    let more: BTreeSet<&str> =
        managing.difference(&come).copied().filter(|app| *app != SELF && !go.contains(app)).collect();
    let listed: BTreeSet<&str> = come.union(&more).copied().collect();
    if !listed.is_empty() && !scene.powers.adds() {
        scene.cannot(out, &[BOTS], "only the owner and the managers may add, and larkctl's bot is neither", LEADERS);
        return;
    }
    if !go.is_empty() && !scene.powers.removes() {
        scene.cannot(out, &[BOTS], "larkctl's bot neither owns nor manages the chat", OWNERS);
        return;
    }
    let mut steps: Vec<StepDraft> = Vec::new();
    let mut batches = |verb: &str, all: &BTreeSet<&str>| {
        let all: Vec<&str> = all.iter().copied().collect();
        let many = all.len().div_ceil(BOTS_A_CALL);
        for (at, batch) in all.chunks(BOTS_A_CALL).enumerate() {
            let what = batch_name(verb, "bot", batch.len(), at, many);
            let ids: Vec<Json> = batch.iter().map(|app| json!(app)).collect();
            steps.push(if verb == "add" {
                settled(scene, addition(scene, what, "app_id", ids)).gives(scene.fact("bots are in"))
            } else {
                removal(scene, what, "app_id", ids)
                    .needs(scene.fact(DEMOTED), "bots that managed it do no more")
                    .needs(scene.fact("bots are in"), "others are in")
            });
        }
    };
    batches("add", &listed);
    batches("remove", &go);
    let after = scene.change.field(BOTS).map(|field| field.after.clone());
    if let (Some(last), Some(after)) = (steps.last_mut(), after) {
        last.applies.insert(BOTS.to_owned(), after);
    }
    steps.into_iter().for_each(|step| out.step(step));
}

pub(super) fn apps<'v>(values: &BTreeSet<&'v Value>) -> BTreeSet<&'v str> {
    values.iter().filter_map(|value| value.as_text()).collect()
}

