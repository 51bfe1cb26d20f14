//! What is remembered: the state and the journal as they lie on the disk, read without the program's code for it.
//!
//! [`told`] is a state in a form that two tenants share. [`Journal`] is what a dead run left, and knows what a state
//! must contain that was recovered from it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

/// A state as flat text: what is remembered, by address and name. Ids that the tenant chose are named after the thing
/// they are of; of a hash it counts that there is one; serial, lineage, run and times differ between any two runs.
pub(crate) fn told(state: &Value) -> BTreeMap<String, Value> {
    let mut owners: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for section in ["things", "departed"] {
        for (address, row) in entries(&state[section]) {
            for (name, id) in entries(&row["ids"]) {
                owners
                    .entry(id.as_str().unwrap_or_default())
                    .or_default()
                    .push(format!("<{name} of {address}>"));
            }
        }
    }
    // What several have is the own id of one of them, if it is anybody's.
    let names: BTreeMap<&str, String> = owners
        .into_iter()
        .filter_map(|(id, all)| {
            let own: Vec<&String> = all.iter().filter(|name| name.starts_with("<id of ")).collect();
            match (all.as_slice(), own.as_slice()) {
                ([only], _) => Some((id, only.clone())),
                (_, [own]) => Some((id, (*own).clone())),
                _ => None,
            }
        })
        .collect();
    let mut flat = BTreeMap::new();
    for section in ["things", "departed", "unsettled"] {
        for (address, row) in entries(&state[section]) {
            for (field, value) in entries(row).filter(|(field, _)| *field != "at") {
                match value {
                    Value::Object(parts) if field == "ids" || field == "applied" => {
                        for (name, part) in parts {
                            flat.insert(format!("{section} {address}: {field} {name}"), named(part, &names));
                        }
                    }
                    _ => drop(flat.insert(format!("{section} {address}: {field}"), named(value, &names))),
                }
            }
        }
    }
    flat
}

/// How a state differs from the one that it should be.
pub(crate) fn differences(wanted: &BTreeMap<String, Value>, state: &Value) -> Vec<String> {
    let have = told(state);
    let all: BTreeSet<&String> = wanted.keys().chain(have.keys()).collect();
    let differ = all.into_iter().filter(|what| wanted.get(*what) != have.get(*what));
    let text = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
    differ
        .map(|what| format!("{what}: wanted {}, remembered {}", text(wanted.get(what)), text(have.get(what))))
        .collect()
}

fn named(value: &Value, names: &BTreeMap<&str, String>) -> Value {
    match value {
        Value::String(text) => json!(names.get(text.as_str()).unwrap_or(text)),
        Value::Array(all) => all.iter().map(|value| named(value, names)).collect(),
        Value::Object(map) if map.contains_key("$sha256") => json!("hidden"),
        Value::Object(map) if map.contains_key("$set") => {
            let mut all: Vec<Value> =
                map["$set"].as_array().into_iter().flatten().map(|value| named(value, names)).collect();
            // It lies in the order of the ids.
            all.sort_by_key(Value::to_string);
            json!({ "$set": all })
        }
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), named(value, names))).collect(),
        other => other.clone(),
    }
}

fn entries(map: &Value) -> impl Iterator<Item = (&str, &Value)> {
    map.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn text<'v>(line: &'v Value, name: &str) -> &'v str {
    line[name].as_str().unwrap_or_default()
}

/// What a dead run wrote down, whole lines only.
pub(crate) struct Journal {
    kept: Vec<Value>,
    done: Vec<Value>,
    /// Steps that were begun, by address, and of which nothing more is written.
    open: BTreeMap<String, String>,
}

impl Journal {
    /// Nothing, if the run left nothing.
    pub(crate) fn read(path: &Path) -> Self {
        let written = std::fs::read_to_string(path).unwrap_or_default();
        let whole = written.rfind('\n').map_or("", |end| &written[..end]);
        let mut journal = Self { kept: Vec::new(), done: Vec::new(), open: BTreeMap::new() };
        for line in whole.lines().skip(1) {
            let line: Value = serde_json::from_str(line).expect("a whole line");
            let step = text(&line, "step").to_owned();
            match text(&line, "record") {
                "kept" => journal.kept.extend(line["entries"].as_array().into_iter().flatten().cloned()),
                "intent" => drop(journal.open.insert(step, text(&line, "address").to_owned())),
                "done" => {
                    journal.open.remove(&step);
                    journal.done.push(line);
                }
                _ => drop(journal.open.remove(&step)),
            }
        }
        journal
    }

    /// Whether nobody knows if a step of this address was carried out.
    pub(crate) fn leaves_open(&self, address: &str) -> bool {
        self.open.values().any(|open| open == address)
    }

    /// The steps that are known to be done.
    pub(crate) fn done(&self) -> BTreeSet<&str> {
        self.done.iter().map(|line| text(line, "step")).collect()
    }

    /// Where things were before, of those that are known to have moved.
    pub(crate) fn moved(&self) -> BTreeSet<&str> {
        self.kept.iter().filter(|entry| entry["do"] == "move").map(|entry| text(entry, "from")).collect()
    }

    /// What is written here and is not in the state that was recovered.
    pub(crate) fn lost(&self, state: &Value) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut last: BTreeMap<(&str, &str), BTreeMap<&str, &Value>> = BTreeMap::new();
        let mut left: BTreeSet<&str> = BTreeSet::new();
        for line in &self.done {
            let address = text(line, "address");
            if line["forgets"] == true {
                left.insert(address);
                for field in ["ids", "applied"] {
                    last.remove(&(address, field));
                }
                continue;
            }
            // Made anew: what replaced it is remembered.
            left.remove(address);
            for field in ["ids", "applied"] {
                last.entry((address, field)).or_default().extend(entries(&line[field]));
            }
        }
        for address in &left {
            if state["things"].get(*address).is_some() {
                wrong.push(format!("{address} is gone, and still there"));
            }
            if address.starts_with("user.") && state["departed"].get(*address).is_none() {
                wrong.push(format!("{address} left, and nobody remembers"));
            }
        }
        for ((address, field), values) in last.iter().filter(|((address, _), _)| !left.contains(address)) {
            // What begins with ~ lives for one run.
            for (name, value) in values.iter().filter(|(name, _)| !name.starts_with('~')) {
                let have = state["things"][*address][*field].get(*name);
                if have != Some(*value) {
                    wrong.push(format!("{address}: {field} {name} is {value}, remembered {have:?}"));
                }
            }
        }
        let arrived: BTreeSet<&str> =
            self.kept.iter().filter(|e| e["do"] == "move").map(|e| text(e, "to")).collect();
        for entry in &self.kept {
            let address = text(entry, "address");
            let record = &state["things"][address];
            match text(entry, "do") {
                "move" => {
                    let (from, to) = (text(entry, "from"), text(entry, "to"));
                    let stays = state["things"].get(from).is_some() && !arrived.contains(from);
                    if stays || (state["things"].get(to).is_none() && !left.contains(to)) {
                        wrong.push(format!("{from} moved to {to}, and nobody remembers"));
                    }
                }
                "forget" if !record.is_null() => wrong.push(format!("{address} is not forgotten")),
                "remember" if !record.is_null() => wrong.extend(heeded(address, entry, record)),
                "record" if !left.contains(address) => {
                    wrong.extend(heeded(address, &entry["record"], record));
                }
                _ => {}
            }
        }
        wrong
    }
}

/// Protection, heirs and the like, as they were to be remembered.
fn heeded(address: &str, wanted: &Value, record: &Value) -> Vec<String> {
    let of = |row: &Value, name: &str| match &row[name] {
        Value::Bool(false) => Value::Null,
        value => value.clone(),
    };
    let differ = ["prevent_destroy", "on_remove", "on_delete"]
        .into_iter()
        .filter(|name| of(wanted, name) != of(record, name));
    differ.map(|name| format!("{address}: {name} should be {}, is {}", wanted[name], record[name])).collect()
}
