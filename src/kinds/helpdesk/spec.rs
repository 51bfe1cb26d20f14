//! What may be written of a helpdesk.

use crate::kinds::desk::VARIABLE;
use crate::resource::{Attribute, Format, KindInfo, Naming, Shape};

pub(super) const NAME: &str = "helpdesk";
pub(super) const HELPDESK_ID: &str = "helpdesk_id";
pub(super) const EVENTS: &str = "events";

/// What is left out on purpose.
pub(super) const UNSUPPORTED: &[(&str, &str)] = &[
    ("name", "the API shows and changes nothing of a helpdesk's own settings: they are the admin page's"),
    ("token", "a token is a secret and never stands in a manifest: write the name of the variable, `token_variable:`"),
    ("operator", "whoever ran `larkctl login` acts for all helpdesks"),
    ("agents", "the API adds no agents as such: a schedule makes somebody one"),
    ("administrators", "the API neither shows nor changes who administers a helpdesk"),
    ("owner", "the API neither shows nor changes who owns a helpdesk"),
];

/// The events that a desk has, in short and as the API splits them: type and subtype.
pub(super) const KNOWN_EVENTS: [(&str, &str, &str); 4] = [
    ("ticket.created", "helpdesk.ticket", "ticket.created_v1"),
    ("ticket.updated", "helpdesk.ticket", "ticket.updated_v1"),
    ("ticket_message.created", "helpdesk.ticket_message", "ticket_message.created_v1"),
    ("notification.approve", "helpdesk.notification", "notification.approve_v1"),
];

static EVENT: Shape = Shape::Choice(&[
    ("ticket.created", "somebody opened a ticket"),
    ("ticket.updated", "a ticket changed; what its own fields hold is not told"),
    ("ticket_message.created", "somebody wrote in a ticket"),
    ("notification.approve", "a notification was approved or not"),
]);

pub(super) static INFO: KindInfo = KindInfo {
    name: NAME,
    plural: "helpdesks",
    title: "Helpdesk",
    about: "A helpdesk that people made in the client, and what stands in it: categories, FAQs, ticket fields, skills, \
            schedules. The API cannot make, find, rename or delete one, so it is declared by its id and never \
            created; when it leaves the manifest it is forgotten and stays as it is. Each has a token of its own, \
            which its owner finds in its admin page and puts into an environment variable; the manifest holds the \
            variable's name alone. With `--sandbox` the variable is not needed. Reading takes the app and that token; \
            writing takes a person besides (`larkctl login`), who must be an administrator or the owner of the desk, \
            for categories and FAQs at least an agent. Only self-built apps work, in the helpdesk's own tenant. \
            `events` can be written and never read: what is compared is what was last applied, and where nothing is \
            remembered the others of the four are unsubscribed too. The app must be set to receive them as well.",
    naming: Naming::Attribute(HELPDESK_ID),
    attributes: &[
        Attribute::new(
            HELPDESK_ID,
            Shape::Text {
                min: 1,
                max: 32,
                format: Format::Pattern(r"^[0-9]+$", "the digits of the id, in quotes: a number would lose some"),
            },
            "The id, as the helpdesk's admin page shows it. It cannot change: another desk is another key.",
        )
        .required()
        .example("6939771743531696147"),
        Attribute::new(
            VARIABLE,
            Shape::Text {
                min: 1,
                max: 128,
                format: Format::Pattern(
                    r"^[A-Za-z_][A-Za-z0-9_]*$",
                    "the name of an environment variable: letters, digits and `_`; never the token itself",
                ),
            },
            "The name of the environment variable that holds the helpdesk's token. Not the token.",
        )
        .required()
        .local()
        .example("LARK_HELPDESK_IT_TOKEN"),
        Attribute::new(
            EVENTS,
            Shape::Set { of: &EVENT, max: 4, partial: false },
            "What the app hears of. Left out: whatever is subscribed stays so.",
        )
        .write_only()
        .example("[ticket.created]"),
    ],
    tree: None,
    example: "version: 1\nhelpdesks:\n  it:\n    helpdesk_id: \"6939771743531696147\"\n    token_variable: LARK_HELPDESK_IT_TOKEN\n    events: [ticket.created, ticket.updated]\n",
    lookups: &[(HELPDESK_ID, "the id")],
    key: None,
    observe_after: &[],
};
