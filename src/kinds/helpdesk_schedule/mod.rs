//! Working hours and skills of a helpdesk's agents (helpdesk.md 4).
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `check` | rules that need no tenant |
//! | `hours` | working hours in one form |
//! | `observe` | the schedules of each desk, whoever is on duty now or not |
//! | `steps` | the calls; hours and skills always go out together |

mod check;
mod hours;
mod observe;
mod spec;
mod steps;
#[cfg(test)]
mod tests;

pub(super) use spec::NAME;

use crate::base::diag::Diagnostics;
use crate::kinds::desk;
use crate::model::{Declared, Manifest, Observed, Record, Value};
use crate::resource::{Ask, Context, Drafts, Identity, Inside, Kind, KindInfo, Observing, Work};

/// The kind.
pub static KIND: Schedule = Schedule;

/// Schedules of agents.
#[derive(Debug)]
pub struct Schedule;

impl Kind for Schedule {
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
        desk::identify_by(NAME, spec::AGENT, thing, record, observed)
    }

    fn normal(&self, attribute: &str, value: Value) -> Value {
        if attribute == spec::HOURS { hours::normal(&value) } else { value }
    }

    fn consent(&self) -> &'static [&'static str] {
        desk::CONSENT
    }

    fn standing(&self) -> &'static str {
        desk::ADMINISTRATOR
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}
