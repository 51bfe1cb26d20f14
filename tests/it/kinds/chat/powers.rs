//! Whose chat it is, and what larkctl's bot may therefore do: given away last, with a hold kept; what it may not do is
//! said and not sent.

use serde_json::json;

use super::stage::{Stage, blocked, steps};

const GIVEN: &str = "  c: { name: 组, owner: a, members: [b, c], moderation: only_owner }\n";

#[tokio::test]
async fn a_chat_is_given_away_last_and_the_bot_keeps_a_hold_on_it() {
    let s = Stage::start().await;
    let made = s.converge(GIVEN).await;
    assert_eq!(made.last().map(String::as_str), Some("chat.c: transfer"), "{made:?}");
    assert!(made.contains(&"chat.c: appoint larkctl's bot".to_owned()), "{made:?}");
    assert_eq!((s.owner("组").await.as_str(), s.members("组").await.as_str()), ("a", "a b c"));
    // From then on settings and members still can be changed.
    s.converge(&GIVEN.replace("[b, c]", "[b, d]").replace("name: 组", "name: 组, description: 新")).await;
    assert_eq!(s.members("组").await, "a b d");
}

#[tokio::test]
async fn the_plan_says_that_control_is_lost() {
    let s = Stage::start().await;
    s.converge("  c: { name: 组 }\n").await;
    let plan = s.plan("  c: { name: 组, owner: a }\n").await;
    let chat = plan.changes.iter().find(|c| c.address.to_string() == "chat.c").expect("chat");
    assert!(chat.notes.iter().any(|n| n.contains("gives the chat away")), "{:?}", chat.notes);
    // Whoever gets it is let in first, although nobody says who is in.
    let expected = ["chat.c: appoint larkctl's bot", "chat.c: bring in 1 member", "chat.c: transfer"];
    let mut sorted = steps(&plan);
    assert_eq!(sorted.last().map(String::as_str), Some("chat.c: transfer"));
    sorted.sort();
    assert_eq!(sorted, expected);
}

#[tokio::test]
async fn one_owner_follows_another_and_the_first_may_leave() {
    let s = Stage::start().await;
    s.converge(GIVEN).await;
    let made = s.converge("  c: { name: 组, owner: b, members: [c], moderation: only_owner }\n").await;
    assert_eq!(made.last().map(String::as_str), Some("chat.c: remove the owner who was"), "{made:?}");
    assert_eq!((s.owner("组").await.as_str(), s.members("组").await.as_str()), ("b", "b c"));
}

/// A list that decides has the owner on it without being written: that ends with the office.
#[tokio::test]
async fn an_owner_who_gives_the_chat_away_may_still_speak_where_the_list_says_so() {
    let s = Stage::start().await;
    s.converge("  c: { name: 组, owner: a, members: [b] }\n").await;
    let listed = "  c: { name: 组, owner: a, members: [b], moderation: moderator_list, moderators: [a] }\n";
    s.converge(listed).await;
    s.converge(&listed.replace("owner: a", "owner: b").replace("[a]", "[a, b]")).await;
    assert_eq!((s.owner("组").await.as_str(), s.listed("组", "moderators").await.as_str()), ("b", "a b"));
}

#[tokio::test]
async fn what_only_the_owner_can_do_is_said_and_not_sent() {
    let s = Stage::start().await;
    s.converge(GIVEN).await;
    for (declared, said) in [
        (GIVEN.replace("members", "managers: [c], members"), "managers: only the owner can change managers"),
        (GIVEN.replace("owner: a", "owner: bot"), "owner: a person owns the chat"),
    ] {
        let plan = s.plan(&declared).await;
        assert!(blocked(&plan).contains(said), "{}", blocked(&plan));
        assert_eq!(steps(&plan), [""; 0]);
    }
}

#[tokio::test]
async fn a_plain_member_changes_texts_while_everybody_may_and_nothing_else() {
    let s = Stage::start().await;
    s.apply("").await;
    let tenant = &s.world.tenant;
    let made = tenant
        .ok(
            "POST",
            "/open-apis/im/v1/chats?user_id_type=user_id",
            json!({ "name": "他们的", "owner_id": "c" }),
        )
        .await;
    let id = made["chat_id"].as_str().expect("id").to_owned();
    let import = format!("import:\n  chat.c: {id}\n");
    let chats = "  c: { name: 他们的, description: 新, membership_approval: approval_required }\n";
    let yaml = super::stage::with(chats, &import);
    let plan = s.world.plan(&yaml).await.expect("a plan");
    assert_eq!(steps(&plan), ["chat.c: settings"]);
    let body = plan.steps.iter().find_map(|step| step.draft.call.body.clone()).expect("a body");
    assert_eq!(body, json!({ "description": "新" }));
    assert!(
        blocked(&plan).contains("membership_approval: larkctl's bot neither owns nor manages"),
        "{}",
        blocked(&plan)
    );
}

#[tokio::test]
async fn names_of_public_chats_are_swapped_in_one_go() {
    let s = Stage::start().await;
    let two = |a: &str, b: &str| {
        format!("  a: {{ name: {a}, chat_type: public }}\n  b: {{ name: {b}, chat_type: public }}\n")
    };
    s.converge(&two("甲甲", "乙乙")).await;
    let first = s.id("甲甲").await;
    let made = s.converge(&two("乙乙", "甲甲")).await;
    assert_eq!(made.iter().filter(|step| step.ends_with("temporary name")).count(), 1, "{made:?}");
    assert_eq!(s.id("乙乙").await, first);
}

#[tokio::test]
async fn a_chat_that_is_declared_no_longer_is_let_go_unless_something_else_was_written() {
    let s = Stage::start().await;
    s.converge("  c: { name: 甲 }\n  d: { name: 乙, lifecycle: {on_remove: delete} }\n  e: { name: 丙, members: [a], lifecycle: {on_remove: deactivate} }\n").await;
    assert_eq!(s.converge("").await, ["chat.d: disband", "chat.e: leave"]);
    let left: Vec<_> = s.chats().await.iter().map(|row| row["name"].clone()).collect();
    assert_eq!(left, ["甲", "丙"]);
    assert!(s.chat("丙").await["owner"]["user"].is_u64(), "whoever was in first owns it");
    let document = s.world.store.load().expect("state").document;
    assert!(!document.things.keys().any(|address| address.kind() == "chat"));
}

#[tokio::test]
async fn members_of_a_departments_chat_are_never_managed() {
    let s = Stage::start().await;
    s.apply("").await;
    let yaml = super::stage::with("", "").replace(
        "ops: { name: 运维, parent: root }",
        "ops: { name: 运维, parent: root, group_chat: { state: enabled } }",
    );
    s.run(&yaml).await;
    let id = s.id("运维").await;
    let app = crate::support::APP;
    s.by_hand("运维", json!({ "add_bots": [app] })).await;
    let chats = format!("{yaml}chats:\n  c: {{ name: 运维, members: [a] }}\nimport:\n  chat.c: {id}\n");
    let said = match s.world.plan(&chats).await {
        Ok(plan) => panic!("{:?}", steps(&plan)),
        Err(problems) => crate::spine::run::told(&problems),
    };
    assert!(said.contains("the chat of department.ops"), "{said}");
}
