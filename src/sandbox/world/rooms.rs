//! What no page gives a figure or a rule for in the service of meeting rooms.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Limits and choices, each a row of `docs/fidelity/rooms.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a knob of its own")]
pub struct RoomKnobs {
    /// The tenant has switched to flexible levels; else their writes are 121002, and rooms on them 125001.
    pub flexible: bool,
    /// A room may hang right below the tenant.
    pub rooms_at_root: bool,
    /// The room view holds rooms on levels without children only (125001).
    pub rooms_on_leaves_only: bool,
    /// `GET /rooms?room_level_id=` shows the rooms of all levels below too.
    pub filter_is_recursive: bool,
    /// A closure that is over is no longer shown.
    pub past_closures_vanish: bool,
    /// The reservation form was designed in the console, for the whole tenant.
    pub form_designed: bool,
    /// Two levels, or two rooms, may have one custom id.
    pub duplicate_custom_ids: bool,
    /// Rooms and levels that the app may not touch (121005).
    pub forbidden: BTreeSet<String>,
    pub name_chars: usize,
    /// Ids in one `mget`.
    pub mget: usize,
    /// The largest notice before a form, in minutes, hours and days (126011).
    pub notify_max: [i64; 3],
}

impl Default for RoomKnobs {
    fn default() -> Self {
        Self {
            flexible: true,
            rooms_at_root: false,
            rooms_on_leaves_only: false,
            filter_is_recursive: false,
            past_closures_vanish: false,
            form_designed: false,
            duplicate_custom_ids: false,
            forbidden: BTreeSet::new(),
            name_chars: 100,
            mget: 50,
            notify_max: [60, 24, 30],
        }
    }
}
