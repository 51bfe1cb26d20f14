//! Calendars: the list, and one with its access list and events.

use serde_json::{Value, json};

use super::person_ref;
use crate::sandbox::calendar::{self, Calendar, Event, Who};
use crate::sandbox::world::World;

/// Calendars on one page.
const PAGE: usize = 50;
/// So many people and events are named.
const MOST: usize = 200;

/// Calendars from `offset` on, the newest first; the deleted ones are not shown.
pub fn calendars(world: &World, offset: usize) -> Value {
    let all: Vec<&Calendar> =
        world.calendar.all().into_iter().rev().filter(|c| !c.deleted && c.primary_of.is_none()).collect();
    let items: Vec<Value> = all.iter().skip(offset).take(PAGE).map(|c| row(world, c)).collect();
    json!({
        "total": all.len(),
        "offset": offset.min(all.len()),
        "limit": PAGE,
        "items": items,
        "messages": world.calendar.notices(),
    })
}

/// One calendar; nothing if there is none.
pub fn calendar(world: &World, id: &str) -> Option<Value> {
    let found = world.calendar.all().into_iter().find(|c| c.calendar_id == id && !c.deleted)?;
    let mut value = row(world, found);
    let people = world.calendar.people(id).take(MOST);
    value["people"] = people
        .filter_map(|(user, role)| Some(json!({ "person": person_ref(world, user)?, "role": role.text() })))
        .collect();
    value["apps"] = found.bots.iter().map(|(app, role)| json!({ "app": app, "role": role.text() })).collect();
    let mut events: Vec<&Event> = shown(world, id).collect();
    events.sort_by_key(|e| (e.start.seconds(), e.id()));
    value["events"] = events.into_iter().take(MOST).map(|e| event(world, e)).collect();
    Some(value)
}

fn shown<'w>(world: &'w World, id: &str) -> impl Iterator<Item = &'w Event> + use<'w> {
    world.calendar.events_of(id).filter(|e| !e.cancelled && !e.is_exception())
}

fn row(world: &World, calendar: &Calendar) -> Value {
    json!({
        "id": calendar.calendar_id,
        "name": calendar.summary,
        "description": calendar.description,
        "permissions": calendar.permissions,
        "events_count": shown(world, &calendar.calendar_id).count(),
        "people_count": world.calendar.people(&calendar.calendar_id).count(),
    })
}

fn event(world: &World, event: &Event) -> Value {
    let guests = calendar::guests(event).take(MOST).map(|(who, answer)| {
        let mut guest = match who {
            Who::User(user) => json!({ "person": person_ref(world, *user) }),
            Who::Chat(id) | Who::Room(id) | Who::Mail(id) => json!({ "id": id }),
        };
        guest["answer"] = answer.into();
        guest
    });
    json!({
        "id": event.id(),
        "title": event.summary,
        "start": event.start.json(),
        "end": event.end.json(),
        "recurrence": event.recurrence,
        "place": event.location.as_ref().and_then(|l| l["name"].as_str()),
        "free": event.free_busy == "free",
        "guests": guests.collect::<Vec<Value>>(),
    })
}
