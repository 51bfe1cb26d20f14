//! What is declared, with every reference under its final name: look-ups become live ids, live ids become
//! addresses where one manages them, rules about people become people.
//!
//! A look-up that finds nothing or too much is a problem; one that could not be answered leaves its attribute
//! *unsure*, and nothing is planned on its strength.

use std::collections::BTreeMap;

use super::bind::{Bound, observed};
use super::input::Input;
use super::people;
use super::trouble::{Trouble, Troubles};
use crate::model::{Address, Declared, Found, Lookup, Target, UseOf, Value, Wanted};

/// The declared attributes of one thing, resolved.
#[derive(Debug, Clone, Default)]
pub(super) struct Resolved {
    pub(super) wanted: BTreeMap<String, Wanted>,
    /// Attributes of which it is not known what they mean now.
    pub(super) unsure: BTreeMap<String, Unsure>,
    /// The rules about people, in words, by attribute; whom they match is in `wanted`.
    pub(super) rules: BTreeMap<String, String>,
}

/// Why something is not known, and what helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unsure {
    pub(super) why: String,
    pub(super) remedy: Option<String>,
}

/// Resolves everything that is declared.
pub(super) fn resolve<'i>(
    input: &Input<'i>,
    bound: &Bound<'i>,
    troubles: &mut Troubles<'i>,
) -> BTreeMap<Address, Resolved> {
    let mut all = BTreeMap::new();
    for (address, subject) in &bound.subjects {
        let Some(thing) = subject.declared else { continue };
        let mut resolved = Resolved::default();
        for (name, wanted) in &thing.attributes {
            let value = targets(input, bound, thing, name, wanted.value(), &mut resolved, troubles);
            let value = subject.kind.normal(name, value);
            if let Some(unknown) = unknown_targets(bound, &value) {
                resolved.unsure.entry(name.clone()).or_insert(unknown);
            }
            resolved.wanted.insert(name.clone(), with(wanted, value));
        }
        all.insert(address.clone(), resolved);
    }
    people::resolve(input, bound, &mut all, troubles);
    for (address, resolved) in &mut all {
        complete(bound, address, resolved);
    }
    all
}

/// Lets the kind add what follows from what is declared; what follows from something unsure is unsure.
fn complete(bound: &Bound<'_>, address: &Address, resolved: &mut Resolved) {
    let Some(subject) = bound.subjects.get(address) else { return };
    let stays = |value: &Value| match value {
        Value::Ref(target) => stays(bound, target),
        _ => true,
    };
    let live: Option<BTreeMap<String, Value>> = subject.live().map(|live| {
        let known = live.attributes.iter().map(|(name, value)| (name, bound.canonical(value)));
        let there = known.filter(|(_, value)| stays(value)).map(|(name, value)| {
            let value = match value {
                Value::Set(all) => Value::Set(all.into_iter().filter(stays).collect()),
                other => other,
            };
            (name.clone(), value)
        });
        there.collect()
    });
    let before = resolved.wanted.clone();
    subject.kind.complete(&mut resolved.wanted, live.as_ref());
    let Some(first) = resolved.unsure.values().next().cloned() else { return };
    for (name, wanted) in &resolved.wanted {
        if before.get(name) != Some(wanted) {
            resolved.unsure.entry(name.clone()).or_insert_with(|| first.clone());
        }
    }
}

/// Whether what a reference points at is there after this plan, as far as it is known.
fn stays(bound: &Bound<'_>, target: &Target) -> bool {
    match target {
        Target::Address(address) => bound.subjects.get(address).is_none_or(|s| s.declared.is_some()),
        Target::Remote { .. } | Target::Lookup(_) => true,
    }
}

/// The same amount of another value.
pub(super) fn with(wanted: &Wanted, value: Value) -> Wanted {
    match wanted {
        Wanted::Exactly(_) => Wanted::Exactly(value),
        Wanted::AtLeast(_) => Wanted::AtLeast(value),
    }
}

/// Addresses in a value of which it is not known what they are.
pub(super) fn unknown_targets(bound: &Bound<'_>, value: &Value) -> Option<Unsure> {
    let mut first = None;
    value.each_target(&mut |target| {
        if let Target::Address(address) = target
            && first.is_none()
            && let Some((why, remedy)) = bound.unknown(address)
        {
            first = Some(Unsure { why: format!("{address}: {why}"), remedy: remedy.map(str::to_owned) });
        }
    });
    first
}

fn targets<'i>(
    input: &Input<'i>,
    bound: &Bound<'i>,
    thing: &Declared,
    attribute: &str,
    value: &Value,
    resolved: &mut Resolved,
    troubles: &mut Troubles<'i>,
) -> Value {
    value.map_targets(&mut |target| {
        let Target::Lookup(lookup) = target else { return bound.name(target) };
        match observed(input, &lookup.kind).lookups.get(lookup) {
            Some(Found::One(id)) => {
                return bound.name(&Target::Remote { kind: lookup.kind.clone(), id: id.clone() });
            }
            Some(Found::None) => refuse(thing, attribute, lookup, &[], troubles),
            Some(Found::Many(ids)) => refuse(thing, attribute, lookup, ids, troubles),
            Some(Found::Unknown(gap)) => {
                let why = format!("{}: {}: {}", said(lookup), gap.what, gap.why);
                let unsure = Unsure { why, remedy: gap.remedy.clone() };
                resolved.unsure.insert(attribute.to_owned(), unsure);
            }
            None => {
                let unsure = Unsure { why: format!("{} was not looked up", said(lookup)), remedy: None };
                resolved.unsure.insert(attribute.to_owned(), unsure);
            }
        }
        target.clone()
    })
}

fn said(lookup: &Lookup) -> String {
    format!("the {} with {} {}", lookup.kind.replace('_', " "), lookup.by, lookup.value)
}

fn refuse(thing: &Declared, attribute: &str, lookup: &Lookup, found: &[String], troubles: &mut Troubles<'_>) {
    let wanted = UseOf::Lookup(lookup.clone());
    let span = thing.uses.iter().find(|u| u.attribute == attribute && u.to == wanted).map(|u| u.span);
    let span = span.unwrap_or_else(|| thing.place(attribute));
    let trouble = if found.is_empty() {
        Trouble {
            code: "plan::nothing_found",
            summary: "a reference finds nothing",
            why: format!(
                "{}: {attribute}: there is no {}",
                thing.address,
                said(lookup).trim_start_matches("the ")
            ),
            remedy: format!(
                "check the {}, that the app may see it, or declare it under its plural and name its key",
                lookup.by
            ),
        }
    } else {
        Trouble {
            code: "plan::several_found",
            summary: "a reference finds several",
            why: format!("{}: {attribute}: {} is {}", thing.address, said(lookup), found.join(" and ")),
            remedy: "name it by its id".to_owned(),
        }
    };
    troubles.add_at(&thing.address, Some(span), &[], trouble);
}
