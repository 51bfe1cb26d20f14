//! Shared calendars of the app, and who may do what with them (calendar.md 1, 2.1, 2.2, 3.1, 3.2). What is on them
//! is another kind.
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `observe` | the app's list, those that are not in it, access lists; which calendar is which |
//! | `steps`, `access` | the calls |

mod access;
mod check;
mod observe;
mod spec;
mod steps;
#[cfg(test)]
mod tests;

use crate::base::diag::Diagnostics;
use crate::model::{Declared, Manifest, Observed, Record};
use crate::resource::{Ask, Context, Drafts, Identity, Kind, KindInfo, Observing, Work};

/// The kind.
pub static KIND: Calendar = Calendar;

/// Calendars.
#[derive(Debug)]
pub struct Calendar;

impl Kind for Calendar {
    fn info(&self) -> &'static KindInfo {
        &spec::INFO
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

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}
