//! The places of a group. A write adds to them: nothing is replaced, nothing is recognised, nothing goes.

use serde_json::{Map, Value, json};

use crate::sandbox::attendance::gate::{bad, general};
use crate::sandbox::gateway::Refusal;
use crate::sandbox::world::World;

const GPS: i64 = 1;
const WIFI: i64 = 2;
const IP: i64 = 8;

/// Those that a write adds.
pub(super) fn added(
    world: &World,
    group: &Map<String, Value>,
    there: usize,
) -> Result<Vec<Map<String, Value>>, Refusal> {
    let mut added = Vec::new();
    for place in group.get("locations").and_then(Value::as_array).into_iter().flatten() {
        let Some(place) = place.as_object() else { continue };
        let filled = |name: &str| place.get(name).and_then(Value::as_str).is_some_and(|t| !t.is_empty());
        let degrees = |name: &str, most: f64| {
            place.get(name).and_then(Value::as_f64).is_some_and(|n| (-most..=most).contains(&n))
        };
        let sound = filled("location_name")
            && match place.get("location_type").and_then(Value::as_i64) {
                Some(GPS) => degrees("latitude", 90.0) && degrees("longitude", 180.0) && map(place),
                Some(WIFI) => place.get("bssid").and_then(Value::as_str).is_some_and(bssid),
                Some(IP) => filled("ip"),
                _ => false,
            };
        if !sound || place.contains_key("location_id") {
            return Err(bad("locations"));
        }
        added.push(place.clone());
    }
    if there + added.len() > world.settings().attendance.locations {
        return Err(general("env count illegal"));
    }
    Ok(added)
}

fn map(place: &Map<String, Value>) -> bool {
    place.get("map_type").is_none_or(|map| matches!(map.as_i64(), Some(1 | 2)))
}

fn bssid(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    parts.len() == 6 && parts.iter().all(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// As they are read: with the noise of single precision, BSSIDs in lower case, a radius that is of no use.
pub(super) fn render(place: &Map<String, Value>) -> Value {
    let mut shown = place.clone();
    for name in ["latitude", "longitude"] {
        if let Some(degrees) = place.get(name).and_then(Value::as_f64) {
            #[expect(clippy::cast_possible_truncation, reason = "the noise is the point")]
            let single = f64::from(degrees as f32);
            shown.insert(name.to_owned(), json!(single));
        }
    }
    if let Some(bssid) = place.get("bssid").and_then(Value::as_str) {
        shown.insert("bssid".to_owned(), bssid.to_lowercase().into());
    }
    shown.entry("gps_range").or_insert_with(|| 300.into());
    shown.into()
}
