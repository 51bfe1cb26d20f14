//! Documents → one tree: the entries of every top-level key, from all files, with their places.
//!
//! Which top-level keys exist is for `check` to say; here they are only gathered. Decided here: the version, that
//! a document is a map, and that the same key stands in one file only.

use std::collections::{BTreeMap, HashMap};

use super::vars::{self, Given};
use super::{Beside, Limits, Loaded};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::node::{Map, Node, Value};
use crate::base::quoted::Quoted;
use crate::base::source::SourceMap;
use crate::base::span::{Span, Spanned};

/// The one version of the manifest's form.
const VERSION: i64 = 1;

/// A manifest as written, one tree.
#[derive(Debug, Default)]
pub struct Joined {
    pub sources: SourceMap,
    /// By top-level key; `version`, `vars` and `include` are used up and not here.
    pub sections: BTreeMap<String, Section>,
    pub problems: Diagnostics,
    /// Every file was read: what is nowhere is really nowhere.
    pub whole: bool,
    pub beside: Beside,
}

/// What stands below one top-level key, in all documents.
#[derive(Debug, Default)]
pub struct Section {
    /// Each time the key was written.
    pub places: Vec<Span>,
    /// Entries, where maps were written; each key once.
    pub entries: Vec<(Spanned<String>, Node)>,
    /// Items, where lists were written.
    pub items: Vec<Node>,
    /// What is neither.
    pub other: Vec<Node>,
}

/// Joins all documents. What stands under one of the `groups` are sections themselves: `meeting_rooms: {levels: …}` is
/// the section `meeting_rooms.levels`, and its entries may be spread over files like those of any other.
pub fn join(loaded: Loaded, given: &Given<'_>, limits: &Limits, groups: &[&str]) -> Joined {
    let Loaded { sources, documents, mut problems, beside } = loaded;
    let whole = problems.is_empty();
    let none = documents.is_empty();
    let mut version = false;
    let mut parts: Vec<(Spanned<String>, Node)> = Vec::new();
    let (mut start, mut declared) = (None, Vec::new());
    for document in documents {
        let span = document.span();
        start.get_or_insert(span);
        match document.into_value() {
            Value::Map(map) => {
                for (key, node) in map.into_entries() {
                    match key.as_str() {
                        "version" => version |= check_version(&node, &mut problems),
                        "include" => {}
                        "vars" => declared.push(node),
                        _ => parts.push((key, node)),
                    }
                }
            }
            other => problems.push(no_map(span, &other)),
        }
    }
    if whole && !version {
        problems.push(no_version(start, none));
    }
    let table = vars::Table::new(declared, given, &mut problems);
    let mut filling = vars::Filling::new(&table, &sources, limits, &mut problems);
    for (_, node) in &mut parts {
        let span = node.span();
        let value = std::mem::replace(node, Node::new(Value::Null, span)).into_value();
        *node = Node::new(filling.fill(value, span), span);
    }
    let sections = gather(spread(parts, groups, &mut problems), &mut problems);
    Joined { sources, sections, problems, whole, beside }
}

/// Takes groups apart. A dot is theirs: a key that is written with one is none of ours.
fn spread(
    parts: Vec<(Spanned<String>, Node)>,
    groups: &[&str],
    problems: &mut Diagnostics,
) -> Vec<(Spanned<String>, Node)> {
    let mut spread = Vec::new();
    for (key, node) in parts {
        if let Some((group, rest)) = key.split_once('.').filter(|(group, _)| groups.contains(group)) {
            problems.push(
                Diagnostic::new(Code("load::dotted_key"), "a top-level key with a dot")
                    .at(key.span(), "this key")
                    .because(format!("{} is a map of its own, not a part of a name", Quoted(group)))
                    .remedy(format!("write `{group}:`, and `{rest}:` below it")),
            );
            continue;
        }
        let span = node.span();
        match (groups.contains(&key.as_str()), node.into_value()) {
            (true, Value::Null) => {}
            (true, Value::Map(map)) => spread.extend(map.into_entries().into_iter().map(|(name, node)| {
                let place = name.span();
                (Spanned::new(format!("{}.{}", key.value(), name.value()), place), node)
            })),
            (_, other) => spread.push((key, Node::new(other, span))),
        }
    }
    spread
}

fn gather(parts: Vec<(Spanned<String>, Node)>, problems: &mut Diagnostics) -> BTreeMap<String, Section> {
    let mut sections: BTreeMap<String, Section> = BTreeMap::new();
    let mut seen: HashMap<(String, String), Span> = HashMap::new();
    for (key, node) in parts {
        let place = key.span();
        let top = key.into_value();
        let section = sections.entry(top.clone()).or_default();
        section.places.push(place);
        let span = node.span();
        match node.into_value() {
            Value::Null => {}
            Value::List(items) => section.items.extend(items),
            Value::Map(map) => add(&top, map, section, &mut seen, problems),
            other => section.other.push(Node::new(other, span)),
        }
    }
    sections
}

fn add(
    top: &str,
    map: Map,
    section: &mut Section,
    seen: &mut HashMap<(String, String), Span>,
    problems: &mut Diagnostics,
) {
    for (name, value) in map.into_entries() {
        let id = (top.to_owned(), name.value().clone());
        match seen.get(&id) {
            Some(first) => problems.push(
                Diagnostic::new(Code("load::declared_twice"), "the same key is declared twice")
                    .at(name.span(), "again here")
                    .also(*first, "first here")
                    .because(format!(
                        "{} stands twice under `{top}`, and only one could count",
                        Quoted(&name)
                    ))
                    .remedy("keep one of the two, or give one another key"),
            ),
            None => {
                seen.insert(id, name.span());
                section.entries.push((name, value));
            }
        }
    }
}

/// Whether a version is written at all; a wrong one is told here.
fn check_version(node: &Node, problems: &mut Diagnostics) -> bool {
    if *node.value() == Value::Int(VERSION) {
        return true;
    }
    let reason = match node.value() {
        Value::Int(n) if *n > VERSION => {
            format!("version {n} is newer than this larkctl, which knows {VERSION}")
        }
        Value::Text(text) => format!("{} is a text; the version is a whole number", Quoted(text)),
        other => format!("the version is {VERSION}, and this is {}", other.noun()),
    };
    problems.push(
        Diagnostic::new(Code("load::version"), "the manifest's version is not known")
            .at(node.span(), "this version")
            .because(reason)
            .remedy("write `version: 1`, or update larkctl"),
    );
    true
}

fn no_version(start: Option<Span>, none: bool) -> Diagnostic {
    let missing = Diagnostic::new(Code("load::no_version"), "the manifest has no version");
    let missing = match start {
        Some(span) => missing.at(Span::new(span.file(), span.start()..span.start()), "nothing says which"),
        None => missing,
    };
    missing
        .because(if none { "there is nothing in any file" } else { "no file says `version:`" })
        .remedy("begin the file with `version: 1`; of several files one may say it for all")
}

fn no_map(span: Span, value: &Value) -> Diagnostic {
    Diagnostic::new(Code("load::no_map"), "a document is not a map")
        .at(span, format!("this is {}", value.noun()))
        .because("a manifest has `version: 1` and kinds such as `departments:` at its top level")
        .remedy("write `key: value` lines; a file that is no manifest belongs elsewhere")
}
