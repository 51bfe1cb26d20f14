//! Finds the objects of a seed file, and on which lines they begin.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::Problem;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Department,
    User,
    Group,
}

/// An object of the file, not yet decoded.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) kind: Kind,
    pub(super) line: usize,
    pub(super) place: String,
    pub(super) fields: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<'a> {
    #[serde(borrow, default)]
    departments: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    users: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    groups: Vec<&'a RawValue>,
}

pub(super) fn items(text: &str, problems: &mut Vec<Problem>) -> Vec<Item> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let is_lines = serde_json::from_str::<Map<String, Value>>(first).is_ok_and(|m| m.contains_key("kind"));
    if is_lines { lines(text, problems) } else { document(text, problems) }
}

fn lines(text: &str, problems: &mut Vec<Problem>) -> Vec<Item> {
    let mut items = Vec::new();
    for (i, raw) in text.lines().enumerate().filter(|(_, raw)| !raw.trim().is_empty()) {
        let line = i + 1;
        let mut wrong = |message: String| problems.push(Problem { line, place: String::new(), message });
        let mut fields: Map<String, Value> = match serde_json::from_str(raw) {
            Ok(fields) => fields,
            Err(e) => {
                wrong(format!("not a JSON object: {}", without_line(&e)));
                continue;
            }
        };
        let kind = match fields.remove("kind").as_ref().and_then(Value::as_str) {
            Some("department") => Kind::Department,
            Some("user") => Kind::User,
            Some("group") => Kind::Group,
            _ => {
                wrong("\"kind\" must be \"department\", \"user\" or \"group\"".to_owned());
                continue;
            }
        };
        items.push(Item { kind, line, place: String::new(), fields });
    }
    items
}

fn document(text: &str, problems: &mut Vec<Problem>) -> Vec<Item> {
    let document: Document<'_> = match serde_json::from_str(text) {
        // A list would pass for the fields in their order.
        Ok(_) if !text.trim_start().starts_with('{') => {
            let message = "not a seed: there must be an object with departments, users and groups".to_owned();
            problems.push(Problem { line: 1, place: String::new(), message });
            return Vec::new();
        }
        Ok(document) => document,
        Err(e) => {
            let message = format!("not a seed: {}", without_line(&e));
            problems.push(Problem { line: e.line().max(1), place: String::new(), message });
            return Vec::new();
        }
    };
    let starts: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let line_of = |raw: &RawValue| {
        // The raw value borrows from the text, so the distance of the two is where it stands.
        let at = raw.get().as_ptr().addr().saturating_sub(text.as_ptr().addr());
        starts.partition_point(|start| *start <= at)
    };
    let lists = [
        (Kind::Department, "departments", document.departments),
        (Kind::User, "users", document.users),
        (Kind::Group, "groups", document.groups),
    ];
    let mut items = Vec::new();
    for (kind, name, list) in lists {
        for (i, raw) in list.into_iter().enumerate() {
            let (line, place) = (line_of(raw), format!("{name}[{i}]"));
            match serde_json::from_str(raw.get()) {
                Ok(fields) => items.push(Item { kind, line, place, fields }),
                Err(_) => problems.push(Problem { line, place, message: "must be an object".to_owned() }),
            }
        }
    }
    items
}

/// The text of an error without its own idea of line and column.
fn without_line(e: &serde_json::Error) -> String {
    let text = e.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}
