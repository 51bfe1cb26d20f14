//! Departments: the tree, who leads its parts, and their chats (contact.md B.1).
//!
//! Quirks that shape this kind:
//!
//! - The id is ours: the local key, or `id:`. It is known before the department exists. It can be changed about
//!   once in a life by a call of its own, which is never planned.
//! - Every structural write takes a lock on the whole tree, so they go one at a time (lane `department`), in an
//!   order that [`sequence`] finds by simulation: no name, number or place is ever taken twice on the way.
//! - Leaders and HR partners must have joined. They come in a second phase and may stay pending (43025).
//! - PATCH leaves out what does not change; PUT empties what is left out. PUT is used for one thing only: taking
//!   a language of the name away. Everything is sent again with it, and the HR partners, which it cannot carry,
//!   are sent after it.
//! - An id that a batch leaves out is absent only if the app sees all staff.
//! - A department does not come back once it is deleted, and is deleted only when nobody and nothing is in it.

mod check;
mod observe;
mod sequence;
mod spec;
mod steps;
#[cfg(test)]
mod tests;
mod wire;

use crate::base::diag::Diagnostics;
use crate::model::{Declared, Manifest, Observed, Record, Value, Wanted};
use crate::resource::kind::{identify, satisfied};
use crate::resource::{Ask, Context, Drafts, Identity, Kind, KindInfo, Observing, Work};

const OPEN: &str = "open_department_id";

pub static KIND: Department = Department;

#[derive(Debug)]
pub struct Department;

impl Kind for Department {
    fn info(&self) -> &'static KindInfo {
        &spec::INFO
    }

    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        check::check(manifest, problems);
    }

    fn observe<'o>(&'o self, ask: &'o Ask, context: &'o Context<'o>) -> Observing<'o> {
        Box::pin(observe::observe(ask, context))
    }

    /// An id can be given to another department after its holder was deleted, and changed by hand. The open id is
    /// neither.
    fn identify(&self, thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
        let identity = identify(self.info(), thing, record, observed);
        let Some(open) = record.and_then(|record| record.ids.get(OPEN)) else { return identity };
        if let Some(live) = observed.things.values().find(|live| live.ids.get(OPEN) == Some(open)) {
            return Identity::Bound(live.id.clone());
        }
        let Identity::Bound(id) = &identity else { return identity };
        match observed.things.get(id).and_then(|live| live.ids.get(OPEN)) {
            Some(other) if other != open => Identity::Unclear {
                why: format!("the department {id} that was managed is gone, and another one has its id now"),
                remedy: format!(
                    "to manage the new one: larkctl state rm {}, and plan again; else write another id:",
                    thing.address
                ),
            },
            Some(_) | None => identity,
        }
    }

    fn same(&self, attribute: &str, declared: &Wanted, live: &Value) -> bool {
        match (attribute, declared.value()) {
            // Nobody leads it, in two spellings.
            ("leaders", Value::Null) => is_nothing(live),
            ("hrbps" | "i18n_name", Value::Null) => is_nothing(live),
            ("children_order", Value::List(wanted)) => {
                let named: Vec<&Value> = live.elements().filter(|child| wanted.contains(child)).collect();
                named.len() == wanted.len() && named.into_iter().eq(wanted)
            }
            _ => satisfied(declared, live),
        }
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Set(_) | Value::List(_) => value.elements().next().is_none(),
        Value::Map(map) => map.values().all(is_nothing),
        Value::Bool(_) | Value::Int(_) | Value::Text(_) | Value::Ref(_) => false,
    }
}
