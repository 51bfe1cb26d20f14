//! Making, changing and deleting events.
//!
//! A change leaves alone what is absent or empty. Start and end move together or not at all, and nothing is said
//! if they do not. What is private to an identity (colour, reminders, and later visibility and free or busy) is
//! changed for the caller alone.

use std::collections::BTreeMap;

use super::{edit, fields, notify, organises, reached, render};
use crate::sandbox::calendar::rows::{Creation, Event, Own, Role, actor_text};
use crate::sandbox::calendar::{gate, repeat};
use crate::sandbox::gateway::{Answer, Call, Data, Route, one, refuse};
use crate::sandbox::world::{World, digest};

pub(super) fn routes() -> Vec<Route> {
    const EVENT: &str = "/open-apis/calendar/v4/calendars/:calendar_id/events/:event_id";
    vec![
        Route::write("POST", "/open-apis/calendar/v4/calendars/:calendar_id/events", create),
        Route::write("PATCH", EVENT, patch),
        Route::write("DELETE", EVENT, delete),
    ]
}

fn uid(world: &World, number: u64) -> String {
    let hash = digest(&["event", &world.settings().tenant.tenant_key, &number.to_string()]);
    format!("{}-{}-{}-{}-{}", &hash[..8], &hash[8..12], &hash[12..16], &hash[16..20], &hash[20..])
}

/// What makes two creations one: app, calendar and key.
fn slot(call: &Call<'_>, calendar: &str) -> Option<String> {
    let key = call.query("idempotency_key").filter(|k| !k.is_empty())?;
    Some(digest(&[&call.caller.app_id, calendar, key]))
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let visit = gate::knock(world, call)?;
    visit.needs(Role::Writer)?;
    let (calendar, actor) = (visit.id(), visit.actor.clone());
    let slot = slot(call, &calendar);
    if let Some(first) = slot.as_ref().and_then(|s| world.calendar.creations.get(s)) {
        let event = world.calendar.event(&first.event_id).filter(|e| !e.cancelled);
        let event = event.ok_or_else(|| refuse(193_003))?;
        return Ok(one("event", render::full(world, call, &visit, event)));
    }
    let (start, end) = fields::span(call)?.ok_or_else(fields::bad)?;
    fields::texts(world, call)?;
    fields::attachments(call)?;
    let recurrence = match call.filled("recurrence") {
        Some(rule) => repeat::judged(rule, &start).ok_or_else(fields::bad)?,
        None => String::new(),
    };
    let vchat = fields::vchat(world, call, &actor)?;
    let (location, schemas) = (fields::location(call)?, fields::schemas(call)?);
    let check_in = fields::check_in(call)?;
    let text = |name: &str| call.text(name).unwrap_or_default().to_owned();
    let word = |name: &str, default: &str| call.filled(name).unwrap_or(default).to_owned();
    let own = fields::own(call, &Own::default());
    let number = world.next("calendar_event");
    let event = Event {
        uid: uid(world, number),
        original: 0,
        number,
        calendar_id: calendar,
        summary: text("summary"),
        description: text("description"),
        start,
        end,
        recurrence,
        attendee_ability: word("attendee_ability", "none"),
        location,
        meeting_settings: vchat.as_ref().and_then(|(_, settings)| settings.clone()),
        vchat: vchat.map(|(vchat, _)| vchat),
        schemas: schemas.unwrap_or_else(|| serde_json::json!([])),
        attachments: Vec::new(),
        check_in,
        visibility: word("visibility", "default"),
        free_busy: word("free_busy_status", "busy"),
        views: BTreeMap::from([(actor_text(&actor), own)]),
        attendees: Vec::new(),
        cancelled: false,
        created: world.now,
        version: world.next("calendar_version"),
        meeting_chat: None,
        minute: false,
        creator: actor,
    };
    let id = event.id();
    world.calendar.put_event(event.clone());
    if let Some(slot) = slot {
        world.calendar.creations.insert(slot, Creation { event_id: id });
    }
    let visit = gate::knock(world, call)?;
    Ok(one("event", render::full(world, call, &visit, &event)))
}

fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let (visit, event) = reached(world, call)?;
    let may_edit = organises(world, &visit, &event)
        || visit.role >= Role::Writer && event.calendar_id == visit.calendar.calendar_id;
    let private = ["color", "reminders", "visibility", "free_busy_status", "need_notification"];
    let only_own = call.body.as_object().is_some_and(|b| b.keys().all(|k| private.contains(&k.as_str())));
    if !(may_edit || only_own && visit.role >= Role::Reader) {
        return Err(refuse(193_002));
    }
    fields::texts(world, call)?;
    fields::attachments(call)?;
    let span = fields::span(call)?;
    if span.as_ref().is_some_and(|(start, _)| event.series() && !start.same_kind(&event.start)) {
        return Err(fields::bad());
    }
    let start = span.as_ref().map_or(&event.start, |(start, _)| start);
    let recurrence = match call.filled("recurrence") {
        // A single event stays one.
        Some(_) if !event.series() => return Err(fields::bad()),
        Some(rule) => Some(repeat::judged(rule, start).ok_or_else(fields::bad)?),
        None => None,
    };
    let vchat = fields::vchat(world, call, &visit.actor)?;
    let (location, schemas) = (fields::location(call)?, fields::schemas(call)?);
    let check_in = fields::check_in(call)?;
    let actor = visit.actor.clone();
    let id = event.id();
    let moved = span.is_some() || recurrence.is_some();
    edit(world, &id, |e| {
        if let Some(text) = call.filled("summary") {
            text.clone_into(&mut e.summary);
        }
        if let Some(text) = call.filled("description") {
            text.clone_into(&mut e.description);
        }
        if let Some((start, end)) = span {
            (e.start, e.end) = (start, end);
        }
        if let Some(rule) = recurrence {
            e.recurrence = rule;
        }
        if let Some(word) = call.filled("attendee_ability") {
            word.clone_into(&mut e.attendee_ability);
        }
        e.location = location.or_else(|| e.location.take());
        if let Some((vchat, settings)) = vchat {
            e.vchat = Some(vchat);
            e.meeting_settings = settings.or_else(|| e.meeting_settings.take());
        }
        e.schemas = schemas.unwrap_or_else(|| e.schemas.take());
        e.check_in = check_in.or_else(|| e.check_in.take());
        let view = e.views.entry(actor_text(&actor)).or_default();
        *view = fields::own(call, view);
        if let Some(word) = call.filled("visibility") {
            view.visibility = Some(word.to_owned());
        }
        if let Some(word) = call.filled("free_busy_status") {
            view.free_busy = Some(word.to_owned());
        }
    });
    if moved {
        forget_lost_exceptions(world, &id);
    }
    notify(world, &id, "patch", call.bool("need_notification").unwrap_or(true));
    let (visit, event) = reached(world, call)?;
    Ok(one("event", render::full(world, call, &visit, &event)))
}

/// A series that moved has no use for exceptions of what is no occurrence any more.
fn forget_lost_exceptions(world: &mut World, id: &str) {
    let Some(series) = world.calendar.event(id).cloned() else { return };
    if !series.series() {
        return;
    }
    let lost: Vec<String> = world
        .calendar
        .exceptions(&series)
        .filter(|e| !repeat::occurs(&series, e.original))
        .map(Event::id)
        .collect();
    for id in lost {
        if let Some(ids) = world.calendar.by_calendar.get_mut(&series.calendar_id) {
            ids.remove(&id);
        }
        world.calendar.events.remove(&id);
    }
}

/// A series takes its exceptions along; one occurrence leaves a hole.
fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let (visit, event) = reached(world, call)?;
    if visit.role < Role::Writer {
        return Err(refuse(191_002));
    }
    if !organises(world, &visit, &event) {
        return Err(refuse(193_002));
    }
    let wanted = call.query("need_notification") != Some("false");
    let id = event.id();
    notify(world, &id, "delete", wanted);
    let exceptions: Vec<String> = match event.series() {
        true => world.calendar.exceptions(&event).map(Event::id).collect(),
        false => Vec::new(),
    };
    for id in exceptions.iter().chain([&id]) {
        edit(world, id, |e| e.cancelled = true);
    }
    Ok(Data::empty())
}
