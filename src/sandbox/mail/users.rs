//! What mail knows of people: the status of any address, and the end of a mailbox whose owner left.

use serde_json::{Value, json};

use super::address::{self, Held, Owner};
use super::mailboxes;
use super::range::{View, denied};
use super::record_fate;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one, refuse};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        // It changes nothing, although it is a POST.
        Route::read("POST", "/open-apis/mail/v1/users/query", query),
        Route::write("DELETE", "/open-apis/mail/v1/user_mailboxes/:user_mailbox_id", purge),
    ]
}

fn bad() -> Refusal {
    refuse(1_230_001)
}

fn query(world: &World, call: &Call<'_>) -> Answer {
    let asked = call.texts("email_list").unwrap_or_default();
    if asked.is_empty() || asked.len() > world.settings().mail.query_batch {
        return Err(bad());
    }
    let list: Vec<Value> = asked.into_iter().map(|address| status(world, address)).collect();
    Ok(one("user_list", list.into()))
}

/// The type is there only where there is something that has one.
fn status(world: &World, address: &str) -> Value {
    let Some(domain) = address::domain(address) else { return json!({ "email": address, "status": 1 }) };
    if !address::is_ours(world, &domain) {
        return json!({ "email": address, "status": 2 });
    }
    match address::holder(world, address) {
        None => json!({ "email": address, "status": 3 }),
        Some(held) => json!({ "email": address, "status": health(world, &held), "type": kind(&held) }),
    }
}

fn health(world: &World, held: &Held) -> i64 {
    match held.owner {
        _ if held.binned.is_some() => 5,
        Owner::User(key) if world.contact.directory.user(key).is_some_and(|u| u.status.frozen) => 6,
        Owner::User(_) | Owner::Mailbox(_) | Owner::Group(_) => 4,
    }
}

fn kind(held: &Held) -> i64 {
    let main = match held.owner {
        Owner::User(_) => 1,
        Owner::Mailbox(_) => 3,
        Owner::Group(_) => 5,
    };
    main + i64::from(held.alias)
}

/// Frees the addresses of somebody who left; only from the recycle bin.
fn purge(world: &mut World, call: &Call<'_>) -> Answer {
    let held = address::holder(world, call.path("user_mailbox_id"));
    let held = held.filter(|h| !h.alias && h.binned.is_some()).ok_or_else(bad)?;
    let Owner::User(key) = held.owner else { return Err(bad()) };
    if !View::of(world, call).user(world, key) {
        return Err(denied());
    }
    let to = call.query("transfer_mailbox").filter(|to| !to.is_empty());
    if let Some(to) = to {
        mailboxes::receiver(world, to, &held.owner)?;
    }
    record_fate(world, &held.address, to);
    world.mail.addresses.release_all(&held.owner);
    if let Some(mut user) = world.contact.directory.user(key).cloned() {
        user.enterprise_email.clear();
        world.contact.directory.put_user(user);
    }
    Ok(Data::empty())
}
