//! The messages that several parts of `check` share.

use crate::base::diag::{Code, Diagnostic};
use crate::base::node::{Node, Value};
use crate::base::quoted::Quoted;
use crate::base::span::{Span, Spanned};
use crate::base::suggest::nearest;
use crate::resource::{Format, KindInfo, Shape};

pub(super) fn unknown_key(place: Span, name: &str, remedy: &str) -> Diagnostic {
    Diagnostic::new(Code("check::unknown_key"), "an unknown key at the top level")
        .at(place, "not known")
        .because(format!("{} is no kind and no part of a manifest", Quoted(name)))
        .remedy(remedy)
}

/// A section or `children:` that is not written by key.
pub(super) fn not_by_key(section: &str, node: &Node, item: bool) -> Diagnostic {
    let list = item || matches!(node.value(), Value::List(_));
    Diagnostic::new(Code("check::not_by_key"), "things are not written by key")
        .at(node.span(), format!("this is {}", node.value().noun()))
        .because(format!(
            "`{section}` is a map: each thing stands under a key of its own, which names it for good"
        ))
        .remedy(if list {
            "write `some.key: {…}` in place of `- …`"
        } else {
            "write `some.key:` and the thing's fields below it"
        })
}

pub(super) fn declared_twice(info: &KindInfo, key: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(Code("check::declared_twice"), "the same thing is declared twice")
        .at(key.span(), "again here")
        .also(first, "first here")
        .because(format!(
            "keys under `children:` name things like those at the top level, and {}.{} is there already",
            info.name,
            key.value()
        ))
        .remedy("keep one of the two, or give one another key")
}

/// A field that the table does not have.
pub(super) fn unknown_field<'n>(
    key: &Spanned<String>,
    of: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> Diagnostic {
    let known: Vec<&str> = known.into_iter().collect();
    let remedy = match nearest(key, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known here: {}", known.join(", ")),
    };
    Diagnostic::new(Code("check::unknown_field"), "an unknown field")
        .at(key.span(), "not known here")
        .because(format!("{of} has no {}", Quoted(key)))
        .remedy(remedy)
}

/// A value of another type than the shape wants.
pub(super) fn wrong_type(node: &Node, here: &str, wanted: &str, remedy: String) -> Diagnostic {
    Diagnostic::new(Code("check::wrong_type"), "a value of the wrong type")
        .at(node.span(), format!("this is {}", node.value().noun()))
        .because(format!("{here} takes {wanted}"))
        .remedy(remedy)
}

pub(super) fn cannot_clear(node: &Node, here: &str) -> Diagnostic {
    Diagnostic::new(Code("check::cannot_clear"), "a value is missing")
        .at(node.span(), "nothing is written here")
        .because(format!("an empty value or `null` clears a field, and {here} cannot be cleared"))
        .remedy("write a value, or delete the line: what is not written is left alone")
}

pub(super) fn missing(span: Span, of: &str, name: &str, wanted: &str, example: &str) -> Diagnostic {
    let remedy =
        if example.is_empty() { format!("add `{name}:`") } else { format!("add `{name}: {example}`") };
    Diagnostic::new(Code("check::missing_field"), "a required field is missing")
        .at(span, format!("has no `{name}`"))
        .because(format!("{of} needs `{name}`, {wanted}"))
        .remedy(remedy)
}

/// What a shape takes, for people.
pub(super) fn wanted(shape: &Shape) -> String {
    match shape {
        Shape::Text { format, .. } => match format {
            Format::Plain | Format::Long => "a text".to_owned(),
            Format::Mobile => "a mobile number".to_owned(),
            Format::Email => "an e-mail address".to_owned(),
            Format::Country => "a country's code of two letters".to_owned(),
            Format::Url => "a web address".to_owned(),
            Format::Pattern(_, words) => (*words).to_owned(),
        },
        Shape::Bool => "true or false".to_owned(),
        Shape::Int { .. } => "a whole number".to_owned(),
        Shape::Date => "a date such as 2024-03-01".to_owned(),
        Shape::Choice(words) => {
            let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
            format!("one of {}", names.join(", "))
        }
        Shape::Ref { kind, .. } => format!("the key of {}", with_article(kind)),
        Shape::Set { partial: true, .. } => "a list, or `{at_least: […]}`".to_owned(),
        Shape::Set { .. } | Shape::List { .. } => "a list".to_owned(),
        Shape::Keyed { .. } | Shape::Free { .. } | Shape::Object(_) => "a map".to_owned(),
        Shape::Either(shapes) => {
            let all: Vec<String> = shapes.iter().map(wanted).collect();
            all.join(", or ")
        }
        Shape::TextFile { .. } => "`{file: PATH}`, a text file beside this one".to_owned(),
        Shape::Picture { .. } => "the path of a picture beside this file".to_owned(),
        Shape::People { .. } => {
            "a list of users, or a map of `users`, `departments`, `user_groups`, `where`, `except`".to_owned()
        }
    }
}

/// `a department`, `an employee type`.
pub(super) fn with_article(kind: &str) -> String {
    let words = kind.replace('_', " ");
    // `user`, `unit`: a vowel that is not spoken as one.
    let vowel = words.starts_with(['a', 'e', 'i', 'o']);
    format!("{} {words}", if vowel { "an" } else { "a" })
}
