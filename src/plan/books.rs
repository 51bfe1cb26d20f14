//! What changes in the state alone: adoption, moves, forgetting, and records that should say something else.

use std::collections::BTreeMap;

use super::bind::Bound;
use super::data::Bookkeeping;
use super::fate::{Fate, Fates};
use crate::model::{Action, Address, Live, OnRemove, Pending, Record, Value};

/// All entries, moves first.
pub(super) fn bookkeeping(
    bound: &Bound<'_>,
    fates: &Fates<'_>,
    pending: &BTreeMap<Address, Vec<Pending>>,
) -> Vec<Bookkeeping> {
    let mut books = Vec::new();
    for address in fates.by_address.keys() {
        if let Some(previous) = bound.subjects.get(address).and_then(|s| s.previous.clone()) {
            books.push(Bookkeeping::Move { from: previous, to: address.clone() });
        }
    }
    for (address, fate) in &fates.by_address {
        let pending = pending.get(address).cloned().unwrap_or_default();
        let entry = match fate.change.action {
            Action::Create | Action::Replace => remembered(bound, fate, pending),
            Action::Adopt | Action::Keep | Action::Update => record(bound, fate, pending),
            Action::Forget => Some(Bookkeeping::Forget { address: address.clone() }),
            // Its step forgets it.
            Action::Delete => None,
        };
        books.extend(entry);
    }
    books
}

fn heirs(bound: &Bound<'_>, fate: &Fate<'_>) -> Option<Value> {
    fate.change.on_delete.as_ref().map(|value| bound.by_id(value))
}

fn remembered(bound: &Bound<'_>, fate: &Fate<'_>, pending: Vec<Pending>) -> Option<Bookkeeping> {
    let lifecycle = &fate.change.lifecycle;
    let (on_delete, on_remove) = (heirs(bound, fate), lifecycle.on_remove);
    let told = lifecycle.prevent_destroy || on_remove.is_some() || on_delete.is_some() || !pending.is_empty();
    told.then(|| Bookkeeping::Remember {
        address: fate.change.address.clone(),
        prevent_destroy: lifecycle.prevent_destroy,
        on_remove,
        on_delete,
        pending,
    })
}

/// The record of a thing that is there, unless the state says the same already.
fn record(bound: &Bound<'_>, fate: &Fate<'_>, pending: Vec<Pending>) -> Option<Bookkeeping> {
    let (change, live) = (&fate.change, fate.change.live?);
    let lifecycle = &change.lifecycle;
    let on_remove: Option<OnRemove> = lifecycle.on_remove;
    let record = Record {
        ids: ids(change.record, live),
        applied: fate.applied.clone(),
        prevent_destroy: lifecycle.prevent_destroy,
        on_remove,
        on_delete: heirs(bound, fate),
        pending,
    };
    (change.record != Some(&record)).then(|| Bookkeeping::Record { address: change.address.clone(), record })
}

/// Ids that the tenant says now; those that it does not say this time are kept.
fn ids(record: Option<&Record>, live: &Live) -> BTreeMap<String, String> {
    let same = record.filter(|record| record.id() == Some(&live.id));
    let mut ids = same.map(|record| record.ids.clone()).unwrap_or_default();
    ids.extend(live.ids.clone());
    ids.insert("id".to_owned(), live.id.clone());
    ids
}
