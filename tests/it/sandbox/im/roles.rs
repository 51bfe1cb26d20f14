//! Who may do what: owner, creator with the scope, manager, member, outsider.

use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn an_outsider_sees_a_part_and_changes_nothing() {
    let t = tenant(&["ann"]).await;
    let token = other_bot(&t).await;
    let chat = create(&t, json!({ "name": "a", "user_id_list": ["ann"] })).await;
    let got = t.send("GET", &at(&chat, ""), Some(&token), None).await.body["data"].clone();
    let mut fields: Vec<&str> = got.as_object().expect("a part").keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["avatar", "bot_count", "chat_status", "name", "user_count"]);
    let is_in = t.send("GET", &at(&chat, "/members/is_in_chat"), Some(&token), None).await;
    assert_eq!(is_in.body["data"]["is_in_chat"], false);
    for (method, rest, body) in [
        ("PUT", "", json!({ "name": "b" })),
        ("DELETE", "", Value::Null),
        ("GET", "/members", Value::Null),
        ("POST", "/members", json!({ "id_list": ["x"] })),
        ("GET", "/moderation", Value::Null),
        ("POST", "/link", json!({})),
        ("GET", "/chat_tabs/list_tabs", Value::Null),
        ("GET", "/menu_tree", Value::Null),
        ("GET", "/announcement", Value::Null),
    ] {
        refused_as(&t, &token, method, &at(&chat, rest), body, 232_011).await;
    }
    let docx = format!("/open-apis/docx/v1/chats/{chat}/announcement");
    refused_as(&t, &token, "GET", &docx, Value::Null, 1_772_003).await;
    t.settings(json!({ "im": { "outsider_refused": true } })).await;
    refused_as(&t, &token, "GET", &at(&chat, ""), Value::Null, 232_011).await;
}

#[tokio::test]
async fn a_plain_member_edits_texts_only_and_only_while_all_may() {
    let t = tenant(&["ann"]).await;
    let chat = plain_member(&t, "ann").await;
    t.ok("PUT", &at(&chat, ""), json!({ "name": "b", "i18n_names": { "zh_cn": "乙" } })).await;
    t.refused("PUT", &at(&chat, ""), json!({ "urgent_setting": "only_owner" }), 400, 232_016).await;
    t.refused("PUT", &at(&chat, ""), json!({ "name": "c", "chat_type": "private" }), 400, 232_016).await;
    let only = json!({ "edit_permission": "only_owner" });
    t.act(json!({ "action": "chat", "chat": chat, "settings": only })).await;
    t.refused("PUT", &at(&chat, ""), json!({ "name": "c" }), 400, 232_002).await;
    t.refused("DELETE", &at(&chat, ""), Value::Null, 400, 232_017).await;
    t.refused("PUT", &at(&chat, "/moderation"), json!({ "moderation_setting": "only_owner" }), 400, 232_017)
        .await;
    t.refused("DELETE", &by_user(&chat, "/members"), json!({ "id_list": ["ann"] }), 400, 232_014).await;
    let docx = format!("/open-apis/docx/v1/chats/{chat}/announcement/blocks/{chat}/children");
    let block = json!({ "children": [{ "block_type": 22, "divider": {} }] });
    t.refused("POST", &docx, block, 400, 1_772_005).await;
}

#[tokio::test]
async fn the_creator_with_the_scope_acts_as_owner_but_makes_no_managers() {
    let t = tenant(&["ann", "bob"]).await;
    let chat = create(&t, json!({ "owner_id": "ann", "user_id_list": ["bob"] })).await;
    t.ok("PUT", &at(&chat, ""), json!({ "urgent_setting": "only_owner" })).await;
    t.ok("PUT", &at(&chat, "/moderation"), json!({ "moderation_setting": "only_owner" })).await;
    t.ok("DELETE", &by_user(&chat, "/members"), json!({ "id_list": ["bob"] })).await;
    let managers = json!({ "manager_ids": ["bob"] });
    t.refused("POST", &by_user(&chat, "/managers/add_managers"), managers, 400, 232_038).await;
    no_ownership(&t).await;
    t.refused("PUT", &at(&chat, ""), json!({ "urgent_setting": "all_members" }), 400, 232_016).await;
}

#[tokio::test]
async fn a_manager_does_all_but_owners_things() {
    let t = tenant(&["ann", "bob"]).await;
    let path = format!("{BY_USER_ID}&set_bot_manager=true");
    let made = t.ok("POST", &path, json!({ "owner_id": "ann", "user_id_list": ["bob"] })).await;
    let chat = made["chat_id"].as_str().expect("a chat").to_owned();
    no_ownership(&t).await;
    assert_eq!(read(&t, &chat).await["bot_manager_id_list"], json!(["cli_sandbox"]));
    t.ok("PUT", &at(&chat, ""), json!({ "edit_permission": "only_owner" })).await;
    t.ok("DELETE", &by_user(&chat, "/members"), json!({ "id_list": ["bob"] })).await;
    let give = format!("{CHATS}/{chat}?user_id_type=user_id");
    t.refused("PUT", &give, json!({ "owner_id": "ann" }), 400, 232_002).await;
    t.refused("PUT", &at(&chat, "/moderation"), json!({ "moderation_setting": "only_owner" }), 400, 232_017)
        .await;
    t.refused("DELETE", &at(&chat, ""), Value::Null, 400, 232_017).await;
}

#[tokio::test]
async fn ownership_goes_to_a_member_and_takes_the_managers_place() {
    let t = tenant(&["ann", "bob", "gone"]).await;
    let chat = create(&t, json!({ "user_id_list": ["ann", "gone"] })).await;
    t.ok("DELETE", &user_path("gone"), Value::Null).await;
    let give = format!("{CHATS}/{chat}?user_id_type=user_id");
    t.refused("PUT", &give, json!({ "owner_id": "bob" }), 400, 232_012).await;
    t.refused("PUT", &give, json!({ "owner_id": "gone" }), 400, 232_035).await;
    t.refused("PUT", &give, json!({ "owner_id": "nobody" }), 400, 99_992_360).await;
    t.act(json!({ "action": "foreign", "user_ids": ["theirs"] })).await;
    t.refused("PUT", &give, json!({ "owner_id": "theirs" }), 400, 232_031).await;
    t.ok("POST", &by_user(&chat, "/managers/add_managers"), json!({ "manager_ids": ["ann"] })).await;
    t.ok("PUT", &give, json!({ "owner_id": "ann" })).await;
    let got = read(&t, &chat).await;
    assert_eq!((&got["owner_id"], &got["user_manager_id_list"]), (&json!("ann"), &json!([])));
    assert_eq!(got["bot_count"], "1", "the bot stays");
}

#[tokio::test]
async fn managers_are_members_ten_at_most_and_both_lists_come_back() {
    let people: Vec<String> = (0..12).map(|i| format!("p{i}")).collect();
    let ids: Vec<&str> = people.iter().map(String::as_str).collect();
    let t = tenant(&ids).await;
    other_bot(&t).await;
    let chat = create(&t, json!({ "user_id_list": &people[..11], "bot_id_list": [OTHER_BOT] })).await;
    let add = by_user(&chat, "/managers/add_managers");
    t.refused("POST", &add, json!({ "manager_ids": ["p11"] }), 400, 232_027).await;
    t.refused("POST", &add, json!({ "manager_ids": &people[..11] }), 400, 232_040).await;
    let nine = t.ok("POST", &add, json!({ "manager_ids": &people[..9] })).await;
    assert_eq!(nine["chat_managers"].as_array().map(Vec::len), Some(9));
    let bots = by_bot(&chat, "/managers/add_managers");
    let ten = t.ok("POST", &bots, json!({ "manager_ids": [OTHER_BOT] })).await;
    assert_eq!(ten["chat_bot_managers"], json!([OTHER_BOT]));
    assert!(ten["chat_managers"][0].as_str().is_some_and(|id| id.starts_with("ou_")));
    t.refused("POST", &add, json!({ "manager_ids": ["p10"] }), 400, 232_040).await;
    t.act(json!({ "action": "chat", "chat": chat, "large": true })).await;
    t.ok("POST", &add, json!({ "manager_ids": ["p10"] })).await;
    let six: Vec<String> = (0..6).map(|i| format!("cli_{i}")).collect();
    t.refused("POST", &bots, json!({ "manager_ids": six }), 400, 232_001).await;
    let less = by_user(&chat, "/managers/delete_managers");
    t.ok("POST", &less, json!({ "manager_ids": ["p0"] })).await;
    t.refused("POST", &less, json!({ "manager_ids": ["p0"] }), 400, 232_027).await;
    t.ok("DELETE", &by_user(&chat, "/members"), json!({ "id_list": ["p1"] })).await;
    let left = names_of(&read(&t, &chat).await["user_manager_id_list"]);
    assert!(!left.contains(&"p1".to_owned()) && left.contains(&"p2".to_owned()), "who leaves is no manager");
}

fn names_of(list: &Value) -> Vec<String> {
    list.as_array().expect("a list").iter().map(|v| v.as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn moderation_is_written_as_differences_and_listed_only_while_the_list_decides() {
    let t = tenant(&["ann", "bob", "eve"]).await;
    let chat = create(&t, json!({ "user_id_list": ["ann", "bob"], "owner_id": "ann" })).await;
    let path = format!("{CHATS}/{chat}/moderation?user_id_type=user_id");
    let list = |added: Value, removed: Value| {
        json!({
            "moderation_setting": "moderator_list", "moderator_added_list": added, "moderator_removed_list": removed,
        })
    };
    t.refused("PUT", &path, list(json!(["bob"]), json!(["bob"])), 400, 232_001).await;
    t.ok("PUT", &path, list(json!(["bob", "eve", "nobody"]), json!([]))).await;
    let got = t.ok("GET", &path, Value::Null).await;
    assert_eq!(names(&got["items"], "user_id"), ["ann", "bob"], "the owner is always on it, strangers never");
    assert_eq!(read(&t, &chat).await["moderation_permission"], "moderator_list");
    t.ok("PUT", &path, json!({ "moderation_setting": "all_members" })).await;
    assert_eq!(t.ok("GET", &path, Value::Null).await["items"], json!([]));
    t.ok("PUT", &path, json!({ "moderation_setting": "moderator_list" })).await;
    assert_eq!(names(&t.ok("GET", &path, Value::Null).await["items"], "user_id"), ["ann"], "not kept");
    t.act(json!({ "action": "chat", "chat": chat, "meeting": true })).await;
    t.refused("PUT", &path, json!({ "moderation_setting": "only_owner" }), 400, 232_092).await;
    t.act(json!({ "action": "chat", "chat": chat, "meeting": false, "banned": true })).await;
    t.refused("PUT", &path, json!({ "moderation_setting": "only_owner" }), 400, 232_060).await;
}
