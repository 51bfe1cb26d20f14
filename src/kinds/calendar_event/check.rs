//! Rules of events that need no tenant: times that are some, rules that can be kept, rooms that can be booked, and
//! two events that nobody could tell apart.

use std::collections::BTreeMap;

use super::repeat;
use super::spec::{ALL_DAY, AT, ATTENDEES, CONTACT, EXCEPT, NAME, OPTIONAL, REPEAT, ROOMS, TITLE};
use super::time::{self, When};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::span::Span;
use crate::model::{Address, Declared, Manifest, Value};

/// `calendar-event/create`: a series with rooms ends within so many years.
const YEARS: i64 = 2;

pub(super) fn check(manifest: &Manifest, problems: &mut Diagnostics) {
    let mut seen: BTreeMap<(Option<Address>, String, Value), Span> = BTreeMap::new();
    for event in manifest.of_kind(NAME) {
        let Some(when) = when(event, problems) else { continue };
        let rule = rule(event, &when, problems);
        rooms(event, &when, rule.as_deref(), problems);
        skipped(event, &when, rule.as_deref(), problems);
        invited_twice(event, problems);
        let title = event.value(TITLE).and_then(Value::as_text).unwrap_or_default().to_owned();
        let begins = when.kept();
        let begins = begins.get("from").or_else(|| begins.get("start")).cloned().unwrap_or(Value::Null);
        let key = (event.address.holder(), title, begins);
        if let Some(first) = seen.get(&key) {
            problems.push(
                Diagnostic::new(Code("event::twice"), "two events cannot be told apart")
                    .at(event.span, "the same title and beginning")
                    .also(*first, "as this one")
                    .because("a lost state is found again by calendar, title and beginning")
                    .remedy("give one of them another title"),
            );
        }
        seen.entry(key).or_insert(event.span);
    }
}

fn wrong(event: &Declared, attribute: &str, what: &'static str, why: String, remedy: &str) -> Diagnostic {
    Diagnostic::new(Code("event::wrong"), what).at(event.place(attribute), "this").because(why).remedy(remedy)
}

fn when(event: &Declared, problems: &mut Diagnostics) -> Option<When> {
    let (all_day, at) = (event.value(ALL_DAY), event.value(AT));
    if all_day.is_some() == at.is_some() {
        let (place, why) = if at.is_some() {
            (event.place(AT), "`all_day` and `at` exclude each other")
        } else {
            (event.span, "neither `all_day` nor `at` says when it is")
        };
        problems.push(
            Diagnostic::new(Code("event::when"), "an event is either on whole days or at a time")
                .at(place, "here")
                .because(why)
                .remedy("write `all_day: { from: 2026-10-01 }` or `at: { start: 2026-09-04T10:00, minutes: 60 }`"),
        );
        return None;
    }
    let attribute = if at.is_some() { AT } else { ALL_DAY };
    match time::read(all_day, at) {
        Ok(when) => when,
        Err(why) => {
            problems.push(wrong(event, attribute, "a time that is none", why, "mend it"));
            None
        }
    }
}

fn rule(event: &Declared, when: &When, problems: &mut Diagnostics) -> Option<String> {
    let written = event.value(REPEAT)?.as_text()?;
    match repeat::canonical(written, when) {
        Ok(rule) => Some(rule),
        Err(why) => {
            let remedy = "write a rule as FREQ=MONTHLY;BYDAY=1FR;UNTIL=20271231";
            problems.push(wrong(event, REPEAT, "a rule that is none", why, remedy));
            None
        }
    }
}

fn rooms(event: &Declared, when: &When, rule: Option<&str>, problems: &mut Diagnostics) {
    let any = event.value(ROOMS).is_some_and(|rooms| rooms.elements().next().is_some());
    if !any {
        return;
    }
    if event.value(CONTACT).is_none_or(Value::is_null) {
        let why = "an app can book rooms only in somebody's name".to_owned();
        let remedy = "write `room_contact: KEY`; the person is not invited by it";
        problems.push(wrong(event, ROOMS, "rooms without a contact", why, remedy));
    }
    if rule.is_some_and(|rule| !repeat::ends_by(rule, when, when.years_on(YEARS))) {
        let why = format!("a series with rooms has to end within {YEARS} years");
        problems.push(wrong(event, REPEAT, "rooms are booked for too long", why, "give it an UNTIL"));
    }
}

fn skipped(event: &Declared, when: &When, rule: Option<&str>, problems: &mut Diagnostics) {
    let days = || event.value(EXCEPT).into_iter().flat_map(Value::elements).filter_map(Value::as_text);
    if event.value(REPEAT).is_none() && days().next().is_some() {
        let why = "days are skipped by a series, and there is no `repeat`".to_owned();
        problems.push(wrong(event, EXCEPT, "nothing is repeated", why, "take `except` away"));
    }
    let Some(rule) = rule else { return };
    for day in days() {
        let at = day.parse().ok().and_then(|date| when.occurrence(date));
        if !at.is_some_and(|at| repeat::occurs(rule, when, at)) {
            let why = format!("the series does not take place on {day}");
            problems.push(wrong(event, EXCEPT, "a day that is skipped anyway", why, "take it out of `except`"));
        }
    }
}

/// Only people who are named one by one are known here.
fn invited_twice(event: &Declared, problems: &mut Diagnostics) {
    let people = |name: &str| match event.value(name) {
        Some(list @ (Value::Set(_) | Value::List(_))) => list.elements().cloned().collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    let must = people(ATTENDEES);
    if let Some(who) = people(OPTIONAL).iter().find(|who| must.contains(who)) {
        let why = format!("{} is in `attendees` and in `optional`", who.plain());
        problems.push(wrong(event, OPTIONAL, "a person is invited twice", why, "take them out of one"));
    }
}
