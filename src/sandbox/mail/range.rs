//! The mail data range: which groups and mailboxes an app reaches. Until somebody configures it, none.
//!
//! Lists omit what is out of range and say nothing; a single thing out of range is refused, and not with
//! "not found", which a client that deletes would take for "done".

use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Call, Identity, Refusal, refuse};
use crate::sandbox::world::{MailRange, World};

use super::edges::{Party, Relation};

/// What the caller reaches, resolved once per call.
#[derive(Debug)]
pub(super) enum View<'w> {
    App(&'w MailRange),
    /// A person sees the public mailboxes that they are in.
    Person(UserKey),
}

impl<'w> View<'w> {
    pub(super) fn of(world: &'w World, call: &Call<'_>) -> Self {
        static NOTHING: MailRange = MailRange::Empty;
        match call.caller.identity {
            Identity::User(key) => Self::Person(key),
            Identity::Tenant | Identity::Anonymous => {
                Self::App(world.apps.get(&call.caller.app_id).map_or(&NOTHING, |app| &app.mail_range))
            }
        }
    }

    fn names(&self, id: &str) -> bool {
        match self {
            Self::App(MailRange::All) => true,
            Self::App(MailRange::Some(ids)) => ids.contains(id),
            Self::App(MailRange::Empty) | Self::Person(_) => false,
        }
    }

    pub(super) fn group(&self, id: &str) -> bool {
        self.names(id)
    }

    pub(super) fn mailbox(&self, world: &World, id: &str) -> bool {
        match self {
            Self::Person(key) => {
                world.mail.edges.between(Relation::Mailbox, id, &Party::User(*key)).is_some()
            }
            Self::App(_) => self.names(id),
        }
    }

    pub(super) fn user(&self, world: &World, key: UserKey) -> bool {
        self.names(&ids::union_id(world, key))
    }
}

/// Out of the range.
pub(super) fn denied() -> Refusal {
    refuse(1_230_002).http(403).msg("permission denied")
}
