//! Idempotency keys: the same key and the same request give the first answer again.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::{Answer, Data, Refusal, refuse};
use super::call::{Call, Handler};
use crate::sandbox::world::{Millis, Row, World, digest};

/// An answered request that carried a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Replay {
    /// Of the request without the key.
    pub request: String,
    pub data: Option<Value>,
    pub until: Millis,
}

impl Row for Replay {
    type Key = String;
    const TABLE: &'static str = "replays";
}

/// Calls the handler, unless the call is a repeat that was answered before.
pub(super) fn run(world: &mut World, call: &Call<'_>, handler: Handler) -> Answer {
    match handler {
        // Answered before it comes to this.
        Handler::Raw(_) => Err(refuse(40_003)),
        Handler::Read(read) => read(world, call),
        Handler::Write(write) => match look_up(world, call)? {
            Seen::Before(data) => Ok(data),
            Seen::New(slot) => {
                let data = write(world, call)?;
                if let Some(slot) = slot {
                    keep(world, slot, &data);
                }
                Ok(data)
            }
        },
    }
}

/// What the key of a call says.
#[derive(Debug)]
enum Seen {
    /// No key, or a new one; remember the outcome under this name.
    New(Option<Slot>),
    /// Answered before.
    Before(Data),
}

/// Where the outcome of a keyed call is kept.
#[derive(Debug)]
struct Slot {
    key: String,
    request: String,
    until: Millis,
}

/// Looks the key up.
///
/// # Errors
/// 40021 when the same key came with another request.
fn look_up(world: &World, call: &Call<'_>) -> Result<Seen, Refusal> {
    let Some(rule) = call.endpoint.idempotency.as_ref().filter(|rule| !rule.own_rules) else {
        return Ok(Seen::New(None));
    };
    let Some(token) = call.query.iter().find(|(n, _)| *n == rule.param).map(|(_, v)| v.as_str()) else {
        return Ok(Seen::New(None));
    };
    if token.is_empty() {
        return Ok(Seen::New(None));
    }
    let key = digest(&[&call.caller.app_id, &call.endpoint.key(), token]);
    let mut others: Vec<String> =
        call.query.iter().filter(|(n, _)| *n != rule.param).map(|(n, v)| format!("{n}={v}")).collect();
    others.sort();
    let request = digest(&[&call.body.to_string(), &others.join("&")]);
    if let Some(replay) = world.replays.get(&key).filter(|r| r.until > world.now) {
        if replay.request != request {
            return Err(refuse(40_021));
        }
        let data = replay.data.clone().map_or(Data::Nothing, Data::Of);
        return Ok(Seen::Before(data));
    }
    let window = if rule.assumed {
        world.settings().client_token_window_ms
    } else {
        Millis::try_from(rule.window_seconds.saturating_mul(1000)).unwrap_or(Millis::MAX)
    };
    Ok(Seen::New(Some(Slot { key, request, until: world.now.saturating_add(window) })))
}

/// Remembers a success, and forgets what is out of its window.
fn keep(world: &mut World, slot: Slot, data: &Data) {
    let data = match data {
        Data::Of(value) => Some(value.clone()),
        Data::Nothing
        | Data::Beside(_)
        | Data::Bare { .. }
        | Data::Redirect(_)
        | Data::Page(_)
        | Data::File { .. } => None,
    };
    // Old keys go a few at a time, so that no request pays for all of them.
    let now = world.now;
    let old: Vec<String> =
        world.replays.iter().filter(|(_, r)| r.until <= now).map(|(k, _)| k.clone()).take(16).collect();
    for key in old {
        world.replays.remove(&key);
    }
    world.replays.insert(slot.key, Replay { request: slot.request, data, until: slot.until });
}
