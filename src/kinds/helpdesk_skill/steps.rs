//! The calls for skills. Making one takes it as it is and answers with the id alone; changing one takes it wrapped, and
//! name, rules and agents all go along: what a change leaves out may be kept or cleared, and nobody says which.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::observe::{AGENTS, AS_READ, BUILTIN, JSON};
use super::rules::again;
use super::spec::{CALLED, NAME, RULES};
use super::write::written;
use crate::base::count::Count;
use crate::kinds::desk::{DESK, HELPDESK, Place};
use crate::kinds::helpdesk_schedule;
use crate::kinds::membership::{as_planned, once_they_exist, releasing};
use crate::kinds::unique::{applies, claim, give_up, nobody_keeps_it, stand_in};
use crate::kinds::unread;
use crate::model::{
    Accept, Action, Call, Capture, Claim, Fact, Live, OnRemove, StepDraft, Target, Value, Verb,
};
use crate::resource::{Drafts, ThingChange, Work};

const ALL: &str = "/open-apis/helpdesk/v1/agent_skills";
const ONE: &str = "/open-apis/helpdesk/v1/agent_skills/:agent_skill_id";
const ID: &str = "agent_skill_id";
/// It is gone already. No page lists it here; other endpoints of the service have it.
const GONE: i64 = 154_004;

/// Part of a skill: name and rules are as they shall be, and its agents are sent along no more.
pub(in crate::kinds) const WRITTEN: &str = "written";
const RELEASED: &str = "released";

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    for change in work.changes {
        made_anew(work, change, out);
        let (here, there) = (Place::of(change), || Place::wanted(work, change));
        match (change.action, change.live, here) {
            (Action::Create, ..) => {
                if let Some(place) = there() {
                    create(work, &place, change, out);
                }
            }
            (Action::Update | Action::Adopt, Some(live), Some(here)) => update(work, &here, change, live, out),
            (Action::Delete, Some(live), Some(here)) => delete(work, &here, change, live, out),
            // Nothing of a skill is immutable but its desk, which no address changes.
            _ => {}
        }
    }
}

/// A category in another language is another one, and the old one does not go while a rule names it.
fn made_anew(work: &Work<'_>, change: &ThingChange<'_>, out: &mut Drafts) {
    if !matches!(change.action, Action::Keep | Action::Update | Action::Adopt) {
        return;
    }
    for target in targets(change.after(RULES)) {
        let Target::Address(address) = &target else { continue };
        if work.change(address).is_some_and(|other| other.action == Action::Replace) {
            out.problem(
                &change.address,
                Some(RULES),
                "plan::made_anew",
                format!("{address} is made anew in this plan, and {} names it", change.address),
                "take the rule out, apply, and put it in again",
            );
        }
    }
}

fn name_of(live: &Live) -> &str {
    live.attributes.get(CALLED).and_then(Value::as_text).unwrap_or_default()
}

fn named(place: &Place, name: &str) -> Claim {
    claim(&format!("skill name in helpdesk {}", place.desk), name)
}

fn name_is_free(work: &Work<'_>, place: &Place, change: &ThingChange<'_>, name: &str, out: &mut Drafts) {
    let lets_go = |other: &ThingChange<'_>| other.action == Action::Delete || other.changes(CALLED);
    let has_it = |live: &Live| live.ids.get(DESK) == Some(&place.desk) && name_of(live) == name;
    nobody_keeps_it(work, change, CALLED, &format!("the name {name}"), has_it, lets_go, out);
}

/// Everything that rules name.
fn targets(rules: Option<&Value>) -> BTreeSet<Target> {
    let mut all = BTreeSet::new();
    if let Some(rules) = rules {
        rules.each_target(&mut |target| {
            all.insert(target.clone());
        });
    }
    all
}

fn create(work: &Work<'_>, place: &Place, change: &ThingChange<'_>, out: &mut Drafts) {
    let Some(rules) = written(work, change, &place.desk, out) else { return };
    let mut body = Map::new();
    if let Some(name) = change.after(CALLED).and_then(Value::as_text) {
        name_is_free(work, place, change, name, out);
        body.insert("name".to_owned(), name.into());
    }
    body.insert("rules".to_owned(), without(rules, "operator_options"));
    let call = Call::new("POST", ALL).body(Json::Object(body));
    let mut step =
        place.step(&change.address, Verb::Create, "create", call).gives(Fact::Exists(change.address.clone()));
    step = once_they_exist(step, work, &targets(change.after(RULES)), "what its rules name exists");
    step.takes.extend(change.after(CALLED).and_then(Value::as_text).map(|name| named(place, name)));
    step.captures.push(Capture { pointer: format!("/{ID}"), id: "id".to_owned() });
    step.applies = applies(change, &[HELPDESK, CALLED, RULES]);
    out.step(step);
}

/// Rules without what this call does not take.
fn without(rules: Vec<Map<String, Json>>, name: &str) -> Json {
    let less = |mut rule: Map<String, Json>| {
        rule.remove(name);
        Json::Object(rule)
    };
    rules.into_iter().map(less).collect()
}

fn patch(live: &Live, name: &str, rules: &Json, agents: &[&str]) -> Call {
    let body = json!({ "agent_skill": { "name": name, "rules": rules, "agent_ids": agents } });
    Call::new("PATCH", ONE).param(ID, live.id.clone()).body(body)
}

fn agents(live: &Live) -> Vec<&str> {
    live.facts.get(AGENTS).into_iter().flat_map(Value::elements).filter_map(Value::as_text).collect()
}

/// The rules as they were read, as a change sends them.
fn rules_there(live: &Live) -> Json {
    let kept = live.facts.get(AS_READ).into_iter().flat_map(Value::elements);
    let read = kept.filter_map(|kept| serde_json::from_str::<Json>(kept.get(JSON)?.as_text()?).ok());
    without(read.map(|rule| again(&rule)).collect(), "category")
}

/// Leaves a skill alone of which not all was read: what a write leaves out might be lost.
fn not_whole(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) -> bool {
    if live.facts.contains_key(AS_READ) {
        return false;
    }
    let gap = unread::of(work, NAME, &live.id);
    let why = "its rules could not be read, and a change would take away what was not read";
    out.block(&change.address, unread::why(why, gap), gap.and_then(|gap| gap.remedy.clone()));
    true
}

fn update(work: &Work<'_>, place: &Place, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let names: Vec<&str> = [CALLED, RULES].into_iter().filter(|name| change.changes(name)).collect();
    if names.is_empty() || not_whole(work, change, live, out) {
        return;
    }
    let Some(rules) = written(work, change, &place.desk, out) else { return };
    let rules = without(rules, "category");
    let agents = agents(live);
    let name = change.after(CALLED).and_then(Value::as_text).unwrap_or_else(|| name_of(live));
    let what = if names == [CALLED] { "rename".to_owned() } else { format!("update {}", names.join(", ")) };
    let mut step = place
        .step(&change.address, Verb::Update, what, patch(live, name, &rules, &agents))
        .gives(Fact::Settled(WRITTEN.to_owned(), change.address.clone()));
    let before = targets(live.attributes.get(RULES).map(|rules| as_planned(work, rules)).as_ref());
    let after = targets(change.after(RULES));
    step = once_they_exist(step, work, &after, "what its rules name exists");
    step = releasing(step, work, before.difference(&after));
    step = before_they_leave(step, work, &agents);
    if change.changes(CALLED) {
        name_is_free(work, place, change, name, out);
        step.takes.push(named(place, name));
        // The stand-in goes out with the rules that are there.
        let (freed, other) = (named(place, name_of(live)), stand_in(live));
        let call = patch(live, &other, &rules_there(live), &agents).desk(&place.desk);
        give_up(&mut step, freed, named(place, &other), "temporary name", call, Some(&place.lane()));
    }
    step.applies = applies(change, &names);
    out.step(step);
}

/// An agent who leaves the company is none any more, and the write that names them would be refused.
fn before_they_leave(step: StepDraft, work: &Work<'_>, agents: &[&str]) -> StepDraft {
    let people = work.snapshot.kind("user").into_iter().flat_map(|seen| seen.things.values());
    let among = people.filter(|live| live.ids.get("open_id").is_some_and(|id| agents.contains(&id.as_str())));
    let leaving: Vec<Target> = among
        .filter_map(|live| work.address_of("user", &live.id))
        .map(|address| Target::Address(address.clone()))
        .collect();
    releasing(step, work, &leaving)
}

/// The agents whose schedules let go of a skill in this plan, by open id.
fn let_go<'w>(work: &Work<'w>, change: &ThingChange<'_>) -> BTreeSet<&'w str> {
    let schedules = work.all.values().filter(|other| other.address.kind() == helpdesk_schedule::NAME);
    let lets = schedules.filter(|schedule| match schedule.action {
        Action::Delete | Action::Replace => true,
        // Whatever else changes of it, a skill that leaves is in no write of it.
        Action::Update | Action::Adopt => !schedule.fields.is_empty(),
        Action::Create | Action::Keep | Action::Forget => false,
    });
    let desk = change.live.and_then(|live| live.ids.get(DESK));
    let live = lets.filter_map(|schedule| schedule.live).filter(|live| live.ids.get(DESK) == desk);
    live.filter_map(|live| live.ids.get("open_id").map(String::as_str)).collect()
}

fn delete(work: &Work<'_>, place: &Place, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let address = &change.address;
    if live.fact(BUILTIN) || change.on_remove == OnRemove::Deactivate {
        let why = match live.fact(BUILTIN) {
            true => format!("{address} is the default skill of its helpdesk, which stays"),
            false => format!("{address} cannot be switched off: skills are there or not"),
        };
        let remedy = format!("leave it alone: larkctl state rm {address}");
        out.problem(address, None, "plan::builtin", why, remedy);
        return;
    }
    let released = Fact::Settled(RELEASED.to_owned(), address.clone());
    let emptied = Fact::Settled("emptied".to_owned(), address.clone());
    let go = let_go(work, change);
    let stay: Vec<&str> = agents(live).into_iter().filter(|agent| !go.contains(agent)).collect();
    let before = targets(live.attributes.get(RULES).map(|rules| as_planned(work, rules)).as_ref());
    if !stay.is_empty() {
        if not_whole(work, change, live, out) {
            return;
        }
        out.note(address, format!("{} lose it", Count(stay.len(), "agent")));
        let call = patch(live, name_of(live), &rules_there(live), &[]);
        let step = place
            .step(address, Verb::Update, "take it from its agents", call)
            .needs(released.clone(), "schedules let go of it")
            .gives(emptied.clone());
        out.step(step);
    }
    let call = Call::new("DELETE", ONE).param(ID, live.id.clone());
    let mut step = place
        .step(address, Verb::Delete, "delete", call)
        .needs(released, "schedules let go of it")
        .needs(emptied, "nobody has it any more")
        .gives(Fact::Gone(address.clone()))
        .accepts(Accept::Done { code: GONE });
    step = releasing(step, work, &before);
    step.frees.push(named(place, name_of(live)));
    step.forgets = true;
    out.step(step);
}
