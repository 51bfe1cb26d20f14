//! Which things are declared: the sections of all kinds, `children:` flattened, and every key.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::words;
use crate::base::diag::Diagnostics;
use crate::base::node::{Map, Node, Value};
use crate::base::span::{Span, Spanned};
use crate::base::suggest::nearest;
use crate::load::Section;
use crate::model::Address;
use crate::resource::{Inside, KindInfo, Registry};

/// Top-level keys that are no kinds.
pub(super) const OTHER_KEYS: [&str; 7] =
    ["version", "vars", "include", "moved", "import", "settings", "state"];

/// One thing as written.
#[derive(Clone, Copy)]
pub(super) struct Raw<'j> {
    pub(super) info: &'static KindInfo,
    pub(super) key: &'j Spanned<String>,
    pub(super) node: &'j Node,
    /// The key whose `children:` it stands in.
    pub(super) under: Option<&'j Spanned<String>>,
    /// The thing of another kind that it is written in.
    pub(super) within: Option<(&'j Spanned<String>, Inside)>,
}

impl<'j> Raw<'j> {
    /// The key of its address.
    pub(super) fn full_key(&self) -> Cow<'j, str> {
        self.key_beside(self.key)
    }

    /// The key of the address of a thing that stands where this one does.
    pub(super) fn key_beside<'k>(&self, key: &'k str) -> Cow<'k, str> {
        match self.within {
            Some((outer, _)) => Address::key_inside(outer, key).into(),
            None => key.into(),
        }
    }
}

/// Every declared key, by singular kind.
pub(super) type Keys<'j> = BTreeMap<&'static str, BTreeMap<Cow<'j, str>, Span>>;

pub(super) struct Gathered<'j> {
    pub(super) things: Vec<Raw<'j>>,
    pub(super) keys: Keys<'j>,
}

pub(super) fn gather<'j>(
    sections: &'j BTreeMap<String, Section>,
    registry: Registry,
    problems: &mut Diagnostics,
) -> Gathered<'j> {
    let mut gathered = Gathered { things: Vec::new(), keys: BTreeMap::new() };
    for (name, section) in sections {
        let Some(kind) = registry.plural(name) else {
            if !OTHER_KEYS.contains(&name.as_str()) {
                for place in &section.places {
                    problems.push(unknown_section(name, *place, registry));
                }
            }
            continue;
        };
        let info = kind.info();
        for node in &section.items {
            problems.push(words::not_by_key(info.plural, node, true));
        }
        for node in &section.other {
            problems.push(words::not_by_key(info.plural, node, false));
        }
        for (key, node) in &section.entries {
            let raw = Raw { info, key, node, under: None, within: None };
            gathered.add(raw, registry, problems);
        }
    }
    gathered
}

impl<'j> Gathered<'j> {
    fn add(&mut self, raw: Raw<'j>, registry: Registry, problems: &mut Diagnostics) {
        let Raw { info, key, node, within, .. } = raw;
        let keys = self.keys.entry(info.name).or_default();
        let full = raw.full_key();
        if let Some(first) = keys.get(&full) {
            // Twice at the top level was told by `load`; this is nesting.
            return problems.push(words::declared_twice(info, key, *first));
        }
        keys.insert(full, key.span());
        self.things.push(raw);
        let Value::Map(fields) = node.value() else { return };
        if info.tree.is_some()
            && let Some(children) = by_key("children", fields.get("children"), problems)
        {
            for (name, child) in children.iter() {
                let raw = Raw { info, key: name, node: child, under: Some(key), within };
                self.add(raw, registry, problems);
            }
        }
        for (inner, inside) in registry.within(info.name) {
            let Some(things) = by_key(inside.field, fields.get(inside.field), problems) else { continue };
            for (name, thing) in things.iter() {
                let within = Some((key, inside));
                let raw = Raw { info: inner.info(), key: name, node: thing, under: None, within };
                self.add(raw, registry, problems);
            }
        }
    }
}

/// What stands under a field as things by key.
fn by_key<'j>(field: &str, node: Option<&'j Node>, problems: &mut Diagnostics) -> Option<&'j Map> {
    let node = node?;
    match node.value() {
        Value::Null => None,
        Value::Map(things) => Some(things),
        _ => {
            problems.push(words::not_by_key(field, node, false));
            None
        }
    }
}

fn unknown_section(name: &str, place: Span, registry: Registry) -> crate::base::diag::Diagnostic {
    if let Some(kind) = registry.kind(name) {
        return words::unknown_key(place, name, &format!("did you mean `{}`?", kind.info().plural));
    }
    let kinds = registry.iter().filter(|kind| kind.inside().is_none());
    let known: Vec<&str> = kinds.map(|kind| kind.info().plural).chain(OTHER_KEYS).collect();
    let remedy = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known keys: {}", known.join(", ")),
    };
    words::unknown_key(place, name, &remedy)
}
