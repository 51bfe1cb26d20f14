//! Custom fields by the names that the manifest gives them.
//!
//! The definitions are read once, where a declared person has custom values. What was found is kept as look-ups:
//! `custom_field` gives the id behind a name, `custom_type` its type, `custom_choice` the option behind a text.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::calls::{self, Trouble};
use crate::api::Reader;
use crate::kinds::user::spec::INFO;
use crate::model::{Declared, Found, Lookup, Value};

/// A look-up of ours, which `steps` asks for again.
pub(in crate::kinds::user) fn lookup(by: &str, value: impl Into<String>) -> Lookup {
    Lookup { kind: INFO.name.to_owned(), by: by.to_owned(), value: value.into() }
}

/// The value of a `custom_choice` look-up.
pub(in crate::kinds::user) fn choice(field: &str, text: &str) -> String {
    format!("{field}/{text}")
}

/// What is known of custom fields.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) lookups: BTreeMap<Lookup, Found>,
    /// By id, the names that the manifest uses.
    pub(super) names: BTreeMap<String, BTreeSet<String>>,
    pub(super) trouble: Option<Trouble>,
}

/// Reads the definitions if anybody has custom values.
pub(super) async fn fields(reader: &Reader, declared: &[&Declared]) -> Fields {
    let used: BTreeSet<&str> = declared
        .iter()
        .filter_map(|thing| thing.value("custom").and_then(Value::as_map))
        .flat_map(|map| map.keys().map(String::as_str))
        .collect();
    if used.is_empty() {
        return Fields::default();
    }
    let listed = calls::custom_fields(reader).await;
    let mut fields = known(&listed.items, &used, listed.trouble.as_ref());
    fields.trouble = listed.trouble;
    fields
}

fn known(definitions: &[Json], used: &BTreeSet<&str>, trouble: Option<&Trouble>) -> Fields {
    let mut fields = Fields::default();
    let text = |json: &Json, name: &str| json.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let list = |json: Option<&Json>| json.and_then(Json::as_array).cloned().unwrap_or_default();
    let mut by_name: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for definition in definitions {
        let id = text(definition, "id");
        fields.lookups.insert(lookup("custom_type", id.clone()), Found::One(text(definition, "type")));
        for option in list(definition.pointer("/options/options")) {
            for name in [text(&option, "value"), text(&option, "name")] {
                if !name.is_empty() {
                    let key = lookup("custom_choice", choice(&id, &name));
                    fields.lookups.insert(key, Found::One(text(&option, "id")));
                }
            }
        }
        for name in list(definition.get("i18n_name")) {
            by_name.entry(text(&name, "value")).or_default().insert(id.clone());
        }
    }
    for key in used {
        // An id needs no definition: those for people and pictures are not listed.
        let ids: Vec<String> = match by_name.get(*key) {
            _ if key.starts_with("C-") => vec![(*key).to_owned()],
            Some(ids) => ids.iter().cloned().collect(),
            None => Vec::new(),
        };
        let found = match (ids.as_slice(), trouble) {
            ([one], _) => {
                fields.names.entry(one.clone()).or_default().insert((*key).to_owned());
                Found::One(one.clone())
            }
            ([], Some(trouble)) => Found::Unknown(trouble.gap("custom fields")),
            ([], None) => Found::None,
            _ => Found::Many(ids),
        };
        fields.lookups.insert(lookup("custom_field", *key), found);
    }
    fields
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_in_any_language_lead_to_the_field_and_doubtful_ones_are_said() {
        let named = |id: &str, zh: &str, en: &str| json!({ "id": id, "type": "TEXT", "i18n_name": [{ "locale": "zh_cn", "value": zh }, { "locale": "en_us", "value": en }] });
        let definitions = [named("C-1", "座右铭", "Motto"), named("C-2", "爱好", "Motto")];
        let used = BTreeSet::from(["座右铭", "Motto", "C-9", "nothing"]);
        let fields = known(&definitions, &used, None);
        let found = |key: &str| fields.lookups[&lookup("custom_field", key)].clone();
        assert_eq!(found("座右铭"), Found::One("C-1".into()));
        assert_eq!(found("Motto"), Found::Many(vec!["C-1".into(), "C-2".into()]));
        assert_eq!(found("C-9"), Found::One("C-9".into()));
        assert_eq!(found("nothing"), Found::None);
    }
}
