//! What an administrator does about mail in the two consoles.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use super::{apps, found};
use crate::sandbox::mail::mailboxes;
use crate::sandbox::world::{MailRange, World};

/// Configures the mail data range of an app: `all`, or the things named by id, or nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reach {
    app_id: Option<String>,
    #[serde(default)]
    all: bool,
    /// `mailgroup_id`, `public_mailbox_id`, or a person's `union_id`.
    #[serde(default)]
    ids: BTreeSet<String>,
}

/// Takes a public mailbox out of the recycle bin.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Restore {
    address: String,
}

impl Reach {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let range = match (self.all, self.ids.is_empty()) {
            (true, true) => MailRange::All,
            (false, true) => MailRange::Empty,
            (false, false) => MailRange::Some(self.ids),
            (true, false) => return Err("give all or ids, not both".to_owned()),
        };
        apps::edit(world, self.app_id, |app| app.mail_range = range)
    }
}

impl Restore {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let restored = mailboxes::restore(world, &self.address);
        found(restored, || format!("no public mailbox {} is in the recycle bin", self.address))
    }
}
