//! What cannot be read is unknown, never absent: nothing is created or deleted for it, and the plan says what to do.

use serde_json::json;

use super::stage::{Stage, blocked, steps};

const CHAT: &str = "  c: { name: 组, description: 说明, members: [a, b] }\n";

#[tokio::test]
async fn a_chat_that_the_bot_was_removed_from_is_unknown_and_nothing_becomes_of_it() {
    for refused in [false, true] {
        let s = Stage::start().await;
        s.converge(CHAT).await;
        s.by_hand("组", json!({ "remove_bots": [crate::support::APP] })).await;
        s.knob("outsider_refused", json!(refused)).await;
        // Declared and changed, no longer declared: nothing is sent either way.
        for chats in [CHAT, "  c: { name: 新名 }\n", ""] {
            let plan = s.plan(chats).await;
            assert_eq!(steps(&plan), [""; 0], "{chats}");
            assert!(
                blocked(&plan).contains("the bot is not in it")
                    && blocked(&plan).contains("add the app's bot again"),
                "{}",
                blocked(&plan)
            );
        }
        let id = s.id("组").await;
        s.world.tenant.act(json!({ "action": "chat", "chat": id, "add_bots": [crate::support::APP] })).await;
        // Whoever left does not own it any more; larkctl made it all the same.
        s.converge(CHAT).await;
        assert_eq!(s.chats().await.len(), 1);
    }
}

#[tokio::test]
async fn a_disbanded_chat_is_absent_and_made_anew() {
    for code in [None, Some(232_009)] {
        let s = Stage::start().await;
        s.converge(CHAT).await;
        s.knob("dissolved_code", json!(code)).await;
        let first = s.id("组").await;
        s.by_hand("组", json!({ "dissolved": true })).await;
        s.converge(CHAT).await;
        assert_ne!(s.id("组").await, first);
    }
}

#[tokio::test]
async fn members_that_were_not_read_to_the_end_are_left_as_they_are() {
    let s = Stage::start().await;
    s.converge(CHAT).await;
    let list = "GET /open-apis/im/v1/chats/:chat_id/members";
    let effect = json!({ "answer": { "status": 400, "code": 232_025 } });
    s.world.tenant.faults(json!({ "endpoint": list, "effect": effect })).await;
    let plan = s.plan(&CHAT.replace("[a, b]", "[a]").replace("说明", "新")).await;
    assert_eq!(steps(&plan), ["chat.c: settings"]);
}

#[tokio::test]
async fn pages_that_are_empty_or_repeat_lose_nobody() {
    let s = Stage::start().await;
    s.converge("  c: { name: 组, members: [a, b, c, d] }\n").await;
    for trick in ["empty_page", "repeat_page"] {
        let list = "GET /open-apis/im/v1/chats/:chat_id/members";
        s.world.tenant.faults(json!({ "endpoint": list, "effect": trick, "times": 1 })).await;
        let plan = s.plan("  c: { name: 组, members: [a, b, c, d] }\n").await;
        assert!(plan.is_empty() && plan.blocked.is_empty(), "{trick}: {plan:#?}");
        s.calm().await;
    }
}

#[tokio::test]
async fn without_the_list_nothing_is_made_by_name() {
    let s = Stage::start().await;
    s.apply("").await;
    let effect = json!({ "answer": { "status": 400, "code": 232_025 } });
    s.world.tenant.faults(json!({ "endpoint": "GET /open-apis/im/v1/chats", "effect": effect })).await;
    let plan = s.plan(CHAT).await;
    assert_eq!(steps(&plan), [""; 0]);
    assert!(blocked(&plan).contains("the chats that the bot is in"), "{}", blocked(&plan));
}

#[tokio::test]
async fn a_name_adopts_the_only_chat_that_has_it_and_asks_where_there_are_two() {
    let s = Stage::start().await;
    s.apply("").await;
    let made = s.world.tenant.ok("POST", "/open-apis/im/v1/chats", json!({ "name": "组" })).await;
    s.converge(CHAT).await;
    assert_eq!(s.id("组").await, made["chat_id"].as_str().expect("id"));
    // Another of the name does not matter to the one that is known; two addresses for one chat are a question.
    let other = s.world.tenant.ok("POST", "/open-apis/im/v1/chats", json!({ "name": "组" })).await;
    assert!(s.plan(CHAT).await.is_empty());
    let two = "  c: { name: 组, description: 说明, members: [a, b] }\n  d: { name: 组 }\n  e: { name: 组 }\n";
    let said = s.problems(two).await;
    assert!(
        said.contains("chat.d or chat.e") && said.contains(other["chat_id"].as_str().expect("id")),
        "{said}"
    );
    assert!(!said.contains(made["chat_id"].as_str().expect("id")), "{said}");
}

#[tokio::test]
async fn an_import_takes_over_by_id_and_a_wrong_id_is_never_made() {
    let s = Stage::start().await;
    s.apply("").await;
    for name in ["组", "组"] {
        s.world.tenant.ok("POST", "/open-apis/im/v1/chats", json!({ "name": name })).await;
    }
    let second = s.chats().await[1]["chat_id"].as_str().expect("id").to_owned();
    let import = format!("import:\n  chat.c: {second}\n");
    let (_, outcome) = s.run(&super::stage::with(CHAT, &import)).await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert_eq!(s.chats().await[1]["description"], "说明");
    let import = "import:\n  chat.d: oc_0123456789abcdef0123456789abcdef\n";
    let plan = s.world.plan(&super::stage::with(&format!("{CHAT}  d: {{ name: 别 }}\n"), import)).await;
    let plan = plan.unwrap_or_else(|p| panic!("{}", crate::spine::run::told(&p)));
    assert_eq!(steps(&plan), [""; 0]);
    assert!(blocked(&plan).contains("none of this tenant's chats"), "{}", blocked(&plan));
}

#[tokio::test]
async fn known_chats_cost_a_call_each_for_settings_and_people_and_no_list() {
    let s = Stage::start().await;
    let many = 60;
    let chats: String = (0..many).map(|n| format!("  c{n}: {{ name: 群{n}, members: [a] }}\n")).collect();
    s.converge(&chats).await;
    s.world.writes().await;
    s.plan(&chats).await;
    let report = s.world.tenant.send("GET", "/_sandbox/requests?last=0", None, None).await.body;
    let calls = |endpoint: &str| report["endpoints"][endpoint]["calls"].as_i64().unwrap_or(0);
    assert_eq!(calls("GET /open-apis/im/v1/chats/:chat_id"), many);
    assert_eq!(calls("GET /open-apis/im/v1/chats/:chat_id/members"), many);
    assert_eq!(calls("GET /open-apis/im/v1/chats"), 0);
}
