//! [`Address`]: the one name of a thing, `department.engineering`, in YAML, plans, state, logs and messages.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Singular kind, dot, local key. Orders by kind, then key. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    kind: Arc<str>,
    key: Arc<str>,
}

/// A text that is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no address: write kind, dot, key, as in department.engineering")]
pub struct AddressError(pub String);

impl Address {
    pub fn new(kind: &str, key: &str) -> Self {
        Self { kind: kind.into(), key: key.into() }
    }

    /// The singular kind: `department`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The local key: `engineering`. It may hold dots itself.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.kind, self.key)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        match text.split_once('.') {
            Some((kind, key)) if !kind.is_empty() && !key.is_empty() => Ok(Self::new(kind, key)),
            _ => Err(AddressError(text.to_owned())),
        }
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn print_then_parse_is_identity_and_keys_may_hold_dots() {
        let address: Address = "user.zhang.san".parse().expect("address");
        assert_eq!((address.kind(), address.key()), ("user", "zhang.san"));
        assert_eq!(address.to_string().parse(), Ok(address));
        for bad in ["", "user", "user.", ".x"] {
            assert!(bad.parse::<Address>().is_err(), "{bad}");
        }
    }
}
