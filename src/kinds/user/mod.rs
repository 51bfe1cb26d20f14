//! People: inviting, changing, dismissing and calling them back (contact.md B.2).
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `check` | rules that can be judged offline |
//! | `observe`, `live` | the fewest reads, and what their answers mean |
//! | `identity` | which live person a declared one is |
//! | `same` | when nothing is to be done |
//! | `steps` | the calls |

mod check;
mod identity;
mod live;
mod observe;
mod places;
mod same;
mod spec;
mod steps;
#[cfg(test)]
mod testing;

use crate::base::diag::Diagnostics;
use crate::model::{Declared, Manifest, Observed, Record, Value, Wanted};
use crate::resource::{Ask, Context, Drafts, Identity, Kind, KindInfo, Observing, Work};

/// The kind.
pub static KIND: User = User;

/// People.
#[derive(Debug)]
pub struct User;

impl Kind for User {
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
        same::same(attribute, declared, live)
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}
