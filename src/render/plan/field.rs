//! One attribute that changes: `name: before → after  (why)`, sets line by line, long texts word by word.

use std::collections::BTreeSet;

use similar::{ChangeTag, TextDiff};

use super::super::paint::Paint;
use super::super::text::{escaped, width};
use super::super::wording::Wording;
use super::super::words::word_diff;
use crate::base::count::Count;
use crate::model::{Action, Cause, Value};
use crate::plan::{PlannedChange, PlannedField};
use crate::resource::{Change, Shape};

/// Texts beyond these columns are compared word by word.
const LONG: usize = 60;

/// More elements or lines than this are folded to the first few.
const MANY: usize = 8;
const FEW: usize = 5;

/// The lines of one attribute, not indented.
pub(super) fn field(change: &PlannedChange, field: &PlannedField, wording: &Wording<'_>) -> Vec<String> {
    let attribute = wording.kinds.attribute(&change.address, &field.name);
    let why = why(change, field, attribute.is_some_and(|a| a.change == Change::Replace), wording);
    let row = Row::new(change, field, why, wording);
    match &field.before {
        _ if change.action == Action::Create => row.made(&field.after),
        Some(before) => row.changed(before, &field.after),
        None => row.from_nothing("(not readable)", &field.after),
    }
}

/// The same for what was changed outside: last applied, then live.
pub(in super::super) fn drift_field(
    change: &PlannedChange,
    drifted: &PlannedField,
    wording: &Wording<'_>,
) -> Vec<String> {
    let row = Row::new(change, drifted, String::new(), wording);
    match &drifted.before {
        Some(before) => row.changed(before, &drifted.after),
        None => row.from_nothing("(only its hash is kept)", &drifted.after),
    }
}

fn why(change: &PlannedChange, field: &PlannedField, forces: bool, wording: &Wording<'_>) -> String {
    // Of a thing that is made everything comes from the YAML.
    if change.action == Action::Create {
        return String::new();
    }
    let cause = match field.cause {
        Cause::Config => "config",
        Cause::Drift => "drift: somebody changed it",
        Cause::Both => "config, and drift: somebody changed it too",
    };
    let forces = if change.action == Action::Replace && forces { ", forces the replacement" } else { "" };
    format!("  {}", wording.show.paint(Paint::Quiet, &format!("({cause}{forces})")))
}

/// An attribute or a part of one.
struct Row<'r> {
    name: String,
    why: String,
    sensitive: bool,
    /// A key that is missing afterwards goes away; else it is not managed.
    exact: bool,
    wording: &'r Wording<'r>,
}

impl<'r> Row<'r> {
    fn new(change: &PlannedChange, field: &PlannedField, why: String, wording: &'r Wording<'r>) -> Self {
        let attribute = wording.kinds.attribute(&change.address, &field.name);
        Self {
            name: escaped(&field.name),
            why,
            sensitive: field.sensitive || attribute.is_some_and(|a| a.sensitive),
            exact: attribute.is_none_or(|a| !matches!(a.shape, Shape::Keyed { .. } | Shape::Object(_))),
            wording,
        }
    }

    fn from_nothing(&self, before: &str, after: &Value) -> Vec<String> {
        vec![format!("{}: {before} → {}{}", self.name, self.value(after), self.why)]
    }

    fn value(&self, value: &Value) -> String {
        self.wording.value(value, self.sensitive)
    }

    fn hidden(&self) -> bool {
        self.sensitive && !self.wording.show.sensitive
    }

    fn is_long(&self, value: &Value) -> bool {
        !self.hidden() && value.as_text().is_some_and(|text| width(text) > LONG || text.contains('\n'))
    }

    /// A value of a thing that is new.
    fn made(&self, after: &Value) -> Vec<String> {
        let Self { name, .. } = self;
        if let Some(text) = after.as_text().filter(|_| self.is_long(after)) {
            let mut lines = vec![format!("{name}:")];
            let body = text.lines().map(|line| format!("  | {}", escaped(line))).collect();
            lines.extend(self.folded(body, "line"));
            return lines;
        }
        let elements: Vec<String> = after.elements().map(|v| self.value(v)).collect();
        if elements.len() > 1 && elements.iter().map(|e| width(e) + 2).sum::<usize>() > LONG {
            let mut lines = vec![format!("{name}: {}", elements.len())];
            lines.extend(self.folded(elements.iter().map(|e| self.added(e)).collect(), ""));
            return lines;
        }
        vec![format!("{name}: {}", self.value(after))]
    }

    fn changed(&self, before: &Value, after: &Value) -> Vec<String> {
        let Self { name, why, .. } = self;
        match (before, after) {
            (Value::Text(b), Value::Text(a)) if self.is_long(before) || self.is_long(after) => {
                let mut lines = vec![format!("{name}:{why}")];
                let body = word_diff(b, a, self.wording.show);
                lines.extend(self.folded(body.into_iter().map(|l| format!("  | {l}")).collect(), "line"));
                lines
            }
            (Value::Set(b), Value::Set(a)) => self.set(b, a),
            (Value::Null, Value::Set(a)) => self.set(&BTreeSet::new(), a),
            (Value::Set(b), Value::Null) => self.set(b, &BTreeSet::new()),
            (Value::Map(_), Value::Map(_)) => self.map(before, after),
            (Value::List(_), Value::List(_)) => self.list(before, after),
            (
                Value::Null
                | Value::Bool(_)
                | Value::Int(_)
                | Value::Text(_)
                | Value::Map(_)
                | Value::List(_)
                | Value::Set(_)
                | Value::Ref(_),
                _,
            ) => {
                let (b, a) = (self.value(before), self.value(after));
                // Two masks may look alike, and two long values may begin alike.
                let note = if b != a {
                    ""
                } else if self.hidden() {
                    "  [another one, masked]"
                } else {
                    "  [differs further on]"
                };
                vec![format!("{name}: {b} → {a}{note}{why}")]
            }
        }
    }

    fn set(&self, before: &BTreeSet<Value>, after: &BTreeSet<Value>) -> Vec<String> {
        let (b, a) = (before.len(), after.len());
        let added: Vec<String> = after.difference(before).map(|v| self.added(&self.value(v))).collect();
        let removed: Vec<String> = before.difference(after).map(|v| self.removed(&self.value(v))).collect();
        let mut lines = vec![format!("{}: {b} → {a}{}", self.name, self.why)];
        if before.is_empty() && after.is_empty() {
            lines = vec![format!("{}: null → []{}", self.name, self.why)];
        }
        lines.extend(self.folded(removed, "removed"));
        lines.extend(self.folded(added, "added"));
        lines
    }

    fn map(&self, before: &Value, after: &Value) -> Vec<String> {
        let (Some(b), Some(a)) = (before.as_map(), after.as_map()) else { return Vec::new() };
        let keys: BTreeSet<&String> = b.keys().chain(a.keys()).collect();
        let mut lines = Vec::new();
        for key in keys {
            let null = Value::Null;
            let (old, new) = (b.get(key).unwrap_or(&null), a.get(key));
            if new.is_none() && !self.exact {
                continue;
            }
            let new = new.unwrap_or(&null);
            if old != new {
                let name = format!("{}.{}", self.name, escaped(key));
                let part = Row { name, why: self.why.clone(), ..*self };
                lines.extend(part.changed(old, new));
            }
        }
        if lines.is_empty() {
            lines.push(format!("{}: {} → {}{}", self.name, self.value(before), self.value(after), self.why));
        }
        lines
    }

    fn list(&self, before: &Value, after: &Value) -> Vec<String> {
        let (b, a) = (self.value(before), self.value(after));
        if b != a && width(&b) + width(&a) <= 2 * LONG {
            return vec![format!("{}: {b} → {a}{}", self.name, self.why)];
        }
        let shown = |value: &Value| value.elements().map(|v| self.value(v)).collect::<Vec<_>>();
        let (b, a) = (shown(before), shown(after));
        let (b, a): (Vec<&str>, Vec<&str>) =
            (b.iter().map(String::as_str).collect(), a.iter().map(String::as_str).collect());
        let mut body = Vec::new();
        for change in TextDiff::from_slices(&b, &a).iter_all_changes() {
            match change.tag() {
                ChangeTag::Equal => {}
                ChangeTag::Delete => body.push(self.removed(change.value())),
                ChangeTag::Insert => body.push(self.added(change.value())),
            }
        }
        let note = if body.is_empty() { "  [other ones, masked or cut]" } else { "" };
        let mut lines = vec![format!("{}: {} → {}{note}{}", self.name, b.len(), a.len(), self.why)];
        lines.extend(self.folded(body, "changed"));
        lines
    }

    fn added(&self, text: &str) -> String {
        format!("  {}", self.wording.show.paint(Paint::Added, &format!("+ {text}")))
    }

    fn removed(&self, text: &str) -> String {
        format!("  {}", self.wording.show.paint(Paint::Removed, &format!("- {text}")))
    }

    /// The first few of many lines, and how many more there are.
    fn folded(&self, mut lines: Vec<String>, what: &'static str) -> Vec<String> {
        if lines.len() > MANY && !self.wording.show.verbose {
            let more = lines.len() - FEW;
            lines.truncate(FEW);
            let what = match what {
                "line" => Count(more, "more line").to_string(),
                "" => format!("{more} more"),
                word => format!("{more} more {word}"),
            };
            lines.push(format!("  … {what}"));
        }
        lines
    }
}
