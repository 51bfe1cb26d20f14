//! What the state holds without an id: the answer to its creation had none, and nobody has looked since. Before
//! anything is decided, each kind says which live things these are; from then on they are known like all others.

use std::collections::BTreeSet;

use super::bind::observed;
use super::data::{Bookkeeping, Plan};
use super::input::Input;
use crate::model::{Action, Address};
use crate::resource::Identity;
use crate::state::Document;

/// The state with the ids that can be told now, and whose they are; nothing where all are known.
pub(super) fn filled(input: &Input<'_>) -> Option<(Document, BTreeSet<Address>)> {
    let unseen = input.state.things.iter().filter(|(_, record)| record.id().is_none());
    let told = unseen.filter_map(|(address, record)| {
        let kind = input.registry.kind(address.kind())?;
        match kind.recall(address, record, observed(input, address.kind())) {
            Identity::Bound(id) => Some((address.clone(), id)),
            Identity::Absent | Identity::Unknown { .. } | Identity::Unclear { .. } => None,
        }
    });
    let told: Vec<(Address, String)> = told.collect();
    if told.is_empty() {
        return None;
    }
    let mut state = input.state.clone();
    for (address, id) in &told {
        if let Some(record) = state.things.get_mut(address) {
            record.ids.insert("id".to_owned(), id.clone());
        }
    }
    Some((state, told.into_iter().map(|(address, _)| address).collect()))
}

/// Lets the next run that writes the state keep the ids that were told.
pub(super) fn remember(plan: &mut Plan, state: &Document, told: &BTreeSet<Address>) {
    let stays = |address: &Address| {
        let change = plan.changes.iter().find(|change| change.address == *address);
        change.is_some_and(|change| matches!(change.action, Action::Keep | Action::Update))
    };
    let noted = |address: &Address| {
        plan.bookkeeping
            .iter()
            .any(|entry| matches!(entry, Bookkeeping::Record { address: at, .. } if at == address))
    };
    let missing: Vec<Bookkeeping> = told
        .iter()
        .filter(|address| stays(address) && !noted(address))
        .filter_map(|address| {
            Some(Bookkeeping::Record { address: address.clone(), record: state.things.get(address)?.clone() })
        })
        .collect();
    plan.bookkeeping.extend(missing);
}
