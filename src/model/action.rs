//! What happens to a thing ([`Action`]) and to each attribute ([`FieldChange`]), and why ([`Cause`]).

use serde::{Deserialize, Serialize};

use super::value::Value;

/// The closed set of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Create,
    Update,
    Delete,
    /// Delete and create, for an immutable field.
    Replace,
    /// Take a live thing under management; it may be updated too.
    Adopt,
    /// Stop managing, leave alone.
    Forget,
    /// Nothing to do now. (A move of the address alone is this, with a previous address.)
    Keep,
}

/// Why an attribute differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The YAML changed.
    Config,
    /// Somebody changed the tenant.
    Drift,
    Both,
}

/// One attribute that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    pub name: String,
    /// What is live; `None` when it cannot be read.
    pub before: Option<Value>,
    /// What shall be, in full: for `at_least` the union with what is live.
    pub after: Value,
    pub cause: Cause,
}
