//! What may be written of a mail group.

use crate::kinds::mail::{ALIASES, EMAIL, GROUP, MAILBOX, MOST_ALIASES};
use crate::resource::{Attribute, Format, KindInfo, Naming, Shape};

pub(super) const WHO: &str = "who_can_send";
pub(super) const EXTERNAL: &str = "external_members";
pub(super) const OTHERS: &str = "other_members";
pub(super) const GROUPS_IN: &str = "member_groups";

/// That there is a limit is said (1234030), not which; more than any list has.
const MOST: usize = 100_000;

/// The words of the YAML and of the API.
pub(super) const SENDERS: &[(&str, &str)] = &[
    ("anyone", "ANYONE"),
    ("company", "ALL_INTERNAL_USERS"),
    ("members", "ALL_GROUP_MEMBERS"),
    ("senders", "CUSTOM_MEMBERS"),
];
/// Only those in `senders` and the attributes beside it.
pub(super) const LISTED: &str = "senders";

static ADDRESS: Shape = Shape::Text { min: 3, max: 254, format: Format::Email };
static DEPARTMENT: Shape = Shape::Ref { kind: "department", also: &[] };
static DEPARTMENT_OR_ROOT: Shape = Shape::Ref { kind: "department", also: &["root"] };
static MAIL_GROUP: Shape = Shape::Ref { kind: GROUP, also: &[] };
static PUBLIC_MAILBOX: Shape = Shape::Ref { kind: MAILBOX, also: &[] };

const fn set(of: &'static Shape) -> Shape {
    Shape::Set { of, max: MOST, partial: true }
}

pub(super) static INFO: KindInfo = KindInfo {
    name: GROUP,
    plural: "mail_groups",
    title: "Mail group",
    about: "An address that forwards mail to people, departments, other groups and strangers. A group that exists is \
            found by its address, and by its id once it was applied, so that a new address is a change and no new \
            group. All addresses of the tenant are one namespace: people, mail groups, public mailboxes and their \
            aliases may swap addresses in one plan, which takes an address in between; what was deleted may hold its \
            address in the recycle bin. A group that changes its address keeps the old one as an alias, as far as is \
            known: with an exact `aliases` that does not name it, it is removed. Each sort of member has an attribute \
            of its own, and what is not written is left alone. People need a company mailbox to be members. \
            A group that leaves the YAML is deleted; it holds no mail itself. How many groups, members and aliases \
            there may be, and how long names, is not published: what is refused is said by the tenant. The console's \
            send-as list and moderation are not in the API. The app needs the scope mail:mailgroup and a mail data \
            range that covers the groups.",
    naming: Naming::Attribute(EMAIL),
    attributes: &[
        Attribute::new(EMAIL, Shape::Text { min: 3, max: 254, format: Format::Email }, "The main address, at a domain of the tenant.")
            .required()
            .example("eng-all@example.com"),
        // No page says how long; the tenant's word counts.
        Attribute::new("name", Shape::text(100), "What people see as the sender's name.").required().example("研发全员"),
        Attribute::new(
            "description",
            Shape::Text { min: 1, max: 500, format: Format::Long },
            "What the group is for. `null` clears it, by a call that writes address, name and senders anew with it.",
        )
        .clear()
        .example("研发中心的通知"),
        Attribute::new(
            WHO,
            Shape::Choice(&[
                ("anyone", "whoever knows the address, strangers too"),
                ("company", "everybody in the company"),
                ("members", "the members of the group"),
                ("senders", "those in `senders`, `sender_departments`, `sender_groups` and `sender_mailboxes`"),
            ]),
            "Who may send to the group.",
        )
        .example("company"),
        Attribute::new(
            "members",
            Shape::People { max: MOST },
            "People who are members one by one: a list, or a rule about them. A plain list is exact: whoever else is \
             in one by one is removed. A rule is followed when it is planned; departments that the platform shall \
             keep up to date belong into `member_departments`.",
        )
        .example("[zhang.san, li.si]"),
        Attribute::new(
            "member_departments",
            set(&DEPARTMENT_OR_ROOT),
            "Departments that are members as such: the platform follows who joins and leaves them. `root` is the whole \
             company.",
        )
        .example("[engineering]"),
        Attribute::new(GROUPS_IN, set(&MAIL_GROUP), "Other mail groups. No group may lead back to itself.")
            .example("[sre]"),
        Attribute::new("member_mailboxes", set(&PUBLIC_MAILBOX), "Public mailboxes.").example("[helpdesk]"),
        Attribute::new(EXTERNAL, set(&ADDRESS), "Addresses outside of the company.")
            .sensitive()
            .example("[partner@example.org]"),
        Attribute::new(
            OTHERS,
            set(&ADDRESS),
            "Other addresses of the company, which the API calls other members without saying what they are. Left \
             alone unless they are written.",
        )
        .sensitive()
        .example("[old-list@example.com]"),
        Attribute::new(
            "managers",
            Shape::People { max: MOST },
            "People who may administer the group in the mail client.",
        )
        .example("[zhang.san]"),
        Attribute::new(
            LISTED,
            Shape::People { max: MOST },
            "People who may send to the group, with `who_can_send: senders`.",
        )
        .example("[zhang.san]"),
        Attribute::new("sender_departments", set(&DEPARTMENT), "Departments whose people may send to the group.")
            .example("[engineering]"),
        Attribute::new("sender_groups", set(&MAIL_GROUP), "Mail groups whose members may send to the group.")
            .example("[sre]"),
        Attribute::new("sender_mailboxes", set(&PUBLIC_MAILBOX), "Public mailboxes that may send to the group.")
            .example("[helpdesk]"),
        Attribute::new(
            ALIASES,
            Shape::Set { of: &ADDRESS, max: MOST_ALIASES, partial: true },
            "Further addresses of the group.",
        )
        .example("[engineering@example.com]"),
    ],
    tree: None,
    example: "version: 1
departments:
  engineering:
    name: 研发中心
    parent: root
users:
  zhang.san:
    name: 张三
    mobile: \"+8613011111111\"
    enterprise_email: zhang.san@example.com
    departments: [engineering]
    employee_type: regular
mail_groups:
  eng-all:
    email: eng-all@example.com
    name: 研发全员
    description: 研发中心的通知
    who_can_send: senders
    member_departments: [engineering]
    member_groups: [sre]
    external_members: [partner@example.org]
    senders: [zhang.san]
    managers: [zhang.san]
    aliases: [engineering@example.com]
  sre:
    email: sre@example.com
    name: SRE
    who_can_send: company
    members: { at_least: [zhang.san] }
",
    lookups: &[("email", "by its main address"), ("mailgroup_id", "by its id")],
    key: None,
    observe_after: &[MAILBOX],
};
