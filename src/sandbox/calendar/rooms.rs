//! Rooms as the calendar knows them: whether one may be booked, what it answers, and the three old endpoints about
//! bookings.
//!
//! Rooms themselves and their rules belong to another service; the knob `calendar.rooms` adds to them for tests.

use serde_json::{Map, Value, json};

use super::attendees::present;
use super::events::{Occurrence, edit, find, occurrences, organizer};
use super::repeat;
use super::rows::{Event, Who, event_id};
use super::time::{rfc3339, shown, years_after};
use crate::sandbox::gateway::{Answer, Call, Data, Route, refuse};
use crate::sandbox::world::{Millis, World};

/// `calendar-event/create`: a series with rooms ends within so many years.
const YEARS: i64 = 2;
const BATCH: usize = 20;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/meeting_room/freebusy/batch_get", free_busy),
        Route::read("POST", "/open-apis/meeting_room/summary/batch_get", summaries),
        Route::write("POST", "/open-apis/meeting_room/instance/reply", reply),
    ]
}

/// The one place that knows which rooms there are.
pub(super) fn exists(world: &World, room: &str) -> bool {
    world.vc.room(room).is_some() || world.settings().calendar.rooms.contains(room)
}

/// Whether the room says no to an app whatever the time: closed, or somebody would have to approve.
fn closed_to_apps(world: &World, event: &Event, room: &str) -> bool {
    let (start, end) = event.span();
    let approval = world.vc.rules(room).and_then(|rules| rules.approval.clone()).unwrap_or_default();
    // The length is in hundredths of an hour.
    let long = approval.condition == 0 || end - start > approval.over * 36;
    let closed = world.vc.room(room).is_some_and(|r| !r.status.is_open(world));
    closed || approval.on && long || world.settings().calendar.approval_rooms.contains(room)
}

pub(super) fn short_enough(event: &Event) -> bool {
    !event.series() || repeat::ends_before(event, years_after(event.start.seconds(), YEARS))
}

/// When the room will answer, and what: no to an app where somebody must approve, and no to the second.
pub(super) fn answer(world: &World, event: &Event, room: &str) -> (Millis, String) {
    let knobs = &world.settings().calendar;
    let by_app = matches!(event.creator, crate::sandbox::im::Actor::Bot(_));
    let closed = by_app && closed_to_apps(world, event, room);
    let (from, to) = (event.start.seconds(), years_after(event.start.seconds(), YEARS));
    let mine = occurrences(world, event, from, to);
    let taken = || {
        bookings(world, room, from, to, &event.uid).iter().any(|o| {
            let (start, end) = o.event.span();
            mine.iter().any(|m| m.event.span().0 < end && m.event.span().1 > start)
        })
    };
    let no = closed || taken();
    (world.now.saturating_add(knobs.room_answer_ms), if no { "decline" } else { "accept" }.to_owned())
}

/// What a room is held for in a time, except by one event.
pub(super) fn bookings(world: &World, room: &str, from: i64, to: i64, except: &str) -> Vec<Occurrence> {
    let wanted = Who::Room(room.to_owned());
    let holds = |e: &Event| {
        present(e).any(|a| a.who == wanted && a.answer.as_ref().is_some_and(|(_, answer)| answer == "accept"))
    };
    let events = world.calendar.events.values().filter(|e| e.uid != except);
    let all = events.flat_map(|e| occurrences(world, e, from, to)).filter(|o| holds(&o.event));
    all.collect()
}

fn free_busy(world: &World, call: &Call<'_>) -> Answer {
    let rooms = call.query_all("room_ids");
    let time = |name: &str| call.query(name).and_then(rfc3339).ok_or_else(|| refuse(40_001));
    let (from, to) = (time("time_min")?, time("time_max")?);
    if rooms.is_empty() || rooms.len() > BATCH || from >= to {
        return Err(refuse(40_001));
    }
    let mut busy = Map::new();
    for room in rooms {
        if !exists(world, room) {
            return Err(refuse(40_001));
        }
        let held: Vec<Value> = bookings(world, room, from, to, "")
            .iter()
            .map(|o| {
                let (start, end) = o.event.span();
                let kept = world.calendar.event(&o.event.id()).is_some();
                json!({
                    "start_time": shown(start),
                    "end_time": shown(end),
                    "uid": o.event.uid,
                    "original_time": if kept { o.event.original } else { 0 },
                    "organizer_info": who(world, call, &o.event),
                })
            })
            .collect();
        busy.insert(room.to_owned(), held.into());
    }
    let bound = |name: &str| call.query(name).unwrap_or_default().to_owned();
    Ok(Data::Of(json!({ "time_min": bound("time_min"), "time_max": bound("time_max"), "free_busy": busy })))
}

fn who(world: &World, call: &Call<'_>, event: &Event) -> Value {
    let organizer = organizer(world, call, event);
    json!({ "name": organizer["display_name"], "open_id": organizer["user_id"].as_str().unwrap_or_default() })
}

fn summaries(world: &World, call: &Call<'_>) -> Answer {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for entry in call.list("EventUids").cloned().unwrap_or_default() {
        let (uid, original) = (entry["uid"].as_str().unwrap_or_default(), entry["original_time"].as_i64());
        let original = original.unwrap_or_default();
        match find(world, &event_id(uid, original)).filter(|e| !e.cancelled) {
            Some(event) => {
                let mut info = json!({ "uid": uid, "original_time": original, "summary": event.summary });
                if let Some(vchat) = &event.vchat {
                    info["vchat"] = vchat.clone();
                }
                found.push(info);
            }
            None => missing.push(json!({
                "uid": uid, "original_time": original, "error_msg": "event not found",
            })),
        }
    }
    Ok(Data::Of(json!({ "EventInfos": found, "ErrorEventUids": missing })))
}

/// The device at the door: nobody came, it ended early, an administrator decides.
fn reply(world: &mut World, call: &Call<'_>) -> Answer {
    let (uid, original) = (call.text("uid").unwrap_or_default(), call.int("original_time").unwrap_or(-1));
    let room = Who::Room(call.text("room_id").unwrap_or_default().to_owned());
    let id = event_id(uid, original);
    let event = find(world, &id).filter(|e| !e.cancelled).ok_or_else(|| refuse(105_003))?;
    if !present(&event).any(|a| a.who == room) {
        return Err(refuse(105_003));
    }
    let answer = if call.text("status") == Some("ACCEPTED_BY_ADMIN") { "accept" } else { "decline" };
    let now = world.now;
    edit(world, &id, |e| {
        for attendee in e.attendees.iter_mut().filter(|a| a.who == room) {
            attendee.answer = Some((now, answer.to_owned()));
        }
    });
    Ok(Data::Nothing)
}
