//! The table and what an answer means.

use serde_json::json;

use super::observe::live;
use super::spec::INFO;
use crate::model::Value;

#[test]
fn every_live_attribute_is_one_of_the_table_and_the_tenant_is_root() {
    let item = |parent: &str| json!({ "room_level_id": "omb_2", "name": "l", "parent_id": parent, "path": [], "has_child": false, "custom_group_id": "" });
    let seen = live(&item("omb_0"), "omb_0").expect("a level");
    assert!(seen.attributes.keys().all(|name| INFO.attribute(name).is_some()), "{:?}", seen.attributes);
    assert_eq!(seen.attributes["parent"], Value::text("root"));
    let below = live(&item("omb_1"), "omb_0").expect("a level");
    assert_eq!(below.attributes["parent"], Value::remote("room_level", "omb_1"));
    assert!(live(&json!({ "room_level_id": "omb_2", "name": "l" }), "omb_0").is_none(), "no place");
}
