//! What may be written of a calendar.

use crate::resource::{Attribute, KindInfo, Naming, Shape};

pub(super) const NAME: &str = "calendar";

/// Neither a page nor a figure says how long an access list may be.
const MOST_PEOPLE: usize = 100_000;

/// Attribute and role on the wire, the least first.
pub(super) const ROLES: [(&str, &str); 4] = [
    ("free_busy_readers", "free_busy_reader"),
    ("readers", "reader"),
    ("writers", "writer"),
    ("owners", "owner"),
];

/// Attributes that go into the body of a creation or change, with their names there.
pub(super) const SENT: [(&str, &str); 3] =
    [("name", "summary"), ("description", "description"), ("visibility", "permissions")];

/// What is left out on purpose.
pub(super) const UNSUPPORTED: &[(&str, &str)] = &[
    ("color", "a calendar's colour is seen by whoever set it and by nobody else: the app would paint its own view alone"),
    ("colour", "a calendar's colour is seen by whoever set it and by nobody else: the app would paint its own view alone"),
    ("subscribers", "nobody can be subscribed by the API: people subscribe to a public calendar, or are given a role on it"),
    ("time_off", "leave can be written and never be read back, so that it cannot be kept as it should be"),
];

pub(super) static INFO: KindInfo = KindInfo {
    name: NAME,
    plural: "calendars",
    title: "Calendar",
    about: "A shared calendar that belongs to the app: public holidays, company days, meetings of everybody. The app \
            needs the bot capability, makes the calendar, and stays its owner, always; it does not show in the lists \
            below. A calendar that somebody else made can be taken over with `import:` once the app is one of its \
            owners. Nobody can be subscribed by the API: let people subscribe to a public calendar, or give them a \
            role, which takes one call a person. A role is changed by giving the new one. What is not declared in a \
            list stays as it is. The app marks its calendars in a place that it alone sees, so that they are found \
            again when the state is lost: two manifests of one app need different keys. Primary calendars, those of rooms and those of other services are never \
            touched; nor are leave, colours and Exchange, which the API does not show or only to people who log in.",
    naming: Naming::RecordedOnly,
    attributes: &[
        Attribute::new("name", Shape::text(255), "The title. It can be changed, not cleared.")
            .required()
            .example("公司假期"),
        Attribute::new("description", Shape::text(255), "What it is for.").clear().example("法定节假日与公司假期"),
        Attribute::new(
            "visibility",
            Shape::Choice(&[
                ("private", "only for people with a role"),
                ("show_only_free_busy", "others see when something is on, not what; the default"),
                ("public", "everybody may subscribe and read"),
            ]),
            "What people without a role see.",
        )
        .example("public"),
        Attribute::new(
            "owners",
            Shape::People { max: MOST_PEOPLE },
            "Who manages the calendar, beside the app.",
        )
        .example("[zhang.san]"),
        Attribute::new(
            "writers",
            Shape::People { max: MOST_PEOPLE },
            "Who makes and changes events.",
        ),
        Attribute::new("readers", Shape::People { max: MOST_PEOPLE }, "Who reads all but private events."),
        Attribute::new(
            "free_busy_readers",
            Shape::People { max: MOST_PEOPLE },
            "Who sees when something is on, where others do not.",
        ),
    ],
    tree: None,
    example: "version: 1
users:
  zhang.san:
    name: 张三
    mobile: \"+8613011111111\"
    departments: [root]
    employee_type: regular
calendars:
  holidays:
    name: 公司假期
    description: 法定节假日与公司假期
    visibility: public
    owners: [zhang.san]
    lifecycle: { prevent_destroy: true }
    events:
      national-day:
        title: 国庆节
        all_day: { from: 2026-10-01, to: 2026-10-07 }
        show_as: free
",
    lookups: &[("calendar_id", "by its id")],
    key: None,
    observe_after: &["user"],
};
