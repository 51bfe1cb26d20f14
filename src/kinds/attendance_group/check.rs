//! Rules of groups that need no tenant: what goes with the type, what has no effect, days and places said twice,
//! departments in two groups.

use std::collections::BTreeMap;

use super::spec::{DEPARTMENTS, EXEMPT_DEPARTMENTS, FREE, LEADERS, OFF_DAYS, TYPE, WEEK, WORK_DAYS};
use super::switches::UNDER;
use super::{places, wire};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::span::Span;
use crate::kinds::attendance::GROUP;
use crate::kinds::attendance::times::minutes;
use crate::model::{Declared, Manifest, Target, Value};

pub(super) fn check(manifest: &Manifest, problems: &mut Diagnostics) {
    in_one_group(manifest, problems);
    for thing in manifest.of_kind(GROUP) {
        let mut found: Vec<Diagnostic> = UNDER.iter().filter_map(|(block, first)| under(thing, block, first)).collect();
        found.extend([typed(thing, WEEK, "fixed"), typed(thing, FREE, "free"), hours(thing), led(thing), action(thing)].into_iter().flatten());
        found.extend(days(thing));
        found.extend(places::ALL.iter().filter_map(|(name, _)| place(thing, name)));
        found.into_iter().for_each(|problem| problems.push(problem));
    }
}

fn word<'t>(thing: &'t Declared, attribute: &str) -> &'t str {
    thing.value(attribute).and_then(Value::as_text).unwrap_or_default()
}

/// A week goes with a fixed group, free hours with a free one, and neither with another.
fn typed(thing: &Declared, attribute: &str, of: &str) -> Option<Diagnostic> {
    let kind = word(thing, TYPE);
    let there = thing.attributes.contains_key(attribute);
    (there != (kind == of)).then(|| {
        let (label, remedy) = if there {
            ("has no place here", format!("take `{attribute}` away, or write `type: {of}`"))
        } else {
            ("asks for more", format!("write `{attribute}` too"))
        };
        Diagnostic::new(Code("attendance_group::type"), "the type does not go with the days of work")
            .at(thing.place(if there { attribute } else { TYPE }), label)
            .because(format!("`{attribute}` is what a {of} group has, and {} is {kind}", thing.address))
            .remedy(remedy)
    })
}

/// Free hours say the three things that the API insists on.
fn hours(thing: &Declared) -> Option<Diagnostic> {
    let free = thing.value(FREE)?;
    let missing: Vec<&str> = ["days", "from", "to"].into_iter().filter(|name| free.get(name).is_none()).collect();
    let at = |name: &str| free.get(name).and_then(Value::as_text).and_then(minutes);
    let turned = at("from").zip(at("to")).is_some_and(|(from, to)| to <= from);
    let why = match missing.as_slice() {
        [] if turned => "`to` is not after `from`".to_owned(),
        [] => return None,
        names => format!("the API insists on {}", names.join(", ")),
    };
    Some(
        Diagnostic::new(Code("attendance_group::hours"), "free hours are not said")
            .at(thing.place(FREE), "not whole")
            .because(why)
            .remedy("write `{ days: […], from: \"07:00\", to: \"22:00\" }`"),
    )
}

fn led(thing: &Declared) -> Option<Diagnostic> {
    let leaders = thing.value(LEADERS)?;
    let nobody = matches!(leaders, Value::Set(set) if set.is_empty()) || matches!(leaders, Value::List(l) if l.is_empty());
    nobody.then(|| {
        Diagnostic::new(Code("attendance_group::leaders"), "nobody is responsible")
            .at(thing.place(LEADERS), "empty")
            .because("the API takes no group without somebody who is responsible")
            .remedy("name somebody with the right to administer groups")
    })
}

/// What only counts while another switch is on, which is not written or off.
fn under(thing: &Declared, block: &str, first: &str) -> Option<Diagnostic> {
    let fields = thing.value(block)?.as_map()?;
    let on = fields.get(first).and_then(Value::as_bool) == Some(true);
    let idle: Vec<&str> = fields.keys().map(String::as_str).filter(|name| *name != first).collect();
    (!on && !idle.is_empty()).then(|| {
        Diagnostic::new(Code("attendance_group::no_effect"), "a switch has no effect")
            .at(thing.place(block), format!("{} without `{first}: true`", idle.join(", ")))
            .because(format!("the rest of `{block}` counts while `{first}` is on, and the tenant forgets it otherwise"))
            .remedy(format!("write `{first}: true` beside it, or `{{ {first}: false }}` alone"))
    })
}

fn action(thing: &Declared) -> Option<Diagnostic> {
    let face = thing.value("face")?;
    let action = face.get("action").and_then(Value::as_bool) == Some(true);
    (action && face.get("when").and_then(Value::as_text) != Some("always")).then(|| {
        Diagnostic::new(Code("attendance_group::no_effect"), "a switch has no effect")
            .at(thing.place("face"), "`action` without `when: always`")
            .because("a movement is asked for only where every punch recognises the face")
            .remedy("write `when: always` too, or take `action` away")
    })
}

/// A day is an exception once.
fn days(thing: &Declared) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for attribute in [WORK_DAYS, OFF_DAYS] {
        for item in thing.value(attribute).into_iter().flat_map(Value::elements) {
            let Some(day) = item.get("day").unwrap_or(item).as_text() else { continue };
            if let Some(first) = seen.insert(day, attribute) {
                found.push(
                    Diagnostic::new(Code("attendance_group::day_twice"), "a day is an exception twice")
                        .at(thing.place(attribute), format!("{day} again"))
                        .also(thing.place(first), "first here")
                        .because("a day has one shift, or none")
                        .remedy("take one of the two away"),
                );
            }
        }
    }
    found
}

fn place(thing: &Declared, attribute: &str) -> Option<Diagnostic> {
    let places = wire::normal(attribute, thing.value(attribute)?.clone());
    (places::marks(attribute, &places).len() != thing.value(attribute)?.elements().count()).then(|| {
        Diagnostic::new(Code("attendance_group::place_twice"), "a place is said twice")
            .at(thing.place(attribute), "twice")
            .because("places are known by name and degrees, networks by BSSID, addresses by themselves")
            .remedy("take one of the two away")
    })
}

/// A department is bound to one group. People are judged when it is known whom rules mean.
fn in_one_group(manifest: &Manifest, problems: &mut Diagnostics) {
    let mut seen: BTreeMap<&Target, (&Declared, Span)> = BTreeMap::new();
    for thing in manifest.of_kind(GROUP) {
        for attribute in [DEPARTMENTS, EXEMPT_DEPARTMENTS] {
            let targets = thing.value(attribute).into_iter().flat_map(Value::elements).filter_map(Value::as_target);
            for target in targets {
                let here = (thing, thing.place(attribute));
                if let Some((first, place)) = seen.insert(target, here)
                    && first.address != thing.address
                {
                    problems.push(
                        Diagnostic::new(Code("attendance_group::in_two"), "a department is in two attendance groups")
                            .at(thing.place(attribute), "again here")
                            .also(place, "first here")
                            .because(format!("everybody is in one group at most: {} or {}", first.address, thing.address))
                            .remedy("take it out of one of the two; a department below it may be in another"),
                    );
                }
            }
        }
    }
}
