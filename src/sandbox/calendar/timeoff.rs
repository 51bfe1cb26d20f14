//! Leave that is shown on a person. It can be made and deleted by the app that made it, and never be read.

use serde_json::json;

use super::gate;
use super::rows::TimeOff;
use super::time::{When, is_zone, seconds};
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Answer, Call, Data, Route, refuse};
use crate::sandbox::world::{World, digest};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/calendar/v4/timeoff_events", create),
        Route::write("DELETE", "/open-apis/calendar/v4/timeoff_events/:timeoff_event_id", delete),
    ]
}

/// Two days, or two moments.
fn ordered(start: &str, end: &str) -> bool {
    let day = |text: &str| When::of(&json!({ "date": text })).ok().map(|w| w.seconds());
    match (day(start), day(end)) {
        (Some(a), Some(b)) => a <= b,
        (None, None) => matches!((seconds(start), seconds(end)), (Some(a), Some(b)) if a < b),
        _ => false,
    }
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    gate::bot(world, call)?;
    let text = |name: &str| call.text(name).unwrap_or_default().to_owned();
    let (start, end, timezone) = (text("start_time"), text("end_time"), text("timezone"));
    if !is_zone(&timezone) || !ordered(&start, &end) {
        return Err(refuse(190_002));
    }
    let user = gate::person(world, call, &text("user_id"))?;
    let number = world.next("calendar_time_off");
    let id = format!("timeoff:{}", digest(&["timeoff", &number.to_string()]));
    let (title, description) = (text("title"), text("description"));
    let answer = json!({
        "timeoff_event_id": id,
        "user_id": ids::user_id_of(world, &call.caller.app_id, user, call.user_id_type()),
        "timezone": timezone,
        "start_time": start,
        "end_time": end,
        "title": title,
        "description": description,
    });
    let app_id = call.caller.app_id.clone();
    let row = TimeOff { app_id, user, timezone, start, end, title, description };
    world.calendar.time_off.insert(id, row);
    Ok(Data::Of(answer))
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    gate::bot(world, call)?;
    let id = call.path("timeoff_event_id").to_owned();
    let row = world.calendar.time_off.get(&id).ok_or_else(|| refuse(190_002))?;
    if row.app_id != call.caller.app_id {
        return Err(refuse(195_000));
    }
    world.calendar.time_off.remove(&id);
    Ok(Data::empty())
}
