//! The calls for schedules. Hours and skills go out together, whichever of them changes: what a change leaves out may
//! be kept or cleared, and nobody says which.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::hours;
use super::observe::{self, DEFAULT, OPEN_ID};
use super::spec::{AGENT, HOURS, SKILLS};
use crate::kinds::desk::{HELPDESK, Place};
use crate::kinds::helpdesk_skill::{BUILTIN, WRITTEN};
use crate::kinds::membership::{as_planned, once_they_exist, releasing};
use crate::kinds::unique::{applies, claim};
use crate::model::{
    Accept, Action, Call, Claim, Fact, Late, Live, StepDraft, Target, Value, Verb,
};
use crate::resource::{Drafts, ThingChange, Work};

const ALL: &str = "/open-apis/helpdesk/v1/agent_schedules";
const ONE: &str = "/open-apis/helpdesk/v1/agents/:agent_id/schedules";
const ID: &str = "agent_id";
/// It is gone already. No page lists it here; other endpoints of the service have it.
const GONE: i64 = 154_004;

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    for change in work.changes {
        let (here, there) = (Place::of(change), || Place::wanted(work, change));
        match (change.action, change.live, here) {
            (Action::Create, ..) => {
                if let Some(place) = there() {
                    create(work, &place, change, out);
                }
            }
            (Action::Replace, Some(live), Some(here)) => {
                delete(work, &here, change, live, out);
                if let Some(place) = there() {
                    create(work, &place, change, out);
                }
            }
            (Action::Update | Action::Adopt, Some(live), Some(here)) => update(work, &here, change, live, out),
            (Action::Delete, Some(live), Some(here)) => {
                delete(work, &here, change, live, out);
                out.note(&change.address, "the person may be no agent of the helpdesk any more");
            }
            _ => {}
        }
    }
}

fn agent_of(place: &Place, agent: Option<&Value>) -> Option<Claim> {
    Some(claim(&format!("agent of helpdesk {}", place.desk), agent?.plain().to_string()))
}

fn targets(value: Option<&Value>) -> BTreeSet<Target> {
    value.into_iter().flat_map(Value::elements).filter_map(Value::as_target).cloned().collect()
}

/// The skills that an agent has before, as this plan names them.
fn had(work: &Work<'_>, live: &Live) -> BTreeSet<Target> {
    targets(live.attributes.get(SKILLS).map(|skills| as_planned(work, skills)).as_ref())
}

/// The skills that an agent has afterwards: the declared ones, else those that stay.
fn has(work: &Work<'_>, change: &ThingChange<'_>, live: Option<&Live>) -> BTreeSet<Target> {
    let stays = |target: &Target| {
        let change = work.managed(target).and_then(|address| work.change(address));
        change.is_none_or(|change| change.action != Action::Delete)
    };
    match change.after(SKILLS) {
        Some(declared) => targets(Some(declared)),
        None => live.map(|live| had(work, live)).unwrap_or_default().into_iter().filter(stays).collect(),
    }
}

/// Skills are as they shall be before anybody gets or loses them: a change of one sends its agents along.
fn after_skills(mut step: StepDraft, work: &Work<'_>, skills: &BTreeSet<Target>) -> StepDraft {
    for address in skills.iter().filter_map(|skill| work.managed(skill)) {
        step = step.needs(Fact::Settled(WRITTEN.to_owned(), address.clone()), "the skill is as it shall be");
    }
    once_they_exist(step, work, skills, "the skill exists")
}

/// Hours and skills as a write has them; nothing while one of both is not known.
fn whole(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    live: Option<&Live>,
    out: &mut Drafts,
) -> Option<Map<String, Json>> {
    let skills = has(work, change, live);
    for target in &skills {
        let skill = match target {
            Target::Address(address) => work.live(address),
            Target::Remote { kind, id } => work.snapshot.live(kind, id),
            Target::Lookup(_) => None,
        };
        if skill.is_some_and(|live| live.fact(BUILTIN)) && change.after(SKILLS).is_some() {
            out.problem(
                &change.address,
                Some(SKILLS),
                "plan::default_skill",
                "the default skill is every agent's, and the helpdesk gives it by itself",
                "take it out of `skills`",
            );
            return None;
        }
    }
    let mut ids: Vec<Json> = skills.iter().map(|skill| work.json_id(skill, "id")).collect();
    let default = live.and_then(|live| live.facts.get(DEFAULT));
    ids.extend(default.into_iter().flat_map(Value::elements).filter_map(Value::as_text).map(Json::from));
    let hours = change.after(HOURS).or_else(|| live?.attributes.get(HOURS));
    let hours = hours.map_or_else(|| json!([]), hours::wire);
    Some(Map::from_iter([("schedule".to_owned(), hours), ("agent_skill_ids".to_owned(), Json::Array(ids))]))
}

fn create(work: &Work<'_>, place: &Place, change: &ThingChange<'_>, out: &mut Drafts) {
    let Some(agent) = change.after(AGENT).and_then(Value::as_target) else { return };
    let Some(mut body) = whole(work, change, None, out) else { return };
    let known = match agent {
        Target::Remote { kind, id } => work.snapshot.live(kind, id).is_some_and(|live| live.ids.contains_key(OPEN_ID)),
        Target::Address(_) | Target::Lookup(_) => true,
    };
    if !known {
        let remedy = "declare the person, or check that the app may see them".to_owned();
        out.block(&change.address, "the open id of its agent could not be read", Some(remedy));
        return;
    }
    body.insert(ID.to_owned(), work.json_id(agent, OPEN_ID));
    let call = Call::new("POST", ALL).body(json!({ "agent_schedules": [body] }));
    let mut step =
        place.step(&change.address, Verb::Create, "create", call).gives(Fact::Exists(change.address.clone()));
    if change.action == Action::Replace {
        step = step.needs(Fact::Gone(change.address.clone()), "the old one is gone");
    }
    step = once_they_exist(step, work, [agent], "the agent exists");
    step = after_skills(step, work, &targets(change.after(SKILLS)));
    if let Late::Known(person) = work.id_of(agent, "id") {
        step.ids.insert("id".to_owned(), observe::id(&place.desk, &person));
    }
    step.takes.extend(agent_of(place, change.after(AGENT)));
    step.applies = applies(change, &[HELPDESK, AGENT, HOURS, SKILLS]);
    out.step(step);
}

fn update(work: &Work<'_>, place: &Place, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let names: Vec<&str> = [HOURS, SKILLS].into_iter().filter(|name| change.changes(name)).collect();
    if names.is_empty() {
        return;
    }
    let Some(body) = whole(work, change, Some(live), out) else { return };
    let what = format!("update {}", names.join(", "));
    let call = Call::new("PATCH", ONE).param(ID, open_id(live)).body(json!({ "agent_schedule": body }));
    let mut step = place.step(&change.address, Verb::Update, what, call);
    let had = had(work, live);
    let has = has(work, change, Some(live));
    step = after_skills(step, work, &had.union(&has).cloned().collect());
    step = releasing(step, work, had.difference(&has));
    step.applies = applies(change, &names);
    out.step(step);
}

fn open_id(live: &Live) -> Late {
    Late::Known(live.ids.get(OPEN_ID).cloned().unwrap_or_default())
}

fn delete(
    work: &Work<'_>,
    place: &Place,
    change: &ThingChange<'_>,
    live: &Live,
    out: &mut Drafts,
) {
    let call = Call::new("DELETE", ONE).param(ID, open_id(live));
    let agent = live.attributes.get(AGENT).map(|agent| as_planned(work, agent));
    let mut step = place
        .step(&change.address, Verb::Delete, "delete", call)
        .gives(Fact::Gone(change.address.clone()))
        .accepts(Accept::Done { code: GONE });
    let had = had(work, live);
    step = after_skills(step, work, &had);
    step = releasing(step, work, had.iter().chain(agent.as_ref().and_then(Value::as_target)));
    step.frees.extend(agent_of(place, agent.as_ref()));
    // Its id is the person, whom another schedule may have by the time that this one is made anew.
    step.forgets = true;
    out.step(step);
}
