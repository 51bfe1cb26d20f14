//! What may be written of an attendance group. Plain switches are in [`super::switches`].

use super::{places, switches};
use crate::kinds::attendance::times::TIME;
use crate::kinds::attendance::{GROUP, OFF, SHIFT};
use crate::resource::{Attribute, Format, KindInfo, Naming, Shape};

pub(super) const ZONE: &str = "timezone";
pub(super) const TYPE: &str = "type";
pub(super) const WEEK: &str = "week";
pub(super) const FREE: &str = "free";
pub(super) const HOLIDAYS: &str = "holidays";
pub(super) const OWN_HOLIDAYS: &str = "own_holidays";
pub(super) const WORK_DAYS: &str = "work_days";
pub(super) const OFF_DAYS: &str = "off_days";
pub(super) const MEMBERS: &str = "members";
pub(super) const DEPARTMENTS: &str = "member_departments";
pub(super) const EXEMPT: &str = "exempt";
pub(super) const EXEMPT_DEPARTMENTS: &str = "exempt_departments";
pub(super) const LEADERS: &str = "leaders";
pub(super) const SUB_LEADERS: &str = "sub_leaders";
pub(super) const TAKE_OVER: &str = "take_over";
pub(super) const METHODS: &str = "punch_by";
pub(super) const MACHINES: &str = "machines";
pub(super) const OPERATOR: &str = "operator";
pub(super) const EFFECTIVE: &str = "effective";

/// Not documented.
const MANY: usize = 100_000;

/// By the number of the API from 1; 0 is read for the first.
pub(super) const TYPES: &[(&str, &str)] = &[
    ("fixed", "the same shifts every week, from `week`"),
    ("scheduled", "somebody schedules each person's days in the console"),
    ("free", "people come and go within `free`"),
];
/// By the number of the API.
pub(super) const CALENDARS: &[(&str, &str)] = &[
    ("none", "no public holidays"),
    ("china", "those of mainland China"),
    ("us", "those of the United States"),
    ("japan", "those of Japan"),
    ("india", "those of India"),
    ("singapore", "those of Singapore"),
];
/// Monday first, as the API counts.
pub(super) const DAYS: &[(&str, &str)] = &[
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
];
/// By the bit of the API.
pub(super) const WAYS: &[(&str, i64)] = &[("gps", 1), ("wifi", 2), ("machine", 4), ("ip", 8)];
const WAY_WORDS: &[(&str, &str)] = &[
    ("gps", "near a place of `gps`"),
    ("wifi", "in a network of `wifi`"),
    ("machine", "at one of `machines`"),
    ("ip", "from an address of `ip`"),
];
const EFFECTS: &[(&str, &str)] = &[("next_day", "from the next day on"), ("now", "at once, today's results included")];

const SHIFT_OR_OFF: Shape = Shape::Ref { kind: SHIFT, also: &[OFF] };
const PERSON: Shape = Shape::Ref { kind: "user", also: &[] };
const DEPARTMENT: Shape = Shape::Ref { kind: "department", also: &[] };
const PEOPLE: Shape = Shape::People { max: MANY };
const DEPARTMENT_SET: Shape = Shape::Set { of: &DEPARTMENT, max: MANY, partial: true };

static FREE_HOURS: &[Attribute] = &[
    Attribute::new("days", Shape::Set { of: &Shape::Choice(DAYS), max: 7, partial: false }, "The days of work.")
        .example("[mon, tue, wed, thu, fri]"),
    Attribute::new("from", TIME, "When people may punch in first.").example("\"07:00\""),
    Attribute::new("to", TIME, "When they may punch out last.").example("\"22:00\""),
    Attribute::new("minutes_asked", Shape::Bool, "Whether `minutes` must be worked.").example("true"),
    Attribute::new("minutes", Shape::Int { min: 0, max: 1440 }, "How long a day of work is.").example("480"),
    Attribute::new("missing_is_absent", Shape::Bool, "Whether a day of work without a punch is absence.").example("true"),
];

static SPECIAL: &[Attribute] = &[
    Attribute::new("day", Shape::Date, "The day.").required().example("2026-10-10"),
    Attribute::new("shift", SHIFT_OR_OFF, "The shift of that day.").required().example("day"),
];

static MACHINE: &[Attribute] = &[
    Attribute::new("serial", Shape::text(100), "Its serial number.").required().example("FS0701"),
    Attribute::new("name", Shape::text(100), "What people see.").required().example("12 楼前台"),
];

pub(super) static INFO: KindInfo = KindInfo {
    name: GROUP,
    plural: "attendance_groups",
    title: "Attendance group",
    about: "Who punches, how, where, and which shift on which day. A group is found by its name as long as one alone has it, \
            and by its id once it was applied. The API takes a group whole: a change is laid over what is live, so that \
            nothing undeclared is lost, and what someone changes in the console between plan and apply is; a plan that is \
            stale is refused. `operator` is the administrator in whose name it is written; that they may is tried, with a \
            call that changes nothing, before the first write. Everybody is in one group at most: who moves from one \
            declared group to another leaves the first before they join the second, and who is in a group that nobody \
            manages is taken out of it with `take_over: true` alone. Places, networks and addresses can be added and not \
            taken away: what is too many waits for a person in the console. A group whose people are chosen by rules is not \
            changed until its members are declared, because rules joined by \"or\" cannot be read and a change would destroy \
            them. How a free group counts the hours of a day (`free_clock_setting`) is reset by a change, and the plan says \
            so. A change counts from the next day on unless `effective: now`. Not managed: schedules, temporary shifts, \
            photographs of faces, rules about members. The app needs the scope attendance:rule, and a data range that a \
            person gives it in the attendance console.",
    naming: Naming::Attribute("name"),
    attributes: ATTRIBUTES,
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
    departments: [engineering]
    employee_type: regular
shifts:
  day:
    name: 白班
    periods:
      - on: \"09:00\"
        off: \"18:00\"
        late: { counts_after: 5, absent_after: 60 }
        early: { counts_before: 5, absent_before: 60 }
        punch_in_from: 120
        punch_out_until: 360
attendance_groups:
  hq:
    name: 总部
    operator: zhang.san
    timezone: Asia/Shanghai
    type: fixed
    week: { mon: day, tue: day, wed: day, thu: day, fri: day }
    holidays: china
    work_days: [{ day: 2026-10-10, shift: day }]
    off_days: [2026-12-31]
    member_departments: [engineering]
    leaders: [zhang.san]
    punch_by: [gps, wifi, machine]
    gps_range: 300
    gps: [{ name: 上海中心, lat: \"31.2335\", lng: \"121.5056\", address: 世纪大道, map: amap }]
    wifi: [{ name: 总部, bssid: \"08:00:20:0A:8C:6D\", ssid: corp }]
    machines: [{ serial: FS0701, name: 12 楼前台 }]
    outside: { allow: true, approval_before: true, remark: true }
    corrections: { allow: true, limited: true, times: 3, for: [absent, late] }
  sales:
    name: 销售
    operator: zhang.san
    timezone: Asia/Shanghai
    type: free
    free: { days: [mon, tue, wed, thu, fri], from: \"07:00\", to: \"22:00\", minutes_asked: true, minutes: 480 }
    members: []
    leaders: [zhang.san]
",
    lookups: &[("name", "by its name"), ("group_id", "by its id")],
    key: None,
    observe_after: &["department", SHIFT],
};

static ATTRIBUTES: &[Attribute] = &[
    // No figure on the page.
    Attribute::new("name", Shape::text(100), "The name that people see. The tenant takes one name twice; larkctl does not.")
        .required()
        .example("总部"),
    Attribute::new(OPERATOR, PERSON, "The administrator of attendance in whose name the group is written.")
        .required()
        .local()
        .example("zhang.san"),
    Attribute::new(
        ZONE,
        Shape::Text {
            min: 3,
            max: 64,
            format: Format::Pattern(
                "^(UTC|[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*)+)$",
                "the name of a time zone, such as Asia/Shanghai",
            ),
        },
        "The time zone of its days.",
    )
    .required()
    .example("Asia/Shanghai"),
    Attribute::new(TYPE, Shape::Choice(TYPES), "How the days of work are said.").required().example("fixed"),
    Attribute::new(
        WEEK,
        Shape::Keyed { keys: DAYS, of: &SHIFT_OR_OFF },
        "The shift of each day, of a fixed group; a day that is not written is off.",
    )
    .example("{ mon: day, tue: day, wed: day, thu: day, fri: day }"),
    Attribute::new(FREE, Shape::Object(FREE_HOURS), "The hours of a free group.")
        .example("{ days: [mon, tue, wed, thu, fri], from: \"07:00\", to: \"22:00\" }"),
    Attribute::new(HOLIDAYS, Shape::Choice(CALENDARS), "The public holidays; a new group without them has none.")
        .example("china"),
    Attribute::new(
        OWN_HOLIDAYS,
        Shape::Text { min: 1, max: 40, format: Format::Pattern("^[0-9]+$", "the number in the address of the console's page") },
        "A calendar of holidays that was made in the console, by its id. `null` takes it away.",
    )
    .clear()
    .example("\"7302191700771358252\""),
    Attribute::new(
        WORK_DAYS,
        Shape::Set { of: &Shape::Object(SPECIAL), max: MANY, partial: true },
        "Days on which people punch although they otherwise would not, or in another shift.",
    )
    .example("[{ day: 2026-10-10, shift: day }]"),
    Attribute::new(
        OFF_DAYS,
        Shape::Set { of: &Shape::Date, max: MANY, partial: true },
        "Days on which nobody punches although they otherwise would.",
    )
    .example("[2026-12-31]"),
    Attribute::new(MEMBERS, PEOPLE, "Who is in the group by name and punches: a list, or a rule about people.")
        .example("[zhang.san, li.si]"),
    Attribute::new(DEPARTMENTS, DEPARTMENT_SET, "Departments whose people are in the group and punch; the platform follows who joins them.")
        .example("[engineering]"),
    Attribute::new(EXEMPT, PEOPLE, "Who is in the group by name and need not punch.").example("[ceo]"),
    Attribute::new(EXEMPT_DEPARTMENTS, DEPARTMENT_SET, "Departments whose people are in the group and need not punch.")
        .example("[board]"),
    Attribute::new(TAKE_OVER, Shape::Bool, "Whether who is in another group is taken out of it; otherwise it is refused.")
        .example("false"),
    Attribute::new("follow_org_changes", Shape::Bool, "Whether people join and leave the group as they change departments.")
        .example("true"),
    Attribute::new(LEADERS, PEOPLE, "Who is responsible. Each needs the right to administer groups in the attendance console.")
        .required()
        .example("[zhang.san]"),
    Attribute::new(SUB_LEADERS, PEOPLE, "Who is responsible too, with fewer rights.").example("[li.si]"),
    Attribute::new(METHODS, Shape::Set { of: &Shape::Choice(WAY_WORDS), max: 4, partial: false }, "How people may punch; `[]` is anywhere.")
        .example("[gps, wifi]"),
    switches::GPS_RANGE,
    places::GPS,
    places::WIFI,
    places::IP,
    Attribute::new(
        MACHINES,
        Shape::Set { of: &Shape::Object(MACHINE), max: MANY, partial: true },
        "Machines to punch at.",
    )
    .example("[{ serial: FS0701, name: 12 楼前台 }]"),
    switches::OUTSIDE,
    switches::CORRECTIONS,
    switches::DEVICES,
    switches::DISPLAY,
    switches::FACE,
    switches::ANTI_CHEAT,
    switches::STAFF_CHANGES,
    switches::LEAVE,
    switches::OUTING,
    switches::TRAVEL,
    switches::OVERTIME,
    switches::MISSING,
    switches::IGNORE,
    Attribute::new(EFFECTIVE, Shape::Choice(EFFECTS), "When a change counts; `next_day` unless written.")
        .local()
        .example("next_day"),
];
