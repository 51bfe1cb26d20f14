//! What of the manifest is not about things: `moved:`, `import:`, `settings:`, `state:`.

use std::collections::BTreeMap;

use super::decode::Decoder;
use super::text::mobile;
use super::words;
use super::{Checked, StatePlace};
use crate::base::diag::{Code, Diagnostic};
use crate::base::node::{Node, Value as Yaml};
use crate::base::quoted::Quoted;
use crate::base::span::Spanned;
use crate::load::Section;
use crate::model::Manifest;

pub(super) fn decode(sections: &BTreeMap<String, Section>, decoder: &mut Decoder<'_>, into: &mut Checked) {
    decoder.owner.clear();
    decoder.path.clear();
    if let Some(section) = sections.get("moved") {
        decoder.inside("moved", |d| d.moved(section, &mut into.manifest));
    }
    if let Some(section) = sections.get("import") {
        decoder.inside("import", |d| d.import(section, &mut into.manifest));
    }
    if let Some(section) = sections.get("settings") {
        decoder.inside("settings", |d| d.settings(section, &mut into.manifest));
    }
    if let Some(section) = sections.get("state") {
        decoder.inside("state", |d| d.state(section, into));
    }
}

impl Decoder<'_> {
    /// Only maps are welcome in a section.
    fn only_map(&mut self, section: &Section, remedy: &str) {
        for node in section.items.iter().chain(&section.other) {
            self.problem(words::wrong_type(node, &self.here(), "a map", remedy.to_owned()));
        }
    }

    fn moved(&mut self, section: &Section, manifest: &mut Manifest) {
        let form = "write `moved: [{from: department.old, to: department.new}]`";
        if let Some((key, _)) = section.entries.first() {
            self.problem(not_a_list(key, form));
        }
        for node in &section.other {
            self.problem(words::wrong_type(node, "`moved`", "a list", form.to_owned()));
        }
        for item in &section.items {
            let Yaml::Map(map) = item.value() else {
                self.problem(words::wrong_type(item, "`moved`", "a list of maps", form.to_owned()));
                continue;
            };
            for (key, _) in map.iter().filter(|(key, _)| !matches!(key.as_str(), "from" | "to")) {
                self.problem(words::unknown_field(key, "a move", ["from", "to"]));
            }
            let mut side = |name: &str| {
                let Some(node) = map.get(name) else {
                    self.problem(words::missing(item.span(), "a move", name, "an address", ""));
                    return None;
                };
                self.inside(name, |d| d.address_of(node))
            };
            let (Some(from), Some(to)) = (side("from"), side("to")) else { continue };
            if from.kind() != to.kind() || from == to {
                self.problem(
                    Diagnostic::new(Code("check::bad_move"), "a move that cannot be")
                        .at(item.span(), format!("{from} to {to}"))
                        .because("a thing moves to another key of the same kind")
                        .remedy(form),
                );
                continue;
            }
            if let Some((_, first)) = manifest.moved.get(&from) {
                self.problem(
                    Diagnostic::new(Code("check::bad_move"), "a move that cannot be")
                        .at(item.span(), "again here")
                        .also(*first, "first here")
                        .because(format!("{from} is moved twice"))
                        .remedy("keep one of the two"),
                );
                continue;
            }
            manifest.moved.insert(from, (to, item.span()));
        }
    }

    fn import(&mut self, section: &Section, manifest: &mut Manifest) {
        self.only_map(section, "write `import: {department.engineering: D012345}`");
        for (key, node) in &section.entries {
            let key_node = Node::new(Yaml::Text(key.value().clone()), key.span());
            let Some(address) = self.address_of(&key_node) else { continue };
            match node.value() {
                Yaml::Text(id) if !id.trim().is_empty() => {
                    manifest.import.insert(address, (id.clone(), node.span()));
                }
                _ => {
                    let written = self.sources.slice(node.span()).unwrap_or("…");
                    let remedy = format!("put the id in double quotes: {address}: \"{written}\"");
                    self.problem(words::wrong_type(node, "`import`", "the id of a live thing", remedy));
                }
            }
        }
    }

    fn settings(&mut self, section: &Section, manifest: &mut Manifest) {
        self.only_map(section, "write `settings: {max_destroy: 5}`");
        let settings = &mut manifest.settings;
        for (key, node) in &section.entries {
            match key.as_str() {
                "max_destroy" => {
                    self.inside("max_destroy", |d| d.max_destroy(node, &mut settings.max_destroy));
                }
                "exclusive" => {
                    for item in self.list(node, "write `exclusive: [user_groups]`") {
                        let kind = self.kind_name(&item);
                        settings.exclusive.extend(kind.filter(|kind| self.stands_alone(kind, &item)));
                    }
                }
                "spare_mobiles" => {
                    for item in self.list(node, "write `spare_mobiles: [\"+8613011111111\"]`") {
                        match mobile(&item) {
                            Ok(number) if settings.spare_mobiles.contains(&number) => self.problem(
                                Diagnostic::new(
                                    Code("check::twice_in_set"),
                                    "an element stands twice in a set",
                                )
                                .at(item.span(), "stands before already")
                                .because("each number can stand in once at a time")
                                .remedy("delete one of the two"),
                            ),
                            Ok(number) => settings.spare_mobiles.push(number),
                            Err((reason, remedy)) => self.problem(
                                Diagnostic::new(Code("check::format"), "a text has the wrong form")
                                    .at(item.span(), "not in this form")
                                    .because(reason)
                                    .remedy(remedy),
                            ),
                        }
                    }
                }
                _ => {
                    let known = ["max_destroy", "exclusive", "spare_mobiles"];
                    self.problem(words::unknown_field(key, "`settings`", known));
                }
            }
        }
    }

    fn max_destroy(&mut self, node: &Node, into: &mut BTreeMap<String, u64>) {
        let count = |node: &Node| match node.value() {
            Yaml::Int(n) => u64::try_from(*n).ok(),
            _ => None,
        };
        if let Some(n) = count(node) {
            into.extend(self.registry.iter().map(|kind| (kind.info().name.to_owned(), n)));
            return;
        }
        let Yaml::Map(map) = node.value() else { return self.no_count(node) };
        for (key, node) in map.iter() {
            let Some(kind) = self.kind_name(key) else { continue };
            match count(node) {
                Some(n) => {
                    into.insert(kind, n);
                }
                None => self.no_count(node),
            }
        }
    }

    fn no_count(&mut self, node: &Node) {
        let wanted = "a whole number from 0, or a map of kinds to such numbers";
        let remedy = "write `max_destroy: 5` or `max_destroy: {users: 5}`".to_owned();
        self.problem(words::wrong_type(node, &self.here(), wanted, remedy));
    }

    fn list(&mut self, node: &Node, remedy: &str) -> Vec<Spanned<String>> {
        let Yaml::List(items) = node.value() else {
            self.problem(words::wrong_type(node, &self.here(), "a list of texts", remedy.to_owned()));
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items {
            match item.value() {
                Yaml::Text(text) => texts.push(Spanned::new(text.clone(), item.span())),
                _ => {
                    self.problem(words::wrong_type(item, &self.here(), "a list of texts", remedy.to_owned()));
                }
            }
        }
        texts
    }

    /// A kind by its top-level key, or by the word of addresses.
    fn kind_name(&mut self, name: &Spanned<String>) -> Option<String> {
        let kind = self.registry.plural(name).or_else(|| self.registry.kind(name));
        if kind.is_none() {
            let known: Vec<&str> = self.registry.iter().map(|k| k.info().plural).collect();
            let remedy = match self.guess(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("kinds are {}", known.join(", ")),
            };
            self.problem(
                Diagnostic::new(Code("check::unknown_kind"), "no such kind")
                    .at(name.span(), "not a kind")
                    .because(format!("there is no kind {}", Quoted(name)))
                    .remedy(remedy),
            );
        }
        kind.map(|k| k.info().name.to_owned())
    }

    /// What is written inside of something else cannot be claimed as a whole.
    fn stands_alone(&mut self, kind: &str, written: &Spanned<String>) -> bool {
        let Some(inside) = self.registry.kind(kind).and_then(crate::resource::Kind::inside) else {
            return true;
        };
        self.problem(
            Diagnostic::new(Code("check::not_exclusive"), "this kind cannot be exclusive")
                .at(written.span(), "not here")
                .because(format!(
                    "it is written inside of things of the kind {}, with whatever else is there",
                    inside.kind
                ))
                .remedy("take it out of the list"),
        );
        false
    }

    fn state(&mut self, section: &Section, into: &mut Checked) {
        let form = "write `state: {path: .larkctl/state.json}`";
        self.only_map(section, form);
        for (key, node) in &section.entries {
            match (key.as_str(), node.value()) {
                ("path", Yaml::Text(path)) if !path.trim().is_empty() && !path.contains('\0') => {
                    into.state = Some(StatePlace { path: path.clone(), span: node.span() });
                }
                ("path", _) => {
                    self.problem(words::wrong_type(node, "`state.path`", "a path", form.to_owned()));
                }
                _ => self.problem(words::unknown_field(key, "`state`", ["path"])),
            }
        }
    }
}

fn not_a_list(key: &Spanned<String>, form: &str) -> Diagnostic {
    Diagnostic::new(Code("check::wrong_type"), "a value of the wrong type")
        .at(key.span(), "this is a map")
        .because("`moved` takes a list, so that moves have an order to be read in")
        .remedy(form)
}
