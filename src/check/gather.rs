//! Which things are declared: the sections of all kinds, `children:` flattened, and every key.

use std::collections::BTreeMap;

use super::words;
use crate::base::diag::Diagnostics;
use crate::base::node::{Node, Value};
use crate::base::span::{Span, Spanned};
use crate::base::suggest::nearest;
use crate::load::Section;
use crate::resource::{KindInfo, Registry};

/// Top-level keys that are no kinds.
pub(super) const OTHER_KEYS: [&str; 7] =
    ["version", "vars", "include", "moved", "import", "settings", "state"];

/// One thing as written.
pub(super) struct Raw<'j> {
    pub(super) info: &'static KindInfo,
    pub(super) key: &'j Spanned<String>,
    pub(super) node: &'j Node,
    /// The key whose `children:` it stands in.
    pub(super) under: Option<&'j Spanned<String>>,
}

/// Every declared key, by singular kind.
pub(super) type Keys<'j> = BTreeMap<&'static str, BTreeMap<&'j str, Span>>;

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
            gathered.add(info, key, node, None, problems);
        }
    }
    gathered
}

impl<'j> Gathered<'j> {
    fn add(
        &mut self,
        info: &'static KindInfo,
        key: &'j Spanned<String>,
        node: &'j Node,
        under: Option<&'j Spanned<String>>,
        problems: &mut Diagnostics,
    ) {
        let keys = self.keys.entry(info.name).or_default();
        if let Some(first) = keys.get(key.as_str()) {
            // Twice at the top level was told by `load`; this is nesting.
            return problems.push(words::declared_twice(info, key, *first));
        }
        keys.insert(key.as_str(), key.span());
        self.things.push(Raw { info, key, node, under });
        if info.tree.is_none() {
            return;
        }
        let Value::Map(fields) = node.value() else { return };
        let Some(children) = fields.get("children") else { return };
        match children.value() {
            Value::Null => {}
            Value::Map(children) => {
                for (name, child) in children.iter() {
                    self.add(info, name, child, Some(key), problems);
                }
            }
            _ => problems.push(words::not_by_key("children", children, false)),
        }
    }
}

fn unknown_section(name: &str, place: Span, registry: Registry) -> crate::base::diag::Diagnostic {
    if let Some(kind) = registry.kind(name) {
        return words::unknown_key(place, name, &format!("did you mean `{}`?", kind.info().plural));
    }
    let known: Vec<&str> = registry.iter().map(|kind| kind.info().plural).chain(OTHER_KEYS).collect();
    let remedy = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known keys: {}", known.join(", ")),
    };
    words::unknown_key(place, name, &remedy)
}
