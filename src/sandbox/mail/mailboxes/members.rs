//! The members of a mailbox: people only. As with groups, a batch is added whole or not at all, and who is in
//! already is passed over.

use serde_json::{Value, json};

use super::reached;
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one, refuse};
use crate::sandbox::mail::edges::{EdgeKey, Party, Relation};
use crate::sandbox::mail::{join, party, up};
use crate::sandbox::world::World;

const IDS: &str = "member_id_list";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/members", create),
        Route::write(
            "POST",
            "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/members/batch_create",
            batch_create,
        ),
        Route::read("GET", "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/members", list),
        Route::read("GET", "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/members/:member_id", get),
        Route::write(
            "DELETE",
            "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/members/:member_id",
            delete,
        ),
        Route::write(
            "DELETE",
            "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/members/batch_delete",
            batch_delete,
        ),
        Route::write("POST", "/open-apis/mail/v1/public_mailboxes/:public_mailbox_id/members/clear", clear),
    ]
}

/// The people whom the entries name and who are not in yet, each once.
fn fresh(world: &World, call: &Call<'_>, mailbox: &str, entries: &[&Value]) -> Result<Vec<UserKey>, Refusal> {
    let mail = &world.settings().mail;
    let mut people = Vec::new();
    for entry in entries {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
        if text("type") != "USER" {
            return Err(refuse(1_234_008));
        }
        let key = party::person(world, call, text("user_id"))?;
        let is_in = world.mail.edges.between(Relation::Mailbox, mailbox, &Party::User(key)).is_some();
        if is_in || people.contains(&key) {
            continue;
        }
        if world.mail.edges.memberships(Relation::Mailbox, &Party::User(key)) >= mail.mailboxes_per_person {
            return Err(refuse(1_234_027));
        }
        people.push(key);
    }
    // No page has a code of its own for a full mailbox; the hint of the single call's page lends this one.
    let count = world.mail.edges.count(Relation::Mailbox, mailbox) + people.len();
    if count > mail.mailbox_members { Err(refuse(1_234_027)) } else { Ok(people) }
}

fn add(world: &mut World, call: &Call<'_>, mailbox: &str, people: Vec<UserKey>) -> Vec<Value> {
    let keys: Vec<EdgeKey> = people
        .into_iter()
        .map(|user| join(world, Relation::Mailbox, mailbox, Party::User(user), ""))
        .collect();
    keys.iter().filter_map(|key| show(world, call, mailbox, &key.member_id())).collect()
}

fn show(world: &World, call: &Call<'_>, mailbox: &str, member_id: &str) -> Option<Value> {
    let (key, edge) = world.mail.edges.find(Relation::Mailbox, mailbox, member_id)?;
    Some(party::render(world, call, "member_id", &key, edge))
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let mailbox = reached(world, call)?.public_mailbox_id.clone();
    let fresh = fresh(world, call, &mailbox, &[call.body])?;
    let added = add(world, call, &mailbox, fresh).pop().ok_or_else(|| refuse(1_234_008))?;
    Ok(Data::Of(added))
}

fn batch_create(world: &mut World, call: &Call<'_>) -> Answer {
    let mailbox = reached(world, call)?.public_mailbox_id.clone();
    let entries: Vec<&Value> = call.list("items").into_iter().flatten().collect();
    let fresh = fresh(world, call, &mailbox, &entries)?;
    let added = add(world, call, &mailbox, fresh);
    Ok(one("items", added.into()))
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    let mailbox = &reached(world, call)?.public_mailbox_id;
    show(world, call, mailbox, call.path("member_id")).map(Data::Of).ok_or_else(|| refuse(1_234_040))
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    up(world)?;
    let page = call.page(99_992_402, 99_992_402)?;
    let mailbox = &reached(world, call)?.public_mailbox_id;
    let edges = world.mail.edges.of(Relation::Mailbox, mailbox).filter(|(_, e)| world.listed(e.joined));
    let render = |(key, edge): (EdgeKey, _)| party::render(world, call, "member_id", &key, edge);
    Ok(page.cut(world, edges, render).into_data("items"))
}

/// All of them or, if one is not in, none.
fn leave(world: &mut World, mailbox: &str, ids: &[&str]) -> Answer {
    let find = |id: &&str| Some(world.mail.edges.find(Relation::Mailbox, mailbox, id)?.0);
    let keys: Option<Vec<EdgeKey>> = ids.iter().map(find).collect();
    let keys = keys.ok_or_else(|| refuse(1_234_040))?;
    keys.iter().for_each(|key| world.mail.edges.remove(key));
    Ok(Data::Of(json!({})))
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let mailbox = reached(world, call)?.public_mailbox_id.clone();
    leave(world, &mailbox, &[call.path("member_id")])
}

fn batch_delete(world: &mut World, call: &Call<'_>) -> Answer {
    let mailbox = reached(world, call)?.public_mailbox_id.clone();
    leave(world, &mailbox, &call.texts(IDS).unwrap_or_default())
}

fn clear(world: &mut World, call: &Call<'_>) -> Answer {
    let mailbox = reached(world, call)?.public_mailbox_id.clone();
    world.mail.edges.forget_owner(Relation::Mailbox, &mailbox);
    Ok(Data::empty())
}
