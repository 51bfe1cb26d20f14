//! Helpdesks: the frame that everything of one desk stands in (helpdesk.md 1, 2, 10).
//!
//! The API neither makes nor deletes a helpdesk, and shows nothing of its settings. It is known by the id that its
//! admin page shows, one cheap call proves that its credential works, and the only thing of it that can be written are
//! the events that the app hears of, which nobody can read back.

mod check;
mod observe;
mod spec;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::base::diag::Diagnostics;
use crate::kinds::desk::VARIABLE;
use crate::model::{Address, Declared, DeskKey, Manifest, Observed, OnRemove, Record, Value};
use crate::resource::{Ask, Context, Drafts, Identity, Kind, KindInfo, Observing, Work};

/// The kind.
pub static KIND: Helpdesk = Helpdesk;

/// Helpdesks.
#[derive(Debug)]
pub struct Helpdesk;

impl Kind for Helpdesk {
    fn info(&self) -> &'static KindInfo {
        &spec::INFO
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
        observe::identify(thing, record, observed)
    }

    /// Of remembered ones too: what is inside of a desk may leave after the desk's own entry did.
    fn desks(&self, manifest: &Manifest, records: &BTreeMap<Address, Record>) -> Vec<DeskKey> {
        let declared = manifest.of_kind(spec::NAME).filter_map(|thing| {
            let text = |name: &str| thing.value(name).and_then(Value::as_text).map(str::to_owned);
            Some(DeskKey { desk: text(spec::HELPDESK_ID)?, variable: text(VARIABLE)? })
        });
        let remembered = records.iter().filter_map(|(address, record)| {
            let own = (address.kind() == spec::NAME).then(|| record.id().map(str::to_owned)).flatten();
            let desk = own.or_else(|| record.ids.get(crate::kinds::desk::DESK).cloned())?;
            Some(DeskKey { desk, variable: record.ids.get(VARIABLE)?.clone() })
        });
        remembered.chain(declared).collect()
    }

    /// It can be forgotten and nothing else.
    fn when_removed(&self) -> OnRemove {
        OnRemove::Forget
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}
