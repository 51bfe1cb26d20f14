//! The members of a group, and the senders ("permission members") whom it accepts under `CUSTOM_MEMBERS`.
//!
//! The two families have the same six calls, down to DELETE with a body; they differ in names and codes. An
//! edge is never changed, only added and removed. A batch with a bad entry adds nobody; who is in already is
//! passed over, and missing from the answer, which lists whom the call added.

use serde_json::{Value, json};

use super::reached;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one, refuse};
use crate::sandbox::mail::edges::{EdgeKey, Party, Relation};
use crate::sandbox::mail::{join, party, up};
use crate::sandbox::world::World;

/// What sets the families apart.
trait Family {
    const RELATION: Relation;
    /// What the id of an entry is called, in answers and in the path.
    const ID: &'static str;
    /// The ids of a batch removal.
    const IDS: &'static str;
    fn not_found() -> Refusal;
    /// Whether so many more fit in.
    fn room(world: &World, group: &str, more: usize) -> Result<(), Refusal>;
    /// What the family asks of the party beyond being one.
    fn fits(world: &World, group: &str, party: &Party) -> Result<(), Refusal>;
}

struct Members;
struct Senders;

impl Family for Members {
    const RELATION: Relation = Relation::Member;
    const ID: &'static str = "member_id";
    const IDS: &'static str = "member_id_list";

    fn not_found() -> Refusal {
        refuse(1_234_014)
    }

    fn room(world: &World, group: &str, more: usize) -> Result<(), Refusal> {
        let count = world.mail.edges.count(Relation::Member, group);
        if count + more <= world.settings().mail.group_members { Ok(()) } else { Err(refuse(1_234_030)) }
    }

    /// Groups within groups must not come back to where they started.
    fn fits(world: &World, group: &str, party: &Party) -> Result<(), Refusal> {
        match party {
            Party::Group(inner) if party::leads_to(world, inner, group) => Err(refuse(1_234_008)),
            _ => Ok(()),
        }
    }
}

impl Family for Senders {
    const RELATION: Relation = Relation::Sender;
    const ID: &'static str = "permission_member_id";
    const IDS: &'static str = "permission_member_id_list";

    fn not_found() -> Refusal {
        refuse(1_234_015)
    }

    fn room(world: &World, group: &str, _: usize) -> Result<(), Refusal> {
        let mode = world.mail.groups.get(group).map(|g| g.who_can_send_mail.as_str());
        let open = mode == Some("CUSTOM_MEMBERS");
        if open || !world.settings().mail.senders_need_custom { Ok(()) } else { Err(refuse(1_234_008)) }
    }

    fn fits(_: &World, _: &str, _: &Party) -> Result<(), Refusal> {
        Ok(())
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/mail/v1/mailgroups/:mailgroup_id/members", create::<Members>),
        Route::write(
            "POST",
            "/open-apis/mail/v1/mailgroups/:mailgroup_id/members/batch_create",
            batch_create::<Members>,
        ),
        Route::read("GET", "/open-apis/mail/v1/mailgroups/:mailgroup_id/members", list::<Members>),
        Route::read("GET", "/open-apis/mail/v1/mailgroups/:mailgroup_id/members/:member_id", get::<Members>),
        Route::write(
            "DELETE",
            "/open-apis/mail/v1/mailgroups/:mailgroup_id/members/:member_id",
            delete::<Members>,
        ),
        Route::write(
            "DELETE",
            "/open-apis/mail/v1/mailgroups/:mailgroup_id/members/batch_delete",
            batch_delete::<Members>,
        ),
        Route::write(
            "POST",
            "/open-apis/mail/v1/mailgroups/:mailgroup_id/permission_members",
            create::<Senders>,
        ),
        Route::write(
            "POST",
            "/open-apis/mail/v1/mailgroups/:mailgroup_id/permission_members/batch_create",
            batch_create::<Senders>,
        ),
        Route::read("GET", "/open-apis/mail/v1/mailgroups/:mailgroup_id/permission_members", list::<Senders>),
        Route::read(
            "GET",
            "/open-apis/mail/v1/mailgroups/:mailgroup_id/permission_members/:permission_member_id",
            get::<Senders>,
        ),
        Route::write(
            "DELETE",
            "/open-apis/mail/v1/mailgroups/:mailgroup_id/permission_members/:permission_member_id",
            delete::<Senders>,
        ),
        Route::write(
            "DELETE",
            "/open-apis/mail/v1/mailgroups/:mailgroup_id/permission_members/batch_delete",
            batch_delete::<Senders>,
        ),
    ]
}

/// The parties that entries name and that are not in yet, each once.
fn fresh<F: Family>(
    world: &World,
    call: &Call<'_>,
    group: &str,
    entries: &[&Value],
) -> Result<Vec<(Party, String)>, Refusal> {
    let mut parties: Vec<(Party, String)> = Vec::new();
    for entry in entries {
        let (party, address) = party::resolve(world, call, group, entry)?;
        F::fits(world, group, &party)?;
        let is_in = world.mail.edges.between(F::RELATION, group, &party).is_some();
        if !is_in && parties.iter().all(|(p, _)| *p != party) {
            parties.push((party, address));
        }
    }
    F::room(world, group, parties.len())?;
    Ok(parties)
}

fn add<F: Family>(world: &mut World, call: &Call<'_>, group: &str, fresh: &[(Party, String)]) -> Vec<Value> {
    let keys: Vec<EdgeKey> =
        fresh.iter().map(|(p, address)| join(world, F::RELATION, group, p.clone(), address)).collect();
    keys.iter().filter_map(|key| show::<F>(world, call, group, &key.member_id())).collect()
}

fn show<F: Family>(world: &World, call: &Call<'_>, group: &str, member_id: &str) -> Option<Value> {
    let (key, edge) = world.mail.edges.find(F::RELATION, group, member_id)?;
    Some(party::render(world, call, F::ID, &key, edge))
}

fn create<F: Family>(world: &mut World, call: &Call<'_>) -> Answer {
    let group = reached(world, call)?.mailgroup_id.clone();
    let fresh = fresh::<F>(world, call, &group, &[call.body])?;
    // The single call has no other way to say that they are in already.
    let added = add::<F>(world, call, &group, &fresh).pop().ok_or_else(|| refuse(1_234_008))?;
    Ok(Data::Of(added))
}

fn batch_create<F: Family>(world: &mut World, call: &Call<'_>) -> Answer {
    let group = reached(world, call)?.mailgroup_id.clone();
    let entries: Vec<&Value> = call.list("items").ok_or_else(|| refuse(1_234_008))?.iter().collect();
    let fresh = fresh::<F>(world, call, &group, &entries)?;
    let added = add::<F>(world, call, &group, &fresh);
    Ok(one("items", added.into()))
}

fn get<F: Family>(world: &World, call: &Call<'_>) -> Answer {
    let group = &reached(world, call)?.mailgroup_id;
    show::<F>(world, call, group, call.path(F::ID)).map(Data::Of).ok_or_else(F::not_found)
}

fn list<F: Family>(world: &World, call: &Call<'_>) -> Answer {
    up(world)?;
    let page = call.page(99_992_402, 99_992_402)?;
    let group = &reached(world, call)?.mailgroup_id;
    let edges = world.mail.edges.of(F::RELATION, group).filter(|(_, e)| world.listed(e.joined));
    Ok(page.cut(world, edges, |(key, edge)| party::render(world, call, F::ID, &key, edge)).into_data("items"))
}

/// All of them or, if one is not in, none.
fn leave<F: Family>(world: &mut World, group: &str, ids: &[&str]) -> Answer {
    let find = |id: &&str| Some(world.mail.edges.find(F::RELATION, group, id)?.0);
    let keys: Vec<EdgeKey> = ids.iter().map(find).collect::<Option<_>>().ok_or_else(F::not_found)?;
    keys.iter().for_each(|key| world.mail.edges.remove(key));
    Ok(Data::Of(json!({})))
}

fn delete<F: Family>(world: &mut World, call: &Call<'_>) -> Answer {
    let group = reached(world, call)?.mailgroup_id.clone();
    leave::<F>(world, &group, &[call.path(F::ID)])
}

fn batch_delete<F: Family>(world: &mut World, call: &Call<'_>) -> Answer {
    let group = reached(world, call)?.mailgroup_id.clone();
    let ids =
        call.texts(F::IDS).ok_or_else(|| Refusal::field(F::IDS, "", format!("{} is required", F::IDS)))?;
    leave::<F>(world, &group, &ids)
}
