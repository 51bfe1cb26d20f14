//! Making and changing mailboxes. Where the data lives is said once, at creation, and never answered by a change.

use serde_json::{Value, json};

use super::{Mailbox, reached, render};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::mail::address::{self, Held, Owner};
use crate::sandbox::mail::name_fits;
use crate::sandbox::world::{Brand, World, short_digest};

const GEO_SCOPE: &str = "mail:public_mailbox.public_mailbox_geo";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/mail/v1/public_mailboxes", create),
        Route::write("PATCH", "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id", patch),
        Route::write("PUT", "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id", put),
    ]
}

fn bad() -> Refusal {
    refuse(1_234_008)
}

fn name<'c>(world: &World, call: &'c Call<'_>) -> Result<&'c str, Refusal> {
    call.filled("name").filter(|n| name_fits(world, n)).ok_or_else(bad)
}

/// Where the data goes: the right to say so, a tenant with several regions, a region that exists.
fn geo(world: &World, call: &Call<'_>) -> Result<String, Refusal> {
    let mail = &world.settings().mail;
    let home = match world.settings().brand {
        Brand::Feishu => "cn",
        Brand::Lark => "sg",
    };
    let Some(asked) = call.filled("geo") else { return Ok(home.to_owned()) };
    if !call.has_scope(GEO_SCOPE) {
        return Err(refuse(1_234_040));
    }
    if !mail.multi_geo {
        return Err(refuse(1_234_041));
    }
    if mail.geos.contains(asked) { Ok(asked.to_owned()) } else { Err(refuse(1_234_042)) }
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let name = name(world, call)?;
    let email = call.filled("email").ok_or_else(bad)?;
    address::free(world, email, None).map_err(|t| t.refusal(call.endpoint))?;
    let geo = geo(world, call)?;
    if world.mail.mailboxes.live().count() >= world.settings().mail.mailboxes {
        return Err(refuse(1_234_026));
    }
    let number = world.next("public_mailbox");
    let tenant = &world.settings().tenant.tenant_key;
    let id = short_digest(&["public mailbox", tenant, &number.to_string()], 15);
    let mailbox = Mailbox {
        public_mailbox_id: id.clone(),
        number,
        email: email.to_owned(),
        name: name.to_owned(),
        geo,
        created: world.now,
        binned: None,
    };
    let answer = render(&mailbox);
    let owner = Owner::Mailbox(id.clone());
    world.mail.addresses.hold(Held { address: email.to_owned(), owner, alias: false, binned: None });
    world.mail.mailboxes.rows.insert(id, mailbox);
    Ok(Data::Of(answer))
}

fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let mut new = reached(world, call)?.clone();
    if call.filled("name").is_some() {
        name(world, call)?.clone_into(&mut new.name);
    }
    if let Some(email) = call.filled("email") {
        email.clone_into(&mut new.email);
    }
    replace(world, call, new)
}

fn put(world: &mut World, call: &Call<'_>) -> Answer {
    let old = reached(world, call)?.clone();
    let email = call.filled("email").ok_or_else(bad)?.to_owned();
    let name = name(world, call)?.to_owned();
    replace(world, call, Mailbox { email, name, ..old })
}

fn replace(world: &mut World, call: &Call<'_>, new: Mailbox) -> Answer {
    let id = new.public_mailbox_id.clone();
    let old = world.mail.mailboxes.get(&id).map(|m| m.email.clone()).unwrap_or_default();
    if old != new.email {
        address::change(world, call.endpoint, &Owner::Mailbox(id.clone()), &old, &new.email)?;
    }
    let answer: Value =
        json!({ "public_mailbox_id": new.public_mailbox_id, "email": new.email, "name": new.name });
    world.mail.mailboxes.rows.insert(id, new);
    Ok(Data::Of(answer))
}
