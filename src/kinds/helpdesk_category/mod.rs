//! Categories of a helpdesk's knowledge base: a tree, in up to three languages (helpdesk.md 7).
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `check` | two that cannot be told apart, a root without a language, a parent of another desk |
//! | `observe` | the tree as it is, and which category is which: by language and path of names |
//! | `steps` | the calls: parents before children, and the other way round when they leave |

mod check;
mod observe;
pub(in crate::kinds) mod spec;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::base::diag::Diagnostics;
use crate::kinds::desk;
use crate::model::{Declared, Manifest, Observed, Record, Value, Wanted};
use crate::resource::{Ask, Context, Drafts, Identity, Inside, Kind, KindInfo, Observing, Work};

/// The kind.
pub static KIND: HelpdeskCategory = HelpdeskCategory;

/// Categories.
#[derive(Debug)]
pub struct HelpdeskCategory;

impl Kind for HelpdeskCategory {
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
        desk::identify(spec::NAME, "its language and its path of names", thing, record, observed)
    }

    /// The tree in the YAML is the tree: what stands in nothing stands at the top.
    fn complete(&self, wanted: &mut BTreeMap<String, Wanted>, _: Option<&BTreeMap<String, Value>>) {
        wanted.entry(spec::PARENT.to_owned()).or_insert_with(|| Wanted::Exactly(Value::text(spec::ROOT)));
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
