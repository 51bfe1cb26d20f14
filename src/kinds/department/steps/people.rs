//! Leaders and HR partners: the second phase, once the people are there.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::super::spec::NAME;
use super::super::wire::{self, led_by};
use super::place::Rewritten;
use super::scene::{Scene, some_of};
use crate::model::{Accept, Action, Address, Fact, Late, Live, StepDraft, Target, Value, Verb};
use crate::resource::{Drafts, ThingChange};

/// A leader who is not an active member; HR partners are refused with another code.
const NOT_JOINED: i64 = 43_025;
const BAD_HRBP: i64 = 43_028;

/// Whether a person can take a role now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Readiness {
    Joined,
    /// Invited, and has not accepted.
    Invited,
    /// Invited by this very plan.
    New,
}

fn readiness(scene: &Scene<'_>, target: &Target) -> Readiness {
    let live = match target {
        Target::Address(address) if scene.work.is_new(address) => return Readiness::New,
        Target::Address(address) => scene.work.live(address),
        Target::Remote { id, .. } => scene.work.snapshot.live("user", id),
        Target::Lookup(_) => None,
    };
    if live.is_some_and(|live| live.fact("unjoined")) { Readiness::Invited } else { Readiness::Joined }
}

/// One spelling for each person.
fn person(scene: &Scene<'_>, target: &Target) -> String {
    match scene.work.id_of(target, "id") {
        Late::Known(id) => id,
        Late::Id { late } => late.address.to_string(),
    }
}

fn said(scene: &Scene<'_>, target: &Target) -> String {
    match target {
        Target::Address(address) => address.to_string(),
        Target::Remote { .. } | Target::Lookup(_) => person(scene, target),
    }
}

/// The address of a live person who goes in this plan.
fn going(scene: &Scene<'_>, target: &Target) -> Option<Address> {
    let address = match target {
        Target::Address(address) => address,
        Target::Remote { id, .. } => scene.work.address_of("user", id)?,
        Target::Lookup(_) => return None,
    };
    let change = scene.work.change(address)?;
    (change.action == Action::Delete).then(|| address.clone())
}

fn led(value: Option<&Value>) -> (Option<Target>, Vec<Target>) {
    let primary = value.and_then(|v| v.get("primary")).and_then(Value::as_target).cloned();
    (primary, wire::targets(value.and_then(|v| v.get("deputies"))))
}

/// Leaders as the API takes them.
fn leaders_json(scene: &Scene<'_>, primary: Option<&Target>, deputies: &[Target]) -> Json {
    let leader = |kind: i64| move |t: &Target| json!({ "leaderType": kind, "leaderID": scene.work.json_id(t, "id") });
    let deputies = deputies.iter().filter(|_| primary.is_some()).map(leader(2));
    Json::Array(primary.into_iter().map(leader(1)).chain(deputies).collect())
}

/// The live leaders without those who go: what a rewrite sends again.
pub(super) fn leaders_for_rewrite(scene: &Scene<'_>, live: &Live) -> Json {
    let (primary, mut deputies) = led(live.attributes.get("leaders"));
    let primary = primary.filter(|target| going(scene, target).is_none());
    deputies.retain(|target| going(scene, target).is_none());
    leaders_json(scene, primary.as_ref(), &deputies)
}

/// Everybody who leads or partners a live department and goes in this plan.
fn goers(scene: &Scene<'_>, live: Option<&Live>, attributes: &[&str]) -> BTreeSet<Address> {
    let mut found = BTreeSet::new();
    for attribute in attributes {
        if let Some(value) = live.and_then(|live| live.attributes.get(*attribute)) {
            value.each_target(&mut |target| found.extend(going(scene, target)));
        }
    }
    found
}

fn released(people: BTreeSet<Address>) -> impl Iterator<Item = Fact> {
    people.into_iter().map(|address| Fact::Settled("released".to_owned(), address))
}

pub(super) fn released_by_rewrite(scene: &Scene<'_>, id: &str) -> impl Iterator<Item = Fact> + use<> {
    released(goers(scene, scene.live(id), &["leaders", "hrbps"]))
}

/// A step on the people of a department, with what every such step needs.
fn step(scene: &Scene<'_>, change: &ThingChange<'_>, what: &str, body: Json, rewritten: &Rewritten) -> StepDraft {
    let id = scene.id(change);
    let mut draft = StepDraft::new(change.address.clone(), Verb::Update, what, wire::patch(&id, body))
        .gives(Fact::Settled(what.to_owned(), change.address.clone()));
    // Every PATCH takes the lock on the tree, whatever it changes.
    draft.lane = Some(NAME.to_owned());
    if change.action == Action::Create {
        draft = draft.needs(Fact::Exists(change.address.clone()), "it exists");
    }
    if let Some(fact) = rewritten.get(&id) {
        draft = draft.needs(fact.clone(), "it was written whole, which must not undo this");
    }
    draft
}

fn after_the_new(scene: &Scene<'_>, mut draft: StepDraft, people: &[&Target]) -> StepDraft {
    for target in people {
        if let Target::Address(address) = target
            && readiness(scene, target) == Readiness::New
        {
            draft = draft.needs(Fact::Exists(address.clone()), format!("{address} exists"));
        }
    }
    draft
}

fn not_yet(names: &[String]) -> String {
    let verb = if names.len() == 1 { "has" } else { "have" };
    format!("{} {verb} not accepted the invitation yet", some_of(names))
}

pub(super) fn leaders(scene: &Scene<'_>, change: &ThingChange<'_>, rewritten: &Rewritten, out: &mut Drafts) {
    let Some(field) = change.field("leaders") else { return };
    let live = change.live.and_then(|live| live.attributes.get("leaders"));
    let whole = field.after.is_null() || ["primary", "deputies"].iter().all(|part| field.after.get(part).is_some());
    if change.live.is_some() && live.is_none() && !whole {
        out.problem(
            &change.address,
            Some("leaders"),
            "plan::unreadable",
            "its leaders cannot be read, and the list can only be written as a whole",
            "grant contact:department.organize:readonly, or declare both primary and deputies",
        );
        return;
    }
    let (live_primary, live_deputies) = led(live);
    let (mut primary, mut deputies) = led(Some(&field.after));
    if !field.after.is_null() {
        if field.after.get("primary").is_none() {
            primary = live_primary.clone().filter(|target| going(scene, target).is_none());
        }
        if field.after.get("deputies").is_none() {
            deputies = live_deputies.clone();
            deputies.retain(|target| going(scene, target).is_none());
        }
    }
    let lead = primary.as_ref().map(|target| person(scene, target));
    deputies.retain(|target| Some(person(scene, target)) != lead);
    if primary.is_none() && !deputies.is_empty() && field.after.get("primary").is_none() {
        out.problem(
            &change.address,
            Some("leaders"),
            "plan::no_primary",
            "it would have deputies and no primary leader",
            "declare primary: too",
        );
        return;
    }
    let wanted_primary = primary.clone();
    let wanted_deputies = deputies.clone();
    let mut wait: Vec<String> = Vec::new();
    let mut invited = |target: &Target| {
        let waits = readiness(scene, target) == Readiness::Invited;
        if waits {
            wait.push(said(scene, target));
        }
        waits
    };
    if primary.as_ref().is_some_and(&mut invited) {
        // Whoever leads now goes on until then.
        primary = live_primary.clone().filter(|target| going(scene, target).is_none());
    }
    deputies.retain(|target| !invited(target));
    if !wait.is_empty() {
        out.pend(&change.address, &["leaders"], not_yet(&wait));
    }
    let lead = primary.as_ref().map(|target| person(scene, target));
    deputies.retain(|target| Some(person(scene, target)) != lead);
    if primary.is_none() {
        deputies.clear();
        // Nothing can be said of deputies while the primary leader is missing.
        if !wait.is_empty() && live_primary.is_none() {
            return;
        }
    }
    let set = |targets: &[Target]| targets.iter().map(|t| person(scene, t)).collect::<BTreeSet<_>>();
    let same_lead = live_primary.as_ref().map(|t| person(scene, t)) == lead;
    if live.is_some() && same_lead && set(&live_deputies) == set(&deputies) && !rewritten.contains_key(&scene.id(change))
    {
        return;
    }
    if change.live.is_none() && primary.is_none() {
        return;
    }
    let people: Vec<&Target> = primary.iter().chain(&deputies).collect();
    let body = json!({ "leaders": leaders_json(scene, primary.as_ref(), &deputies) });
    let mut draft = after_the_new(scene, step(scene, change, "leaders", body, rewritten), &people);
    if !people.is_empty() {
        let reason = "a leader has not accepted the invitation yet".to_owned();
        draft = draft.accepts(Accept::Pending { code: NOT_JOINED, reason });
    }
    let kept: BTreeSet<String> = people.iter().map(|target| person(scene, target)).collect();
    draft.gives.extend(released(goers_but(scene, change.live, "leaders", &kept)));
    let exact = wanted_primary == primary && set(&wanted_deputies) == set(&deputies);
    let now = if exact {
        field.after.clone()
    } else {
        let primary = primary.map_or(Value::Null, Value::Ref);
        let Value::Map(mut now) = led_by(primary, deputies.into_iter().map(Value::Ref).collect()) else { return };
        now.retain(|part, _| field.after.get(part).is_some());
        Value::Map(now)
    };
    draft.applies.insert("leaders".to_owned(), now);
    out.step(draft);
}

fn goers_but(scene: &Scene<'_>, live: Option<&Live>, attribute: &str, kept: &BTreeSet<String>) -> BTreeSet<Address> {
    let mut going = goers(scene, live, &[attribute]);
    going.retain(|address| !kept.contains(&person(scene, &Target::Address(address.clone()))));
    going
}

pub(super) fn hrbps(scene: &Scene<'_>, change: &ThingChange<'_>, rewritten: &Rewritten, out: &mut Drafts) {
    let field = change.field("hrbps");
    let live = change.live.and_then(|live| live.attributes.get("hrbps"));
    let again = rewritten.contains_key(&scene.id(change));
    let after = match (field, live) {
        (Some(field), _) => &field.after,
        // The rewrite emptied the list.
        (None, Some(live)) if again => live,
        (None, _) => return,
    };
    let mut people = wire::targets(Some(after));
    let mut wait = Vec::new();
    let already: BTreeSet<String> = wire::targets(live).iter().map(|target| person(scene, target)).collect();
    people.retain(|target| {
        if field.is_none() && going(scene, target).is_some() {
            return false;
        }
        // Who is a partner already stays one, however that came.
        let waits = readiness(scene, target) == Readiness::Invited && !already.contains(&person(scene, target));
        if waits {
            wait.push(said(scene, target));
        }
        !waits
    });
    if !wait.is_empty() {
        out.pend(&change.address, &["hrbps"], not_yet(&wait));
    }
    let now: BTreeSet<String> = people.iter().map(|target| person(scene, target)).collect();
    let none_before = already.is_empty() && (change.live.is_none() || live.is_some());
    if (!again && live.is_some() && now == already) || (now.is_empty() && none_before) {
        return;
    }
    let ids: Vec<Json> = people.iter().map(|target| scene.work.json_id(target, "id")).collect();
    let references: Vec<&Target> = people.iter().collect();
    let new = references.iter().any(|target| readiness(scene, target) == Readiness::New);
    let body = json!({ "department_hrbps": ids });
    let mut draft = after_the_new(scene, step(scene, change, "hrbps", body, rewritten), &references);
    if new {
        let reason = "an HR partner has not accepted the invitation yet".to_owned();
        draft = draft.accepts(Accept::Pending { code: BAD_HRBP, reason });
    }
    draft.gives.extend(released(goers_but(scene, change.live, "hrbps", &now)));
    if let Some(field) = field {
        let value = Value::Set(people.into_iter().map(Value::Ref).collect());
        draft.applies.insert("hrbps".to_owned(), if wait.is_empty() { field.after.clone() } else { value });
    }
    out.step(draft);
}
