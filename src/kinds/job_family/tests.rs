//! What is made of an answer, and which circles are seen offline.

use serde_json::json;

use super::*;

#[test]
fn an_empty_parent_is_the_top() {
    let item = |parent: &str| json!({ "job_family_id": "x", "name": "研发", "parent_job_family_id": parent, "status": true });
    let parent = |text| live(&item(text)).expect("live").attributes.remove("parent");
    assert_eq!(parent(""), Some(Value::Null));
    assert_eq!(parent("mga5"), Some(Value::remote(NAME, "mga5")));
}

#[test]
fn every_live_attribute_is_one_of_the_table() {
    let item = json!({ "job_family_id": "x", "name": "研发", "status": true });
    let names: BTreeSet<String> = live(&item).expect("live").attributes.into_keys().collect();
    let table: BTreeSet<String> = INFO.attributes.iter().map(|a| a.name.to_owned()).collect();
    assert_eq!(names, table);
}
