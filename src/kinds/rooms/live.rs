//! What the answers about rules mean, in normal form. Beside each value stands the block as it was read, since a write
//! replaces blocks whole: what nobody declares is sent back as it is.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::form::{before_text, clock, moment};
use super::spec::{ADMINS, APPROVAL, CLOSED, DISPLAY, EVERYBODY, FORM, INFORM, TIMES, WHO};
use crate::model::{Live, Value};

/// `open_department_id` to the id that departments go by here.
pub(super) type Departments = BTreeMap<String, String>;

/// The name of the fact that holds a block as it was read.
pub(super) fn raw_name(attribute: &str) -> String {
    format!("raw {attribute}")
}

/// A block as it was read, if it was.
pub(super) fn raw(live: Option<&Live>, attribute: &str) -> Option<Json> {
    serde_json::from_str(live?.facts.get(&raw_name(attribute))?.as_text()?).ok()
}

/// Order means nothing in these lists, and must not make one answer differ from another.
fn canonical(block: &Json) -> Json {
    match block {
        Json::Array(items) => {
            let mut items: Vec<Json> = items.iter().map(canonical).collect();
            items.sort_by_cached_key(Json::to_string);
            Json::Array(items)
        }
        Json::Object(map) => {
            // What a write did to the nodes below is no state of this one.
            let kept = map.iter().filter(|(name, _)| *name != "if_cover_child_scope");
            Json::Object(kept.map(|(name, value)| (name.clone(), canonical(value))).collect())
        }
        other => other.clone(),
    }
}

pub(super) fn put(live: &mut Live, attribute: &str, value: Option<Value>, block: &Json) {
    let Some(value) = value else { return };
    live.attributes.insert(attribute.to_owned(), value);
    live.facts.insert(raw_name(attribute), Value::text(canonical(block).to_string()));
}

fn int(block: &Json, name: &str) -> Option<i64> {
    let value = block.get(name)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Ids of people or departments inside of a list of objects.
pub(super) fn ids<'j>(list: Option<&'j Json>, field: &str) -> impl Iterator<Item = &'j str> {
    let items = list.and_then(Json::as_array).into_iter().flatten();
    let field = field.to_owned();
    items.filter_map(move |item| item.get(&field).and_then(Json::as_str)).filter(|id| !id.is_empty())
}

fn users(list: Option<&Json>) -> Value {
    Value::Set(ids(list, "user_id").map(|id| Value::remote("user", id)).collect())
}

/// A department that the tenant no longer has stays under its open id: it is nobody's, and drops out of the next write.
fn departments(list: Option<&Json>, names: &Departments) -> Value {
    let named = |id: &str| names.get(id).map_or(id, String::as_str).to_owned();
    Value::Set(ids(list, "department_id").map(|id| Value::remote("department", named(id))).collect())
}

pub(super) fn who(block: &Json, names: &Departments) -> Option<Value> {
    if int(block, "allow_all_users")? == 1 {
        return Some(Value::text(EVERYBODY));
    }
    let departments = departments(block.get("allow_depts"), names);
    Some(map([("users", users(block.get("allow_users"))), ("departments", departments)]))
}

pub(super) fn times(block: &Json) -> Option<Value> {
    if int(block, "time_switch")? == 0 {
        return Some(Value::Null);
    }
    let of_day = |name: &str| Some(Value::text(clock(int(block, name)?)));
    Some(map([
        ("from", of_day("start_time")?),
        ("to", of_day("end_time")?),
        ("opens_at", of_day("opening_hour")?),
        ("days_ahead", Value::Int(int(block, "days_in_advance")?)),
        ("max_hours", Value::Int(int(block, "max_duration")?)),
    ]))
}

pub(super) fn approval(block: &Json) -> Option<Value> {
    if int(block, "approval_switch")? == 0 {
        return Some(Value::Null);
    }
    let over = match int(block, "approval_condition")? {
        1 => Value::Int(minutes(block.get("meeting_duration")?.as_f64()?)),
        _ => Value::Null,
    };
    Some(map([("over_minutes", over), ("approvers", users(block.get("approvers")))]))
}

/// Hours come with two digits, so that a minute is always told from the next.
#[expect(clippy::cast_possible_truncation, reason = "hours are at most 99")]
fn minutes(hours: f64) -> i64 {
    (hours.clamp(0.0, 1000.0) * 60.0).round() as i64
}

pub(super) fn form(block: &Json) -> Option<Value> {
    let before = before_text(int(block, "notified_time").unwrap_or(0), int(block, "time_unit").unwrap_or(3));
    Some(map([
        ("enabled", Value::Bool(block.get("reserve_form")?.as_bool()?)),
        ("notify", users(block.get("notified_users"))),
        ("notify_before", before),
    ]))
}

pub(super) fn admins(block: &Json, names: &Departments) -> Value {
    let departments = departments(block.get("depts"), names);
    map([("users", users(block.get("users"))), ("departments", departments)])
}

pub(super) fn inform(block: &Json, names: &Departments) -> Option<Value> {
    if !block.get("if_inform")?.as_bool()? {
        return Some(Value::Null);
    }
    let departments = departments(block.get("informed_depts"), names);
    Some(map([("users", users(block.get("informed_users"))), ("departments", departments)]))
}

/// A closure; one that is over is none.
pub(in crate::kinds) fn closed(status: &Json, now: i64) -> Value {
    let end = int(status, "disable_end_time");
    let window = int(status, "disable_start_time").is_some() && end.is_some();
    let shut = status.get("status").and_then(Json::as_bool) == Some(false);
    if !shut && (!window || end.is_some_and(|end| end != 0 && end <= now)) {
        return Value::Null;
    }
    let moment_of =
        |seconds: Option<i64>| seconds.filter(|s| *s != 0).and_then(moment).map_or(Value::Null, Value::text);
    let text = status.get("disable_reason").and_then(Json::as_str).filter(|t| !t.is_empty());
    let contacts = status.get("contact_ids").and_then(Json::as_array).into_iter().flatten();
    let contacts = contacts.filter_map(Json::as_str).map(|id| Value::remote("user", id)).collect();
    let flag = |name: &str| Value::Bool(status.get(name).and_then(Json::as_bool).unwrap_or(false));
    map([
        ("from", moment_of(int(status, "disable_start_time"))),
        ("until", moment_of(end)),
        ("reason", text.map_or(Value::Null, Value::text)),
        ("contacts", Value::Set(contacts)),
        ("notify_booked", flag("disable_notice")),
        ("notify_on_resume", flag("resume_notice")),
    ])
}

pub(in crate::kinds) fn put_closed(live: &mut Live, status: &Json, now: i64) {
    put(live, CLOSED, Some(closed(status, now)), status);
}

/// The screens as they were set at the node itself.
pub(super) fn display(block: &Json) -> Value {
    let text = |name: &str| match block.get(name).and_then(Json::as_str) {
        None | Some("") => Value::Null,
        Some(url) => Value::text(url),
    };
    let signage = |name: &str| {
        let Some(signage) = block.get(name).filter(|s| s.is_object()) else { return Value::Null };
        let flag = |name: &str| signage.get(name).and_then(Json::as_bool).map_or(Value::Null, Value::Bool);
        let number = |name: &str| int(signage, name).map_or(Value::Null, Value::Int);
        map([
            ("enabled", flag("enable")),
            ("mute", flag("mute")),
            ("start", number("start_display")),
            ("stop", number("stop_display")),
        ])
    };
    map([
        ("room_background", text("room_background")),
        ("panel_background", text("display_background")),
        ("signage", signage("digital_signage")),
        ("room_signage", signage("room_box_digital_signage")),
    ])
}

/// What the three blocks of one answer say.
pub(super) fn put_limits(live: &mut Live, data: &Json, names: &Departments, people: bool) {
    let none = json!({});
    let block = |name: &str| data.get(name).unwrap_or(&none);
    put(live, TIMES, times(block("time_config")), block("time_config"));
    if people {
        put(live, WHO, who(block("reserve_scope_config"), names), block("reserve_scope_config"));
        put(live, APPROVAL, approval(block("approve_config")), block("approve_config"));
    }
}

pub(super) fn put_form(live: &mut Live, data: &Json) {
    let block = &data["reserve_form_config"];
    put(live, FORM, form(block), block);
}

pub(super) fn put_admins(live: &mut Live, data: &Json, names: &Departments) {
    let block = &data["reserve_admin_config"];
    put(live, ADMINS, block.is_object().then(|| admins(block, names)), block);
}

pub(super) fn put_inform(live: &mut Live, data: &Json, names: &Departments) {
    let block = &data["disable_inform"];
    put(live, INFORM, inform(block, names), block);
}

pub(super) fn put_display(live: &mut Live, block: &Json) {
    put(live, DISPLAY, Some(display(block)), block);
}
