//! What may be written of an event.

use crate::resource::{Attribute, Change, Format, Inside, KindInfo, Naming, Shape};

pub(super) const NAME: &str = "calendar/event";
pub(super) const CALENDAR: &str = "calendar";

pub(super) const TITLE: &str = "title";
pub(super) const DESCRIPTION: &str = "description";
pub(super) const ALL_DAY: &str = "all_day";
pub(super) const AT: &str = "at";
pub(super) const REPEAT: &str = "repeat";
pub(super) const EXCEPT: &str = "except";
pub(super) const LOCATION: &str = "location";
pub(super) const SHOW_AS: &str = "show_as";
pub(super) const VISIBILITY: &str = "visibility";
pub(super) const VIDEO: &str = "video";
pub(super) const MAY: &str = "attendees_may";
pub(super) const ATTENDEES: &str = "attendees";
pub(super) const OPTIONAL: &str = "optional";
pub(super) const CHATS: &str = "chats";
pub(super) const EMAILS: &str = "emails";
pub(super) const ROOMS: &str = "rooms";
pub(super) const CONTACT: &str = "room_contact";
pub(super) const NOTIFY: &str = "notify";

/// Everything that invites somebody or something.
pub(super) const GUESTS: [&str; 5] = [ATTENDEES, OPTIONAL, CHATS, EMAILS, ROOMS];

/// The zone of an event that names none: the API's own default.
pub(super) const ZONE: &str = "Asia/Shanghai";

/// `calendar-event-attendee/create`: attendees of an event.
const MOST: usize = 3000;

pub(super) const INSIDE: Inside = Inside { kind: CALENDAR, field: "events", attribute: CALENDAR };

/// What is left out on purpose.
pub(super) const UNSUPPORTED: &[(&str, &str)] = &[
    ("color", "an event's colour is seen by whoever set it and by nobody else"),
    ("colour", "an event's colour is seen by whoever set it and by nobody else"),
    ("reminders", "reminders are seen by whoever set them and by nobody else: the app would remind itself alone"),
    ("attachments", "attachments are files of a drive, which larkctl does not manage"),
    ("check_in", "checking in is set in the client: lists do not show it"),
];

const START: &str = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?$";

/// A room by its id. Once there is a kind of rooms this is `Shape::Ref { kind: "room", also: &[] }`: the rest of the
/// module takes either.
static ROOM: Shape = Shape::Object(&[Attribute::new(
    "room_id",
    Shape::Text { min: 5, max: 100, format: Format::Pattern("^omm_.+$", "`omm_` and more") },
    "The id of a live room.",
)
.required()
.example("omm_eada1d61a550955240c28757e7dec3af")]);
static CHAT: Shape = Shape::Ref { kind: "chat", also: &[] };
static MAIL: Shape = Shape::Text { min: 3, max: 255, format: Format::Email };
static DAY: Shape = Shape::Date;

pub(super) static INFO: KindInfo = KindInfo {
    name: NAME,
    plural: "events",
    title: "Event of a calendar",
    about: "Something that an organisation keeps on a shared calendar: a holiday, a meeting of everybody, a series. It \
            has either `all_day` or `at`. Holidays by the moon are plain dates. A time is one on the wall of its \
            zone, so that a series keeps its hour when the clocks change. Nobody is messaged about what larkctl does \
            unless `notify` is true. What people answer, what they see of an event for themselves (colour, \
            reminders) and occurrences that somebody changed or took out of a series by hand are left alone. An \
            event stays what it was made as: a series never becomes a single event, nor the other way, and no text is \
            emptied. A lost state is found again by calendar, title and beginning. Rooms answer after a while and may \
            decline, which is said as something that waits; an app cannot book a room that somebody must approve.",
    naming: Naming::RecordedOnly,
    attributes: &[
        Attribute::new(CALENDAR, Shape::Ref { kind: "calendar", also: &[] }, "The calendar that it is on.")
            .required()
            .change(Change::Replace),
        Attribute::new(TITLE, Shape::text(1000), "The title. It can be changed, not cleared.")
            .required()
            .example("国庆节"),
        Attribute::new(
            DESCRIPTION,
            Shape::Text { min: 1, max: 40_960, format: Format::Long },
            "What it is about; simple HTML is understood. It can be changed, not cleared.",
        ),
        Attribute::new(
            ALL_DAY,
            Shape::Object(&[
                Attribute::new("from", Shape::Date, "The first day.").required().example("2026-10-01"),
                Attribute::new("to", Shape::Date, "The last day, which is part of it; without it there is one.")
                    .example("2026-10-07"),
            ]),
            "Whole days.",
        )
        .example("{ from: 2026-10-01, to: 2026-10-07 }"),
        Attribute::new(
            AT,
            Shape::Object(&[
                Attribute::new(
                    "start",
                    Shape::Text { min: 16, max: 25, format: Format::Pattern(START, "as 2026-09-04T10:00, or with an offset") },
                    "When it begins, on the clocks of its zone.",
                )
                .required()
                .example("2026-09-04T10:00"),
                Attribute::new("minutes", Shape::Int { min: 1, max: 527_040 }, "How long it takes.")
                    .required()
                    .example("60"),
                Attribute::new("timezone", Shape::text(64), "The IANA name of its zone; Asia/Shanghai without it.")
                    .example("America/New_York"),
            ]),
            "A time of the day.",
        )
        .example("{ start: 2026-09-04T10:00, minutes: 60 }"),
        Attribute::new(
            REPEAT,
            Shape::text(2000),
            "How it is repeated, as the RRULE of RFC 5545. A COUNT becomes the UNTIL that it leads to, since the \
             tenant does not count; an UNTIL without a time is the end of that day in the event's zone.",
        )
        .example("FREQ=MONTHLY;BYDAY=1FR;UNTIL=20271231"),
        Attribute::new(
            EXCEPT,
            Shape::Set { of: &DAY, max: 366, partial: false },
            "Days of a series on which it does not take place, by the calendar of its zone. A day that was skipped, \
             here or by hand, cannot be brought back by the API: taking it out of the list changes nothing.",
        )
        .example("[2026-10-02]"),
        Attribute::new(
            LOCATION,
            Shape::Object(&[
                Attribute::new("name", Shape::text(512), "What the place is called.").example("一号报告厅"),
                Attribute::new("address", Shape::text(255), "Where it is."),
            ]),
            "The place. It can be changed, not cleared. A position on the map that was set by hand is lost by a change.",
        ),
        Attribute::new(
            SHOW_AS,
            Shape::Choice(&[("busy", "attendees are busy; the default"), ("free", "they are free: a holiday")]),
            "What attendees look like meanwhile.",
        )
        .change(Change::Replace),
        Attribute::new(
            VISIBILITY,
            Shape::Choice(&[
                ("default", "as the calendar"),
                ("public", "whoever sees the calendar sees the details"),
                ("private", "only writers and owners of the calendar see the details"),
            ]),
            "Who sees the details.",
        )
        .change(Change::Replace),
        Attribute::new(
            VIDEO,
            Shape::Either(&[
                Shape::Choice(&[("none", "no video meeting"), ("lark", "one of the product")]),
                Shape::Object(&[Attribute::new(
                    "url",
                    Shape::Text { min: 8, max: 2000, format: Format::Url },
                    "A meeting elsewhere.",
                )
                .required()]),
            ]),
            "The video meeting. An event is made without one unless it is asked for.",
        )
        .example("lark"),
        Attribute::new(
            MAY,
            Shape::Choice(&[
                ("nothing", "not even see each other; the default"),
                ("see_others", "see who else is invited"),
                ("invite", "invite others"),
                ("edit", "change the event"),
            ]),
            "What attendees may do.",
        ),
        Attribute::new(ATTENDEES, Shape::People { max: MOST }, "People who shall come."),
        Attribute::new(OPTIONAL, Shape::People { max: MOST }, "People who may come."),
        Attribute::new(
            CHATS,
            Shape::Set { of: &CHAT, max: MOST, partial: true },
            "Chats that are invited as one; all their members count towards 3,000 attendees.",
        ),
        Attribute::new(EMAILS, Shape::Set { of: &MAIL, max: MOST, partial: true }, "Addresses outside of the company.")
            .sensitive(),
        Attribute::new(
            ROOMS,
            Shape::Set { of: &ROOM, max: 100, partial: true },
            "Rooms to book. A series with rooms ends within two years.",
        )
        .example("[{room_id: omm_eada1d61a550955240c28757e7dec3af}]"),
        Attribute::new(
            CONTACT,
            Shape::Ref { kind: "user", also: &[] },
            "Whom to ask about the rooms; needed with them, and not invited by it.",
        )
        .example("zhang.san"),
        Attribute::new(NOTIFY, Shape::Bool, "Message everybody who is invited about what larkctl does here.").local(),
    ],
    tree: None,
    example: "version: 1
calendars:
  company:
    name: 公司日历
    events:
      town-hall:
        title: 全员大会
        at: { start: 2026-09-04T10:00, minutes: 60, timezone: Asia/Shanghai }
        repeat: FREQ=MONTHLY;BYDAY=1FR;UNTIL=20271231
        except: [2026-10-02]
        location: { name: 一号报告厅, address: 上海市世纪大道1号 }
        video: lark
        attendees_may: see_others
      mid-autumn:
        title: 中秋节
        all_day: { from: 2026-09-25 }
        show_as: free
",
    lookups: &[],
    key: None,
    observe_after: &["calendar", "user", "chat"],
};
