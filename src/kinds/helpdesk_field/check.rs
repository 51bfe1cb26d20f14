//! Rules of ticket fields that need no tenant: options where there is a list, keys and rows that are one field's own.

use std::collections::BTreeMap;

use super::options::{self, LEVELS};
use super::spec::{DROPDOWN, MULTIPLE, NAME, NESTED, OPTIONS, POSITION, TYPE};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::span::Span;
use crate::model::{Address, Declared, Manifest, Value};

pub(super) fn check(manifest: &Manifest, problems: &mut Diagnostics) {
    for thing in manifest.of_kind(NAME) {
        choices(thing, problems);
    }
    one_row_each(manifest, problems);
}

fn wrong(thing: &Declared, attribute: &str, what: &'static str, why: String, remedy: &str) -> Diagnostic {
    Diagnostic::new(Code("ticket_field::wrong"), what).at(thing.place(attribute), "this").because(why).remedy(remedy)
}

fn choices(thing: &Declared, problems: &mut Diagnostics) {
    let Some(of) = thing.value(TYPE).and_then(Value::as_text) else { return };
    let levels = match of {
        DROPDOWN => 1,
        NESTED => LEVELS,
        _ => 0,
    };
    match thing.value(OPTIONS).map(|value| options::normal(value.clone())) {
        None if levels > 0 => {
            let why = format!("a field of the type {of} is a list, and nothing says what is in it");
            problems.push(wrong(thing, TYPE, "a list without options", why, "write `options: [one, another]`"));
        }
        Some(_) if levels == 0 => {
            let why = format!("a field of the type {of} takes any text");
            let remedy = "take `options` away, or write `type: dropdown`";
            problems.push(wrong(thing, OPTIONS, "options without a list", why, remedy));
        }
        Some(value) if value.elements().next().is_none() => {
            let why = "a list of nothing cannot be answered".to_owned();
            problems.push(wrong(thing, OPTIONS, "a list without options", why, "write `options: [one, another]`"));
        }
        Some(value) => {
            for why in options::faults(&value, levels) {
                let remedy = "give each option of a place a name or a `tag` of its own, and no more levels than the type has";
                problems.push(wrong(thing, OPTIONS, "options that cannot be", why, remedy));
            }
        }
        None => {}
    }
    if thing.value(MULTIPLE).is_some() && of != DROPDOWN {
        let why = format!("several answers are for the type dropdown alone, and this is {of}");
        problems.push(wrong(thing, MULTIPLE, "several answers to one question", why, "take `multiple` away"));
    }
}

/// Of two fields in one row nobody says which comes first.
fn one_row_each(manifest: &Manifest, problems: &mut Diagnostics) {
    let mut first: BTreeMap<(Option<Address>, &Value), (&Address, Span)> = BTreeMap::new();
    for thing in manifest.of_kind(NAME) {
        let Some(row) = thing.value(POSITION) else { continue };
        let place = thing.place(POSITION);
        let here = (thing.address.holder(), row);
        let Some((other, span)) = first.insert(here, (&thing.address, place)) else { continue };
        problems.push(
            Diagnostic::new(Code("check::taken_twice"), "two things want the same value")
                .at(place, format!("{} wants it", thing.address))
                .also(span, format!("{other} wants it too"))
                .because("nobody says which of two fields in one row comes first")
                .remedy(format!("give {} or {other} another position", thing.address)),
        );
    }
}
