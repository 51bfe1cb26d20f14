//! Series unrolled: the occurrences of one, and all that happens on a calendar in a time.

use serde_json::{Value, json};

use super::{exception, reached, render};
use crate::sandbox::calendar::rows::{Event, Role};
use crate::sandbox::calendar::{gate, repeat, time};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::world::World;

const DAY: i64 = 86_400;
/// `calendar-event/instances`: years of one look.
const YEARS: i64 = 2;
/// `calendar-event/instance_view`: days of one look, and what it may hold.
const VIEW_DAYS: i64 = 40;
const VIEW_MOST: usize = 1000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read(
            "GET",
            "/open-apis/calendar/v4/calendars/:calendar_id/events/:event_id/instances",
            instances,
        ),
        Route::read("GET", "/open-apis/calendar/v4/calendars/:calendar_id/events/instance_view", view),
    ]
}

/// One thing that happens.
#[derive(Debug, Clone)]
pub(in crate::sandbox::calendar) struct Occurrence {
    pub(in crate::sandbox::calendar) event: Event,
}

/// What of an event happens in a time, exceptions in the place of what they replace.
pub(in crate::sandbox::calendar) fn occurrences(
    world: &World,
    event: &Event,
    from: i64,
    to: i64,
) -> Vec<Occurrence> {
    let meets = |e: &Event| e.span().0 < to && e.span().1 > from;
    if event.cancelled || event.is_exception() {
        return Vec::new();
    }
    if !event.series() {
        return Some(Occurrence { event: event.clone() }).filter(|o| meets(&o.event)).into_iter().collect();
    }
    let exceptions: Vec<&Event> = world.calendar.exceptions(event).collect();
    let usual = repeat::starts(event, from, to)
        .into_iter()
        .filter(|at| exceptions.iter().all(|e| e.original != *at))
        .map(|at| exception(event, at));
    let changed = exceptions.iter().filter(|e| !e.cancelled && meets(e)).map(|e| (*e).clone());
    let mut all: Vec<Occurrence> = usual.chain(changed).map(|event| Occurrence { event }).collect();
    all.sort_by_key(|o| (o.event.start.seconds(), o.event.original));
    all
}

/// Whether anything of it happens in a time. An exception stands for itself.
pub(super) fn meets(world: &World, event: &Event, from: i64, to: i64) -> bool {
    if event.is_exception() {
        return event.span().0 < to && event.span().1 > from;
    }
    !occurrences(world, event, from, to).is_empty()
}

fn window(call: &Call<'_>) -> Result<(i64, i64), Refusal> {
    let part = |name: &str| call.query(name).and_then(time::seconds).ok_or_else(|| refuse(190_002));
    let (from, to) = (part("start_time")?, part("end_time")?);
    if from < to { Ok((from, to)) } else { Err(refuse(190_002)) }
}

const INSTANCE: [&str; 9] = [
    "event_id",
    "summary",
    "description",
    "start_time",
    "end_time",
    "status",
    "is_exception",
    "app_link",
    "location",
];

fn instances(world: &World, call: &Call<'_>) -> Answer {
    let (visit, event) = reached(world, call)?;
    visit.needs(Role::Reader)?;
    let (from, to) = window(call)?;
    let page = call.page(190_002, 190_008)?;
    if to > time::years_after(from, YEARS) || !event.series() {
        return Err(refuse(190_002));
    }
    let all = occurrences(world, &event, from, to);
    let cut = page.cut(world, all, |o| {
        let kept = world.calendar.event(&o.event.id()).is_some();
        let mut value = render::only(render::listed(world, call, &visit, &o.event), &INSTANCE);
        value["is_exception"] = kept.into();
        value
    });
    Ok(cut.into_data("items"))
}

const VIEWED: [&str; 17] = [
    "event_id",
    "summary",
    "description",
    "start_time",
    "end_time",
    "status",
    "is_exception",
    "app_link",
    "organizer_calendar_id",
    "vchat",
    "visibility",
    "attendee_ability",
    "free_busy_status",
    "location",
    "color",
    "recurring_event_id",
    "event_organizer",
];

fn view(world: &World, call: &Call<'_>) -> Answer {
    let visit = gate::knock(world, call)?;
    visit.needs(Role::Reader)?;
    let (from, to) = window(call)?;
    if to - from >= VIEW_DAYS * DAY {
        return Err(refuse(193_103));
    }
    let shown = world.calendar.events.values().filter(|e| super::shows(&visit, e));
    let mut all: Vec<Occurrence> = shown.flat_map(|e| occurrences(world, e, from, to)).collect();
    if all.len() >= VIEW_MOST {
        return Err(refuse(193_104));
    }
    all.sort_by_key(|o| (o.event.start.seconds(), o.event.id()));
    let items: Vec<Value> =
        all.iter().map(|o| render::only(render::listed(world, call, &visit, &o.event), &VIEWED)).collect();
    Ok(Data::Of(json!({ "items": items })))
}
