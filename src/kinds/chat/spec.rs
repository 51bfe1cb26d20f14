//! What may be written of a chat. Words of the API are kept, so that they can be looked up in its pages; `invite` is
//! the one attribute that stands for two.

use super::{announcement, avatar, menu, tabs, top_notice};
use crate::kinds::locales::LOCALES;
use crate::resource::{Attribute, Change, Format, KindInfo, Naming, Shape};

pub(super) const NAME: &str = "chat";

/// "Advised" on the pages of create and update; the client refuses more.
const LONGEST_NAME: usize = 60;
const LONGEST_DESCRIPTION: usize = 100;
/// `group/chat-member/create`, for verified tenants.
pub(super) const MOST_MEMBERS: usize = 5_000;
/// Fifteen bots, ours among them.
const MOST_BOTS: usize = 14;
/// Ten, and twenty in a super-large chat.
pub(super) const MOST_MANAGERS: usize = 20;

/// The bot that larkctl acts as, among [`BOT_MANAGERS`].
pub(super) const SELF: &str = "self";
/// The owner who is no person.
pub(super) const BOT: &str = "bot";

const APP: &str = "^cli_[0-9A-Za-z]+$";
const APP_OR_SELF: &str = "^(self|cli_[0-9A-Za-z]+)$";

const MODES: &[(&str, &str)] = &[
    ("group", "an ordinary chat"),
    ("topic", "made in the client only: it can be taken over, its members and managers managed, nothing else"),
];
const TYPES: &[(&str, &str)] = &[
    ("private", "people come in by invitation"),
    ("public", "people find it and join; its name is unique among public chats"),
];
const MESSAGES: &[(&str, &str)] =
    &[("chat", "messages follow each other"), ("thread", "messages are grouped into topics")];
const VISIBILITY: &[(&str, &str)] = &[
    ("only_owner", "the owner and the managers"),
    ("all_members", "everybody in the chat"),
    ("not_anyone", "nobody"),
];
const APPROVAL: &[(&str, &str)] = &[
    ("no_approval_required", "whoever is invited is in"),
    ("approval_required", "the owner or a manager lets them in"),
];
const WHO: &[(&str, &str)] =
    &[("only_owner", "the owner and the managers"), ("all_members", "everybody in the chat")];
const RESTRICTED: &[(&str, &str)] = &[("all_members", "everybody may"), ("not_anyone", "nobody may")];
const MODERATION: &[(&str, &str)] = &[
    ("all_members", "everybody in the chat"),
    ("only_owner", "the owner and the managers"),
    ("moderator_list", "the `moderators`, and the owner"),
];

const PERSON: Shape = Shape::Ref { kind: "user", also: &[BOT] };
const APP_ID: Shape = Shape::Text { min: 5, max: 64, format: Format::Pattern(APP, "an app's id: cli_…") };
const BOT_MANAGER: Shape = Shape::Text {
    min: 4,
    max: 64,
    format: Format::Pattern(APP_OR_SELF, "an app's id, cli_…, or `self` for larkctl's own bot"),
};

/// Parts of `restricted_mode_setting` beside `status`.
pub(super) const FORBIDS: [&str; 3] = [
    "screenshot_has_permission_setting",
    "download_has_permission_setting",
    "message_has_permission_setting",
];

const RESTRICTED_MODE: &[Attribute] = &[
    Attribute::new("status", Shape::Bool, "Whether the mode is on. It follows from the others and need not be written.")
        .example("true"),
    Attribute::new(FORBIDS[0], Shape::Choice(RESTRICTED), "Who may take screenshots and recordings.")
        .example("not_anyone"),
    Attribute::new(FORBIDS[1], Shape::Choice(RESTRICTED), "Who may download pictures, videos and files.")
        .example("not_anyone"),
    Attribute::new(FORBIDS[2], Shape::Choice(RESTRICTED), "Who may copy and forward messages.").example("not_anyone"),
];

const CHATS: &[&str] = &["im:chat", "im:chat:read", "im:chat:readonly"];
const PEOPLE: &[&str] =
    &["im:chat", "im:chat.members:read", "im:chat:readonly", "im:chat.group_info:readonly"];
const SPEAKERS: &[&str] = &["im:chat", "im:chat.moderation:read", "im:chat:readonly"];

const fn who(name: &'static str, about: &'static str) -> Attribute {
    Attribute::new(name, Shape::Choice(WHO), about).scopes(CHATS).example("only_owner")
}

pub(super) static INFO: KindInfo = KindInfo {
    name: NAME,
    plural: "chats",
    title: "Group chat",
    about: "A group chat, its settings and the people in it. Nothing of ours survives on the server, so which live \
            chat is meant is known from the state alone. A chat that exists is taken over with \
            `import: {chat.KEY: oc_…}`; without that line, it is the one live chat of exactly this name among those \
            that the app's bot is in, and where there are several nothing is done until you say which. A chat that \
            the bot is not in, or was removed from, cannot be read: the plan says so, and neither changes it nor \
            makes another one; let the bot in again, or take the address out of the state. A chat that was disbanded \
            is made anew, empty, with another id.\n\n\
            A chat is made by the bot, which owns it; as long as it does, everything can be changed. Given to a \
            person with `owner`, which is always the last step, it cannot come back: from then on `managers` can be \
            changed by that person only, `moderation` and the owner only while the app holds \
            im:chat:operate_as_owner and made the chat; larkctl's bot becomes a manager so that the rest can still \
            be managed. Bots are in no list of members: of `bots` larkctl knows those that it let in, and notices \
            that one is gone by the number of bots. Texts cannot be cleared, pictures not taken away. People who \
            have not joined the company yet cannot be members; they wait and are added once they have.\n\n\
            Taking a chat out of the YAML leaves it as it is. With `lifecycle: {on_remove: deactivate}` the bot \
            leaves it, with `on_remove: delete` it is disbanded, with all its messages and for ever. Chats of \
            departments are filled by the directory and their members are never managed; external chats are not \
            written to.",
    naming: Naming::RecordedOnly,
    attributes: &[
        Attribute::new("name", Shape::text(LONGEST_NAME), "At most 60 characters; a public chat's has 2 at least.")
            .required()
            .scopes(CHATS)
            .example("发布列车"),
        Attribute::new(
            "description",
            Shape::Text { min: 1, max: LONGEST_DESCRIPTION, format: Format::Long },
            "At most 100 characters. It can be changed, not cleared.",
        )
        .scopes(CHATS)
        .example("每周发布协调"),
        Attribute::new(
            "i18n_names",
            Shape::Keyed { keys: LOCALES, of: &Shape::text(LONGEST_NAME) },
            "The name in other languages. A language that is there cannot be taken away.",
        )
        .scopes(CHATS)
        .example("{ en_us: Release train }"),
        Attribute::new("chat_mode", Shape::Choice(MODES), "What sort of chat it is. It never changes.")
            .change(Change::CreateOnly)
            .scopes(CHATS)
            .example("group"),
        Attribute::new("chat_type", Shape::Choice(TYPES), "Whether people can find it and come in by themselves.")
            .scopes(CHATS)
            .example("private"),
        Attribute::new("group_message_type", Shape::Choice(MESSAGES), "How messages are shown.")
            .scopes(CHATS)
            .example("thread"),
        Attribute::new(
            "owner",
            PERSON,
            "The owner: a person of the company, or `bot`. Giving a chat to a person is the last thing that a plan \
             does with it and cannot be taken back.",
        )
        .scopes(CHATS)
        .example("zhang.san"),
        Attribute::new(
            "members",
            Shape::People { max: MOST_MEMBERS },
            "The people in it. A plain list is exact: whoever else is in is removed. The owner and the managers are \
             members without being written, and are never removed. Bots are no members in this sense.",
        )
        .scopes(PEOPLE)
        .example("{ departments: [platform], except: [li.si] }"),
        Attribute::new(
            "bots",
            Shape::Set { of: &APP_ID, max: MOST_BOTS, partial: true },
            "Other apps whose bots are in it. One that is taken out of the list is taken out of the chat; bots that \
             others let in cannot be seen and stay.",
        )
        .scopes(CHATS)
        .example("[cli_a10fbf7e94b8d01d]"),
        Attribute::new(
            "managers",
            Shape::People { max: MOST_MANAGERS },
            "People who manage it besides the owner: ten together with the bots, twenty in a super-large chat. Only \
             the owner can change this, so larkctl can while its bot is the owner.",
        )
        .scopes(CHATS)
        .example("[zhang.san]"),
        Attribute::new(
            "bot_managers",
            Shape::Set { of: &BOT_MANAGER, max: 10, partial: true },
            "Apps whose bots manage it. Without `self` in it, larkctl could do hardly anything any more once the \
             chat belongs to a person.",
        )
        .scopes(CHATS)
        .example("[self]"),
        Attribute::new("moderation", Shape::Choice(MODERATION), "Who may post.").scopes(CHATS).example("only_owner"),
        Attribute::new(
            "moderators",
            Shape::People { max: MOST_MEMBERS },
            "Who may post with `moderation: moderator_list`. The owner always may.",
        )
        .scopes(SPEAKERS)
        .example("[zhang.san]"),
        who(
            "invite",
            "Who may add people and bots, and share the chat's card: add_member_permission and \
             share_card_permission, which have to agree.",
        ),
        who("at_all_permission", "Who may mention everybody."),
        who("edit_permission", "Who may edit name, picture, description and announcement."),
        Attribute::new("membership_approval", Shape::Choice(APPROVAL), "Whether coming in needs approval.")
            .scopes(CHATS)
            .example("approval_required"),
        Attribute::new("join_message_visibility", Shape::Choice(VISIBILITY), "Who sees that somebody came in.")
            .scopes(CHATS)
            .example("not_anyone"),
        Attribute::new("leave_message_visibility", Shape::Choice(VISIBILITY), "Who sees that somebody left.")
            .scopes(CHATS)
            .example("not_anyone"),
        who("urgent_setting", "Who may send urgent messages (buzz)."),
        who("video_conference_setting", "Who may start a video meeting from it."),
        who(
            "hide_member_count_setting",
            "Who sees how many members there are. Hiding it is a right that the tenant must have.",
        ),
        Attribute::new(
            "restricted_mode_setting",
            Shape::Object(RESTRICTED_MODE),
            "What nobody may do with what is posted. The mode is on exactly when it forbids something; it needs the \
             flagship edition.",
        )
        .scopes(CHATS)
        .example("{ screenshot_has_permission_setting: not_anyone }"),
        avatar::ATTRIBUTE,
        announcement::ATTRIBUTE,
        tabs::ATTRIBUTE,
        menu::ATTRIBUTE,
        top_notice::ATTRIBUTE,
    ],
    tree: None,
    example: "version: 1
departments:
  platform:
    name: 平台部
    parent: root
users:
  zhang.san:
    name: 张三
    mobile: \"+8613011111111\"
    departments: [platform]
    employee_type: regular
  li.si:
    name: 李四
    mobile: \"+8613011111112\"
    departments: [platform]
    employee_type: regular
chats:
  release-train:
    name: 发布列车
    i18n_names: { en_us: Release train }
    description: 每周发布协调
    members: { users: [zhang.san], departments: [platform] }
    invite: only_owner
    join_message_visibility: not_anyone
    announcement: |
      # 发布纪律

      1. 周四 **封板**，周五不发布
      2. 回滚先于排查，见[手册](https://example.com/rollback)

      - [ ] 值班表更新
    top_notice: announcement
    tabs:
      - { name: 看板, url: https://example.com/board }
    menu:
      - { name: 发布单, link: https://example.com/release }
      - name: 链接
        children:
          - { name: CI, link: https://example.com/ci }
  announcements:
    name: 公司公告
    members: { departments: [platform] }
    managers: [zhang.san]
    moderation: moderator_list
    moderators: [li.si]
    lifecycle: { prevent_destroy: true }
  oncall:
    name: SRE 值班
    owner: zhang.san
    members: { at_least: [li.si] }
",
    lookups: &[("chat_id", "by its id"), ("name", "by its name, among the chats that the bot is in")],
    key: None,
    observe_after: &[],
};
