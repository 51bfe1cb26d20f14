//! Group chats: settings, people, bots, managers, who may post (chat.md).
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `check` | offline rules |
//! | `complete` | what follows from what is written: owners and managers are members |
//! | `identity` | which live chat a declared one is, and who could be meant |
//! | `observe`, `wire` | the fewest reads, and what their answers mean |
//! | `powers` | what the bot may do in a chat |
//! | `steps` | the calls |

mod check;
mod complete;
mod identity;
mod observe;
mod powers;
mod spec;
mod steps;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::BTreeMap;

use crate::base::diag::Diagnostics;
use crate::model::{Declared, Manifest, Observed, OnRemove, Record, Value, Wanted};
use crate::resource::{Ask, Context, Drafts, Identity, Kind, KindInfo, Observing, Work};

/// The kind.
pub static KIND: Chat = Chat;

/// Group chats.
#[derive(Debug)]
pub struct Chat;

impl Kind for Chat {
    fn info(&self) -> &'static KindInfo {
        &spec::INFO
    }

    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        check::check(manifest, problems);
    }

    fn observe<'o>(&'o self, ask: &'o Ask, context: &'o Context<'o>) -> Observing<'o> {
        Box::pin(observe::observe(ask, context))
    }

    fn identify(&self, thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
        identity::identify(thing, record, observed)
    }

    fn complete(&self, wanted: &mut BTreeMap<String, Wanted>, live: Option<&BTreeMap<String, Value>>) {
        complete::complete(wanted, live);
    }

    /// A chat is people's history: nothing happens to it unless somebody wrote that it shall.
    fn when_removed(&self) -> OnRemove {
        OnRemove::Forget
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}
