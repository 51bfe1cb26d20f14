//! How an apply ended, for people and for programs: what failed and why, what hangs on it, what to run next.

mod json;
mod text;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use json::json;
pub use text::text;

use super::paint::Show;
use super::wording::{Kinds, Wording};
use crate::model::{Action, Address};
use crate::plan::Plan;

/// How an apply ended, as plain data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Steps of the plan.
    pub planned: usize,
    /// Ids of the steps that succeeded.
    pub done: Vec<String>,
    pub failed: Vec<Failed>,
    /// They may or may not have happened.
    pub unknown: Vec<Failed>,
    pub skipped: Vec<Skipped>,
    pub pending: Vec<Waiting>,
    /// Steps that were never started.
    pub left: Vec<String>,
    /// Said by the remote beside success: step and words.
    pub warnings: Vec<(String, String)>,
    /// Why the run stopped early.
    pub halted: Option<Halted>,
    /// How long it took, where it was measured.
    pub took_ms: Option<u64>,
}

/// A step and what went wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    pub step: String,
    pub address: Address,
    pub code: Option<i64>,
    pub request_id: Option<String>,
    pub cause: String,
    pub remedy: Option<String>,
}

/// A step that was not tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub step: String,
    pub address: Address,
    /// The step that it hangs on.
    pub because: String,
    /// That one waits on a person: no failure.
    pub waits: bool,
}

/// A step that waits on a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub step: String,
    pub address: Address,
    pub reason: String,
}

/// Why a run stopped before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halted {
    pub why: String,
    pub remedy: Option<String>,
}

/// What an outcome is shown with.
#[derive(Clone, Copy, Debug)]
pub struct OutcomeView<'p> {
    pub plan: &'p Plan,
    pub kinds: &'p Kinds,
    pub ended: &'p Ended,
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

impl Ended {
    /// Whether all happened that can happen without a person.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty()
            && self.unknown.is_empty()
            && self.left.is_empty()
            && self.halted.is_none()
            && self.skipped.iter().all(|skipped| skipped.waits)
    }
}

impl OutcomeView<'_> {
    pub(super) fn applied(&self) -> Applied {
        let done: BTreeSet<&str> = self.ended.done.iter().map(String::as_str).collect();
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
        for skipped in self.ended.skipped.iter().filter(|skipped| skipped.waits == waits) {
            groups.entry(&skipped.because).or_default().push(skipped);
        }
        groups
    }
}
