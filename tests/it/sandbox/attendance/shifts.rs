//! Shifts: one call for new and changed ones, a name for one, flags that read the other way round.

use serde_json::{Value, json};

use super::{at, general, group, group_body, knobs, office, period, shift, shift_body, with};

#[tokio::test]
async fn without_an_id_every_write_makes_a_shift_and_with_one_it_replaces_the_whole() {
    let t = office().await;
    let body = with(
        shift_body("早班"),
        json!({ "is_flexible": true, "flexible_rule": [{ "flexible_early_minutes": 30, "flexible_late_minutes": 60 }],
                "sub_shift_leader_ids": ["u2"], "rest_time_rule": [{ "rest_begin_time": "12:00", "rest_end_time": "13:00" }] }),
    );
    let made = t.ok("POST", &at("/shifts"), body).await;
    assert_eq!(made["shift"]["sub_shift_leader_ids"], json!(["u2"]));
    let id = made["shift"]["shift_id"].as_str().expect("id").to_owned();
    assert_eq!((&made["shift"]["id"], id.len()), (&json!(id), 19));
    t.refused("POST", &at("/shifts"), shift_body("早班"), 400, 1_226_002).await;
    let other = shift(&t, "晚班").await;
    t.refused("POST", &at("/shifts"), with(shift_body("早班"), json!({ "id": other })), 400, 1_226_002).await;
    t.ok("POST", &at("/shifts"), with(shift_body("白班"), json!({ "id": id }))).await;
    let read = t.ok("GET", &at(&format!("/shifts/{id}")), Value::Null).await;
    assert_eq!((&read["shift_name"], &read["shift_id"]), (&json!("白班"), &json!(id)));
    assert_eq!((&read["is_flexible"], &read["flexible_rule"]), (&json!(false), &json!([])));
    assert_eq!(read["rest_time_rule"], json!([]));
    assert_eq!(
        t.rows("attendance_shifts").await[&id]["leaders"],
        json!([]),
        "leaders that were not sent again are lost"
    );
    general(&t, "POST", &at("/shifts"), with(shift_body("x"), json!({ "id": "1" })), "shift does not exist")
        .await;
}

#[tokio::test]
async fn a_period_is_read_with_its_flags_turned_round() {
    let t = office().await;
    let first = with(period("9:00", "12:00"), json!({ "no_need_off": true }));
    let second = with(period("13:30", "26:00"), json!({ "no_need_on": true, "no_need_off": false }));
    let body = with(shift_body("s"), json!({ "punch_time_rule": [first, second], "no_need_off": true }));
    let made = t.ok("POST", &at("/shifts"), body).await["shift"].clone();
    let flags = |shift: &Value| -> Vec<Value> {
        let periods = shift["punch_time_rule"].as_array().expect("periods").clone();
        periods.iter().flat_map(|p| [p["no_need_on"].clone(), p["no_need_off"].clone()]).collect()
    };
    assert_eq!(flags(&made), [false, true, true, false], "the answer of the write means what was written");
    let id = made["shift_id"].as_str().expect("id");
    let got = t.ok("GET", &at(&format!("/shifts/{id}")), Value::Null).await;
    let listed = t.ok("GET", &at("/shifts?page_size=50"), Value::Null).await["shift_list"][1].clone();
    let found = t.ok("POST", &at("/shifts/query?shift_name=s"), Value::Null).await;
    for read in [&got, &listed, &found] {
        assert_eq!(flags(read), [true, false, false, true]);
        assert_eq!(read["no_need_off"], true, "the flag of the whole shift is not turned");
        assert_eq!(read["sub_shift_leader_ids"], json!([]));
        assert_eq!(read["punch_time_rule"][0]["on_time"], "09:00");
        assert_eq!(read["punch_time_rule"][1]["off_time"], "26:00");
    }
    assert_eq!(got["rest_time_flexible_configs"], json!([]));
    assert!(listed.get("rest_time_flexible_configs").is_none() && listed.get("id").is_none());
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let t = office().await;
    let p = |fields: Value| json!({ "punch_time_rule": [with(period("9:00", "18:00"), fields)] });
    for (fields, code) in [
        (json!({ "shift_name": " " }), 1_220_001),
        (json!({ "punch_time_rule": [] }), 1_220_001),
        (p(json!({ "on_time": "9" })), 1_220_600),
        (p(json!({ "on_time": "19:00" })), 1_220_600),
        (p(json!({ "on_advance_minutes": 721 })), 1_220_001),
        (p(json!({ "off_delay_minutes": 961 })), 1_220_001),
        (p(json!({ "late_minutes_as_late": -1 })), 1_220_001),
        (p(json!({ "no_need_on": true })), 1_220_001),
        (json!({ "punch_time_rule": [period("9:00", "12:00"), period("11:00", "18:00")] }), 1_220_600),
        (json!({ "day_type": 3 }), 1_220_001),
        (json!({ "day_type": 2, "is_flexible": true }), 1_220_001),
        (json!({ "rest_time_rule": [{ "rest_begin_time": "13:00", "rest_end_time": "12:00" }] }), 1_220_600),
        (json!({ "shift_attendance_time_config": { "attendance_time": 1.0 } }), 1_220_001),
        (json!({ "sub_shift_leader_ids": ["nobody"] }), 1_220_004),
        (json!({ "sub_shift_leader_ids": ["ou_1"] }), 1_220_004),
        (json!({ "punch_times": "1" }), 99_992_402),
        (json!({ "rest_time_flexible_configs": [{ "late_mins": 1501 }] }), 99_992_402),
    ] {
        t.refused("POST", &at("/shifts"), with(shift_body("s"), fields), 400, code).await;
    }
    t.refused("POST", &at("/shifts?employee_type=open_id"), shift_body("s"), 400, 99_992_402).await;
    let edge = p(
        json!({ "on_advance_minutes": 720, "off_delay_minutes": 960, "on_time": "0:00", "off_time": "47:59" }),
    );
    t.ok("POST", &at("/shifts"), with(shift_body("s"), edge)).await;
}

#[tokio::test]
async fn some_rules_need_the_enterprise_edition() {
    let t = office().await;
    let rules = [
        json!({ "late_off_late_on_rule": [{ "late_off_minutes": 60, "late_on_minutes": 30 }] }),
        json!({ "overtime_rule": [{ "on_overtime": "19:00", "off_overtime": "21:00" }] }),
        json!({ "shift_middle_time_rule": { "middle_time_type": 3, "fixed_middle_time": "12:30" } }),
    ];
    for rule in &rules {
        let body = with(shift_body("s"), rule.clone());
        general(&t, "POST", &at("/shifts"), body, "Enterprise Edition").await;
    }
    knobs(&t, json!({ "enterprise": true })).await;
    for (i, rule) in rules.iter().enumerate() {
        t.ok("POST", &at("/shifts"), with(shift_body(&format!("s{i}")), rule.clone())).await;
    }
    let lacks = json!({ "shift_middle_time_rule": { "middle_time_type": 3 } });
    t.refused("POST", &at("/shifts"), with(shift_body("t"), lacks), 400, 1_220_001).await;
}

#[tokio::test]
async fn the_default_shift_stays_and_a_used_one_too() {
    let t = office().await;
    let listed = t.ok("GET", &at("/shifts"), Value::Null).await["shift_list"][0].clone();
    assert_eq!(listed["shift_name"], "默认班次");
    let id = listed["shift_id"].as_str().expect("id");
    t.refused("DELETE", &at(&format!("/shifts/{id}")), Value::Null, 400, 1_226_003).await;
    t.refused("POST", &at("/shifts"), with(shift_body("x"), json!({ "id": id })), 400, 1_226_003).await;
    let (week, special) = (shift(&t, "week").await, shift(&t, "special").await);
    let days = json!({ "group_type": 1, "punch_day_shift_ids": [week, "0", "0", "0", "0", "0", "0"],
        "need_punch_special_days": [{ "punch_day": 20_261_010, "shift_id": special }] });
    let mut body = with(group_body("g"), days);
    body.as_object_mut().expect("object").remove("free_punch_cfg");
    let holder = group(&t, body).await;
    for used in [&week, &special] {
        general(&t, "DELETE", &at(&format!("/shifts/{used}")), Value::Null, "shift can not be del").await;
    }
    t.ok("DELETE", &at(&format!("/groups/{holder}")), Value::Null).await;
    for used in [&week, &special] {
        t.ok("DELETE", &at(&format!("/shifts/{used}")), Value::Null).await;
        general(&t, "DELETE", &at(&format!("/shifts/{used}")), Value::Null, "shift does not exist").await;
        general(&t, "GET", &at(&format!("/shifts/{used}")), Value::Null, "shift does not exist").await;
    }
}

#[tokio::test]
async fn the_list_has_pages_of_ten_and_may_leave_the_rules_out() {
    let t = office().await;
    for i in 0..11 {
        shift(&t, &format!("s{i:02}")).await;
    }
    let first = t.ok("GET", &at("/shifts"), Value::Null).await;
    assert_eq!((first["shift_list"].as_array().expect("list").len(), &first["has_more"]), (10, &json!(true)));
    let token = first["page_token"].as_str().expect("token");
    let rest = t.ok("GET", &at(&format!("/shifts?page_token={token}")), Value::Null).await;
    let names: Vec<&Value> =
        rest["shift_list"].as_array().expect("list").iter().map(|s| &s["shift_name"]).collect();
    assert_eq!(names, ["s09", "s10"]);
    for size in [0, 51] {
        t.refused("GET", &at(&format!("/shifts?page_size={size}")), Value::Null, 400, 1_220_001).await;
    }
    t.refused("GET", &at("/shifts?page_token=x"), Value::Null, 400, 1_220_001).await;
    knobs(&t, json!({ "shift_list_rules": false })).await;
    let brief = t.ok("GET", &at("/shifts"), Value::Null).await["shift_list"][0].clone();
    assert!(brief.get("punch_time_rule").is_none() && brief["is_flexible"] == false, "{brief}");
    general(&t, "POST", &at("/shifts/query?shift_name=s0"), Value::Null, "shift does not exist").await;
}
