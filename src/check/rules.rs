//! Rules over all things at once: a list of named checks, all of them run, all findings kept.
//!
//! Adding one is a function and a line. Each runs on whatever was sound, so that one mistake hides no other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::span::Span;
use crate::model::{Address, Declared, Manifest, Value};
use crate::resource::kind::own_id;
use crate::resource::{Kind, Naming, Registry};

type Rule = fn(&Manifest, Registry, &mut Diagnostics);

/// Every rule by its name, a sentence.
pub(super) const ALL: [(&str, Rule); 5] = [
    ("no_two_things_share_a_natural_key", no_two_things_share_a_natural_key),
    ("no_two_things_share_an_id", no_two_things_share_an_id),
    ("no_thing_stands_below_itself", no_thing_stands_below_itself),
    ("every_move_leads_to_a_declared_thing", every_move_leads_to_a_declared_thing),
    ("every_import_names_a_declared_thing_once", every_import_names_a_declared_thing_once),
];

/// Things of one kind in the order of writing, so that "again" is the later one.
fn in_order<'m>(manifest: &'m Manifest, kind: &'m str) -> Vec<&'m Declared> {
    let mut things: Vec<&Declared> = manifest.of_kind(kind).collect();
    things.sort_by_key(|thing| thing.span);
    things
}

fn no_two_things_share_a_natural_key(manifest: &Manifest, registry: Registry, problems: &mut Diagnostics) {
    for info in registry.iter().map(Kind::info) {
        let Naming::Attribute(attribute) = info.naming else { continue };
        // What is inside of something is looked for there alone.
        let mut seen: BTreeMap<(Option<Address>, &Value), &Declared> = BTreeMap::new();
        for thing in in_order(manifest, info.name) {
            let Some(value) = thing.value(attribute).filter(|value| !value.is_null()) else { continue };
            let place = (thing.address.holder(), value);
            let Some(first) = seen.get(&place) else {
                seen.insert(place, thing);
                continue;
            };
            problems.push(
                Diagnostic::new(Code("check::same_natural_key"), "two things cannot be told apart")
                    .at(thing.place(attribute), "the same here")
                    .also(first.place(attribute), "first here")
                    .because(format!(
                        "{} and {} have the same `{attribute}`, by which a live {} is found",
                        first.address,
                        thing.address,
                        info.name.replace('_', " ")
                    ))
                    .remedy(format!("give one of them another `{attribute}`")),
            );
        }
    }
}

fn no_two_things_share_an_id(manifest: &Manifest, registry: Registry, problems: &mut Diagnostics) {
    for info in registry.iter().map(Kind::info) {
        let mut seen: HashMap<String, &Declared> = HashMap::new();
        for thing in in_order(manifest, info.name) {
            let written = thing.value("id").and_then(Value::as_text).map(str::to_owned);
            let id = match (info.naming, written) {
                (_, Some(id)) => id,
                (Naming::Key, None) => own_id(thing),
                (Naming::Attribute(_) | Naming::RecordedOnly | Naming::Own(_), None) => continue,
            };
            let Some(first) = seen.get(&id) else {
                seen.insert(id, thing);
                continue;
            };
            problems.push(
                Diagnostic::new(Code("check::same_id"), "two things have the same id")
                    .at(thing.place("id"), "the same here")
                    .also(first.place("id"), "first here")
                    .because(format!("{} and {} both have the id `{id}`", first.address, thing.address))
                    .remedy("a key without `id:` is the id; give one of them another"),
            );
        }
    }
}

fn no_thing_stands_below_itself(manifest: &Manifest, registry: Registry, problems: &mut Diagnostics) {
    for info in registry.iter().map(Kind::info) {
        let Some(tree) = info.tree else { continue };
        let parent = |address: &Address| {
            manifest.things.get(address).and_then(|thing| thing.value(tree)).and_then(Value::as_address)
        };
        let mut done: BTreeSet<&Address> = BTreeSet::new();
        for start in in_order(manifest, info.name) {
            let mut path: Vec<&Address> = Vec::new();
            let mut on_path: BTreeSet<&Address> = BTreeSet::new();
            let mut here = Some(&start.address);
            while let Some(address) = here.filter(|address| !done.contains(address)) {
                if !on_path.insert(address) {
                    let from = path.iter().position(|a| *a == address).unwrap_or(0);
                    problems.push(circle(manifest, tree, path.get(from..).unwrap_or_default()));
                    break;
                }
                path.push(address);
                here = parent(address);
            }
            done.extend(path);
        }
    }
}

fn circle(manifest: &Manifest, tree: &str, addresses: &[&Address]) -> Diagnostic {
    let mut way: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    way.extend(way.first().cloned());
    let mut problem = Diagnostic::new(Code("check::circle"), "a thing stands below itself")
        .because(format!("{}: each is the `{tree}` of the one before", way.join(" → ")))
        .remedy(format!("give one of them a `{tree}` outside of the circle"));
    for (nth, address) in addresses.iter().enumerate() {
        let Some(thing) = manifest.things.get(address) else { continue };
        let above = addresses.get((nth + 1) % addresses.len()).map(ToString::to_string).unwrap_or_default();
        let label = format!("{address} is below {above}");
        let span = thing.place(tree);
        problem = if nth == 0 { problem.at(span, label) } else { problem.also(span, label) };
    }
    problem
}

fn every_move_leads_to_a_declared_thing(manifest: &Manifest, _: Registry, problems: &mut Diagnostics) {
    let bad = |span: Span, label: &str, reason: String, remedy: &str| {
        Diagnostic::new(Code("check::bad_move"), "a move that cannot be")
            .at(span, label)
            .because(reason)
            .remedy(remedy)
    };
    let mut targets: BTreeMap<&Address, Span> = BTreeMap::new();
    for (from, (to, span)) in &manifest.moved {
        if !manifest.things.contains_key(to) && !manifest.moved.contains_key(to) {
            let near =
                crate::base::suggest::nearest(to.key(), manifest.of_kind(to.kind()).map(|t| t.address.key()));
            let remedy = near.map_or_else(
                || "declare it, or delete the move".to_owned(),
                |near| format!("did you mean `{}.{near}`?", to.kind()),
            );
            problems.push(bad(*span, "leads nowhere", format!("{to} is not declared"), &remedy));
        }
        if let Some(thing) = manifest.things.get(from)
            && !manifest.moved.values().any(|(to, _)| to == from)
        {
            let reason = format!("{from} is still declared, so that nothing has moved away from it");
            problems.push(
                bad(*span, "this move", reason, "delete the move, or the old declaration")
                    .also(thing.span, "still declared here"),
            );
        }
        if let Some(circle) = way_back(manifest, from) {
            let reason = format!("{circle}: every run would move them once more");
            let remedy =
                "give one of them a key of its own in this run, and the one that it is to have in the next";
            problems.push(bad(*span, "leads back to where it began", reason, remedy));
        }
        if let Some(first) = targets.insert(to, *span) {
            let reason = format!("two things move to {to}");
            problems.push(bad(*span, "again here", reason, "keep one of the two").also(first, "first here"));
        }
    }
}

/// The moves that lead back to an address, told once: from the first of them.
fn way_back(manifest: &Manifest, from: &Address) -> Option<String> {
    let mut way = vec![from];
    loop {
        let (to, _) = manifest.moved.get(*way.last()?)?;
        if to == from {
            let words: Vec<String> = way.iter().chain([&from]).map(ToString::to_string).collect();
            return Some(words.join(" → "));
        }
        if to < from || way.contains(&to) {
            return None;
        }
        way.push(to);
    }
}

fn every_import_names_a_declared_thing_once(manifest: &Manifest, _: Registry, problems: &mut Diagnostics) {
    let mut seen: BTreeMap<(&str, &str), (&Address, Span)> = BTreeMap::new();
    for (address, (id, span)) in &manifest.import {
        let bad = |label: &str, reason: String, remedy: String| {
            Diagnostic::new(Code("check::bad_import"), "an import that cannot be")
                .at(*span, label)
                .because(reason)
                .remedy(remedy)
        };
        if !manifest.things.contains_key(address) {
            let names = manifest.of_kind(address.kind()).map(|thing| thing.address.key());
            let remedy = match crate::base::suggest::nearest(address.key(), names) {
                Some(near) => format!("did you mean `{}.{near}`?", address.kind()),
                None => "declare the thing too: what is imported is managed".to_owned(),
            };
            problems.push(bad("for nothing", format!("{address} is not declared"), remedy));
        }
        if let Some((other, first)) = seen.insert((address.kind(), id), (address, *span)) {
            let reason = format!("{other} and {address} would both be the live thing `{id}`");
            problems
                .push(bad("again here", reason, "keep one of the two".to_owned()).also(first, "first here"));
        }
    }
}
