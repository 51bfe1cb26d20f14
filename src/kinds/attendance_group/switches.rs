//! Plain switches: blocks of the YAML, and where each of their fields stands in the API.
//!
//! One table serves reading and writing. What only counts while another switch is on is listed in [`UNDER`].

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::kinds::attendance::whole;
use crate::model::Value;
use crate::resource::{Attribute, Shape};

/// Days, minutes, metres and times: the pages have no figure.
const COUNT: Shape = Shape::Int { min: 0, max: 100_000 };

/// How a field is spelt.
#[derive(Debug, Clone, Copy)]
enum As {
    Bool,
    Int,
    /// Words by number; other numbers are not read.
    Word(&'static [(&'static str, i64)]),
}

/// A field: attribute, field of the block (empty: the attribute itself), path of the API, spelling.
struct Switch(&'static str, &'static str, &'static [&'static str], As);

const FACES: &[(&str, i64)] = &[("always", 1), ("suspicious", 2)];
const HANDLING: &[(&str, i64)] = &[("face", 1), ("record", 2)];
const ABSENCES: &[(&str, i64)] = &[("none", 0), ("shift", 1), ("leaving", 2)];
const PERIODS: &[(&str, i64)] = &[("month", 1), ("custom", 2)];

/// Which corrections are allowed: one set in the YAML, four switches in the API.
const FOR: [(&str, &str); 4] = [
    ("absent", "allow_remedy_type_lack"),
    ("late", "allow_remedy_type_late"),
    ("early", "allow_remedy_type_early"),
    ("normal", "allow_remedy_type_normal"),
];

const TABLE: &[Switch] = &[
    Switch("gps_range", "", &["gps_range"], As::Int),
    Switch("follow_org_changes", "", &["org_change_auto_adjust"], As::Bool),
    Switch("take_over", "", &["save_auto_changes"], As::Bool),
    Switch("missing_is_absent", "", &["work_day_no_punch_as_lack"], As::Bool),
    Switch("ignore_until_latest_punch_out", "", &["clock_in_abnormal_settings", "ignore_until_latest_clockout"], As::Bool),
    Switch("outside", "allow", &["allow_out_punch"], As::Bool),
    Switch("outside", "approval_before", &["out_punch_need_approval"], As::Bool),
    Switch("outside", "approval_after", &["out_punch_need_post_approval"], As::Bool),
    Switch("outside", "remark", &["out_punch_need_remark"], As::Bool),
    Switch("outside", "photo", &["out_punch_need_photo"], As::Bool),
    Switch("outside", "hide_address", &["out_punch_allowed_hide_addr"], As::Bool),
    Switch("outside", "adjust_address", &["out_punch_allowed_adjust_addr"], As::Bool),
    Switch("outside", "adjust_range", &["adjust_range"], As::Int),
    Switch("corrections", "allow", &["allow_remedy"], As::Bool),
    Switch("corrections", "limited", &["remedy_limit"], As::Bool),
    Switch("corrections", "times", &["remedy_limit_count"], As::Int),
    Switch("corrections", "days_limited", &["remedy_date_limit"], As::Bool),
    Switch("corrections", "within_days", &["remedy_date_num"], As::Int),
    Switch("corrections", "period", &["remedy_period_type"], As::Word(PERIODS)),
    Switch("corrections", "period_begins", &["remedy_period_custom_date"], As::Int),
    Switch("devices", "pc", &["allow_pc_punch"], As::Bool),
    Switch("devices", "photo", &["clockIn_need_photo"], As::Bool),
    Switch("devices", "apply", &["allow_apply_punch"], As::Bool),
    Switch("devices", "rest_day_approval", &["rest_clockIn_need_approval"], As::Bool),
    Switch("display", "cumulative_time", &["show_cumulative_time"], As::Bool),
    Switch("display", "overtime", &["show_over_time"], As::Bool),
    Switch("display", "hide_punch_times", &["hide_staff_punch_time"], As::Bool),
    Switch("display", "hide_rules", &["hide_clock_in_rule"], As::Bool),
    Switch("face", "required", &["face_punch"], As::Bool),
    Switch("face", "when", &["face_punch_cfg"], As::Word(FACES)),
    Switch("face", "action", &["face_live_need_action"], As::Bool),
    Switch("face", "photo_instead", &["face_downgrade"], As::Bool),
    Switch("face", "replace_picture", &["replace_basic_pic"], As::Bool),
    Switch("anti_cheat", "intercept", &["anti_cheat_punch_config", "intercept_suspected_cheat_punch"], As::Bool),
    Switch("anti_cheat", "software", &["anti_cheat_punch_config", "check_cheat_software_punch"], As::Bool),
    Switch("anti_cheat", "buddies", &["anti_cheat_punch_config", "check_buddy_punch"], As::Bool),
    Switch("anti_cheat", "false_wifi", &["anti_cheat_punch_config", "check_simulate_wifi_punch"], As::Bool),
    Switch("anti_cheat", "other_device", &["anti_cheat_punch_config", "check_change_device_punch"], As::Bool),
    Switch("anti_cheat", "devices", &["anti_cheat_punch_config", "allow_change_device_num"], As::Int),
    Switch("anti_cheat", "then", &["anti_cheat_punch_config", "suspected_cheat_handle_method"], As::Word(HANDLING)),
    Switch("staff_changes", "first_day_no_punch_in", &["member_status_change", "onboarding_on_no_need_punch"], As::Bool),
    Switch("staff_changes", "first_day_no_punch_out", &["member_status_change", "onboarding_off_no_need_punch"], As::Bool),
    Switch("staff_changes", "last_day_no_punch_in", &["member_status_change", "offboarding_on_no_need_punch"], As::Bool),
    Switch("staff_changes", "last_day_no_punch_out", &["member_status_change", "offboarding_off_no_need_punch"], As::Bool),
    Switch("leave", "punch", &["leave_need_punch"], As::Bool),
    Switch("leave", "late_after", &["leave_need_punch_cfg", "late_minutes_as_late"], As::Int),
    Switch("leave", "late_absent_after", &["leave_need_punch_cfg", "late_minutes_as_lack"], As::Int),
    Switch("leave", "early_before", &["leave_need_punch_cfg", "early_minutes_as_early"], As::Int),
    Switch("leave", "early_absent_before", &["leave_need_punch_cfg", "early_minutes_as_lack"], As::Int),
    Switch("outing", "punch", &["go_out_need_punch"], As::Word(ABSENCES)),
    Switch("outing", "late_after", &["go_out_need_punch_cfg", "late_minutes_as_late"], As::Int),
    Switch("outing", "late_absent_after", &["go_out_need_punch_cfg", "late_minutes_as_lack"], As::Int),
    Switch("outing", "early_before", &["go_out_need_punch_cfg", "early_minutes_as_early"], As::Int),
    Switch("outing", "early_absent_before", &["go_out_need_punch_cfg", "early_minutes_as_lack"], As::Int),
    Switch("travel", "punch", &["travel_need_punch"], As::Word(ABSENCES)),
    Switch("travel", "late_after", &["travel_need_punch_cfg", "late_minutes_as_late"], As::Int),
    Switch("travel", "late_absent_after", &["travel_need_punch_cfg", "late_minutes_as_lack"], As::Int),
    Switch("travel", "early_before", &["travel_need_punch_cfg", "early_minutes_as_early"], As::Int),
    Switch("travel", "early_absent_before", &["travel_need_punch_cfg", "early_minutes_as_lack"], As::Int),
    Switch("overtime_punch", "approval", &["overtime_clock_cfg", "allow_punch_approval"], As::Bool),
    Switch("overtime_punch", "begin_and_end", &["overtime_clock_cfg", "need_clock_over_time_start_and_end"], As::Bool),
];

/// Blocks and the field without which the others have no effect.
pub(super) const UNDER: &[(&str, &str)] =
    &[("outside", "allow"), ("corrections", "allow"), ("face", "required"), ("anti_cheat", "intercept")];

const fn flag(name: &'static str, about: &'static str) -> Attribute {
    Attribute::new(name, Shape::Bool, about).example("true")
}

const fn count(name: &'static str, about: &'static str) -> Attribute {
    Attribute::new(name, COUNT, about).example("3")
}

const fn block(name: &'static str, fields: &'static [Attribute], about: &'static str) -> Attribute {
    Attribute::new(name, Shape::Object(fields), about)
}

pub(super) const GPS_RANGE: Attribute =
    Attribute::new("gps_range", COUNT, "How near to a place of `gps` one has to be, in metres.").example("300");

pub(super) const OUTSIDE: Attribute = block(
    "outside",
    &[
        flag("allow", "Whether people may punch elsewhere; without it the others have no effect."),
        flag("approval_before", "Somebody approves it before."),
        flag("approval_after", "Somebody approves it afterwards."),
        flag("remark", "A remark is asked for."),
        flag("photo", "A photograph is asked for."),
        flag("hide_address", "People may hide where they are."),
        flag("adjust_address", "People may correct where they are."),
        count("adjust_range", "By so many metres."),
    ],
    "Punching elsewhere.",
)
.example("{ allow: true, approval_before: true, remark: true }");

pub(super) const CORRECTIONS: Attribute = block(
    "corrections",
    &[
        flag("allow", "Whether people may ask for corrections; without it the others have no effect."),
        flag("limited", "Whether they may do so `times` times only."),
        count("times", "So many times in a period."),
        flag("days_limited", "Whether they may do so within `within_days` only."),
        count("within_days", "So many days afterwards."),
        Attribute::new(
            "for",
            Shape::Set {
                of: &Shape::Choice(&[
                    ("absent", "a punch is missing"),
                    ("late", "one was late"),
                    ("early", "one left early"),
                    ("normal", "nothing was wrong"),
                ]),
                max: 4,
                partial: false,
            },
            "What can be corrected.",
        )
        .example("[absent, late]"),
        Attribute::new("period", Shape::Choice(&[("month", "a month"), ("custom", "from `period_begins` on")]), "What a period is.")
            .example("month"),
        Attribute::new("period_begins", Shape::Int { min: 0, max: 28 }, "The day of the month on which it begins.").example("26"),
    ],
    "Asking for corrections.",
)
.example("{ allow: true, limited: true, times: 3 }");

pub(super) const DEVICES: Attribute = block(
    "devices",
    &[
        flag("pc", "People may punch at a computer."),
        flag("photo", "A photograph is asked for with every punch."),
        flag("apply", "People may apply for a punch."),
        flag("rest_day_approval", "A punch on a day of rest is approved first; the console says that it moves the start of such a day to 4:00."),
    ],
    "What to punch with.",
)
.example("{ pc: false }");

pub(super) const DISPLAY: Attribute = block(
    "display",
    &[
        flag("cumulative_time", "People see how long they have worked."),
        flag("overtime", "People see their overtime."),
        flag("hide_punch_times", "Punch times are hidden."),
        flag("hide_rules", "The rules are hidden; only in some tenants."),
    ],
    "What people see.",
)
.example("{ cumulative_time: true }");

pub(super) const FACE: Attribute = block(
    "face",
    &[
        flag("required", "Whether faces are recognised; without it the others have no effect."),
        Attribute::new("when", Shape::Choice(&[("always", "with every punch"), ("suspicious", "when cheating is suspected")]), "When.")
            .example("always"),
        flag("action", "A movement is asked for; with `when: always` alone."),
        flag("photo_instead", "A photograph will do where recognition fails."),
        flag("replace_picture", "A new picture takes the place of the first one."),
    ],
    "Recognition of faces. The pictures themselves are not managed.",
)
.example("{ required: true, when: suspicious }");

pub(super) const ANTI_CHEAT: Attribute = block(
    "anti_cheat",
    &[
        flag("intercept", "Whether punches are looked at; without it the others are off."),
        flag("software", "For software that cheats."),
        flag("buddies", "For punches for somebody else."),
        flag("false_wifi", "For networks that pretend."),
        flag("other_device", "For other devices than the usual ones."),
        Attribute::new("devices", Shape::Int { min: 1, max: 3 }, "So many devices are usual.").example("1"),
        Attribute::new("then", Shape::Choice(&[("face", "the face is looked at"), ("record", "it is written down")]), "What happens then.")
            .example("record"),
    ],
    "Suspicious punches; only in some tenants.",
)
.example("{ intercept: true, then: record }");

pub(super) const STAFF_CHANGES: Attribute = block(
    "staff_changes",
    &[
        flag("first_day_no_punch_in", "Nobody punches in on their first day."),
        flag("first_day_no_punch_out", "Nobody punches out on their first day."),
        flag("last_day_no_punch_in", "Nobody punches in on their last day."),
        flag("last_day_no_punch_out", "Nobody punches out on their last day."),
    ],
    "The first and the last day.",
)
.example("{ first_day_no_punch_in: true }");

const A0: Attribute = count("late_after", "Minutes from which coming back is late.");
const A1: Attribute = count("late_absent_after", "Minutes from which it is absence.");
const A2: Attribute = count("early_before", "Minutes until which leaving is early.");
const A3: Attribute = count("early_absent_before", "Minutes until which it is absence.");
const ABSENCE: Attribute = Attribute::new(
    "punch",
    Shape::Choice(&[
        ("none", "no punch is asked for"),
        ("shift", "at the beginning and the end of the shift"),
        ("leaving", "before leaving and after coming back"),
    ]),
    "Which punches are asked for.",
)
.example("none");

pub(super) const LEAVE: Attribute =
    block("leave", &[flag("punch", "Whether people punch when they go on leave and come back."), A0, A1, A2, A3], "Leave.")
        .example("{ punch: false }");
pub(super) const OUTING: Attribute =
    block("outing", &[ABSENCE, A0, A1, A2, A3], "Going out.").example("{ punch: none }");
pub(super) const TRAVEL: Attribute =
    block("travel", &[ABSENCE, A0, A1, A2, A3], "Business trips.").example("{ punch: none }");

pub(super) const OVERTIME: Attribute = block(
    "overtime_punch",
    &[
        flag("approval", "Overtime may be punched and approved."),
        flag("begin_and_end", "It is punched when it begins and ends."),
    ],
    "Overtime; only in some tenants.",
)
.example("{ approval: true }");

pub(super) const MISSING: Attribute =
    flag("missing_is_absent", "Whether a day of work without a punch is absence, in a free group.");
pub(super) const IGNORE: Attribute = flag(
    "ignore_until_latest_punch_out",
    "Whether oddities before the last moment to punch out are passed over; only in some tenants.",
);

fn read(value: &Json, spelt: As) -> Option<Value> {
    match spelt {
        As::Bool => value.as_bool().map(Value::Bool),
        As::Int => value.as_i64().map(Value::Int),
        As::Word(words) => {
            let number = value.as_i64()?;
            words.iter().find(|(_, n)| *n == number).map(|(word, _)| Value::text(*word))
        }
    }
}

fn write(value: &Value, spelt: As) -> Option<Json> {
    match spelt {
        As::Bool => value.as_bool().map(Json::from),
        As::Int => value.as_int().map(Json::from),
        As::Word(words) => {
            let word = value.as_text()?;
            words.iter().find(|(known, _)| *known == word).map(|(_, n)| Json::from(*n))
        }
    }
}

/// All switches of a whole group. A block that says nothing is there and empty.
pub(super) fn attributes(whole: &Map<String, Json>) -> BTreeMap<String, Value> {
    let mut found: BTreeMap<String, Value> = BTreeMap::new();
    for Switch(attribute, field, path, spelt) in TABLE {
        let value = whole::at(whole, path).and_then(|value| read(value, *spelt));
        if field.is_empty() {
            found.insert((*attribute).to_owned(), value.unwrap_or(Value::Null));
            continue;
        }
        let block = found.entry((*attribute).to_owned()).or_insert_with(|| Value::Map(BTreeMap::new()));
        if let (Value::Map(block), Some(value)) = (block, value) {
            block.insert((*field).to_owned(), value);
        }
    }
    let allowed = FOR.iter().filter(|(_, field)| whole.get(*field).and_then(Json::as_bool) == Some(true));
    let allowed = Value::Set(allowed.map(|(word, _)| Value::text(*word)).collect());
    if let Some(Value::Map(corrections)) = found.get_mut("corrections") {
        corrections.insert("for".to_owned(), allowed);
    }
    found
}

/// Lays a switch or a block over the whole; `false` when the attribute is none.
pub(super) fn lay(whole: &mut Map<String, Json>, attribute: &str, value: &Value) -> bool {
    let mut known = false;
    for Switch(_, field, path, spelt) in TABLE.iter().filter(|Switch(name, ..)| *name == attribute) {
        known = true;
        let value = if field.is_empty() { Some(value) } else { value.get(field) };
        if let Some(json) = value.and_then(|value| write(value, *spelt)) {
            whole::put(whole, path, json);
        }
    }
    if let Some(allowed) = value.get("for").filter(|_| attribute == "corrections") {
        for (word, field) in FOR {
            let on = allowed.elements().any(|value| value.as_text() == Some(word));
            whole.insert(field.to_owned(), on.into());
        }
    }
    known
}
