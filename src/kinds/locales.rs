//! Texts in several languages as the catalogues write them: `[{locale, value}]`, a map in YAML.
//!
//! A write replaces the list as a whole, so it carries what is live in the other languages too. An empty list means
//! *not modified*: a language, once there, cannot be taken away, and `null` for one is refused offline.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Manifest, Value};

/// The languages that the catalogues know.
pub(super) const LOCALES: &[(&str, &str)] =
    &[("zh_cn", "Simplified Chinese"), ("en_us", "English"), ("ja_jp", "Japanese")];

/// The normal form of a live list.
pub(super) fn read(list: Option<&Json>) -> Value {
    let items = list.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let text = |item: &Json, name: &str| item.get(name).and_then(Json::as_str).map(str::to_owned);
    let map: BTreeMap<String, Value> = items
        .iter()
        .filter_map(|item| Some((text(item, "locale")?, text(item, "value").filter(|v| !v.is_empty())?)))
        .map(|(locale, value)| (locale, Value::Text(value)))
        .collect();
    if map.is_empty() { Value::Null } else { Value::Map(map) }
}

/// Each text with its language.
pub(super) fn texts(value: &Value) -> impl Iterator<Item = (&str, &str)> {
    let entries = value.as_map().into_iter().flatten();
    entries.filter_map(|(locale, text)| Some((locale.as_str(), text.as_text()?)))
}

/// The list for a write: what is wanted, and what is live in languages of which nothing is said.
pub(super) fn write(wanted: &Value, live: Option<&Value>) -> Json {
    let mut all: BTreeMap<&str, &str> = live.into_iter().flat_map(texts).collect();
    all.extend(texts(wanted));
    all.into_iter().map(|(locale, value)| json!({ "locale": locale, "value": value })).collect()
}

/// Refuses `null` for a language.
pub(super) fn none_is_taken_away(
    manifest: &Manifest,
    kind: &str,
    attributes: &[&str],
    problems: &mut Diagnostics,
) {
    for thing in manifest.of_kind(kind) {
        for &attribute in attributes {
            let cleared = thing.value(attribute).and_then(Value::as_map).into_iter().flatten();
            for (locale, _) in cleared.filter(|(_, value)| value.is_null()) {
                let span = thing.place(attribute);
                problems.push(
                    Diagnostic::new(Code("check::cannot_clear"), "this cannot be cleared")
                        .at(span, format!("{locale} is null"))
                        .because(format!(
                            "the API keeps a text that is left out of {attribute}, and takes no empty one: \
                             {locale} of {} can be changed, not removed",
                            thing.address
                        ))
                        .remedy(format!(
                            "write a text for {locale}, or leave the line out to let it be as it is"
                        )),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(entries: &[(&str, &str)]) -> Value {
        Value::Map(entries.iter().map(|&(k, v)| (k.to_owned(), Value::text(v))).collect())
    }

    #[test]
    fn a_write_keeps_the_languages_of_which_nothing_is_said() {
        let live = map(&[("en_us", "Old"), ("zh_cn", "旧")]);
        let body = write(&map(&[("en_us", "New")]), Some(&live));
        let expected = json!([{ "locale": "en_us", "value": "New" }, { "locale": "zh_cn", "value": "旧" }]);
        assert_eq!(body, expected);
    }

    #[test]
    fn an_empty_list_is_nothing_and_an_entry_is_read_back_as_written() {
        assert_eq!(read(Some(&json!([]))), Value::Null);
        assert_eq!(read(None), Value::Null);
        let texts = map(&[("en_us", "Expert"), ("ja_jp", "専門家")]);
        assert_eq!(read(Some(&write(&texts, None))), texts);
    }
}
