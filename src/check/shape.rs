//! A value by its [`Shape`]: wrong types, bounds, copies, unknown fields; gives the normal form.

use std::collections::BTreeMap;

use super::decode::Decoder;
use super::thing::unknown_word;
use super::words;
use crate::base::count::Count;
use crate::base::diag::{Code, Diagnostic};
use crate::base::node::{Map, Node, Value as Yaml};
use crate::base::span::Spanned;
use crate::model::{Value, Wanted};
use crate::resource::{Attribute, Shape};

impl Decoder<'_> {
    /// An attribute's value; nothing when it was not sound, which has been told.
    pub(super) fn attribute(&mut self, attribute: &'static Attribute, node: &Node) -> Option<Wanted> {
        if *node.value() == Yaml::Null {
            return self.null(attribute.clear, node).map(Wanted::Exactly);
        }
        let shape = self.choose(&attribute.shape, node);
        if let (Yaml::Map(map), Shape::Set { partial: true, .. } | Shape::People { .. }) =
            (node.value(), shape)
            && let Some(inner) = map.get("at_least")
        {
            for (key, _) in map.iter().filter(|(key, _)| key.as_str() != "at_least") {
                self.problem(
                    Diagnostic::new(Code("check::unknown_field"), "an unknown field")
                        .at(key.span(), "cannot stand beside `at_least`")
                        .because("`at_least` holds all that is meant")
                        .remedy("move it into `at_least`, or take `at_least` away"),
                );
            }
            let inner_shape = self.choose(shape, inner);
            return self.shape(inner_shape, inner, false).map(Wanted::AtLeast);
        }
        self.shape(shape, node, attribute.clear).map(Wanted::Exactly)
    }

    fn null(&mut self, clear: bool, node: &Node) -> Option<Value> {
        if clear {
            return Some(Value::Null);
        }
        self.problem(words::cannot_clear(node, &self.here()));
        None
    }

    /// Of several forms the one that was meant.
    fn choose(&self, shape: &'static Shape, node: &Node) -> &'static Shape {
        let Shape::Either(forms) = shape else { return shape };
        let mut best: Option<(u8, &'static Shape)> = None;
        for form in *forms {
            let form = self.choose(form, node);
            let fit = self.fit(form, node);
            if best.is_none_or(|(least, _)| fit > least) {
                best = Some((fit, form));
            }
        }
        match best {
            Some((fit, form)) if fit > 0 => form,
            // None fits: the message names them all.
            _ => shape,
        }
    }

    /// 0: another type; 1: the type; 2: its fields too.
    fn fit(&self, shape: &'static Shape, node: &Node) -> u8 {
        let map = |known: &dyn Fn(&str) -> bool| match node.value() {
            Yaml::Map(map) => 1 + u8::from(map.iter().any(|(key, _)| known(key))),
            _ => 0,
        };
        match (shape, node.value()) {
            (Shape::Text { .. } | Shape::Date, Yaml::Text(_)) => 1,
            (Shape::Choice(words), Yaml::Text(text)) => 1 + u8::from(words.iter().any(|(w, _)| w == text)),
            (Shape::Ref { kind, also }, Yaml::Text(text)) => {
                let known = self.keys.get(kind).is_some_and(|keys| keys.contains_key(text.as_str()));
                1 + u8::from(known || also.contains(&text.as_str()))
            }
            (Shape::Bool, Yaml::Bool(_)) | (Shape::Int { .. }, Yaml::Int(_)) => 1,
            (Shape::Set { .. } | Shape::List { .. } | Shape::People { .. }, Yaml::List(_)) => 1,
            (Shape::Ref { kind, .. }, Yaml::Map(_)) => map(&|key| self.is_lookup(kind, key)),
            (Shape::Set { partial: true, .. }, Yaml::Map(_)) => map(&|key| key == "at_least"),
            (Shape::People { .. }, Yaml::Map(_)) => map(&|_| true),
            (Shape::Keyed { keys, .. }, Yaml::Map(_)) => map(&|key| keys.iter().any(|(k, _)| *k == key)),
            (Shape::Free { .. }, Yaml::Map(_)) => 1,
            (Shape::TextFile { .. }, Yaml::Map(_)) => map(&|key| key == "file"),
            (Shape::Picture { .. }, Yaml::Text(_)) => 1,
            (Shape::Object(fields), Yaml::Map(_)) => map(&|key| fields.iter().any(|f| f.name == key)),
            _ => 0,
        }
    }

    /// A value in normal form. `clear`: `null` may stand inside of open maps.
    pub(super) fn shape(&mut self, shape: &'static Shape, node: &Node, clear: bool) -> Option<Value> {
        match (self.choose(shape, node), node.value()) {
            (Shape::Text { min, max, format }, Yaml::Text(text)) => {
                self.text(*min, *max, *format, text, node.span()).map(Value::Text)
            }
            (Shape::Bool, Yaml::Bool(on)) => Some(Value::Bool(*on)),
            (Shape::Int { min, max }, Yaml::Int(n)) => self.int(*min, *max, *n, node),
            (Shape::Date, Yaml::Text(text)) => self.date(text, node.span()).map(Value::Text),
            (Shape::Choice(known), Yaml::Text(text)) => {
                if known.iter().any(|(word, _)| word == text) {
                    return Some(Value::text(text.as_str()));
                }
                let known: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
                self.problem(unknown_word(text, node.span(), &self.here(), &known));
                None
            }
            (Shape::Ref { kind, also }, Yaml::Text(text)) => self.key(kind, also, text, node.span()),
            (Shape::Ref { kind, .. }, Yaml::Map(map)) => self.lookup(kind, map, node),
            (Shape::Set { of, max, .. }, Yaml::List(items)) => {
                let values = self.items(of, items, *max, node, true)?;
                Some(Value::Set(values.into_iter().collect()))
            }
            (Shape::List { of, max }, Yaml::List(items)) => {
                self.items(of, items, *max, node, false).map(Value::List)
            }
            (Shape::Keyed { keys, of }, Yaml::Map(map)) => self.keyed(keys, of, map, clear),
            (Shape::Free { of, max }, Yaml::Map(map)) => {
                self.room(map.len(), *max, node, "entry", "entries");
                self.entries(of, map, clear)
            }
            (Shape::Object(fields), Yaml::Map(map)) => self.object(fields, map, node),
            (Shape::People { max }, Yaml::List(_) | Yaml::Map(_)) => self.people(*max, node),
            (Shape::TextFile { max }, Yaml::Map(map)) => self.text_file(*max, map, node),
            (Shape::Picture { max_bytes, side, gif_side }, Yaml::Text(path)) => {
                self.picture((*max_bytes, *side, *gif_side), path, node.span())
            }
            (shape, _) => {
                let remedy = mend(shape, node, self.sources.slice(node.span()));
                self.problem(words::wrong_type(node, &self.here(), &words::wanted(shape), remedy));
                None
            }
        }
    }

    fn int(&mut self, min: i64, max: i64, n: i64, node: &Node) -> Option<Value> {
        if (min..=max).contains(&n) {
            return Some(Value::Int(n));
        }
        let bounds = if max == i64::MAX { format!("at least {min}") } else { format!("from {min} to {max}") };
        self.problem(
            Diagnostic::new(Code("check::out_of_range"), "a number is out of range")
                .at(node.span(), "out of range")
                .because(format!("{} takes a whole number {bounds}", self.here()))
                .remedy("write a number in that range"),
        );
        None
    }

    /// Elements in order; of a set each once.
    pub(super) fn items(
        &mut self,
        of: &'static Shape,
        items: &[Node],
        max: usize,
        node: &Node,
        set: bool,
    ) -> Option<Vec<Value>> {
        self.room(items.len(), max, node, "element", "elements");
        let mut seen = BTreeMap::new();
        let mut values = Vec::with_capacity(items.len());
        let mut sound = true;
        for item in items {
            let Some(value) = self.shape(of, item, false) else {
                sound = false;
                continue;
            };
            if set && let Some(first) = seen.insert(value.clone(), item.span()) {
                self.problem(
                    Diagnostic::new(Code("check::twice_in_set"), "an element stands twice in a set")
                        .at(item.span(), "again here")
                        .also(first, "first here")
                        .because(format!(
                            "in {} an element is there or not, and the order has no meaning",
                            self.here()
                        ))
                        .remedy("delete one of the two"),
                );
            }
            values.push(value);
        }
        sound.then_some(values)
    }

    fn room(&mut self, count: usize, max: usize, node: &Node, one: &'static str, many: &'static str) {
        if count <= max {
            return;
        }
        let noun = if max == 1 { one } else { many };
        self.problem(
            Diagnostic::new(Code("check::too_many"), "too many elements")
                .at(node.span(), format!("{count} of them"))
                .because(format!("{} takes at most {max} {noun}", self.here()))
                .remedy(format!("take {} away", Count(count - max, "of them").0)),
        );
    }

    fn keyed(
        &mut self,
        keys: &'static [(&'static str, &'static str)],
        of: &'static Shape,
        map: &Map,
        clear: bool,
    ) -> Option<Value> {
        let mut sound = true;
        for (key, _) in map.iter().filter(|(key, _)| !keys.iter().any(|(k, _)| *k == key.as_str())) {
            self.problem(words::unknown_field(key, &self.here(), keys.iter().map(|(k, _)| *k)));
            sound = false;
        }
        self.entries(of, map, clear).filter(|_| sound)
    }

    fn entries(&mut self, of: &'static Shape, map: &Map, clear: bool) -> Option<Value> {
        let mut entries = BTreeMap::new();
        for (key, value) in map.iter() {
            let decoded = self.inside(key, |d| match value.value() {
                Yaml::Null => d.null(clear, value),
                _ => d.shape(of, value, false),
            });
            entries.insert(key.value().clone(), decoded?);
        }
        Some(Value::Map(entries))
    }

    fn object(&mut self, fields: &'static [Attribute], map: &Map, node: &Node) -> Option<Value> {
        let mut entries = BTreeMap::new();
        let mut sound = true;
        for (key, value) in map.iter() {
            let Some(field) = fields.iter().find(|field| field.name == key.as_str()) else {
                self.problem(words::unknown_field(key, &self.here(), fields.iter().map(|f| f.name)));
                sound = false;
                continue;
            };
            let decoded = self.inside(field.name, |d| match value.value() {
                Yaml::Null => d.null(field.clear, value),
                _ => d.shape(&field.shape, value, field.clear),
            });
            match decoded {
                Some(decoded) => {
                    entries.insert(field.name.to_owned(), decoded);
                }
                None => sound = false,
            }
        }
        for field in fields.iter().filter(|f| f.required && map.get(f.name).is_none()) {
            let (here, wanted) = (self.here(), words::wanted(&field.shape));
            self.problem(words::missing(node.span(), &here, field.name, &wanted, field.example));
            sound = false;
        }
        sound.then_some(Value::Map(entries))
    }
}

/// What to write instead of a value of another type.
fn mend(shape: &Shape, node: &Node, written: Option<&str>) -> String {
    let written = written.filter(|text| !text.contains('\n') && text.chars().count() < 60).unwrap_or("…");
    match (shape, node.value()) {
        (Shape::Text { .. } | Shape::Choice(_), Yaml::Int(_) | Yaml::Bool(_) | Yaml::Float(_)) => {
            format!("if this very text is meant, put it in double quotes: \"{written}\"")
        }
        (Shape::Ref { .. }, Yaml::Int(_) | Yaml::Bool(_) | Yaml::Float(_)) => {
            format!("if this is a key, put it in double quotes: \"{written}\"")
        }
        (Shape::Int { .. } | Shape::Bool, Yaml::Text(text)) => match (shape, text.as_str()) {
            (Shape::Int { .. }, text) if text.parse::<i64>().is_ok() => {
                format!("write it without quotes: {text}")
            }
            (Shape::Bool, "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y") => {
                "write `true`: in YAML 1.2 other words are texts".to_owned()
            }
            (Shape::Bool, "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N") => {
                "write `false`: in YAML 1.2 other words are texts".to_owned()
            }
            (_, text) if matches!(text, "true" | "false") => format!("write it without quotes: {text}"),
            _ => format!("write {}", words::wanted(shape)),
        },
        (Shape::Set { .. } | Shape::List { .. } | Shape::People { .. }, Yaml::Text(_)) => {
            format!("put it in brackets: [{written}]")
        }
        (Shape::Object(fields), _) => {
            let names: Vec<&str> = fields.iter().map(|f| f.name).collect();
            format!("write a map of {}", names.join(", "))
        }
        (Shape::Keyed { keys, .. }, _) => {
            let names: Vec<&str> = keys.iter().map(|(name, _)| *name).collect();
            format!("write a map of {}", names.join(", "))
        }
        _ => format!("write {}", words::wanted(shape)),
    }
}

/// A key with a place, for messages that want one.
pub(super) fn spanned(text: &str, node: &Node) -> Spanned<String> {
    Spanned::new(text.to_owned(), node.span())
}
