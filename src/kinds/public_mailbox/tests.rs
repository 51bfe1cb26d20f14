//! What is made of the answers about public mailboxes.

use serde_json::json;

use super::observe::{live, member};
use super::spec::INFO;
use crate::model::Value;

#[test]
fn every_live_attribute_is_one_of_the_table_and_a_hidden_region_is_unknown() {
    let mut item = json!({ "public_mailbox_id": "M1", "email": "M@corp.example", "name": "M", "geo": "cn" });
    let seen = live(&item).expect("a mailbox");
    assert!(seen.attributes.keys().all(|name| INFO.attribute(name).is_some()), "{:?}", seen.attributes);
    assert_eq!(seen.attributes["geo"], Value::text("cn"));
    item["geo"] = json!("");
    assert!(!live(&item).expect("a mailbox").attributes.contains_key("geo"));
    assert!(live(&json!({ "public_mailbox_id": "M1" })).is_none(), "no address");
}

#[test]
fn a_member_without_a_user_id_makes_the_list_unknown() {
    assert!(member(&json!({ "member_id": "E1", "type": "USER" })).is_none());
    let entry = member(&json!({ "member_id": "E1", "type": "USER", "user_id": "u1" })).expect("a member");
    assert_eq!((entry.value, entry.id), (Value::remote("user", "u1"), "E1".to_owned()));
}
