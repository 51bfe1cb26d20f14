//! The calls for people: invite, call back, change, dismiss.
//!
//! | file | holds |
//! |---|---|
//! | `body` | attributes → fields of a body |
//! | `claims` | what only one person may have, and what stands in for it while two swap |
//! | `leaders` | in which order people get other leaders |
//! | `enter` | inviting and calling back |
//! | `change` | patches: the fast and the slow lane, and what waits on people |
//! | `leave`, `heirs` | dismissing, in an order that leaves every heir in place |

mod body;
mod change;
mod claims;
mod enter;
mod heirs;
mod leaders;
mod leave;
#[cfg(test)]
mod tests;

use crate::model::{Action, OnRemove};
use crate::resource::{Drafts, Work};

/// One request a second for the whole tenant, and serial: concurrent freezing fails at random (`user/patch`).
const SLOW_LANE: &str = "user_slow";

const USERS: &str = "/open-apis/contact/v3/users";
const USER: &str = "/open-apis/contact/v3/users/:user_id";

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    let claims = claims::Claims::of(work);
    let leaders = leaders::Leaders::of(work);
    let heirs = heirs::Heirs::of(work, out);
    for change in work.changes {
        match (change.action, change.on_remove) {
            (Action::Create, _) => enter::enter(work, change, &claims, &leaders, out),
            (Action::Update | Action::Adopt, _) => change::change(work, change, &claims, &leaders, out),
            (Action::Delete, OnRemove::Delete) => leave::leave(work, change, &claims, &heirs, &leaders, out),
            (Action::Delete, OnRemove::Deactivate) => leave::freeze(change, out),
            (Action::Replace, _) => out.problem(
                &change.address,
                None,
                "plan::never_replaced",
                "a person is never deleted and created anew: it would end their account and their data",
                "take back the change of what cannot be changed",
            ),
            (Action::Forget | Action::Keep, _) | (Action::Delete, OnRemove::Forget) => {}
        }
    }
}

