//! Roles: pools of approvers whose names cannot be read back (contact.md B.6).
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `entries` | members and their ranges, declared and live, and when they agree |
//! | `check` | rules that can be judged offline |
//! | `observe` | the reads |
//! | `steps`, `members` | the calls |

mod check;
mod entries;
mod members;
mod observe;
mod spec;
mod steps;
#[cfg(test)]
mod tests;

use crate::base::diag::Diagnostics;
use crate::kinds::membership::MEMBERS;
use crate::model::{Manifest, Value, Wanted};
use crate::resource::kind::satisfied;
use crate::resource::{Ask, Context, Drafts, Kind, KindInfo, Observing, Work};

/// The kind.
pub static KIND: Role = Role;

/// Roles.
#[derive(Debug)]
pub struct Role;

impl Kind for Role {
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
        if attribute == MEMBERS { entries::same(declared, live) } else { satisfied(declared, live) }
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}
