//! The mail service: mail groups, public mailboxes, the aliases of both and of people, the recycle bin.
//!
//! All addresses of the tenant are one namespace ([`address`]); who is in what is one table of [`edges`].
//! Pages: `mail-v1/{mail-group, public-mailbox, user, user_mailbox-alias}`. Assumptions: `docs/fidelity/mail.md`.

pub mod address;
mod aliases;
pub mod edges;
pub mod groups;
pub mod mailboxes;
mod party;
mod range;
mod users;

use serde::{Deserialize, Serialize};

use address::{Addresses, Held, Owner};
use edges::{Edge, EdgeKey, Edges, Party, Relation};

use super::contact::directory::{DepartmentKey, UserKey};
use super::gateway::{Refusal, Route, refuse};
use super::world::{Millis, Row, Stored, Table, World};

/// What became of the mail of a mailbox that was removed: the proof that none was lost silently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fate {
    pub address: String,
    /// Who received the mail; none means that it was destroyed.
    pub moved_to: Option<String>,
    pub at: Millis,
}

impl Row for Fate {
    type Key = u64;
    const TABLE: &'static str = "mail_fates";
}

/// The rows of the service.
#[derive(Debug, Default)]
pub struct Mail {
    pub addresses: Addresses,
    pub edges: Edges,
    pub groups: groups::Groups,
    pub mailboxes: mailboxes::Mailboxes,
    fates: Table<Fate>,
}

impl Mail {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        vec![
            self.addresses.stored(),
            self.edges.stored(),
            self.groups.stored(),
            self.mailboxes.stored(),
            &mut self.fates,
        ]
    }

    pub fn reindex(&mut self) {
        self.addresses.reindex();
        self.edges.reindex();
    }

    pub fn fates(&self) -> impl DoubleEndedIterator<Item = &Fate> {
        self.fates.values()
    }

    /// A department is gone: it leaves every group.
    pub fn forget_department(&mut self, department: DepartmentKey) {
        self.edges.forget_party(&Party::Department(department));
    }
}

/// The endpoints of the service.
pub fn routes() -> Vec<Route> {
    [groups::routes(), mailboxes::routes(), aliases::routes(), users::routes()].concat()
}

/// Whether somebody other than a person's own account holds the address, for the contact service.
pub fn holds(world: &World, address: &str) -> bool {
    world.mail.addresses.get(address).is_some()
}

/// A person resigned: they leave every list, and their addresses go to the recycle bin.
pub fn user_resigned(world: &mut World, key: UserKey) {
    world.mail.edges.forget_party(&Party::User(key));
    let now = world.now;
    let address = world.contact.directory.user(key).map(|u| u.enterprise_email.clone()).unwrap_or_default();
    if !address.is_empty() {
        let owner = Owner::User(key);
        world.mail.addresses.hold(Held { address, owner, alias: false, binned: None });
    }
    world.mail.addresses.bin(&Owner::User(key), Some(now));
}

/// A person came back: so do their addresses, which nobody can have taken meanwhile.
pub fn user_returned(world: &mut World, key: UserKey) {
    let owner = Owner::User(key);
    let own: Vec<String> =
        world.mail.addresses.of(&owner).filter(|h| !h.alias).map(|h| h.address.clone()).collect();
    own.iter().for_each(|address| world.mail.addresses.release(address));
    world.mail.addresses.bin(&owner, None);
}

/// Puts an edge; the caller has judged that it may be.
fn join(world: &mut World, relation: Relation, owner: &str, party: Party, address: &str) -> EdgeKey {
    let number = world.next("mail_edge");
    let key = EdgeKey { relation, owner: owner.to_owned(), number };
    let edge = Edge { party, address: address.to_owned(), joined: world.now };
    world.mail.edges.put(key.clone(), edge);
    key
}

fn record_fate(world: &mut World, address: &str, moved_to: Option<&str>) {
    let number = world.next("mail_fate");
    let fate = Fate { address: address.to_owned(), moved_to: moved_to.map(str::to_owned), at: world.now };
    world.mail.fates.insert(number, fate);
}

/// Lists and alias writes fail while the service is down.
fn up(world: &World) -> Result<(), Refusal> {
    if world.settings().mail.down { Err(refuse(1_235_003)) } else { Ok(()) }
}

/// A name that a group or mailbox can have.
fn name_fits(world: &World, name: &str) -> bool {
    !name.trim().is_empty() && name.chars().count() <= world.settings().mail.name_chars
}
