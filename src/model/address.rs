//! [`Address`]: the one name of a thing, `department.engineering`, in YAML, plans, state, logs and messages.
//!
//! A thing inside of another is `calendar.holidays/event.new-year`: its kind is `calendar/event`, its key
//! `holidays/new-year`. No kind and no key holds a slash otherwise.

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

    /// The key of something in a thing with this key.
    pub fn key_inside(outer: &str, key: &str) -> String {
        format!("{outer}/{key}")
    }

    /// The thing that this one is inside of.
    pub fn holder(&self) -> Option<Self> {
        let (kind, _) = self.kind.split_once('/')?;
        let (key, _) = self.key.split_once('/')?;
        Some(Self::new(kind, key))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind.split_once('/'), self.key.split_once('/')) {
            (Some((outer, kind)), Some((holder, key))) => write!(f, "{outer}.{holder}/{kind}.{key}"),
            _ => write!(f, "{}.{}", self.kind, self.key),
        }
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
        let split = |text: &'_ str| {
            let (kind, key) = text.split_once('.')?;
            let sound = !kind.is_empty() && !key.is_empty() && !kind.contains('/');
            sound.then(|| (kind.to_owned(), key.to_owned()))
        };
        let parsed = match text.split_once('/') {
            None => split(text).map(|(kind, key)| Self::new(&kind, &key)),
            Some((outer, inner)) => split(outer).zip(split(inner)).map(|((outer, holder), (kind, key))| {
                Self::new(&format!("{outer}/{kind}"), &Self::key_inside(&holder, &key))
            }),
        };
        parsed
            .filter(|address| address.key.matches('/').count() < 2)
            .ok_or_else(|| AddressError(text.to_owned()))
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
        let inside: Address = "calendar.holi.days/event.new-year".parse().expect("address");
        assert_eq!((inside.kind(), inside.key()), ("calendar/event", "holi.days/new-year"));
        assert_eq!(inside.holder(), Some(Address::new("calendar", "holi.days")));
        assert_eq!(inside.to_string().parse(), Ok(inside));
        for bad in ["", "user", "user.", ".x", "a.b/c", "a.b/.c", "a.b/c.d/e.f", "a/b.c"] {
            assert!(bad.parse::<Address>().is_err(), "{bad}");
        }
    }
}
