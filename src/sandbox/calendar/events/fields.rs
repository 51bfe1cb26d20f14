//! The fields that a body says of an event, judged before anything changes.

use serde_json::Value;

use crate::sandbox::calendar::gate;
use crate::sandbox::calendar::rows::Own;
use crate::sandbox::calendar::time::When;
use crate::sandbox::gateway::{Call, Refusal, refuse};
use crate::sandbox::im::Actor;
use crate::sandbox::world::World;

pub(super) fn bad() -> Refusal {
    refuse(190_014)
}

/// Start and end, if the body has both. One alone is as good as none.
pub(super) fn span(call: &Call<'_>) -> Result<Option<(When, When)>, Refusal> {
    let part = |name: &str| call.body.get(name).filter(|v| v.is_object());
    let (Some(start), Some(end)) = (part("start_time"), part("end_time")) else { return Ok(None) };
    let start = When::of(start).map_err(|_| bad())?;
    let end = When::of(end).map_err(|_| bad())?;
    let forward = end.until() > start.seconds();
    if start.same_kind(&end) && forward { Ok(Some((start, end))) } else { Err(bad()) }
}

/// Numbers that are floats on the page, which the gateway does not judge.
pub(super) fn location(call: &Call<'_>) -> Result<Option<Value>, Refusal> {
    let Some(location) = call.body.get("location").filter(|l| l.is_object()) else { return Ok(None) };
    let within = |name: &str, most: f64| match location.get(name) {
        None => Ok(()),
        Some(value) => match value.as_f64() {
            Some(n) if n.abs() <= most => Ok(()),
            _ => Err(bad()),
        },
    };
    within("latitude", 90.0)?;
    within("longitude", 180.0)?;
    for name in ["name", "address"] {
        if location.get(name).is_some_and(|v| v.as_str() == Some("")) {
            return Err(bad());
        }
    }
    Ok(Some(location.clone()).filter(|l| l.as_object().is_some_and(|m| !m.is_empty())))
}

/// The video meeting and its settings. Who has no person behind the calendar cannot name hosts.
pub(super) fn vchat(
    world: &World,
    call: &Call<'_>,
    actor: &Actor,
) -> Result<Option<(Value, Option<Value>)>, Refusal> {
    let Some(mut vchat) = call.body.get("vchat").filter(|v| v.is_object()).cloned() else { return Ok(None) };
    let kind = vchat["vc_type"].as_str().unwrap_or_default().to_owned();
    if matches!(kind.as_str(), "lark_live" | "unknown") {
        return Err(bad());
    }
    let url = vchat["meeting_url"].as_str().unwrap_or_default();
    if kind == "third_party" && !url.starts_with("http") {
        return Err(bad());
    }
    let settings = vchat.as_object_mut().and_then(|v| v.remove("meeting_settings"));
    if let Some(settings) = &settings {
        let hosts = settings["allow_attendees_start"] == false || settings.get("assign_hosts").is_some();
        if hosts && matches!(actor, Actor::Bot(_)) {
            return Err(refuse(193_101));
        }
        if let Some(owner) = settings["owner_id"].as_str() {
            gate::person(world, call, owner)?;
        }
    }
    if kind != "third_party" {
        vchat = serde_json::json!({ "vc_type": kind });
    }
    if kind == "vc" {
        vchat["meeting_url"] = "https://vc.feishu.cn/j/100000000".into();
    }
    Ok(Some((vchat, settings)).filter(|_| !kind.is_empty()))
}

pub(super) fn schemas(call: &Call<'_>) -> Result<Option<Value>, Refusal> {
    let Some(list) = call.list("schemas") else { return Ok(None) };
    if list.iter().any(|s| s["ui_status"].as_str().is_some_and(|u| u != "hide")) {
        return Err(bad());
    }
    Ok(Some(Value::Array(list.clone())))
}

/// Files are not simulated: no token is one.
pub(super) fn attachments(call: &Call<'_>) -> Result<(), Refusal> {
    match call.list("attachments") {
        Some(list) if !list.is_empty() => Err(refuse(193_105)),
        _ => Ok(()),
    }
}

/// `event_check_in`: durations are five-step.
pub(super) fn check_in(call: &Call<'_>) -> Result<Option<Value>, Refusal> {
    let Some(check_in) = call.body.get("event_check_in").filter(|v| v.is_object()) else { return Ok(None) };
    for name in ["check_in_start_time", "check_in_end_time"] {
        let duration = check_in[name]["duration"].as_i64();
        if duration.is_some_and(|d| ![0, 5, 15, 30, 60].contains(&d)) {
            return Err(bad());
        }
    }
    Ok(Some(check_in.clone()))
}

/// What only the caller sees.
pub(super) fn own(call: &Call<'_>, old: &Own) -> Own {
    let reminders =
        call.list("reminders").map(|list| list.iter().filter_map(|r| r["minutes"].as_i64()).collect());
    Own {
        color: call.int("color").or(old.color),
        reminders: reminders.or_else(|| old.reminders.clone()),
        visibility: old.visibility.clone(),
        free_busy: old.free_busy.clone(),
    }
}

/// Titles and descriptions with a word that may not be saved.
pub(super) fn texts(world: &World, call: &Call<'_>) -> Result<(), Refusal> {
    let words = &world.settings().sensitive_words;
    let said = ["summary", "description"].into_iter().filter_map(|name| call.text(name));
    let risky = said.into_iter().any(|text| words.iter().any(|word| text.contains(word.as_str())));
    if risky { Err(refuse(190_013)) } else { Ok(()) }
}
