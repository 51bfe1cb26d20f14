//! What a plan was based on: digests of the live things that it touches, and which of them moved since.

use std::collections::{BTreeMap, BTreeSet};

use super::applied::digest;
use super::bind::Bound;
use super::data::{Basis, Bookkeeping, Plan, Step};
use crate::model::{Address, Live, Presence, Snapshot, Value, Verb};
use crate::resource::{Naming, Registry};

/// So much of a hash tells two values apart.
const DIGITS: usize = 16;

/// Live things behind all that steps and bookkeeping touch.
pub(super) fn based_on(
    bound: &Bound<'_>,
    snapshot: &Snapshot,
    steps: &[Step],
    books: &[Bookkeeping],
) -> BTreeMap<Address, Basis> {
    let mut touched: BTreeSet<&Address> = steps.iter().map(|step| &step.draft.address).collect();
    touched.extend(books.iter().map(|entry| match entry {
        Bookkeeping::Record { address, .. }
        | Bookkeeping::Forget { address }
        | Bookkeeping::Remember { address, .. } => address,
        Bookkeeping::Move { to, .. } => to,
    }));
    let basis = |address: &Address| {
        let live = match bound.subjects.get(address) {
            Some(subject) => subject.live(),
            // Unmanaged, of an exclusive kind: its address was made from its id.
            None => snapshot.live(address.kind(), address.key().trim_start_matches("live:")),
        };
        match live {
            Some(live) => Basis { id: Some(live.id.clone()), seen: of(live) },
            None => Basis { id: None, seen: BTreeMap::new() },
        }
    };
    touched.into_iter().map(|address| (address.clone(), basis(address))).collect()
}

fn of(live: &Live) -> BTreeMap<String, String> {
    let short = |value: &Value| digest(value).chars().take(DIGITS).collect();
    let attributes = live.attributes.iter().map(|(name, value)| (name.clone(), short(value)));
    // A count moves whenever anybody joins anything; what it would forbid, the tenant refuses itself.
    let marks = live.facts.iter().filter(|(_, value)| matches!(value, Value::Bool(_)));
    attributes.chain(marks.map(|(name, value)| (format!("fact {name}"), short(value)))).collect()
}

/// Whether two readings agree. They were asked for different things: the plan knew the manifest and what to look
/// at for its sake, so only what both have seen is compared; and a mark that was set since counts.
fn agree(then: &BTreeMap<String, String>, live: &Live) -> bool {
    let now = of(live);
    let marked = |(name, value): (&String, &Value)| {
        *value == Value::Bool(true) && !then.contains_key(&format!("fact {name}"))
    };
    then.iter().all(|(name, digest)| now.get(name).is_none_or(|other| other == digest))
        && !live.facts.iter().any(marked)
}

/// The touched things that are not as the plan saw them. What cannot be read now counts as moved.
pub fn moved(plan: &Plan, snapshot: &Snapshot, registry: Registry) -> Vec<Address> {
    let created: BTreeMap<&Address, &Step> = plan
        .steps
        .iter()
        .filter(|step| step.draft.verb == Verb::Create)
        .map(|step| (&step.draft.address, step))
        .collect();
    let is_as_seen = |address: &Address, basis: &Basis| match &basis.id {
        Some(id) => match snapshot.kind(address.kind()).map(|observed| observed.presence(id)) {
            Some(Presence::Present(live)) => agree(&basis.seen, live),
            Some(Presence::Absent | Presence::Unknown(_)) | None => false,
        },
        None => created.get(address).is_none_or(|step| !appeared(step, snapshot, registry)),
    };
    plan.based_on.iter().filter(|(a, basis)| !is_as_seen(a, basis)).map(|(a, _)| a.clone()).collect()
}

/// Whether somebody made meanwhile what a step is going to create.
fn appeared(step: &Step, snapshot: &Snapshot, registry: Registry) -> bool {
    let draft = &step.draft;
    let Some(observed) = snapshot.kind(draft.address.kind()) else { return false };
    if let Some(id) = draft.ids.get("id") {
        let there = observed.things.get(id);
        return there.is_some_and(|live| !live.fact("resigned"));
    }
    let kind = registry.kind(draft.address.kind());
    let natural = match kind.map(|kind| kind.info().naming) {
        Some(Naming::Attribute(name)) => draft.applies.get(name).map(|value| (name, value)),
        Some(Naming::Key | Naming::RecordedOnly | Naming::Own(_)) | None => None,
    };
    // What is inside of something is told apart there alone; the ids that its creation knows say where that is.
    let inside = kind.and_then(crate::resource::Kind::inside).filter(|_| !draft.ids.is_empty());
    let here = |live: &Live| {
        inside.is_none_or(|inside| {
            let there = live.attributes.get(inside.attribute);
            draft.ids.values().any(|id| there == Some(&Value::remote(inside.kind, id)))
        })
    };
    natural.is_some_and(|(name, value): (&str, &Value)| {
        observed.things.values().any(|live| here(live) && live.attributes.get(name) == Some(value))
    })
}
