//! Mail groups: addresses that forward to people, departments, other groups and strangers (mail.md 3.1 to 3.3).
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `lists` | its members, senders and managers on the wire |
//! | `check` | rules that can be judged offline |
//! | `observe` | the reads |
//! | `steps` | the calls |

mod check;
mod lists;
mod observe;
mod spec;
mod steps;
#[cfg(test)]
mod tests;

use crate::base::diag::Diagnostics;
use crate::kinds::mail::{ALIASES, EMAIL, folded, identity};
use crate::model::{Declared, Manifest, Observed, Record, Value, Wanted};
use crate::resource::kind::satisfied;
use crate::resource::{Ask, Context, Drafts, Identity, Kind, KindInfo, Observing, Work};

/// The kind.
pub static KIND: MailGroup = MailGroup;

/// Mail groups.
#[derive(Debug)]
pub struct MailGroup;

impl Kind for MailGroup {
    fn info(&self) -> &'static KindInfo {
        &spec::INFO
    }

    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        check::check(manifest, problems);
    }

    fn observe<'o>(&'o self, ask: &'o Ask, context: &'o Context<'o>) -> Observing<'o> {
        Box::pin(observe::observe(ask, context))
    }

    fn identify(&self, thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
        identity::identify(thing, record, observed)
    }

    fn same(&self, attribute: &str, declared: &Wanted, live: &Value) -> bool {
        if !matches!(attribute, EMAIL | ALIASES | spec::EXTERNAL | spec::OTHERS) {
            return satisfied(declared, live);
        }
        let declared = match declared {
            Wanted::Exactly(value) => Wanted::Exactly(folded(value)),
            Wanted::AtLeast(value) => Wanted::AtLeast(folded(value)),
        };
        satisfied(&declared, &folded(live))
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}
