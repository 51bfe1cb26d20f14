//! People: a list of users, or a map that says who by users, departments, groups and a rule.
//!
//! A plain list becomes a set of references; a map stays a map of sets, for the planner to find the people of.

use std::collections::BTreeMap;

use super::decode::Decoder;
use super::words;
use crate::base::diag::{Code, Diagnostic};
use crate::base::node::{Map, Node, Value as Yaml};
use crate::model::Value;
use crate::resource::Shape;

/// The parts of the map, in the order of the reference.
pub(super) const PARTS: [&str; 5] = ["users", "departments", "user_groups", "where", "except"];

static USER: Shape = Shape::Ref { kind: "user", also: &[] };
static DEPARTMENT: Shape = Shape::Ref { kind: "department", also: &["root"] };
static GROUP: Shape = Shape::Ref { kind: "user_group", also: &[] };

impl Decoder<'_> {
    pub(super) fn people(&mut self, max: usize, node: &Node) -> Option<Value> {
        match node.value() {
            Yaml::List(items) => {
                let users = self.items(&USER, items, max, node, true)?;
                Some(Value::Set(users.into_iter().collect()))
            }
            Yaml::Map(map) => self.who(max, map, node),
            _ => None,
        }
    }

    fn who(&mut self, max: usize, map: &Map, node: &Node) -> Option<Value> {
        let mut parts = BTreeMap::new();
        let mut sound = true;
        for (name, value) in map.iter() {
            let shape: &'static Shape = match name.as_str() {
                "users" | "except" => &USER,
                "departments" => &DEPARTMENT,
                "user_groups" => &GROUP,
                "where" => {
                    match self.inside("where", |d| d.rule(value)) {
                        Some(rule) => {
                            parts.insert("where".to_owned(), Value::Text(rule));
                        }
                        None => sound = false,
                    }
                    continue;
                }
                _ => {
                    self.problem(words::unknown_field(name, &self.here(), PARTS));
                    sound = false;
                    continue;
                }
            };
            // Whom a department or group brings is counted when it is known.
            let most = if name.as_str() == "users" { max } else { usize::MAX };
            let set = self.inside(name, |d| match value.value() {
                Yaml::List(items) => d.items(shape, items, most, value, true),
                Yaml::Text(text) => {
                    let remedy = format!("put it in brackets: [{text}]");
                    d.problem(words::wrong_type(value, &d.here(), "a list", remedy));
                    None
                }
                _ => {
                    d.problem(words::wrong_type(
                        value,
                        &d.here(),
                        "a list",
                        "write a list of keys".to_owned(),
                    ));
                    None
                }
            });
            match set {
                Some(set) => {
                    parts.insert(name.value().clone(), Value::Set(set.into_iter().collect()));
                }
                None => sound = false,
            }
        }
        if sound && parts.keys().all(|part| part == "except") {
            self.problem(
                Diagnostic::new(Code("check::nobody"), "people are wanted and nobody is named")
                    .at(node.span(), "names nobody")
                    .because(format!("{} needs one of users, departments, user_groups, where", self.here()))
                    .remedy("write `[]` if nobody is meant"),
            );
            return None;
        }
        sound.then_some(Value::Map(parts))
    }
}
