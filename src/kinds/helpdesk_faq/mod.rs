//! FAQs of a helpdesk's knowledge base (helpdesk.md 8).
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `answer` | Markdown ↔ the API's rich text, by lines |
//! | `check` | two that cannot be told apart, what an answer cannot hold |
//! | `observe` | one list a desk; which FAQ is which: by category and question |
//! | `steps` | the calls |

mod answer;
mod check;
mod observe;
mod spec;
mod steps;
#[cfg(test)]
mod tests;

use crate::base::diag::Diagnostics;
use crate::kinds::desk;
use crate::model::{Declared, Manifest, Observed, Record, Value};
use crate::resource::{Ask, Context, Drafts, Identity, Inside, Kind, KindInfo, Observing, Work};

pub(in crate::kinds) use observe::{id_of, leaf};
pub(in crate::kinds) use spec::{CATEGORY, NAME};
pub(in crate::kinds) use steps::MOVED;

/// The kind.
pub static KIND: HelpdeskFaq = HelpdeskFaq;

/// FAQs.
#[derive(Debug)]
pub struct HelpdeskFaq;

impl Kind for HelpdeskFaq {
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
        desk::identify(NAME, "its category and its question", thing, record, observed)
    }

    fn normal(&self, attribute: &str, value: Value) -> Value {
        match (attribute, &value) {
            (spec::ANSWER, Value::Text(text)) => Value::text(answer::normal(text)),
            _ => value,
        }
    }

    fn consent(&self) -> &'static [&'static str] {
        desk::CONSENT
    }

    fn standing(&self) -> &'static str {
        desk::AGENT
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}
