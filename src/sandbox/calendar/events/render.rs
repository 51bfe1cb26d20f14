//! An event as an identity sees it: people who may not know the details see a time and nothing else.

use serde_json::{Map, Value, json};

use crate::sandbox::calendar::attendees;
use crate::sandbox::calendar::gate::{self, Visit};
use crate::sandbox::calendar::rows::{Event, Role, actor_text};
use crate::sandbox::gateway::Call;
use crate::sandbox::im::Actor;
use crate::sandbox::world::World;

/// Fields that only `get`, `create` and `patch` have.
const DETAIL: [&str; 1] = ["event_check_in"];

/// Whether the caller may read the title.
fn open(visit: &Visit<'_>, event: &Event) -> bool {
    let need = match event.visibility.as_str() {
        "public" => Role::FreeBusyReader,
        "private" => Role::Writer,
        _ => Role::Reader,
    };
    visit.role >= need || event.creator == visit.actor
}

/// Everything of the page but attendees.
pub(super) fn full(world: &World, call: &Call<'_>, visit: &Visit<'_>, event: &Event) -> Value {
    let mut value = listed(world, call, visit, event);
    if let Some(check_in) = &event.check_in {
        value["event_check_in"] = check_in.clone();
    }
    value
}

/// As a list has it.
pub(super) fn listed(world: &World, call: &Call<'_>, visit: &Visit<'_>, event: &Event) -> Value {
    let own = event.views.get(&actor_text(&visit.actor)).cloned().unwrap_or_default();
    let shown = open(visit, event);
    let text = |text: &str| if shown { text.to_owned() } else { String::new() };
    let reminders: Vec<Value> =
        own.reminders.unwrap_or_default().iter().map(|m| json!({ "minutes": m })).collect();
    let series = if event.is_exception() { format!("{}_0", event.uid) } else { String::new() };
    let mut value = json!({
        "event_id": event.id(),
        "organizer_calendar_id": event.calendar_id,
        "summary": text(&event.summary),
        "description": text(&event.description),
        "start_time": event.start.json(),
        "end_time": event.end.json(),
        "visibility": own.visibility.as_deref().unwrap_or(&event.visibility),
        "attendee_ability": event.attendee_ability,
        "free_busy_status": own.free_busy.as_deref().unwrap_or(&event.free_busy),
        "color": own.color.unwrap_or(-1),
        "reminders": reminders,
        "recurrence": event.recurrence,
        "status": if event.cancelled { "cancelled" } else { "confirmed" },
        "is_exception": event.is_exception(),
        "recurring_event_id": series,
        "create_time": (event.created / 1000).to_string(),
        "schemas": event.schemas,
        "event_organizer": organizer(world, call, event),
        "app_link": app_link(event),
    });
    if shown {
        if let Some(location) = &event.location {
            value["location"] = location.clone();
        }
        if let Some(vchat) = &event.vchat {
            value["vchat"] = vchat.clone();
        }
    }
    value
}

/// The fields of another page's smaller event.
pub(super) fn only(value: Value, fields: &[&str]) -> Value {
    let Value::Object(map) = value else { return value };
    let kept: Map<String, Value> = map
        .into_iter()
        .filter(|(k, _)| fields.contains(&k.as_str()) && !DETAIL.contains(&k.as_str()))
        .collect();
    Value::Object(kept)
}

/// Attendees as `get` shows them, so many at most.
pub(super) fn add_attendees(world: &World, call: &Call<'_>, event: &Event, most: usize, value: &mut Value) {
    let all: Vec<Value> =
        event.attendees.iter().map(|a| attendees::render(world, call, event, a, false)).collect();
    value["has_more_attendee"] = (all.len() > most).into();
    value["attendees"] = all.into_iter().take(most).collect();
}

/// A shared calendar organises what is on it; a primary one stands for whom it belongs to.
pub(in crate::sandbox::calendar) fn organizer(world: &World, call: &Call<'_>, event: &Event) -> Value {
    match gate::calendar(world, &event.calendar_id) {
        Some(calendar) if calendar.primary_of.is_none() => json!({ "display_name": calendar.summary }),
        _ => {
            let name = gate::name_of(world, &event.creator);
            match &event.creator {
                Actor::User(_) => json!({
                    "user_id": gate::actor_id(world, call, &event.creator),
                    "display_name": name,
                }),
                Actor::Bot(_) => json!({ "display_name": name }),
            }
        }
    }
}

fn app_link(event: &Event) -> String {
    format!(
        "https://applink.feishu.cn/client/calendar/event/detail?key={}&originalTime={}",
        event.uid, event.original
    )
}
