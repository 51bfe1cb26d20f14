//! Who is in, who manages, who may post: what changes is what was declared, and nobody else is touched.

use serde_json::json;

use super::stage::{Stage, manifest, steps};

#[tokio::test]
async fn an_exact_list_swaps_people_and_at_least_only_adds() {
    let s = Stage::start().await;
    s.converge("  c: { name: 组, members: [a, b] }\n").await;
    let steps = s.converge("  c: { name: 组, members: [b, c] }\n").await;
    assert_eq!(steps, ["chat.c: add 1 member", "chat.c: remove 1 member"]);
    assert_eq!(s.members("组").await, "b c");
    s.converge("  c: { name: 组, members: { at_least: [d] } }\n").await;
    assert_eq!(s.members("组").await, "b c d");
    assert_eq!(s.converge("  c: { name: 组 }\n").await, [""; 0], "not written, not managed");
    s.converge("  c: { name: 组, members: [] }\n").await;
    assert_eq!(s.members("组").await, "");
}

#[tokio::test]
async fn rules_name_people_by_departments_groups_and_conditions() {
    let s = Stage::start().await;
    let groups = "user_groups:\n  g: { name: 群组, members: [d, e] }\n";
    let chats = "  c: { name: 组, members: { departments: [ops], user_groups: [g], where: 'user.name == \"员工f\"', except: [b] } }\n";
    let yaml = super::stage::with(chats, groups);
    let (_, outcome) = s.run(&yaml).await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert_eq!(s.members("组").await, "a c d e f");
    let plan = s.world.plan(&yaml).await.expect("a plan");
    assert!(plan.is_empty(), "{plan:#?}");
}

#[tokio::test]
async fn people_come_and_go_by_fifty() {
    let s = Stage::start().await;
    let person = |n: usize| {
        format!(
            "  u{n:03}: {{ name: 某{n}, mobile: \"+86139{n:08}\", departments: [root], employee_type: regular }}\n"
        )
    };
    let yaml = |who: std::ops::Range<usize>| {
        let all: Vec<String> = who.map(|n| format!("u{n:03}")).collect();
        let users: String = (0..130).map(person).collect();
        format!("version: 1\nusers:\n{users}chats:\n  c: {{ name: 组, members: [{}] }}\n", all.join(", "))
    };
    let (plan, outcome) = s.run(&yaml(0..120)).await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert_eq!(steps(&plan).len(), 1 + 3, "{:?}", steps(&plan));
    let (plan, outcome) = s.run(&yaml(60..130)).await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    let expected = [
        "chat.c: add 10 members",
        "chat.c: remove 50 members (1 of 2)",
        "chat.c: remove 10 members (2 of 2)",
    ];
    assert_eq!(steps(&plan), expected);
    assert_eq!(s.members("组").await.split(' ').count(), 70);
    // A page is a hundred places, of which the bot takes one: whoever is in is read all the same.
    let (plan, _) = s.run(&yaml(0..130)).await;
    assert_eq!(steps(&plan).len(), 2);
    assert!(s.world.plan(&yaml(0..130)).await.expect("a plan").is_empty());
}

#[tokio::test]
async fn whoever_has_not_joined_waits_and_keeps_nobody_else_out() {
    let s = Stage { world: crate::spine::run::World::start(crate::support::options()).await };
    s.world.tenant.joined("old", "0").await;
    let yaml = manifest("  c: { name: 组, members: { users: [a, {user_id: old}] }, managers: [a] }\n");
    let (_, outcome) = s.run(&yaml).await;
    assert!(outcome.failed.is_empty() && outcome.unknown.is_empty(), "{outcome:#?}");
    assert_eq!(s.members("组").await, "old");
    // Said as what it is, not sent again, and no change.
    let plan = s.world.plan(&yaml).await.expect("a plan");
    let chat = plan.changes.iter().find(|c| c.address.to_string() == "chat.c").expect("chat");
    let said: Vec<&str> = chat.pending.iter().map(|p| p.reason.as_str()).collect();
    assert!(!said.is_empty() && said.iter().all(|s| s.contains("user.a has not accepted")), "{said:?}");
    assert!(steps(&plan).is_empty() && plan.is_empty(), "{:?}", steps(&plan));
    s.world.tenant.act(json!({ "action": "join", "user": "a" })).await;
    s.run(&yaml).await;
    assert_eq!((s.members("组").await.as_str(), s.listed("组", "managers").await.as_str()), ("a old", "a"));
    assert!(s.world.plan(&yaml).await.expect("a plan").is_empty());
}

#[tokio::test]
async fn ids_that_are_left_over_are_failures_and_not_successes() {
    let s = Stage::start().await;
    s.apply("  c: { name: 组, members: [a] }\n").await;
    // Somebody who resigns between plan and apply.
    let yaml = manifest("  c: { name: 组, members: [a, b, c] }\n");
    let (_, outcome) = s
        .world
        .apply_amid(&yaml, async |event| {
            if event.is_none() {
                s.world.tenant.act(json!({ "action": "freeze", "user": "b", "frozen": true })).await;
            }
        })
        .await
        .expect("a plan");
    let [failed] = &outcome.failed[..] else { panic!("{outcome:#?}") };
    assert!(failed.trouble.cause.contains("b: cannot be in a chat"), "{failed:#?}");
    assert_eq!(s.members("组").await, "a c", "the others are in");
}

#[tokio::test]
async fn managers_and_speakers_are_members_without_being_written() {
    let s = Stage::start().await;
    s.converge(
        "  c: { name: 组, members: [a], managers: [b], moderation: moderator_list, moderators: [c] }\n",
    )
    .await;
    assert_eq!(s.members("组").await, "a b c");
    s.converge(
        "  c: { name: 组, members: [a], managers: [d], moderation: moderator_list, moderators: [a, d] }\n",
    )
    .await;
    assert_eq!(s.listed("组", "moderators").await, "a d");
    assert_eq!((s.members("组").await.as_str(), s.listed("组", "managers").await.as_str()), ("a d", "d"));
    s.converge("  c: { name: 组, members: [a], managers: [], moderation: only_owner }\n").await;
    let row = s.chat("组").await;
    assert_eq!((s.members("组").await.as_str(), &row["moderation"]), ("a", &json!("only_owner")));
}

#[tokio::test]
async fn bots_that_were_let_in_are_taken_out_again_and_missed_when_gone() {
    let s = Stage::start().await;
    for app in ["cli_1", "cli_2"] {
        s.world.tenant.act(json!({ "action": "app", "app_id": app, "set": { "secret": "s" } })).await;
    }
    let bots = async |s: &Stage| {
        let row = s.chat("组").await;
        let all = row["bots"].as_array().expect("bots").iter();
        all.filter_map(|b| b["app_id"].as_str().map(str::to_owned))
            .filter(|id| id != "cli_sandbox")
            .collect::<Vec<_>>()
    };
    s.converge("  c: { name: 组, bots: [cli_1] }\n").await;
    assert_eq!(bots(&s).await, ["cli_1"]);
    s.converge("  c: { name: 组, bots: [cli_2] }\n").await;
    assert_eq!(bots(&s).await, ["cli_2"]);
    s.by_hand("组", json!({ "remove_bots": ["cli_2"] })).await;
    let steps = s.converge("  c: { name: 组, bots: [cli_2] }\n").await;
    assert_eq!(steps, ["chat.c: add 1 bot"], "no list shows bots, but their number is one short");
}

#[tokio::test]
async fn changes_by_hand_are_drift_and_are_taken_back() {
    let s = Stage::start().await;
    let chats = "  c: { name: 组, description: 说明, members: [a, b], invite: only_owner }\n";
    s.converge(chats).await;
    let hand = json!({ "description": "别的", "add": ["c"], "settings": { "share_card_permission": "allowed", "add_member_permission": "all_members" } });
    s.by_hand("组", hand).await;
    let plan = s.plan(chats).await;
    let chat = plan.changes.iter().find(|c| c.address.to_string() == "chat.c").expect("chat");
    let drifted: Vec<&str> = chat.drift.iter().map(|d| d.name.as_str()).collect();
    assert_eq!(drifted, ["description", "members", "invite"]);
    assert_eq!(s.converge(chats).await, ["chat.c: remove 1 member", "chat.c: settings"]);
    assert_eq!(s.members("组").await, "a b");
}
