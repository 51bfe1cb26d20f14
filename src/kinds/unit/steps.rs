//! The calls for units: the unit itself, and one call for each department that comes or goes.
//!
//! Unbinding needs nothing and frees the department; binding takes it. So a department changes over by itself in
//! the right order, and a unit that is deleted, or made anew, is unbound first and bound again after.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::bindings::{self, shown};
use super::{NAME, PATH};
use crate::kinds::unique::{applies, claim, give_up, nobody_keeps_it, stand_in};
use crate::model::{
    Accept, Action, Address, Call, Claim, Fact, Late, Live, StepDraft, Target, Value, Verb, Wanted,
};
use crate::resource::{Drafts, ThingChange, Work};

const ONE: &str = "/open-apis/contact/v3/unit/:unit_id";
const NAMES: &str = "unit name and type";
const BINDING: &str = "unit of department";
/// What holds once departments have left, by steps of ours or of their own.
const LEFT: &str = "members";
/// `unit/delete`, `unit/unbind_department`: there is no such unit.
const NO_UNIT: i64 = 43_051;
/// `unit/unbind_department`: the department is not there, or not bound to this unit.
const NOT_BOUND: i64 = 43_058;

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    for change in work.changes {
        match (change.action, change.live) {
            (Action::Create, _) => {
                create(work, change, own_id(work, change), out);
                bind(work, change, None, &[], wanted(change), out);
            }
            (Action::Update | Action::Adopt, Some(live)) => update(work, change, live, out),
            (Action::Replace, Some(live)) => replace(work, change, live, out),
            (Action::Delete, Some(live)) => {
                let Some(bound) = bindings::of(live) else {
                    out.block(&change.address, unreadable(work, live), remedy(work, live));
                    continue;
                };
                unbind(work, change, live, &bound, None, out);
                delete(change, live, true, out);
            }
            (Action::Update | Action::Adopt | Action::Replace | Action::Delete, None)
            | (Action::Forget | Action::Keep, _) => {}
        }
    }
}

fn text<'v>(live: &'v Live, name: &str) -> &'v str {
    live.attributes.get(name).and_then(Value::as_text).unwrap_or_default()
}

fn name_claim(name: &str, of_type: &str) -> Claim {
    claim(NAMES, format!("{name} ({of_type})"))
}

fn binding_claim(work: &Work<'_>, department: &Target) -> Claim {
    let id = match work.id_of(department, "id") {
        Late::Known(id) => id,
        Late::Id { late } => late.address.to_string(),
    };
    claim(BINDING, id)
}

/// The id of a unit to be made: written, kept where it is made anew, or the key.
fn own_id(work: &Work<'_>, change: &ThingChange<'_>) -> String {
    let written = change.after("id").and_then(Value::as_text);
    let kept = change.live.map(|live| live.id.as_str()).or_else(|| {
        let bound = work.bound.get(&change.address);
        bound.map(String::as_str)
    });
    written.or(kept).unwrap_or_else(|| change.address.key()).to_owned()
}

/// All departments that shall be bound, if anything is said of them.
fn wanted<'c>(change: &'c ThingChange<'_>) -> Option<Vec<&'c Target>> {
    let said = change.wanted.get("departments")?;
    let mut all: BTreeSet<&Target> = change.after("departments")?.elements().filter_map(Value::as_target).collect();
    if let (Wanted::AtLeast(_), Some(live)) = (said, change.live) {
        all.extend(bindings::of(live).unwrap_or_default());
    }
    Some(all.into_iter().collect())
}

fn name_is_free(work: &Work<'_>, change: &ThingChange<'_>, name: &str, of_type: &str, out: &mut Drafts) {
    let has_it = |live: &Live| text(live, "name") == name && text(live, "type") == of_type;
    let lets_go = |other: &ThingChange<'_>| {
        matches!(other.action, Action::Delete | Action::Replace) || other.changes("name")
    };
    let what = format!("the name {name} with the type {of_type}");
    nobody_keeps_it(work, change, "name", &what, has_it, lets_go, out);
}

fn create(work: &Work<'_>, change: &ThingChange<'_>, id: String, out: &mut Drafts) {
    let said = |name: &str| change.after(name).and_then(Value::as_text).unwrap_or_default();
    let (name, of_type) = (said("name"), said("type"));
    name_is_free(work, change, name, of_type, out);
    let call = Call::new("POST", PATH).body(json!({ "unit_id": id, "name": name, "unit_type": of_type }));
    let mut step = StepDraft::new(change.address.clone(), Verb::Create, "create", call)
        .gives(Fact::Exists(change.address.clone()));
    step.takes.push(name_claim(name, of_type));
    step.ids.insert("id".to_owned(), id);
    let mut applied = vec!["id", "name", "type"];
    if wanted(change).is_some_and(|departments| departments.is_empty()) {
        applied.push("departments");
    }
    step.applies = applies(change, &applied);
    if change.action == Action::Replace {
        step = step.needs(Fact::Gone(change.address.clone()), "the old one is gone");
    }
    out.step(step);
}

fn patch(live: &Live, name: &str) -> Call {
    Call::new("PATCH", ONE).param("unit_id", live.id.clone()).body(json!({ "name": name }))
}

fn give_name(step: &mut StepDraft, live: &Live) {
    let (freed, name) = (name_claim(text(live, "name"), text(live, "type")), stand_in(live));
    let takes = name_claim(&name, text(live, "type"));
    give_up(step, freed, takes, "temporary name", patch(live, &name), None);
}

fn update(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    if let Some(name) = change.field("name").and_then(|field| field.after.as_text()) {
        name_is_free(work, change, name, text(live, "type"), out);
        let mut step = StepDraft::new(change.address.clone(), Verb::Update, "rename", patch(live, name));
        step.takes.push(name_claim(name, text(live, "type")));
        give_name(&mut step, live);
        step.applies = applies(change, &["name"]);
        out.step(step);
    }
    if change.field("departments").is_none() {
        return;
    }
    let Some(bound) = bindings::of(live) else {
        out.unread(&change.address, unreadable(work, live), remedy(work, live));
        return;
    };
    let wanted = wanted(change).unwrap_or_default();
    let comes: Vec<&Target> = wanted.iter().copied().filter(|w| !holds(work, &bound, w)).collect();
    let goes: Vec<&Target> = bound.iter().copied().filter(|b| !holds(work, &wanted, b)).collect();
    let last = comes.is_empty().then_some("departments");
    unbind(work, change, live, &goes, last, out);
    bind(work, change, Some(live), &goes, Some(comes), out);
}

/// What to say of bindings that no reply could hold.
fn unreadable(work: &Work<'_>, live: &Live) -> String {
    let what = "which departments are bound to it could not be read";
    crate::kinds::unread::why(what, crate::kinds::unread::of(work, NAME, &live.id))
}

fn remedy(work: &Work<'_>, live: &Live) -> Option<String> {
    crate::kinds::unread::of(work, NAME, &live.id).and_then(|gap| gap.remedy.clone())
}

fn replace(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    // What is not known to be bound could not be bound again.
    let Some(bound) = bindings::of(live) else {
        out.block(&change.address, unreadable(work, live), remedy(work, live));
        return;
    };
    let again = wanted(change).unwrap_or_else(|| {
        let stays = |department: &&Target| {
            unbinds_itself(work, department).is_none()
                && !leaves(work, department)
                && !is_wanted_elsewhere(work, change, department)
        };
        bound.iter().copied().filter(stays).collect()
    });
    unbind(work, change, live, &bound, None, out);
    delete(change, live, false, out);
    create(work, change, own_id(work, change), out);
    bind(work, change, None, &bound, Some(again), out);
}

fn delete(change: &ThingChange<'_>, live: &Live, for_good: bool, out: &mut Drafts) {
    let call = Call::new("DELETE", ONE).param("unit_id", live.id.clone());
    let mut step = StepDraft::new(change.address.clone(), Verb::Delete, "delete", call)
        .needs(settled(LEFT, &change.address), "no department is bound to it")
        .gives(Fact::Gone(change.address.clone()))
        .accepts(Accept::Done { code: NO_UNIT });
    give_name(&mut step, live);
    step.forgets = for_good;
    out.step(step);
}

fn settled(part: &str, address: &Address) -> Fact {
    Fact::Settled(part.to_owned(), address.clone())
}

/// A department whose own `unit:` changes in this plan: its own steps unbind it.
///
/// So does one that is deleted: its binding goes with it, and its deletion says so.
fn unbinds_itself<'t>(work: &'t Work<'_>, department: &'t Target) -> Option<&'t Address> {
    let address = work.managed(department)?;
    let change = work.change(address)?;
    (change.changes("unit") || change.action == Action::Delete).then_some(address)
}

/// A department that this plan deletes.
fn leaves(work: &Work<'_>, department: &Target) -> bool {
    let change = work.managed(department).and_then(|address| work.change(address));
    change.is_some_and(|change| change.action == Action::Delete)
}

fn holds(work: &Work<'_>, departments: &[&Target], one: &Target) -> bool {
    let id = binding_claim(work, one);
    departments.iter().any(|other| binding_claim(work, other) == id)
}

fn is_wanted_elsewhere(work: &Work<'_>, change: &ThingChange<'_>, department: &Target) -> bool {
    let others = work.changes.iter().filter(|other| other.address != change.address);
    others.filter_map(wanted).any(|departments| holds(work, &departments, department))
}

/// The live unit that has a department and will not let go of it by itself.
fn keeper<'w>(work: &Work<'w>, change: &ThingChange<'_>, department: &Target) -> Option<&'w Live> {
    let own = change.live.map(|live| live.id.as_str());
    let units = work.snapshot.kind(NAME)?.things.values();
    let keeper = units
        .filter(|unit| Some(unit.id.as_str()) != own)
        .find(|unit| bindings::of(unit).is_some_and(|bound| holds(work, &bound, department)))?;
    let plan = work.address_of(NAME, &keeper.id).and_then(|address| work.change(address));
    let lets_go = plan.is_some_and(|plan| {
        matches!(plan.action, Action::Delete | Action::Replace) || plan.changes("departments")
    });
    (!lets_go).then_some(keeper)
}

fn pair(unit: &str, department: &Json) -> Json {
    json!({ "unit_id": unit, "department_id": department, "department_id_type": "department_id" })
}

fn unbind_call(work: &Work<'_>, live: &Live, department: &Target) -> Call {
    let body = pair(&live.id, &work.json_id(department, "id"));
    Call::new("POST", &format!("{PATH}/unbind_department")).body(body)
}

fn unbinding(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    department: &Target,
    what: String,
    call: Call,
) -> StepDraft {
    let mut step = StepDraft::new(change.address.clone(), Verb::Update, what, call)
        .accepts(Accept::Done { code: NOT_BOUND })
        .accepts(Accept::Done { code: NO_UNIT });
    step.frees.push(binding_claim(work, department));
    step
}

/// Takes departments out; with `applied` the last one completes that attribute.
fn unbind(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    live: &Live,
    departments: &[&Target],
    applied: Option<&str>,
    out: &mut Drafts,
) {
    let own = departments.iter().copied().filter(|department| unbinds_itself(work, department).is_none());
    let steps: Vec<StepDraft> = own
        .map(|department| {
            let call = unbind_call(work, live, department);
            let what = format!("unbind {}", shown(department));
            unbinding(work, change, department, what, call)
        })
        .collect();
    finish(steps, change, LEFT, applied, out);
}

/// Binds departments, after those that leave have left: there is a limit of 1,000.
fn bind(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    live: Option<&Live>,
    left: &[&Target],
    departments: Option<Vec<&Target>>,
    out: &mut Drafts,
) {
    let id = live.map_or_else(|| own_id(work, change), |live| live.id.clone());
    let departments = departments.unwrap_or_default();
    for department in &departments {
        if let Some(keeper) = keeper(work, change, department) {
            let what = format!("unbind {} from unit {}", shown(department), keeper.id);
            out.note(&change.address, format!("{} leaves unit {}", shown(department), keeper.id));
            out.step(unbinding(work, change, department, what, unbind_call(work, keeper, department)));
        }
    }
    let steps: Vec<StepDraft> = departments
        .into_iter()
        .map(|department| {
            let body = pair(&id, &work.json_id(department, "id"));
            let call = Call::new("POST", &format!("{PATH}/bind_department")).body(body);
            let what = format!("bind {}", shown(department));
            let mut step = StepDraft::new(change.address.clone(), Verb::Update, what, call);
            if live.is_none() {
                step = step.needs(Fact::Exists(change.address.clone()), "the unit exists");
            } else if !left.is_empty() {
                step = step.needs(settled(LEFT, &change.address), "the others have left it");
            }
            if let Target::Address(address) = department {
                step = step.needs(Fact::Exists(address.clone()), format!("{address} exists"));
            }
            step.takes.push(binding_claim(work, department));
            step
        })
        .collect();
    finish(steps, change, "bound", Some("departments"), out);
}

/// Every step gives `part`; with `applied` the last one waits for the others and says that the attribute is in force.
fn finish(
    mut steps: Vec<StepDraft>,
    change: &ThingChange<'_>,
    part: &str,
    applied: Option<&str>,
    out: &mut Drafts,
) {
    let (fact, others) = (settled(part, &change.address), settled(&format!("others {part}"), &change.address));
    let last = steps.pop();
    let alone = steps.is_empty();
    for step in steps {
        out.step(step.gives(fact.clone()).gives(others.clone()));
    }
    let Some(mut last) = last else { return };
    if let Some(attribute) = applied {
        if !alone {
            last = last.needs(others, "the other departments are done");
        }
        last.applies = applies(change, &[attribute]);
    }
    out.step(last.gives(fact));
}
