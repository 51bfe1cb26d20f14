//! What may be written of a public mailbox.

use crate::kinds::mail::{ALIASES, EMAIL, MAILBOX, MOST_ALIASES};
use crate::resource::{Attribute, Change, Format, KindInfo, Naming, Shape};

pub(super) const GEO: &str = "geo";
pub(super) const GEO_SCOPE: &str = "mail:public_mailbox.public_mailbox_geo";
pub(super) const ON_DELETE: &str = "on_delete";
pub(super) const MAIL_TO: &str = "mail_to";
pub(super) const DISCARD: &str = "discard_mail";

/// The help centre's figure; the API's pages have none.
pub(super) const MOST_MEMBERS: usize = 400;

static ADDRESS: Shape = Shape::Text { min: 3, max: 254, format: Format::Email };

pub(super) static INFO: KindInfo = KindInfo {
    name: MAILBOX,
    plural: "public_mailboxes",
    title: "Public mailbox",
    about: "An address with a store of mail that several people read. A mailbox that exists is found by its address, \
            and by its id once it was applied. All addresses of the tenant are one namespace: people, mail groups, \
            public mailboxes and their aliases may swap addresses in one plan, which takes an address in between. A \
            mailbox that changes its address keeps the old one as an alias, as far as is known: with an exact \
            `aliases` that does not name it, it is removed. A mailbox that leaves the YAML goes into the recycle bin, \
            and `on_delete` must have been applied before: it says who receives its mail, since the platform deletes \
            all of it otherwise. The bin keeps its addresses taken. If something else takes one in the same plan, \
            the mailbox gets another first; later only an administrator can free it. Nothing is ever deleted from \
            the bin by larkctl. Recycling is limited to 20 a minute. Members are people; departments and user groups \
            are followed by a rule when it is planned, four hundred people at most. How many mailboxes there may be \
            depends on the edition. Mail clients, automatic replies and rules are not in the API. The app needs the \
            scope mail:public_mailbox and a mail data range that covers the mailboxes.",
    naming: Naming::Attribute(EMAIL),
    attributes: &[
        Attribute::new(EMAIL, Shape::Text { min: 3, max: 254, format: Format::Email }, "The main address, at a domain of the tenant.")
            .required()
            .example("help@example.com"),
        // No page says how long; the tenant's word counts.
        Attribute::new("name", Shape::text(100), "What people see as the sender's name.").required().example("服务台"),
        Attribute::new(
            GEO,
            Shape::text(20),
            "Where its mail is kept, in a tenant with several regions. It can never change.",
        )
        .change(Change::CreateOnly)
        .scopes(&[GEO_SCOPE])
        .example("cn"),
        Attribute::new(
            "members",
            Shape::People { max: MOST_MEMBERS },
            "People who read and write its mail; each needs a mailbox of their own. A plain list is exact: whoever \
             else is in is removed.",
        )
        .example("[zhang.san]"),
        Attribute::new(
            ALIASES,
            Shape::Set { of: &ADDRESS, max: MOST_ALIASES, partial: true },
            "Further addresses of the mailbox.",
        )
        .example("[support@example.com]"),
        Attribute::new(
            ON_DELETE,
            Shape::Object(&[
                Attribute::new(
                    MAIL_TO,
                    Shape::Text { min: 3, max: 254, format: Format::Email },
                    "The main address of a person or of another public mailbox, which receives all mail.",
                )
                .example("archive@example.com"),
                Attribute::new(DISCARD, Shape::Bool, "`true`: nobody receives the mail, and it is deleted.")
                    .example("false"),
            ]),
            "What becomes of its mail when the mailbox is removed. It is remembered: apply it before you take the \
             mailbox out of the YAML. Without it the removal is refused.",
        )
        .clear()
        .local()
        .example("{ mail_to: archive@example.com }"),
    ],
    tree: None,
    example: "version: 1
users:
  zhang.san:
    name: 张三
    mobile: \"+8613011111111\"
    enterprise_email: zhang.san@example.com
    departments: [root]
    employee_type: regular
public_mailboxes:
  helpdesk:
    email: help@example.com
    name: 服务台
    members: [zhang.san]
    aliases: [support@example.com]
    on_delete: { mail_to: archive@example.com }
  archive:
    email: archive@example.com
    name: 存档
    members: { at_least: [zhang.san] }
    lifecycle: { prevent_destroy: true }
",
    lookups: &[("email", "by its main address"), ("public_mailbox_id", "by its id")],
    key: None,
    observe_after: &[],
};
