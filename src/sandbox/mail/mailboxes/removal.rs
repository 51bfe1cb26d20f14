//! The end of a mailbox: into the recycle bin with or without its mail, then out of it for good.
//!
//! Both pages name the mailbox by its address, so an id is not taken. Whoever names no receiver destroys the
//! mail; [`crate::sandbox::mail::Fate`] remembers which it was.

use super::{Mailbox, reached};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::mail::address::{self, Owner, fold};
use crate::sandbox::mail::edges::{Party, Relation};
use crate::sandbox::mail::range::{View, denied};
use crate::sandbox::mail::{party, record_fate};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write(
            "DELETE",
            "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/remove_to_recycle_bin",
            recycle,
        ),
        Route::write("DELETE", "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id", purge),
    ]
}

/// What both pages answer to a wrong address.
fn bad() -> Refusal {
    refuse(1_230_001)
}

/// Who may receive mail that would be lost: a live mailbox, of a person or public, other than the one that goes.
pub(in crate::sandbox::mail) fn receiver(
    world: &World,
    address: &str,
    leaving: &Owner,
) -> Result<(), Refusal> {
    match party::primary(world, address) {
        Some(owner @ (Owner::User(_) | Owner::Mailbox(_))) if owner != *leaving => Ok(()),
        _ => Err(bad()),
    }
}

fn recycle(world: &mut World, call: &Call<'_>) -> Answer {
    if world.settings().mail.down {
        return Err(refuse(1_230_003));
    }
    let address = call.path("public_mailbox_id");
    let mailbox = reached(world, call).map_err(|r| if r.code == 1_234_016 { bad() } else { r })?;
    if fold(&mailbox.email) != fold(address) {
        return Err(bad());
    }
    let mut mailbox = mailbox.clone();
    let owner = Owner::Mailbox(mailbox.public_mailbox_id.clone());
    let to = call.filled("to_mail_address");
    if let Some(to) = to {
        receiver(world, to, &owner)?;
    }
    record_fate(world, &mailbox.email, to);
    let id = mailbox.public_mailbox_id.clone();
    world.mail.edges.forget_owner(Relation::Mailbox, &id);
    world.mail.edges.forget_party(&Party::Mailbox(id.clone()));
    mailbox.binned = Some(world.now);
    world.mail.addresses.bin(&owner, mailbox.binned);
    world.mail.mailboxes.rows.insert(id, mailbox);
    Ok(Data::empty())
}

fn purge(world: &mut World, call: &Call<'_>) -> Answer {
    let held = address::holder(world, call.path("public_mailbox_id"));
    let held = held.filter(|h| !h.alias && h.binned.is_some()).ok_or_else(bad)?;
    let Owner::Mailbox(id) = &held.owner else { return Err(bad()) };
    if !View::of(world, call).mailbox(world, id) {
        return Err(denied());
    }
    world.mail.addresses.release_all(&held.owner);
    world.mail.mailboxes.rows.remove(id);
    Ok(Data::empty())
}

/// Takes a mailbox out of the recycle bin, as the console can and the API cannot; `false` when it is not there.
pub fn restore(world: &mut World, address: &str) -> bool {
    let Some(Owner::Mailbox(id)) = address::holder(world, address).map(|h| h.owner) else { return false };
    let Some(mailbox) = world.mail.mailboxes.rows.get_mut(&id).filter(|m: &&mut Mailbox| m.binned.is_some())
    else {
        return false;
    };
    mailbox.binned = None;
    world.mail.addresses.bin(&Owner::Mailbox(id), None);
    true
}
