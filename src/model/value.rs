//! [`Value`]: what an attribute holds, in one normal form for declared, live and recorded.
//!
//! Two values are equal when the tenant would not know the difference: sets ignore order and copies, references
//! are compared by what they point at. Serialisation is lossless (`{"$ref": …}`, `{"$set": …}`); [`Value::plain`]
//! is the form for people and for the plan's JSON.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::address::Address;

/// A normalised value. Orders totally, so that everything printed has one order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Value {
    /// Nothing is there, or nothing shall be there.
    #[serde(rename = "$null")]
    Null,
    #[serde(rename = "$bool")]
    Bool(bool),
    #[serde(rename = "$int")]
    Int(i64),
    #[serde(rename = "$text")]
    Text(String),
    /// Order counts.
    #[serde(rename = "$list")]
    List(Vec<Value>),
    /// Order does not count.
    #[serde(rename = "$set")]
    Set(BTreeSet<Value>),
    #[serde(rename = "$map")]
    Map(BTreeMap<String, Value>),
    #[serde(rename = "$ref")]
    Ref(Target),
}

/// What a reference points at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Target {
    /// A thing of the manifest or the state.
    #[serde(rename = "address")]
    Address(Address),
    /// A live thing that nobody manages, by the kind's own id.
    #[serde(rename = "remote")]
    Remote { kind: String, id: String },
    /// A live thing that is to be looked up. Never survives resolution.
    #[serde(rename = "lookup")]
    Lookup(Lookup),
}

/// How a live thing is named: `{email: a@b.cn}` is `by: email`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lookup {
    pub kind: String,
    pub by: String,
    pub value: String,
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A reference to a live thing by its kind's own id.
    pub fn remote(kind: &str, id: impl Into<String>) -> Self {
        Self::Ref(Target::Remote { kind: kind.to_owned(), id: id.into() })
    }

    pub fn address(address: Address) -> Self {
        Self::Ref(Target::Address(address))
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(*n),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(b) => Some(*b),
            _ => None,
        }
    }

    pub fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    pub fn as_target(&self) -> Option<&Target> {
        match self {
            Self::Ref(target) => Some(target),
            _ => None,
        }
    }

    /// The address that a reference points at, if it points at one.
    pub fn as_address(&self) -> Option<&Address> {
        match self {
            Self::Ref(Target::Address(address)) => Some(address),
            _ => None,
        }
    }

    /// The elements of a list or a set; nothing for anything else.
    pub fn elements(&self) -> impl Iterator<Item = &Value> {
        let (list, set) = match self {
            Self::List(list) => (Some(list.iter()), None),
            Self::Set(set) => (None, Some(set.iter())),
            _ => (None, None),
        };
        list.into_iter().flatten().chain(set.into_iter().flatten())
    }

    /// An entry of a map.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_map().and_then(|map| map.get(key))
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Changes every reference, however deep.
    #[must_use]
    pub fn map_targets(&self, change: &mut impl FnMut(&Target) -> Target) -> Self {
        match self {
            Self::Ref(target) => Self::Ref(change(target)),
            Self::List(list) => Self::List(list.iter().map(|v| v.map_targets(change)).collect()),
            Self::Set(set) => Self::Set(set.iter().map(|v| v.map_targets(change)).collect()),
            Self::Map(map) => {
                Self::Map(map.iter().map(|(k, v)| (k.clone(), v.map_targets(change))).collect())
            }
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Text(_) => self.clone(),
        }
    }

    /// Calls `see` with every reference, however deep.
    pub fn each_target<'v>(&'v self, see: &mut impl FnMut(&'v Target)) {
        match self {
            Self::Ref(target) => see(target),
            Self::List(_) | Self::Set(_) => self.elements().for_each(|v| v.each_target(see)),
            Self::Map(map) => map.values().for_each(|v| v.each_target(see)),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Text(_) => {}
        }
    }

    /// The form for people and for the plan's JSON: references by address, or as `{"id": …}`.
    pub fn plain(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(b) => json!(b),
            Self::Int(n) => json!(n),
            Self::Text(text) => json!(text),
            Self::List(_) | Self::Set(_) => Json::Array(self.elements().map(Self::plain).collect()),
            Self::Map(map) => Json::Object(map.iter().map(|(k, v)| (k.clone(), v.plain())).collect()),
            Self::Ref(Target::Address(address)) => json!(address.to_string()),
            Self::Ref(Target::Remote { kind, id }) => json!({ "kind": kind, "id": id }),
            Self::Ref(Target::Lookup(l)) => json!({ l.by.clone(): l.value }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serialisation_is_lossless() {
        let value = Value::Map(BTreeMap::from([
            ("set".to_owned(), Value::Set(BTreeSet::from([Value::Int(2), Value::Null]))),
            ("ref".to_owned(), Value::address(Address::new("user", "a.b"))),
            ("live".to_owned(), Value::remote("department", "D1")),
            ("list".to_owned(), Value::List(vec![Value::text("名"), Value::Bool(true)])),
        ]));
        let text = serde_json::to_string(&value).expect("json");
        assert_eq!(serde_json::from_str::<Value>(&text).expect("value"), value);
    }
}
