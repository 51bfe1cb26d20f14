//! Types, weeks, free hours, special days, and when a change takes effect.

use serde_json::{Value, json};

use super::{at, general, group, group_body, groups, office, read, scheduled, shift, with, write};

#[tokio::test]
async fn a_fixed_group_has_seven_days_and_is_read_with_another_number() {
    let t = office().await;
    let s = shift(&t, "s").await;
    let week = |ids: Vec<&str>| with(scheduled("g"), json!({ "group_type": 1, "punch_day_shift_ids": ids }));
    for ids in [vec![], vec!["0"; 6], vec!["0"; 8]] {
        t.refused("POST", &groups(), write(week(ids)), 400, 1_220_001).await;
    }
    general(&t, "POST", &groups(), write(week(vec!["1"; 7])), "shift does not exist").await;
    for kind in [0, 4] {
        let odd = with(week(vec!["0"; 7]), json!({ "group_type": kind }));
        t.refused("POST", &groups(), write(odd), 400, 1_220_001).await;
    }
    let id = group(&t, week(vec![&s, &s, &s, &s, &s, "0", "0"])).await;
    let got = read(&t, &id).await;
    assert_eq!(
        (&got["group_type"], &got["punch_day_shift_ids"]),
        (&json!(0), &json!([s, s, s, s, s, "0", "0"]))
    );
    let id = group(&t, scheduled("h")).await;
    let got = read(&t, &id).await;
    assert_eq!((&got["group_type"], &got["punch_day_shift_ids"]), (&json!(2), &json!(vec![""; 7])));
    let odd = with(scheduled("i"), json!({ "punch_day_shift_ids": vec!["0"; 7] }));
    t.refused("POST", &groups(), write(odd), 400, 1_220_001).await;
}

#[tokio::test]
async fn free_hours_lose_their_first_digits_and_a_setting_of_the_console() {
    let t = office().await;
    let id = group(&t, group_body("g")).await;
    let got = read(&t, &id).await["free_punch_cfg"].clone();
    assert_eq!((&got["punch_day"], &got["free_start_time"]), (&json!(111_110), &json!("7:00")));
    assert_eq!(got["free_clock_setting"], json!({ "clock_mode": 0, "clock_internal_hhmm": 0 }));
    let set = json!({ "clock_mode": 1, "clock_internal_hhmm": 30 });
    t.act(json!({ "action": "attendance_by_hand", "group_id": id, "free_clock": set })).await;
    assert_eq!(read(&t, &id).await["free_punch_cfg"]["free_clock_setting"], set);
    let answer = t.ok("POST", &groups(), write(with(group_body("g"), json!({ "group_id": id })))).await;
    assert!(answer["group"]["free_punch_cfg"].get("free_clock_setting").is_none());
    assert_eq!(
        read(&t, &id).await["free_punch_cfg"]["free_clock_setting"]["clock_mode"],
        0,
        "an overwrite resets it"
    );
    let free = |fields: Value| {
        let mut body = group_body("h");
        body["free_punch_cfg"] = with(body["free_punch_cfg"].clone(), fields);
        write(body)
    };
    for fields in [
        json!({ "punch_day": 211_110 }),
        json!({ "punch_day": 11_111_110 }),
        json!({ "work_hours": 1441 }),
        json!({ "free_end_time": "6:00" }),
    ] {
        t.refused("POST", &groups(), free(fields), 400, 1_220_001).await;
    }
    general(&t, "POST", &groups(), free(json!({ "free_start_time": "7" })), "time is invalid").await;
    let none = with(group_body("h"), json!({ "group_type": 2 }));
    t.refused("POST", &groups(), write(none), 400, 1_220_001).await;
    let lacks = with(scheduled("h"), json!({ "group_type": 3 }));
    t.refused("POST", &groups(), write(lacks), 400, 1_220_001).await;
}

#[tokio::test]
async fn special_days_are_days_of_the_calendar_each_once() {
    let t = office().await;
    let s = shift(&t, "s").await;
    let days = |need: Value, no_need: Value| {
        write(with(
            group_body("g"),
            json!({ "need_punch_special_days": need, "no_need_punch_special_days": no_need }),
        ))
    };
    let day = |day: i64, shift: &str| json!({ "punch_day": day, "shift_id": shift });
    for (need, no_need) in [
        (json!([day(20_260_230, &s)]), json!([])),
        (json!([day(20_261_010, &s), day(20_261_010, &s)]), json!([])),
        (json!([day(20_261_010, &s)]), json!([day(20_261_010, "0")])),
    ] {
        t.refused("POST", &groups(), days(need, no_need), 400, 1_220_001).await;
    }
    general(&t, "POST", &groups(), days(json!([day(20_261_010, "1")]), json!([])), "shift does not exist")
        .await;
    let made =
        t.ok("POST", &groups(), days(json!([day(20_261_010, &s)]), json!([day(20_261_001, "0")]))).await;
    let got = read(&t, made["group"]["group_id"].as_str().expect("id")).await;
    assert_eq!(got["need_punch_special_days"], json!([day(20_261_010, &s)]));
    assert_eq!(got["no_need_punch_special_days"], json!([day(20_261_001, "0")]));
    for fields in [
        json!({ "calendar_id": 6 }),
        json!({ "new_calendar_id": "x" }),
        json!({ "time_zone": "Shanghai" }),
        json!({ "group_name": " " }),
    ] {
        t.refused("POST", &groups(), write(with(group_body("g"), fields)), 400, 1_220_001).await;
    }
}

#[tokio::test]
async fn a_change_is_read_at_once_and_says_when_it_counts() {
    let t = office().await;
    let made = t.ok("POST", &groups(), write(group_body("g"))).await["group"].clone();
    assert_eq!(made["effect_now"], false);
    let id = made["group_id"].as_str().expect("id");
    let got = read(&t, id).await;
    assert!(got.get("effect_now").is_none());
    let time =
        |group: &Value| group["effect_time"].as_str().expect("seconds").parse::<i64>().expect("a number");
    assert_eq!((time(&got) + 8 * 3600) % 86_400, 0, "midnight in Beijing");
    assert_eq!(got["member_effect_time"], got["effect_time"]);
    let now = t
        .ok("POST", &groups(), write(with(group_body("h"), json!({ "group_id": id, "effect_now": true }))))
        .await;
    assert!(time(&now["group"]) < time(&got));
    assert_eq!(read(&t, id).await["group_name"], "h");
}

#[tokio::test]
async fn what_is_not_sent_again_is_lost_and_a_missing_id_makes_a_twin() {
    let t = office().await;
    let full = with(
        group_body("g"),
        json!({ "allow_pc_punch": true, "bind_user_ids": ["u2"], "org_change_auto_adjust": true }),
    );
    let id = group(&t, full).await;
    group(&t, with(group_body("g"), json!({ "group_id": id }))).await;
    let got = read(&t, &id).await;
    assert_eq!((&got["allow_pc_punch"], &got["bind_user_ids"]), (&json!(false), &json!([])));
    assert!(got.get("org_change_auto_adjust").is_none(), "what nobody said is not there");
    let twin = group(&t, group_body("g")).await;
    assert_ne!(twin, id);
    general(
        &t,
        "POST",
        &groups(),
        write(with(group_body("g"), json!({ "group_id": "1" }))),
        "rule not exist",
    )
    .await;
    t.ok("DELETE", &at(&format!("/groups/{id}")), Value::Null).await;
    general(&t, "DELETE", &at(&format!("/groups/{id}")), Value::Null, "rule not exist").await;
}
