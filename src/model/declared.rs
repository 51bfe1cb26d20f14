//! What the manifest says of one thing: [`Declared`], and all of them: [`Manifest`].

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::value::{Lookup, Value};
use crate::base::span::Span;

/// One thing as declared and checked, references not yet looked up.
#[derive(Clone, Debug)]
pub struct Declared {
    pub address: Address,
    /// The local key in the YAML.
    pub span: Span,
    /// By attribute. An attribute that is not written is not here; `null` is [`Value::Null`].
    pub attributes: BTreeMap<String, Wanted>,
    /// Where each attribute's value stands.
    pub spans: BTreeMap<String, Span>,
    /// Every reference, for checks that must show its place.
    pub uses: Vec<Use>,
    pub lifecycle: Lifecycle,
}

/// How much of a set is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    Exactly(Value),
    /// `{at_least: […]}`: only adds.
    AtLeast(Value),
}

impl Wanted {
    pub fn value(&self) -> &Value {
        match self {
            Self::Exactly(value) | Self::AtLeast(value) => value,
        }
    }
}

/// A reference and where it stands.
#[derive(Clone, Debug)]
pub struct Use {
    pub attribute: String,
    pub to: UseOf,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UseOf {
    Address(Address),
    Lookup(Lookup),
}

/// `lifecycle:` of a thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lifecycle {
    pub prevent_destroy: bool,
    pub ignore_changes: BTreeSet<String>,
    pub on_remove: Option<OnRemove>,
}

/// What happens when the thing is taken out of the YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnRemove {
    Delete,
    /// Switched off where the kind knows that, kept otherwise.
    Deactivate,
    /// No longer managed, left as it is.
    Forget,
}

/// All that is declared. Only `check` makes one, so whoever holds it knows that it was checked.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    pub things: BTreeMap<Address, Declared>,
    /// `moved:` from old to new.
    pub moved: BTreeMap<Address, (Address, Span)>,
    /// `import:` address to live id.
    pub import: BTreeMap<Address, (String, Span)>,
    pub settings: Settings,
}

/// `settings:` of the manifest.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Deletions allowed per kind; absent: 10, or a quarter once ten are managed.
    pub max_destroy: BTreeMap<String, u64>,
    /// Numbers that may stand in while two people swap theirs.
    pub spare_mobiles: Vec<String>,
    /// Kinds whose unmanaged live things are deleted.
    pub exclusive: BTreeSet<String>,
}

impl Manifest {
    /// The things of a kind, by key.
    pub fn of_kind<'m>(&'m self, kind: &'m str) -> impl Iterator<Item = &'m Declared> {
        self.things.values().filter(move |thing| thing.address.kind() == kind)
    }
}

impl Declared {
    /// The value of an attribute, however much of it is meant.
    pub fn value(&self, attribute: &str) -> Option<&Value> {
        self.attributes.get(attribute).map(Wanted::value)
    }

    /// Where an attribute stands, or the key of the thing where it is not written.
    pub fn place(&self, attribute: &str) -> Span {
        self.spans.get(attribute).copied().unwrap_or(self.span)
    }
}
