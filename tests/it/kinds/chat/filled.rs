//! A chat is made bare and then filled, and what is in force afterwards is what was declared, to the last field.

use serde_json::json;

use super::stage::Stage;

/// Every attribute, none at its default.
const EVERYTHING: &str = r#"
  all:
    name: 发布列车
    description: 每周发布协调
    i18n_names: { zh_cn: 发布列车, en_us: Release train, ja_jp: リリース }
    chat_mode: group
    chat_type: public
    group_message_type: thread
    owner: bot
    members: { users: [a, b], departments: [ops], except: [c] }
    managers: [a]
    bot_managers: []
    bots: []
    moderation: moderator_list
    moderators: [b]
    invite: only_owner
    at_all_permission: only_owner
    edit_permission: only_owner
    membership_approval: approval_required
    join_message_visibility: not_anyone
    leave_message_visibility: only_owner
    urgent_setting: only_owner
    video_conference_setting: only_owner
    hide_member_count_setting: only_owner
    restricted_mode_setting: { screenshot_has_permission_setting: not_anyone }
"#;

#[tokio::test]
async fn every_attribute_is_brought_about_and_the_next_plan_is_empty() {
    let s = Stage::start().await;
    let steps = s.converge(EVERYTHING).await;
    assert_eq!(
        steps,
        [
            "chat.all: create",
            "chat.all: permissions",
            "chat.all: add 2 new members",
            "chat.all: appoint 1 manager",
            "chat.all: who may post",
        ]
    );
    let row = s.chat("发布列车").await;
    assert_eq!(row["description"], "每周发布协调");
    assert_eq!(
        row["i18n_names"],
        json!({ "zh_cn": "发布列车", "en_us": "Release train", "ja_jp": "リリース" })
    );
    let settings = json!({
        "chat_type": "public",
        "group_message_type": "thread",
        "join_message_visibility": "not_anyone",
        "leave_message_visibility": "only_owner",
        "membership_approval": "approval_required",
        "edit_permission": "only_owner",
        "add_member_permission": "only_owner",
        "share_card_permission": "not_allowed",
        "at_all_permission": "only_owner",
        "urgent_setting": "only_owner",
        "video_conference_setting": "only_owner",
        "hide_member_count_setting": "only_owner",
    });
    assert_eq!(row["settings"], settings);
    assert_eq!(row["restricted"]["screenshot"], true);
    assert_eq!((s.members("发布列车").await.as_str(), s.owner("发布列车").await.as_str()), ("a b", "bot"));
    assert_eq!(
        (s.listed("发布列车", "managers").await.as_str(), &row["moderation"]),
        ("a", &json!("moderator_list"))
    );
    assert_eq!(s.listed("发布列车", "moderators").await, "b");
}

#[tokio::test]
async fn with_the_servers_defaults_written_out_nothing_is_left_to_do() {
    let s = Stage::start().await;
    let chats = r#"
  plain:
    name: 平常
    chat_mode: group
    chat_type: private
    group_message_type: chat
    owner: bot
    members: []
    managers: []
    bot_managers: []
    bots: []
    moderation: all_members
    invite: all_members
    at_all_permission: all_members
    edit_permission: all_members
    membership_approval: no_approval_required
    join_message_visibility: all_members
    leave_message_visibility: all_members
    urgent_setting: all_members
    video_conference_setting: all_members
    hide_member_count_setting: all_members
    restricted_mode_setting: { status: false }
"#;
    s.converge("  plain: { name: 平常 }\n").await;
    // What was made with nothing but a name has all of these already.
    let plan = s.plan(chats).await;
    assert!(plan.is_empty() && plan.blocked.is_empty(), "{plan:#?}");
}
