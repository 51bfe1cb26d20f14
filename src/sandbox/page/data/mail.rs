//! Mail groups and public mailboxes, who is in them, and their further addresses.

use serde_json::{Value, json};

use super::{department_ref, person_ref};
use crate::sandbox::mail::address::Owner;
use crate::sandbox::mail::edges::{Edge, Party, Relation};
use crate::sandbox::mail::groups::{Group, derived};
use crate::sandbox::mail::mailboxes::Mailbox;
use crate::sandbox::world::World;

/// Things on one page.
const PAGE: usize = 50;
/// So many members are named.
const MEMBERS: usize = 200;

/// Mail groups from `offset` on, by address.
pub fn mail_groups(world: &World, offset: usize) -> Value {
    let mut all = world.mail.groups.all();
    all.sort_by(|a, b| a.email.cmp(&b.email));
    page(&all, offset, |group| group_row(world, group))
}

/// Public mailboxes from `offset` on, by address, the recycled ones included.
pub fn mailboxes(world: &World, offset: usize) -> Value {
    let mut all = world.mail.mailboxes.all();
    all.sort_by(|a, b| a.email.cmp(&b.email));
    let mut page = page(&all, offset, |mailbox| mailbox_row(world, mailbox));
    page["fates"] = world
        .mail
        .fates()
        .rev()
        .take(PAGE)
        .map(|f| json!({ "address": f.address, "moved_to": f.moved_to }))
        .collect();
    page
}

/// One group with its people; nothing if there is none.
pub fn mail_group(world: &World, id: &str) -> Option<Value> {
    let mut value = group_row(world, world.mail.groups.get(id)?);
    for (name, relation) in
        [("members", Relation::Member), ("senders", Relation::Sender), ("managers", Relation::Manager)]
    {
        value[name] = parties(world, relation, id);
    }
    Some(value)
}

/// One mailbox with its people; nothing if there is none.
pub fn mailbox(world: &World, id: &str) -> Option<Value> {
    let mut value = mailbox_row(world, world.mail.mailboxes.get(id)?);
    value["members"] = parties(world, Relation::Mailbox, id);
    Some(value)
}

fn page<T>(all: &[T], offset: usize, row: impl Fn(&T) -> Value) -> Value {
    let items: Vec<Value> = all.iter().skip(offset).take(PAGE).map(row).collect();
    json!({ "total": all.len(), "offset": offset.min(all.len()), "limit": PAGE, "items": items })
}

fn aliases(world: &World, owner: &Owner) -> Vec<String> {
    world.mail.addresses.aliases(owner).map(|held| held.address.clone()).collect()
}

fn group_row(world: &World, group: &Group) -> Value {
    let (members, external, everybody) = derived(world, &group.mailgroup_id);
    json!({
        "id": group.mailgroup_id,
        "email": group.email,
        "name": group.name,
        "description": group.description,
        "who_can_send": group.who_can_send_mail,
        "count": members,
        "external": external,
        "everybody": everybody,
        "aliases": aliases(world, &Owner::Group(group.mailgroup_id.clone())),
    })
}

fn mailbox_row(world: &World, mailbox: &Mailbox) -> Value {
    let id = &mailbox.public_mailbox_id;
    json!({
        "id": id,
        "email": mailbox.email,
        "name": mailbox.name,
        "geo": mailbox.geo,
        "recycled": mailbox.binned.is_some(),
        "count": world.mail.edges.count(Relation::Mailbox, id),
        "aliases": aliases(world, &Owner::Mailbox(id.clone())),
    })
}

fn parties(world: &World, relation: Relation, owner: &str) -> Value {
    world.mail.edges.of(relation, owner).take(MEMBERS).map(|(_, edge)| party(world, edge)).collect()
}

/// One end of an edge, under the name of what it is.
fn party(world: &World, edge: &Edge) -> Value {
    match &edge.party {
        Party::User(key) => json!({ "person": person_ref(world, *key) }),
        Party::Department(key) => json!({ "department": department_ref(world, *key) }),
        Party::Company => json!({ "everybody": true }),
        Party::External(_) | Party::Other(_) => json!({ "address": edge.address }),
        Party::Group(id) => json!({ "address": world.mail.groups.get(id).map(|g| &g.email) }),
        Party::Mailbox(id) => json!({ "address": world.mail.mailboxes.get(id).map(|m| &m.email) }),
    }
}
