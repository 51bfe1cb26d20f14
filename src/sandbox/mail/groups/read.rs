//! Looking at groups. Members, senders, managers and aliases are not part of a group's answer.

use serde_json::{Value, json};

use super::{Group, derived, reached};
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Answer, Call, Data, Route};
use crate::sandbox::mail::edges::{Party, Relation};
use crate::sandbox::mail::range::View;
use crate::sandbox::mail::up;
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/mail/v1/mailgroups", list),
        Route::read("GET", "/open-apis/mail/v1/mailgroups/:mailgroup_id", get),
    ]
}

pub(super) fn render(world: &World, group: &Group) -> Value {
    let (count, external, everybody) = derived(world, &group.mailgroup_id);
    json!({
        "mailgroup_id": group.mailgroup_id,
        "email": group.email,
        "name": group.name,
        "description": group.description,
        // The page's type is string.
        "direct_members_count": count.to_string(),
        "include_external_member": external,
        "include_all_company_member": everybody,
        "who_can_send_mail": group.who_can_send_mail,
    })
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    Ok(Data::Of(render(world, reached(world, call)?)))
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    up(world)?;
    let page = call.page(99_992_402, 99_992_402)?;
    let manager = match call.query("manager_user_id").filter(|id| !id.is_empty()) {
        Some(id) => Some(Party::User(ids::find_user(world, call, call.user_id_type(), id)?)),
        None => None,
    };
    let view = View::of(world, call);
    let edges = &world.mail.edges;
    let managed = |g: &Group| {
        let with = |party| edges.between(Relation::Manager, &g.mailgroup_id, party).is_some();
        manager.as_ref().is_none_or(with)
    };
    let seen = |g: &&Group| view.group(&g.mailgroup_id) && world.listed(g.created) && managed(g);
    let groups = world.mail.groups.all().into_iter().filter(seen);
    Ok(page.cut(world, groups, |g| render(world, g)).into_data("items"))
}
