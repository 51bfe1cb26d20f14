//! Ticket fields as the API has them.

use serde_json::json;

use super::spec::{INFO, MULTIPLE, OPTIONS, POSITION};
use super::wire::{BUILTIN, ROW, SENT, body, live};
use crate::model::Value;

const DESK: &str = "1";

fn item() -> serde_json::Value {
    json!({
        "ticket_customized_field_id": "9", "helpdesk_id": DESK, "key_name": "k", "display_name": "n", "position": "3",
        "field_type": "dropdown", "description": "", "visible": true, "required": false, "editable": true,
        "created_at": "1591239289000", "dropdown_options": { "children": [{ "tag": "t", "display_name": "a" }] },
        "dropdown_allow_multiple": true,
    })
}

#[test]
fn every_live_attribute_is_one_of_the_table_and_a_row_is_a_number_in_a_text() {
    let read = live(&item(), DESK).expect("read");
    assert!(read.attributes.keys().all(|name| INFO.attribute(name).is_some()));
    assert_eq!((read.attributes.get(POSITION), read.facts.get(ROW)), (Some(&Value::Int(3)), Some(&Value::Int(3))));
    assert!(!read.fact(BUILTIN));
    let sent = body(SENT.iter().filter_map(|name| Some((*name, read.attributes.get(*name)?))));
    for name in ["display_name", "position", "description", "visible", "required", "dropdown_options"] {
        assert_eq!(sent.get(name), item().get(name), "{name} goes out as it came");
    }
    assert_eq!(sent.len(), 6, "what cannot change is in no change");
}

#[test]
fn what_the_server_says_of_other_types_is_no_answer() {
    let mut text = item();
    text["field_type"] = json!("string");
    let read = live(&text, DESK).expect("read");
    assert_eq!((read.attributes.get(MULTIPLE), read.attributes.get(OPTIONS)), (Some(&Value::Null), Some(&Value::Null)));
    let mut quiet = item();
    quiet.as_object_mut().expect("object").remove("dropdown_allow_multiple");
    assert_eq!(live(&quiet, DESK).expect("read").attributes.get(MULTIPLE), Some(&Value::Bool(false)));
}

#[test]
fn an_answer_about_another_desk_counts_for_nothing() {
    let why = live(&item(), "2").expect_err("another desk");
    assert!(why.contains("helpdesk 1"), "{why}");
    let mut silent = item();
    silent["helpdesk_id"] = json!("");
    assert!(live(&silent, "2").is_ok());
}

#[test]
fn options_that_cannot_be_read_are_unknown_and_not_none() {
    let mut odd = item();
    odd["dropdown_options"] = json!({ "children": [{ "tag": "t" }] });
    assert_eq!(live(&odd, DESK).expect("read").attributes.get(OPTIONS), None);
    odd.as_object_mut().expect("object").remove("dropdown_options");
    assert_eq!(live(&odd, DESK).expect("read").attributes.get(OPTIONS), None);
}
