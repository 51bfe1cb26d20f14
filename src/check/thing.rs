//! One thing: its key, its attributes by the kind's table, its lifecycle.

use std::collections::{BTreeMap, BTreeSet};

use super::decode::Decoder;
use super::gather::Raw;
use super::words;
use crate::base::diag::{Code, Diagnostic};
use crate::base::node::{Map, Node, Value as Yaml};
use crate::base::quoted::Quoted;
use crate::base::span::{Span, Spanned};
use crate::model::{Address, Declared, Lifecycle, OnRemove, UseOf, Value, Wanted};
use crate::resource::{KindInfo, Naming};

/// Longer keys are no names.
const LONGEST_KEY: usize = 128;

/// What stands in a thing and is no attribute.
const BESIDE: [&str; 2] = ["lifecycle", "children"];

impl Decoder<'_> {
    /// Decodes a thing; nothing when it has no shape at all. What was wrong with it has been told.
    pub(super) fn thing(&mut self, raw: &Raw<'_>) -> Option<Declared> {
        let info = raw.info;
        let address = Address::new(info.name, &raw.full_key());
        self.owner = address.to_string();
        // What stands inside of the thing itself has its siblings there too.
        let around = raw.within.map(|(outer, inside)| (inside.kind, outer.value().clone()));
        self.around = Some(around.unwrap_or_else(|| (info.name, raw.key.value().clone())));
        self.path.clear();
        self.uses.clear();
        let none = Map::default();
        let fields = match raw.node.value() {
            Yaml::Map(fields) => fields,
            Yaml::Null => &none,
            _ => {
                let wanted = "a map of its fields";
                let remedy = format!("write the fields of {} below its key, `name: value` each", self.owner);
                self.problem(words::wrong_type(raw.node, &self.here(), wanted, remedy));
                return None;
            }
        };
        self.check_key(info, raw.key, fields.get("id").is_some());
        let mut thing = Declared {
            address,
            span: raw.key.span(),
            attributes: BTreeMap::new(),
            spans: BTreeMap::new(),
            uses: Vec::new(),
            lifecycle: Lifecycle::default(),
        };
        for (name, node) in fields.iter() {
            self.field(raw, name, node, &mut thing);
        }
        self.nested(raw, &mut thing);
        for attribute in info.attributes.iter().filter(|a| a.required && fields.get(a.name).is_none()) {
            if !thing.attributes.contains_key(attribute.name) {
                let wanted = words::wanted(&attribute.shape);
                let owner = self.owner.clone();
                self.problem(words::missing(
                    raw.key.span(),
                    &owner,
                    attribute.name,
                    &wanted,
                    attribute.example,
                ));
            }
        }
        thing.uses = std::mem::take(&mut self.uses);
        Some(thing)
    }

    fn field(&mut self, raw: &Raw<'_>, name: &Spanned<String>, node: &Node, thing: &mut Declared) {
        let info = raw.info;
        if let Some(attribute) = info.attribute(name) {
            let wanted = self.inside(attribute.name, |d| d.attribute(attribute, node));
            thing.spans.insert(attribute.name.to_owned(), node.span());
            if let Some(wanted) = wanted {
                thing.attributes.insert(attribute.name.to_owned(), wanted);
            }
        } else if name.as_str() == "lifecycle" {
            thing.lifecycle = self.inside("lifecycle", |d| d.lifecycle(info, node));
        } else if name.as_str() == "children" && info.tree.is_some()
            || self.registry.within(info.name).any(|(_, inside)| inside.field == name.as_str())
        {
            // Gathered before.
        } else if let Some(why) = self.unsupported(info, name) {
            self.problem(
                Diagnostic::new(Code("check::unsupported"), "this is not managed")
                    .at(name.span(), "not managed")
                    .because(why)
                    .remedy("delete the field"),
            );
        } else {
            let known = info.attributes.iter().map(|a| a.name);
            let beside = BESIDE.into_iter().filter(|n| *n != "children" || info.tree.is_some());
            let inner = self.registry.within(info.name).map(|(_, inside)| inside.field);
            let owner = self.owner.clone();
            self.problem(words::unknown_field(name, &owner, known.chain(beside).chain(inner)));
        }
    }

    /// Why a field is left out on purpose.
    fn unsupported(&self, info: &'static KindInfo, name: &str) -> Option<&'static str> {
        let left_out = self.registry.kind(info.name)?.unsupported();
        left_out.iter().find(|(field, _)| *field == name).map(|(_, why)| *why)
    }

    /// What `children:` and the thing around it say.
    fn nested(&mut self, raw: &Raw<'_>, thing: &mut Declared) {
        if let Some((outer, inside)) = raw.within {
            self.placed(raw, inside.attribute, outer, Address::new(inside.kind, outer), thing);
        }
        if let Some((tree, under)) = raw.info.tree.zip(raw.under) {
            let key = raw.key_beside(under);
            self.placed(raw, tree, under, Address::new(raw.info.name, &key), thing);
        }
    }

    fn placed(
        &mut self,
        raw: &Raw<'_>,
        tree: &'static str,
        under: &Spanned<String>,
        parent: Address,
        thing: &mut Declared,
    ) {
        let implied = Wanted::Exactly(Value::address(parent.clone()));
        match thing.attributes.get(tree) {
            None => {
                // Written, but not sound: that was told, and the nesting is what it should have been.
                thing.spans.entry(tree.to_owned()).or_insert(under.span());
                self.inside(tree, |d| d.uses(UseOf::Address(parent), under.span()));
                thing.attributes.insert(tree.to_owned(), implied);
            }
            Some(written) if *written == implied => {}
            Some(_) => {
                let span = thing.spans.get(tree).copied().unwrap_or(raw.key.span());
                self.problem(
                    Diagnostic::new(Code("check::two_parents"), "a thing has two different parents")
                        .at(span, format!("this `{tree}`"))
                        .also(under.span(), "and it stands in this")
                        .because(format!("{} can stand in one place of the tree only", self.owner))
                        .remedy(format!("delete the `{tree}:`, or move the thing to where it says")),
                );
            }
        }
    }

    fn check_key(&mut self, info: &KindInfo, key: &Spanned<String>, has_id: bool) {
        let odd = |c: char| c.is_control() || c.is_whitespace() || c == '/';
        let reason = if key.is_empty() {
            "the key is empty".to_owned()
        } else if key.chars().count() > LONGEST_KEY {
            format!("the key is longer than {LONGEST_KEY} characters")
        } else if key.contains(odd) {
            format!("{} holds white space, a slash or a control character", Quoted(key))
        } else {
            match info.key {
                Some((words, pattern)) if !has_id && info.naming == Naming::Key => {
                    match regex_lite::Regex::new(pattern) {
                        Ok(regex) if !regex.is_match(key) => {
                            format!("the key becomes the id of the {}, and takes {words}", info.name)
                        }
                        _ => return,
                    }
                }
                _ => return,
            }
        };
        let remedy = match info.attribute("id") {
            Some(_) if info.key.is_some() && !key.contains(odd) => {
                "write another key, or keep it and give the id apart: `id: …`"
            }
            _ => "write a short name of letters, digits, `.`, `-` and `_`",
        };
        self.problem(
            Diagnostic::new(Code("check::bad_key"), "a key cannot be used")
                .at(key.span(), "this key")
                .because(reason)
                .remedy(remedy),
        );
    }

    fn lifecycle(&mut self, info: &'static KindInfo, node: &Node) -> Lifecycle {
        let mut lifecycle = Lifecycle::default();
        let Yaml::Map(fields) = node.value() else {
            let remedy = "write `lifecycle: {prevent_destroy: true}`".to_owned();
            self.problem(words::wrong_type(node, &self.here(), "a map", remedy));
            return lifecycle;
        };
        for (name, value) in fields.iter() {
            match name.as_str() {
                "prevent_destroy" => match value.value() {
                    Yaml::Bool(on) => lifecycle.prevent_destroy = *on,
                    _ => {
                        let remedy = "write `prevent_destroy: true`".to_owned();
                        self.problem(words::wrong_type(value, "`prevent_destroy`", "true or false", remedy));
                    }
                },
                "ignore_changes" => lifecycle.ignore_changes = self.ignored(info, value),
                "on_remove" => match value.value() {
                    Yaml::Text(word) if word == "delete" => lifecycle.on_remove = Some(OnRemove::Delete),
                    Yaml::Text(word) if word == "deactivate" => {
                        lifecycle.on_remove = Some(OnRemove::Deactivate);
                    }
                    Yaml::Text(word) if word == "forget" => lifecycle.on_remove = Some(OnRemove::Forget),
                    Yaml::Text(word) => {
                        let words = ["delete", "deactivate", "forget"];
                        self.problem(unknown_word(word, value.span(), "`on_remove`", &words));
                    }
                    _ => {
                        let remedy = "write `on_remove: forget`".to_owned();
                        let wanted = "one of delete, deactivate, forget";
                        self.problem(words::wrong_type(value, "`on_remove`", wanted, remedy));
                    }
                },
                _ => {
                    let known = ["prevent_destroy", "ignore_changes", "on_remove"];
                    self.problem(words::unknown_field(name, "`lifecycle`", known));
                }
            }
        }
        lifecycle
    }

    fn ignored(&mut self, info: &'static KindInfo, node: &Node) -> BTreeSet<String> {
        let mut ignored = BTreeSet::new();
        let Yaml::List(items) = node.value() else {
            let remedy = "write `ignore_changes: [name]`".to_owned();
            self.problem(words::wrong_type(node, "`ignore_changes`", "a list of fields", remedy));
            return ignored;
        };
        for item in items {
            let Yaml::Text(name) = item.value() else {
                let remedy = "write names of fields".to_owned();
                self.problem(words::wrong_type(item, "`ignore_changes`", "a list of fields", remedy));
                continue;
            };
            if info.attribute(name).is_some() {
                ignored.insert(name.clone());
            } else {
                let key = Spanned::new(name.clone(), item.span());
                let owner = self.owner.clone();
                self.problem(words::unknown_field(&key, &owner, info.attributes.iter().map(|a| a.name)));
            }
        }
        ignored
    }
}

/// A word that is none of a few.
pub(super) fn unknown_word(word: &str, span: Span, here: &str, known: &[&str]) -> Diagnostic {
    let remedy = match crate::base::suggest::nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write one of {}", known.join(", ")),
    };
    Diagnostic::new(Code("check::unknown_word"), "a word that is not known here")
        .at(span, "not known")
        .because(format!("{here} takes {}", list(known)))
        .remedy(remedy)
}

/// `a, b or c`.
fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}
