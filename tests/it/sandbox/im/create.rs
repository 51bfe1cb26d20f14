//! Making, changing, reading and ending chats.

use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn a_chat_has_its_defaults_and_no_owner_when_a_bot_owns_it() {
    let t = tenant(&["ann"]).await;
    let chat = create(&t, json!({})).await;
    let got = read(&t, &chat).await;
    assert!(got.get("name").is_none() && got.get("owner_id").is_none() && got.get("owner_id_type").is_none());
    for (name, value) in [
        ("chat_mode", "group"),
        ("chat_type", "private"),
        ("chat_tag", "inner"),
        ("add_member_permission", "all_members"),
        ("share_card_permission", "allowed"),
        ("moderation_permission", "all_members"),
        ("user_count", "0"),
        ("bot_count", "1"),
        ("chat_status", "normal"),
    ] {
        assert_eq!(got[name], value, "{name}");
    }
    let owned = create(&t, json!({ "owner_id": "ann" })).await;
    let got = read(&t, &owned).await;
    assert_eq!((&got["owner_id"], &got["owner_id_type"]), (&json!("ann"), &json!("user_id")));
    assert_eq!(members(&t, &owned).await, ["ann"]);
}

#[tokio::test]
async fn a_uuid_and_owner_make_one_chat_in_ten_hours() {
    let mut t = tenant(&["ann"]).await;
    let path = format!("{BY_USER_ID}&uuid=u-1");
    let first = t.ok("POST", &path, json!({ "name": "a" })).await["chat_id"].clone();
    assert_eq!(t.ok("POST", &path, json!({ "name": "b" })).await["chat_id"], first);
    let other = t.ok("POST", &path, json!({ "name": "a", "owner_id": "ann" })).await["chat_id"].clone();
    assert_ne!(other, first, "the owner is part of the key");
    t.step(10 * 3_600 - 1).await;
    t.token = t.fresh_token("cli_sandbox", "sandbox-secret").await;
    assert_eq!(t.ok("POST", &path, json!({ "name": "a" })).await["chat_id"], first);
    t.step(1).await;
    assert_ne!(t.ok("POST", &path, json!({ "name": "a" })).await["chat_id"], first);
    t.renew().await;
    let without = create(&t, json!({ "name": "a" })).await;
    assert_ne!(without, create(&t, json!({ "name": "a" })).await);
}

#[tokio::test]
async fn one_unusable_id_and_nothing_is_created() {
    let t = tenant(&["ann", "gone"]).await;
    t.invited("new", "0").await;
    t.ok("DELETE", &user_path("gone"), Value::Null).await;
    for (body, code) in [
        (json!({ "user_id_list": ["ann", "nobody"] }), 232_043),
        (json!({ "user_id_list": ["ann", "new"] }), 232_043),
        (json!({ "user_id_list": ["gone"] }), 232_022),
        (json!({ "bot_id_list": ["cli_nobody"] }), 232_021),
        (json!({ "owner_id": "nobody" }), 232_030),
    ] {
        t.refused("POST", BY_USER_ID, body, 400, code).await;
    }
    assert_eq!(t.rows("chats").await, json!({}));
}

#[tokio::test]
async fn public_chats_have_a_name_of_their_own() {
    let t = tenant(&[]).await;
    let public = |name: &str| json!({ "chat_type": "public", "name": name });
    t.refused("POST", CHATS, json!({ "chat_type": "public" }), 400, 232_042).await;
    t.refused("POST", CHATS, public("x"), 400, 232_020).await;
    create(&t, public("town")).await;
    t.refused("POST", CHATS, public("town"), 400, 232_026).await;
    let private = create(&t, json!({ "name": "town" })).await;
    let open = json!({ "chat_type": "public" });
    t.refused("PUT", &at(&private, ""), open.clone(), 400, 232_026).await;
    t.settings(json!({ "im": { "public_chats": false } })).await;
    t.refused("PUT", &at(&private, ""), json!({ "chat_type": "public", "name": "other" }), 400, 232_091)
        .await;
}

#[tokio::test]
async fn restricted_mode_is_on_exactly_when_it_forbids_something() {
    let t = tenant(&[]).await;
    let mode = |status: bool, who: &str| json!({ "restricted_mode_setting": { "status": status, "screenshot_has_permission_setting": who } });
    t.refused("POST", CHATS, mode(true, "all_members"), 400, 232_001).await;
    t.refused("POST", CHATS, mode(false, "not_anyone"), 400, 232_001).await;
    let chat = create(&t, mode(true, "not_anyone")).await;
    let got = read(&t, &chat).await;
    assert_eq!(got["restricted_mode_setting"]["screenshot_has_permission_setting"], "not_anyone");
    t.settings(json!({ "im": { "restricted_mode": false, "hide_member_count": false } })).await;
    t.refused("PUT", &at(&chat, ""), mode(false, "all_members"), 400, 232_057).await;
    let hide = json!({ "hide_member_count_setting": "only_owner" });
    t.refused("PUT", &at(&chat, ""), hide, 400, 232_078).await;
}

#[tokio::test]
async fn adding_and_sharing_are_one_permission_under_two_names() {
    let t = tenant(&[]).await;
    let chat = create(&t, json!({})).await;
    t.refused("PUT", &at(&chat, ""), json!({ "add_member_permission": "only_owner" }), 400, 232_001).await;
    let both = json!({ "add_member_permission": "only_owner", "share_card_permission": "not_allowed" });
    t.ok("PUT", &at(&chat, ""), both).await;
    let got = read(&t, &chat).await;
    assert_eq!(got["share_card_permission"], "not_allowed");
    assert_eq!(got["at_all_permission"], "all_members", "what was not sent keeps its value");
    let early = json!({ "add_member_permission": "only_owner" });
    t.refused("POST", CHATS, early, 400, 99_992_402).await;
}

#[tokio::test]
async fn names_are_short_and_pass_the_content_check() {
    let t = tenant(&[]).await;
    t.settings(json!({ "sensitive_words": ["secret"] })).await;
    t.refused("POST", CHATS, json!({ "name": "a secret" }), 400, 232_023).await;
    t.refused("POST", CHATS, json!({ "name": "名".repeat(61) }), 400, 232_001).await;
    let chat = create(&t, json!({ "name": "名".repeat(60), "description": "d" })).await;
    t.ok("PUT", &at(&chat, ""), json!({ "name": "", "description": "" })).await;
    let got = read(&t, &chat).await;
    assert_eq!(got["description"], "d", "an empty text means: not modified");
}

#[tokio::test]
async fn a_disbanded_chat_leaves_a_tombstone() {
    let t = tenant(&["ann"]).await;
    let chat = create(&t, json!({ "name": "a" })).await;
    t.ok("DELETE", &at(&chat, ""), Value::Null).await;
    t.refused("DELETE", &at(&chat, ""), Value::Null, 400, 232_009).await;
    t.refused("PUT", &at(&chat, ""), json!({ "name": "b" }), 400, 232_009).await;
    t.refused("POST", &by_user(&chat, "/members"), json!({ "id_list": ["ann"] }), 400, 232_009).await;
    let got = read(&t, &chat).await;
    assert_eq!((&got["chat_status"], got.get("chat_mode")), (&json!("dissolved"), None));
    let list = t.ok("GET", CHATS, Value::Null).await;
    assert_eq!(list["items"][0]["chat_status"], "dissolved");
    t.settings(json!({ "im": { "dissolved_code": 232_006 } })).await;
    t.refused("GET", &at(&chat, ""), Value::Null, 400, 232_006).await;
}

#[tokio::test]
async fn an_id_that_is_no_chat_or_another_tenants_is_refused() {
    let t = tenant(&[]).await;
    t.refused("GET", &at("oc_nothing", ""), Value::Null, 400, 232_006).await;
    t.refused("GET", &at("oc_nothing", "/menu_tree"), Value::Null, 400, 232_001).await;
    t.settings(json!({ "im": { "foreign_chats": ["oc_theirs"] } })).await;
    t.refused("GET", &at("oc_theirs", ""), Value::Null, 400, 232_010).await;
    t.act(json!({ "action": "app", "app_id": "cli_sandbox", "set": { "bot": false } })).await;
    t.refused("GET", CHATS, Value::Null, 400, 232_025).await;
}

#[tokio::test]
async fn lists_show_own_chats_in_order_of_creation_and_search_finds_public_ones() {
    let t = tenant(&["ann"]).await;
    let token = other_bot(&t).await;
    let mine = create(&t, json!({ "name": "mine", "user_id_list": ["ann"] })).await;
    let second = create(&t, json!({ "name": "second" })).await;
    let theirs = t.send("POST", CHATS, Some(&token), Some(json!({ "name": "theirs" }))).await;
    let public = json!({ "name": "the forum", "chat_type": "public" });
    let forum = t.send("POST", CHATS, Some(&token), Some(public)).await;
    let list = |path: String| {
        let t = &t;
        async move { names(&t.ok("GET", &path, Value::Null).await["items"], "chat_id") }
    };
    assert_eq!(list(CHATS.to_owned()).await, [mine.clone(), second.clone()]);
    t.step(1).await;
    t.ok("PUT", &at(&mine, ""), json!({ "name": "mine" })).await;
    let active = list(format!("{CHATS}?sort_type=ByActiveTimeDesc")).await;
    assert_eq!(active, [mine.clone(), second]);
    let forum = forum.body["data"]["chat_id"].as_str().expect("made").to_owned();
    assert_eq!(list(format!("{CHATS}/search?query=FORUM")).await, [forum]);
    assert_eq!(list(format!("{CHATS}/search?query=ann")).await, [mine], "names of members count");
    let nothing: [String; 0] = [];
    assert_eq!(list(format!("{CHATS}/search?query=theirs")).await, nothing);
    assert_eq!(list(format!("{CHATS}/search?query=")).await, nothing);
    assert!(theirs.body["data"]["chat_id"].is_string());
}

#[tokio::test]
async fn links_expire_and_need_the_right_to_add() {
    let t = tenant(&["ann"]).await;
    let chat = plain_member(&t, "ann").await;
    let week = t.ok("POST", &at(&chat, "/link"), json!({})).await;
    assert_eq!(week["is_permanent"], false);
    let ever = t.ok("POST", &at(&chat, "/link"), json!({ "validity_period": "permanently" })).await;
    assert_eq!(ever["is_permanent"], true);
    assert_ne!(week["share_link"], ever["share_link"], "each call mints one");
    let closed = json!({ "add_member_permission": "only_owner", "share_card_permission": "not_allowed" });
    t.act(json!({ "action": "chat", "chat": chat, "settings": closed })).await;
    t.refused("POST", &at(&chat, "/link"), json!({}), 400, 232_064).await;
}
