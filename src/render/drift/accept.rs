//! The YAML that would accept what somebody did: the thing's block with the attributes that drifted.

use serde_yaml::{Mapping, Value as Yaml};

use super::super::text::{escaped, hostile};
use super::super::wording::Wording;
use crate::model::{Target, Value};
use crate::plan::PlannedChange;

/// The lines of the block; `None` where nothing can be written into YAML (a thing that was deleted).
///
/// What must not be shown stands as a comment: a masked value would be accepted as it stands.
pub(super) fn block(change: &PlannedChange, wording: &Wording<'_>) -> Option<String> {
    let mut body = Mapping::new();
    let mut comments = Vec::new();
    for drifted in &change.drift {
        let sensitive = drifted.sensitive || wording.kinds.sensitive(&change.address, &drifted.name);
        let name = escaped(&drifted.name);
        if sensitive && !wording.show.sensitive && !drifted.after.is_null() {
            comments.push(format!("    # {name}: masked here; --show-sensitive writes it"));
        } else if drifted.name.chars().any(hostile) || is_hostile(&drifted.after) {
            comments.push(format!("    # {name}: holds invisible characters; write it by hand"));
        } else {
            body.insert(Yaml::from(drifted.name.as_str()), yaml(&drifted.after, wording));
        }
    }
    let key = change.address.key();
    let kind = wording.kinds.plural(change.address.kind());
    if kind.chars().chain(key.chars()).any(hostile) || (body.is_empty() && comments.is_empty()) {
        return None;
    }
    let only_comments = body.is_empty();
    let thing = Mapping::from_iter([(Yaml::from(key), Yaml::Mapping(body))]);
    // The key that several kinds share is the outer one.
    let deeper = kind.split_once('.');
    let section =
        Mapping::from_iter([(Yaml::from(deeper.map_or(kind, |(_, own)| own)), Yaml::Mapping(thing))]);
    let document = match deeper {
        Some((group, _)) => Mapping::from_iter([(Yaml::from(group), Yaml::Mapping(section))]),
        None => section,
    };
    let mut text = serde_yaml::to_string(&document).ok()?;
    if only_comments {
        // `{}` after the key would say that nothing is declared.
        text = text.replace(": {}\n", ":\n");
    }
    for comment in comments {
        text.push_str(if deeper.is_some() { "  " } else { "" });
        text.push_str(&comment);
        text.push('\n');
    }
    Some(text)
}

/// The value as one writes it: references by key, sets as lists.
fn yaml(value: &Value, wording: &Wording<'_>) -> Yaml {
    match value {
        Value::Null => Yaml::Null,
        Value::Bool(b) => Yaml::from(*b),
        Value::Int(n) => Yaml::from(*n),
        Value::Text(text) => Yaml::from(text.as_str()),
        Value::List(_) | Value::Set(_) => {
            Yaml::Sequence(value.elements().map(|element| yaml(element, wording)).collect())
        }
        Value::Map(map) => {
            let entries = map.iter().map(|(key, value)| (Yaml::from(key.as_str()), yaml(value, wording)));
            Yaml::Mapping(entries.collect())
        }
        Value::Ref(Target::Address(address)) => Yaml::from(address.key()),
        Value::Ref(Target::Remote { kind, id }) => named(id_word(kind, wording), id),
        Value::Ref(Target::Lookup(lookup)) => named(&lookup.by, &lookup.value),
    }
}

fn named(by: &str, value: &str) -> Yaml {
    Yaml::Mapping(Mapping::from_iter([(Yaml::from(by), Yaml::from(value))]))
}

/// The look-up of a kind that takes its own id.
fn id_word(kind: &str, wording: &Wording<'_>) -> &'static str {
    let lookups = wording.kinds.get(kind).map_or(&[][..], |info| info.lookups);
    let named =
        |wanted: &dyn Fn(&str) -> bool| lookups.iter().map(|(name, _)| *name).find(|name| wanted(name));
    named(&|name| name.strip_suffix("_id") == Some(kind))
        .or_else(|| named(&|name| name.ends_with("_id") && !name.starts_with("open_")))
        .unwrap_or("id")
}

fn is_hostile(value: &Value) -> bool {
    let bad = |text: &str| text.chars().any(|c| c != '\n' && hostile(c));
    match value {
        Value::Null | Value::Bool(_) | Value::Int(_) => false,
        Value::Text(text) => bad(text),
        Value::List(_) | Value::Set(_) => value.elements().any(is_hostile),
        Value::Map(map) => map.iter().any(|(key, value)| bad(key) || is_hostile(value)),
        Value::Ref(Target::Address(address)) => bad(address.key()),
        Value::Ref(Target::Remote { id, .. }) => bad(id),
        Value::Ref(Target::Lookup(lookup)) => bad(&lookup.value),
    }
}
