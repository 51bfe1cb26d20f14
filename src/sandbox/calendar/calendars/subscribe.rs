//! The own list: putting a calendar in and taking it out. Nobody else's list can be changed.

use super::render;
use super::write::LIST;
use crate::sandbox::calendar::gate;
use crate::sandbox::calendar::rows::Role;
use crate::sandbox::gateway::{Answer, Call, Data, Route, one, refuse};
use crate::sandbox::im::Actor;
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/calendar/v4/calendars/:calendar_id/subscribe", subscribe),
        Route::write("POST", "/open-apis/calendar/v4/calendars/:calendar_id/unsubscribe", unsubscribe),
    ]
}

fn subscribe(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = match gate::knock(world, call) {
        // A closed calendar is one that may not be subscribed to.
        Err(refusal) if refusal.code == 191_002 => return Err(refuse(191_006)),
        visit => visit?,
    };
    let open = visit.calendar.permissions != "private" || visit.role >= Role::Reader;
    let bots_own = matches!(visit.calendar.primary_of, Some(Actor::Bot(_)));
    if !open || bots_own {
        return Err(refuse(191_006));
    }
    let (id, actor) = (visit.id(), visit.actor.clone());
    if !gate::subscribed(world, &actor, &visit.calendar) {
        if gate::subscriptions(world, &actor) >= LIST {
            return Err(refuse(191_005));
        }
        gate::edit_view(world, &actor, &id, |view| view.subscribed = true);
    }
    let calendar = gate::calendar(world, &id).ok_or_else(|| refuse(191_000))?;
    Ok(one("calendar", render(world, &calendar, &actor)))
}

fn unsubscribe(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = gate::knock(world, call)?;
    if visit.calendar.primary_of.as_ref() == Some(&visit.actor) {
        return Err(refuse(191_008));
    }
    if !gate::subscribed(world, &visit.actor, &visit.calendar) {
        return Err(refuse(191_007));
    }
    let (id, actor) = (visit.id(), visit.actor.clone());
    gate::edit_view(world, &actor, &id, |view| view.subscribed = false);
    Ok(Data::empty())
}
