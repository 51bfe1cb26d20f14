//! [`Fold`]: journal entries → state. The same code follows a run while it goes on and reads the journal of a run
//! that died, so that both end in the same state.

use std::collections::BTreeMap;

use super::journal::Entry;
use crate::model::{Address, Departed, FLEETING, OnRemove, Pending, Record, Value};
use crate::plan::Bookkeeping;
use crate::state::Document;

/// The kind whose deleted things may be called back.
const CALLED_BACK: &str = "user";

/// How long they may be, in seconds, and a day: who deletes counts by the tenant's clock, who cleans up by ours.
const CALLED_BACK_FOR: i64 = 31 * 24 * 60 * 60;

/// A state under change.
#[derive(Clone, Debug)]
pub struct Fold {
    pub document: Document,
    /// What is to be remembered of things that do not exist yet.
    held: BTreeMap<Address, Remembered>,
    /// Steps without an outcome that says what became of them.
    open: BTreeMap<String, Open>,
    /// Steps under a key that outlives the run, and whether an earlier run had sent it.
    keyed: BTreeMap<String, bool>,
    done: usize,
}

/// A call whose fate is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    pub step: String,
    pub address: Address,
    pub call: String,
}

#[derive(Clone, Debug)]
struct Remembered {
    prevent_destroy: bool,
    on_remove: Option<OnRemove>,
    on_delete: Option<Value>,
    pending: Vec<Pending>,
}

impl Remembered {
    fn put_into(&self, record: &mut Record) {
        record.prevent_destroy = self.prevent_destroy;
        record.on_remove = self.on_remove;
        record.on_delete.clone_from(&self.on_delete);
        record.pending.clone_from(&self.pending);
    }
}

impl Fold {
    pub fn new(document: Document) -> Self {
        Self { document, held: BTreeMap::new(), open: BTreeMap::new(), keyed: BTreeMap::new(), done: 0 }
    }

    /// Steps that succeeded.
    pub fn done(&self) -> usize {
        self.done
    }

    /// Calls that may or may not have been carried out.
    pub fn unknown(&self) -> Vec<Open> {
        self.open.values().cloned().collect()
    }

    /// Takes one entry in.
    pub fn take(&mut self, entry: &Entry) {
        match entry {
            Entry::Kept { entries } => self.keep(entries),
            Entry::Intent { step, address, call, token: _, keeps } => {
                let open = Open { step: step.clone(), address: address.clone(), call: call.clone() };
                self.open.insert(step.clone(), open);
                if let Some(keeps) = keeps {
                    let before = self.document.unsettled.insert(address.clone(), keeps.clone());
                    let again = before.is_some_and(|before| before.token == keeps.token);
                    self.keyed.insert(step.clone(), again);
                }
            }
            Entry::Done { step, address, forgets: true, ids, at, .. } => {
                self.ended(step);
                self.forget(address, ids, *at);
            }
            Entry::Done { step, address, ids, applied, .. } => {
                self.ended(step);
                self.apply(address, ids, applied);
            }
            Entry::Failed { step, .. } => {
                let open = self.open.remove(step);
                // A refusal says nothing of what an earlier run sent under the same key.
                if let Some(open) = open.filter(|_| self.keyed.get(step) == Some(&false)) {
                    self.document.unsettled.remove(&open.address);
                }
            }
            Entry::Unknown { .. } => {}
            Entry::Pending { step, address, pending } => {
                self.open.remove(step);
                if let Some(record) = self.document.things.get_mut(address)
                    && !record.pending.contains(pending)
                {
                    record.pending.push(pending.clone());
                }
            }
        }
    }

    fn ended(&mut self, step: &str) {
        self.open.remove(step);
        self.done += 1;
    }

    fn keep(&mut self, entries: &[Bookkeeping]) {
        let mut entries = entries.iter().peekable();
        while let Some(entry) = entries.next() {
            match entry {
                Bookkeeping::Record { address, record } => {
                    self.document.unsettled.remove(address);
                    // Found there: an earlier run called it back and never learnt that it had.
                    self.document.departed.remove(address);
                    self.document.things.insert(address.clone(), record.clone());
                }
                Bookkeeping::Move { from, to } => {
                    // Neighbouring moves happen at once: two things may swap addresses.
                    let mut moves = BTreeMap::from([(from.clone(), to.clone())]);
                    while let Some(Bookkeeping::Move { from, to }) =
                        entries.next_if(|next| matches!(next, Bookkeeping::Move { .. }))
                    {
                        moves.insert(from.clone(), to.clone());
                    }
                    self.document.rename(&moves);
                }
                Bookkeeping::Forget { address } => {
                    self.document.things.remove(address);
                }
                Bookkeeping::Remember { address, prevent_destroy, on_remove, on_delete, pending } => {
                    let remembered = Remembered {
                        prevent_destroy: *prevent_destroy,
                        on_remove: *on_remove,
                        on_delete: on_delete.clone(),
                        pending: pending.clone(),
                    };
                    if let Some(record) = self.document.things.get_mut(address) {
                        remembered.put_into(record);
                    }
                    // Kept for a replacement too: its record is a new one.
                    self.held.insert(address.clone(), remembered);
                }
            }
        }
    }

    fn apply(
        &mut self,
        address: &Address,
        ids: &BTreeMap<String, String>,
        applied: &BTreeMap<String, serde_json::Value>,
    ) {
        // A record without ids binds nothing: a step on a thing that nobody manages leaves none. Other ids than its own
        // may be all that a creation tells: by them and by what was applied it is found again.
        if !self.document.things.contains_key(address) {
            if ids.keys().all(|name| name.starts_with(FLEETING)) {
                return;
            }
            let mut record = Record::default();
            if let Some(remembered) = self.held.get(address) {
                remembered.put_into(&mut record);
            }
            self.document.things.insert(address.clone(), record);
        }
        let Some(record) = self.document.things.get_mut(address) else { return };
        record.ids.extend(ids.clone());
        record.applied.extend(applied.clone());
        for pending in &mut record.pending {
            pending.attributes.retain(|attribute| !applied.contains_key(attribute));
        }
        record.pending.retain(|pending| !pending.attributes.is_empty());
        if ids.contains_key("id") {
            self.document.unsettled.remove(address);
            self.document.departed.remove(address);
        }
    }

    fn forget(&mut self, address: &Address, ids: &BTreeMap<String, String>, at: i64) {
        let mut known = self.document.things.remove(address).map(|record| record.ids).unwrap_or_default();
        known.extend(ids.clone());
        if address.kind() == CALLED_BACK && !known.is_empty() {
            self.document.departed.insert(address.clone(), Departed { ids: known, at });
        }
    }

    /// Drops what can no longer be called back and what only this run needed, and says which run the state contains.
    pub fn close(&mut self, run: &str, now: i64) {
        for record in self.document.things.values_mut() {
            record.ids.retain(|name, _| !name.starts_with(FLEETING));
        }
        self.document.departed.retain(|_, departed| departed.at.saturating_add(CALLED_BACK_FOR) > now);
        run.clone_into(&mut self.document.last_run);
    }
}
