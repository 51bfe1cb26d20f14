//! [`Document`]: the state as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::model::{Address, Departed, Record, Target, Unsettled, Value, plain};

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
    /// The last run whose journal is contained in this: a journal found later is not folded in twice.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub last_run: String,
    #[serde(default)]
    pub things: BTreeMap<Address, Record>,
    /// What was deleted and may be called back: people, for thirty days.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub departed: BTreeMap<Address, Departed>,
    /// Creations whose outcome nobody knows, under keys by which the tenant knows them again.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unsettled: BTreeMap<Address, Unsettled>,
}

/// `major.minor` of what this version writes.
pub const FORMAT: (u64, u64) = (1, 0);

impl Document {
    /// The state of somebody who has none yet: nothing in it but an identity.
    pub fn fresh() -> Self {
        Self {
            format_version: format!("{}.{}", FORMAT.0, FORMAT.1),
            lineage: Uuid::new_v4().to_string(),
            ..Self::default()
        }
    }

    /// Gives several addresses their new names at once, so that two may swap. What is recorded of other things
    /// follows, as it refers to them by address.
    pub fn rename(&mut self, moves: &BTreeMap<Address, Address>) {
        let leaving: Vec<(Address, Record)> =
            moves.iter().filter_map(|(from, to)| Some((to.clone(), self.things.remove(from)?))).collect();
        self.things.extend(leaving);
        let departing: Vec<(Address, Departed)> =
            moves.iter().filter_map(|(from, to)| Some((to.clone(), self.departed.remove(from)?))).collect();
        self.departed.extend(departing);
        let open: Vec<(Address, Unsettled)> =
            moves.iter().filter_map(|(from, to)| Some((to.clone(), self.unsettled.remove(from)?))).collect();
        self.unsettled.extend(open);
        for record in self.things.values_mut() {
            for kept in record.applied.values_mut() {
                if let Some(value) = renamed(kept, moves) {
                    *kept = value;
                }
            }
            if let Some(heirs) = &record.on_delete {
                record.on_delete = Some(heirs.map_targets(&mut |target| follow(target, moves)));
            }
        }
    }
}

/// The kept value with its references renamed; `None` for a hash, which cannot follow.
fn renamed(kept: &Json, moves: &BTreeMap<Address, Address>) -> Option<Json> {
    let value: Value = serde_json::from_value(kept.clone()).ok()?;
    Some(plain(&value.map_targets(&mut |target| follow(target, moves))))
}

fn follow(target: &Target, moves: &BTreeMap<Address, Address>) -> Target {
    match target {
        Target::Address(address) => Target::Address(moves.get(address).unwrap_or(address).clone()),
        Target::Remote { .. } | Target::Lookup(_) => target.clone(),
    }
}
