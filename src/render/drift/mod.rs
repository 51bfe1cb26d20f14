//! What was changed outside: for people ([`text()`]) and for programs ([`json()`]). Proposes nothing of its own: it
//! says how to put a change back and what YAML would accept it.

mod accept;
mod json;
mod text;

#[cfg(test)]
mod tests;

use serde::Serialize;

pub use json::json;
pub use text::text;

use super::paint::Show;
use super::plan::was_deleted_outside;
use super::text::ShellWord;
use super::wording::Kinds;
use crate::model::{Action, Address, Cause};
use crate::plan::{Plan, PlannedChange};

/// What drift is shown with.
#[derive(Clone, Copy, Debug)]
pub struct DriftView<'p> {
    pub plan: &'p Plan,
    pub kinds: &'p Kinds,
    /// Live things that nobody manages; `None` when nobody asked.
    pub unmanaged: Option<&'p [Unmanaged]>,
    /// The command that applies this manifest, word by word: `larkctl`, `apply`, `-f`, `org`.
    pub apply: &'p [String],
    pub show: Show,
}

/// A live thing that no manifest declares.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unmanaged {
    #[serde(rename = "type")]
    pub kind: String,
    pub id: String,
    pub name: String,
}

/// The figures of the last line, and what the exit code hangs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DriftSummary {
    /// Things of which something was changed outside.
    pub changed: usize,
    /// Things that were deleted outside.
    pub deleted: usize,
    /// Live things that nobody manages, where asked for.
    pub unmanaged: usize,
    /// Things that the manifest changes and nobody applied yet.
    pub unapplied: usize,
    /// Things that could not be read.
    pub blocked: usize,
}

impl DriftSummary {
    /// Whether anything was changed or deleted outside.
    pub fn is_drift(&self) -> bool {
        self.changed + self.deleted > 0
    }
}

impl DriftView<'_> {
    pub fn summary(&self) -> DriftSummary {
        let mut summary = DriftSummary {
            unmanaged: self.unmanaged.map_or(0, <[Unmanaged]>::len),
            blocked: self.plan.blocked.len(),
            ..DriftSummary::default()
        };
        for change in &self.plan.changes {
            if was_deleted_outside(change) {
                summary.deleted += 1;
            } else if !change.drift.is_empty() {
                summary.changed += 1;
            }
            summary.unapplied += usize::from(is_unapplied(change));
        }
        summary
    }

    /// The changes that hold drift.
    fn drifted(&self) -> impl Iterator<Item = &PlannedChange> {
        self.plan.changes.iter().filter(|change| !change.drift.is_empty() || was_deleted_outside(change))
    }

    /// The words of the command that puts a thing back.
    fn put_back(&self, address: &Address) -> Vec<String> {
        let target = ["--target".to_owned(), address.to_string()];
        self.apply.iter().cloned().chain(target).collect()
    }
}

/// The command as one line that can be pasted.
fn command_line(words: &[String]) -> String {
    words.iter().map(|word| ShellWord(word).to_string()).collect::<Vec<_>>().join(" ")
}

/// Whether applying would change what drifted back.
fn can_put_back(change: &PlannedChange) -> bool {
    let planned = |name: &str| change.fields.iter().any(|field| field.name == name);
    match change.action {
        Action::Create | Action::Replace => true,
        Action::Update | Action::Adopt => change.drift.iter().any(|drifted| planned(&drifted.name)),
        Action::Delete | Action::Forget | Action::Keep => false,
    }
}

/// Whether the manifest itself wants something that was never applied.
fn is_unapplied(change: &PlannedChange) -> bool {
    let by_config = change.fields.iter().any(|field| field.cause != Cause::Drift);
    match change.action {
        Action::Create => !change.managed,
        Action::Update => by_config,
        Action::Replace | Action::Adopt => true,
        // Gone already is drift; so is nothing else of these.
        Action::Delete => true,
        Action::Forget => change.id.is_some(),
        Action::Keep => change.previous_address.is_some(),
    }
}
