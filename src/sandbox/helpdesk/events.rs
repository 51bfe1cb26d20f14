//! Subscriptions to events of a desk: they can be written and not be read.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::gate::{bad, desk};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route};
use crate::sandbox::world::{Row, World};

/// Pairs that exist.
const KNOWN: [(&str, &str); 4] = [
    ("helpdesk.ticket", "ticket.created_v1"),
    ("helpdesk.ticket", "ticket.updated_v1"),
    ("helpdesk.ticket_message", "ticket_message.created_v1"),
    ("helpdesk.notification", "notification.approve_v1"),
];

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    pub app_id: String,
    pub helpdesk_id: String,
    #[serde(rename = "type")]
    pub ty: String,
    pub subtype: String,
}

impl Row for Subscription {
    type Key = String;
    const TABLE: &'static str = "helpdesk_events";
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/helpdesk/v1/events/subscribe", subscribe),
        Route::write("POST", "/open-apis/helpdesk/v1/events/unsubscribe", unsubscribe),
    ]
}

/// What the apps have subscribed to at a desk, for people to look at.
pub fn subscribed<'w>(world: &'w World, helpdesk_id: &str) -> impl Iterator<Item = &'w Subscription> {
    world.helpdesk.events.values().filter(move |event| event.helpdesk_id == helpdesk_id)
}

fn named(world: &World, call: &Call<'_>) -> Result<Vec<(String, Subscription)>, Refusal> {
    let helpdesk_id = desk(world, call)?.helpdesk_id.clone();
    let events =
        call.list("events").filter(|events| !events.is_empty()).ok_or_else(|| bad(world, "events"))?;
    events
        .iter()
        .map(|event| {
            let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
            let (ty, subtype) = (text("type"), text("subtype"));
            if !KNOWN.contains(&(ty, subtype)) {
                return Err(bad(world, "no such event"));
            }
            let row = Subscription {
                app_id: call.caller.app_id.clone(),
                helpdesk_id: helpdesk_id.clone(),
                ty: ty.to_owned(),
                subtype: subtype.to_owned(),
            };
            Ok((format!("{helpdesk_id}/{}/{ty}/{subtype}", row.app_id), row))
        })
        .collect()
}

fn subscribe(world: &mut World, call: &Call<'_>) -> Answer {
    for (key, row) in named(world, call)? {
        world.helpdesk.events.insert(key, row);
    }
    Ok(Data::empty())
}

fn unsubscribe(world: &mut World, call: &Call<'_>) -> Answer {
    for (key, _) in named(world, call)? {
        world.helpdesk.events.remove(&key);
    }
    Ok(Data::empty())
}
