//! Access lists: who has which role on a calendar. Only its owners look and change.

use serde_json::{Value, json};

use super::gate::{self, Visit};
use super::rows::{Acl, Role};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::im::Actor;
use crate::sandbox::world::{World, digest};

/// The pages raise a smaller page to this.
const PAGE: usize = 10;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/calendar/v4/calendars/:calendar_id/acls", create),
        Route::write("DELETE", "/open-apis/calendar/v4/calendars/:calendar_id/acls/:acl_id", delete),
        Route::read("GET", "/open-apis/calendar/v4/calendars/:calendar_id/acls", list),
    ]
}

/// The number says who it is; the same person has the same id on every calendar.
fn acl_id(world: &World, actor: &Actor) -> String {
    let part = match actor {
        Actor::User(user) => format!("u{user}"),
        Actor::Bot(app) => format!("b{app}"),
    };
    let hash = digest(&["acl", &part, &world.settings().tenant.tenant_key]);
    let number = u64::from_str_radix(&hash[..15], 16).unwrap_or_default() % 1_000_000_000_000_000_000;
    format!("user_6{number:018}")
}

fn owned<'w>(world: &'w World, call: &Call<'_>) -> Result<Visit<'w>, Refusal> {
    let visit = gate::knock(world, call)?;
    visit.needs(Role::Owner)?;
    Ok(visit)
}

fn render(world: &World, call: &Call<'_>, actor: &Actor, role: Role) -> Value {
    json!({
        "acl_id": acl_id(world, actor),
        "role": role.text(),
        "scope": { "type": "user", "user_id": gate::actor_id(world, call, actor) },
    })
}

/// Everybody with a role, the app's own included.
fn entries(world: &World, visit: &Visit<'_>) -> Vec<(Actor, Role)> {
    let bots = visit.calendar.bots.iter().map(|(app, role)| (Actor::Bot(app.clone()), *role));
    let people = world.calendar.acls.of(&visit.calendar.calendar_id);
    let own = visit.calendar.primary_of.iter().map(|owner| (owner.clone(), Role::Owner));
    own.chain(bots).chain(people.map(|(user, acl)| (Actor::User(user), acl.role))).collect()
}

/// A second entry of the same person replaces the role of the first.
fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = owned(world, call)?;
    let role = call.text("role").and_then(Role::of).filter(|r| *r != Role::Unknown);
    let role = role.ok_or_else(|| refuse(190_002))?;
    let scope = call.body.get("scope");
    let id = scope.and_then(|s| s["user_id"].as_str()).filter(|id| !id.is_empty());
    let user = someone(world, call, id.ok_or_else(|| refuse(190_002))?)?;
    let calendar = visit.id();
    if visit.calendar.primary_of == Some(Actor::User(user)) {
        return Err(refuse(190_002));
    }
    if role != Role::Owner && last_owner(world, &visit, &Actor::User(user)) {
        return Err(refuse(190_002));
    }
    world.calendar.acls.put(&calendar, user, Acl { role });
    let actor = Actor::User(user);
    // Whoever is given a role has the calendar in the list.
    if !gate::view(world, &actor, &calendar).is_some_and(|v| v.subscribed) {
        gate::edit_view(world, &actor, &calendar, |view| view.subscribed = true);
    }
    Ok(Data::Of(render(world, call, &actor, role)))
}

/// A bot's open id is nobody here: only people can be given a role.
fn someone(world: &World, call: &Call<'_>, id: &str) -> Result<UserKey, Refusal> {
    let bot = world.apps.iter().any(|(app, _)| gate::actor_id(world, call, &Actor::Bot(app.clone())) == id);
    if bot { Err(refuse(190_002)) } else { gate::person(world, call, id) }
}

fn last_owner(world: &World, visit: &Visit<'_>, actor: &Actor) -> bool {
    let owners: Vec<(Actor, Role)> =
        entries(world, visit).into_iter().filter(|(_, role)| *role == Role::Owner).collect();
    matches!(owners.as_slice(), [(one, _)] if one == actor)
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = owned(world, call)?;
    let id = call.path("acl_id");
    let found = entries(world, &visit).into_iter().find(|(actor, _)| acl_id(world, actor) == id);
    let (actor, _) = found.ok_or_else(|| refuse(192_000))?;
    if visit.calendar.primary_of.as_ref() == Some(&actor) || last_owner(world, &visit, &actor) {
        return Err(refuse(190_002));
    }
    let calendar = visit.id();
    match &actor {
        Actor::User(user) => world.calendar.acls.remove(&calendar, *user),
        Actor::Bot(app) => gate::edit(world, &calendar, |c| c.bots.retain(|bot, _| bot != app)),
    }
    let open = gate::calendar(world, &calendar).is_some_and(|c| c.permissions != "private");
    if !open {
        gate::edit_view(world, &actor, &calendar, |view| view.subscribed = false);
    }
    Ok(Data::empty())
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let visit = owned(world, call)?;
    let page = call.page(190_002, 190_008)?.at_least(PAGE);
    let mut entries = entries(world, &visit);
    entries.sort_by_key(|(actor, _)| acl_id(world, actor));
    Ok(page.cut(world, entries, |(actor, role)| render(world, call, &actor, role)).into_data("acls"))
}
