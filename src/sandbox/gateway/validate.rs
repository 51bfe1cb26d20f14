//! Judges query and body by the contract: types, required fields, enumerations, bounds, lengths, patterns.
//!
//! The real gateway drops what it does not know without a word. In strict mode such a thing is refused, so that
//! a misspelt field fails where it was written and not months later.

use regex_lite::Regex;
use serde_json::{Map, Value};

use super::answer::FieldViolation;
use crate::base::contract::{Endpoint, Field, FieldType};

/// Everything that is wrong with a request, in the order of the contract's fields.
pub(super) fn violations(
    endpoint: &Endpoint,
    query: &[(String, String)],
    body: &Value,
    strict: bool,
) -> Vec<FieldViolation> {
    let mut found = Findings { list: Vec::new(), strict };
    found.query(endpoint, query);
    match body {
        Value::Object(map) => found.object("", &endpoint.body, map),
        Value::Null if endpoint.body.iter().any(|f| f.required) => {
            found.object("", &endpoint.body, &Map::new());
        }
        Value::Null => {}
        _ => found.add("body", "", "must be a JSON object"),
    }
    found.list
}

struct Findings {
    list: Vec<FieldViolation>,
    strict: bool,
}

impl Findings {
    fn add(&mut self, field: &str, value: impl Into<String>, description: impl Into<String>) {
        let mut value: String = value.into();
        if value.chars().count() > 100 {
            value = value.chars().take(100).collect::<String>() + "…";
        }
        self.list.push(FieldViolation { field: field.to_owned(), value, description: description.into() });
    }

    fn query(&mut self, endpoint: &Endpoint, query: &[(String, String)]) {
        for field in &endpoint.query {
            let values: Vec<&str> =
                query.iter().filter(|(n, _)| *n == field.name).map(|(_, v)| v.as_str()).collect();
            let (kind, list) = field.kind();
            if values.is_empty() {
                if field.required {
                    self.add(&field.name, "", format!("{} is required", field.name));
                }
                continue;
            }
            if !list && values.len() > 1 {
                self.add(&field.name, values.join(","), "given more than once");
                continue;
            }
            if list {
                self.bounds(&field.name, field, values.len() as u64, "items");
            }
            for text in values {
                self.query_value(field, kind, list, text);
            }
        }
        if self.strict {
            for (name, value) in query {
                if !endpoint.query.iter().any(|f| f.name == *name) {
                    self.add(name, value.clone(), "unknown parameter (strict mode)");
                }
            }
        }
    }

    fn query_value(&mut self, field: &Field, kind: FieldType, list: bool, text: &str) {
        // Page sizes and tokens have codes of their own in each family (40011, 40012, …): the handler judges.
        if matches!(field.name.as_str(), "page_size" | "page_token") {
            if kind == FieldType::Int && text.parse::<i64>().is_err() {
                self.add(&field.name, text, "must be an integer");
            }
            return;
        }
        let value = match kind {
            FieldType::Int => match text.parse::<i64>() {
                Ok(n) => Value::from(n),
                Err(_) => return self.add(&field.name, text, "must be an integer"),
            },
            FieldType::Bool => match text {
                // The official Python SDK spells them as Python does.
                "true" | "True" => Value::Bool(true),
                "false" | "False" => Value::Bool(false),
                _ => return self.add(&field.name, text, "must be true or false"),
            },
            FieldType::Text | FieldType::Object | FieldType::Any => Value::from(text),
        };
        self.scalar(&field.name, field, &value, list);
    }

    fn object(&mut self, prefix: &str, fields: &[Field], map: &Map<String, Value>) {
        for field in fields {
            let path = join(prefix, &field.name);
            match map.get(&field.name) {
                None => {
                    if field.required {
                        self.add(&path, "", format!("{} is required", field.name));
                    }
                }
                Some(Value::Null) if field.required => {
                    self.add(&path, "null", format!("{} is required", field.name));
                }
                Some(Value::Null) => {
                    if self.strict {
                        self.add(&path, "null", "null is dropped without a word (strict mode)");
                    }
                }
                Some(value) => self.value(&path, field, value),
            }
        }
        if self.strict && !fields.is_empty() {
            for (name, value) in map {
                if !fields.iter().any(|f| f.name == *name) {
                    self.add(&join(prefix, name), value.to_string(), "unknown field (strict mode)");
                }
            }
        }
    }

    fn value(&mut self, path: &str, field: &Field, value: &Value) {
        let (kind, list) = field.kind();
        if !list {
            return self.element(path, field, kind, value, false);
        }
        let Some(items) = value.as_array() else {
            return self.add(path, value.to_string(), "must be a list");
        };
        self.bounds(path, field, items.len() as u64, "items");
        for (i, item) in items.iter().enumerate() {
            self.element(&format!("{path}[{i}]"), field, kind, item, true);
        }
    }

    fn element(&mut self, path: &str, field: &Field, kind: FieldType, value: &Value, in_list: bool) {
        let ok = match kind {
            FieldType::Text => value.is_string(),
            FieldType::Int => value.is_i64() || value.is_u64(),
            FieldType::Bool => value.is_boolean(),
            FieldType::Object => value.is_object(),
            FieldType::Any => true,
        };
        if !ok {
            let want = match kind {
                FieldType::Text => "a string",
                FieldType::Int => "an integer",
                FieldType::Bool => "true or false",
                FieldType::Object | FieldType::Any => "an object",
            };
            return self.add(path, value.to_string(), format!("must be {want}"));
        }
        match value {
            Value::Object(map) if !field.open => self.object(path, &field.fields, map),
            _ => self.scalar(path, field, value, in_list),
        }
    }

    fn scalar(&mut self, path: &str, field: &Field, value: &Value, in_list: bool) {
        let text = match value {
            Value::String(s) => s.clone(),
            other => other.to_string(),
        };
        // An empty optional text means "not given" on this platform.
        let blank = text.is_empty() && !field.required;
        if !field.allowed.is_empty() && !blank && !field.allowed.contains(&text) {
            self.add(path, &text, format!("must be one of {}", field.allowed.join(", ")));
        }
        if let Some(n) = value.as_i64() {
            #[expect(clippy::cast_precision_loss, reason = "bounds on the pages are small numbers")]
            let n = n as f64;
            if field.min.is_some_and(|min| n < min) || field.max.is_some_and(|max| n > max) {
                self.add(path, &text, "out of range");
            }
        }
        if value.is_string() && !in_list && !blank {
            self.bounds(path, field, text.chars().count() as u64, "characters");
        }
        if let Some(pattern) = field.regex.as_deref().and_then(|p| Regex::new(p).ok())
            && value.is_string()
            && !blank
            && !pattern.is_match(&text)
        {
            self.add(path, &text, "does not match the pattern of the page");
        }
    }

    fn bounds(&mut self, path: &str, field: &Field, len: u64, unit: &str) {
        if let Some(min) = field.min_len.filter(|min| len < *min) {
            self.add(path, "", format!("has {len} {unit}, at least {min} are needed"));
        }
        if let Some(max) = field.max_len.filter(|max| len > *max) {
            self.add(path, "", format!("has {len} {unit}, at most {max} are allowed"));
        }
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

/// Fields of an answer that its page does not have: a mistake of the sandbox, never of the caller.
pub(super) fn unknown_in_answer(fields: &[Field], value: &Value, prefix: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for item in items {
                unknown_in_answer(fields, item, prefix, found);
            }
        }
        Value::Object(map) => {
            for (name, inner) in map {
                let path = join(prefix, name);
                match fields.iter().find(|f| f.name == *name) {
                    None => found.push(path),
                    Some(f) if !f.fields.is_empty() && !f.open => {
                        unknown_in_answer(&f.fields, inner, &path, found);
                    }
                    Some(_) => {}
                }
            }
        }
        _ => {}
    }
}
