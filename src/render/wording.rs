//! [`Wording`]: how values, references and free sentences are put into words, the same in every report.

use std::collections::BTreeMap;

use super::paint::Show;
use super::text::{cut, escaped, masked, scrubbed, width};
use crate::model::{Address, Record, Target, Value};
use crate::plan::{Plan, PlannedChange};
use crate::resource::{Attribute, Kind, KindInfo, Registry};
use crate::state::Document;

/// Columns of one value in a line.
const MOST: usize = 72;

/// The tables of all kinds, in their order.
#[derive(Clone, Debug, Default)]
pub struct Kinds(Vec<&'static KindInfo>);

impl Kinds {
    pub fn new(kinds: impl IntoIterator<Item = &'static KindInfo>) -> Self {
        Self(kinds.into_iter().collect())
    }

    pub(super) fn get(&self, kind: &str) -> Option<&'static KindInfo> {
        self.0.iter().copied().find(|info| info.name == kind)
    }

    /// Where the kind comes in output; unknown ones last.
    pub(super) fn rank(&self, kind: &str) -> usize {
        self.0.iter().position(|info| info.name == kind).unwrap_or(self.0.len())
    }

    /// The heading of a kind: its key in the YAML.
    pub(super) fn plural<'k>(&self, kind: &'k str) -> &'k str
    where
        'static: 'k,
    {
        self.get(kind).map_or(kind, |info| info.plural)
    }

    pub(super) fn attribute(&self, address: &Address, name: &str) -> Option<&'static Attribute> {
        self.get(address.kind()).and_then(|info| info.attribute(name))
    }

    pub(super) fn sensitive(&self, address: &Address, name: &str) -> bool {
        self.attribute(address, name).is_some_and(|attribute| attribute.sensitive)
    }
}

impl From<&Registry> for Kinds {
    fn from(registry: &Registry) -> Self {
        Self::new(registry.iter().map(Kind::info))
    }
}

/// What a report knows to put things into words.
#[derive(Debug)]
pub(super) struct Wording<'p> {
    pub(super) show: Show,
    pub(super) kinds: &'p Kinds,
    /// What people call a thing.
    names: BTreeMap<&'p Address, String>,
}

impl<'p> Wording<'p> {
    pub(super) fn of_plan(plan: &'p Plan, kinds: &'p Kinds, show: Show) -> Self {
        let named = |change: &'p PlannedChange| {
            let visible = show.sensitive || !kinds.sensitive(&change.address, "name");
            visible.then(|| human_name(change)).flatten().map(|name| (&change.address, name.to_owned()))
        };
        Self { show, kinds, names: plan.changes.iter().filter_map(named).collect() }
    }

    pub(super) fn of_state(document: &'p Document, kinds: &'p Kinds, show: Show) -> Self {
        let named = |(address, record): (&'p Address, &'p Record)| {
            let value: Value = serde_json::from_value(record.applied.get("name")?.clone()).ok()?;
            let visible = show.sensitive || !kinds.sensitive(address, "name");
            Some((address, name_in(&value).filter(|_| visible)?.to_owned()))
        };
        Self { show, kinds, names: document.things.iter().filter_map(named).collect() }
    }

    /// The human name of a thing; empty where there is none or where it would only repeat the key.
    pub(super) fn name(&self, address: &Address) -> String {
        self.names
            .get(address)
            .filter(|name| *name != address.key())
            .map_or_else(String::new, |name| line(name))
    }

    pub(super) fn address(&self, address: &Address) -> String {
        escaped(&address.to_string())
    }

    /// `user.zhang.san 张三`.
    pub(super) fn titled(&self, address: &Address) -> String {
        let name = self.name(address);
        let address = self.address(address);
        if name.is_empty() { address } else { format!("{address} {name}") }
    }

    pub(super) fn target(&self, target: &Target) -> String {
        match target {
            Target::Address(address) => self.titled(address),
            Target::Remote { kind, id } => escaped(&format!("{kind} {id} (not managed)")),
            Target::Lookup(lookup) if matches!(lookup.by.as_str(), "mobile" | "email") => {
                format!("{}: {}", escaped(&lookup.by), self.personal(&lookup.value))
            }
            Target::Lookup(lookup) => escaped(&format!("{}: {}", lookup.by, lookup.value)),
        }
    }

    fn personal(&self, text: &str) -> String {
        escaped(&if self.show.sensitive { text.to_owned() } else { masked(text) })
    }

    /// A value in one line.
    pub(super) fn value(&self, value: &Value, sensitive: bool) -> String {
        let text = self.whole(value, sensitive);
        if self.show.verbose {
            return text;
        }
        match cut(&text, MOST) {
            (head, true) => format!("{head}… ({} columns)", width(&text)),
            (all, false) => all.to_owned(),
        }
    }

    fn whole(&self, value: &Value, sensitive: bool) -> String {
        let hide = sensitive && !self.show.sensitive;
        let many = |open: &str, close: &str| {
            let parts: Vec<String> = value.elements().map(|v| self.whole(v, sensitive)).collect();
            format!("{open}{}{close}", parts.join(", "))
        };
        match value {
            Value::Null => "null".to_owned(),
            Value::Bool(_) | Value::Int(_) if hide => "***".to_owned(),
            Value::Bool(b) => b.to_string(),
            Value::Int(n) => n.to_string(),
            Value::Text(text) if hide => escaped(&masked(text)),
            Value::Text(text) => quoted_where_needed(text),
            Value::List(_) | Value::Set(_) => many("[", "]"),
            Value::Map(map) => {
                let parts: Vec<String> = map
                    .iter()
                    .map(|(k, v)| format!("{}: {}", escaped(k), self.whole(v, sensitive)))
                    .collect();
                format!("{{{}}}", parts.join(", "))
            }
            Value::Ref(target) => self.target(target),
        }
    }

    /// A sentence that may quote what people typed; `own` holds the thing's own personal data.
    pub(super) fn sentence(&self, text: &str, own: &[&str]) -> String {
        escaped(&self.clear(text, own))
    }

    /// The same for JSON, which has its own escapes.
    pub(super) fn clear(&self, text: &str, own: &[&str]) -> String {
        if self.show.sensitive { text.to_owned() } else { scrubbed(text, own) }
    }

    /// The personal data of a thing, for [`Self::sentence`].
    pub(super) fn personal_data<'c>(&self, change: &'c PlannedChange) -> Vec<&'c str> {
        let mut found = Vec::new();
        for field in change.fields.iter().chain(&change.drift) {
            if field.sensitive || self.kinds.sensitive(&change.address, &field.name) {
                field.before.iter().for_each(|value| texts(value, &mut found));
                texts(&field.after, &mut found);
            }
        }
        for (name, value) in &change.before {
            if self.kinds.sensitive(&change.address, name) {
                texts(value, &mut found);
            }
        }
        // The longest first: one may be a part of another.
        found.sort_by_key(|text| std::cmp::Reverse(text.len()));
        found.dedup();
        found
    }
}

fn texts<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Text(text) => found.push(text),
        Value::List(_) | Value::Set(_) => value.elements().for_each(|v| texts(v, found)),
        Value::Map(map) => map.values().for_each(|v| texts(v, found)),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Ref(_) => {}
    }
}

/// What people call the thing: its name after the plan, or before where it is not planned.
fn human_name(change: &PlannedChange) -> Option<&str> {
    let planned = change.fields.iter().find(|field| field.name == "name").map(|field| &field.after);
    name_in(planned.or_else(|| change.before.get("name")).or(change.called.as_ref())?)
}

fn name_in(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Map(map) => map.get("default").or_else(|| map.values().next()).and_then(Value::as_text),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::List(_) | Value::Set(_) | Value::Ref(_) => None,
    }
}

/// A name in one short line.
pub(super) fn line(text: &str) -> String {
    let text = escaped(text);
    match cut(&text, 40) {
        (head, true) => format!("{head}…"),
        (all, false) => all.to_owned(),
    }
}

/// Quotes a text where its bounds or its type would not be seen.
fn quoted_where_needed(text: &str) -> String {
    let plain = !text.is_empty()
        && text.trim() == text
        && !matches!(text, "null" | "true" | "false")
        && text.parse::<f64>().is_err()
        && !text.contains([',', '"', '{', '}', '[', ']', '→', '(', '\\'])
        && !text.contains(": ");
    if plain {
        escaped(text)
    } else {
        format!("\"{}\"", escaped(&text.replace('\\', "\\\\").replace('"', "\\\"")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_quoted_only_where_its_bounds_or_type_would_be_missed() {
        for plain in ["研发中心", "Site Reliability", "2024-03-01"] {
            assert_eq!(quoted_where_needed(plain), plain);
        }
        for (text, shown) in [
            ("", "\"\""),
            ("+86", "\"+86\""),
            (" a", "\" a\""),
            ("12", "\"12\""),
            ("null", "\"null\""),
            ("a → b", "\"a → b\""),
        ] {
            assert_eq!(quoted_where_needed(text), shown);
        }
        assert_eq!(quoted_where_needed("\"\n"), "\"\\\"\\n\"");
    }
}
