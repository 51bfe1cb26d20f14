//! Custom fields of a helpdesk's tickets (helpdesk.md 9).
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `check` | rules that need no tenant |
//! | `options` | options of lists and the tags that tickets refer to |
//! | `wire` | a field as the API has it |
//! | `rows` | which field is in which row |
//! | `observe` | the fields of each desk, rows compared by their order |
//! | `steps` | the calls; the creation answers without an id |

mod check;
mod observe;
mod options;
mod rows;
mod spec;
mod steps;
#[cfg(test)]
mod tests;
mod wire;

use crate::base::diag::Diagnostics;
use crate::kinds::desk;
use crate::model::{Address, Declared, Manifest, Observed, Record, Value, Wanted};
use crate::resource::kind::satisfied;
use crate::resource::{Ask, Context, Drafts, Identity, Inside, Kind, KindInfo, Observing, Work};

/// The kind.
pub static KIND: TicketField = TicketField;

/// Custom fields of tickets.
#[derive(Debug)]
pub struct TicketField;

impl Kind for TicketField {
    fn info(&self) -> &'static KindInfo {
        &spec::INFO
    }

    fn inside(&self) -> Option<Inside> {
        Some(spec::INSIDE)
    }

    fn unsupported(&self) -> &'static [(&'static str, &'static str)] {
        spec::UNSUPPORTED
    }

    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        check::check(manifest, problems);
    }

    fn observe<'o>(&'o self, ask: &'o Ask, context: &'o Context<'o>) -> Observing<'o> {
        Box::pin(observe::observe(ask, context))
    }

    fn identify(&self, thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
        desk::identify(spec::NAME, observe::SAME, thing, record, observed)
    }

    fn recall(&self, address: &Address, record: &Record, observed: &Observed) -> Identity {
        observe::recall(address, record, observed)
    }

    fn same(&self, attribute: &str, declared: &Wanted, live: &Value) -> bool {
        match attribute {
            spec::OPTIONS => options::same(declared.value(), live),
            _ => satisfied(declared, live),
        }
    }

    fn normal(&self, attribute: &str, value: Value) -> Value {
        match (attribute, value) {
            (spec::OPTIONS, value) => options::normal(value),
            (spec::DESCRIPTION, Value::Text(text)) if text.is_empty() => Value::Null,
            (_, value) => value,
        }
    }

    fn consent(&self) -> &'static [&'static str] {
        desk::CONSENT
    }

    fn standing(&self) -> &'static str {
        desk::ADMINISTRATOR
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}
