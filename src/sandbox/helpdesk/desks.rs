//! Desks: made, handed over and given new tokens by people in the console, and by nobody else.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::sandbox::contact::directory::{User, UserKey};
use crate::sandbox::world::{Row, World, digest};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    pub helpdesk_id: String,
    pub name: String,
    /// Who made it; nobody means the administrator of the tenant, whoever that is.
    pub owner: Option<UserKey>,
    pub admins: BTreeSet<UserKey>,
    /// Another tenant has it: the credential is good and does not serve here.
    pub foreign: bool,
    /// How often its token was made anew.
    pub resets: u32,
    pub number: u64,
}

impl Row for Desk {
    type Key = String;
    const TABLE: &'static str = "helpdesks";
}

/// Desks in the order in which they were made.
pub fn all(world: &World) -> Vec<&Desk> {
    let mut desks: Vec<&Desk> = world.helpdesk.desks.values().collect();
    desks.sort_by_key(|desk| desk.number);
    desks
}

/// The token that the console shows to the owner. It follows from the desk, so that the store need not hold it.
pub fn token(world: &World, desk: &Desk) -> String {
    let tenant = &world.settings().tenant.tenant_key;
    let text = digest(&["helpdesk token", tenant, &desk.helpdesk_id, &desk.resets.to_string()]);
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    format!("ht-{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

/// Makes a desk with what it comes with: a default skill, a field for the ticket.
///
/// # Errors
/// When the id is not one of a desk, or taken.
pub fn make(
    world: &mut World,
    id: Option<String>,
    name: &str,
    owner: Option<UserKey>,
) -> Result<String, String> {
    let helpdesk_id = id.unwrap_or_else(|| super::number_id(world));
    if helpdesk_id.is_empty() || helpdesk_id.len() > 20 || !helpdesk_id.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("{helpdesk_id:?} is no id of a helpdesk: it has up to 20 digits"));
    }
    if world.helpdesk.desks.contains(&helpdesk_id) {
        return Err(format!("there is a helpdesk {helpdesk_id}"));
    }
    let desk = Desk {
        helpdesk_id: helpdesk_id.clone(),
        name: name.to_owned(),
        owner,
        admins: BTreeSet::new(),
        foreign: false,
        resets: 0,
        number: world.next("helpdesk_place"),
    };
    world.helpdesk.desks.insert(helpdesk_id.clone(), desk);
    super::skills::found(world, &helpdesk_id);
    super::fields::found(world, &helpdesk_id);
    Ok(helpdesk_id)
}

/// What a person does in the console for a program that was told to use this desk: makes it if there is none,
/// owned by the administrator of the tenant, and copies its token.
///
/// # Errors
/// When the id is not one of a desk, or the desk is another tenant's.
pub fn console(world: &mut World, helpdesk_id: &str) -> Result<String, String> {
    let key = helpdesk_id.to_owned();
    if !world.helpdesk.desks.contains(&key) {
        make(world, Some(key.clone()), "服务台 Helpdesk", None)?;
    }
    match world.helpdesk.desks.get(&key) {
        Some(desk) if !desk.foreign => Ok(token(world, desk)),
        _ => Err(format!("the helpdesk {helpdesk_id} is another tenant's")),
    }
}

/// Makes the token anew; the old one is worth nothing from now on.
pub fn reset(world: &mut World, helpdesk_id: &str) -> Option<String> {
    world.helpdesk.desks.get_mut(&helpdesk_id.to_owned())?.resets += 1;
    world.helpdesk.desks.get(&helpdesk_id.to_owned()).map(|desk| token(world, desk))
}

/// Who owns a desk: its owner while they work here, else the founder of the tenant, else its first administrator,
/// else whoever came first.
pub fn owner(world: &World, desk: &Desk) -> Option<UserKey> {
    let directory = &world.contact.directory;
    let works = |user: &&User| user.status.joined && !user.is_gone();
    let named = desk.owner.and_then(|key| directory.user(key)).filter(works);
    let by = |is: fn(&User) -> bool| directory.users().find(|user| works(user) && is(user));
    named
        .or_else(|| by(|user| user.is_founder))
        .or_else(|| by(|user| user.is_tenant_manager))
        .or_else(|| by(|_| true))
        .map(|user| user.key)
}

pub fn administers(world: &World, desk: &Desk, person: UserKey) -> bool {
    desk.admins.contains(&person) || owner(world, desk) == Some(person)
}
