//! [`Document`]: the state as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{Address, Departed, Record};

/// Everything that is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// `major.minor`; a reader refuses an unknown major.
    pub format_version: String,
    /// Made once, at the first write; never changes.
    pub lineage: String,
    /// Grows by one with every write.
    pub serial: u64,
    /// Base address and app that it belongs to; empty until the first apply.
    #[serde(default)]
    pub target: String,
    #[serde(default)]
    pub things: BTreeMap<Address, Record>,
    /// What was deleted and may be called back: people, for thirty days.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub departed: BTreeMap<Address, Departed>,
}
