//! Offline rules of levels and rooms.

use std::collections::{BTreeMap, BTreeSet};

use super::form::{of_day, seconds};
use super::spec::{ADMINS, APPROVAL, CLOSED, DISPLAY, FORM, INFORM, MOST, TIMES, WHO};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Address, Declared, Manifest, Value};

/// The attribute that both kinds call so.
pub(in crate::kinds) const CUSTOM_ID: &str = "custom_id";

pub(in crate::kinds) fn check(manifest: &Manifest, kind: &str, problems: &mut Diagnostics) {
    for thing in manifest.of_kind(kind) {
        of_one(thing, problems);
    }
}

fn of_one(thing: &Declared, problems: &mut Diagnostics) {
    let mut wrong = |attribute: &str, what: &'static str, because: String, remedy: &str| {
        problems.push(
            Diagnostic::new(Code("room::rule"), what)
                .at(thing.place(attribute), format!("{attribute} of {}", thing.address))
                .because(because)
                .remedy(remedy.to_owned()),
        );
    };
    for attribute in [WHO, TIMES, APPROVAL, FORM, ADMINS, INFORM, DISPLAY] {
        if thing.value(attribute).and_then(Value::as_map).is_some_and(BTreeMap::is_empty) {
            wrong(
                attribute,
                "a rule without a field",
                "there is nothing in it".to_owned(),
                "write a field, or leave it out",
            );
        }
    }
    for attribute in [WHO, ADMINS, INFORM] {
        let Some(value) = thing.value(attribute) else { continue };
        let list = |name: &str| value.get(name).map(|list| list.elements().count());
        let (users, departments) = (list("users"), list("departments"));
        if users.unwrap_or(0) + departments.unwrap_or(0) > MOST {
            let because = format!("users and departments of one rule are at most {MOST} together");
            wrong(attribute, "too many in one rule", because, "name departments instead of their people");
        }
        if attribute == WHO && users == Some(0) && departments == Some(0) {
            let because = "the API does not take a rule that nobody meets".to_owned();
            wrong(attribute, "nobody could book it", because, "name somebody, or close it: `closed: {}`");
        }
    }
    let approvers = thing.value(APPROVAL).and_then(|a| a.get("approvers"));
    if approvers.is_some_and(|list| list.elements().next().is_none()) {
        let because = "approval needs at least one person".to_owned();
        wrong(APPROVAL, "nobody could approve", because, "name somebody, or switch it off: `approval: null`");
    }
    let part = |attribute: &str, name: &str| thing.value(attribute)?.get(name)?.as_text().map(str::to_owned);
    let day = |name: &str| part(TIMES, name).and_then(|text| of_day(&text));
    if let (Some(from), Some(to)) = (day("from"), day("to"))
        && to <= from
    {
        let because = "the end of the day's range is not after its begin".to_owned();
        wrong(
            TIMES,
            "a range that ends before it begins",
            because,
            "swap them; a range does not go over midnight",
        );
    }
    let moments: Vec<(&str, Option<String>)> =
        ["from", "until"].into_iter().map(|name| (name, part(CLOSED, name))).collect();
    for (name, text) in &moments {
        if let Some(text) = text.as_ref().filter(|text| seconds(text).is_none()) {
            let because = format!("{text} is no moment of the calendar ({name})");
            wrong(CLOSED, "a moment that does not exist", because, "write it as 2026-10-01T00:00:00+08:00");
        }
    }
    let at = |place: usize| moments.get(place).and_then(|(_, text)| seconds(text.as_ref()?));
    if let (Some(from), Some(until)) = (at(0), at(1))
        && until <= from
    {
        let because = "it opens before it closes".to_owned();
        wrong(CLOSED, "a closure that ends before it begins", because, "swap `from` and `until`");
    }
}

/// Two things of one name in one place cannot be told apart.
pub(in crate::kinds) fn names(manifest: &Manifest, kind: &str, place: &str, problems: &mut Diagnostics) {
    let mut first: BTreeMap<(Option<&Value>, &Value), &Declared> = BTreeMap::new();
    for thing in manifest.of_kind(kind) {
        let Some(name) = thing.value("name") else { continue };
        let on = thing.value(place).filter(|on| on.as_text() != Some(super::ROOT));
        let Some(other) = first.get(&(on, name)) else {
            first.insert((on, name), thing);
            continue;
        };
        problems.push(
            Diagnostic::new(Code("check::taken_twice"), "two things want the same value")
                .at(thing.place("name"), format!("{} wants it", thing.address))
                .also(other.place("name"), format!("{} wants it too", other.address))
                .because("one place holds one thing of a name: nobody could tell them apart")
                .remedy(format!("give {} or {} another name", thing.address, other.address)),
        );
    }
}

/// Levels above each other in a circle, each circle once.
pub(in crate::kinds) fn circles(manifest: &Manifest, problems: &mut Diagnostics) {
    let parent = |thing: &Declared| thing.value("parent").and_then(Value::as_address).cloned();
    let mut seen: BTreeSet<Address> = BTreeSet::new();
    for start in manifest.of_kind(super::LEVEL) {
        let mut path: Vec<Address> = Vec::new();
        let mut at = Some(start.address.clone());
        while let Some(here) = at.filter(|here| seen.insert(here.clone())) {
            at = manifest.things.get(&here).and_then(parent);
            path.push(here);
            if at.as_ref().is_some_and(|next| path.contains(next)) {
                break;
            }
        }
        let last = path.last().and_then(|here| parent(manifest.things.get(here)?));
        let Some(from) = last.and_then(|next| path.iter().position(|p| *p == next)) else { continue };
        let around: Vec<String> = path[from..].iter().chain([&path[from]]).map(ToString::to_string).collect();
        let Some(thing) = manifest.things.get(&path[from]) else { continue };
        problems.push(
            Diagnostic::new(Code("check::circle"), "parents form a circle")
                .at(thing.place("parent"), format!("the parent of {}", thing.address))
                .because(format!("each is below the next: {}", around.join(" → ")))
                .remedy("take the parent of one of them out, or give it one outside of the circle"),
        );
    }
}

/// Only a custom id tells for certain whether a room that a run was making when it died is there already: one piece of
/// advice for all rooms, since it is the same.
pub(in crate::kinds) fn without_custom_id(manifest: &Manifest, problems: &mut Diagnostics) {
    let mut bare = manifest.of_kind(super::ROOM).filter(|room| room.value(CUSTOM_ID).is_none());
    let Some(first) = bare.next() else { return };
    let others = match bare.count() {
        0 => String::new(),
        n => format!(" (and {n} more)"),
    };
    problems.push(
        Diagnostic::new(Code("room::no_custom_id"), "a room without a custom id")
            .warning()
            .at(first.place("name"), format!("{} has no custom_id{others}", first.address))
            .because(
                "it is known by its place and name alone: renamed by hand and gone from the state, or made twice by a \
                 call whose answer was lost, it cannot be told from another",
            )
            .remedy("give every room a custom_id of its own, such as the number on its door"),
    );
}
