//! Meeting rooms (room.md 3.2). A room is never replaced: bookings and panels hang on its id.
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `observe` | the list of all rooms, and which is which |
//! | `steps` | the calls |

mod observe;
mod spec;
mod steps;
#[cfg(test)]
mod tests;

use crate::base::diag::Diagnostics;
use crate::kinds::rooms::{ROOM, check, form, identity, same};
use crate::model::{Declared, Manifest, Observed, Record, Value, Wanted};
use crate::resource::{Ask, Context, Drafts, Identity, Kind, KindInfo, Observing, Work};

/// The kind.
pub static KIND: Room = Room;

/// Meeting rooms.
#[derive(Debug)]
pub struct Room;

impl Kind for Room {
    fn info(&self) -> &'static KindInfo {
        &spec::INFO
    }

    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        check::check(manifest, ROOM, problems);
        check::names(manifest, ROOM, "level", problems);
        check::without_custom_id(manifest, problems);
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
