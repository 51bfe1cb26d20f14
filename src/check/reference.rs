//! References: by local key, or by how a live thing is called.

use std::borrow::Cow;

use super::decode::Decoder;
use super::shape::spanned;
use super::text::mobile;
use super::words::{self, with_article};
use crate::base::diag::{Code, Diagnostic};
use crate::base::node::{Map, Node, Value as Yaml};
use crate::base::quoted::Quoted;
use crate::base::span::Span;
use crate::model::{Address, Lookup, Target, UseOf, Value};
use crate::resource::{Format, Shape};

impl Decoder<'_> {
    /// Whether `{name: …}` names a live thing of the kind.
    ///
    /// The kind's own id by its plain name always does, whatever the table says.
    pub(super) fn is_lookup(&self, kind: &str, name: &str) -> bool {
        let listed = |k: &'static dyn crate::resource::Kind| k.info().lookups.iter().any(|(n, _)| *n == name);
        own_id(kind) == name || self.registry.kind(kind).is_some_and(listed)
    }

    /// A text: a word that means something by itself, or a local key.
    pub(super) fn key(&mut self, kind: &'static str, also: &[&str], text: &str, span: Span) -> Option<Value> {
        if also.contains(&text) {
            return Some(Value::text(text));
        }
        let key = self.sibling(kind, text);
        let known = self.keys.get(kind).is_some_and(|keys| keys.contains_key(key.as_ref()));
        let address = Address::new(kind, &key);
        if known {
            self.uses(UseOf::Address(address.clone()), span);
        } else if self.whole {
            let problem = self.nothing_there(kind, also, text, span);
            self.problem(problem);
            return None;
        }
        Some(Value::address(address))
    }

    /// The key of what a text names: things inside of one thing name each other by what stands before the colon.
    fn sibling<'t>(&self, kind: &str, text: &'t str) -> Cow<'t, str> {
        match (self.holder_of(kind), text.contains('/')) {
            (Some(holder), false) => Address::key_inside(holder, text).into(),
            _ => text.into(),
        }
    }

    /// The key of the thing around us, if things of this kind stand inside of its kind.
    fn holder_of(&self, kind: &str) -> Option<&str> {
        let inside = self.registry.kind(kind)?.inside()?;
        self.around.as_ref().filter(|(around, _)| *around == inside.kind).map(|(_, key)| key.as_str())
    }

    fn nothing_there(&mut self, kind: &'static str, also: &[&str], text: &str, span: Span) -> Diagnostic {
        let keys = self.keys;
        let holder = self.holder_of(kind).map(|holder| format!("{holder}/"));
        let here = |key: &'_ str| match &holder {
            Some(holder) => key.starts_with(holder.as_str()),
            None => true,
        };
        let start = holder.as_ref().map_or(0, String::len);
        let own = || {
            let all = keys.get(kind).into_iter().flat_map(|keys| keys.keys().map(AsRef::as_ref));
            all.filter(|key: &&str| here(key)).map(|key: &str| key.get(start..).unwrap_or(key))
        };
        let bare = text.split_once('.').filter(|(k, _)| *k == kind).map(|(_, key)| key);
        let elsewhere = keys.iter().find(|(k, keys)| **k != kind && keys.contains_key(text));
        let bare_kind = kind.rsplit('/').next().unwrap_or(kind).replace('_', " ");
        let place = self.holder_of(kind).map(|holder| format!(" of {holder}")).unwrap_or_default();
        let mut reason = format!("no {bare_kind}{place} has the key {}", Quoted(text));
        let remedy = if let Some(bare) = bare.filter(|bare| own().any(|key| key == *bare)) {
            format!("write the key alone: `{bare}`")
        } else if let Some(near) = self.guess(text, own().chain(also.iter().copied())) {
            format!("did you mean `{near}`?")
        } else if text.contains('@') && self.is_lookup(kind, "email") {
            format!("to name somebody who is not declared here, write {{email: {text}}}")
        } else if mobile(text).is_ok() && self.is_lookup(kind, "mobile") {
            format!("to name somebody who is not declared here, write {{mobile: \"{text}\"}}")
        } else {
            let ways: Vec<String> = self
                .registry
                .kind(kind)
                .map(|k| k.info().lookups.iter().map(|(name, _)| format!("{{{name}: …}}")).collect())
                .unwrap_or_default();
            let ways = if ways.is_empty() { format!("{{{}: …}}", own_id(kind)) } else { ways.join(" or ") };
            let plural = self.registry.kind(kind).map_or(kind, |k| k.info().plural);
            let plural = self.registry.kind(kind).and_then(crate::resource::Kind::inside).map_or(plural, |i| i.field);
            format!("declare it under `{plural}:`, or name one that is not managed here: {ways}")
        };
        if let Some((other, _)) = elsewhere {
            reason.push_str(&format!("; there is {} of that key", with_article(other)));
        }
        Diagnostic::new(Code("check::unknown_reference"), "a reference to nothing")
            .at(span, format!("no such {bare_kind}"))
            .because(format!("{}: {reason}", self.here()))
            .remedy(remedy)
    }

    /// `{email: a@b.cn}`.
    pub(super) fn lookup(&mut self, kind: &'static str, map: &Map, node: &Node) -> Option<Value> {
        let mut entries = map.iter();
        let (Some((name, value)), None) = (entries.next(), entries.next()) else {
            let problem =
                self.bad_lookup(kind, node, "a live thing is named by exactly one of its ids or names");
            self.problem(problem);
            return None;
        };
        if !self.is_lookup(kind, name) {
            let known: Vec<&str> = self
                .registry
                .kind(kind)
                .map_or_else(Vec::new, |k| k.info().lookups.iter().map(|(name, _)| *name).collect());
            let own = own_id(kind);
            let own = Some(own.as_str()).filter(|_| known.is_empty());
            let problem = words::unknown_field(
                name,
                &format!("a reference to {}", with_article(kind)),
                known.iter().copied().chain(own),
            );
            self.problem(problem);
            return None;
        }
        let Yaml::Text(text) = value.value() else {
            let written = self.sources.slice(value.span()).unwrap_or("…").to_owned();
            let remedy = format!("put it in double quotes: {{{}: \"{written}\"}}", name.value());
            let here = format!("`{}`", name.value());
            self.problem(words::wrong_type(value, &here, "a text", remedy));
            return None;
        };
        let format = self.registry.kind(kind).and_then(|k| k.info().attribute(name)).map(|a| &a.shape);
        let format = match format {
            Some(Shape::Text { format: format @ (Format::Mobile | Format::Email), .. }) => *format,
            _ => Format::Plain,
        };
        let text = self.inside(name, |d| d.text(1, 1000, format, text, value.span()))?;
        let lookup = Lookup { kind: kind.to_owned(), by: name.value().clone(), value: text };
        self.uses(UseOf::Lookup(lookup.clone()), node.span());
        Some(Value::Ref(Target::Lookup(lookup)))
    }

    fn bad_lookup(&self, kind: &str, node: &Node, reason: &str) -> Diagnostic {
        let way = self
            .registry
            .kind(kind)
            .and_then(|k| k.info().lookups.first())
            .map_or_else(|| own_id(kind), |(name, _)| (*name).to_owned());
        Diagnostic::new(Code("check::bad_reference"), "a reference is not clear")
            .at(node.span(), "names no one thing")
            .because(reason)
            .remedy(format!("write a key, or one entry such as {{{way}: …}}"))
    }

    /// An address in `moved:` and `import:`.
    pub(super) fn address(&mut self, text: &str, node: &Node) -> Option<Address> {
        let problem = match text.parse::<Address>() {
            Ok(address) if self.registry.kind(address.kind()).is_some() => return Some(address),
            Ok(address) => {
                let known: Vec<&str> = self.registry.iter().map(|k| k.info().name).collect();
                let plural = self.registry.plural(address.kind()).map(|k| k.info().name);
                let near = plural.or_else(|| self.guess(address.kind(), known.iter().copied()));
                let remedy = match near {
                    Some(near) => format!("did you mean `{near}.{}`?", address.key()),
                    None => format!("kinds are {}", known.join(", ")),
                };
                Diagnostic::new(Code("check::bad_address"), "this is not an address")
                    .at(node.span(), "no such kind")
                    .because(format!("there is no kind {}", Quoted(address.kind())))
                    .remedy(remedy)
            }
            Err(_) => Diagnostic::new(Code("check::bad_address"), "this is not an address")
                .at(node.span(), "not an address")
                .because(format!("{} does not name kind and key", Quoted(text)))
                .remedy("write the singular kind, a dot and the key, as in department.engineering"),
        };
        self.problem(problem);
        None
    }

    /// A text that must be an address, wherever it stands.
    pub(super) fn address_of(&mut self, node: &Node) -> Option<Address> {
        match node.value() {
            Yaml::Text(text) => self.address(&spanned(text, node), node),
            _ => {
                let remedy = "write it like department.engineering".to_owned();
                self.problem(words::wrong_type(node, &self.here(), "an address", remedy));
                None
            }
        }
    }
}

/// The plain name of a kind's own id.
fn own_id(kind: &str) -> String {
    format!("{kind}_id")
}
