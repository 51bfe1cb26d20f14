//! `vars:` and `${var.name}`: values that differ from run to run, filled into texts.
//!
//! A variable is declared with a default, with the name of an environment variable, or both; `--var` wins over
//! the environment, the environment over the default. The default's type is the variable's: a text that is
//! nothing but `${var.n}` becomes the number or truth value. `$${` stands for `${`. Keys hold no variables, so
//! that an address never depends on the run.

use std::collections::BTreeMap;
use std::fmt;

use super::{Limits, scalar};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::node::{Map, Node, Value};
use crate::base::quoted::Quoted;
use crate::base::source::SourceMap;
use crate::base::span::{Span, Spanned};
use crate::base::suggest::nearest;

/// What the run gives: `--var`, and the door to the environment.
#[derive(Clone, Copy)]
pub struct Given<'g> {
    pub pairs: &'g [(String, String)],
    pub env: &'g dyn Fn(&str) -> Option<String>,
}

impl Given<'_> {
    /// Nothing given.
    pub const NOTHING: Given<'static> = Given { pairs: &[], env: &|_| None };
}

impl fmt::Debug for Given<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given").field("pairs", &self.pairs).finish_non_exhaustive()
    }
}

/// Variables by name: where declared, and the value; without one its lack has been told.
pub(super) struct Table(BTreeMap<String, (Span, Option<Value>)>);

impl Table {
    pub(super) fn new(declared: Vec<Node>, given: &Given<'_>, problems: &mut Diagnostics) -> Self {
        let mut table = BTreeMap::new();
        for node in declared {
            let span = node.span();
            match node.into_value() {
                Value::Null => {}
                Value::Map(map) => {
                    for (name, body) in map.into_entries() {
                        declare(&mut table, &name, &body, given, problems);
                    }
                }
                other => problems.push(
                    Diagnostic::new(Code("load::vars"), "`vars` is not a map")
                        .at(span, format!("this is {}", other.noun()))
                        .because("variables have names")
                        .remedy("write `vars: {region: cn}`"),
                ),
            }
        }
        for (name, _) in given.pairs {
            if !table.contains_key(name) {
                problems.push(undeclared(name, table.keys()));
            }
        }
        Self(table)
    }
}

fn declare(
    table: &mut BTreeMap<String, (Span, Option<Value>)>,
    name: &Spanned<String>,
    body: &Node,
    given: &Given<'_>,
    problems: &mut Diagnostics,
) {
    if let Some((first, _)) = table.get(name.as_str()) {
        return problems.push(
            Diagnostic::new(Code("load::declared_twice"), "the same key is declared twice")
                .at(name.span(), "again here")
                .also(*first, "first here")
                .because(format!("the variable {} has two declarations", Quoted(name)))
                .remedy("keep one of the two"),
        );
    }
    let mut source = Source::default();
    match body.value() {
        Value::Map(map) => source.read(map, problems),
        Value::List(_) | Value::Float(_) => problems.push(wrong_default(body)),
        Value::Null => {}
        Value::Bool(_) | Value::Int(_) | Value::Text(_) => source.default = Some(body.clone()),
    }
    if let Some(default) = &source.default
        && let Value::Text(text) = default.value()
        && text.contains("${")
    {
        problems.push(
            Diagnostic::new(Code("load::vars"), "a variable's default holds a variable")
                .at(default.span(), "holds `${`")
                .because("variables do not refer to each other")
                .remedy("write the value out"),
        );
    }
    let typed = |text: &str| match source.default.as_ref().map(Spanned::value) {
        Some(Value::Int(_) | Value::Bool(_)) => scalar::resolve(text).unwrap_or(Value::Text(text.to_owned())),
        _ => Value::Text(text.to_owned()),
    };
    let pair = given.pairs.iter().rev().find(|(n, _)| n == name.value()).map(|(_, value)| typed(value));
    let from_env = || source.env.as_deref().and_then(given.env).map(|text| typed(&text));
    let value = pair.or_else(from_env).or_else(|| source.default.as_ref().map(|d| d.value().clone()));
    if value.is_none() && !source.broken {
        problems.push(no_value(name, source.env.as_deref()));
    }
    table.insert(name.value().clone(), (name.span(), value));
}

/// Where a value comes from.
#[derive(Default)]
struct Source {
    env: Option<String>,
    default: Option<Node>,
    broken: bool,
}

impl Source {
    fn read(&mut self, map: &Map, problems: &mut Diagnostics) {
        for (key, node) in map.iter() {
            match (key.as_str(), node.value()) {
                ("env", Value::Text(text)) if secret(text) => {
                    self.broken = true;
                    problems.push(secret_variable(node.span()));
                }
                ("env", Value::Text(text)) if !text.is_empty() && !text.contains(['=', '\0']) => {
                    self.env = Some(text.clone());
                }
                ("default", Value::Text(_) | Value::Int(_) | Value::Bool(_)) => {
                    self.default = Some(node.clone());
                }
                ("description", Value::Text(_)) => {}
                ("env" | "default" | "description", _) => {
                    self.broken = true;
                    problems.push(wrong_default(node));
                }
                (other, _) => {
                    self.broken = true;
                    problems.push(unknown_part(key.span(), other));
                }
            }
        }
    }
}

/// Names that hold secrets, by the habits of everybody.
fn secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["SECRET", "TOKEN", "PASSWORD", "PASSWD", "PRIVATE_KEY"].iter().any(|end| name.ends_with(end))
}

/// Fills variables into values.
pub(super) struct Filling<'f> {
    table: &'f Table,
    sources: &'f SourceMap,
    problems: &'f mut Diagnostics,
    /// Bytes that variables may still add: a long value in many places is a bomb.
    left: u64,
}

impl<'f> Filling<'f> {
    pub(super) fn new(
        table: &'f Table,
        sources: &'f SourceMap,
        limits: &Limits,
        problems: &'f mut Diagnostics,
    ) -> Self {
        Self { table, sources, problems, left: limits.total_bytes }
    }

    pub(super) fn fill(&mut self, value: Value, span: Span) -> Value {
        match value {
            Value::Text(text) if text.contains("${") => self.text(text, span),
            Value::List(items) => Value::List(items.into_iter().map(|item| self.node(item)).collect()),
            Value::Map(map) => {
                let entries = map.into_entries().into_iter().map(|(key, node)| {
                    self.key(&key);
                    (key, self.node(node))
                });
                Value::Map(Map::from_unique(entries.collect()))
            }
            other => other,
        }
    }

    fn node(&mut self, node: Node) -> Node {
        let span = node.span();
        Node::new(self.fill(node.into_value(), span), span)
    }

    fn key(&mut self, key: &Spanned<String>) {
        if key.contains("${var.") {
            self.problems.push(
                Diagnostic::new(Code("load::variable_in_key"), "a key holds a variable")
                    .at(key.span(), "keys are not filled in")
                    .because("a key names a thing for ever, whatever the run")
                    .remedy("write the key out, and use variables in values"),
            );
        }
    }

    fn text(&mut self, text: String, span: Span) -> Value {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text.as_str();
        let mut nth = 0;
        while let Some(at) = rest.find("${") {
            let (before, from) = rest.split_at(at);
            if let Some(before) = before.strip_suffix('$') {
                filled.push_str(before);
                filled.push_str("${");
                rest = from.get(2..).unwrap_or_default();
                nth += 1;
                continue;
            }
            filled.push_str(before);
            let Some(end) = from.find('}') else {
                self.problems.push(not_closed(self.spot(span, nth, 2)));
                return Value::Text(text);
            };
            let (inside, after) =
                (from.get(2..end).unwrap_or_default(), from.get(end + 1..).unwrap_or_default());
            let spot = self.spot(span, nth, end + 1);
            match self.look_up(inside, spot) {
                // Alone in its text a variable keeps its type.
                Some(value) if at == 0 && filled.is_empty() && after.is_empty() => return value.clone(),
                Some(value) => {
                    let shown = match value {
                        Value::Text(text) => text.clone(),
                        Value::Int(n) => n.to_string(),
                        Value::Bool(b) => b.to_string(),
                        Value::Null | Value::Float(_) | Value::List(_) | Value::Map(_) => String::new(),
                    };
                    let cost = u64::try_from(shown.len()).unwrap_or(u64::MAX);
                    match self.left.checked_sub(cost) {
                        Some(left) => self.left = left,
                        None => {
                            self.problems.push(bomb(spot));
                            self.left = 0;
                            return Value::Text(text);
                        }
                    }
                    filled.push_str(&shown);
                }
                None => filled.push_str(from.get(..=end).unwrap_or_default()),
            }
            nth += 1;
            rest = after;
        }
        filled.push_str(rest);
        Value::Text(filled)
    }

    fn look_up(&mut self, inside: &str, spot: Span) -> Option<&'f Value> {
        let name = inside.trim();
        let Some(name) = name.strip_prefix("var.") else {
            self.problems.push(no_variable(spot, name, &self.table.0));
            return None;
        };
        let Some((_, value)) = self.table.0.get(name) else {
            self.problems.push(unknown(spot, name, &self.table.0));
            return None;
        };
        value.as_ref()
    }

    /// The place of the `nth` opening of a text, of `width` bytes; the whole text where it was escaped.
    fn spot(&self, span: Span, nth: usize, width: usize) -> Span {
        let slice = self.sources.slice(span).unwrap_or_default();
        match slice.match_indices("${").nth(nth) {
            Some((at, _)) if slice.get(at..at + width).is_some() => {
                Span::new(span.file(), span.start() + at..span.start() + at + width)
            }
            _ => span,
        }
    }
}

fn undeclared<'n>(name: &str, known: impl Iterator<Item = &'n String>) -> Diagnostic {
    let remedy = match nearest(name, known.map(String::as_str)) {
        Some(near) => format!("did you mean `--var {near}=…`?"),
        None => format!("declare it: `vars: {{{name}: …}}`"),
    };
    Diagnostic::new(Code("load::undeclared_var"), "`--var` names a variable that is not declared")
        .because(format!("no file declares {} under `vars:`", Quoted(name)))
        .remedy(remedy)
}

fn no_value(name: &Spanned<String>, env: Option<&str>) -> Diagnostic {
    let remedy = match env {
        Some(env) => format!("set {env}, say `--var {}=…`, or give a `default:`", name.value()),
        None => format!("say `--var {}=…`, or give a default", name.value()),
    };
    Diagnostic::new(Code("load::var_without_value"), "a variable has no value")
        .at(name.span(), "needs a value")
        .because(match env {
            Some(env) => {
                format!("neither `--var` nor the environment's {env} gives one, and there is no default")
            }
            None => "`--var` does not give one, and there is no default".to_owned(),
        })
        .remedy(remedy)
}

fn wrong_default(node: &Node) -> Diagnostic {
    Diagnostic::new(Code("load::vars"), "a variable is declared in a way that is not known")
        .at(node.span(), format!("this is {}", node.value().noun()))
        .because("a variable is one text, whole number or truth value")
        .remedy("write `vars: {region: cn}` or `vars: {region: {env: LARK_REGION, default: cn}}`")
}

fn unknown_part(span: Span, name: &str) -> Diagnostic {
    let remedy = match nearest(name, ["env", "default", "description"]) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a variable takes `default`, `env` and `description`".to_owned(),
    };
    Diagnostic::new(Code("load::vars"), "a variable is declared in a way that is not known")
        .at(span, "no part of a variable")
        .because(format!("{} is not known here", Quoted(name)))
        .remedy(remedy)
}

fn secret_variable(span: Span) -> Diagnostic {
    Diagnostic::new(Code("load::secret_in_manifest"), "a variable would read a secret")
        .at(span, "looks like a secret")
        .because("what a manifest holds is shown in plans, logs and state; secrets are never part of it")
        .remedy("larkctl reads LARK_APP_SECRET itself; a variable of another name is fine if it is no secret")
}

fn not_closed(span: Span) -> Diagnostic {
    Diagnostic::new(Code("load::variable"), "a variable is not closed")
        .at(span, "no `}` follows")
        .because("`${` begins a variable")
        .remedy("write `${var.name}`, or `$${` for the two signs themselves")
}

fn no_variable(span: Span, inside: &str, table: &BTreeMap<String, (Span, Option<Value>)>) -> Diagnostic {
    let near = nearest(inside.trim_start_matches("vars."), table.keys().map(String::as_str));
    let remedy = match near {
        Some(near) => format!("did you mean `${{var.{near}}}`? For the two signs themselves write `$${{`"),
        None => "write `${var.name}`, or `$${` for the two signs themselves".to_owned(),
    };
    Diagnostic::new(Code("load::variable"), "this is not a variable")
        .at(span, "does not begin with `var.`")
        .because("only variables of `vars:` can be filled in")
        .remedy(remedy)
}

fn unknown(span: Span, name: &str, table: &BTreeMap<String, (Span, Option<Value>)>) -> Diagnostic {
    let remedy = match nearest(name, table.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `${{var.{near}}}`?"),
        None => format!("declare it: `vars: {{{}: …}}`", if name.is_empty() { "name" } else { name }),
    };
    Diagnostic::new(Code("load::unknown_var"), "no such variable")
        .at(span, "not declared")
        .because(format!("no file declares {} under `vars:`", Quoted(name)))
        .remedy(remedy)
}

fn bomb(span: Span) -> Diagnostic {
    Diagnostic::new(Code("load::too_much"), "variables add too much")
        .at(span, "this one is one too many")
        .because("what variables fill in is longer than all files may be")
        .remedy("shorten the variable's value")
}
