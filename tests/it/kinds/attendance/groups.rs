//! Groups: every field there and back, places that only grow, rules that a change would destroy, what is said offline.

use serde_json::json;

use super::{
    by_hand, converge, day, group, invalid, knobs, notes, office, pending, plain, planned, scheduled, steps,
};

const FULL: &str = "attendance_groups:
  g:
    name: 总部
    operator: ann
    timezone: Asia/Shanghai
    type: fixed
    week: { mon: day, tue: { name: 默认班次 }, sun: day }
    holidays: china
    own_holidays: \"7302191700771358252\"
    work_days: [{ day: 2026-10-10, shift: day }, { day: 2026-10-11, shift: off }]
    off_days: [2026-12-31]
    members: [ann]
    member_departments: [lab]
    exempt: [cat]
    exempt_departments: [yard]
    take_over: false
    follow_org_changes: true
    leaders: [ann, bob]
    sub_leaders: [cat]
    punch_by: [gps, wifi, machine, ip]
    gps_range: 300
    gps: [{ name: 上海中心, lat: \"31.23350\", lng: \"121.5056\", address: 世纪大道, map: amap }]
    wifi: [{ name: 总部, bssid: \"08:00:20:0a:8c:6d\", ssid: corp }]
    ip: [{ name: 总部, ip: 122.224.123.146, carrier: 中国电信 }]
    machines: [{ serial: FS0701, name: 12 楼前台 }]
    outside: { allow: true, approval_before: true, approval_after: false, remark: true, photo: true, hide_address: true, adjust_address: true, adjust_range: 80 }
    corrections: { allow: true, limited: true, times: 3, days_limited: true, within_days: 7, for: [absent, late], period: custom, period_begins: 26 }
    devices: { pc: true, photo: true, apply: true, rest_day_approval: true }
    display: { cumulative_time: true, overtime: true, hide_punch_times: true, hide_rules: true }
    face: { required: true, when: always, action: true, photo_instead: true, replace_picture: true }
    anti_cheat: { intercept: true, software: true, buddies: true, false_wifi: true, other_device: true, devices: 2, then: record }
    staff_changes: { first_day_no_punch_in: true, first_day_no_punch_out: false, last_day_no_punch_in: true, last_day_no_punch_out: true }
    leave: { punch: true, late_after: 5, late_absent_after: 60, early_before: 5, early_absent_before: 60 }
    outing: { punch: shift, late_after: 5, late_absent_after: 60, early_before: 5, early_absent_before: 60 }
    travel: { punch: leaving, late_after: 5, late_absent_after: 60, early_before: 5, early_absent_before: 60 }
    overtime_punch: { approval: true, begin_and_end: true }
    missing_is_absent: true
    ignore_until_latest_punch_out: true
    effective: now
";

#[tokio::test]
async fn every_field_is_written_and_read_back() {
    let world = office().await;
    knobs(&world, json!({ "grey": true })).await;
    let shifts = format!("shifts:\n{}", day("day", "白班", ""));
    converge(&world, &format!("{shifts}{FULL}")).await;
    let row = group(&world, "总部").await;
    assert_eq!((&row["kind"], &row["calendar"], &row["effect_now"]), (&json!(1), &json!(1), &json!(true)));
    assert_eq!(row["week"][2], "0");
    let switches = &row["switches"];
    for (field, want) in [
        ("out_punch_need_approval", json!(true)),
        ("out_punch_need_post_approval", json!(false)),
        ("adjust_range", json!(80)),
        ("remedy_period_type", json!(2)),
        ("allow_remedy_type_lack", json!(true)),
        ("allow_remedy_type_early", json!(false)),
        ("clockIn_need_photo", json!(true)),
        ("rest_clockIn_need_approval", json!(true)),
        ("face_punch_cfg", json!(1)),
        ("leave_need_punch", json!(true)),
        ("go_out_need_punch", json!(1)),
        ("travel_need_punch", json!(2)),
        ("punch_type", json!(15)),
        (
            "overtime_clock_cfg",
            json!({ "allow_punch_approval": true, "need_clock_over_time_start_and_end": true }),
        ),
    ] {
        assert_eq!(switches[field], want, "{field}");
    }
    // Everything that can be turned is turned, in one call.
    let other = FULL.replace("true", "TRUE").replace("false", "true").replace("TRUE", "false");
    let other = other.replace("true_wifi", "false_wifi");
    let other = other.replace("intercept: false", "intercept: true").replace("allow: false", "allow: true");
    let other = other.replace("required: false", "required: true").replace("punch: shift", "punch: none");
    let other = other.replace("times: 3", "times: 4").replace("for: [absent, late]", "for: [normal]");
    let other = other
        .replace("own_holidays: \"7302191700771358252\"", "own_holidays: null")
        .replace("mon: day", "sat: day");
    let plan = converge(&world, &format!("{shifts}{other}")).await;
    assert_eq!(plan.steps.len(), 2, "a trial and a write: {:?}", steps(&plan));
    let types = [
        ("scheduled", ""),
        (
            "free",
            "    free: { days: [sun], from: \"7:00\", to: \"22:00\", minutes: 480, minutes_asked: true, missing_is_absent: true }\n",
        ),
    ];
    for (kind, more) in types {
        let week = other.lines().find(|line| line.contains("week:")).expect("a week").to_owned() + "\n";
        let yaml = other.replace(&week, more).replace("type: fixed", &format!("type: {kind}"));
        converge(&world, &format!("{shifts}{yaml}")).await;
    }
    assert_eq!(group(&world, "总部").await["free"]["punch_day"], 1, "seven digits have lost six");
    converge(&world, &format!("{shifts}{FULL}")).await;
}

#[tokio::test]
async fn places_are_added_once_and_those_that_are_too_many_wait_for_a_person() {
    let world = office().await;
    let at =
        |places: &str| format!("attendance_groups:\n{}", plain("g", "组", &format!("    gps: {places}\n")));
    let one = "{ name: a, lat: \"31.2335\", lng: \"121.5056\" }";
    let two = "{ name: b, lat: \"-31.00001\", lng: \"0.5\" }";
    converge(&world, &at(&format!("[{one}]"))).await;
    converge(&world, &at(&format!("[{one}, {two}]"))).await;
    assert_eq!(group(&world, "组").await["locations"].as_array().map(Vec::len), Some(2), "sent once");
    let plan = planned(&world, &at(&format!("[{two}]"))).await;
    assert!(plan.steps.is_empty(), "{:?}", steps(&plan));
    assert!(
        pending(&plan)[0].contains("take away a 31.2335 121.5056 in the attendance console"),
        "{:?}",
        pending(&plan)
    );
    converge(&world, &at(&format!("{{ at_least: [{two}] }}"))).await;
    let id = group(&world, "组").await["group_id"].clone();
    world.tenant.act(json!({ "action": "attendance_by_hand", "group_id": id, "remove_place": "a" })).await;
    converge(&world, &at(&format!("[{two}]"))).await;
}

#[tokio::test]
async fn rules_that_a_change_would_destroy_keep_the_group_as_it_is() {
    for visible in [true, false] {
        let world = office().await;
        converge(&world, "").await;
        let mut body = scheduled("组");
        if visible {
            body["need_punch_members"] = json!([{ "rule_scope_type": 1 }]);
        }
        let id = by_hand(&world, body).await;
        if !visible {
            let rules = json!([{ "rule_scope_type": 1 }]);
            world
                .tenant
                .act(json!({ "action": "attendance_by_hand", "group_id": id, "or_rules": rules }))
                .await;
        }
        let of = |more: &str| format!("attendance_groups:\n{}", plain("g", "组", more));
        converge(&world, &of("")).await;
        let plan = planned(&world, &of("    holidays: china\n")).await;
        assert!(plan.steps.is_empty(), "visible: {visible}: {:?}", steps(&plan));
        assert!(plan.blocked[0].why.contains("cannot be read"), "{:?}", plan.blocked);
        converge(&world, &of("    holidays: china\n    members: [bob]\n")).await;
        assert!(group(&world, "组").await["or_rules"].is_null());
    }
}

#[tokio::test]
async fn what_no_write_has_is_said_before_it_is_reset() {
    let world = office().await;
    let free = |more: &str| {
        let hours = "    free: { days: [mon], from: \"7:00\", to: \"22:00\" }\n";
        format!(
            "attendance_groups:\n{}",
            plain("g", "组", &format!("{hours}{more}")).replace("type: scheduled", "type: free")
        )
    };
    converge(&world, &free("")).await;
    let id = group(&world, "组").await["group_id"].clone();
    let clock = json!({ "clock_mode": 1, "clock_internal_hhmm": 30 });
    world.tenant.act(json!({ "action": "attendance_by_hand", "group_id": id, "free_clock": clock })).await;
    assert!(planned(&world, &free("")).await.is_empty());
    let plan = converge(&world, &free("    holidays: china\n")).await;
    assert!(notes(&plan).contains("is reset"), "{}", notes(&plan));
}

#[tokio::test]
async fn somebody_elses_change_of_an_undeclared_field_makes_a_plan_stale() {
    let world = office().await;
    let of = |more: &str| format!("{}attendance_groups:\n{}", super::PEOPLE, plain("g", "组", more));
    world.apply(&of("")).await.expect("a plan");
    let plan = world.plan(&of("    holidays: china\n")).await.expect("a plan");
    let id = group(&world, "组").await["group_id"].clone();
    let rule = json!({ "leave_need_punch_cfg": { "not_during_shift": true } });
    world.tenant.act(json!({ "action": "attendance_by_hand", "group_id": id, "switches": rule })).await;
    let (manifest, _) = crate::spine::run::checked(&of("    holidays: china\n"));
    let document = world.store.load().expect("state").document;
    let snapshot = world.look(&manifest, &document).await;
    let moved = larkctl::plan::moved(&plan, &snapshot, larkctl::kinds::registry());
    assert_eq!(moved.iter().map(ToString::to_string).collect::<Vec<_>>(), ["attendance_group.g"]);
}

#[test]
fn what_can_never_be_is_said_offline() {
    let of = |more: &str| format!("attendance_groups:\n{}", plain("g", "组", more));
    let two =
        |a: &str, b: &str| format!("attendance_groups:\n{}{}", plain("g", "组", a), plain("h", "另一组", b));
    for (yaml, words) in [
        (of("").replace("type: scheduled", "type: fixed"), "write `week` too"),
        (of("    week: { mon: off }\n"), "take `week` away"),
        (of("").replace("type: scheduled", "type: free"), "write `free` too"),
        (of("    free: { days: [mon] }\n").replace("type: scheduled", "type: free"), "insists on from, to"),
        (of("").replace("leaders: [ann]", "leaders: []"), "nobody is responsible"),
        (of("").replace("    operator: ann\n", ""), "operator"),
        (of("    outside: { photo: true }\n"), "photo without `allow: true`"),
        (of("    face: { required: false, photo_instead: true }\n"), "without `required: true`"),
        (of("    face: { required: true, action: true }\n"), "`action` without `when: always`"),
        (
            of("    work_days: [{ day: 2026-10-10, shift: off }]\n    off_days: [2026-10-10]\n"),
            "a day is an exception twice",
        ),
        (
            of(
                "    wifi: [{ name: a, bssid: \"08:00:20:0a:8c:6d\" }, { name: b, bssid: \"08:00:20:0A:8C:6D\" }]\n",
            ),
            "a place is said twice",
        ),
        (of("    gps: [{ name: a, lat: \"31.233501\", lng: \"1\" }]\n"), "five decimals"),
        (
            two("    member_departments: [lab]\n", "    exempt_departments: [lab]\n"),
            "a department is in two attendance groups",
        ),
        (of("").replace("Asia/Shanghai", "Shanghai"), "a time zone"),
    ] {
        let told = invalid(&yaml);
        assert!(
            told.contains(words)
                || format!("{:?}", super::checked_problems(&format!("{}{yaml}", super::PEOPLE)))
                    .contains(words),
            "{words}: {told}\n{yaml}"
        );
    }
    assert_eq!(invalid(&of("")), "");
}
