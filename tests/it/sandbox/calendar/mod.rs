//! Calendars, rule by rule over HTTP: the checklist of the calendar brief and the rest, in files of a thing each.
//! Codes are literals from the reference pages.

mod access;
mod around;
mod attendees;
mod calendars;
mod documented;
mod events;
mod series;

use serde_json::{Value, json};

use crate::support::Tenant;

const V4: &str = "/open-apis/calendar/v4";
/// All that calendars ask a person for.
const SCOPES: &str = "calendar:calendar calendar:calendar:readonly calendar:calendar.event:reply \
                      contact:user.employee_id:readonly";
const IDS: &str = "user_id_type=user_id";

/// People u1 to u3 in department d1, rooms omm_1 and omm_2, of which the latter's bookings must be approved.
async fn office() -> Tenant {
    let t = Tenant::start().await;
    t.settings(json!({ "calendar": { "rooms": ["omm_1", "omm_2"], "approval_rooms": ["omm_2"] } })).await;
    t.department("d1", "0").await;
    for id in ["u1", "u2", "u3"] {
        t.joined(id, "d1").await;
    }
    t
}

fn at(path: &str) -> String {
    format!("{V4}{path}")
}

/// An id inside a path.
fn enc(id: &str) -> String {
    id.replace('@', "%40")
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// A calendar; gives its path.
async fn calendar(t: &Tenant, summary: &str) -> String {
    let made = t.ok("POST", &at("/calendars"), json!({ "summary": summary })).await;
    at(&format!("/calendars/{}", enc(&text(&made["calendar"], "calendar_id"))))
}

/// 2026-09-04 10:00 to 11:00 in Shanghai.
fn hour() -> (Value, Value) {
    let at = |n: i64| json!({ "timestamp": n.to_string(), "timezone": "Asia/Shanghai" });
    (at(1_788_487_200), at(1_788_490_800))
}

fn meeting(summary: &str) -> Value {
    let (start, end) = hour();
    json!({ "summary": summary, "start_time": start, "end_time": end, "need_notification": false })
}

fn days(summary: &str, from: &str, to: &str) -> Value {
    json!({ "summary": summary, "start_time": { "date": from }, "end_time": { "date": to } })
}

/// An event; gives its path.
async fn event(t: &Tenant, calendar: &str, body: Value) -> String {
    let made = t.ok("POST", &format!("{calendar}/events"), body).await;
    format!("{calendar}/events/{}", text(&made["event"], "event_id"))
}

async fn get(t: &Tenant, event: &str) -> Value {
    t.ok("GET", event, Value::Null).await["event"].clone()
}

/// All events of a calendar, by title.
async fn listed(t: &Tenant, calendar: &str) -> Vec<Value> {
    let data = t.ok("GET", &format!("{calendar}/events?anchor_time=1"), Value::Null).await;
    let mut items = data["items"].as_array().expect("items").clone();
    items.sort_by_key(|i| (text(i, "summary"), text(i, "event_id")));
    items
}

/// A person's own token with all that calendars ask for.
async fn token(t: &Tenant, user: &str) -> String {
    t.login(user, SCOPES).await.access
}

/// As [`Tenant::ok`], in a person's name.
async fn ok_as(t: &Tenant, token: &str, method: &str, path: &str, body: Value) -> Value {
    let body = if body.is_null() { None } else { Some(body) };
    let answer = t.send(method, path, Some(token), body).await;
    assert_eq!(answer.code(), 0, "{method} {path} answered {}", answer.text);
    answer.body["data"].clone()
}

async fn refused_as(t: &Tenant, token: &str, call: (&str, &str, Value), status: u16, code: i64) {
    let (method, path, body) = call;
    let body = if body.is_null() { None } else { Some(body) };
    let answer = t.send(method, path, Some(token), body).await;
    assert_eq!((answer.status, answer.code()), (status, code), "{method} {path} answered {}", answer.text);
}

/// How many people were messaged so far.
async fn bothered(t: &Tenant) -> usize {
    let rows = t.rows("calendar_notices").await;
    let rows = rows.as_object().cloned().unwrap_or_default();
    rows.values().filter_map(|n| n["people"].as_u64()).map(|n| usize::try_from(n).expect("few")).sum()
}

async fn resign(t: &Tenant, id: &str) {
    let path = format!("{}/users/{id}?user_id_type=user_id", crate::support::CONTACT);
    t.ok("DELETE", &path, Value::Null).await;
}

fn invite(kind: &str, field: &str, id: &str) -> Value {
    let mut entry = json!({ "type": kind });
    entry[field] = id.into();
    entry
}
