//! Further addresses of groups, mailboxes and people: three families of three calls that differ in names.
//!
//! An alias has no attribute besides its address, which is its id. Lists come at once, whatever page is asked.

use serde_json::{Value, json};

use super::address::{self, Held, Owner};
use super::range::{View, denied};
use super::{groups, mailboxes, party, up};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one, refuse};
use crate::sandbox::world::World;

/// Whose aliases.
trait Family {
    /// What the answer of a creation holds.
    const NAME: &'static str;
    /// The owner of the path, and its main address.
    fn owner(world: &World, call: &Call<'_>) -> Result<(Owner, String), Refusal>;
}

struct OfGroups;
struct OfMailboxes;
struct OfPeople;

impl Family for OfGroups {
    const NAME: &'static str = "mailgroup_alias";

    fn owner(world: &World, call: &Call<'_>) -> Result<(Owner, String), Refusal> {
        let group = groups::reached(world, call)?;
        Ok((Owner::Group(group.mailgroup_id.clone()), group.email.clone()))
    }
}

impl Family for OfMailboxes {
    const NAME: &'static str = "public_mailbox_alias";

    fn owner(world: &World, call: &Call<'_>) -> Result<(Owner, String), Refusal> {
        let mailbox = mailboxes::reached(world, call)?;
        Ok((Owner::Mailbox(mailbox.public_mailbox_id.clone()), mailbox.email.clone()))
    }
}

impl Family for OfPeople {
    const NAME: &'static str = "user_mailbox_alias";

    /// People have no id here, only their address.
    fn owner(world: &World, call: &Call<'_>) -> Result<(Owner, String), Refusal> {
        match party::primary(world, call.path("user_mailbox_id")) {
            Some(Owner::User(key)) if !View::of(world, call).user(world, key) => Err(denied()),
            Some(Owner::User(key)) => {
                let user = world.contact.directory.user(key).ok_or_else(|| refuse(1_235_013))?;
                Ok((Owner::User(key), user.enterprise_email.clone()))
            }
            Some(_) | None => Err(refuse(1_235_013)),
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/mail/v1/mailgroups/:mailgroup_id/aliases", list::<OfGroups>),
        Route::write("POST", "/open-apis/mail/v1/mailgroups/:mailgroup_id/aliases", create::<OfGroups>),
        Route::write(
            "DELETE",
            "/open-apis/mail/v1/mailgroups/:mailgroup_id/aliases/:alias_id",
            delete::<OfGroups>,
        ),
        Route::read(
            "GET",
            "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/aliases",
            list::<OfMailboxes>,
        ),
        Route::write(
            "POST",
            "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/aliases",
            create::<OfMailboxes>,
        ),
        Route::write(
            "DELETE",
            "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/aliases/:alias_id",
            delete::<OfMailboxes>,
        ),
        Route::read("GET", "/open-apis/mail/v1/user_mailboxes/:user_mailbox_id/aliases", list::<OfPeople>),
        Route::write(
            "POST",
            "/open-apis/mail/v1/user_mailboxes/:user_mailbox_id/aliases",
            create::<OfPeople>,
        ),
        Route::write(
            "DELETE",
            "/open-apis/mail/v1/user_mailboxes/:user_mailbox_id/aliases/:alias_id",
            delete::<OfPeople>,
        ),
    ]
}

fn render(primary: &str, alias: &str) -> Value {
    json!({ "primary_email": primary, "email_alias": alias })
}

fn list<F: Family>(world: &World, call: &Call<'_>) -> Answer {
    let (owner, primary) = F::owner(world, call)?;
    let aliases = world.mail.addresses.aliases(&owner).map(|held| render(&primary, &held.address));
    Ok(one("items", aliases.collect()))
}

fn create<F: Family>(world: &mut World, call: &Call<'_>) -> Answer {
    up(world)?;
    let (owner, primary) = F::owner(world, call)?;
    let alias = call.filled("email_alias").ok_or_else(|| refuse(1_234_008))?;
    address::free(world, alias, Some(&owner)).map_err(|t| t.refusal(call.endpoint))?;
    address::room(world, &owner)?;
    world.mail.addresses.hold(Held { address: alias.to_owned(), owner, alias: true, binned: None });
    Ok(one(F::NAME, render(&primary, alias)))
}

fn delete<F: Family>(world: &mut World, call: &Call<'_>) -> Answer {
    let (owner, _) = F::owner(world, call)?;
    let alias = call.path("alias_id");
    address::domain(alias).ok_or_else(|| refuse(1_234_008))?;
    let held = world.mail.addresses.get(alias).filter(|held| held.alias && held.owner == owner);
    let address = held.ok_or_else(|| refuse(1_234_012))?.address.clone();
    world.mail.addresses.release(&address);
    Ok(Data::empty())
}
