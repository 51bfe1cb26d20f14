//! Tabs, menus, the top notice.

use serde_json::{Value, json};

use super::*;

fn url_tab(name: &str, url: &str) -> Value {
    json!({ "tab_name": name, "tab_type": "url", "tab_content": { "url": url } })
}

#[tokio::test]
async fn custom_tabs_are_twenty_web_addresses_behind_the_built_in_ones() {
    let t = tenant(&[]).await;
    let chat = create(&t, json!({})).await;
    let path = at(&chat, "/chat_tabs");
    let add = |tabs: Vec<Value>| json!({ "chat_tabs": tabs });
    let built_in = t.ok("GET", &at(&chat, "/chat_tabs/list_tabs"), Value::Null).await;
    assert_eq!(built_in["chat_tabs"][0]["tab_type"], "message");
    t.refused("POST", &path, add(vec![json!({ "tab_type": "pin" })]), 400, 232_001).await;
    t.refused("POST", &path, add(vec![url_tab("a", "ftp://x")]), 400, 232_048).await;
    t.refused("POST", &path, add(vec![url_tab(&"a".repeat(61), "https://a.cn")]), 400, 232_047).await;
    let icon = json!({
        "tab_name": "a", "tab_type": "url", "tab_content": { "url": "https://a.cn" },
        "tab_config": { "icon_key": "img_nobody" },
    });
    t.refused("POST", &path, add(vec![icon]), 400, 232_056).await;
    let tabs = (0..20).map(|i| url_tab(&format!("t{i}"), "https://a.cn")).collect();
    let after = t.ok("POST", &path, add(tabs)).await["chat_tabs"].clone();
    let last = &after[after.as_array().expect("tabs").len() - 1];
    assert_eq!(last["tab_content"], json!({ "url": "https://a.cn/" }), "a bare host gets its slash");
    t.refused("POST", &path, add(vec![url_tab("more", "https://a.cn")]), 400, 232_046).await;
    let doc = json!({ "tab_id": last["tab_id"], "tab_type": "doc", "tab_content": { "doc": "https://d.cn/docx/x" } });
    t.settings(json!({ "im": { "forbidden_docs": ["https://d.cn/docx/x"] } })).await;
    t.refused("POST", &at(&chat, "/chat_tabs/update_tabs"), add(vec![doc.clone()]), 400, 232_051).await;
    t.settings(json!({ "im": {} })).await;
    let changed = t.ok("POST", &at(&chat, "/chat_tabs/update_tabs"), add(vec![doc])).await;
    let at_end = changed["chat_tabs"].as_array().and_then(|l| l.last()).expect("a tab");
    assert_eq!((&at_end["tab_type"], &at_end["tab_name"]), (&json!("doc"), &json!("t19")));
}

#[tokio::test]
async fn sorting_tabs_needs_every_id_and_the_first_stays_first() {
    let t = tenant(&["ann"]).await;
    let chat = create(&t, json!({ "owner_id": "ann" })).await;
    let tabs = json!({ "chat_tabs": [url_tab("a", "https://a.cn"), url_tab("b", "https://b.cn")] });
    let after = t.ok("POST", &at(&chat, "/chat_tabs"), tabs).await;
    let mut ids = names(&after["chat_tabs"], "tab_id");
    ids.reverse();
    let sort = at(&chat, "/chat_tabs/sort_tabs");
    t.refused("POST", &sort, json!({ "tab_ids": &ids[1..] }), 400, 232_001).await;
    let sorted = t.ok("POST", &sort, json!({ "tab_ids": ids })).await;
    let types = names(&sorted["chat_tabs"], "tab_type");
    assert_eq!((types[0].as_str(), types[1].as_str()), ("message", "url"));
    assert_eq!(sorted["chat_tabs"][1]["tab_name"], "b");
    let delete = at(&chat, "/chat_tabs/delete_tabs");
    let message = &sorted["chat_tabs"][0]["tab_id"];
    t.refused("DELETE", &delete, json!({ "tab_ids": [message] }), 400, 232_049).await;
    t.ok("DELETE", &delete, json!({ "tab_ids": [sorted["chat_tabs"][1]["tab_id"]] })).await;
    t.act(json!({ "action": "chat", "chat": chat, "surface_is_closed": true })).await;
    let tab = json!({ "chat_tabs": [url_tab("c", "https://c.cn")] });
    t.refused("POST", &at(&chat, "/chat_tabs"), tab, 400, 232_055).await;
    t.act(json!({ "action": "chat", "chat": chat, "mode": "topic" })).await;
    t.refused("GET", &at(&chat, "/chat_tabs/list_tabs"), Value::Null, 400, 232_050).await;
}

fn link(name: &str) -> Value {
    let to = json!({ "common_url": "https://a.cn/x", "pc_url": "https://pc.cn/" });
    json!({ "chat_menu_item": { "action_type": "REDIRECT_LINK", "name": name, "redirect_link": to } })
}

fn folder(name: &str, children: usize) -> Value {
    let children: Vec<Value> = (0..children).map(|i| link(&format!("c{i}"))).collect();
    json!({ "chat_menu_item": { "action_type": "NONE", "name": name }, "children": children })
}

fn tree(tops: &[Value]) -> Value {
    json!({ "menu_tree": { "chat_menu_top_levels": tops } })
}

#[tokio::test]
async fn a_menu_has_three_entries_with_five_below_each() {
    let t = tenant(&[]).await;
    let chat = create(&t, json!({})).await;
    let path = at(&chat, "/menu_tree");
    t.refused("POST", &path, tree(&[link("a"), link("b"), link("c"), link("d")]), 400, 232_070).await;
    t.refused("POST", &path, tree(&[folder("a", 6)]), 400, 232_071).await;
    let mut wrong = link("a");
    wrong["children"] = json!([link("b")]);
    t.refused("POST", &path, tree(&[wrong]), 400, 232_078).await;
    t.refused("POST", &path, tree(&[link(&"n".repeat(121))]), 400, 232_078).await;
    let mut nowhere = link("a");
    nowhere["chat_menu_item"]["redirect_link"] = json!({ "common_url": "javascript:x" });
    t.refused("POST", &path, tree(&[nowhere]), 400, 232_078).await;
    t.ok("POST", &path, tree(&[link("a"), folder("b", 5)])).await;
    let got = t.ok("POST", &path, tree(&[link("c")])).await;
    let tops = &got["menu_tree"]["chat_menu_top_levels"];
    let links = &tops[0]["chat_menu_item"]["redirect_link"];
    assert_eq!((&links["ios_url"], &links["pc_url"]), (&json!("https://a.cn/x"), &json!("https://pc.cn/")));
    assert_eq!(tops[1]["children"].as_array().map(Vec::len), Some(5));
    assert_eq!(t.ok("GET", &path, Value::Null).await, got);
}

#[tokio::test]
async fn menus_are_sorted_by_the_exact_set_and_a_kind_never_changes() {
    let t = tenant(&[]).await;
    let chat = create(&t, json!({})).await;
    let path = at(&chat, "/menu_tree");
    let made = t.ok("POST", &path, tree(&[link("a"), folder("b", 1)])).await;
    let mut ids = names(&made["menu_tree"]["chat_menu_top_levels"], "chat_menu_top_level_id");
    let sort = at(&chat, "/menu_tree/sort");
    t.refused("POST", &sort, json!({ "chat_menu_top_level_ids": &ids[..1] }), 400, 232_072).await;
    let twice = json!({ "chat_menu_top_level_ids": [ids[0], ids[0]] });
    t.refused("POST", &sort, twice, 400, 232_072).await;
    ids.reverse();
    let sorted = t.ok("POST", &sort, json!({ "chat_menu_top_level_ids": ids })).await;
    assert_eq!(sorted["menu_tree"]["chat_menu_top_levels"][0]["chat_menu_item"]["name"], "b");
    let item = |id: &str| at(&chat, &format!("/menu_items/{id}"));
    let change = |fields: Value, entry: Value| json!({ "update_fields": fields, "chat_menu_item": entry });
    let renamed = t
        .ok(
            "PATCH",
            &item(&ids[1]),
            change(json!(["NAME"]), json!({ "name": "A", "i18n_names": { "zh_cn": "甲" } })),
        )
        .await;
    assert_eq!(renamed["chat_menu_item"]["name"], "A");
    assert!(renamed["chat_menu_item"].get("i18n_names").is_none(), "only what update_fields names");
    let kind = change(json!(["NAME"]), json!({ "name": "A", "action_type": "NONE" }));
    t.refused("PATCH", &item(&ids[1]), kind, 400, 232_078).await;
    let icon = change(json!(["ICON"]), json!({ "image_key": "img_x" }));
    t.refused("PATCH", &item(&ids[0]), icon.clone(), 400, 232_078).await;
    t.refused("PATCH", &item(&ids[1]), icon, 400, 232_056).await;
    let below = &made["menu_tree"]["chat_menu_top_levels"][1]["children"][0]["chat_menu_second_level_id"];
    let below = below.as_str().expect("an id");
    t.ok("PATCH", &item(below), change(json!(["NAME"]), json!({ "name": "C" }))).await;
    t.refused("DELETE", &path, json!({ "chat_menu_top_level_ids": [below] }), 400, 232_001).await;
    let left = t.ok("DELETE", &path, json!({ "chat_menu_top_level_ids": [ids[0]] })).await;
    assert_eq!(left["menu_tree"]["chat_menu_top_levels"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn the_top_notice_is_written_and_never_read() {
    let t = tenant(&["ann"]).await;
    let chat = create(&t, json!({ "owner_id": "ann" })).await;
    let put = at(&chat, "/top_notice/put_top_notice");
    let notice = |kind: &str| json!({ "chat_top_notice": [{ "action_type": kind, "message_id": "om_1" }] });
    t.ok("POST", &put, notice("2")).await;
    t.refused("POST", &put, notice("1"), 400, 232_001).await;
    t.act(json!({ "action": "chat", "chat": chat, "top_notice_is_closed": true })).await;
    t.refused("POST", &put, notice("2"), 400, 232_014).await;
    t.refused("POST", &at(&chat, "/top_notice/delete_top_notice"), Value::Null, 400, 232_014).await;
}

#[tokio::test]
async fn the_page_shows_a_chat_with_everything_in_it() {
    let t = tenant(&["ann"]).await;
    let chat = create(&t, json!({ "name": "oncall", "user_id_list": ["ann"] })).await;
    let tab = json!({ "chat_tabs": [url_tab("board", "https://a.cn/b")] });
    t.ok("POST", &at(&chat, "/chat_tabs"), tab).await;
    t.ok("POST", &at(&chat, "/menu_tree"), tree(&[folder("links", 1)])).await;
    t.act(json!({ "action": "chat", "chat": chat, "announcement": "be kind" })).await;
    let list = t.send("GET", "/_sandbox/page/chats.json", None, None).await.body;
    assert_eq!((&list["total"], &list["items"][0]["owner_bot"]), (&json!(1), &json!("cli_sandbox")));
    let one = t.send("GET", &format!("/_sandbox/page/chat.json?id={chat}"), None, None).await.body;
    assert_eq!(one["members"], json!([{ "key": "ann", "name": "ann" }]));
    assert_eq!(one["announcement"]["text"], "be kind");
    assert_eq!(one["tabs"].as_array().and_then(|l| l.last()).expect("a tab")["address"], "https://a.cn/b");
    assert_eq!(one["menu"][0]["children"][0]["name"], "c0");
    let none = t.send("GET", "/_sandbox/page/chat.json?id=oc_x", None, None).await;
    assert_eq!(none.status, 404);
}
