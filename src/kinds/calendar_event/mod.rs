//! Events on shared calendars, and who is invited to them (calendar.md 2.3, 3.3, 3.4).
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `time`, `repeat` | times and recurrences, in one form |
//! | `wire` | an event as the API has it |
//! | `observe` | the events of the calendars that matter, attendees where they are declared; which event is which |
//! | `steps`, `guests` | the calls |

mod check;
mod guests;
mod observe;
mod repeat;
mod spec;
mod steps;
#[cfg(test)]
mod tests;
mod time;
mod wire;

use std::collections::BTreeMap;

use crate::base::diag::Diagnostics;
use crate::kinds::calendar_event::spec::{ALL_DAY, AT, EXCEPT, REPEAT};
use crate::model::{Declared, Manifest, Observed, Record, Value, Wanted};
use crate::resource::kind::satisfied;
use crate::resource::{Ask, Context, Drafts, Identity, Inside, Kind, KindInfo, Observing, Work};

/// The kind.
pub static KIND: CalendarEvent = CalendarEvent;

/// Events of calendars.
#[derive(Debug)]
pub struct CalendarEvent;

impl Kind for CalendarEvent {
    fn info(&self) -> &'static KindInfo {
        &spec::INFO
    }

    fn inside(&self) -> Option<Inside> {
        Some(spec::INSIDE)
    }

    fn unsupported(&self) -> &'static [(&'static str, &'static str)] {
        spec::UNSUPPORTED
    }

    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        check::check(manifest, problems);
    }

    fn observe<'o>(&'o self, ask: &'o Ask, context: &'o Context<'o>) -> Observing<'o> {
        Box::pin(observe::observe(ask, context))
    }

    fn identify(&self, thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
        observe::identify(thing, record, observed)
    }

    /// Skipped days can only become more.
    fn same(&self, attribute: &str, declared: &Wanted, live: &Value) -> bool {
        match attribute {
            EXCEPT => declared.value().elements().all(|day| live.elements().any(|l| l == day)),
            _ => satisfied(declared, live),
        }
    }

    fn normal(&self, attribute: &str, value: Value) -> Value {
        let read = match attribute {
            ALL_DAY => time::read(Some(&value), None),
            AT => time::read(None, Some(&value)),
            _ => return value,
        };
        // What is no time was refused by the checks.
        read.ok().flatten().map_or(value, |when| when.kept())
    }

    /// A rule has its form only together with the beginning.
    fn complete(&self, wanted: &mut BTreeMap<String, Wanted>, live: Option<&BTreeMap<String, Value>>) {
        let side = |name: &str| wanted.get(name).map(Wanted::value);
        let live = |name: &str| live.and_then(|l| l.get(name));
        let declared = time::read(side(ALL_DAY), side(AT)).ok().flatten();
        let when = declared.or_else(|| time::read(live(ALL_DAY), live(AT)).ok().flatten());
        let Some((when, rule)) = when.zip(side(REPEAT).and_then(Value::as_text)) else { return };
        if let Ok(rule) = repeat::canonical(rule, &when) {
            wanted.insert(REPEAT.to_owned(), Wanted::Exactly(Value::text(rule)));
        }
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}
