//! What is made of an answer, and which numbers stand in.

use std::collections::BTreeMap;

use serde_json::json;

use super::*;

#[test]
fn an_answer_is_read_in_normal_form() {
    let item = json!({
        "job_level_id": "mga5oa8ayjlp9rb", "name": "P7", "description": "", "order": 700, "status": true,
        "i18n_name": [], "i18n_description": [{ "locale": "ja_jp", "value": "上級" }],
    });
    let live = live(&item).expect("live");
    let ja = Value::Map(BTreeMap::from([("ja_jp".to_owned(), Value::text("上級"))]));
    let expected = [
        ("description", Value::Null),
        ("enabled", Value::Bool(true)),
        ("i18n_description", ja),
        ("i18n_name", Value::Null),
        ("name", Value::text("P7")),
        ("order", Value::Int(700)),
    ];
    assert_eq!(live.attributes, expected.map(|(name, value)| (name.to_owned(), value)).into());
}

#[test]
fn every_live_attribute_is_one_of_the_table() {
    let item = json!({ "job_level_id": "x", "name": "P7", "order": 700, "status": true });
    let names: Vec<String> = live(&item).expect("live").attributes.into_keys().collect();
    let mut table: Vec<&str> = INFO.attributes.iter().map(|a| a.name).collect();
    table.sort_unstable();
    assert_eq!(names, table);
}

#[test]
fn an_answer_without_a_place_is_not_guessed_at() {
    assert_eq!(live(&json!({ "job_level_id": "x", "name": "P7", "status": true })), None);
}
