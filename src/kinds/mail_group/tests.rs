//! What is made of the answers about mail groups.

use serde_json::json;

use super::lists::{Known, MEMBERS, SENDERS};
use super::observe::live;
use super::spec::INFO;
use crate::model::{Live, Observed, Value};

fn known() -> Known {
    let item = json!({ "mailgroup_id": "G1", "email": "One@corp.example", "name": "One" });
    let mut group = live(&item).expect("a group");
    group.attributes.insert("aliases".to_owned(), Value::Set([Value::text("old@corp.example")].into()));
    let mut groups = Observed::default();
    groups.things.insert("G1".to_owned(), group);
    let mut mailbox = Live { id: "M1".to_owned(), ..Live::default() };
    mailbox.ids.insert("email".to_owned(), "box@corp.example".to_owned());
    let mut mailboxes = Observed::default();
    mailboxes.things.insert("M1".to_owned(), mailbox);
    Known::new(&groups, Some(&mailboxes))
}

#[test]
fn every_live_attribute_is_one_of_the_table() {
    let item = json!({
        "mailgroup_id": "G1", "email": "g@corp.example", "name": "G", "description": "", "direct_members_count": "3",
        "include_external_member": false, "include_all_company_member": true, "who_can_send_mail": "CUSTOM_MEMBERS",
    });
    let live = live(&item).expect("a group");
    for name in live.attributes.keys() {
        assert!(INFO.attribute(name).is_some(), "{name}");
    }
    for list in super::lists::ALL {
        assert!(list.attributes.iter().all(|(name, _)| INFO.attribute(name).is_some()), "{list:?}");
    }
    assert_eq!(live.attributes["description"], Value::Null);
    assert_eq!(live.attributes["who_can_send"], Value::text("senders"));
    assert_eq!(live.facts["direct_members_count"], Value::Int(3));
}

#[test]
fn only_the_field_of_the_type_counts() {
    let entry = |kind: &str| {
        let item = json!({
            "member_id": "E1", "type": kind, "user_id": "u1", "department_id": "d1", "email": "One@corp.example",
        });
        let entry = known().entry(&MEMBERS, &item).expect("an entry");
        (entry.attribute, entry.value, entry.key)
    };
    let key = |text: &str| text.to_owned();
    assert_eq!(entry("USER"), ("members", Value::remote("user", "u1"), key("USER:u1")));
    assert_eq!(entry("DEPARTMENT"), ("member_departments", Value::remote("department", "d1"), key("DEPARTMENT:d1")));
    assert_eq!(entry("COMPANY"), ("member_departments", Value::text("root"), key("COMPANY:")));
    assert_eq!(entry("MAIL_GROUP"), ("member_groups", Value::remote("mail_group", "G1"), key("MAIL_GROUP:g1")));
    let stranger = ("external_members", Value::text("One@corp.example"), key("EXTERNAL_USER:one@corp.example"));
    assert_eq!(entry("EXTERNAL_USER"), stranger);
    // A type that nobody knows is kept, and left alone unless it is written.
    assert_eq!(entry("USER_GROUP").0, "other_members");
}

#[test]
fn groups_and_mailboxes_are_known_by_all_of_their_addresses() {
    let value = |kind: &str, mail: &str| {
        let item = json!({ "permission_member_id": "E1", "type": kind, "email": mail });
        known().entry(&SENDERS, &item).map(|entry| entry.value)
    };
    assert_eq!(value("MAIL_GROUP", "OLD@corp.example"), Some(Value::remote("mail_group", "G1")));
    assert_eq!(value("PUBLIC_MAILBOX", "box@corp.example"), Some(Value::remote("public_mailbox", "M1")));
    let nobodys = Some(Value::remote("mail_group", "else@corp.example"));
    assert_eq!(value("MAIL_GROUP", "else@corp.example"), nobodys, "read by nobody, named by its address");
    assert_eq!(value("MAIL_GROUP", ""), None, "what is not whole makes the list unknown");
}
