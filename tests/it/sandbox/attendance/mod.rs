//! Attendance, rule by rule over HTTP. Codes and messages are literals from the reference pages.

mod calendar;
mod faces;
mod gate;
mod people;
mod places;
mod schedules;
mod shifts;
mod switches;

use serde_json::{Value, json};

use crate::support::{Tenant, options};

const BASE: &str = "/open-apis/attendance/v1";
const IDS: &str = "employee_type=employee_id&dept_type=open_id";

/// Everybody is an administrator of attendance; departments d1 and d2 under d1, people u1 to u3 in d1, u4 in d2.
async fn office() -> Tenant {
    let t = Tenant::with(larkctl::sandbox::server::Options { attendance_open: true, ..options() }).await;
    t.department("d1", "0").await;
    t.department("d2", "d1").await;
    for id in ["u1", "u2", "u3"] {
        t.joined(id, "d1").await;
    }
    t.joined("u4", "d2").await;
    t
}

/// Knobs of the service, over those of [`office`].
async fn knobs(t: &Tenant, fields: Value) {
    let open = json!({ "admins": "everybody", "data_range": true });
    t.settings(json!({ "attendance": with(open, fields) })).await;
}

fn at(path: &str) -> String {
    format!("{BASE}{path}")
}

fn period(on: &str, off: &str) -> Value {
    json!({
        "on_time": on, "off_time": off, "late_minutes_as_late": 1, "late_minutes_as_lack": 60,
        "on_advance_minutes": 60, "early_minutes_as_early": 1, "early_minutes_as_lack": 60,
        "off_delay_minutes": 120,
    })
}

fn shift_body(name: &str) -> Value {
    json!({ "shift_name": name, "punch_times": 1, "punch_time_rule": [period("9:00", "18:00")] })
}

/// A shift from nine to six; gives its id.
async fn shift(t: &Tenant, name: &str) -> String {
    let made = t.ok("POST", &at("/shifts"), shift_body(name)).await;
    made["shift"]["shift_id"].as_str().expect("id").to_owned()
}

/// A free group without people, led by u1.
fn group_body(name: &str) -> Value {
    json!({
        "group_name": name, "time_zone": "Asia/Shanghai", "group_type": 3, "punch_day_shift_ids": [],
        "free_punch_cfg": { "free_start_time": "7:00", "free_end_time": "18:00", "punch_day": 111_110 },
        "calendar_id": 0, "group_leader_ids": ["u1"],
    })
}

fn scheduled(name: &str) -> Value {
    let mut body = group_body(name);
    body["group_type"] = 2.into();
    body.as_object_mut().expect("object").remove("free_punch_cfg");
    body
}

fn with(mut body: Value, fields: Value) -> Value {
    body.as_object_mut().expect("object").extend(fields.as_object().expect("object").clone());
    body
}

fn write(group: Value) -> Value {
    json!({ "group": group, "operator_id": "u1" })
}

fn groups() -> String {
    at(&format!("/groups?{IDS}"))
}

/// Writes a group; gives its id.
async fn group(t: &Tenant, body: Value) -> String {
    let made = t.ok("POST", &groups(), write(body)).await;
    made["group"]["group_id"].as_str().expect("id").to_owned()
}

async fn read(t: &Tenant, id: &str) -> Value {
    t.ok("GET", &at(&format!("/groups/{id}?{IDS}")), Value::Null).await
}

/// A refusal with 1220600 and a text that holds these words.
async fn general(t: &Tenant, method: &str, path: &str, body: Value, words: &str) {
    let answer = t.refused(method, path, body, 400, 1_220_600).await;
    let msg = answer.body["msg"].as_str().expect("msg");
    assert!(msg.contains(words), "{msg}");
}

/// The open id of a department.
async fn open_id(t: &Tenant, id: &str) -> String {
    let path = format!("/open-apis/contact/v3/departments/{id}?department_id_type=department_id");
    let data = t.ok("GET", &path, Value::Null).await;
    data["department"]["open_department_id"].as_str().expect("id").to_owned()
}

/// Who is in a group: all (0), those who punch (1), those who need not (2).
async fn members(t: &Tenant, id: &str, clock_type: u8) -> Vec<String> {
    let path = at(&format!("/groups/{id}/list_user?{IDS}&member_clock_type={clock_type}&page_size=50"));
    let data = t.ok("GET", &path, Value::Null).await;
    let users = data["users"].as_array().expect("users");
    users.iter().map(|user| user["user_id"].as_str().expect("id").to_owned()).collect()
}

fn sorted(list: &Value) -> Vec<String> {
    let mut texts: Vec<String> =
        list.as_array().expect("a list").iter().map(|v| v.as_str().expect("a text").to_owned()).collect();
    texts.sort();
    texts
}
