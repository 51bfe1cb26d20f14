//! Tabs, menu, top notice: what surrounds the messages of a chat.

use serde_json::{Value, json};

use super::stage::Stage;

fn chat(more: &str) -> String {
    format!("  c: {{ name: 组, {more} }}\n")
}

async fn of(s: &Stage, table: &str) -> Value {
    let dump = s.world.dump().await;
    let chats = dump["chats"].as_object().expect("chats");
    let (key, _) = chats.iter().find(|(_, row)| row["name"] == "组").expect("the chat");
    dump[table][key].clone()
}

/// Tabs by the store's own rows.
async fn tabs(s: &Stage) -> Vec<String> {
    let row = of(s, "chat_tabs").await;
    let line = |tab: &Value| match tab["kind"].as_str() {
        Some("url" | "doc") => {
            format!("{} {}", tab["name"].as_str().unwrap_or("?"), tab["address"].as_str().unwrap_or("?"))
        }
        kind => kind.unwrap_or("?").to_owned(),
    };
    row["tabs"].as_array().expect("tabs").iter().map(line).collect()
}

async fn menu(s: &Stage) -> Vec<String> {
    let row = of(s, "chat_menus").await;
    let one = |item: &Value| {
        let links: Vec<&str> = item["links"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .filter(|l| !l.is_empty())
            .collect();
        format!("{} {}", item["name"].as_str().unwrap_or("?"), links.join(" "))
    };
    let mut lines = Vec::new();
    for top in row["tops"].as_array().expect("menu") {
        lines.push(one(&top["item"]));
        lines.extend(
            top["children"].as_array().into_iter().flatten().map(|child| format!("  {}", one(&child[1]))),
        );
    }
    lines
}

const BUILT_IN: [&str; 4] = ["message", "doc_list", "chat_announcement", "pin"];

#[tokio::test]
async fn tabs_come_change_move_and_go_and_others_stay() {
    let s = Stage::start().await;
    let a = "{ name: A, url: https://a.example }";
    let b = "{ name: B, doc: https://x.feishu.cn/docx/b }";
    let c = "{ name: C, url: https://c.example/c, is_built_in: true }";
    let done = s.converge(&chat(&format!("tabs: [{a}, {b}]"))).await;
    assert_eq!(done, ["chat.c: create", "chat.c: add 2 tabs"]);
    let a_line = "A https://a.example/";
    assert_eq!(tabs(&s).await, [&BUILT_IN[..], &[a_line, "B https://x.feishu.cn/docx/b"]].concat());
    // A new one in front: it is added at the end and sorted.
    let done = s.converge(&chat(&format!("tabs: [{c}, {a}, {b}]"))).await;
    assert_eq!(done, ["chat.c: add 1 tab", "chat.c: order of the tabs"]);
    assert_eq!(tabs(&s).await[4..], ["C https://c.example/c", a_line, "B https://x.feishu.cn/docx/b"]);
    // One goes, one is renamed, one leads elsewhere, and their order turns round.
    let b2 = "{ name: B, doc: https://x.feishu.cn/docx/b2 }";
    let done = s.converge(&chat(&format!("tabs: [{b2}, {{ name: A2, url: https://a.example/ }}]"))).await;
    assert_eq!(done, ["chat.c: remove 1 tab", "chat.c: change 2 tabs", "chat.c: order of the tabs"]);
    assert_eq!(tabs(&s).await[4..], ["B https://x.feishu.cn/docx/b2", "A2 https://a.example/"]);
    // By hand: another page, and the first tab moved away.
    let id = s.id("组").await;
    let path = format!("/open-apis/im/v1/chats/{id}/chat_tabs");
    let more = json!({ "chat_tabs": [{ "tab_name": "手", "tab_type": "url", "tab_content": { "url": "https://hand.example" } }] });
    s.world.tenant.ok("POST", &path, more).await;
    let done = s.converge(&chat(&format!("tabs: [{b2}, {{ name: A2, url: https://a.example/ }}]"))).await;
    assert_eq!(done, ["chat.c: remove 1 tab"]);
    s.converge(&chat("tabs: []")).await;
    assert_eq!(tabs(&s).await, BUILT_IN);
}

#[tokio::test]
async fn twenty_tabs_are_replaced_by_twenty_others() {
    let s = Stage::start().await;
    let all = |host: &str| -> String {
        let tabs: Vec<String> =
            (0..20).map(|n| format!("{{ name: T{n}{host}, url: https://{host}.example/{n} }}")).collect();
        chat(&format!("tabs: [{}]", tabs.join(", ")))
    };
    s.converge(&all("a")).await;
    assert_eq!(s.converge(&all("b")).await, ["chat.c: remove 20 tabs", "chat.c: add 20 tabs"]);
}

#[tokio::test]
async fn a_menu_comes_changes_moves_and_goes() {
    let s = Stage::start().await;
    let board = "{ name: 看板, link: https://b.example }";
    let links = "{ name: 链接, children: [{ name: CI, link: https://ci.example/ }, { name: 日志, link: { common: https://log.example/, ios: https://m.log.example/ } }] }";
    let done = s.converge(&chat(&format!("menu: [{board}, {links}]"))).await;
    assert_eq!(done, ["chat.c: create", "chat.c: add 2 menu entries"]);
    let below = ["链接 ", "  CI https://ci.example/", "  日志 https://log.example/ https://m.log.example/"];
    assert_eq!(menu(&s).await, [&["看板 https://b.example/"][..], &below].concat());
    // Words and addresses are changed in place: ids stay.
    let before = of(&s, "chat_menus").await;
    let links2 = links.replace("CI,", "构建,").replace("https://log.example/,", "https://logs.example/,");
    let board2 = "{ name: 看板, i18n_names: { en_us: Board }, link: https://b.example/2 }";
    let done = s.converge(&chat(&format!("menu: [{board2}, {links2}]"))).await;
    assert_eq!(done.len(), 3, "{done:?}");
    let after = of(&s, "chat_menus").await;
    assert_eq!(before["tops"][1]["children"][0][0], after["tops"][1]["children"][0][0]);
    assert_eq!(menu(&s).await[2], "  构建 https://ci.example/");
    // Three tops, the new one in front; then another form below one of them, which has to be made anew.
    let third = "{ name: 新, link: https://n.example/ }";
    let done = s.converge(&chat(&format!("menu: [{third}, {board2}, {links2}]"))).await;
    assert_eq!(done, ["chat.c: add 1 menu entry", "chat.c: order of the menu"]);
    let fewer = "{ name: 链接, children: [{ name: 构建, link: https://ci.example/ }] }";
    let done = s.converge(&chat(&format!("menu: [{fewer}, {third}, {board2}]"))).await;
    assert_eq!(
        done,
        ["chat.c: remove 1 menu entry", "chat.c: add 1 menu entry", "chat.c: order of the menu"]
    );
    assert_eq!(menu(&s).await[..2], ["链接 ", "  构建 https://ci.example/"]);
    let done = s.converge(&chat("menu: null")).await;
    assert_eq!(done, ["chat.c: remove 3 menu entries"]);
    assert_eq!(s.converge(&chat("menu: []")).await, [""; 0]);
}

#[tokio::test]
async fn the_announcement_is_pinned_after_it_is_written_and_taken_down_again() {
    let s = Stage::start().await;
    let done = s.converge(&chat("announcement: 规则, top_notice: announcement")).await;
    assert_eq!(
        done,
        ["chat.c: create", "chat.c: add 1 block to the announcement", "chat.c: pin the announcement"]
    );
    assert_ne!(s.chat("组").await["top_notice"], Value::Null);
    assert_eq!(
        s.converge(&chat("announcement: 规则, top_notice: null")).await,
        ["chat.c: take the top notice away"]
    );
    // A new chat has nothing to take away.
    assert_eq!(
        s.converge("  c: { name: 组 }\n  d: { name: 别, top_notice: null }\n").await,
        ["chat.d: create"]
    );
}

#[tokio::test]
async fn everything_is_there_before_the_chat_is_given_away() {
    let s = Stage::start().await;
    let yaml = chat(
        "owner: a, members: [a, b], announcement: 规则, top_notice: announcement, tabs: [{ name: A, url: https://a.example/ }], menu: [{ name: M }]",
    );
    let done = s.converge(&yaml).await;
    let at = |what: &str| {
        done.iter().position(|step| step.contains(what)).unwrap_or_else(|| panic!("{what}: {done:?}"))
    };
    for what in ["announcement", "pin", "tab", "menu"] {
        assert!(at(what) < at("transfer"), "{done:?}");
    }
    assert_eq!(s.owner("组").await, "a");
}
