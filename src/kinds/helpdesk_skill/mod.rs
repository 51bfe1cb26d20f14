//! Skills of a helpdesk's agents and the rules that bring tickets to them (helpdesk.md 5, 6).
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `words` | the rules by their readable names |
//! | `operand` | what rules compare with: how it is built |
//! | `rules` | rules in words and as the API has them |
//! | `check` | rules that need no tenant |
//! | `observe` | the skills of each desk, the declared ones with their rules; the catalogue |
//! | `steps`, `write` | the calls, and the rules in them |

mod check;
mod observe;
mod operand;
mod rules;
mod spec;
mod steps;
#[cfg(test)]
mod tests;
mod words;
mod write;

pub(super) use observe::BUILTIN;
pub(super) use steps::WRITTEN;

use crate::base::diag::Diagnostics;
use crate::kinds::desk;
use crate::model::{Address, Declared, Manifest, Observed, Record, Value};
use crate::resource::{Ask, Context, Drafts, Identity, Inside, Kind, KindInfo, Observing, Work};

/// The kind.
pub static KIND: Skill = Skill;

/// Skills of agents.
#[derive(Debug)]
pub struct Skill;

impl Kind for Skill {
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

    fn normal(&self, attribute: &str, value: Value) -> Value {
        if attribute == spec::RULES { rules::normal(value) } else { value }
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
