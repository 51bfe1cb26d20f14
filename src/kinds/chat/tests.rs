//! What answers mean, without a tenant.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::complete::complete;
use super::spec::INFO;
use super::wire::{Reader, Seen, body, seen};
use crate::model::{Live, Value, Wanted};

const US: Reader<'static> = Reader { app: Some("cli_us"), sees_ids: true };

fn whole(item: &Json, reader: Reader<'_>) -> Live {
    match seen("oc_1", item, reader) {
        Seen::Whole(live) => *live,
        other => panic!("{other:?}"),
    }
}

fn answer() -> Json {
    json!({
        "name": "组", "description": "", "chat_mode": "group", "chat_type": "private", "chat_status": "normal",
        "group_message_type": " thread", "edit_permission": "all members",
        "add_member_permission": "only_owner", "share_card_permission": "not_allowed",
        "moderation_permission": "all_members", "user_count": "3", "bot_count": "2",
        "user_manager_id_list": ["u1", "u2"], "bot_manager_id_list": ["cli_us", "cli_x"],
        "restricted_mode_setting": { "status": false, "screenshot_has_permission_setting": "all_members" },
    })
}

#[test]
fn every_live_attribute_is_one_of_the_table() {
    let live = whole(&answer(), US);
    for name in live.attributes.keys() {
        assert!(INFO.attribute(name).is_some(), "{name}");
    }
    let is = |name: &str, value: Value| assert_eq!(live.attributes.get(name), Some(&value), "{name}");
    is("owner", Value::text("bot"));
    is("invite", Value::text("only_owner"));
    is("group_message_type", Value::text("thread"));
    is("edit_permission", Value::text("all_members"));
    is("description", Value::Null);
    is("bot_managers", Value::Set([Value::text("self"), Value::text("cli_x")].into()));
    assert!(!live.attributes.contains_key("urgent_setting"), "what is not told is not known");
}

#[test]
fn a_part_of_an_answer_is_no_chat_and_a_tombstone_is_none() {
    let outside = json!({ "name": "组", "avatar": "x", "user_count": "3", "chat_status": "normal" });
    assert!(matches!(seen("oc_1", &outside, US), Seen::Outside));
    for status in ["dissolved", "dissolved_save"] {
        let mut gone = answer();
        gone["chat_status"] = json!(status);
        assert!(matches!(seen("oc_1", &gone, US), Seen::Dissolved));
    }
}

#[test]
fn without_the_scope_for_ids_a_missing_owner_is_no_bot() {
    let live = whole(&answer(), Reader { sees_ids: false, ..US });
    assert!(!live.attributes.contains_key("owner") && !live.attributes.contains_key("managers"));
}

#[test]
fn settings_that_have_to_agree_are_sent_together() {
    let mode = Value::Map(BTreeMap::from([
        ("download_has_permission_setting".to_owned(), Value::text("not_anyone")),
        ("status".to_owned(), Value::Bool(true)),
    ]));
    let sent = body([("invite", &Value::text("only_owner")), ("restricted_mode_setting", &mode), ("members", &Value::Null)]);
    let expected = json!({
        "add_member_permission": "only_owner",
        "share_card_permission": "not_allowed",
        "restricted_mode_setting": {
            "status": true,
            "screenshot_has_permission_setting": "all_members",
            "download_has_permission_setting": "not_anyone",
            "message_has_permission_setting": "all_members",
        },
    });
    assert_eq!(Json::Object(sent), expected);
}

#[test]
fn whoever_has_an_office_is_a_member_and_the_owner_is_no_manager() {
    let people = |ids: &[&str]| Value::Set(ids.iter().map(|id| Value::remote("user", *id)).collect());
    let mut wanted = BTreeMap::from([
        ("members".to_owned(), Wanted::Exactly(people(&["a"]))),
        ("managers".to_owned(), Wanted::Exactly(people(&["m", "o"]))),
        ("owner".to_owned(), Wanted::Exactly(Value::remote("user", "o"))),
    ]);
    complete(&mut wanted, None);
    assert_eq!(wanted["members"], Wanted::Exactly(people(&["a", "m", "o"])));
    assert_eq!(wanted["managers"], Wanted::Exactly(people(&["m"])));
    // What is not declared counts as it is.
    let live = BTreeMap::from([
        ("owner".to_owned(), Value::remote("user", "p")),
        ("managers".to_owned(), people(&["n"])),
    ]);
    let mut wanted = BTreeMap::from([("members".to_owned(), Wanted::AtLeast(people(&["a"])))]);
    complete(&mut wanted, Some(&live));
    assert_eq!(wanted["members"], Wanted::AtLeast(people(&["a", "n", "p"])));
}
