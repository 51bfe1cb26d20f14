//! Wishing to be told of changes: of the own list, of an access list, of a calendar's events. Nobody is told.

use super::gate;
use super::rows::{Role, Watch};
use crate::sandbox::gateway::{Answer, Call, Data, Identity, Refusal, Route, refuse};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/calendar/v4/calendars/subscription", list_on),
        Route::write("POST", "/open-apis/calendar/v4/calendars/unsubscription", list_off),
        Route::write("POST", "/open-apis/calendar/v4/calendars/:calendar_id/acls/subscription", acl_on),
        Route::write("POST", "/open-apis/calendar/v4/calendars/:calendar_id/acls/unsubscription", acl_off),
        Route::write("POST", "/open-apis/calendar/v4/calendars/:calendar_id/events/subscription", events_on),
        Route::write(
            "POST",
            "/open-apis/calendar/v4/calendars/:calendar_id/events/unsubscription",
            events_off,
        ),
    ]
}

fn set(
    world: &mut World,
    call: &Call<'_>,
    what: &str,
    calendar_id: String,
    on: bool,
) -> Result<Data, Refusal> {
    let Identity::User(user) = call.caller.identity else { return Err(refuse(190_002)) };
    let key = format!("{}/{user}/{what}/{calendar_id}", call.caller.app_id);
    if on {
        world.calendar.watches.insert(key, Watch { user, what: what.to_owned(), calendar_id });
    } else {
        world.calendar.watches.remove(&key);
    }
    Ok(Data::empty())
}

fn list_on(world: &mut World, call: &Call<'_>) -> Answer {
    set(world, call, "calendars", String::new(), true)
}

fn list_off(world: &mut World, call: &Call<'_>) -> Answer {
    set(world, call, "calendars", String::new(), false)
}

fn acl(world: &mut World, call: &Call<'_>, on: bool) -> Answer {
    let visit = gate::knock(world, call)?;
    visit.needs(Role::Owner)?;
    let id = visit.id();
    set(world, call, "acls", id, on)
}

fn acl_on(world: &mut World, call: &Call<'_>) -> Answer {
    acl(world, call, true)
}

fn acl_off(world: &mut World, call: &Call<'_>) -> Answer {
    acl(world, call, false)
}

fn events(world: &mut World, call: &Call<'_>, on: bool) -> Answer {
    let visit = gate::knock(world, call)?;
    visit.needs(Role::Reader)?;
    let id = visit.id();
    set(world, call, "events", id, on)
}

fn events_on(world: &mut World, call: &Call<'_>) -> Answer {
    events(world, call, true)
}

fn events_off(world: &mut World, call: &Call<'_>) -> Answer {
    events(world, call, false)
}
