//! The one namespace of addresses: people, public mailboxes, mail groups, the aliases of all three, and what
//! the recycle bin still holds.
//!
//! A person's own address lives in the directory as long as they work here, since the contact service writes it;
//! every other address is a row of [`Addresses`]. Comparison is without regard to case.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::base::contract::Endpoint;
use crate::sandbox::contact::directory::{Unique, UserKey};
use crate::sandbox::gateway::{Refusal, refuse};
use crate::sandbox::world::{Millis, Row, Stored, Table, World};

/// Whose an address is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    User(UserKey),
    Mailbox(String),
    Group(String),
}

/// An address that is taken, keyed by its folded form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// As it was written.
    pub address: String,
    pub owner: Owner,
    pub alias: bool,
    /// Since when it is in the recycle bin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binned: Option<Millis>,
}

impl Row for Held {
    type Key = String;
    const TABLE: &'static str = "mail_addresses";
}

#[derive(Debug, Default)]
pub struct Addresses {
    rows: Table<Held>,
    by_owner: HashMap<Owner, BTreeSet<String>>,
}

impl Addresses {
    pub fn stored(&mut self) -> &mut dyn Stored {
        &mut self.rows
    }

    pub fn reindex(&mut self) {
        self.by_owner.clear();
        for (key, held) in self.rows.iter() {
            self.by_owner.entry(held.owner.clone()).or_default().insert(key.clone());
        }
    }

    pub fn get(&self, address: &str) -> Option<&Held> {
        self.rows.get(&fold(address))
    }

    /// Everything that an owner holds, in alphabetical order.
    pub fn of(&self, owner: &Owner) -> impl Iterator<Item = &Held> {
        self.by_owner.get(owner).into_iter().flatten().filter_map(|key| self.rows.get(key))
    }

    pub fn aliases(&self, owner: &Owner) -> impl Iterator<Item = &Held> {
        self.of(owner).filter(|held| held.alias)
    }

    /// Inserts or replaces.
    pub fn hold(&mut self, held: Held) {
        let key = fold(&held.address);
        self.release(&key);
        self.by_owner.entry(held.owner.clone()).or_default().insert(key.clone());
        self.rows.insert(key, held);
    }

    pub fn release(&mut self, address: &str) {
        let key = fold(address);
        let Some(held) = self.rows.remove(&key) else { return };
        if let Some(keys) = self.by_owner.get_mut(&held.owner) {
            keys.remove(&key);
            if keys.is_empty() {
                self.by_owner.remove(&held.owner);
            }
        }
    }

    pub fn release_all(&mut self, owner: &Owner) {
        for key in self.by_owner.remove(owner).unwrap_or_default() {
            self.rows.remove(&key);
        }
    }

    /// Moves everything of an owner into the recycle bin, or back out of it.
    pub fn bin(&mut self, owner: &Owner, since: Option<Millis>) {
        for key in self.by_owner.get(owner).into_iter().flatten() {
            if let Some(held) = self.rows.get_mut(key) {
                held.binned = since;
            }
        }
    }
}

pub fn fold(address: &str) -> String {
    address.to_lowercase()
}

/// One address, well formed; gives its domain, folded.
pub fn domain(address: &str) -> Option<String> {
    let (local, domain) = address.split_once('@')?;
    let sound = !local.is_empty()
        && !local.starts_with('.')
        && !local.ends_with('.')
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty())
        && !domain.contains('@');
    let plain = address.bytes().all(|b| {
        b.is_ascii_graphic() && !matches!(b, b'"' | b'(' | b')' | b',' | b';' | b'<' | b'>' | b'\\')
    });
    (sound && plain && address.len() <= 254).then(|| fold(domain))
}

/// The domain is one of the tenant's.
pub fn is_ours(world: &World, domain: &str) -> bool {
    world.settings().mail_domains.contains(domain)
}

/// Who holds an address. The login e-mails of people are no addresses of mail, though they bar them.
pub fn holder(world: &World, address: &str) -> Option<Held> {
    if let Some(held) = world.mail.addresses.get(address) {
        return Some(held.clone());
    }
    let key = world.contact.directory.holder(Unique::EnterpriseEmail, address)?;
    let address = world.contact.directory.user(key)?.enterprise_email.clone();
    Some(Held { address, owner: Owner::User(key), alias: false, binned: None })
}

/// Why an address cannot be given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    Malformed,
    NoSuchDomain,
    Taken,
    TakenAsAlias,
    /// Another member logs in with it.
    Login,
}

impl Trouble {
    /// The code that the endpoint's page has for it: pages without the narrow one have the wider.
    pub fn refusal(self, endpoint: &Endpoint) -> Refusal {
        let narrow = |code: i64, wide: i64| if endpoint.error(code).is_some() { code } else { wide };
        match self {
            Self::Malformed => refuse(1_234_008),
            Self::NoSuchDomain => refuse(narrow(1_234_019, 1_234_008)),
            Self::Taken => refuse(1_234_006),
            Self::TakenAsAlias => refuse(narrow(1_235_002, 1_234_006)),
            Self::Login => refuse(1_234_033),
        }
    }
}

/// Whether nobody has the address and it could be given to `owner`.
pub fn free(world: &World, address: &str, owner: Option<&Owner>) -> Result<(), Trouble> {
    let domain = domain(address).ok_or(Trouble::Malformed)?;
    if !is_ours(world, &domain) {
        return Err(Trouble::NoSuchDomain);
    }
    match holder(world, address) {
        Some(held) if held.alias && held.binned.is_none() => return Err(Trouble::TakenAsAlias),
        Some(_) => return Err(Trouble::Taken),
        None => {}
    }
    match world.contact.directory.holder(Unique::Email, address) {
        Some(key) if owner != Some(&Owner::User(key)) => Err(Trouble::Login),
        Some(_) | None => Ok(()),
    }
}

/// Gives an owner another main address; the old one stays as an alias if the settings say so.
///
/// # Errors
/// 1234023 when there is no room for the alias, and those of [`free`].
pub fn change(
    world: &mut World,
    endpoint: &Endpoint,
    owner: &Owner,
    old: &str,
    new: &str,
) -> Result<(), Refusal> {
    if fold(old) != fold(new) {
        free(world, new, Some(owner)).map_err(|t| t.refusal(endpoint))?;
        if world.settings().mail.rename_keeps_alias {
            room(world, owner)?;
            let held = Held { address: old.to_owned(), owner: owner.clone(), alias: true, binned: None };
            world.mail.addresses.hold(held);
        } else {
            world.mail.addresses.release(old);
        }
    }
    let held = Held { address: new.to_owned(), owner: owner.clone(), alias: false, binned: None };
    world.mail.addresses.hold(held);
    Ok(())
}

/// Whether the owner may have one more alias.
///
/// # Errors
/// 1234023.
pub fn room(world: &World, owner: &Owner) -> Result<(), Refusal> {
    if world.mail.addresses.aliases(owner).count() < world.settings().mail.aliases {
        return Ok(());
    }
    Err(refuse(1_234_023))
}
