//! What the tenant says: [`Live`] of one thing, [`Observed`] of one kind, [`Snapshot`] of all.
//!
//! *Unknown* is never *absent*. An attribute that could not be read is not in [`Live::attributes`]; a thing that
//! was not found in a complete read is [`Presence::Absent`], in an incomplete one [`Presence::Unknown`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::value::{Lookup, Value};

/// One live thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// The kind's own id, as its references and paths use it: `department_id`, `user_id`, `enum_id`, …
    pub id: String,
    /// Further ids by name: `open_department_id`, `union_id`, `enum_value`, …
    pub ids: BTreeMap<String, String>,
    /// What could be read, by attribute; an attribute that the app may not see is absent. Nothing there is
    /// [`Value::Null`].
    pub attributes: BTreeMap<String, Value>,
    /// What is no attribute but decides something: `unjoined`, `resigned`, `member_count`, …
    pub facts: BTreeMap<String, Value>,
}

impl Live {
    pub fn fact(&self, name: &str) -> bool {
        self.facts.get(name) == Some(&Value::Bool(true))
    }
}

/// A read that did not give everything, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What is unknown because of it: `all departments`, `members of user_group.oncall`.
    pub what: String,
    pub why: String,
    pub remedy: Option<String>,
}

/// What a look-up found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    One(String),
    None,
    Many(Vec<String>),
    Unknown(Gap),
}

/// Live state of one kind, as far as it was asked for.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// By the kind's own id.
    pub things: BTreeMap<String, Live>,
    /// Ids that were asked for and are certainly not there.
    pub absent: BTreeSet<String>,
    /// Every thing of the kind is in `things`.
    pub complete: bool,
    /// Ids that were asked for and are neither present nor certainly absent.
    pub unknown: BTreeMap<String, Gap>,
    pub lookups: BTreeMap<Lookup, Found>,
    /// Attributes that no reply can hold, with the scopes any of which would open them.
    pub unreadable: BTreeMap<String, Vec<String>>,
    /// Whatever else could not be read.
    pub gaps: Vec<Gap>,
}

/// Whether a thing is there.
#[derive(Clone, Debug, PartialEq)]
pub enum Presence<'s> {
    Present(&'s Live),
    Absent,
    Unknown(Option<&'s Gap>),
}

impl Observed {
    /// The reading that failed for a thing, else any of its kind.
    pub fn gap_about(&self, id: &str) -> Option<&Gap> {
        let named = |gap: &&Gap| gap.what.split_whitespace().any(|word| word == id);
        self.gaps.iter().find(named).or_else(|| self.gaps.first())
    }

    pub fn presence(&self, id: &str) -> Presence<'_> {
        if let Some(live) = self.things.get(id) {
            Presence::Present(live)
        } else if let Some(gap) = self.unknown.get(id) {
            Presence::Unknown(Some(gap))
        } else if self.complete || self.absent.contains(id) {
            Presence::Absent
        } else {
            Presence::Unknown(self.gaps.first())
        }
    }
}

/// Live state of all kinds.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Shared: every kind that reads later is shown all that was read before it.
    pub kinds: BTreeMap<String, Arc<Observed>>,
    /// The tenant's clock when it was read, in seconds since 1970.
    pub taken: i64,
}

impl Snapshot {
    pub fn kind(&self, kind: &str) -> Option<&Observed> {
        self.kinds.get(kind).map(Arc::as_ref)
    }

    pub fn live(&self, kind: &str, id: &str) -> Option<&Live> {
        self.kinds.get(kind)?.things.get(id)
    }
}
