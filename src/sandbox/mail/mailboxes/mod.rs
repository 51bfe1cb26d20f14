//! Public mailboxes: an address with a store of mail that several people read.
//!
//! The rows and the mailbox's own endpoints. [`members`] holds those of its members, [`removal`] the way into
//! the recycle bin and out of existence.

mod members;
mod removal;
mod write;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::address::Owner;
use super::party;
use super::range::{View, denied};
use super::up;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::world::{Millis, Row, Stored, Table, World};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    pub public_mailbox_id: String,
    /// Its place in lists.
    pub number: u64,
    pub email: String,
    pub name: String,
    pub geo: String,
    pub created: Millis,
    /// Since when it is in the recycle bin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binned: Option<Millis>,
}

impl Row for Mailbox {
    type Key = String;
    const TABLE: &'static str = "public_mailboxes";
}

#[derive(Debug, Default)]
pub struct Mailboxes {
    rows: Table<Mailbox>,
}

impl Mailboxes {
    pub fn stored(&mut self) -> &mut dyn Stored {
        &mut self.rows
    }

    /// The recycled ones included.
    pub fn get(&self, id: &str) -> Option<&Mailbox> {
        self.rows.get(&id.to_owned())
    }

    /// All mailboxes, oldest first, the recycled ones included.
    pub fn all(&self) -> Vec<&Mailbox> {
        let mut mailboxes: Vec<&Mailbox> = self.rows.values().collect();
        mailboxes.sort_by_key(|m| m.number);
        mailboxes
    }

    /// Those that are not in the recycle bin.
    pub fn live(&self) -> impl Iterator<Item = &Mailbox> {
        self.all().into_iter().filter(|m| m.binned.is_none())
    }
}

pub(super) use removal::receiver;
pub use removal::restore;

/// The mailbox that the path means, by id or by main address, if the caller reaches it.
pub(super) fn reached<'w>(world: &'w World, call: &Call<'_>) -> Result<&'w Mailbox, Refusal> {
    let named = call.path("public_mailbox_id");
    let found = match party::primary(world, named) {
        Some(Owner::Mailbox(id)) => world.mail.mailboxes.get(&id),
        Some(_) | None => world.mail.mailboxes.get(named),
    };
    let mailbox = found.filter(|m| m.binned.is_none()).ok_or_else(|| refuse(1_234_016))?;
    if View::of(world, call).mailbox(world, &mailbox.public_mailbox_id) { Ok(mailbox) } else { Err(denied()) }
}

pub fn routes() -> Vec<Route> {
    let reads = vec![
        Route::read("GET", "/open-apis/mail/v1/public_mailboxes", list),
        Route::read("GET", "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id", get),
    ];
    [reads, write::routes(), members::routes(), removal::routes()].concat()
}

/// The gateway hides `geo` from whoever lacks its scope.
fn render(mailbox: &Mailbox) -> Value {
    json!({
        "public_mailbox_id": mailbox.public_mailbox_id,
        "email": mailbox.email,
        "name": mailbox.name,
        "geo": mailbox.geo,
    })
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    Ok(Data::Of(render(reached(world, call)?)))
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    up(world)?;
    let page = call.page(99_992_402, 99_992_402)?;
    let view = View::of(world, call);
    let seen = |m: &&Mailbox| view.mailbox(world, &m.public_mailbox_id) && world.listed(m.created);
    Ok(page.cut(world, world.mail.mailboxes.live().filter(seen), render).into_data("items"))
}
