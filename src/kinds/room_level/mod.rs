//! Levels of meeting rooms: country, city, building, floor, as a tree below the tenant (room.md 3.1).
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `observe` | the walk of the tree, and which live level is which |
//! | `steps` | the calls, moves from the top down |

mod observe;
mod spec;
mod steps;
#[cfg(test)]
mod tests;

use crate::base::diag::Diagnostics;
use crate::kinds::rooms::{LEVEL, check, form, identity, same};
use crate::model::{Declared, Manifest, Observed, Record, Value, Wanted};
use crate::resource::{Ask, Context, Drafts, Identity, Kind, KindInfo, Observing, Work};

/// The kind.
pub static KIND: RoomLevel = RoomLevel;

/// Levels of rooms.
#[derive(Debug)]
pub struct RoomLevel;

impl Kind for RoomLevel {
    fn info(&self) -> &'static KindInfo {
        &spec::INFO
    }

    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        check::check(manifest, LEVEL, problems);
        check::names(manifest, LEVEL, "parent", problems);
        check::circles(manifest, problems);
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

    fn normal(&self, attribute: &str, value: Value) -> Value {
        form::normal(attribute, value)
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}
