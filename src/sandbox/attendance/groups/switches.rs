//! Everything about a group that is a plain switch or a block of them: what is refused, what is filled in, and
//! what a switched-off parent takes along.

use serde_json::{Map, Value, json};

use crate::sandbox::attendance::gate::bad;
use crate::sandbox::gateway::Refusal;
use crate::sandbox::world::World;

/// Fields that are kept elsewhere.
const APART: [&str; 22] = [
    "group_id",
    "group_name",
    "time_zone",
    "group_type",
    "punch_day_shift_ids",
    "free_punch_cfg",
    "calendar_id",
    "new_calendar_id",
    "need_punch_special_days",
    "no_need_punch_special_days",
    "effect_now",
    "bind_dept_ids",
    "bind_user_ids",
    "bind_default_dept_ids",
    "bind_default_user_ids",
    "group_leader_ids",
    "sub_group_leader_ids",
    "locations",
    "except_dept_ids",
    "except_user_ids",
    "operator_id",
    "location_id",
];
/// Only in tenants of a grey release.
const GREY: [&str; 4] =
    ["hide_clock_in_rule", "anti_cheat_punch_config", "overtime_clock_cfg", "clock_in_abnormal_settings"];
/// Filled in with `false`.
const FLAGS: [&str; 25] = [
    "allow_out_punch",
    "out_punch_need_approval",
    "out_punch_need_post_approval",
    "out_punch_need_remark",
    "out_punch_need_photo",
    "out_punch_allowed_hide_addr",
    "out_punch_allowed_adjust_addr",
    "allow_pc_punch",
    "allow_remedy",
    "remedy_limit",
    "remedy_date_limit",
    "allow_remedy_type_lack",
    "allow_remedy_type_late",
    "allow_remedy_type_early",
    "allow_remedy_type_normal",
    "show_cumulative_time",
    "show_over_time",
    "hide_staff_punch_time",
    "face_punch",
    "face_live_need_action",
    "face_downgrade",
    "replace_basic_pic",
    "rest_clockIn_need_approval",
    "clockIn_need_photo",
    "save_auto_changes",
];
/// Filled in with a number.
const NUMBERS: [(&str, i64); 8] = [
    ("adjust_range", 50),
    ("remedy_limit_count", 0),
    ("remedy_date_num", 0),
    ("remedy_period_type", 0),
    ("remedy_period_custom_date", 0),
    ("gps_range", 0),
    ("punch_type", 0),
    ("face_punch_cfg", 0),
];
/// What only counts while the first is on.
const UNDER: [(&str, &[&str]); 3] = [
    (
        "allow_out_punch",
        &[
            "out_punch_need_approval",
            "out_punch_need_post_approval",
            "out_punch_need_remark",
            "out_punch_need_photo",
            "out_punch_allowed_hide_addr",
            "out_punch_allowed_adjust_addr",
            "adjust_range",
        ],
    ),
    (
        "allow_remedy",
        &[
            "remedy_limit",
            "remedy_limit_count",
            "remedy_date_limit",
            "remedy_date_num",
            "allow_remedy_type_lack",
            "allow_remedy_type_late",
            "allow_remedy_type_early",
            "allow_remedy_type_normal",
            "remedy_period_type",
            "remedy_period_custom_date",
        ],
    ),
    ("face_punch", &["face_punch_cfg", "face_live_need_action", "face_downgrade", "replace_basic_pic"]),
];
/// Whole numbers and what they may be on a write.
const BOUNDS: [(&str, i64, i64); 11] = [
    ("adjust_range", 0, 100_000),
    ("remedy_limit_count", 0, 1000),
    ("remedy_date_num", 0, 1000),
    ("remedy_period_type", 1, 2),
    ("remedy_period_custom_date", 0, 28),
    ("gps_range", 0, 100_000),
    ("punch_type", 0, 15),
    ("face_punch_cfg", 1, 2),
    ("go_out_need_punch", 0, 2),
    ("travel_need_punch", 0, 2),
    ("allow_change_device_num", 1, 3),
];

/// The switches of a write, judged and filled in.
pub(super) fn judged(world: &World, group: &Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    if ["except_dept_ids", "except_user_ids"].iter().any(|name| group.contains_key(*name)) {
        return Err(bad("except_dept_ids and except_user_ids are offline"));
    }
    if !world.settings().attendance.grey && GREY.iter().any(|name| group.contains_key(*name)) {
        return Err(bad("not in this tenant"));
    }
    for (name, least, most) in BOUNDS {
        if group.get(name).and_then(Value::as_i64).is_some_and(|n| !(least..=most).contains(&n)) {
            return Err(bad(name));
        }
    }
    let on = |name: &str| group.get(name) == Some(&json!(true));
    if on("face_live_need_action") && group.get("face_punch_cfg").and_then(Value::as_i64) != Some(1) {
        return Err(bad("face_live_need_action"));
    }
    machines(group.get("machines"))?;
    let mut switches: Map<String, Value> = group
        .iter()
        .filter(|(name, value)| !APART.contains(&name.as_str()) && !value.is_null())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let bound = ["bind_dept_ids", "bind_user_ids"].iter().any(|name| filled(group.get(*name)));
    if bound {
        switches.remove("need_punch_members");
    }
    let exempt =
        ["bind_default_dept_ids", "bind_default_user_ids"].iter().any(|name| filled(group.get(*name)));
    if exempt {
        switches.remove("no_need_punch_members");
    }
    for (parent, children) in UNDER {
        if switches.get(parent) != Some(&json!(true)) {
            children.iter().for_each(|child| {
                switches.remove(*child);
            });
        }
    }
    for name in FLAGS {
        switches.entry(name).or_insert_with(|| false.into());
    }
    for (name, number) in NUMBERS {
        switches.entry(name).or_insert_with(|| number.into());
    }
    switches.entry("machines").or_insert_with(|| json!([]));
    Ok(switches)
}

fn filled(list: Option<&Value>) -> bool {
    list.and_then(Value::as_array).is_some_and(|items| !items.is_empty())
}

/// Each machine once, by its serial number.
fn machines(list: Option<&Value>) -> Result<(), Refusal> {
    let mut seen = std::collections::BTreeSet::new();
    for machine in list.and_then(Value::as_array).into_iter().flatten() {
        let serial = machine.get("machine_sn").and_then(Value::as_str).unwrap_or_default();
        if serial.is_empty() || !seen.insert(serial) {
            return Err(bad("machines"));
        }
    }
    Ok(())
}
