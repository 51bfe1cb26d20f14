//! [`Record`]: what the state remembers of one address.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::declared::OnRemove;
use super::value::Value;

/// Identity and what was last applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Remote ids by name; the kind's own under `id`.
    pub ids: BTreeMap<String, String>,
    /// What was last applied, by attribute: a [`Value`] in its lossless form, or `{"$sha256": …}` of it where
    /// the attribute is sensitive.
    #[serde(default)]
    pub applied: BTreeMap<String, Json>,
    /// Remembered so that taking the block out of the YAML does not lift it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub prevent_destroy: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_remove: Option<OnRemove>,
    /// Who inherits, in the lossless form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_delete: Option<Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending: Vec<Pending>,
}

impl Record {
    /// The kind's own id.
    pub fn id(&self) -> Option<&str> {
        self.ids.get("id").map(String::as_str)
    }
}

/// What waits on a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pending {
    pub attributes: Vec<String>,
    pub reason: String,
}

/// A thing that was deleted and may be called back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departed {
    pub ids: BTreeMap<String, String>,
    /// Seconds since 1970 by the tenant's clock.
    pub at: i64,
}
