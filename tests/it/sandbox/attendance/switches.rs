//! Plain switches: what is filled in, what a parent takes along, what only some tenants have.

use serde_json::{Value, json};

use super::{group, group_body, groups, knobs, office, read, with, write};

#[tokio::test]
async fn defaults_are_filled_in_and_a_switched_off_parent_takes_its_children_along() {
    let t = office().await;
    let id = group(&t, group_body("g")).await;
    let got = read(&t, &id).await;
    for (field, want) in [
        ("adjust_range", json!(50)),
        ("remedy_period_type", json!(0)),
        ("allow_pc_punch", json!(false)),
        ("machines", json!([])),
    ] {
        assert_eq!(got[field], want, "{field}");
    }
    for absent in ["leave_need_punch", "member_status_change", "hide_clock_in_rule", "allow_apply_punch"] {
        assert!(got.get(absent).is_none(), "{absent} was never said");
    }
    let children = json!({ "out_punch_need_photo": true, "adjust_range": 80, "remedy_limit": true, "remedy_limit_count": 3,
        "remedy_period_type": 2, "face_punch_cfg": 2, "face_downgrade": true });
    let off = group(&t, with(group_body("h"), children.clone())).await;
    let got = read(&t, &off).await;
    for (field, want) in [
        ("out_punch_need_photo", json!(false)),
        ("adjust_range", json!(50)),
        ("remedy_limit_count", json!(0)),
        ("face_punch_cfg", json!(0)),
    ] {
        assert_eq!(got[field], want, "{field} without its parent");
    }
    let parents = json!({ "allow_out_punch": true, "allow_remedy": true, "face_punch": true });
    let on = group(&t, with(with(group_body("i"), children.clone()), parents)).await;
    let got = read(&t, &on).await;
    for (field, want) in children.as_object().expect("object") {
        assert_eq!(&got[field], want, "{field}");
    }
}

#[tokio::test]
async fn numbers_have_bounds_and_three_switches_two_types() {
    let t = office().await;
    for fields in [
        json!({ "remedy_period_type": 0 }),
        json!({ "remedy_period_custom_date": 29 }),
        json!({ "punch_type": 16 }),
        json!({ "face_punch": true, "face_punch_cfg": 2, "face_live_need_action": true }),
        json!({ "go_out_need_punch": 3 }),
        json!({ "except_user_ids": [] }),
    ] {
        t.refused("POST", &groups(), write(with(group_body("g"), fields)), 400, 1_220_001).await;
    }
    for fields in [
        json!({ "leave_need_punch": 1 }),
        json!({ "go_out_need_punch": true }),
        json!({ "clock_in_need_photo": true }),
    ] {
        t.refused("POST", &groups(), write(with(group_body("g"), fields)), 400, 99_992_402).await;
    }
    let cfg = json!({ "late_minutes_as_late": 5, "late_minutes_as_lack": 60 });
    let both = json!({ "leave_need_punch": true, "leave_need_punch_cfg": cfg, "go_out_need_punch": 2, "clockIn_need_photo": true });
    let id = group(&t, with(group_body("g"), both.clone())).await;
    let got = read(&t, &id).await;
    for (field, want) in both.as_object().expect("object") {
        assert_eq!(&got[field], want, "{field}");
    }
}

#[tokio::test]
async fn grey_releases_are_for_some_tenants() {
    let t = office().await;
    let grey = json!({ "hide_clock_in_rule": true, "anti_cheat_punch_config": { "intercept_suspected_cheat_punch": true },
        "overtime_clock_cfg": { "allow_punch_approval": true }, "clock_in_abnormal_settings": { "ignore_until_latest_clockout": true } });
    for (field, value) in grey.as_object().expect("object") {
        let mut fields = json!({});
        fields[field] = value.clone();
        t.refused("POST", &groups(), write(with(group_body("g"), fields)), 400, 1_220_001).await;
    }
    knobs(&t, json!({ "grey": true })).await;
    let id = group(&t, with(group_body("g"), grey.clone())).await;
    let got = read(&t, &id).await;
    for (field, value) in grey.as_object().expect("object") {
        assert_eq!(&got[field], value, "{field}");
    }
    assert_eq!(got["except_user_ids"], Value::Array(Vec::new()));
}
