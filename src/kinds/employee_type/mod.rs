//! Employee types: the options that a tenant adds to the five built-in ones.
//!
//! A type is known by two ids: `enum_id` in paths, and `enum_value`, the number that people carry. The built-in
//! ones (1 to 5) cannot be changed; people name them by words of the user kind, and they are not things here.
//! Deleted types count towards the limit of 255 for ever, so what leaves the YAML is switched off, not deleted,
//! unless `lifecycle: {on_remove: delete}` says so. Facts: `contact.md`, B.7.

mod steps;
#[cfg(test)]
mod tests;

use serde_json::Value as Json;

use super::catalogue::{self, List, filled};
use super::locales::{self, LOCALES};
use super::unique::{said, said_once};
use crate::base::diag::Diagnostics;
use crate::model::{Declared, Found, Live, Lookup, Manifest, Observed, Record, Value};
use crate::resource::kind::identify;
use crate::resource::{
    Ask, Attribute, Context, Drafts, Identity, Kind, KindInfo, Naming, Observing, Shape, Work,
};

pub static KIND: EmployeeType = EmployeeType;

#[derive(Debug)]
pub struct EmployeeType;

pub(super) const NAME: &str = "employee_type";
const PATH: &str = "/open-apis/contact/v3/employee_type_enums";
const LIST: List = List { path: PATH, items: "items", what: "employee types" };
/// Marks the entry of a built-in type among the look-ups: nobody can ask by it.
const BUILT_IN: &str = "built-in content";

static INFO: KindInfo = KindInfo {
    name: NAME,
    plural: "employee_types",
    title: "Employee type",
    about: "An option of the field \"employee type\" that people have, beside the five built-in ones, which need \
            no entry here: users name them regular, intern, outsourced, labour and consultant. A tenant has at \
            most 255 types of its own, and deleted ones count for ever. So a type that is taken out of the YAML \
            is switched off, not deleted; declared again, it is switched on again. With lifecycle: {on_remove: \
            delete} it is deleted, if nobody has it. Changing somebody's type can move them in or out of \
            department chats that are limited to some types.",
    naming: Naming::Attribute("content"),
    attributes: &[
        Attribute::new(
            "content",
            Shape::text(100),
            "The name that people see. Unique; the natural key by which an existing type is found.",
        )
        .required()
        .example("专家"),
        Attribute::new(
            "i18n",
            Shape::Keyed { keys: LOCALES, of: &Shape::text(100) },
            "The name in other languages, unique in each. A language that is not written is left alone, and one \
             that is there cannot be taken away.",
        )
        .example("{ en_us: Expert, ja_jp: 専門家 }"),
        Attribute::new(
            "active",
            Shape::Bool,
            "Whether it can be given to people. A new type is active unless this says no.",
        )
        .example("true"),
    ],
    tree: None,
    example: "version: 1
employee_types:
  expert:
    content: 专家
    i18n: { en_us: Expert, ja_jp: 専門家 }
  seasonal:
    content: 季节工
    active: false
",
    lookups: &[
        ("content", "by its name"),
        ("enum_id", "by its id in paths"),
        ("enum_value", "by the number that people carry, from 6"),
    ],
    key: None,
    observe_after: &[],
};

impl Kind for EmployeeType {
    fn info(&self) -> &'static KindInfo {
        &INFO
    }

    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        said_once(manifest, NAME, "content", |thing| said(thing, "content"), problems);
        locales::none_is_taken_away(manifest, NAME, &["i18n"], problems);
        for (locale, language) in LOCALES {
            let what = format!("{language} name");
            said_once(manifest, NAME, &what, |thing| said_in(thing, locale), problems);
        }
    }

    /// Always one listing: users need the numbers of all types even where none is declared.
    fn observe<'o>(&'o self, ask: &'o Ask, context: &'o Context<'o>) -> Observing<'o> {
        Box::pin(async move {
            let mut observed = LIST.read(context, live).await;
            set_built_in_apart(&mut observed);
            catalogue::answer(NAME, "enum_id", ask, &mut observed);
            observed
        })
    }

    /// As usual, but a built-in type is no candidate and blocks its name.
    fn identify(&self, thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
        let usual = identify(&INFO, thing, record, observed);
        match (usual, thing.value("content").and_then(Value::as_text)) {
            (Identity::Absent, Some(content)) => match built_in(observed, content) {
                None => Identity::Absent,
                Some(number) => Identity::Unclear {
                    why: format!("{content} is the built-in type {number}, which cannot be managed"),
                    remedy: format!(
                        "take {} out, and name the type at people by its word (regular, intern, outsourced, \
                         labour, consultant); or choose another content",
                        thing.address
                    ),
                },
            },
            (usual, _) => usual,
        }
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}

fn said_in(thing: &Declared, locale: &str) -> Option<(String, crate::base::span::Span)> {
    let text = thing.value("i18n")?.get(locale)?.as_text()?;
    Some((text.to_owned(), thing.place("i18n")))
}

fn live(item: &Json) -> Option<Live> {
    let number = match item.get("enum_value")? {
        Json::String(text) if !text.is_empty() => text.clone(),
        Json::Number(number) => number.to_string(),
        _ => return None,
    };
    let code = |name: &str| item.get(name).and_then(Json::as_i64);
    let mut live = Live { id: filled(item, "enum_id")?.to_owned(), ..Live::default() };
    live.ids.insert("enum_value".to_owned(), number);
    let attributes = [
        ("content", Value::text(filled(item, "content")?)),
        ("i18n", locales::read(item.get("i18n_content"))),
        ("active", Value::Bool(code("enum_status")? == 1)),
    ];
    live.attributes.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    if code("enum_type")? == 1 {
        live.facts.insert("built_in".to_owned(), Value::Bool(true));
    }
    Some(live)
}

/// Takes the built-in types out of the things, so that nothing is ever planned for one, and keeps their names.
fn set_built_in_apart(observed: &mut Observed) {
    let (built_in, own) = std::mem::take(&mut observed.things).into_iter().partition(|(_, l)| l.fact("built_in"));
    observed.things = own;
    let built_in: std::collections::BTreeMap<String, Live> = built_in;
    for live in built_in.into_values() {
        let content = live.attributes.get("content").and_then(Value::as_text).unwrap_or_default();
        let number = live.ids.get("enum_value").cloned().unwrap_or_default();
        observed.lookups.insert(mark(content), Found::One(number));
    }
}

fn mark(content: &str) -> Lookup {
    Lookup { kind: NAME.to_owned(), by: BUILT_IN.to_owned(), value: content.to_owned() }
}

/// The number of the built-in type with this name.
fn built_in<'o>(observed: &'o Observed, content: &str) -> Option<&'o str> {
    match observed.lookups.get(&mark(content))? {
        Found::One(number) => Some(number),
        Found::None | Found::Many(_) | Found::Unknown(_) => None,
    }
}
