//! An object of the API that is written whole: what of a read may be written, kept beside the attributes.

use serde_json::{Map, Value as Json};

use crate::base::contract::{Contract, Field};
use crate::base::digest::sha256;
use crate::model::{Live, Value};

/// Fact: the object as it would be written, as JSON.
const WHOLE: &str = "whole";

/// What the write of an endpoint knows, without nulls and without what no write has.
pub(in crate::kinds) fn writable(
    method: &str,
    path: &str,
    under: Option<&str>,
    read: &Json,
) -> Map<String, Json> {
    let endpoint = Contract::built_in().ok().and_then(|contract| contract.endpoint(method, path));
    let body = endpoint.map(|endpoint| endpoint.body.as_slice()).unwrap_or_default();
    let fields = match under {
        Some(name) => body.iter().find(|f| f.name == name).map(|f| f.fields.as_slice()).unwrap_or_default(),
        None => body,
    };
    match known(fields, read) {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}

fn known(fields: &[Field], value: &Json) -> Json {
    match value {
        Json::Array(items) => items.iter().map(|item| known(fields, item)).collect(),
        Json::Object(map) if !fields.is_empty() => map
            .iter()
            .filter(|(_, value)| !value.is_null())
            .filter_map(|(name, value)| {
                let field = fields.iter().find(|field| field.name == *name)?;
                Some((name.clone(), known(&field.fields, value)))
            })
            .collect(),
        other => other.clone(),
    }
}

/// Sorts every list but those of these names, whose order means something: the same thing is written in the same bytes.
pub(in crate::kinds) fn sort(whole: &mut Map<String, Json>, but: &[&str]) {
    for (_, value) in whole.iter_mut().filter(|(name, _)| !but.contains(&name.as_str())) {
        match value {
            Json::Array(items) => {
                items.iter_mut().filter_map(Json::as_object_mut).for_each(|item| sort(item, but));
                items.sort_by_cached_key(Json::to_string);
            }
            Json::Object(inner) => sort(inner, but),
            _ => {}
        }
    }
}

/// Keeps it with the thing. Its digest is a mark, so that a plan is stale once somebody changes a field that is no
/// attribute.
pub(in crate::kinds) fn keep(live: &mut Live, whole: Map<String, Json>) {
    let digest: String = sha256(ordered(&Json::Object(whole.clone())).as_bytes()).chars().take(16).collect();
    live.facts.insert(format!("as read, {digest}"), Value::Bool(true));
    live.facts.insert(WHOLE.to_owned(), Value::text(Json::Object(whole).to_string()));
}

/// As a text that does not depend on the order of lists, which the platform promises for none.
fn ordered(value: &Json) -> String {
    match value {
        Json::Array(items) => {
            let mut texts: Vec<String> = items.iter().map(ordered).collect();
            texts.sort();
            format!("[{}]", texts.join(","))
        }
        Json::Object(map) => {
            map.iter().map(|(name, value)| format!("{name}={};", ordered(value))).collect::<String>()
        }
        other => other.to_string(),
    }
}

/// As it was kept; nothing when the thing was not read in full.
pub(in crate::kinds) fn kept(live: &Live) -> Option<Map<String, Json>> {
    let text = live.facts.get(WHOLE)?.as_text()?;
    match serde_json::from_str(text) {
        Ok(Json::Object(map)) => Some(map),
        _ => None,
    }
}

/// A field, however deep.
pub(in crate::kinds) fn at<'j>(whole: &'j Map<String, Json>, path: &[&str]) -> Option<&'j Json> {
    let (first, rest) = path.split_first()?;
    let found = whole.get(*first).filter(|value| !value.is_null())?;
    if rest.is_empty() { Some(found) } else { at(found.as_object()?, rest) }
}

/// Puts a field, however deep.
pub(in crate::kinds) fn put(whole: &mut Map<String, Json>, path: &[&str], value: Json) {
    match path {
        [] => {}
        [last] => drop(whole.insert((*last).to_owned(), value)),
        [first, rest @ ..] => {
            let inner = whole.entry(*first).or_insert_with(|| Json::Object(Map::new()));
            if !inner.is_object() {
                *inner = Json::Object(Map::new());
            }
            if let Json::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}
