//! Rules of shifts that need no tenant: names said twice, times in order, who must punch in.

use super::spec::{FLEXIBLE, MIDDLE, PERIODS, REST_DAY};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::kinds::attendance::SHIFT;
use crate::kinds::attendance::times::minutes;
use crate::model::{Declared, Manifest, Value};

/// Lists of `from` and `to`.
const SPANS: [&str; 3] = ["breaks", "overtime_breaks", "overtime"];

pub(super) fn check(manifest: &Manifest, problems: &mut Diagnostics) {
    for thing in manifest.of_kind(SHIFT) {
        let spans = SPANS.iter().filter_map(|name| in_order(thing, name, "from", "to"));
        let found = [in_order(thing, PERIODS, "on", "off"), some(thing), punched(thing), rest(thing), middle(thing)];
        spans.chain(found.into_iter().flatten()).for_each(|problem| problems.push(problem));
    }
}

fn at(item: &Value, name: &str) -> Option<i64> {
    item.get(name).and_then(Value::as_text).and_then(minutes)
}

/// Each ends after it begins, and begins after the one before.
fn in_order(thing: &Declared, attribute: &str, from: &str, to: &str) -> Option<Diagnostic> {
    let mut before = 0;
    for item in thing.value(attribute)?.elements() {
        let (begins, ends) = (at(item, from)?, at(item, to)?);
        if begins < before || ends <= begins {
            let why = if ends <= begins {
                format!("`{to}` is not after `{from}`: what ends on the next day is written with 24 hours more, as 26:00")
            } else {
                "one begins before the one above it has ended".to_owned()
            };
            return Some(
                Diagnostic::new(Code("shift::times"), "times are out of order")
                    .at(thing.place(attribute), "not one after the other")
                    .because(why)
                    .remedy("write them in the order in which they happen"),
            );
        }
        before = ends;
    }
    None
}

fn some(thing: &Declared) -> Option<Diagnostic> {
    (thing.value(PERIODS)?.elements().count() == 0).then(|| {
        Diagnostic::new(Code("shift::no_period"), "a shift has no period")
            .at(thing.place(PERIODS), "empty")
            .because("the API takes no shift without a period of work")
            .remedy("write one, with `rest_day: true` for a day of rest")
    })
}

/// The API insists on the first punch.
fn punched(thing: &Declared) -> Option<Diagnostic> {
    let first = thing.value(PERIODS)?.elements().next()?.get("punch")?.as_text()?;
    matches!(first, "out_only" | "none").then(|| {
        Diagnostic::new(Code("shift::first_punch"), "the first period asks for no punch in")
            .at(thing.place(PERIODS), format!("`punch: {first}`"))
            .because("the API insists on punching in to the first period of a day")
            .remedy("write `punch: both` or `punch: in_only` there")
    })
}

fn rest(thing: &Declared) -> Option<Diagnostic> {
    let flexible = thing.value(FLEXIBLE)?.elements().count() > 0;
    let rest = thing.value(REST_DAY)?.as_bool()?;
    (flexible && rest).then(|| {
        Diagnostic::new(Code("shift::flexible_rest"), "a day of rest has flexible hours")
            .at(thing.place(FLEXIBLE), "flexible")
            .also(thing.place(REST_DAY), "a day of rest")
            .because("the API takes one or the other")
            .remedy("take one of the two away")
    })
}

/// A fixed place needs its time, and no other has one.
fn middle(thing: &Declared) -> Option<Diagnostic> {
    let middle = thing.value(MIDDLE)?;
    let fixed = middle.get("by")?.as_text()? == "fixed";
    (fixed != middle.get("at").is_some()).then(|| {
        Diagnostic::new(Code("shift::middle"), "the halves of the day are not said")
            .at(thing.place(MIDDLE), if fixed { "`at` is missing" } else { "`at` has no effect" })
            .because("`at` says where the halves meet with `by: fixed`, and only then")
            .remedy(if fixed { "write `at: \"12:30\"` beside it" } else { "take `at` away, or write `by: fixed`" })
    })
}
