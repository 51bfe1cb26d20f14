//! [`Record`]: what the state remembers of one address.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

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

/// The form in which a sensitive value is kept: the hash of the state's lineage and the value's lossless form.
///
/// The lineage makes hashes of different states incomparable. It hides from casual reading, not from somebody
/// who holds the state and tries all telephone numbers.
pub fn sealed(lineage: &str, value: &Value) -> Json {
    let hash = Sha256::new().chain_update(lineage).chain_update(plain(value).to_string());
    json!({ "$sha256": format!("{:x}", hash.finalize()) })
}

/// The form in which every other value is kept. Maps and sets are ordered, so that equal values give equal text.
pub fn plain(value: &Value) -> Json {
    // Every variant has a form in JSON; there is nothing that could fail.
    serde_json::to_value(value).unwrap_or_default()
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

/// A creation whose outcome nobody knows, sent under a key by which the tenant knows it again for a while: within
/// that time it is sent under the same key, so that it happens once; after it, somebody has to look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsettled {
    /// What the step was, beside the address.
    pub what: String,
    pub token: String,
    /// Seconds since 1970, not later than the first sending.
    pub at: i64,
    /// For how many seconds the tenant keeps the key.
    pub lasts: u64,
    /// What it was to bring about, in the state's form: what to look for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sent: BTreeMap<String, Json>,
}

/// The key is not trusted to its last minute: clocks differ.
const MARGIN: i64 = 15 * 60;

impl Unsettled {
    /// Whether the tenant still knows the key.
    pub fn is_known(&self, now: i64) -> bool {
        let lasts = i64::try_from(self.lasts).unwrap_or(i64::MAX).saturating_sub(MARGIN);
        now < self.at.saturating_add(lasts) && now > self.at.saturating_sub(MARGIN)
    }
}

/// What a record holds of a value.
pub fn kept(lineage: &str, value: &Value, sensitive: bool) -> Json {
    if sensitive { sealed(lineage, value) } else { plain(value) }
}

/// A thing that was deleted and may be called back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departed {
    pub ids: BTreeMap<String, String>,
    /// Seconds since 1970 by the tenant's clock.
    pub at: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_is_comparable_within_one_state_and_unreadable() {
        let number = Value::text("+8613011111111");
        let one = sealed("l1", &number);
        assert_eq!(one, sealed("l1", &number.clone()));
        assert_ne!(one, sealed("l2", &number));
        assert_ne!(one, sealed("l1", &Value::text("+8613011111112")));
        // sha256sum of: l1{"$text":"+8613011111111"}
        let by_hand = "7caf83794ecd1f28e65aa29031d28077f6df8e593bc613bae4931ea22e1c07a3";
        assert_eq!(one, json!({ "$sha256": by_hand }));
    }
}
