//! What is done to the data of an answer on its way out: hiding what the caller's scopes do not show, and the
//! oddities that the settings ask for.

use serde_json::{Map, Value, json};

use crate::base::contract::{Endpoint, Field, FieldType};
use crate::sandbox::world::{PageShape, Settings};

/// Plays the oddities that the settings ask for. After validation, since no page knows them.
pub(super) fn dress(endpoint: &Endpoint, settings: &Settings, data: &mut Value) {
    if settings.extra_values {
        let fields = endpoint.response.iter().find(|f| f.name == "data").map_or(&[][..], |f| &f.fields);
        strange_values(fields, data);
    }
    if settings.extra_fields {
        add_strangers(data, 0);
    }
    if let (Some(shape), Value::Object(map)) = (settings.page_shapes.get(&endpoint.key()), data) {
        reshape(*shape, map);
    }
}

fn reshape(shape: PageShape, map: &mut Map<String, Value>) {
    match shape {
        PageShape::NextPageToken => {
            if let Some(token) = map.remove("page_token") {
                map.insert("next_page_token".to_owned(), token);
            }
        }
        PageShape::NoHasMore => {
            map.remove("has_more");
        }
    }
}

/// Lets the last item of every list hold values that its enumerations do not have.
fn strange_values(fields: &[Field], value: &mut Value) {
    let Value::Object(map) = value else { return };
    for field in fields {
        match map.get_mut(&field.name) {
            Some(Value::Array(items)) => {
                if let Some(Value::Object(last)) = items.last_mut() {
                    for inner in field.fields.iter().filter(|f| !f.allowed.is_empty()) {
                        if let Some(slot) = last.get_mut(&inner.name) {
                            *slot = stranger(inner);
                        }
                    }
                }
                items.iter_mut().for_each(|item| strange_values(&field.fields, item));
            }
            Some(inner) => strange_values(&field.fields, inner),
            None => {}
        }
    }
}

fn stranger(field: &Field) -> Value {
    match field.kind() {
        (FieldType::Int, false) => json!(99),
        (FieldType::Int, true) => json!([99]),
        (_, false) => json!("x_sandbox_new_value"),
        (_, true) => json!(["x_sandbox_new_value"]),
    }
}

/// Adds what no page knows, because the real answers do so without notice.
fn add_strangers(value: &mut Value, depth: u8) {
    match value {
        Value::Object(map) => {
            for inner in map.values_mut() {
                add_strangers(inner, depth + 1);
            }
            if depth < 3 {
                map.insert("x_sandbox_new_field".to_owned(), json!({ "kind": "new", "n": 1 }));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|i| add_strangers(i, depth)),
        _ => {}
    }
}

/// Removes what the caller's grants do not show: silently, as the platform does.
pub(super) fn prune(fields: &[Field], value: &mut Value, sees: &dyn Fn(&[String]) -> bool) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|i| prune(fields, i, sees)),
        Value::Object(map) => {
            for field in fields {
                if !field.field_scopes.is_empty() && !sees(&field.field_scopes) {
                    map.remove(&field.name);
                } else if !field.fields.is_empty()
                    && let Some(inner) = map.get_mut(&field.name)
                {
                    prune(&field.fields, inner, sees);
                }
            }
        }
        _ => {}
    }
}
