//! What no page gives a figure or a rule for, of calendars.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Millis;

/// Limits and choices of the calendar service, each a row of `docs/fidelity/calendar.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CalendarKnobs {
    /// Rooms that can be booked, beside those of the room service.
    pub rooms: BTreeSet<String>,
    /// Those whose bookings a person must approve.
    pub approval_rooms: BTreeSet<String>,
    /// How long a room thinks.
    pub room_answer_ms: Millis,
}

impl Default for CalendarKnobs {
    fn default() -> Self {
        Self { rooms: BTreeSet::new(), approval_rooms: BTreeSet::new(), room_answer_ms: 3_000 }
    }
}
