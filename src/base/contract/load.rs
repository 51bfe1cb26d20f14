//! Reads the embedded files and applies the patches.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::codes::Codes;
use super::{Contract, Endpoint};

const SERVICES: &[(&str, &str)] = &[
    ("application.jsonl", include_str!("../../../schemas/open-api/application.jsonl")),
    ("attendance.jsonl", include_str!("../../../schemas/open-api/attendance.jsonl")),
    ("auth.jsonl", include_str!("../../../schemas/open-api/auth.jsonl")),
    ("calendar.jsonl", include_str!("../../../schemas/open-api/calendar.jsonl")),
    ("contact.jsonl", include_str!("../../../schemas/open-api/contact.jsonl")),
    ("helpdesk.jsonl", include_str!("../../../schemas/open-api/helpdesk.jsonl")),
    ("mail.jsonl", include_str!("../../../schemas/open-api/mail.jsonl")),
    ("im.jsonl", include_str!("../../../schemas/open-api/im.jsonl")),
    ("room.jsonl", include_str!("../../../schemas/open-api/room.jsonl")),
    ("room-legacy.jsonl", include_str!("../../../schemas/open-api/room-legacy.jsonl")),
    ("tenant.jsonl", include_str!("../../../schemas/open-api/tenant.jsonl")),
];
const PATCHES: &str = include_str!("../../../schemas/open-api/patches.json");
const CODES: &str = include_str!("../../../schemas/open-api/codes.tsv");
const GATEWAY: &str = include_str!("../../../schemas/open-api/gateway.tsv");

/// The embedded contract is broken. A unit test keeps this from ever reaching a user.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    #[error("{file}:{line}: not a contract line")]
    Line { file: &'static str, line: usize, source: serde_json::Error },
    #[error("{file}:{line}: not a row of that table")]
    Row { file: &'static str, line: usize },
    #[error("patches.json is not a list of patches")]
    Patches(#[source] serde_json::Error),
    #[error("patch for {endpoint}: {reason}")]
    Patch { endpoint: String, reason: String },
}

/// A correction to a page, with the reason why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    endpoint: String,
    reason: String,
    /// A whole endpoint that has no page in the data.
    #[serde(default)]
    add: Option<Map<String, Value>>,
    /// Paths to remove: `/body/employee_type/enum`.
    #[serde(default)]
    drop: Vec<String>,
    /// Paths to set.
    #[serde(default)]
    set: Map<String, Value>,
}

pub(super) fn built_in() -> Result<Contract, ContractError> {
    let mut lines: Vec<(&'static str, usize, Value)> = Vec::new();
    for &(file, text) in SERVICES {
        for (i, line) in text.lines().enumerate() {
            let value = serde_json::from_str(line).map_err(|source| ContractError::Line {
                file,
                line: i + 1,
                source,
            })?;
            lines.push((file, i + 1, value));
        }
    }
    let patches: Vec<Patch> = serde_json::from_str(PATCHES).map_err(ContractError::Patches)?;
    for patch in patches {
        apply(&mut lines, patch)?;
    }
    let mut endpoints = lines
        .into_iter()
        .map(|(file, line, value)| {
            Endpoint::deserialize(value).map_err(|source| ContractError::Line { file, line, source })
        })
        .collect::<Result<Vec<_>, _>>()?;
    endpoints.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
    let by_key = endpoints.iter().enumerate().map(|(i, e)| (e.key(), i)).collect::<HashMap<_, _>>();
    Ok(Contract { by_key, endpoints, codes: Codes::parse(CODES, GATEWAY)? })
}

fn apply(lines: &mut Vec<(&'static str, usize, Value)>, patch: Patch) -> Result<(), ContractError> {
    let fail = |reason: String| ContractError::Patch { endpoint: patch.endpoint.clone(), reason };
    if patch.reason.is_empty() {
        return Err(fail("has no reason".to_owned()));
    }
    let (method, path) =
        patch.endpoint.split_once(' ').ok_or_else(|| fail("is not METHOD PATH".to_owned()))?;
    if let Some(mut add) = patch.add {
        add.insert("method".to_owned(), method.into());
        add.insert("path".to_owned(), path.into());
        lines.push(("patches.json", 0, Value::Object(add)));
        return Ok(());
    }
    let target = lines
        .iter_mut()
        .map(|(_, _, value)| value)
        .find(|v| v["method"] == method && v["path"] == path)
        .ok_or_else(|| fail("no such endpoint".to_owned()))?;
    for pointer in &patch.drop {
        let (parent, key) = seek(target, pointer).ok_or_else(|| fail(format!("no {pointer}")))?;
        parent.as_object_mut().and_then(|o| o.remove(&key)).ok_or_else(|| fail(format!("no {pointer}")))?;
    }
    for (pointer, value) in patch.set {
        let (parent, key) = seek(target, &pointer).ok_or_else(|| fail(format!("no {pointer}")))?;
        parent
            .as_object_mut()
            .ok_or_else(|| fail(format!("{pointer} is not in an object")))?
            .insert(key, value);
    }
    Ok(())
}

/// Walks `/a/b/c` to the parent of `c`; in a list of fields a segment is the field's name.
fn seek<'v>(root: &'v mut Value, pointer: &str) -> Option<(&'v mut Value, String)> {
    let mut segments: Vec<&str> = pointer.trim_start_matches('/').split('/').collect();
    let last = segments.pop()?.to_owned();
    let mut at = root;
    for segment in segments {
        at = match at {
            Value::Array(items) => items.iter_mut().find(|i| i["name"] == segment)?,
            Value::Object(map) => map.get_mut(segment)?,
            _ => return None,
        };
    }
    Some((at, last))
}
