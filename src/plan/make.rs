//! [`plan`]: the named steps of planning, one after the other.

use std::collections::BTreeMap;

use super::basis::based_on;
use super::bind::{Bound, bind};
use super::books::bookkeeping;
use super::data::{Blocked, Origin, Plan, PlannedChange, PlannedField};
use super::fate::{Fate, Fates, decide};
use super::guard::refusals;
use super::held::let_wait;
use super::input::{Input, Mode};
use super::link::link;
use super::lookalike;
use super::only::Selection;
use super::people;
use super::price::price;
use super::propose::propose;
use super::recall;
use super::resolve::{Resolved, resolve};
use super::trouble::{Places, Trouble, Troubles};
use crate::base::diag::Diagnostic;
use crate::model::{Action, Address, Cause, Pending, StepDraft, Value};
use crate::resource::Drafts;

/// Decides everything.
///
/// # Errors
/// All reasons why there can be no plan, each with its place in the YAML. What could not be read is no error: it is
/// in [`Plan::blocked`].
pub fn plan(input: &Input<'_>) -> Result<Plan, Vec<Diagnostic>> {
    let Some((state, told)) = recall::filled(input) else { return decided(input) };
    let mut plan = decided(&Input { state: &state, ..*input })?;
    recall::remember(&mut plan, &state, &told);
    Ok(plan)
}

fn decided(input: &Input<'_>) -> Result<Plan, Vec<Diagnostic>> {
    let mut troubles = Troubles::new(input);
    same_tenant(input, &mut troubles);
    let bound = bind(input, &mut troubles);
    let resolved = match input.mode {
        Mode::Apply => resolve(input, &bound, &mut troubles),
        // Whatever is wrong with a reference of what leaves does not keep it from leaving.
        Mode::Destroy => resolve(input, &bound, &mut Troubles::new(input)),
    };
    let selection = Selection::new(input, &bound, &resolved, &mut troubles);
    let mut fates = decide(input, &bound, &resolved, &selection, &mut troubles);
    let proposed = proposal(input, &bound, &mut fates, &resolved, &selection);
    for problem in proposed.problems {
        troubles.add_problem(problem);
    }
    let mut pending: BTreeMap<Address, Vec<Pending>> = BTreeMap::new();
    for (address, waits) in proposed.pending {
        pending.entry(address).or_default().push(waits);
    }
    pending.values_mut().for_each(|waits| waits.sort());
    for (address, note) in proposed.notes {
        if let Some(fate) = fates.by_address.get_mut(&address) {
            fate.notes.push(note);
        }
    }
    lookalike::hint(&bound, &mut fates);
    settle_pending(&mut fates, &pending, &proposed.steps);
    let steps = link(input, proposed.steps, &mut troubles);
    let problems = troubles.of(|address| selection.has(address));
    if !problems.is_empty() {
        return Err(problems);
    }
    let bookkeeping = bookkeeping(&bound, &fates, &pending);
    let mut blocked = fates.blocked.clone();
    blocked.sort();
    Ok(Plan {
        lineage: input.state.lineage.clone(),
        serial: input.state.serial,
        target: input.target.to_owned(),
        origin: Origin::default(),
        based_on: based_on(&bound, input.snapshot, &steps, &bookkeeping),
        refusals: refusals(input, &fates, &proposed.guards),
        notes: selection.note(input, &bound).into_iter().collect(),
        matched: people::matched(
            resolved.iter().filter(|(address, _)| fates.by_address.contains_key(*address)),
        ),
        desks: input.registry.desks(input.manifest, &input.state.things),
        cost: price(&steps),
        changes: changes(input, &bound, fates, pending),
        steps,
        bookkeeping,
        blocked,
    })
}

/// What the kinds propose once they have said of everything what they cannot judge: that is blocked, and the others
/// are asked again without it.
///
/// While something is blocked, what stands in the way of something else may be just that: it may be about to go. So
/// what a kind refuses is no problem of the manifest then; it waits too, with the reason.
fn proposal<'i>(
    input: &Input<'i>,
    bound: &Bound<'i>,
    fates: &mut Fates<'i>,
    resolved: &BTreeMap<Address, Resolved>,
    selection: &Selection,
) -> Drafts {
    loop {
        let mut proposed = propose(input, bound, fates, resolved, selection);
        let before = fates.by_address.len();
        let unsure = !(fates.blocked.is_empty() && proposed.unread.is_empty());
        if unsure && proposed.blocked.is_empty() {
            proposed.problems.retain(|problem| {
                let waits = fates.by_address.contains_key(&problem.address);
                if waits {
                    let why = format!("{}; that is not certain while other things are blocked", problem.why);
                    proposed.blocked.push((problem.address.clone(), why, Some(problem.remedy.clone())));
                }
                !waits
            });
        }
        for (address, why, remedy) in std::mem::take(&mut proposed.blocked) {
            if fates.by_address.remove(&address).is_some() {
                fates.blocked.push(Blocked { address, why, remedy });
            }
        }
        if fates.by_address.len() < before && input.mode == Mode::Apply {
            let_wait(fates, bound, resolved);
        }
        if fates.by_address.len() == before {
            let unread = std::mem::take(&mut proposed.unread).into_iter();
            fates.blocked.extend(unread.map(|(address, why, remedy)| Blocked { address, why, remedy }));
            return proposed;
        }
    }
}

fn same_tenant(input: &Input<'_>, troubles: &mut Troubles<'_>) {
    let known = &input.state.target;
    if !known.is_empty() && known != input.target {
        troubles.add_overall(Trouble {
            code: "plan::other_tenant",
            summary: "the state belongs to another tenant",
            why: format!("it was written for {known}, and this is {}", input.target),
            remedy: "use the state of this tenant, or the app of that one".to_owned(),
        });
    }
}

/// What waits on a person is no change: nothing is sent for it.
fn settle_pending(fates: &mut Fates<'_>, pending: &BTreeMap<Address, Vec<Pending>>, steps: &[StepDraft]) {
    let mut sent: BTreeMap<&Address, Vec<&StepDraft>> = BTreeMap::new();
    for step in steps.iter().filter(|step| pending.contains_key(&step.address)) {
        sent.entry(&step.address).or_default().push(step);
    }
    for (address, waits) in pending {
        let Some(fate) = fates.by_address.get_mut(address) else { continue };
        let steps = sent.get(address).map(Vec::as_slice).unwrap_or_default();
        fate.change.fields.retain(|field| {
            let waits = waits.iter().any(|w| w.attributes.contains(&field.name));
            !waits || steps.iter().any(|step| step.applies.contains_key(&field.name))
        });
        if fate.change.action == Action::Update && fate.change.fields.is_empty() && steps.is_empty() {
            fate.change.action = Action::Keep;
        }
    }
}

fn changes(
    input: &Input<'_>,
    bound: &Bound<'_>,
    fates: Fates<'_>,
    mut pending: BTreeMap<Address, Vec<Pending>>,
) -> Vec<PlannedChange> {
    let places = Places::new(input);
    fates
        .by_address
        .into_iter()
        .map(|(address, fate)| {
            let pending = pending.remove(&address).unwrap_or_default();
            change(input, bound, &places, &address, fate, pending)
        })
        .collect()
}

fn change(
    input: &Input<'_>,
    bound: &Bound<'_>,
    places: &Places<'_>,
    address: &Address,
    fate: Fate<'_>,
    pending: Vec<Pending>,
) -> PlannedChange {
    let Fate { change, drift, notes, .. } = fate;
    let subject = bound.subjects.get(address);
    let declared = subject.and_then(|s| s.declared);
    let info = input.registry.kind(address.kind()).map(crate::resource::Kind::info);
    let sensitive = |name: &str| info.and_then(|info| info.attribute(name)).is_some_and(|a| a.sensitive);
    let source = |name: &str| places.of(*declared?.spans.get(name)?);
    // People read a thing as its page in the reference tells it.
    let rank = |field: &PlannedField| {
        let attributes = info.map(|info| info.attributes).unwrap_or_default();
        attributes.iter().position(|attribute| attribute.name == field.name)
    };
    let in_order = |fields: &mut Vec<PlannedField>| fields.sort_by_key(rank);
    let fields = change.fields.into_iter().map(|field| PlannedField {
        sensitive: sensitive(&field.name),
        source: source(&field.name),
        name: field.name,
        before: field.before,
        after: field.after,
        cause: field.cause,
    });
    let drift = drift.into_iter().map(|(name, applied, live): (String, Option<Value>, Value)| PlannedField {
        sensitive: sensitive(&name),
        source: source(&name),
        name,
        before: applied,
        after: live,
        cause: Cause::Drift,
    });
    // What stays as it is would only repeat the tenant.
    let before = change.live.filter(|_| change.action != Action::Keep).map(|live| {
        live.attributes.iter().map(|(name, value)| (name.clone(), bound.canonical(value))).collect()
    });
    let (mut fields, mut drift): (Vec<_>, Vec<_>) = (fields.collect(), drift.collect());
    in_order(&mut fields);
    in_order(&mut drift);
    PlannedChange {
        address: address.clone(),
        action: change.action,
        previous_address: subject.and_then(|s| s.previous.clone()),
        id: change.live.map(|live| live.id.clone()),
        managed: change.record.is_some(),
        fields,
        before: before.unwrap_or_default(),
        called: change
            .live
            .filter(|_| change.action == Action::Keep)
            .and_then(|live| live.attributes.get("name").cloned()),
        drift,
        notes,
        pending,
        source: declared.and_then(|thing| places.of(thing.span)),
    }
}
