//! Events. [`write`] makes, changes and deletes, [`read`] looks, [`instances`] unrolls series, [`render`] shows.

mod fields;
mod instances;
mod read;
mod render;
mod reply;
mod write;

pub(super) use instances::{Occurrence, occurrences};
pub(super) use render::organizer;

use super::gate::{self, Visit};
use super::repeat;
use super::rows::{Event, Notice, Role, Who, event_id};
use crate::sandbox::gateway::{Call, Refusal, Route, refuse};
use crate::sandbox::im::{self, Actor};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    [write::routes(), read::routes(), instances::routes(), reply::routes()].concat()
}

/// `<uid>_<original time>`.
fn parse(id: &str) -> Option<(&str, i64)> {
    let (uid, original) = id.rsplit_once('_')?;
    Some((uid, original.parse().ok()?)).filter(|(uid, original)| !uid.is_empty() && *original >= 0)
}

/// An event by id: a row, or an occurrence of a series that nobody changed yet.
pub(super) fn find(world: &World, id: &str) -> Option<Event> {
    let (uid, original) = parse(id)?;
    if let Some(row) = world.calendar.event(id) {
        return Some(row.clone());
    }
    let series = world.calendar.event(&event_id(uid, 0))?;
    if !series.series() || series.cancelled || !repeat::occurs(series, original) {
        return None;
    }
    Some(exception(series, original))
}

/// What the occurrence of a series is before anybody changes it.
fn exception(series: &Event, original: i64) -> Event {
    let by = original - series.start.seconds();
    Event {
        original,
        start: series.start.later(by),
        end: series.end.later(by),
        recurrence: String::new(),
        ..series.clone()
    }
}

/// Whether the calendar shows the event: its own, or one that its owner is invited to.
fn shows(visit: &Visit<'_>, event: &Event) -> bool {
    let own = event.calendar_id == visit.calendar.calendar_id;
    own || matches!(&visit.calendar.primary_of, Some(Actor::User(user)) if invited(event, *user))
}

/// Invited by name, and still.
fn invited(event: &Event, user: u64) -> bool {
    event.attendees.iter().any(|a| a.who == Who::User(user) && a.rsvp != "removed")
}

/// The event of the path, seen from the calendar of the path.
///
/// # Errors
/// As [`gate::knock`]; 193000, 193001, 193003.
pub(super) fn reached<'w>(world: &'w World, call: &Call<'_>) -> Result<(Visit<'w>, Event), Refusal> {
    let visit = gate::knock(world, call)?;
    let id = call.path("event_id");
    parse(id).ok_or_else(|| refuse(193_000))?;
    let event = find(world, id).filter(|e| shows(&visit, e)).ok_or_else(|| refuse(193_001))?;
    if event.cancelled { Err(refuse(193_003)) } else { Ok((visit, event)) }
}

/// Whether the caller organises the event: on a shared calendar its owners do, and whoever made it.
pub(super) fn organises(world: &World, visit: &Visit<'_>, event: &Event) -> bool {
    if event.creator == visit.actor {
        return true;
    }
    gate::calendar(world, &event.calendar_id)
        .is_some_and(|c| gate::role(world, &c, &visit.actor) == Role::Owner)
}

/// Changes a row; an occurrence without one becomes an exception.
pub(super) fn edit(world: &mut World, id: &str, change: impl FnOnce(&mut Event)) {
    let Some(mut event) = find(world, id) else { return };
    change(&mut event);
    event.version = world.next("calendar_version");
    world.calendar.put_event(event);
}

/// Tells everybody who is invited, if they are to be told.
pub(super) fn notify(world: &mut World, event_id: &str, cause: &str, wanted: bool) {
    let Some(event) = find(world, event_id).filter(|_| wanted) else { return };
    let people: usize =
        event.attendees.iter().filter(|a| a.rsvp != "removed").map(|a| heads(world, &a.who)).sum();
    if people == 0 {
        return;
    }
    let number = world.next("calendar_notice");
    let notice = Notice { event_id: event_id.to_owned(), cause: cause.to_owned(), people };
    world.calendar.notices.insert(number, notice);
}

/// How many people an attendee is.
pub(super) fn heads(world: &World, who: &Who) -> usize {
    match who {
        Who::User(_) | Who::Mail(_) => 1,
        Who::Room(_) => 0,
        Who::Chat(id) => {
            let chat = im::act::find(world, id).and_then(|key| world.im.chat(key));
            chat.map_or(0, |c| world.im.people_count(c))
        }
    }
}
