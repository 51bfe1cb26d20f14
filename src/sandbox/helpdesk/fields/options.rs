//! What can be chosen in a field: a tree of options, each with a tag that its tickets name it by.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Levels of a nested field; a plain one has one.
pub(super) const LEVELS: usize = 3;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub tag: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Choice>,
}

/// The tree of a write; nothing if it cannot be: it is deeper than `levels`, empty, or a tag stands in it twice.
pub(super) fn read(value: &Value, levels: usize) -> Option<Vec<Choice>> {
    let root = value.as_object()?;
    if root.keys().any(|name| name != "children") {
        return None;
    }
    let list = list(root, levels, &mut BTreeSet::new())?;
    (!list.is_empty()).then_some(list)
}

fn list(parent: &Map<String, Value>, levels: usize, tags: &mut BTreeSet<String>) -> Option<Vec<Choice>> {
    let items = match parent.get("children") {
        None | Some(Value::Null) => return Some(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(_) => return None,
    };
    if levels == 0 && !items.is_empty() {
        return None;
    }
    items
        .iter()
        .map(|item| {
            let item = item.as_object()?;
            let text =
                |name: &str| item.get(name)?.as_str().filter(|t| !t.trim().is_empty()).map(str::to_owned);
            if item.keys().any(|name| !["tag", "display_name", "children"].contains(&name.as_str())) {
                return None;
            }
            let (tag, name) = (text("tag")?, text("display_name")?);
            if !tags.insert(tag.clone()) {
                return None;
            }
            Some(Choice { tag, name, children: list(item, levels - 1, tags)? })
        })
        .collect()
}

pub(super) fn show(choices: &[Choice]) -> Value {
    json!({ "children": choices.iter().map(one).collect::<Vec<_>>() })
}

fn one(choice: &Choice) -> Value {
    let mut value = json!({ "tag": choice.tag, "display_name": choice.name });
    if !choice.children.is_empty() {
        value["children"] = choice.children.iter().map(one).collect();
    }
    value
}
