//! Making, changing and deleting calendars.

use std::collections::BTreeMap;

use super::render;
use crate::sandbox::calendar::gate;
use crate::sandbox::calendar::rows::{Acl, Calendar, Role};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one, refuse};
use crate::sandbox::im::Actor;
use crate::sandbox::world::World;

/// `calendar/introduction`: calendars in one identity's list.
pub(super) const LIST: usize = 1000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/calendar/v4/calendars", create),
        Route::write("PATCH", "/open-apis/calendar/v4/calendars/:calendar_id", patch),
        Route::write("DELETE", "/open-apis/calendar/v4/calendars/:calendar_id", delete),
    ]
}

fn color(call: &Call<'_>) -> Result<Option<i32>, Refusal> {
    call.int("color").map(|n| i32::try_from(n).map_err(|_| refuse(190_002))).transpose()
}

/// Whoever makes a calendar owns it and has it in the list.
fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let actor = gate::bot(world, call)?;
    let color = color(call)?;
    if gate::subscriptions(world, &actor) >= LIST {
        return Err(refuse(191_005));
    }
    let number = world.next("calendar");
    let id = gate::shared_id(world, number);
    let text = |name: &str| call.text(name).unwrap_or_default().to_owned();
    let mut calendar = Calendar {
        calendar_id: id.clone(),
        number,
        primary_of: None,
        summary: text("summary"),
        description: text("description"),
        permissions: call.filled("permissions").unwrap_or("show_only_free_busy").to_owned(),
        bots: BTreeMap::new(),
        deleted: false,
        created: world.now,
        version: world.next("calendar_version"),
    };
    match &actor {
        Actor::Bot(app) => drop(calendar.bots.insert(app.clone(), Role::Owner)),
        Actor::User(user) => world.calendar.acls.put(&id, *user, Acl { role: Role::Owner }),
    }
    world.calendar.calendars.insert(id.clone(), calendar.clone());
    let alias = text("summary_alias");
    gate::edit_view(world, &actor, &id, |view| {
        view.subscribed = true;
        view.alias = alias;
        view.color = color.unwrap_or(view.color);
    });
    Ok(one("calendar", render(world, &calendar, &actor)))
}

/// Its owners change everything; others only what they alone see, if it is in their list.
fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = gate::knock(world, call)?;
    let (id, actor, owner) = (visit.id(), visit.actor.clone(), visit.role == Role::Owner);
    let public = ["summary", "description", "permissions"];
    if !owner && public.iter().any(|name| call.text(name).is_some()) {
        return Err(refuse(191_002));
    }
    if !owner && !gate::subscribed(world, &actor, &visit.calendar) {
        return Err(refuse(191_009));
    }
    if call.text("summary") == Some("") {
        return Err(refuse(190_014));
    }
    let color = color(call)?;
    if public.iter().any(|name| call.text(name).is_some()) {
        gate::edit(world, &id, |calendar| {
            if let Some(summary) = call.text("summary") {
                summary.clone_into(&mut calendar.summary);
            }
            if let Some(description) = call.text("description") {
                description.clone_into(&mut calendar.description);
            }
            if let Some(permissions) = call.filled("permissions") {
                permissions.clone_into(&mut calendar.permissions);
            }
        });
    }
    if color.is_some() || call.text("summary_alias").is_some() {
        gate::edit_view(world, &actor, &id, |view| {
            view.color = color.unwrap_or(view.color);
            if let Some(alias) = call.text("summary_alias") {
                alias.clone_into(&mut view.alias);
            }
        });
    }
    let calendar = gate::calendar(world, &id).ok_or_else(|| refuse(191_000))?;
    Ok(one("calendar", render(world, &calendar, &actor)))
}

/// Shared calendars only. What was in it goes with it.
fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = gate::knock(world, call)?;
    if visit.calendar.primary_of.is_some() {
        return Err(refuse(191_004));
    }
    visit.needs(Role::Owner)?;
    let id = visit.id();
    gate::edit(world, &id, |calendar| calendar.deleted = true);
    Ok(Data::empty())
}
