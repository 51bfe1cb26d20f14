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
use crate::kinds::unique::{said, said_once};
use crate::model::{Declared, Manifest, Observed, Record};
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
        said_once(manifest, spec::NAME, "name", |thing| said(thing, "name"), problems);
        let id = |thing: &Declared| Some(said(thing, "id").unwrap_or_else(|| (own_id(thing), thing.span)));
        said_once(manifest, spec::NAME, "id", id, problems);
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
