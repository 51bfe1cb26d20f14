//! Schedules as the API has them.

use serde_json::json;

use super::observe::{DEFAULT, OPEN_ID, live};
use super::spec::{AGENT, INFO, SKILLS};
use crate::model::Value;

#[test]
fn every_live_attribute_is_one_of_the_table_and_the_default_skill_is_not_among_the_skills() {
    let item = json!({
        "status": 3, "agent": { "id": "ou_1", "name": "n", "department": "d" },
        "schedule": [{ "start_time": "00:00", "end_time": "24:00", "weekday": 9 }],
        "agent_skills": [{ "id": "1", "name": "a", "is_default": false }, { "id": "2", "name": "b", "is_default": true }],
    });
    let read = live(&item).expect("read");
    assert!(read.attributes.keys().all(|name| INFO.attribute(name).is_some()));
    assert_eq!(read.ids.get(OPEN_ID).map(String::as_str), Some("ou_1"));
    let skills = |value: Option<&Value>| value.map(|skills| skills.elements().cloned().collect::<Vec<_>>());
    assert_eq!(skills(read.attributes.get(SKILLS)), Some(vec![Value::remote("helpdesk/skill", "1")]));
    assert_eq!(skills(read.facts.get(DEFAULT)), Some(vec![Value::text("2")]));
    assert_eq!(read.attributes.get(AGENT), None, "whose it is comes from the people");
}

#[test]
fn an_entry_that_is_none_is_told() {
    for odd in [
        json!({ "schedule": [] }),
        json!({ "agent": { "id": "" } }),
        json!({ "agent": { "id": "ou_1" }, "agent_skills": [{ "name": "a" }] }),
        json!({ "agent": { "id": "ou_1" }, "schedule": [{ "start_time": "00:00", "end_time": "24:00", "weekday": 8 }] }),
    ] {
        assert!(live(&odd).is_err(), "{odd}");
    }
}
