//! Shifts: every field there and back, names that are swapped, what others use.

use serde_json::{Value, json};

use super::{
    BASE, by_hand, converge, day, invalid, knobs, notes, office, plain, planned, refused, scheduled, shift,
    steps, waits,
};

const FULL: &str = "shifts:
  day:
    name: 白班
    periods:
      - { on: \"9:00\", off: \"12:00\", late: { counts_after: 5, absent_after: 60, serious_after: 30 }, early: { counts_before: 5, absent_before: 60 }, punch_in_from: 720, punch_out_until: 60, punch: in_only }
      - { on: \"13:00\", off: \"26:00\", late: { counts_after: 0, absent_after: 60 }, early: { counts_before: 0, absent_before: 60 }, punch_in_from: 30, punch_out_until: 960, punch: out_only }
    breaks: [{ from: \"9:30\", to: \"9:45\" }, { from: \"15:00\", to: \"15:15\" }]
    overtime_breaks: [{ from: \"19:00\", to: \"20:00\" }]
    flexible: [{ early: 30, late: 60 }]
    flexible_breaks: [{ on: true, late: 20 }]
    rest_day: false
    no_punch_out: true
    serious_late_after: 45
    late_leave: [{ left_after: 120, come_after: 60 }]
    late_leave_from: { leaving: fixed, coming: flexible }
    overtime: [{ from: \"20:00\", to: \"22:00\" }]
    middle: { by: fixed, at: \"12:30\" }
    leaders: [bob]
";

#[tokio::test]
async fn every_field_is_written_and_read_back() {
    let world = office().await;
    knobs(&world, json!({ "enterprise": true })).await;
    converge(&world, FULL).await;
    let row = shift(&world, "白班").await;
    let rule = &row["rule"];
    let flags: Vec<[&Value; 2]> = rule["punch_time_rule"]
        .as_array()
        .expect("periods")
        .iter()
        .map(|period| [&period["no_need_on"], &period["no_need_off"]])
        .collect();
    assert_eq!(flags, [[&json!(false), &json!(true)], [&json!(true), &json!(false)]]);
    assert_eq!(rule["punch_time_rule"][1]["off_time"], "26:00");
    assert_eq!(
        rule["late_off_late_on_setting"],
        json!({ "late_off_base_on_time_type": 1, "late_on_base_on_time_type": 1 })
    );
    assert_eq!(
        rule["shift_middle_time_rule"],
        json!({ "middle_time_type": 3, "fixed_middle_time": "12:30" })
    );
    assert_eq!(rule["rest_time_flexible_configs"], json!([{ "need_flexible": true, "late_mins": 20 }]));
    assert_eq!(row["leaders"].as_array().map(Vec::len), Some(1));
    // Everything the other way.
    let other = FULL
        .replace("punch: in_only", "punch: both")
        .replace("punch: out_only", "punch: none")
        .replace("leaving: fixed, coming: flexible", "leaving: flexible, coming: fixed")
        .replace("by: fixed, at: \"12:30\"", "by: break")
        .replace("leaders: [bob]", "leaders: [ann, cat]")
        .replace("no_punch_out: true", "no_punch_out: false")
        .replace("[{ early: 30, late: 60 }]", "[]");
    let plan = converge(&world, &other).await;
    assert_eq!(plan.steps.len(), 1, "{:?}", steps(&plan));
    assert_eq!(shift(&world, "白班").await["rule"]["is_flexible"], false);
}

#[tokio::test]
async fn names_are_swapped_by_way_of_another_and_a_lost_id_is_found_by_name() {
    let world = office().await;
    let two = |a: &str, b: &str| format!("shifts:\n{}{}", day("a", a, ""), day("b", b, ""));
    converge(&world, &two("早", "晚")).await;
    let early = shift(&world, "早").await["shift_id"].clone();
    let plan = converge(&world, &two("晚", "早")).await;
    assert_eq!(plan.steps.len(), 3, "{:?}", steps(&plan));
    assert_eq!(shift(&world, "晚").await["shift_id"], early);
    // The key goes, the name stays with a new one: the old shift gives it up first.
    converge(&world, &format!("shifts:\n{}", day("c", "晚", ""))).await;
    std::fs::remove_file(world.store.path()).expect("state");
    let plan = converge(&world, &format!("shifts:\n{}", day("d", "晚", ""))).await;
    assert!(plan.steps.is_empty(), "adopted as it is: {:?}", steps(&plan));
}

#[tokio::test]
async fn a_list_without_rules_is_not_taken_for_a_shift_without_rules() {
    let world = office().await;
    converge(&world, &format!("shifts:\n{}", day("a", "早", "    serious_late_after: 30\n"))).await;
    knobs(&world, json!({ "shift_list_rules": false })).await;
    let next = planned(&world, &format!("shifts:\n{}", day("a", "早", "    serious_late_after: 30\n"))).await;
    assert!(next.is_empty(), "{:?}", steps(&next));
    let fault = json!({ "endpoint": format!("GET {BASE}/shifts/:shift_id"), "effect": { "answer": { "status": 500, "code": 1_226_000 } } });
    world.tenant.faults(fault).await;
    let next = planned(&world, &format!("shifts:\n{}", day("a", "早", "    serious_late_after: 31\n"))).await;
    assert!(next.steps.is_empty() && !next.blocked.is_empty(), "{:?} {:?}", steps(&next), next.blocked);
}

#[tokio::test]
async fn a_shift_that_somebody_else_uses_is_not_deleted_and_a_change_says_whom_it_concerns() {
    let world = office().await;
    let shifts = |more: &str| format!("shifts:\n{}", day("a", "早", more));
    let groups = plain("g", "组", "");
    converge(&world, &format!("{}attendance_groups:\n{groups}", shifts(""))).await;
    let id = shift(&world, "早").await["shift_id"].clone();
    let mut body = scheduled("别人的");
    body["need_punch_special_days"] = json!([{ "punch_day": 20_261_010, "shift_id": id }]);
    let theirs = by_hand(&world, body).await;
    let plan =
        planned(&world, &format!("{}attendance_groups:\n{groups}", shifts("    rest_day: true\n"))).await;
    assert!(notes(&plan).contains(&format!("别人的 ({theirs}), which nobody manages")), "{}", notes(&plan));
    assert!(notes(&plan).contains("its leaders cannot be read"), "{}", notes(&plan));
    let why = refused(&world, &format!("attendance_groups:\n{groups}")).await;
    assert!(why.contains("别人的") && why.contains("plan::in_use"), "{why}");
    // A group of our own lets go in the same plan.
    world.tenant.ok("DELETE", &format!("{BASE}/groups/{theirs}"), Value::Null).await;
    let ours = plain("g", "组", "    work_days: [{ day: 2026-10-10, shift: a }]\n");
    converge(&world, &format!("{}attendance_groups:\n{ours}", shifts(""))).await;
    let plan =
        converge(&world, &format!("attendance_groups:\n{}", plain("g", "组", "    work_days: []\n"))).await;
    assert!(waits(&plan, "shift.a: delete", "attendance_group.g: update work_days"), "{:?}", steps(&plan));
}

#[tokio::test]
async fn shares_of_attendance_time_cannot_be_given_back_so_the_shift_is_left_alone() {
    let world = office().await;
    knobs(&world, json!({ "grey": true })).await;
    let period = json!({ "on_time": "9:00", "off_time": "18:00", "late_minutes_as_late": 5, "late_minutes_as_lack": 60, "on_advance_minutes": 120,
        "early_minutes_as_early": 5, "early_minutes_as_lack": 60, "off_delay_minutes": 360 });
    let body = json!({ "shift_name": "早", "punch_times": 1, "punch_time_rule": [period], "shift_attendance_time_config": { "attendance_time": 1.0 } });
    world.tenant.ok("POST", &format!("{BASE}/shifts"), body).await;
    converge(&world, &format!("shifts:\n{}", day("a", "早", ""))).await;
    let plan = planned(&world, &format!("shifts:\n{}", day("a", "早", "    rest_day: true\n"))).await;
    assert!(plan.steps.is_empty(), "{:?}", steps(&plan));
    assert!(plan.blocked[0].why.contains("shares of attendance time"), "{:?}", plan.blocked);
}

#[test]
fn what_can_never_be_is_said_offline() {
    let shift = |more: &str| format!("shifts:\n{}", day("a", "早", more));
    let changed = |from: &str, to: &str| shift("").replace(from, to);
    for (yaml, words) in [
        (changed("18:00", "8:00"), "`off` is not after `on`"),
        (changed("punch_out_until: 360", "punch_out_until: 360, punch: none"), "first period"),
        (changed("punch_out_until: 360", "punch_out_until: 961"), "from 0 to 960"),
        (changed("punch_in_from: 120", "punch_in_from: 721"), "from 0 to 720"),
        (changed("9:00", "9.00"), "a time such as 09:00"),
        (
            shift("    rest_day: true\n    flexible: [{ early: 1, late: 1 }]\n"),
            "a day of rest has flexible hours",
        ),
        (
            shift("    breaks: [{ from: \"13:00\", to: \"14:00\" }, { from: \"12:00\", to: \"12:30\" }]\n"),
            "before the one above",
        ),
        (shift("    middle: { by: fixed }\n"), "halves"),
        (shift("    middle: { by: break, at: \"12:00\" }\n"), "halves"),
        (format!("{}{}", shift(""), day("b", "早", "")), "cannot be told apart"),
        ("shifts:\n  a: { name: 早, periods: [] }\n".to_owned(), "no period"),
    ] {
        let told = invalid(&yaml);
        assert!(told.contains(words), "{words}: {told}\n{yaml}");
    }
    assert_eq!(invalid(&shift("")), "");
}
