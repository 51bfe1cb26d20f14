//! Who inherits from people who leave, and in which order they leave.
//!
//! An heir must be there when they inherit (41052), so among people who leave together heirs go last, and leaders
//! after those whose things fall to them. Heirs in a circle cannot all be last: that is said with the circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Action, Address, OnRemove, Value};
use crate::resource::{Drafts, ThingChange, Work};

/// For each person who leaves: who must be gone before.
#[derive(Debug, Default)]
pub(super) struct Heirs<'w> {
    before: BTreeMap<&'w Address, BTreeSet<&'w Address>>,
}

/// Whether a person is dismissed in this plan.
pub(super) fn leaves(change: &ThingChange<'_>) -> bool {
    change.action == Action::Delete && change.on_remove == OnRemove::Delete
}

impl<'w> Heirs<'w> {
    pub(super) fn of(work: &Work<'w>, out: &mut Drafts) -> Self {
        let mut heirs = Self::default();
        let leaving = || work.changes.iter().filter(|c| leaves(c));
        let gone = |address: &&Address| work.change(address).is_some_and(leaves);
        for change in leaving() {
            let mut named = BTreeSet::new();
            if let Some(value) = &change.on_delete {
                value.each_target(&mut |target| named.extend(work.managed(target).filter(gone)));
            }
            // To inherit from oneself is refused by itself, when the body is made.
            for heir in named.into_iter().filter(|heir| **heir != change.address) {
                heirs.before.entry(heir).or_default().insert(&change.address);
            }
        }
        heirs.refuse_circles(out);
        for change in leaving() {
            let named = change.on_delete.as_ref().and_then(|v| v.get("default")).is_some();
            let leader = change.live.and_then(|live| live.attributes.get("leader")).and_then(Value::as_target);
            let leader = leader.and_then(|target| work.managed(target)).filter(gone);
            // What the leader would inherit is worth waiting for, but heirs that are named come first.
            if let Some(leader) = leader.filter(|l| !named && !heirs.is_before(l, &change.address)) {
                heirs.before.entry(leader).or_default().insert(&change.address);
            }
        }
        heirs
    }

    /// Who must be gone before this one.
    pub(super) fn before(&self, address: &Address) -> impl Iterator<Item = &'w Address> {
        self.before.get(address).into_iter().flatten().copied()
    }

    /// Whether one must leave before the other, at however many removes.
    fn is_before(&self, first: &Address, then: &'w Address) -> bool {
        let (mut seen, mut open) = (BTreeSet::new(), vec![then]);
        while let Some(at) = open.pop() {
            if at == first {
                return true;
            }
            if seen.insert(at) {
                open.extend(self.before(at));
            }
        }
        false
    }

    fn refuse_circles(&mut self, out: &mut Drafts) {
        let in_circle = |address: &&'w Address| self.before(address).any(|b| self.is_before(address, b));
        let members: Vec<&Address> = self.before.keys().copied().filter(in_circle).collect();
        if let Some(first) = members.first() {
            let names: Vec<String> = members.iter().map(ToString::to_string).collect();
            out.problem(
                first,
                Some("on_delete"),
                "plan::heirs_in_circle",
                format!("{} leave together and inherit from each other", names.join(", ")),
                "name an heir who stays for one of them",
            );
            // Without an order nothing is applied, but the rest of the plan can still be shown.
            for member in &members {
                self.before.remove(member);
            }
        }
    }
}
