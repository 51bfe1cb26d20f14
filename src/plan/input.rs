//! What a plan is made of: [`Input`]. The planner reads nothing else, no clock and no environment.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::source::SourceMap;
use crate::model::{Address, Manifest, Snapshot};
use crate::resource::Registry;
use crate::state::Document;

/// The three sides, and what was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Input<'i> {
    pub registry: Registry,
    pub manifest: &'i Manifest,
    /// For the file and line of what is declared.
    pub sources: &'i SourceMap,
    pub snapshot: &'i Snapshot,
    pub state: &'i Document,
    /// Base address and app.
    pub target: &'i str,
    pub mode: Mode,
    /// `--target`; empty: all.
    pub only: &'i BTreeSet<Address>,
    pub overrides: &'i Overrides,
}

/// Which way it goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// Towards what is declared.
    #[default]
    Apply,
    /// `--destroy`: everything that is recorded leaves.
    Destroy,
}

/// What a person lets through the guards, from the command line.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--max-destroy KIND=N`, above what `settings:` say.
    pub max_destroy: BTreeMap<String, u64>,
    /// `--allow-destroy ADDRESS`, for protected things.
    pub allow_destroy: BTreeSet<Address>,
    /// `--allow-no-heirs`: people may be deleted without `on_delete`.
    pub allow_no_heirs: bool,
}
