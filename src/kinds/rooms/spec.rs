//! The attributes that levels and rooms share. A rule is read of those things alone that declare it: a call each, a
//! hundred a minute.

use crate::resource::{Attribute, Format, Shape};

pub(in crate::kinds) const WHO: &str = "bookable_by";
pub(in crate::kinds) const TIMES: &str = "booking_times";
pub(in crate::kinds) const APPROVAL: &str = "approval";
pub(in crate::kinds) const FORM: &str = "form";
pub(in crate::kinds) const ADMINS: &str = "admins";
pub(in crate::kinds) const INFORM: &str = "disable_notice";
pub(in crate::kinds) const CLOSED: &str = "closed";
pub(in crate::kinds) const DISPLAY: &str = "display";
/// Of levels only.
pub(in crate::kinds) const CASCADE: &str = "cascade";

pub(in crate::kinds) const EVERYBODY: &str = "all";

static USER: Shape = Shape::Ref { kind: "user", also: &[] };
static DEPARTMENT: Shape = Shape::Ref { kind: "department", also: &[] };
/// `patch-reserve_config`: users and departments of one rule together.
pub(in crate::kinds) const MOST: usize = 500;
const USERS: Shape = Shape::Set { of: &USER, max: MOST, partial: false };

static PARTIES: &[Attribute] = &[
    Attribute::new("users", USERS, "People. With `departments` at most 500."),
    Attribute::new(
        "departments",
        Shape::Set { of: &DEPARTMENT, max: MOST, partial: false },
        "Departments with everybody below them. Everybody is not `root` here, the API refuses it.",
    ),
];

const CLOCK: Shape = Shape::Text {
    min: 5,
    max: 5,
    format: Format::Pattern(
        r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
        "a time of day such as 08:30, up to 24:00",
    ),
};

const MOMENT: Shape = Shape::Text {
    min: 17,
    max: 25,
    format: Format::Pattern(
        r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$",
        "a moment with its distance from UTC, such as 2026-10-01T00:00:00+08:00",
    ),
};

/// Nothing says how long texts may be.
const TEXT: Shape = Shape::Text { min: 1, max: 500, format: Format::Long };

static WHO_SHAPES: &[Shape] =
    &[Shape::Choice(&[(EVERYBODY, "everybody in the company")]), Shape::Object(PARTIES)];

pub(in crate::kinds) const WHO_MAY_BOOK: Attribute = Attribute::new(
    WHO,
    Shape::Either(WHO_SHAPES),
    "Who may book: `all`, or the people and departments named. Which of both lists is not written is left alone.",
)
.example("{ departments: [engineering] }");

pub(in crate::kinds) const BOOKING_TIMES: Attribute = Attribute::new(
    TIMES,
    Shape::Object(&[
        Attribute::new("from", CLOCK, "From when on each day it can be booked.").example("\"08:00\""),
        Attribute::new("to", CLOCK, "Until when. At least a minute after `from`.").example("\"22:00\""),
        Attribute::new("opens_at", CLOCK, "At what time of the day a further day opens for booking.")
            .example("\"08:00\""),
        Attribute::new(
            "days_ahead",
            Shape::Int { min: 1, max: 730 },
            "How many days ahead it can be booked.",
        )
        .example("30"),
        Attribute::new("max_hours", Shape::Int { min: 1, max: 99 }, "The longest booking.").example("4"),
    ]),
    "When it can be booked. `null` switches the limits off. What is not written keeps its value.",
)
.clear()
.example("{ from: \"08:00\", to: \"22:00\" }");

pub(in crate::kinds) const APPROVAL_OF: Attribute = Attribute::new(
    APPROVAL,
    Shape::Object(&[
        Attribute::new(
            "over_minutes",
            Shape::Int { min: 6, max: 5940 },
            "Bookings longer than this are approved; `null`: all are.",
        )
        .clear()
        .example("180"),
        Attribute::new("approvers", USERS, "Who approves, at least one person.").example("[zhang.san]"),
    ]),
    "Which bookings have to be approved. `null` switches it off. While it is on, bookings made by an app fail, and \
     those made by people without a reason.",
)
.clear()
.example("{ over_minutes: 180, approvers: [zhang.san] }");

pub(in crate::kinds) const FORM_OF: Attribute = Attribute::new(
    FORM,
    Shape::Object(&[
        Attribute::new("enabled", Shape::Bool, "Whether the form is asked for.").example("true"),
        Attribute::new("notify", USERS, "Who is told what was filled in.").example("[zhang.san]"),
        Attribute::new(
            "notify_before",
            Shape::Text {
                min: 2,
                max: 6,
                format: Format::Pattern(r"^[1-9][0-9]{0,4}[mhd]$", "a number of minutes, hours or days: 30m, 12h, 3d"),
            },
            "How long before the booking. The API's limits depend on the unit and are not published.",
        )
        .example("3d"),
    ]),
    "The reservation form. Its questions are made in the admin console; until somebody designed it, it waits for \
     them.",
)
.example("{ enabled: true, notify: [zhang.san], notify_before: 3d }");

pub(in crate::kinds) const ADMINS_OF: Attribute = Attribute::new(
    ADMINS,
    Shape::Object(PARTIES),
    "Who administers bookings. `null`: nobody of their own. A matter of the company's plan: without it, this waits \
     for somebody to buy it.",
)
.clear()
.example("{ departments: [facilities] }");

pub(in crate::kinds) const DISABLE_NOTICE: Attribute =
    Attribute::new(INFORM, Shape::Object(PARTIES), "Who is told when it is closed. `null`: nobody.")
        .clear()
        .example("{ users: [zhang.san] }");

static CLOSURE: &[Attribute] = &[
    Attribute::new("from", MOMENT, "When it closes; at once if this is not written.")
        .example("2026-10-01T00:00:00+08:00"),
    Attribute::new("until", MOMENT, "When it opens again; never if this is not written.")
        .clear()
        .example("2026-10-08T00:00:00+08:00"),
    Attribute::new("reason", TEXT, "Why.").example("设备检修"),
    Attribute::new("contacts", USERS, "Whom to ask.").example("[zhang.san]"),
    Attribute::new("notify_booked", Shape::Bool, "Whether those who have booked it are told.")
        .example("true"),
    Attribute::new("notify_on_resume", Shape::Bool, "Whether people are told when it opens again.")
        .example("true"),
];

pub(in crate::kinds) const CLOSED_FOR: Attribute = Attribute::new(
    CLOSED,
    Shape::Object(CLOSURE),
    "That it cannot be used, in a window of time; `{}`: from now on, for ever. `null`: it is open. A window that is \
     over counts as done. Moments are compared, shown and remembered in +08:00.",
)
.clear()
.example("{ until: 2026-10-08T00:00:00+08:00, reason: 设备检修 }");

const SIGNAGE: Shape = Shape::Object(&[
    Attribute::new("enabled", Shape::Bool, "Whether it is shown."),
    Attribute::new("mute", Shape::Bool, "Whether without sound."),
    Attribute::new(
        "start",
        Shape::Int { min: 1, max: 720 },
        "Minutes after a meeting's end until it starts.",
    ),
    Attribute::new("stop", Shape::Int { min: 1, max: 720 }, "Minutes before the next meeting when it stops."),
]);
const PICTURE: Shape = Shape::Text { min: 8, max: 1000, format: Format::Url };

pub(in crate::kinds) const DISPLAY_OF: Attribute = Attribute::new(
    DISPLAY,
    Shape::Object(&[
        Attribute::new("room_background", PICTURE, "The picture on the room's screen, by its address."),
        Attribute::new("panel_background", PICTURE, "The picture on the check-in panel, by its address."),
        Attribute::new("signage", SIGNAGE, "Digital signage of panels."),
        Attribute::new("room_signage", SIGNAGE, "Digital signage of the room's screen."),
    ]),
    "What screens show. What is not written here is left as it is: the pictures and films of signage, and what comes \
     from the levels above.",
)
.example("{ room_background: \"https://assets.example.com/hq.png\" }");
