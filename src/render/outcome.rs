//! How an apply ended, for people and for programs: what failed and why, what hangs on it, what to run next.

mod json;
mod text;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use json::{json, json_line};
pub use text::text;

use super::paint::Show;
use super::wording::{Kinds, Wording};
use crate::apply::outcome::{Halt, Outcome, Skipped};
use crate::model::{Action, Address};
use crate::plan::Plan;

/// What an outcome is shown with.
#[derive(Clone, Copy, Debug)]
pub struct OutcomeView<'p> {
    pub plan: &'p Plan,
    pub kinds: &'p Kinds,
    pub outcome: &'p Outcome,
    /// How long it took, where it was measured.
    pub took_ms: Option<u64>,
    /// The command that goes on, word by word: `larkctl`, `apply`, `-f`, `org`.
    pub again: &'p [String],
    pub show: Show,
}

/// Things of which every step succeeded, in the words of the plan's line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Applied {
    pub(super) added: usize,
    pub(super) changed: usize,
    pub(super) destroyed: usize,
}

impl OutcomeView<'_> {
    pub(super) fn applied(&self) -> Applied {
        let done: BTreeSet<&str> = self.outcome.done.iter().map(String::as_str).collect();
        let mut all: BTreeMap<&Address, bool> = BTreeMap::new();
        for step in &self.plan.steps {
            *all.entry(&step.draft.address).or_insert(true) &= done.contains(step.id.as_str());
        }
        let mut applied = Applied::default();
        for change in &self.plan.changes {
            if all.get(&change.address) != Some(&true) {
                continue;
            }
            match change.action {
                Action::Create => applied.added += 1,
                Action::Delete => applied.destroyed += 1,
                Action::Replace => {
                    applied.added += 1;
                    applied.destroyed += 1;
                }
                Action::Update | Action::Adopt | Action::Keep => applied.changed += 1,
                Action::Forget => {}
            }
        }
        applied
    }

    /// The personal data of each thing, to be kept out of what the remote says of it.
    pub(super) fn personal<'v>(&'v self, wording: &Wording<'v>) -> BTreeMap<&'v Address, Vec<&'v str>> {
        self.plan.changes.iter().map(|change| (&change.address, wording.personal_data(change))).collect()
    }

    /// Steps that failed or wait, with those that were skipped because of them.
    fn skipped(&self, waits: bool) -> BTreeMap<&str, Vec<&Skipped>> {
        let mut groups: BTreeMap<&str, Vec<&Skipped>> = BTreeMap::new();
        for skipped in self.outcome.skipped.iter().filter(|skipped| skipped.waits == waits) {
            groups.entry(&skipped.because).or_default().push(skipped);
        }
        groups
    }
}

/// Why a run stopped early, and what to do about it.
fn halted(halt: &Halt) -> (String, Option<&str>) {
    match halt {
        Halt::Asked => ("asked to stop; what was in flight is finished and saved".to_owned(), None),
        Halt::AtOnce => {
            ("stopped at once; the journal holds what happened, the next run reads it".to_owned(), None)
        }
        Halt::Remote { trouble } => (trouble.cause.clone(), trouble.remedy.as_deref()),
        Halt::Journal { cause } => {
            (format!("the journal could not be written, and nothing is sent without it: {cause}"), None)
        }
        Halt::Save { cause, remedy } => (
            format!("the state could not be saved; the journal holds what happened: {cause}"),
            remedy.as_deref(),
        ),
    }
}
