//! Shifts: named days that attendance groups refer to (attendance.md 3.1).
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `wire` | a shift as it is read and as it is written: flags of a period are read the other way round |
//! | `check` | rules that can be judged offline |
//! | `observe` | the reads |
//! | `steps` | the calls |

mod check;
mod observe;
mod spec;
mod steps;
#[cfg(test)]
mod tests;
mod wire;

use crate::base::diag::Diagnostics;
use crate::model::{Manifest, Value};
use crate::resource::{Ask, Context, Drafts, Kind, KindInfo, Observing, Work};

pub static KIND: Shift = Shift;

#[derive(Debug)]
pub struct Shift;

impl Kind for Shift {
    fn info(&self) -> &'static KindInfo {
        &spec::INFO
    }

    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        check::check(manifest, problems);
    }

    fn observe<'o>(&'o self, ask: &'o Ask, context: &'o Context<'o>) -> Observing<'o> {
        Box::pin(observe::observe(ask, context))
    }

    fn normal(&self, attribute: &str, value: Value) -> Value {
        wire::normal(attribute, value)
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}
