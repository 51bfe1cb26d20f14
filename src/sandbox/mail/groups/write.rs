//! Making, changing and deleting groups.
//!
//! PATCH leaves alone what is absent or empty. PUT replaces everything: address and name cannot be missing, the
//! other two fall back to what a fresh group has.

use super::read::render;
use super::{Group, reached};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::mail::address::{self, Held, Owner};
use crate::sandbox::mail::edges::{Party, Relation};
use crate::sandbox::mail::name_fits;
use crate::sandbox::world::{World, short_digest};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/mail/v1/mailgroups", create),
        Route::write("PATCH", "/open-apis/mail/v1/mailgroups/:mailgroup_id", patch),
        Route::write("PUT", "/open-apis/mail/v1/mailgroups/:mailgroup_id", put),
        Route::write("DELETE", "/open-apis/mail/v1/mailgroups/:mailgroup_id", delete),
    ]
}

fn bad() -> Refusal {
    refuse(1_234_008)
}

fn description_fits(world: &World, text: &str) -> Result<(), Refusal> {
    if text.chars().count() <= world.settings().mail.description_chars { Ok(()) } else { Err(bad()) }
}

/// Name and address, both there and the name a good one.
fn named<'c>(world: &World, call: &'c Call<'_>) -> Result<(&'c str, &'c str), Refusal> {
    let name = call.filled("name").filter(|n| name_fits(world, n)).ok_or_else(bad)?;
    let email = call.filled("email").ok_or_else(bad)?;
    description_fits(world, call.text("description").unwrap_or_default())?;
    Ok((name, email))
}

fn senders(world: &World, call: &Call<'_>) -> String {
    call.filled("who_can_send_mail").unwrap_or(&world.settings().mail.default_senders).to_owned()
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let (name, email) = named(world, call)?;
    address::free(world, email, None).map_err(|t| t.refusal(call.endpoint))?;
    if world.mail.groups.len() >= world.settings().mail.groups {
        return Err(refuse(1_234_030));
    }
    let number = world.next("mail_group");
    let tenant = &world.settings().tenant.tenant_key;
    let id = short_digest(&["mailgroup", tenant, &number.to_string()], 15);
    let group = Group {
        mailgroup_id: id.clone(),
        number,
        email: email.to_owned(),
        name: name.to_owned(),
        description: call.text("description").unwrap_or_default().to_owned(),
        who_can_send_mail: senders(world, call),
        created: world.now,
    };
    let answer = render(world, &group);
    let owner = Owner::Group(id.clone());
    world.mail.addresses.hold(Held { address: email.to_owned(), owner, alias: false, binned: None });
    world.mail.groups.put(group);
    Ok(Data::Of(answer))
}

fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let old = reached(world, call)?;
    let mut new = old.clone();
    if let Some(name) = call.filled("name") {
        if !name_fits(world, name) {
            return Err(bad());
        }
        name.clone_into(&mut new.name);
    }
    if let Some(description) = call.filled("description") {
        description_fits(world, description)?;
        description.clone_into(&mut new.description);
    }
    if let Some(senders) = call.filled("who_can_send_mail") {
        senders.clone_into(&mut new.who_can_send_mail);
    }
    if let Some(email) = call.filled("email") {
        email.clone_into(&mut new.email);
    }
    replace(world, call, new)
}

fn put(world: &mut World, call: &Call<'_>) -> Answer {
    let old = reached(world, call)?;
    let (name, email) = named(world, call)?;
    let new = Group {
        email: email.to_owned(),
        name: name.to_owned(),
        description: call.text("description").unwrap_or_default().to_owned(),
        who_can_send_mail: senders(world, call),
        ..old.clone()
    };
    replace(world, call, new)
}

fn replace(world: &mut World, call: &Call<'_>, new: Group) -> Answer {
    let id = new.mailgroup_id.clone();
    let old = world.mail.groups.get(&id).map(|g| g.email.clone()).unwrap_or_default();
    if old != new.email {
        address::change(world, call.endpoint, &Owner::Group(id.clone()), &old, &new.email)?;
    }
    let answer = render(world, &new);
    world.mail.groups.put(new);
    Ok(Data::Of(answer))
}

/// Its addresses are free at once, and every list that it was in loses it.
fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let id = reached(world, call)?.mailgroup_id.clone();
    for relation in [Relation::Member, Relation::Sender, Relation::Manager] {
        world.mail.edges.forget_owner(relation, &id);
    }
    world.mail.edges.forget_party(&Party::Group(id.clone()));
    world.mail.addresses.release_all(&Owner::Group(id.clone()));
    world.mail.groups.rows.remove(&id);
    Ok(Data::empty())
}
