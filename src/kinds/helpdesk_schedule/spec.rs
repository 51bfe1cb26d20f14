//! What may be written of an agent's schedule.

use super::hours::{DAYS, FROM, TO};
use crate::kinds::desk;
use crate::resource::{Attribute, Change, Format, Inside, KindInfo, Naming, Shape};

pub(in crate::kinds) const NAME: &str = "helpdesk/schedule";

pub(in crate::kinds) const AGENT: &str = "agent";
pub(super) const HOURS: &str = "hours";
pub(in crate::kinds) const SKILLS: &str = "skills";

pub(super) const INSIDE: Inside = desk::inside("schedules");

/// What is left out on purpose.
pub(super) const UNSUPPORTED: &[(&str, &str)] = &[
    ("status", "whether an agent is online changes with the hours and by hand; declared, it would always differ"),
    ("agents", "there is no list of agents: a schedule is what makes a person one"),
];

/// No figure on the pages; more than a week can hold.
const MANY: usize = 1_000;

const DAY: &[(&str, &str)] = &[
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
];

static DAY_OF_WEEK: Shape = Shape::Choice(DAY);

const WHEN: Shape = Shape::Either(&[
    Shape::Choice(&[
        ("every_day", "Monday to Sunday"),
        ("weekdays", "Monday to Friday"),
        ("weekend", "Saturday and Sunday"),
        ("mon", "Monday"),
        ("tue", "Tuesday"),
        ("wed", "Wednesday"),
        ("thu", "Thursday"),
        ("fri", "Friday"),
        ("sat", "Saturday"),
        ("sun", "Sunday"),
    ]),
    Shape::Set { of: &DAY_OF_WEEK, max: 7, partial: false },
]);

/// `24:00` is in every example of the pages, whatever their text says of 23:59.
const TIME: Shape = Shape::Text {
    min: 4,
    max: 5,
    format: Format::Pattern("^([01]?[0-9]|2[0-3]):[0-5][0-9]$|^24:00$", "a time from 00:00 to 24:00"),
};

static ROW: Shape = Shape::Object(&[
    Attribute::new(DAYS, WHEN, "Which days.").required().example("weekdays"),
    Attribute::new(FROM, TIME, "When the hours begin.").required().example("\"09:00\""),
    Attribute::new(TO, TIME, "When they end, on the same day; `24:00` is its end.").required().example("\"18:00\""),
]);

static SKILL: Shape = Shape::Ref { kind: "helpdesk/skill", also: &[] };

pub(super) static INFO: KindInfo = KindInfo {
    name: NAME,
    plural: "schedules",
    title: "Working hours of a helpdesk's agent",
    about: "When an agent works for a helpdesk, and which skills the agent has there. A schedule is what makes a person \
            an agent; there is one for each person and desk, and another agent is another schedule. Skills are declared \
            here and not at the skill: the API keeps one relation with two ends. The default skill, which the desk gives \
            by itself, is left alone. Whether an agent is online is not managed. Writing needs a person who \
            administers or owns the desk; what taking a schedule away does to the agent's open tickets is not \
            documented.",
    naming: Naming::Attribute(AGENT),
    attributes: &[
        desk::holder("The helpdesk."),
        Attribute::new(AGENT, Shape::Ref { kind: "user", also: &[] }, "Who it is.")
            .required()
            .change(Change::Replace)
            .example("ann"),
        Attribute::new(
            HOURS,
            Shape::Set { of: &ROW, max: MANY, partial: false },
            "The hours, in the desk's time zone. They are meant whole; `[]` for none. What goes over midnight is two \
             rows.",
        )
        .example("[{ days: weekdays, from: \"09:00\", to: \"18:00\" }]"),
        Attribute::new(
            SKILLS,
            Shape::Set { of: &SKILL, max: MANY, partial: true },
            "The skills that the agent has, besides the default one.",
        )
        .example("[network]"),
    ],
    tree: None,
    example: "version: 1
users:
  ann: { name: Ann, mobile: \"+8613011110001\", departments: [root], employee_type: regular }
helpdesks:
  it:
    helpdesk_id: \"6939771743531696147\"
    token_variable: LARK_HELPDESK_IT_TOKEN
    skills:
      network: { name: 网络 }
    schedules:
      ann:
        agent: ann
        hours:
          - { days: weekdays, from: \"09:00\", to: \"18:00\" }
          - { days: [sat], from: \"10:00\", to: \"24:00\" }
        skills: [network]
",
    lookups: &[],
    key: None,
    observe_after: &["helpdesk", "helpdesk/skill", "user"],
};
