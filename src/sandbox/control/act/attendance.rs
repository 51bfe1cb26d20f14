//! What an administrator does to an attendance group in the console, where the API has no word for it. Rights are
//! settings: `attendance` of `/_sandbox/tenant/settings`.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{found, ok};
use crate::sandbox::world::World;

/// Changes a group by hand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ByHand {
    group_id: String,
    /// Removes the places of this name.
    remove_place: Option<String>,
    /// How a free group counts its days; no write of the API has it.
    free_clock: Option<Value>,
    /// Rules joined by "or", which no read shows.
    or_rules: Option<Vec<Value>>,
    /// Switches by their name on the write page.
    #[serde(default)]
    switches: Map<String, Value>,
}

impl ByHand {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let group = world.attendance.groups.get_mut(&self.group_id);
        let group = group.ok_or_else(|| format!("there is no attendance group {}", self.group_id))?;
        if let Some(name) = self.remove_place {
            let before = group.locations.len();
            group.locations.retain(|place| place.get("location_name").and_then(Value::as_str) != Some(&name));
            return found(group.locations.len() != before, || format!("it has no place {name}"));
        }
        if self.free_clock.is_some() {
            group.free_clock = self.free_clock;
        }
        if let Some(rules) = self.or_rules {
            group.or_rules = rules;
        }
        group.switches.extend(self.switches);
        Ok(ok())
    }
}
