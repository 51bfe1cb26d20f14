//! Looking at events: one, a calendar's, those with a word in them.

use serde_json::{Map, Value};

use super::{instances, reached, render, shows};
use crate::sandbox::calendar::gate::{self, Visit};
use crate::sandbox::calendar::rows::{Event, Role, Who};
use crate::sandbox::calendar::sync::{self, Sync};
use crate::sandbox::calendar::time::{self, When};
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one, refuse};
use crate::sandbox::world::{World, digest};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/calendar/v4/calendars/:calendar_id/events/:event_id", get),
        Route::read("GET", "/open-apis/calendar/v4/calendars/:calendar_id/events", list),
        Route::read("POST", "/open-apis/calendar/v4/calendars/:calendar_id/events/search", search),
    ]
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    let (visit, event) = reached(world, call)?;
    visit.needs(Role::Reader)?;
    let mut value = render::full(world, call, &visit, &event);
    if call.query_bool("need_meeting_settings")
        && let Some(settings) = &event.meeting_settings
        && value.get("vchat").is_some()
    {
        value["vchat"]["meeting_settings"] = settings.clone();
    }
    if call.query_bool("need_attendee") {
        let most = call.query("max_attendee_num").and_then(|n| n.parse().ok()).unwrap_or(10);
        render::add_attendees(world, call, &event, most, &mut value);
    }
    Ok(one("event", value))
}

/// Everything that a calendar shows, in no order.
fn all<'w>(world: &'w World, visit: &Visit<'_>) -> Vec<&'w Event> {
    let mut found: Vec<&Event> = if visit.calendar.primary_of.is_some() {
        world.calendar.events.values().filter(|e| shows(visit, e)).collect()
    } else {
        world.calendar.events_of(&visit.calendar.calendar_id).collect()
    };
    found.retain(|e| world.listed(e.created));
    found.sort_by_key(|e| digest(&["events", &e.id()]));
    found
}

fn moment(call: &Call<'_>, name: &str) -> Result<Option<i64>, Refusal> {
    let text = call.query(name).filter(|t| !t.is_empty());
    text.map(|t| time::seconds(t).ok_or_else(|| refuse(190_002))).transpose()
}

/// Whether an anchor lets it through: what is over is left out, series never are.
fn after(event: &Event, anchor: i64) -> bool {
    let over = event.span().1 < anchor;
    event.series() || !over || event.is_exception() && event.original >= anchor
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let visit = gate::knock(world, call)?;
    visit.needs(Role::Reader)?;
    let page = call.page(190_002, 190_008)?;
    let (anchor, from, to) =
        (moment(call, "anchor_time")?, moment(call, "start_time")?, moment(call, "end_time")?);
    let window = from.is_some() || to.is_some();
    let synced = call.query("sync_token").is_some_and(|t| !t.is_empty());
    let paged = call.query("page_token").is_some_and(|t| !t.is_empty());
    if window && synced {
        return Err(refuse(190_009));
    }
    if window && (anchor.is_some() || paged) {
        return Err(refuse(190_002));
    }
    let since = sync::since(world, call)?;
    let mut found = all(world, &visit);
    match since {
        Some(since) => found.retain(|e| e.version > since),
        // A hole in a series is told; an event that is gone is not.
        None => found.retain(|e| !e.cancelled || e.is_exception() && alive(world, e)),
    }
    if let Some(anchor) = anchor {
        found.retain(|e| after(e, anchor));
    }
    if window {
        let (from, to) = (from.unwrap_or(0), to.unwrap_or(i64::MAX));
        found.retain(|e| instances::meets(world, e, from, to));
    }
    let cut = page.cut(world, found, |event| render::listed(world, call, &visit, event));
    let done = !cut.has_more;
    let mut map = cut.into_map("items");
    if anchor.is_none() && since.is_none() {
        map.remove("page_token");
    }
    if done && !window {
        map.insert("sync_token".to_owned(), Sync::now(world).into());
    }
    Ok(Data::Of(Value::Object(map)))
}

fn alive(world: &World, exception: &Event) -> bool {
    world.calendar.event(&format!("{}_0", exception.uid)).is_some_and(|s| !s.cancelled)
}

const MONTH: i64 = 31 * 86_400;

/// By words of the title, within a month from now unless told otherwise.
fn search(world: &World, call: &Call<'_>) -> Answer {
    let visit = gate::knock(world, call)?;
    visit.needs(Role::Reader)?;
    let page = call.page(190_002, 190_008)?;
    let filter = call.body.get("filter").cloned().unwrap_or_default();
    let bound = |name: &str| match filter.get(name) {
        Some(value) => When::of(value).map(Some).map_err(|_| refuse(190_002)),
        None => Ok(None),
    };
    let now = world.now / 1000;
    let from = bound("start_time")?.map_or(now, |w| w.seconds());
    let to = bound("end_time")?.map_or(from.saturating_add(MONTH), |w| w.until());
    let wanted = parties(world, call, &filter)?;
    let query = call.text("query").unwrap_or_default().to_lowercase();
    let found: Vec<&Event> = all(world, &visit)
        .into_iter()
        .filter(|e| !e.cancelled && e.summary.to_lowercase().contains(&query))
        .filter(|e| instances::meets(world, e, from, to))
        .filter(|e| wanted.iter().all(|w| e.attendees.iter().any(|a| a.who == *w)))
        .collect();
    let mut map: Map<String, Value> = page
        .cut(world, found, |event| render::only(render::listed(world, call, &visit, event), &SEARCHED))
        .into_map("items");
    map.remove("has_more");
    Ok(Data::Of(Value::Object(map)))
}

const SEARCHED: [&str; 17] = [
    "event_id",
    "organizer_calendar_id",
    "summary",
    "description",
    "start_time",
    "end_time",
    "visibility",
    "attendee_ability",
    "free_busy_status",
    "location",
    "color",
    "reminders",
    "recurrence",
    "status",
    "is_exception",
    "recurring_event_id",
    "app_link",
];

fn parties(world: &World, call: &Call<'_>, filter: &Value) -> Result<Vec<Who>, Refusal> {
    let texts = |name: &str| {
        let list = filter.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        list.into_iter().filter_map(|v| v.as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    for id in texts("user_ids") {
        found.push(Who::User(ids::find_user(world, call, call.user_id_type(), &id)?));
    }
    found.extend(texts("chat_ids").into_iter().map(Who::Chat));
    found.extend(texts("room_ids").into_iter().map(Who::Room));
    Ok(found)
}
