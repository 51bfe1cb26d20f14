//! Members: who comes in, who waits, who leaves, and how they are listed.

use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn succeed_type_says_what_becomes_of_bad_ids() {
    let t = tenant(&["ann", "bob", "gone"]).await;
    t.invited("new", "0").await;
    t.ok("DELETE", &user_path("gone"), Value::Null).await;
    let chat = create(&t, json!({})).await;
    let add = |kind: u8| format!("{CHATS}/{chat}/members?member_id_type=user_id&succeed_type={kind}");
    let ids = |list: &[&str]| json!({ "id_list": list });
    t.refused("POST", &add(0), ids(&["ann", "nobody"]), 400, 99_992_360).await;
    t.refused("POST", &add(0), ids(&["ann", "new"]), 400, 232_024).await;
    let some = t.ok("POST", &add(0), ids(&["ann", "gone"])).await;
    assert_eq!(some["invalid_id_list"], json!(["gone"]), "the resigned are skipped");
    t.refused("POST", &add(2), ids(&["bob", "gone"]), 400, 232_043).await;
    assert_eq!(members(&t, &chat).await, ["ann"]);
    let all = t.ok("POST", &add(1), ids(&["ann", "bob", "gone", "new", "nobody"])).await;
    assert_eq!(
        (&all["invalid_id_list"], &all["not_existed_id_list"], &all["pending_approval_id_list"]),
        (&json!(["gone", "new"]), &json!(["nobody"]), &json!([]))
    );
    assert_eq!(members(&t, &chat).await, ["ann", "bob"]);
    t.act(json!({ "action": "foreign", "user_ids": ["theirs"] })).await;
    t.refused("POST", &add(0), ids(&["theirs"]), 400, 232_028).await;
}

#[tokio::test]
async fn a_call_takes_fifty_people_or_five_bots_and_a_chat_fifteen_bots() {
    let t = tenant(&["ann"]).await;
    let chat = create(&t, json!({})).await;
    let many = |prefix: &str, n: usize| -> Vec<String> { (0..n).map(|i| format!("{prefix}{i}")).collect() };
    for method in ["POST", "DELETE"] {
        t.refused(method, &by_user(&chat, "/members"), json!({ "id_list": [] }), 400, 232_027).await;
        let people = json!({ "id_list": many("p", 51) });
        t.refused(method, &by_user(&chat, "/members"), people, 400, 232_001).await;
        let bots = json!({ "id_list": many("cli_", 6) });
        t.refused(method, &by_bot(&chat, "/members"), bots, 400, 232_001).await;
    }
    for i in 0..15 {
        t.act(json!({ "action": "app", "app_id": format!("cli_{i}"), "set": { "secret": "s" } })).await;
    }
    let all = many("cli_", 15);
    for group in [&all[..5], &all[5..10], &all[10..14]] {
        t.ok("POST", &by_bot(&chat, "/members"), json!({ "id_list": group })).await;
    }
    t.refused("POST", &by_bot(&chat, "/members"), json!({ "id_list": ["cli_14"] }), 400, 232_013).await;
    assert_eq!(read(&t, &chat).await["bot_count"], "15");
    t.settings(json!({ "im": { "member_limit": 0 } })).await;
    t.refused("POST", &by_user(&chat, "/members"), json!({ "id_list": ["ann"] }), 400, 232_044).await;
}

#[tokio::test]
async fn bots_take_places_on_pages_and_are_never_shown() {
    let t = tenant(&["ann", "bob", "eve"]).await;
    let chat = create(&t, json!({})).await;
    let_in(&t, &chat, &["ann"]).await;
    t.ok("POST", &by_user(&chat, "/members"), json!({ "id_list": ["bob", "eve"] })).await;
    let page = |token: &str| {
        let path = format!("{CHATS}/{chat}/members?member_id_type=user_id&page_size=1&page_token={token}");
        let t = &t;
        async move {
            let data = t.ok("GET", &path, Value::Null).await;
            let next = data["page_token"].as_str().unwrap_or_default().to_owned();
            (names(&data["items"], "member_id"), data["has_more"] == true, next)
        }
    };
    let (empty, more, next) = page("").await;
    assert!(empty.is_empty() && more, "the bot came first");
    let (one, more, next) = page(&next).await;
    assert!(one == ["ann"] && more);
    let (two, more, _) = page(&next).await;
    assert!(two == ["bob", "eve"] && !more, "who came at one instant comes together");
    let whole = t.ok("GET", &by_user(&chat, "/members"), Value::Null).await;
    assert_eq!((&whole["member_total"], &whole["items"][0]["name"]), (&json!(3), &json!("ann")));
    t.refused("GET", &format!("{CHATS}/{chat}/members?page_size=101"), Value::Null, 400, 232_001).await;
}

#[tokio::test]
async fn a_closed_chat_takes_people_from_managers_only() {
    let t = tenant(&["ann", "bob"]).await;
    let chat = plain_member(&t, "ann").await;
    let_in(&t, &chat, &["bob"]).await;
    t.ok("POST", &by_user(&chat, "/members"), json!({ "id_list": ["bob"] })).await;
    let closed = json!({ "add_member_permission": "only_owner", "share_card_permission": "not_allowed" });
    t.act(json!({ "action": "chat", "chat": chat, "settings": closed })).await;
    t.refused("POST", &by_user(&chat, "/members"), json!({ "id_list": ["bob"] }), 400, 232_017).await;
}

#[tokio::test]
async fn approval_makes_people_wait() {
    let t = tenant(&["ann", "bob"]).await;
    let chat = plain_member(&t, "ann").await;
    let asks = json!({ "membership_approval": "approval_required" });
    t.act(json!({ "action": "chat", "chat": chat, "settings": asks })).await;
    let sent = t.ok("POST", &by_user(&chat, "/members"), json!({ "id_list": ["bob"] })).await;
    assert_eq!(sent["pending_approval_id_list"], json!(["bob"]));
    assert_eq!(members(&t, &chat).await, ["ann"]);
    t.act(json!({ "action": "chat", "chat": chat, "approve": true })).await;
    assert_eq!(members(&t, &chat).await, ["ann", "bob"]);
    t.act(json!({ "action": "chat", "chat": chat, "meeting": true })).await;
    t.act(json!({ "action": "scopes" })).await;
    let open = json!({ "membership_approval": "no_approval_required" });
    t.refused("PUT", &at(&chat, ""), open, 400, 232_093).await;
}

#[tokio::test]
async fn the_owner_is_never_put_out_and_who_is_not_in_cannot_leave() {
    let t = tenant(&["ann", "bob"]).await;
    let chat = create(&t, json!({ "owner_id": "ann", "user_id_list": ["bob"] })).await;
    let path = by_user(&chat, "/members");
    t.refused("DELETE", &path, json!({ "id_list": ["ann"] }), 400, 232_076).await;
    let gone = t.ok("DELETE", &path, json!({ "id_list": ["bob", "nobody"] })).await;
    assert_eq!(gone["invalid_id_list"], json!(["nobody"]));
    t.refused("DELETE", &path, json!({ "id_list": ["bob"] }), 400, 232_027).await;
}

#[tokio::test]
async fn a_departing_owner_hands_over_and_the_last_one_cannot_leave() {
    let t = tenant(&["ann", "bob"]).await;
    let chat = create(&t, json!({})).await;
    let leave = json!({ "id_list": ["cli_sandbox"] });
    t.refused("DELETE", &by_bot(&chat, "/members"), leave.clone(), 400, 232_029).await;
    let_in(&t, &chat, &["bob", "ann"]).await;
    t.ok("DELETE", &by_bot(&chat, "/members"), leave).await;
    let rows = t.rows("chats").await;
    let row = rows.as_object().and_then(|m| m.values().next()).cloned().expect("the chat");
    assert!(row["owner"]["user"].is_u64(), "{row}");
    t.refused("GET", &at(&chat, "/members"), Value::Null, 400, 232_011).await;
    assert_eq!(
        t.ok("GET", CHATS, Value::Null).await["items"],
        json!([]),
        "not in the list, and not dissolved"
    );
}

#[tokio::test]
async fn a_public_chat_is_joined_unless_it_asks_for_approval() {
    let t = tenant(&[]).await;
    let token = other_bot(&t).await;
    let open = create(&t, json!({ "name": "forum", "chat_type": "public" })).await;
    let private = create(&t, json!({})).await;
    refused_as(&t, &token, "PATCH", &at(&private, "/members/me_join"), Value::Null, 232_008).await;
    let joined = t.send("PATCH", &at(&open, "/members/me_join"), Some(&token), None).await;
    assert_eq!(joined.code(), 0, "{}", joined.text);
    let asks = json!({ "name": "club", "chat_type": "public", "membership_approval": "approval_required" });
    let club = create(&t, asks).await;
    refused_as(&t, &token, "PATCH", &at(&club, "/members/me_join"), Value::Null, 232_075).await;
}

#[tokio::test]
async fn who_resigns_leaves_every_chat_and_the_next_one_owns_it() {
    let t = tenant(&["ann", "bob"]).await;
    let chat = create(&t, json!({ "owner_id": "ann", "user_id_list": ["bob"] })).await;
    t.ok("DELETE", &user_path("ann"), Value::Null).await;
    assert_eq!(read(&t, &chat).await["owner_id"], "bob");
    assert_eq!(members(&t, &chat).await, ["bob"]);
}

#[tokio::test]
async fn member_calls_on_one_chat_are_busy_when_they_overlap() {
    let t = tenant(&["ann"]).await;
    let chat = create(&t, json!({})).await;
    t.settings(json!({ "update_lock_every": 1 })).await;
    t.refused("POST", &by_user(&chat, "/members"), json!({ "id_list": ["ann"] }), 400, 232_019).await;
    let menu = json!({ "chat_menu_top_level_ids": ["1"] });
    t.refused("DELETE", &at(&chat, "/menu_tree"), menu, 400, 232_073).await;
}

#[tokio::test]
async fn a_hidden_count_is_hidden_from_plain_members() {
    let t = tenant(&["ann"]).await;
    let chat = plain_member(&t, "ann").await;
    assert_eq!(read(&t, &chat).await["user_count"], "1");
    let hide = json!({ "hide_member_count_setting": "only_owner" });
    t.act(json!({ "action": "chat", "chat": chat, "settings": hide })).await;
    assert!(read(&t, &chat).await.get("user_count").is_none());
}

#[tokio::test]
async fn external_chats_are_out_of_reach() {
    let t = tenant(&["ann"]).await;
    let chat = create(&t, json!({ "owner_id": "ann" })).await;
    t.act(json!({ "action": "chat", "chat": chat, "external": true })).await;
    t.refused("PUT", &at(&chat, ""), json!({ "name": "x" }), 400, 232_033).await;
    t.refused("GET", &at(&chat, "/members"), Value::Null, 400, 232_033).await;
    t.settings(json!({ "im": { "external_bots": true } })).await;
    assert_eq!(read(&t, &chat).await["external"], true);
    t.refused("PUT", &at(&chat, ""), json!({ "chat_type": "public", "name": "xx" }), 400, 232_069).await;
}
