//! What the state remembers of an attribute, read back: a value, or the hash of one that is sensitive.

use serde::{Deserialize as _, Serialize};
use serde_json::Value as Json;

use crate::base::digest::sha256;
use crate::model::Value;

/// What was last applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Applied {
    Plain(Value),
    /// In the form of the record.
    Hashed(Json),
}

impl Applied {
    /// `None` for what no version ever wrote: it is as if nothing was remembered.
    pub(super) fn read(json: &Json) -> Option<Self> {
        if json.get("$sha256").is_some() {
            return Some(Self::Hashed(json.clone()));
        }
        Value::deserialize(json).ok().map(Self::Plain)
    }

    pub(super) fn is_hashed(&self) -> bool {
        matches!(self, Self::Hashed(_))
    }
}

/// SHA-256, in hex, of the JSON: maps and sets are ordered, so there is one text for one value.
pub(super) fn digest(value: &impl Serialize) -> String {
    // What is digested are maps of texts and values, which always have a form in JSON.
    sha256(&serde_json::to_vec(value).unwrap_or_default())
}
