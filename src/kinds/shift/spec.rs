//! What may be written of a shift. Bounds are those of `attendance-v1/shift/create` where it has any.

use crate::kinds::attendance::SHIFT;
use crate::kinds::attendance::times::TIME;
use crate::resource::{Attribute, KindInfo, Naming, Shape};

/// More than a shift has; the page has no figure.
const MANY: usize = 50;
/// Two days: no figure on the page but the two windows'.
const MINUTES: Shape = Shape::Int { min: 0, max: 2_880 };

pub(super) const PERIODS: &str = "periods";
pub(super) const BREAKS: &str = "breaks";
pub(super) const OVERTIME_BREAKS: &str = "overtime_breaks";
pub(super) const FLEXIBLE: &str = "flexible";
pub(super) const FLEXIBLE_BREAKS: &str = "flexible_breaks";
pub(super) const REST_DAY: &str = "rest_day";
pub(super) const NO_PUNCH_OUT: &str = "no_punch_out";
pub(super) const SERIOUS: &str = "serious_late_after";
pub(super) const LATE_LEAVE: &str = "late_leave";
pub(super) const LATE_LEAVE_FROM: &str = "late_leave_from";
pub(super) const OVERTIME: &str = "overtime";
pub(super) const MIDDLE: &str = "middle";
pub(super) const LEADERS: &str = "leaders";

/// Which punches of a period are asked for.
pub(super) const PUNCHES: &[(&str, &str)] = &[
    ("both", "in and out"),
    ("in_only", "nobody punches out"),
    ("out_only", "nobody punches in; not of the first period"),
    ("none", "neither; not of the first period"),
];
/// By the number of the API.
pub(super) const MIDDLES: &[(&str, &str)] = &[
    ("whole", "half of the shift, breaks included"),
    ("working_time", "half of the shift, breaks not counted"),
    ("break", "at the break"),
    ("fixed", "at `at`"),
];
/// By the number of the API: of leaving 0 and 1, of coming 1 and 0, as the pages have it.
pub(super) const BASES: &[(&str, &str)] = &[("flexible", "the flexible time"), ("fixed", "the fixed time")];

static LATE: &[Attribute] = &[
    Attribute::new("counts_after", MINUTES, "Minutes after `on` from which one is late.").required().example("5"),
    Attribute::new("absent_after", MINUTES, "Minutes after `on` from which one is absent.").required().example("60"),
    Attribute::new("serious_after", MINUTES, "Minutes after `on` from which one is seriously late.").example("30"),
];

static EARLY: &[Attribute] = &[
    Attribute::new("counts_before", MINUTES, "Minutes before `off` until which leaving is early.").required().example("5"),
    Attribute::new("absent_before", MINUTES, "Minutes before `off` until which leaving is absence.").required().example("60"),
];

static PERIOD: &[Attribute] = &[
    Attribute::new("on", TIME, "When work begins.").required().example("\"09:00\""),
    Attribute::new("off", TIME, "When it ends; `26:00` is two o'clock of the next day.").required().example("\"18:00\""),
    Attribute::new("late", Shape::Object(LATE), "When coming counts as late.")
        .required()
        .example("{ counts_after: 5, absent_after: 60 }"),
    Attribute::new("early", Shape::Object(EARLY), "When leaving counts as early.")
        .required()
        .example("{ counts_before: 5, absent_before: 60 }"),
    Attribute::new("punch_in_from", Shape::Int { min: 0, max: 720 }, "Minutes before `on` from which one may punch in.")
        .required()
        .example("120"),
    Attribute::new("punch_out_until", Shape::Int { min: 0, max: 960 }, "Minutes after `off` until which one may punch out.")
        .required()
        .example("360"),
    Attribute::new("punch", Shape::Choice(PUNCHES), "Which punches are asked for; `both` unless written.").example("both"),
];

static SPAN: &[Attribute] = &[
    Attribute::new("from", TIME, "When it begins.").required().example("\"12:00\""),
    Attribute::new("to", TIME, "When it ends.").required().example("\"13:00\""),
];
const SPANS: Shape = Shape::List { of: &Shape::Object(SPAN), max: MANY };

static TOLERANCE: &[Attribute] = &[
    Attribute::new("early", MINUTES, "Minutes that one may come and go earlier.").required().example("60"),
    Attribute::new("late", MINUTES, "Minutes that one may come and go later.").required().example("60"),
];

static BREAK_TOLERANCE: &[Attribute] = &[
    Attribute::new("on", Shape::Bool, "Whether the break moves with late comers.").required().example("true"),
    Attribute::new("late", Shape::Int { min: 0, max: 1_500 }, "Minutes that it may move.").required().example("30"),
];

static COMPENSATION: &[Attribute] = &[
    Attribute::new("left_after", MINUTES, "Minutes after the end of the day.").required().example("120"),
    Attribute::new("come_after", MINUTES, "Minutes that one may come later the next day.").required().example("60"),
];

static FROM: &[Attribute] = &[
    Attribute::new("leaving", Shape::Choice(BASES), "What leaving late is counted from.").example("flexible"),
    Attribute::new("coming", Shape::Choice(BASES), "What coming late is counted from.").example("fixed"),
];

static HALVES: &[Attribute] = &[
    Attribute::new("by", Shape::Choice(MIDDLES), "Where the halves of the day meet.").required().example("fixed"),
    Attribute::new("at", TIME, "With `by: fixed`.").example("\"12:30\""),
];

pub(super) static INFO: KindInfo = KindInfo {
    name: SHIFT,
    plural: "shifts",
    title: "Shift",
    about: "A named day of work: periods with their tolerances, breaks, flexible hours. Shifts belong to the whole company, \
            and what is changed here is changed for every attendance group that uses the shift; the plan names the groups \
            that were read. A shift is found by its name, which is unique, and by its id once it was applied. The API takes \
            a shift whole: a change is laid over what is live, so that nothing undeclared is lost, with two exceptions. \
            `leaders` can be written and not read: a change without them may take them away, and the plan says so. The \
            share of attendance time of a grey release is read in other units than it is written: a shift that has it is \
            not changed. The default shift of the tenant can be referred to and not changed. A shift that a group uses is \
            not deleted. Overtime, late leaving and the halves of the day need Feishu People Enterprise Edition. The app \
            needs the scope attendance:rule, and a data range that a person gives it in the attendance console.",
    naming: Naming::Attribute("name"),
    attributes: &[
        // No figure on the page.
        Attribute::new("name", Shape::text(100), "The name that people see. Unique in the company.")
            .required()
            .example("白班"),
        Attribute::new(
            PERIODS,
            Shape::List { of: &Shape::Object(PERIOD), max: MANY },
            "The periods of work, one after the other. They are meant whole: what is left out of a period is off.",
        )
        .required()
        .example(
            "[{ on: \"09:00\", off: \"18:00\", late: { counts_after: 5, absent_after: 60 }, early: { counts_before: 5, \
             absent_before: 60 }, punch_in_from: 120, punch_out_until: 360 }]",
        ),
        Attribute::new(BREAKS, SPANS, "Breaks, in order; they are no working time.")
            .example("[{ from: \"12:00\", to: \"13:00\" }]"),
        Attribute::new(OVERTIME_BREAKS, SPANS, "Breaks outside of the shift, in order.")
            .example("[{ from: \"18:00\", to: \"19:00\" }]"),
        Attribute::new(
            FLEXIBLE,
            Shape::Set { of: &Shape::Object(TOLERANCE), max: MANY, partial: false },
            "How far people may move their day; `[]` for fixed hours. Not for a day of rest.",
        )
        .example("[{ early: 60, late: 60 }]"),
        Attribute::new(
            FLEXIBLE_BREAKS,
            Shape::List { of: &Shape::Object(BREAK_TOLERANCE), max: MANY },
            "How far the breaks move, in the order of `breaks`.",
        )
        .example("[{ on: true, late: 30 }]"),
        Attribute::new(REST_DAY, Shape::Bool, "Whether it is a day of rest.").example("false"),
        Attribute::new(NO_PUNCH_OUT, Shape::Bool, "Nobody punches out; `punch` of a period counts before it.")
            .example("false"),
        Attribute::new(SERIOUS, MINUTES, "Minutes from which one is seriously late, before what a period says.")
            .example("30"),
        Attribute::new(
            LATE_LEAVE,
            Shape::Set { of: &Shape::Object(COMPENSATION), max: MANY, partial: false },
            "Who leaves late may come late the next day. Enterprise Edition.",
        )
        .example("[{ left_after: 120, come_after: 60 }]"),
        Attribute::new(LATE_LEAVE_FROM, Shape::Object(FROM), "What both are counted from.")
            .example("{ leaving: flexible, coming: fixed }"),
        Attribute::new(OVERTIME, SPANS, "When work counts as overtime. Enterprise Edition.")
            .example("[{ from: \"19:00\", to: \"21:00\" }]"),
        Attribute::new(MIDDLE, Shape::Object(HALVES), "Where the halves of the day meet. Enterprise Edition.")
            .example("{ by: fixed, at: \"12:30\" }"),
        Attribute::new(
            LEADERS,
            Shape::People { max: 1_000 },
            "Who looks after the shift. It can be written and not be read: that somebody changes it elsewhere is not seen.",
        )
        .write_only()
        .example("[zhang.san]"),
    ],
    tree: None,
    example: "version: 1
shifts:
  day:
    name: 白班
    periods:
      - on: \"09:00\"
        off: \"18:00\"
        late: { counts_after: 5, absent_after: 60, serious_after: 30 }
        early: { counts_before: 5, absent_before: 60 }
        punch_in_from: 120
        punch_out_until: 360
    breaks: [{ from: \"12:00\", to: \"13:00\" }]
    flexible: [{ early: 60, late: 60 }]
  night:
    name: 夜班
    periods:
      - on: \"22:00\"
        off: \"30:00\"
        late: { counts_after: 0, absent_after: 120 }
        early: { counts_before: 0, absent_before: 120 }
        punch_in_from: 60
        punch_out_until: 120
",
    lookups: &[("name", "by its name"), ("shift_id", "by its id")],
    key: None,
    observe_after: &[],
};
