//! Takes typed fields out of an object, noting what is wrong and what is left over.

use serde_json::{Map, Value};

use super::Problem;
use super::read::Item;

pub(super) struct Fields<'a> {
    fields: Map<String, Value>,
    line: usize,
    place: String,
    known: Vec<&'static str>,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Fields<'a> {
    /// `id` is the field that names the object in messages.
    pub(super) fn of(item: Item, what: &str, id: &str, problems: &'a mut Vec<Problem>) -> Self {
        let place = match item.fields.get(id).and_then(Value::as_str) {
            Some(id) => format!("{what} {id:?}"),
            None if item.place.is_empty() => what.to_owned(),
            None => item.place,
        };
        Self { fields: item.fields, line: item.line, place, known: Vec::new(), problems }
    }

    pub(super) fn place(&self) -> String {
        self.place.clone()
    }

    fn wrong(&mut self, message: String) {
        self.problems.push(Problem { line: self.line, place: self.place.clone(), message });
    }

    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.fields.remove(name).filter(|v| !v.is_null())
    }

    /// A text; empty when it is absent.
    pub(super) fn text(&mut self, name: &'static str) -> String {
        match self.take(name) {
            None => String::new(),
            Some(Value::String(text)) => text,
            Some(_) => {
                self.wrong(format!("{name:?} must be a text"));
                String::new()
            }
        }
    }

    /// A text that must be there and not be empty.
    pub(super) fn required(&mut self, name: &'static str) -> String {
        let was = self.problems.len();
        let text = self.text(name);
        if text.is_empty() && self.problems.len() == was {
            self.wrong(format!("{name:?} is missing"));
        }
        text
    }

    pub(super) fn int(&mut self, name: &'static str) -> Option<i64> {
        let value = self.take(name)?;
        let number = value.as_i64();
        if number.is_none() {
            self.wrong(format!("{name:?} must be a whole number"));
        }
        number
    }

    pub(super) fn flag(&mut self, name: &'static str, default: bool) -> bool {
        match self.take(name) {
            None => default,
            Some(Value::Bool(flag)) => flag,
            Some(_) => {
                self.wrong(format!("{name:?} must be true or false"));
                default
            }
        }
    }

    /// A list of texts; nothing when it is absent.
    pub(super) fn list(&mut self, name: &'static str) -> Option<Vec<String>> {
        let value = self.take(name)?;
        let list = value.as_array().and_then(|items| {
            items.iter().map(|i| i.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        if list.is_none() {
            self.wrong(format!("{name:?} must be a list of texts"));
        }
        list
    }

    /// An object of texts.
    pub(super) fn texts(&mut self, name: &'static str) -> Map<String, Value> {
        match self.take(name) {
            None => Map::new(),
            Some(Value::Object(map)) if map.values().all(Value::is_string) => map,
            Some(_) => {
                self.wrong(format!("{name:?} must be an object of texts"));
                Map::new()
            }
        }
    }

    /// Complains of what was not asked for.
    pub(super) fn done(mut self) {
        let names: Vec<String> = self.fields.keys().cloned().collect();
        for name in names {
            let known = self.known.join(", ");
            self.wrong(format!("unknown field {name:?}; there are {known}"));
        }
    }
}
