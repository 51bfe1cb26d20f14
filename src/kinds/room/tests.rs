//! The table and what an answer means.

use serde_json::json;

use super::observe::live;
use super::spec::INFO;
use crate::model::Value;

#[test]
fn every_live_attribute_is_one_of_the_table() {
    let item = json!({
        "room_id": "omm_1", "name": "r", "capacity": 4, "description": "", "display_id": "FM1", "custom_room_id": "R",
        "room_level_id": "omb_1", "path": ["omb_1"], "device": [{ "name": "b" }, { "name": "a" }],
        "room_status": { "status": true, "schedule_status": true },
    });
    let seen = live(&item, true, 0).expect("a room");
    assert!(seen.attributes.keys().all(|name| INFO.attribute(name).is_some()), "{:?}", seen.attributes);
    assert_eq!(seen.attributes["description"], Value::Null);
    assert_eq!(seen.attributes["closed"], Value::Null);
    let blind = live(&item, false, 0).expect("a room");
    assert!(!blind.attributes.contains_key("closed"), "contacts would go by other ids");
    for needed in ["room_id", "name", "room_level_id", "capacity"] {
        let mut less = item.clone();
        less.as_object_mut().expect("an object").remove(needed);
        assert!(live(&less, true, 0).is_none(), "{needed}");
    }
}
