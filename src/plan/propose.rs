//! Asks every kind for the calls that its changes need. What a kind may know of the others stands in [`Work`].

use std::collections::BTreeMap;

use super::bind::Bound;
use super::diff::remembered;
use super::fate::Fates;
use super::input::{Input, Mode};
use super::only::Selection;
use super::resolve::Resolved;
use crate::model::{Action, Address, OnRemove};
use crate::resource::{Drafts, Naming, ThingChange, Work};

/// Gives what all kinds propose, in the registry's order.
pub(super) fn propose<'i>(
    input: &Input<'i>,
    bound: &Bound<'i>,
    fates: &Fates<'i>,
    resolved: &BTreeMap<Address, Resolved>,
    selection: &Selection,
) -> Drafts {
    let mut all: BTreeMap<Address, ThingChange<'i>> =
        fates.by_address.iter().map(|(address, fate)| (address.clone(), fate.change.clone())).collect();
    all.extend(left_alone(input, bound, resolved, selection));
    let mut ids = bound.ids.clone();
    for change in all.values().filter(|change| change.action == Action::Replace) {
        // The old id is the old thing's. The new one is known only where we choose it.
        match bound.subjects.get(&change.address) {
            Some(subject) if subject.kind.info().naming == Naming::Key => {
                let own = subject.declared.map(crate::resource::kind::own_id);
                ids.extend(own.map(|own| (change.address.clone(), own)));
            }
            _ => drop(ids.remove(&change.address)),
        }
    }
    let mut out = Drafts::default();
    for kind in input.registry.iter() {
        let name = kind.info().name;
        let changes: Vec<ThingChange<'i>> =
            all.values().filter(|change| change.address.kind() == name).cloned().collect();
        let work = Work {
            changes: &changes,
            all: &all,
            declared: &input.manifest.things,
            snapshot: input.snapshot,
            bound: &ids,
            addresses: &bound.addresses,
            settings: &input.manifest.settings,
            departed: &input.state.departed,
            now: input.snapshot.taken,
        };
        kind.steps(&work, &mut out);
    }
    for step in &mut out.steps {
        let info = input.registry.kind(step.address.kind()).map(crate::resource::Kind::info);
        let sensitive = |name: &&String| {
            info.and_then(|info| info.attribute(name)).is_some_and(|attribute| attribute.sensitive)
        };
        step.sensitive = step.applies.keys().filter(sensitive).cloned().collect();
        let wanted = all.get(&step.address).map(|change| &change.wanted);
        for (name, value) in &mut step.applies {
            if let Some(wanted) = wanted.and_then(|wanted| wanted.get(name)) {
                *value = remembered(value, wanted, step.sensitive.contains(name));
            }
        }
        step.again = input
            .state
            .unsettled
            .get(&step.address)
            .filter(|kept| kept.what == step.what && kept.is_known(input.snapshot.taken))
            .map(|kept| kept.token.clone());
    }
    out
}

/// What `--target` leaves out is still there for others to refer to.
fn left_alone<'i>(
    input: &Input<'i>,
    bound: &Bound<'i>,
    resolved: &BTreeMap<Address, Resolved>,
    selection: &Selection,
) -> Vec<(Address, ThingChange<'i>)> {
    let out = bound.subjects.iter().filter(|(address, s)| !selection.has(address) && s.live().is_some());
    out.map(|(address, subject)| {
        let wanted = resolved.get(address).filter(|_| input.mode == Mode::Apply);
        let change = ThingChange {
            address: address.clone(),
            action: Action::Keep,
            wanted: wanted.map(|what| what.wanted.clone()).unwrap_or_default(),
            live: subject.live(),
            record: subject.record,
            fields: Vec::new(),
            lifecycle: subject.declared.map(|thing| thing.lifecycle.clone()).unwrap_or_default(),
            on_remove: OnRemove::Delete,
            on_delete: None,
        };
        (address.clone(), change)
    })
    .collect()
}
