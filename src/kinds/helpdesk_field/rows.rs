//! Which field is in which row. A desk may number its rows itself: a field that is put somewhere moves others down, a
//! number behind the last row is the last row. So rows are given from the top, and from the first one that moves on all
//! of them: whatever was in the way then, each ends below those that shall be above it.

use std::collections::BTreeMap;

use super::spec::POSITION;
use super::steps::{ID, ONE};
use super::wire::{self, ROW};
use crate::kinds::desk::Place;
use crate::model::{Action, Address, Call, Fact, StepDraft, Value, Verb, Wanted};
use crate::resource::{Drafts, ThingChange, Work};

/// A field with a declared row.
struct Placed<'w> {
    row: i64,
    change: &'w ThingChange<'w>,
    step: Option<StepDraft>,
}

/// Takes the steps of all fields and lets those that give rows go one after the other.
pub(super) fn in_order(work: &Work<'_>, proposed: Vec<StepDraft>, out: &mut Drafts) {
    let mut rest: BTreeMap<Address, StepDraft> =
        proposed.into_iter().map(|step| (step.address.clone(), step)).collect();
    let mut desks: BTreeMap<Option<Address>, Vec<Placed<'_>>> = BTreeMap::new();
    for change in work.changes.iter().filter(|change| !matches!(change.action, Action::Delete | Action::Forget)) {
        let Some(row) = change.wanted.get(POSITION).map(Wanted::value).and_then(Value::as_int) else { continue };
        let step = rest.remove(&change.address);
        desks.entry(change.address.holder()).or_default().push(Placed { row, change, step });
    }
    for fields in desks.into_values() {
        one_desk(fields, out);
    }
    rest.into_values().for_each(|step| out.step(step));
}

fn one_desk(mut fields: Vec<Placed<'_>>, out: &mut Drafts) {
    fields.sort_by(|a, b| (a.row, &a.change.address).cmp(&(b.row, &b.change.address)));
    let moves = |step: &StepDraft| step.applies.contains_key(POSITION);
    let any = fields.iter().any(|field| field.step.as_ref().is_some_and(moves));
    let mut moving = false;
    let mut above: Option<Address> = None;
    for Placed { row, change, step } in fields {
        let elsewhere = change.live.is_none_or(|live| live.facts.get(ROW) != Some(&Value::Int(row)));
        moving |= any && (elsewhere || step.as_ref().is_some_and(moves));
        let step = if moving { put(change, row, step) } else { step };
        let Some(mut step) = step else { continue };
        if moving && moves(&step) {
            if let Some(above) = above.replace(change.address.clone()) {
                step = step.needs(placed(&above), "the row above is where it belongs");
            }
            step = step.gives(placed(&change.address));
        }
        out.step(step);
    }
}

/// The step with the row in it; a step of its own where there is none.
fn put(change: &ThingChange<'_>, row: i64, step: Option<StepDraft>) -> Option<StepDraft> {
    let value = Value::Int(row);
    if let Some(mut step) = step {
        if let Some(body) = step.call.body.as_mut().and_then(serde_json::Value::as_object_mut) {
            body.extend(wire::body([(POSITION, &value)]));
            step.applies.insert(POSITION.to_owned(), value);
        }
        return Some(step);
    }
    let (live, place) = (change.live?, Place::of(change)?);
    let call = Call::new("PATCH", ONE).param(ID, live.id.clone()).body(wire::body([(POSITION, &value)]).into());
    let mut step = place.step(&change.address, Verb::Update, format!("put into row {row}"), call);
    step.applies.insert(POSITION.to_owned(), value);
    Some(step)
}

fn placed(address: &Address) -> Fact {
    Fact::Settled("placed".to_owned(), address.clone())
}
