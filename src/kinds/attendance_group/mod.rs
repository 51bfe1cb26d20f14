//! Attendance groups: who punches, how, where, and which shift on which day (attendance.md 3.2).
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `switches`, `places`, `calendar`, `people` | parts of it, as they are read and written |
//! | `wire` | a group as it is read and as it is written |
//! | `check` | rules that can be judged offline |
//! | `observe` | the reads |
//! | `steps`, `moves` | the calls, and who leaves which group before joining another |

mod calendar;
mod check;
mod moves;
mod observe;
mod people;
mod places;
mod spec;
mod steps;
mod switches;
#[cfg(test)]
mod tests;
mod wire;

use crate::base::diag::Diagnostics;
use crate::model::{Manifest, Target, Value, Wanted};
use crate::resource::kind::satisfied;
use crate::resource::{Ask, Context, Drafts, Kind, KindInfo, Observing, ThingChange, Work};

pub static KIND: AttendanceGroup = AttendanceGroup;

#[derive(Debug)]
pub struct AttendanceGroup;

impl Kind for AttendanceGroup {
    fn info(&self) -> &'static KindInfo {
        &spec::INFO
    }

    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        check::check(manifest, problems);
    }

    fn observe<'o>(&'o self, ask: &'o Ask, context: &'o Context<'o>) -> Observing<'o> {
        Box::pin(observe::observe(ask, context))
    }

    fn same(&self, attribute: &str, declared: &Wanted, live: &Value) -> bool {
        if places::ALL.iter().any(|(name, _)| *name == attribute) {
            return places::same(attribute, declared, live);
        }
        satisfied(declared, live)
    }

    fn normal(&self, attribute: &str, value: Value) -> Value {
        wire::normal(attribute, value)
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}

/// Whether a group names a shift after this plan; nothing when it was not read.
pub(in crate::kinds) fn names_shift(group: &ThingChange<'_>, is_it: &dyn Fn(&Target) -> bool) -> Option<bool> {
    let mut named = false;
    let kind = group.after(spec::TYPE).or_else(|| group.live?.attributes.get(spec::TYPE)).and_then(Value::as_text);
    for attribute in [spec::WEEK, spec::WORK_DAYS] {
        // The week goes with the type.
        if attribute == spec::WEEK && kind != Some(spec::TYPES[0].0) {
            continue;
        }
        let live = group.live.and_then(|live| live.attributes.get(attribute));
        group.after(attribute).or(live)?.each_target(&mut |target| named |= is_it(target));
    }
    Some(named)
}
