//! Open or closed: a closure is a window of time that comes and goes by itself.
//!
//! A window decides, whatever `status` says beside it: the pages' own example sends `status: true` with one. Without
//! a window `status: false` closes from now on for ever. What was sent replaces what was there, reason and contacts
//! included.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::people;
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Call, Refusal, refuse};
use crate::sandbox::world::World;

/// What was said about being open; the default is open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Status {
    /// Unix seconds; an end of 0 is never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<Window>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub contacts: BTreeSet<UserKey>,
    pub disable_notice: bool,
    pub resume_notice: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub start: i64,
    pub end: i64,
}

impl Window {
    fn is_over(self, now: i64) -> bool {
        self.end != 0 && self.end <= now
    }
}

impl Status {
    /// Closed from now on, for ever.
    pub fn closed(world: &World) -> Self {
        Self { closed: Some(Window { start: seconds(world), end: 0 }), ..Self::default() }
    }

    /// What a `room_status` says.
    pub(super) fn read(world: &World, call: &Call<'_>, body: &Value) -> Result<Self, Refusal> {
        let flag = |name: &str| body.get(name).and_then(Value::as_bool);
        let open = flag("status").ok_or_else(|| refuse(121_003))?;
        let (start, end) = (time(body, "disable_start_time")?, time(body, "disable_end_time")?);
        let said = start.unwrap_or(0) != 0 || end.unwrap_or(0) != 0 || end.is_some() && start.is_some();
        if open && !said {
            return Ok(Self::default());
        }
        let window = Window { start: start.unwrap_or_else(|| seconds(world)), end: end.unwrap_or(0) };
        if window.end != 0 && window.end <= window.start {
            return Err(refuse(121_003));
        }
        let mut contacts = BTreeSet::new();
        for id in body.get("contact_ids").and_then(Value::as_array).into_iter().flatten() {
            let id = id.as_str().unwrap_or_default();
            ids::find_user(world, call, call.user_id_type(), id)?;
            contacts.insert(people::person(world, call, id).ok_or_else(|| refuse(121_003))?);
        }
        Ok(Self {
            closed: Some(window),
            reason: body.get("disable_reason").and_then(Value::as_str).unwrap_or_default().to_owned(),
            contacts,
            disable_notice: flag("disable_notice").unwrap_or(false),
            resume_notice: flag("resume_notice").unwrap_or(false),
        })
    }

    pub fn is_open(&self, world: &World) -> bool {
        let now = seconds(world);
        self.closed.is_none_or(|w| now < w.start || w.is_over(now))
    }

    pub(super) fn render(&self, world: &World, call: &Call<'_>) -> Value {
        let now = seconds(world);
        let vanish = world.settings().rooms.past_closures_vanish;
        let Some(window) = self.closed.filter(|w| !(vanish && w.is_over(now))) else {
            return json!({ "status": true, "schedule_status": true });
        };
        let ahead = match window {
            w if now < w.start => false,
            w => w.end != 0,
        };
        let mut map = Map::new();
        let mut put = |name: &str, value: Value| map.insert(name.to_owned(), value);
        put("status", self.is_open(world).into());
        put("schedule_status", ahead.into());
        put("disable_start_time", window.start.to_string().into());
        put("disable_end_time", window.end.to_string().into());
        put("disable_reason", self.reason.clone().into());
        put("contact_ids", people::user_ids(world, call, &self.contacts).into());
        put("disable_notice", self.disable_notice.into());
        put("resume_notice", self.resume_notice.into());
        Value::Object(map)
    }
}

/// The moment in Unix seconds.
pub(super) fn seconds(world: &World) -> i64 {
    world.now.div_euclid(1000)
}

/// A time as text or as number; empty is left out.
fn time(body: &Value, name: &str) -> Result<Option<i64>, Refusal> {
    let value = match body.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.is_empty() => return Ok(None),
        Some(Value::String(text)) => text.parse::<i64>().ok(),
        Some(other) => other.as_i64(),
    };
    value.filter(|t| *t >= 0).map(Some).ok_or_else(|| refuse(121_003))
}
