//! What a failed answer of the API says: code, text, ids, missing scopes, bad fields.
//!
//! The `error` object comes in two shapes (platform.md 4.3); both are read, and what is missing there is looked
//! for in `msg`. Everything is text from outside: it is cleaned of control characters and cut, and never decided
//! upon, except for the scope list, which helps people but steers nothing.

use std::fmt;

use serde_json::{Map, Value};

use super::limit::Throttle;

const LONGEST_TEXT: usize = 500;
const MOST_ENTRIES: usize = 50;

/// The remote's name for one request, to be quoted to its support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// `None` if nothing printable is left.
    pub fn new(text: &str) -> Option<Self> {
        let text = clean(text.trim(), 128);
        (!text.is_empty()).then_some(Self(text))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who lacks the scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    App,
    /// The app has the scope, the person has not granted it.
    User,
}

/// One field that the remote does not like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub field: String,
    pub value: String,
    pub description: String,
}

/// A refusal with everything in it that helps.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    pub code: i64,
    pub http: u16,
    pub msg: String,
    pub request_id: Option<RequestId>,
    /// Alternatives: any one of them would do.
    pub scopes: Vec<String>,
    pub lacking: Option<Lacking>,
    pub violations: Vec<Violation>,
    /// The remote's own page about the failure.
    pub help: Option<String>,
    pub throttle: Option<Throttle>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused with code {} (HTTP {})", self.code, self.http)?;
        if !self.msg.is_empty() {
            write!(f, ": {}", self.msg)?;
        }
        for violation in &self.violations {
            let Violation { field, value, description } = violation;
            write!(f, "; {field}: {description}")?;
            if !value.is_empty() {
                write!(f, " (sent {value:?})")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    pub(super) fn read(
        code: i64,
        http: u16,
        root: &Map<String, Value>,
        request_id: Option<RequestId>,
        throttle: Option<Throttle>,
    ) -> Self {
        // OAuth failures hold a string there, and their text beside it.
        let empty = Map::new();
        let error = root.get("error").and_then(Value::as_object).unwrap_or(&empty);
        let msg = [root.get("msg"), root.get("error_description"), error.get("message"), root.get("error")]
            .into_iter()
            .flatten()
            .map(text)
            .find(|msg| !msg.is_empty())
            .unwrap_or_default();
        let in_body = ["log_id", "logid"].iter().find_map(|key| RequestId::new(&text(error.get(*key)?)));
        let permissions = || entries(error, "permission_violations");
        let mut scopes: Vec<String> = permissions()
            .filter_map(|entry| entry.get("scope").or_else(|| entry.get("subject")))
            .map(text)
            .filter(|scope| !scope.is_empty())
            .collect();
        if scopes.is_empty() && SCOPE_CODES.contains(&code) {
            scopes = bracket_list(&msg);
        }
        let lacking = match code {
            99_991_679 => Some(Lacking::User),
            99_991_672 => Some(Lacking::App),
            _ if scopes.is_empty() => None,
            _ if permissions()
                .any(|entry| entry.get("type") == Some(&"action_privilege_required".into())) =>
            {
                Some(Lacking::User)
            }
            _ => Some(Lacking::App),
        };
        let get = |entry: &Map<String, Value>, key| entry.get(key).map(text).unwrap_or_default();
        let violations = entries(error, "field_violations")
            .map(|entry| Violation {
                field: get(entry, "field"),
                value: get(entry, "value"),
                description: get(entry, "description"),
            })
            .collect();
        let help = entries(error, "helps").map(|entry| get(entry, "url")).find(|url| !url.is_empty());
        Self {
            code,
            http,
            msg,
            request_id: request_id.or(in_body),
            scopes,
            lacking,
            violations,
            help,
            throttle,
        }
    }
}

/// Codes whose text carries the scopes in brackets when the body does not list them.
const SCOPE_CODES: [i64; 2] = [99_991_672, 99_991_679];

fn entries<'e>(error: &'e Map<String, Value>, key: &str) -> impl Iterator<Item = &'e Map<String, Value>> {
    error
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .take(MOST_ENTRIES)
        .filter_map(Value::as_object)
}

fn bracket_list(msg: &str) -> Vec<String> {
    let Some((list, _)) = msg.split_once('[').and_then(|(_, rest)| rest.split_once(']')) else {
        return Vec::new();
    };
    let names = list.split(',').map(str::trim).filter(|name| !name.is_empty() && !name.contains(' '));
    names.take(MOST_ENTRIES).map(str::to_owned).collect()
}

/// An integer however it is spelled: number, float without fraction, or text.
pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64()?;
            #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
            (float.fract() == 0.0 && float.abs() < 9.0e15).then_some(float as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => clean(text, LONGEST_TEXT),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// Cuts text from outside to a length in characters and takes control characters out: no escape codes in logs.
pub(super) fn clean(text: &str, longest: usize) -> String {
    let mut out: String = text.chars().take(longest).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(longest).is_some() {
        out.push('…');
    }
    out
}
