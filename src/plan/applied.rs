//! The form in which the state keeps what was applied: a value, or the digest of one that is sensitive.

use serde::Serialize;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::model::Value;

const MARK: &str = "$sha256";

/// What is remembered of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Applied {
    Plain(Value),
    Hashed(String),
}

impl Applied {
    /// Reads what a record holds; `None` for what no version ever wrote.
    pub(super) fn read(json: &Json) -> Option<Self> {
        let hashed = json.get(MARK).and_then(Json::as_str);
        if let Some(digest) = hashed {
            return Some(Self::Hashed(digest.to_owned()));
        }
        let value: Value = serde_json::from_value(json.clone()).ok()?;
        Some(match value.get(MARK).and_then(Value::as_text) {
            Some(digest) => Self::Hashed(digest.to_owned()),
            None => Self::Plain(value),
        })
    }

    pub(super) fn is_hashed(&self) -> bool {
        matches!(self, Self::Hashed(_))
    }
}

/// What a record shall hold of a value.
pub(super) fn kept(value: &Value, sensitive: bool) -> Json {
    if sensitive { json!({ MARK: digest(value) }) } else { json!(value) }
}

/// The same inside of a step, whose `applies` are values.
pub(super) fn veiled(value: &Value) -> Value {
    Value::Map([(MARK.to_owned(), Value::Text(digest(value)))].into())
}

/// SHA-256, in hex, of the canonical JSON: maps and sets are ordered, so there is one text for one value.
pub(super) fn digest(value: &impl Serialize) -> String {
    hex(&serde_json::to_vec(value).unwrap_or_default())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sensitive_value_is_found_again_by_its_digest_alone() {
        let mobile = Value::text("+8613011111111");
        let kept_json = kept(&mobile, true);
        assert!(!kept_json.to_string().contains("130"), "{kept_json}");
        // echo -n '{"$text":"+8613011111111"}' | sha256sum
        let known = "c97a1b8d211aed5c9b3810ac3668d52a107089a9f7d1067828769ac113fe7553";
        assert_eq!(kept_json, json!({ "$sha256": known }));
        // A step carries it as a value; whoever writes that down losslessly must be understood too.
        for json in [kept_json, json!(veiled(&mobile))] {
            assert_eq!(Applied::read(&json), Some(Applied::Hashed(known.to_owned())));
        }
        assert_eq!(Applied::read(&kept(&mobile, false)), Some(Applied::Plain(mobile)));
    }
}
