//! A ticket field as the API has it.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::options;
use super::spec::{
    CALLED, DESCRIPTION, DROPDOWN, KEY, MULTIPLE, NESTED, OPTIONS, POSITION, REQUIRED, TYPE, VISIBLE,
};
use crate::model::{Live, Value};

/// The attributes that a change can send; the others are given at creation alone.
pub(super) const SENT: [&str; 6] = [CALLED, POSITION, DESCRIPTION, VISIBLE, REQUIRED, OPTIONS];

/// Facts: it belongs to the desk itself; the row that the desk shows it in.
pub(super) const BUILTIN: &str = "builtin";
pub(super) const ROW: &str = "row";

/// What one item of the list says; an error says what is missing.
pub(super) fn live(item: &Json, desk: &str) -> Result<Live, String> {
    let text = |name: &str| item[name].as_str().filter(|text| !text.is_empty());
    let id = text("ticket_customized_field_id").ok_or("an entry of the list has no ticket_customized_field_id")?;
    if let Some(other) = text("helpdesk_id").filter(|other| *other != desk) {
        return Err(format!("the answer is about helpdesk {other}: the token belongs to that one"));
    }
    let mut live = Live { id: id.to_owned(), ..Live::default() };
    let of = text("field_type").unwrap_or_default().to_owned();
    let mut put = |name: &str, value: Option<Value>| {
        live.attributes.extend(value.map(|value| (name.to_owned(), value)));
    };
    put(KEY, text("key_name").map(Value::text));
    put(CALLED, text("display_name").map(Value::text));
    put(TYPE, text("field_type").map(Value::text));
    put(DESCRIPTION, Some(text("description").map_or(Value::Null, Value::text)));
    put(VISIBLE, item["visible"].as_bool().map(Value::Bool));
    put(REQUIRED, item["required"].as_bool().map(Value::Bool));
    let row = position(&item["position"]).map(Value::Int);
    put(POSITION, row.clone());
    let list = of == DROPDOWN || of == NESTED;
    put(OPTIONS, if list { options::read(&item["dropdown_options"]) } else { Some(Value::Null) });
    // Of other types the server may say either.
    let multiple = || Value::Bool(item["dropdown_allow_multiple"].as_bool().unwrap_or(false));
    put(MULTIPLE, Some(if of == DROPDOWN { multiple() } else { Value::Null }));
    live.facts.extend(row.map(|row| (ROW.to_owned(), row)));
    if item["editable"] == Json::Bool(false) {
        live.facts.insert(BUILTIN.to_owned(), Value::Bool(true));
    }
    Ok(live)
}

/// A number in a text.
fn position(value: &Json) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// The body with these attributes.
pub(super) fn body<'v>(attributes: impl IntoIterator<Item = (&'v str, &'v Value)>) -> Map<String, Json> {
    let mut body = Map::new();
    for (name, value) in attributes {
        let (field, json) = match (name, value) {
            (KEY, Value::Text(text)) => ("key_name", text.as_str().into()),
            (CALLED, Value::Text(text)) => ("display_name", text.as_str().into()),
            (TYPE, Value::Text(text)) => ("field_type", text.as_str().into()),
            (DESCRIPTION, Value::Text(text)) => ("description", text.as_str().into()),
            (DESCRIPTION, Value::Null) => ("description", "".into()),
            (VISIBLE, Value::Bool(on)) => ("visible", (*on).into()),
            (REQUIRED, Value::Bool(on)) => ("required", (*on).into()),
            (POSITION, Value::Int(row)) => ("position", row.to_string().into()),
            (MULTIPLE, Value::Bool(on)) => ("dropdown_allow_multiple", (*on).into()),
            (OPTIONS, Value::List(_)) => ("dropdown_options", options::wire(value)),
            _ => continue,
        };
        body.insert(field.to_owned(), json);
    }
    body
}

/// What the API insists on when a field is made, and nothing declares.
pub(super) fn defaults() -> BTreeMap<&'static str, Json> {
    BTreeMap::from([
        ("description", Json::from("")),
        ("visible", Json::from(true)),
        ("required", Json::from(false)),
    ])
}
