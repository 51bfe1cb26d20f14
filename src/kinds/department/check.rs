//! Rules for departments that need no tenant: who leads, how siblings are named and ordered, how deep the tree is.

use std::collections::BTreeMap;

use super::sequence::{CHILDREN, DEPTH};
use super::spec::NAME;
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::quoted::Quoted;
use crate::model::{Address, Declared, Manifest, Target, Value};
use crate::resource::kind::own_id;

type Things<'m> = BTreeMap<&'m Address, &'m Declared>;

pub(super) fn check(manifest: &Manifest, problems: &mut Diagnostics) {
    let things: Things<'_> = manifest.of_kind(NAME).map(|thing| (&thing.address, thing)).collect();
    every_id_is_usable_and_unique(&things, problems);
    let mut families: BTreeMap<&Value, Vec<&Declared>> = BTreeMap::new();
    for thing in things.values() {
        every_name_is_trimmed(thing, problems);
        leaders_make_sense(thing, problems);
        no_level_is_too_deep(thing, &things, problems);
        ordered_children_are_children(thing, &things, problems);
        if let Some(parent) = thing.value("parent") {
            families.entry(parent).or_default().push(thing);
        }
    }
    for (parent, children) in families {
        siblings_differ(&children, problems);
        a_parent_has_room(parent, &children, problems);
    }
    a_unit_is_bound_on_one_side(manifest, &things, problems);
}

fn every_id_is_usable_and_unique(things: &Things<'_>, problems: &mut Diagnostics) {
    let mut holders: BTreeMap<String, &Declared> = BTreeMap::new();
    for thing in things.values() {
        let id = own_id(thing);
        let span = thing.place("id");
        if id.to_lowercase().starts_with("od-") || id == "0" || id == "1" {
            problems.push(
                Diagnostic::new(Code("department::reserved_id"), "this id is reserved")
                    .at(span, "cannot be a department_id")
                    .because("the remote keeps 0, 1 and whatever begins with od- for itself")
                    .remedy("choose another key, or write another id:"),
            );
        }
        // Earlier versions of the API say that case does not count.
        if let Some(first) = holders.insert(id.to_lowercase(), thing) {
            problems.push(
                Diagnostic::new(Code("department::same_id"), "two departments have the same id")
                    .at(span, "again here")
                    .also(first.place("id"), "first here")
                    .because(format!(
                        "{} and {} would both be {}; upper and lower case are not told apart",
                        first.address,
                        thing.address,
                        Quoted(&id)
                    ))
                    .remedy("write another id: for one of them"),
            );
        }
    }
}

fn every_name_is_trimmed(thing: &Declared, problems: &mut Diagnostics) {
    let own = thing.value("name").into_iter().map(|name| ("name", name));
    let others = thing.value("i18n_name").and_then(Value::as_map).into_iter().flat_map(BTreeMap::values);
    for (attribute, value) in own.chain(others.map(|name| ("i18n_name", name))) {
        let Some(name) = value.as_text() else { continue };
        if name.trim() != name {
            problems.push(
                Diagnostic::new(Code("department::blank_edge"), "this name begins or ends with a blank")
                    .at(thing.place(attribute), "here")
                    .because("the remote takes such blanks away, so that the name would differ for ever")
                    .remedy(format!("write {}", Quoted(name.trim()))),
            );
        }
    }
}

fn leaders_make_sense(thing: &Declared, problems: &mut Diagnostics) {
    let Some(leaders) = thing.value("leaders").filter(|leaders| leaders.as_map().is_some()) else { return };
    let primary = leaders.get("primary");
    let deputies = leaders.get("deputies");
    let some = deputies.is_some_and(|deputies| deputies.elements().next().is_some());
    if some && primary.is_none_or(Value::is_null) {
        problems.push(
            Diagnostic::new(Code("department::no_primary"), "there are deputies and no primary leader")
                .at(thing.place("leaders"), "primary: is missing")
                .because(format!("{} has leaders, and exactly one of them has to be the primary one", thing.address))
                .remedy("write primary:, or take the deputies out"),
        );
    }
    if let (Some(primary), Some(deputies)) = (primary, deputies)
        && deputies.elements().any(|deputy| deputy == primary)
    {
        problems.push(
            Diagnostic::new(Code("department::leader_twice"), "somebody is a leader twice")
                .at(thing.place("leaders"), "primary and deputy at once")
                .because(format!("the primary leader of {} is among the deputies too", thing.address))
                .remedy("take them out of the deputies"),
        );
    }
}

fn parent(thing: &Declared) -> Option<&Address> {
    thing.value("parent").and_then(Value::as_address)
}

fn no_level_is_too_deep(thing: &Declared, things: &Things<'_>, problems: &mut Diagnostics) {
    let above = std::iter::successors(parent(thing), |address| things.get(*address).and_then(|t| parent(t)));
    let depth = 1 + above.take(things.len() + 1).count();
    // One message for the first level that is too deep; circles are said by whoever resolves references.
    if depth == DEPTH + 1 {
        problems.push(
            Diagnostic::new(Code("department::too_deep"), "the tree is too deep")
                .at(thing.span, format!("level {depth}"))
                .because(format!("departments go {DEPTH} levels deep and no further"))
                .remedy("move it further up"),
        );
    }
}

fn a_parent_has_room(parent: &Value, children: &[&Declared], problems: &mut Diagnostics) {
    if let Some(first) = children.get(CHILDREN) {
        let name = match parent {
            Value::Ref(Target::Address(address)) => address.to_string(),
            _ => "one department".to_owned(),
        };
        problems.push(
            Diagnostic::new(Code("department::too_many"), "too many departments under one")
                .at(first.span, format!("number {}", CHILDREN + 1))
                .because(format!("{} are declared under {name}; {CHILDREN} are allowed", children.len()))
                .remedy("put a level in between"),
        );
    }
}

/// The texts that have to differ among siblings: attribute, what is compared, the text.
fn labels(thing: &Declared) -> Vec<(&'static str, String, String)> {
    let text = |value: &Value| value.as_text().map(|text| text.trim().to_owned());
    let mut labels = Vec::new();
    labels.extend(thing.value("name").and_then(text).map(|name| ("name", "name".to_owned(), name)));
    for (locale, value) in thing.value("i18n_name").and_then(Value::as_map).into_iter().flatten() {
        labels.extend(text(value).map(|name| ("i18n_name", locale.clone(), name)));
    }
    labels.extend(thing.value("order").and_then(Value::as_int).map(|n| ("order", "order".to_owned(), n.to_string())));
    labels
}

fn siblings_differ(children: &[&Declared], problems: &mut Diagnostics) {
    let mut holders: BTreeMap<(String, String), &Declared> = BTreeMap::new();
    for thing in children {
        for (attribute, what, text) in labels(thing) {
            let Some(first) = holders.get(&(what.clone(), text.clone())) else {
                holders.insert((what, text), thing);
                continue;
            };
            let (code, summary) = if attribute == "order" {
                (Code("department::same_order"), "two departments under one parent have the same number")
            } else {
                (Code("department::same_name"), "two departments under one parent have the same name")
            };
            problems.push(
                Diagnostic::new(code, summary)
                    .at(thing.place(attribute), "again here")
                    .also(first.place(attribute), "first here")
                    .because(format!("{} and {} both have {}", first.address, thing.address, Quoted(&text)))
                    .remedy("change one of them, or put it under another parent"),
            );
        }
    }
}

fn ordered_children_are_children(thing: &Declared, things: &Things<'_>, problems: &mut Diagnostics) {
    let Some(order) = thing.value("children_order") else { return };
    let mut seen: Vec<&Value> = Vec::new();
    for child in order.elements() {
        let at = || thing.place("children_order");
        if seen.contains(&child) {
            problems.push(
                Diagnostic::new(Code("department::ordered_twice"), "a department is ordered twice")
                    .at(at(), "here")
                    .because(format!("{} names one of its children twice", thing.address))
                    .remedy("name it once"),
            );
            continue;
        }
        seen.push(child);
        let Some(declared) = child.as_address().and_then(|address| things.get(address)) else { continue };
        if parent(declared) != Some(&thing.address) {
            problems.push(
                Diagnostic::new(Code("department::not_a_child"), "only children can be ordered")
                    .at(at(), "names another's child")
                    .also(declared.place("parent"), "its parent")
                    .because(format!("{} is not directly under {}", declared.address, thing.address))
                    .remedy("take it out of children_order, or change its parent"),
            );
        }
        if declared.value("order").is_some() {
            problems.push(
                Diagnostic::new(Code("department::ordered_both_ways"), "a department is ordered in two ways")
                    .at(declared.place("order"), "by number here")
                    .also(at(), "by children_order here")
                    .because(format!("{} has order:, and {} orders it too", declared.address, thing.address))
                    .remedy("keep one of the two"),
            );
        }
    }
}

fn a_unit_is_bound_on_one_side(manifest: &Manifest, things: &Things<'_>, problems: &mut Diagnostics) {
    for unit in manifest.of_kind("unit") {
        for department in unit.value("departments").into_iter().flat_map(Value::elements) {
            let Some(address) = department.as_address() else { continue };
            let Some(thing) = things.get(address).filter(|thing| thing.value("unit").is_some()) else { continue };
            problems.push(
                Diagnostic::new(Code("department::unit_twice"), "the unit is written on both sides")
                    .at(thing.place("unit"), "here")
                    .also(unit.place("departments"), "and here")
                    .because(format!("{} and {} both say which unit the department has", thing.address, unit.address))
                    .remedy("keep unit: of the department, or departments: of the unit"),
            );
        }
    }
}
