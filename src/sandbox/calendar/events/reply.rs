//! Saying yes, no or perhaps.

use super::{edit, reached};
use crate::sandbox::calendar::rows::Who;
use crate::sandbox::gateway::{Answer, Call, Data, Route, refuse};
use crate::sandbox::im::Actor;
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::write("POST", "/open-apis/calendar/v4/calendars/:calendar_id/events/:event_id/reply", reply)]
}

/// Only for oneself; a bot is never invited.
fn reply(world: &mut World, call: &Call<'_>) -> Answer {
    let (visit, event) = reached(world, call)?;
    let Actor::User(user) = visit.actor else { return Err(refuse(193_002)) };
    if !super::invited(&event, user) {
        return Err(refuse(193_002));
    }
    let answer = call.text("rsvp_status").unwrap_or_default().to_owned();
    edit(world, &event.id(), |e| {
        for attendee in e.attendees.iter_mut().filter(|a| a.who == Who::User(user)) {
            answer.clone_into(&mut attendee.rsvp);
        }
    });
    Ok(Data::empty())
}
