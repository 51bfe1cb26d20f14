//! Announcements: Markdown in YAML, blocks and paragraphs in the tenant.

use serde_json::{Value, json};

use super::stage::{Stage, blocked, steps};

const TEXT: &str = "\
# 规则

先读[手册](https://example.com/guide?a=b&c)，**再**问。

- 周一
  - 早上
    1. 站会
    2. 看板
  - 下午
- [ ] 值班表
- [x] 备份

> 引用

> [!WARNING]
> 小心

```rust
fn main() {}
```

---

结尾 [@](mention:a)";

fn chat(text: &str) -> String {
    let body: String = text.lines().map(|line| format!("      {line}\n")).collect();
    format!("  c:\n    name: 组\n    announcement: |\n{body}")
}

/// The announcement by the store's own rows: a line a block, with its type, deeper ones to the right.
async fn page(s: &Stage) -> Vec<String> {
    let row = row(s).await;
    let mut lines = Vec::new();
    let mut stack: Vec<(String, usize)> = ids(&row["top"]).into_iter().rev().map(|id| (id, 0)).collect();
    while let Some((id, depth)) = stack.pop() {
        let block = &row["blocks"][&id];
        let elements = block["content"]["elements"].as_array().cloned().unwrap_or_default();
        let text: String = elements
            .iter()
            .map(|e| {
                e["text_run"]["content"].as_str().unwrap_or(if e["mention_user"].is_object() {
                    "@"
                } else {
                    "?"
                })
            })
            .collect();
        lines.push(format!("{}{} {text}", "  ".repeat(depth), block["kind"]));
        stack.extend(ids(&block["children"]).into_iter().rev().map(|id| (id, depth + 1)));
    }
    lines
}

fn ids(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|id| id.as_str().map(str::to_owned)).collect()
}

async fn row(s: &Stage) -> Value {
    let dump = s.world.dump().await;
    let chats = dump["chats"].as_object().expect("chats");
    let (key, _) = chats.iter().find(|(_, row)| row["name"] == "组").expect("the chat");
    dump["chat_announcements"][key].clone()
}

/// A block that the API cannot make, put there by hand.
async fn picture(s: &Stage, at: usize) {
    s.by_hand("组", json!({ "add_block": { "kind": 27, "content": { "token": "boxcn" }, "index": at } }))
        .await;
}

#[tokio::test]
async fn everything_that_markdown_says_is_written_and_stays() {
    let s = Stage::start().await;
    let done = s.converge(&chat(TEXT)).await;
    assert_eq!(
        page(&s).await,
        [
            "3 规则",
            "2 先读手册，再问。",
            "12 周一",
            "  12 早上",
            "    13 站会",
            "    13 看板",
            "  12 下午",
            "17 值班表",
            "17 备份",
            "15 引用",
            "19 ",
            "  2 小心",
            "14 fn main() {}",
            "22 ",
            "2 结尾 @",
        ]
    );
    let row = row(&s).await;
    let has = |what: Value| {
        row["blocks"].as_object().expect("blocks").values().any(|b| b["content"]["elements"][1] == what)
    };
    let style = json!({ "bold": false, "inline_code": false, "italic": false, "strikethrough": false, "underline": false,
        "link": { "url": "https%3A%2F%2Fexample%2Ecom%2Fguide%3Fa%3Db%26c" } });
    assert!(has(json!({ "text_run": { "content": "手册", "text_element_style": style } })), "{row:#}");
    // The top, the list, what is below it, the call-out: one call for each parent.
    assert_eq!(done.iter().filter(|step| step.contains("announcement")).count(), 4, "{done:?}");
    // Fleeting ids are not remembered.
    let state = s.world.store.load().expect("state").document;
    let record = &state.things[&"chat.c".parse().expect("address")];
    assert!(record.ids.keys().all(|id| !id.starts_with('~')), "{:?}", record.ids);
}

#[tokio::test]
async fn a_change_of_a_word_is_one_call_and_nothing_else_is_touched() {
    let s = Stage::start().await;
    s.converge(&chat(TEXT)).await;
    let before = row(&s).await;
    let done = s.converge(&chat(&TEXT.replace("站会", "晨会").replace("[ ] 值班表", "[x] 值班表"))).await;
    assert_eq!(done, ["chat.c: rewrite 2 blocks of the announcement"]);
    let after = row(&s).await;
    assert_eq!(before["top"], after["top"]);
    assert_eq!(s.converge(&chat(&TEXT.replace("> 引用\n\n", ""))).await.len(), 2);
    assert!(!page(&s).await.contains(&"15 引用".to_owned()));
    // Written otherwise, it says the same.
    let same = "规则\n===\n\n先读[手册][1]，**再**问。\n\n[1]: https://example.com/guide?a=b&c";
    s.converge(&chat("# 规则\n\n先读[手册](https://example.com/guide?a=b&c)，**再**问。")).await;
    assert_eq!(s.converge(&chat(same)).await, [""; 0]);
    // Taken away, and not declared any more.
    s.converge("  c: { name: 组, announcement: null }\n").await;
    assert_eq!(page(&s).await, [""; 0]);
    assert_eq!(s.converge("  c: { name: 组 }\n").await, [""; 0]);
}

#[tokio::test]
async fn a_long_text_goes_by_the_fifty() {
    let s = Stage::start().await;
    let text: Vec<String> = (0..120).map(|n| format!("第 {n} 段")).collect();
    let done = s.converge(&chat(&text.join("\n\n"))).await;
    assert_eq!(done.len(), 1 + 3, "{done:?}");
    assert_eq!(page(&s).await.len(), 120);
    assert_eq!(page(&s).await[119], "2 第 119 段");
}

#[tokio::test]
async fn what_is_edited_by_hand_is_drift_and_put_right() {
    for old in [false, true] {
        let s = Stage::start().await;
        s.knob("old_announcements", json!(old)).await;
        let yaml = chat("# 规则\n\n一\n\n- 二\n- 三");
        if old {
            // Of which kind the announcement of a new chat is, nobody knows before.
            let (_, outcome) = s.run(&super::stage::manifest(&yaml)).await;
            assert_eq!(outcome.failed.len(), 1, "{outcome:#?}");
            assert!(
                outcome.failed[0].trouble.remedy.as_deref().is_some_and(|r| r.contains("run again")),
                "{outcome:#?}"
            );
        }
        s.converge(&yaml).await;
        s.by_hand("组", json!({ "announcement": "规则\n一\n有人写的" })).await;
        let plan = s.plan(&yaml).await;
        let change = plan.changes.iter().find(|c| c.address.to_string() == "chat.c").expect("the chat");
        assert_eq!(change.drift.len(), 1, "{change:#?}");
        let (then, live) = (&change.drift[0].after, change.drift[0].before.as_ref());
        let words = format!("{then:?} {live:?}");
        assert!(words.contains("有人写的") && words.contains("# 规则"), "{words}");
        s.converge(&yaml).await;
        assert_eq!(steps(&s.plan(&yaml).await), [""; 0]);
    }
}

#[tokio::test]
async fn pictures_that_people_put_there_stay_and_are_told() {
    let s = Stage::start().await;
    s.converge(&chat("一\n\n二\n\n三")).await;
    picture(&s, 1).await;
    picture(&s, 4).await;
    // They are nobody's drift.
    assert_eq!(s.converge(&chat("一\n\n二\n\n三")).await, [""; 0]);
    let yaml = chat("零\n\n一\n\n四");
    let plan = s.plan(&yaml).await;
    let notes: Vec<&String> = plan.changes.iter().flat_map(|c| &c.notes).collect();
    assert!(
        notes.iter().any(|n| n.contains("a picture (2 times)") && n.contains("stays where it is")),
        "{notes:?}"
    );
    s.converge(&yaml).await;
    let page = page(&s).await;
    let texts: Vec<&str> = page.iter().map(String::as_str).filter(|line| !line.starts_with("27")).collect();
    assert_eq!((texts, page.len()), (vec!["2 零", "2 一", "2 四"], 5));
}

#[tokio::test]
async fn a_picture_in_the_middle_of_what_goes_stops_that_part_alone() {
    let s = Stage::start().await;
    s.converge(&chat("- 一\n\n二")).await;
    let parent = ids(&row(&s).await["top"])[0].clone();
    s.by_hand("组", json!({ "add_block": { "kind": 27, "content": {}, "index": 0, "parent": parent } }))
        .await;
    let yaml = format!("{}    description: 新\n", chat("二"));
    let plan = s.plan(&yaml).await;
    assert_eq!(steps(&plan), ["chat.c: settings"]);
    assert!(blocked(&plan).contains("a picture hangs in a part"), "{}", blocked(&plan));
}

#[tokio::test]
async fn what_somebody_writes_while_it_is_applied_is_not_lost() {
    let s = Stage::start().await;
    s.converge(&chat("一\n\n二\n\n三")).await;
    let id = s.id("组").await;
    let yaml = super::stage::manifest(&chat("一\n\n三\n\n四"));
    let tenant = &s.world.tenant;
    let mut once = true;
    let by_hand = json!({ "action": "chat", "chat": id, "add_block": { "kind": 2, "index": 0,
        "content": { "elements": [{ "text_run": { "content": "急" } }] } } });
    let done = s.world.apply_amid(&yaml, async |event| {
        // The plan is made; nothing is sent yet.
        if event.is_none() && std::mem::take(&mut once) {
            tenant.act(by_hand.clone()).await;
        }
    });
    let (_, outcome) = done.await.expect("a plan");
    assert!(outcome.is_complete(), "{outcome:#?}");
    // What was to go is gone and not its neighbour; what came meanwhile is there, and the next plan sees it.
    assert_eq!(page(&s).await, ["2 急", "2 一", "2 三", "2 四"]);
    assert_eq!(s.converge(&chat("一\n\n三\n\n四")).await, ["chat.c: remove 1 block of the announcement"]);
}

#[tokio::test]
async fn old_announcements_take_one_call_and_say_what_they_cannot_hold() {
    let s = Stage::start().await;
    s.converge("  c: { name: 组 }\n").await;
    s.by_hand("组", json!({ "announcement": "头\n中\n尾", "old": true })).await;
    let yaml = chat("头\n\n## 新\n\n- 一\n  - 二\n- [x] 三\n\n> 引\n\n**尾** [去](https://a.b/c)");
    assert_eq!(s.converge(&yaml).await, ["chat.c: announcement"]);
    let lines: Vec<String> = row(&s).await["paragraphs"]
        .as_array()
        .expect("paragraphs")
        .iter()
        .map(|p| {
            let text: String = p["elements"]
                .as_array()
                .expect("elements")
                .iter()
                .map(|e| e["textRun"]["text"].as_str().unwrap_or("?"))
                .collect();
            format!("{text} {}", p["style"])
        })
        .collect();
    assert_eq!(
        lines,
        [
            "头 {}",
            r#"新 {"headingLevel":2}"#,
            r#"一 {"list":{"indentLevel":1,"type":"bullet"}}"#,
            r#"二 {"list":{"indentLevel":2,"type":"bullet"}}"#,
            r#"三 {"list":{"indentLevel":1,"type":"checkedBox"}}"#,
            r#"引 {"quote":true}"#,
            "尾 去 {}",
        ]
    );
    assert_eq!(s.converge(&chat("头")).await, ["chat.c: announcement"]);
    let problems = s.problems(&chat("```\nx\n```")).await;
    assert!(problems.contains("of the old kind, which cannot hold a code block"), "{problems}");
}

#[tokio::test]
async fn an_announcement_that_cannot_be_read_is_unknown_and_left_alone() {
    let s = Stage::start().await;
    let with = |text: &str| format!("{}    members: [a]\n", chat(text));
    s.converge(&with("一")).await;
    let list = "GET /open-apis/docx/v1/chats/:chat_id/announcement/blocks";
    let effect = json!({ "answer": { "status": 403, "code": 1_770_032 } });
    s.world.tenant.faults(json!({ "endpoint": list, "effect": effect })).await;
    let plan = s.plan(&format!("{}    description: 新\n", with("二"))).await;
    assert_eq!(steps(&plan), ["chat.c: settings"]);
    let notes: Vec<&String> = plan.changes.iter().flat_map(|c| &c.notes).collect();
    assert!(
        notes.iter().any(|n| n.contains("announcement is left as it is: the announcement of oc_")),
        "{notes:?}"
    );
    s.calm().await;
    // Whoever may not edit, says so and sends nothing.
    s.by_hand("组", json!({ "remove_bots": [crate::support::APP] })).await;
    let plan = s.plan(&with("二")).await;
    assert_eq!(steps(&plan), [""; 0]);
    assert!(blocked(&plan).contains("the bot is not in it"), "{}", blocked(&plan));
}
