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
//! | `parts`, and a folder each | announcement, tabs, menu, top notice, picture: attribute, reading, rules, calls |

mod announcement;
mod avatar;
mod check;
mod complete;
mod icons;
mod identity;
mod menu;
mod observe;
mod parts;
mod powers;
mod spec;
mod steps;
mod tabs;
#[cfg(test)]
mod tests;
mod top_notice;
mod wire;

use std::collections::BTreeMap;

use crate::base::diag::Diagnostics;
use crate::model::{Declared, Manifest, Observed, OnRemove, Record, Value, Wanted};
use crate::resource::kind::satisfied;
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

    fn same(&self, attribute: &str, declared: &Wanted, live: &Value) -> bool {
        parts::same(attribute, declared, live).unwrap_or_else(|| satisfied(declared, live))
    }

    fn normal(&self, attribute: &str, value: Value) -> Value {
        parts::normal(attribute, value)
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
