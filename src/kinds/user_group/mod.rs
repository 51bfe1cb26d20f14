//! User groups: named sets of people that permissions point at (contact.md B.3, B.4).
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `identity` | which live group a declared one is |
//! | `observe` | the fewest reads, and what their answers mean |
//! | `steps`, `members` | the calls |

mod identity;
mod members;
mod observe;
mod spec;
mod steps;
#[cfg(test)]
mod tests;

use crate::base::diag::Diagnostics;
use crate::kinds::membership::claimed_once;
use crate::model::{Declared, Manifest, Observed, Record, Value};
use crate::resource::kind::own_id;
use crate::resource::{Ask, Context, Drafts, Identity, Kind, KindInfo, Observing, Work};

/// The kind.
pub static KIND: UserGroup = UserGroup;

/// User groups.
#[derive(Debug)]
pub struct UserGroup;

impl Kind for UserGroup {
    fn info(&self) -> &'static KindInfo {
        &spec::INFO
    }

    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        let name = |thing: &Declared| thing.value("name").and_then(Value::as_text).map(str::to_owned);
        claimed_once(manifest, spec::NAME, "name", name, problems);
        claimed_once(manifest, spec::NAME, "id", |thing| Some(own_id(thing)), problems);
    }

    fn observe<'o>(&'o self, ask: &'o Ask, context: &'o Context<'o>) -> Observing<'o> {
        Box::pin(observe::observe(ask, context))
    }

    fn identify(&self, thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
        identity::identify(thing, record, observed)
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}
