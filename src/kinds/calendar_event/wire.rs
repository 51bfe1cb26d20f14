//! An event as the API has it, both ways.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::repeat;
use super::spec::{
    ALL_DAY, AT, DESCRIPTION, LOCATION, MAY, REPEAT, SHOW_AS, TITLE, VIDEO, VISIBILITY,
};
use super::time::{When, Wrong};
use crate::model::{Target, Value};

/// Word here, word there.
const MAYS: [(&str, &str); 4] = [
    ("nothing", "none"),
    ("see_others", "can_see_others"),
    ("invite", "can_invite_others"),
    ("edit", "can_modify_event"),
];

/// The attributes that one body can say; times go by themselves.
pub(super) const SAID: [&str; 8] =
    [TITLE, DESCRIPTION, REPEAT, LOCATION, SHOW_AS, VISIBILITY, VIDEO, MAY];

/// The body for these attributes, without times.
pub(super) fn body<'v>(said: impl IntoIterator<Item = (&'v str, &'v Value)>) -> Map<String, Json> {
    let mut body = Map::new();
    for (name, value) in said {
        let text = value.as_text();
        match (name, text) {
            (TITLE, Some(text)) => drop(body.insert("summary".to_owned(), text.into())),
            (DESCRIPTION, Some(text)) => drop(body.insert("description".to_owned(), text.into())),
            (REPEAT, Some(text)) => drop(body.insert("recurrence".to_owned(), text.into())),
            (SHOW_AS, Some(text)) => drop(body.insert("free_busy_status".to_owned(), text.into())),
            (VISIBILITY, Some(text)) => drop(body.insert("visibility".to_owned(), text.into())),
            (MAY, Some(text)) => {
                let word = MAYS.iter().find(|(here, _)| *here == text).map_or(text, |(_, there)| there);
                body.insert("attendee_ability".to_owned(), word.into());
            }
            (LOCATION, _) => {
                let parts = value.as_map().into_iter().flatten();
                let filled = parts.filter_map(|(k, v)| Some((k.clone(), Json::from(v.as_text()?))));
                let filled: Map<String, Json> = filled.collect();
                if !filled.is_empty() {
                    body.insert("location".to_owned(), filled.into());
                }
            }
            (VIDEO, _) => drop(body.insert("vchat".to_owned(), vchat(value))),
            _ => {}
        }
    }
    body
}

fn vchat(value: &Value) -> Json {
    match (value.as_text(), value.get("url").and_then(Value::as_text)) {
        (Some("lark"), _) => json!({ "vc_type": "vc" }),
        (_, Some(url)) => json!({ "vc_type": "third_party", "meeting_url": url }),
        _ => json!({ "vc_type": "no_meeting" }),
    }
}

/// The attributes of an answer, attendees excepted.
pub(super) fn attributes(item: &Json) -> Result<(When, BTreeMap<String, Value>), Wrong> {
    let text = |name: &str| item[name].as_str().filter(|t| !t.is_empty());
    let or_null = |value: Option<&str>| value.map_or(Value::Null, Value::text);
    let when = When::of_wire(&item["start_time"], &item["end_time"])?;
    let (all_day, at) = if when.is_days() { (when.kept(), Value::Null) } else { (Value::Null, when.kept()) };
    // A rule that we cannot read is shown as it is: it differs from whatever is declared.
    let rule = text("recurrence").map(|rule| repeat::canonical(rule, &when).unwrap_or_else(|_| rule.to_owned()));
    let may = text("attendee_ability")
        .map(|word| MAYS.iter().find(|(_, there)| *there == word).map_or(word, |(here, _)| *here));
    let all = [
        (TITLE, or_null(text("summary"))),
        (DESCRIPTION, or_null(text("description"))),
        (ALL_DAY, all_day),
        (AT, at),
        (REPEAT, or_null(rule.as_deref())),
        (LOCATION, location(&item["location"])),
        (SHOW_AS, or_null(text("free_busy_status"))),
        (VISIBILITY, or_null(text("visibility"))),
        (VIDEO, video(&item["vchat"])),
        (MAY, or_null(may)),
    ];
    Ok((when, all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
}

fn location(item: &Json) -> Value {
    let part = |name: &str| Some((name.to_owned(), Value::text(item[name].as_str().filter(|t| !t.is_empty())?)));
    let parts: BTreeMap<String, Value> = [part("name"), part("address")].into_iter().flatten().collect();
    if parts.is_empty() { Value::Null } else { Value::Map(parts) }
}

fn video(item: &Json) -> Value {
    match item["vc_type"].as_str().unwrap_or_default() {
        "" => Value::Null,
        "vc" => Value::text("lark"),
        "no_meeting" => Value::text("none"),
        "third_party" => {
            let url = Value::text(item["meeting_url"].as_str().unwrap_or_default());
            Value::Map(BTreeMap::from([("url".to_owned(), url)]))
        }
        other => Value::text(other),
    }
}

/// The id of a room, whichever way it is referred to.
pub(super) fn room(value: &Value) -> Option<&str> {
    match value {
        Value::Ref(Target::Remote { id, .. }) => Some(id),
        other => other.get("room_id").and_then(Value::as_text),
    }
}

/// A live room, as [`room`] and the table have it.
pub(super) fn live_room(id: &str) -> Value {
    Value::Map(BTreeMap::from([("room_id".to_owned(), Value::text(id))]))
}
