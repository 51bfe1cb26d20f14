//! What mail groups and public mailboxes share: one namespace of addresses, aliases, lists of members (mail.md).
//!
//! | file | holds |
//! |---|---|
//! | `book` | who has which address, who takes it, and which circles need an address in between |
//! | `address` | the calls that change addresses and aliases |
//! | `edges` | the calls that bring members, senders and managers in and out |
//! | `check` | addresses that are said twice |
//! | `read` | finding things by id and address, their aliases, who else holds an address |
//! | `status` | who has an address that no kind has read |
//! | `identity` | which live thing a declared one is |

pub(super) mod address;
pub(super) mod book;
pub(super) mod check;
pub(super) mod edges;
pub(super) mod identity;
pub(super) mod read;
pub(super) mod status;

use crate::model::{Claim, Live, Value};

pub(super) const GROUP: &str = "mail_group";
pub(super) const MAILBOX: &str = "public_mailbox";

/// Attributes of both kinds.
pub(super) const EMAIL: &str = "email";
pub(super) const ALIASES: &str = "aliases";

/// No limit is published; more than anybody has seen.
pub(super) const MOST_ALIASES: usize = 100;

/// What sets the two kinds apart on the wire.
#[derive(Debug)]
pub(super) struct Family {
    pub kind: &'static str,
    /// For people.
    pub noun: &'static str,
    /// The name of the id, in paths and answers.
    pub id: &'static str,
    pub all: &'static str,
    pub one: &'static str,
    pub aliases: &'static str,
    pub alias: &'static str,
    /// There is no such thing.
    pub gone: i64,
}

pub(super) static GROUPS: Family = Family {
    kind: GROUP,
    noun: "mail group",
    id: "mailgroup_id",
    all: "/open-apis/mail/v1/mailgroups",
    one: "/open-apis/mail/v1/mailgroups/:mailgroup_id",
    aliases: "/open-apis/mail/v1/mailgroups/:mailgroup_id/aliases",
    alias: "/open-apis/mail/v1/mailgroups/:mailgroup_id/aliases/:alias_id",
    gone: 1_234_013,
};

pub(super) static MAILBOXES: Family = Family {
    kind: MAILBOX,
    noun: "public mailbox",
    id: "public_mailbox_id",
    all: "/open-apis/mail/v1/public_mailboxes",
    one: "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id",
    aliases: "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/aliases",
    alias: "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/aliases/:alias_id",
    gone: 1_234_016,
};

/// Addresses are compared without regard to case.
pub(super) fn fold(address: &str) -> String {
    address.trim().to_lowercase()
}

/// The claim on an address; people's mailboxes are in the same space.
pub(super) fn claim(address: &str) -> Claim {
    Claim { space: "mail address".to_owned(), value: fold(address) }
}

/// The main address of a live thing.
pub(super) fn main_of(live: &Live) -> &str {
    live.ids.get(EMAIL).map(String::as_str).unwrap_or_default()
}

/// A text or a set of texts, folded: what two sides are compared by.
pub(super) fn folded(value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(fold(text)),
        Value::Set(set) => Value::Set(set.iter().map(folded).collect()),
        other => other.clone(),
    }
}
