//! What people do in their calendar client.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ok, person};
use crate::sandbox::calendar::{Role, act};
use crate::sandbox::world::World;

/// Somebody changes a calendar: its title, who has which role, or whether there is one at all.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Calendar {
    calendar: String,
    rename: Option<String>,
    /// A person, with `role`; without one the person loses theirs.
    user: Option<String>,
    role: Option<String>,
    #[serde(default)]
    delete: bool,
}

/// Somebody changes an event, or with `nth` that occurrence of a series.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CalendarEvent {
    event: String,
    nth: Option<usize>,
    retitle: Option<String>,
    #[serde(default)]
    cancel: bool,
}

impl Calendar {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let id = &self.calendar;
        let there = |done: Option<()>| done.ok_or_else(|| format!("there is no calendar {id}"));
        if let Some(summary) = &self.rename {
            there(act::rename(world, id, summary))?;
        }
        if let Some(user) = &self.user {
            let user = person(world, user)?;
            let role = match self.role.as_deref() {
                None => None,
                Some(word) => Some(Role::of(word).ok_or_else(|| format!("{word} is no role"))?),
            };
            there(act::role(world, id, user, role))?;
        }
        if self.delete {
            there(act::delete(world, id))?;
        }
        Ok(ok())
    }
}

impl CalendarEvent {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let missing = || format!("there is no event {}", self.event);
        let event = match self.nth {
            None => self.event.clone(),
            Some(nth) => {
                let at = act::occurrence(world, &self.event, nth).ok_or_else(missing)?;
                self.event.rsplit_once('_').map(|(uid, _)| format!("{uid}_{at}")).unwrap_or_default()
            }
        };
        if let Some(summary) = &self.retitle {
            act::retitle(world, &event, summary).ok_or_else(missing)?;
        }
        if self.cancel {
            act::cancel(world, &event).ok_or_else(missing)?;
        }
        Ok(json!({ "ok": true, "event": event }))
    }
}
