//! An entry of a member list, between what a call says and what the rows hold.
//!
//! Only the field that belongs to the type is read. In answers a person comes with their address too, as the
//! pages show, so that whoever goes by "the field that is filled" is found out.

use serde_json::{Map, Value, json};

use super::address::{self, Owner};
use super::edges::{Edge, EdgeKey, Party, Relation};
use crate::sandbox::contact::directory::{ROOT, User, UserKey};
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Call, Refusal, refuse};
use crate::sandbox::world::World;

fn bad() -> Refusal {
    refuse(1_234_008)
}

/// A person who is still here and has a mailbox, as every membership wants.
pub(super) fn person(world: &World, call: &Call<'_>, id: &str) -> Result<UserKey, Refusal> {
    if id.is_empty() {
        return Err(bad());
    }
    let key = ids::find_user(world, call, call.user_id_type(), id)?;
    let user = world.contact.directory.user(key).filter(|u| !u.is_gone()).ok_or_else(bad)?;
    if world.settings().mail.members_need_mailbox && user.enterprise_email.is_empty() {
        return Err(bad());
    }
    Ok(key)
}

/// Whom an entry of a member or sender list means, and the address as it was written.
pub(super) fn resolve(
    world: &World,
    call: &Call<'_>,
    group: &str,
    entry: &Value,
) -> Result<(Party, String), Refusal> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
    let email = text("email");
    let party = match text("type") {
        "USER" => Party::User(person(world, call, text("user_id"))?),
        "DEPARTMENT" if text("department_id").is_empty() => return Err(bad()),
        "DEPARTMENT" => {
            let key = ids::find_department(world, call.department_id_type(), text("department_id"))?;
            if key == ROOT {
                // Everybody is COMPANY.
                return Err(bad());
            }
            Party::Department(key)
        }
        "COMPANY" => Party::Company,
        "EXTERNAL_USER" => match address::domain(email) {
            Some(domain) if !address::is_ours(world, &domain) => Party::External(address::fold(email)),
            Some(_) | None => return Err(bad()),
        },
        "MAIL_GROUP" => match primary(world, email) {
            Some(Owner::Group(id)) if id != group => Party::Group(id),
            _ => return Err(bad()),
        },
        "PUBLIC_MAILBOX" => match primary(world, email) {
            Some(Owner::Mailbox(id)) => Party::Mailbox(id),
            _ => return Err(bad()),
        },
        "OTHER_MEMBER" => match address::holder(world, email) {
            Some(held) if held.binned.is_none() => Party::Other(address::fold(email)),
            _ => return Err(bad()),
        },
        _ => return Err(bad()),
    };
    let written = match party {
        Party::External(_) | Party::Other(_) => email.to_owned(),
        _ => String::new(),
    };
    Ok((party, written))
}

/// Whose main address this is; aliases and the recycle bin do not count.
pub(super) fn primary(world: &World, address: &str) -> Option<Owner> {
    address::holder(world, address).filter(|h| !h.alias && h.binned.is_none()).map(|h| h.owner)
}

/// Whether mail to `from` would come back to `to` through groups in groups.
pub(super) fn leads_to(world: &World, from: &str, to: &str) -> bool {
    let (mut seen, mut open) = (std::collections::BTreeSet::new(), vec![from.to_owned()]);
    while let Some(group) = open.pop() {
        if group == to {
            return true;
        }
        for (_, edge) in world.mail.edges.of(Relation::Member, &group) {
            if let Party::Group(inner) = &edge.party
                && seen.insert(inner.clone())
            {
                open.push(inner.clone());
            }
        }
    }
    false
}

/// The entry as the API shows it, with its id under `name`.
pub(super) fn render(world: &World, call: &Call<'_>, name: &str, key: &EdgeKey, edge: &Edge) -> Value {
    let mut map = Map::new();
    map.insert(name.to_owned(), key.member_id().into());
    let mut put = |name: &str, value: String| map.insert(name.to_owned(), value.into());
    let kind = match &edge.party {
        Party::User(user) => {
            put("user_id", ids::user_id_of(world, &call.caller.app_id, *user, call.user_id_type()));
            if key.relation != Relation::Mailbox {
                put("email", mailbox_of(world, *user));
            }
            "USER"
        }
        Party::Department(department) => {
            put("department_id", ids::department_id(world, *department, call.department_id_type()));
            "DEPARTMENT"
        }
        Party::Company => "COMPANY",
        Party::External(_) => {
            put("email", edge.address.clone());
            "EXTERNAL_USER"
        }
        Party::Group(id) => {
            put("email", world.mail.groups.get(id).map(|g| g.email.clone()).unwrap_or_default());
            "MAIL_GROUP"
        }
        Party::Mailbox(id) => {
            put("email", world.mail.mailboxes.get(id).map(|m| m.email.clone()).unwrap_or_default());
            "PUBLIC_MAILBOX"
        }
        Party::Other(_) => {
            put("email", edge.address.clone());
            "OTHER_MEMBER"
        }
    };
    map.insert("type".to_owned(), json!(kind));
    Value::Object(map)
}

fn mailbox_of(world: &World, user: UserKey) -> String {
    world.contact.directory.user(user).map(|u: &User| u.enterprise_email.clone()).unwrap_or_default()
}
