//! What the calendar pages show in their request examples the sandbox accepts, in strict mode, once what they name
//! exists. Fields, structure, numbers and ids are the pages'; prose is replaced, and printed ids become real ones.
//! Where a page contradicts itself the line says so (`quirk`).

use std::collections::BTreeMap;

use larkctl::base::contract::Contract;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{IDS, at, enc, event, invite, meeting, office, text, token};
use crate::support::Tenant;

const EXAMPLES: &str = include_str!("../../../cases/documented-calendar-requests.jsonl");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    doc: String,
    method: String,
    path: String,
    body: Value,
    quirk: Option<String>,
}

fn examples() -> Vec<Example> {
    EXAMPLES.lines().map(|line| serde_json::from_str(line).expect("an example")).collect()
}

/// Printed ids and the real ones that stand in.
struct Real {
    ids: BTreeMap<&'static str, String>,
    other: String,
    attendee: String,
    uid: String,
}

impl Real {
    fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(text).into(),
            Value::Array(items) => items.iter().map(|v| self.value(v)).collect(),
            Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), self.value(v))).collect(),
            other => other.clone(),
        }
    }

    fn text(&self, text: &str) -> String {
        match text {
            "user_xxxxx" => self.attendee.clone(),
            "omm_c7e9ef91ec9f3c007f1dfb2503918981" => "omm_1".to_owned(),
            "bff6b51f-b7c1-40c6-b8ef-aef966c9ffc7" => self.uid.clone(),
            _ if text.starts_with("ou_") => self.other.clone(),
            _ if text.starts_with("feishu.cn_") => self.ids["{calendar}"].replace("%40", "@"),
            _ => text.to_owned(),
        }
    }
}

/// What the line's quirk says.
fn mend(body: &mut Value) {
    if let Some(map) = body.as_object_mut() {
        map.remove("attachments");
    }
    let at = |n: &str| json!({ "timestamp": n, "timezone": "Asia/Shanghai" });
    let part = if body.get("filter").is_some() { &mut body["filter"] } else { body };
    if part.get("start_time").is_some() {
        part["start_time"] = at("1602504000");
        part["end_time"] = at("1602507600");
    }
}

async fn furnish(t: &Tenant) -> (String, Real) {
    t.act(json!({ "action": "mark", "user": "u1", "manager": true })).await;
    let token = token(t, "u1").await;
    let send = async |method: &str, path: &str, body: Value| {
        let answer = t.send(method, path, Some(&token), Some(body)).await;
        assert_eq!(answer.code(), 0, "{method} {path}: {}", answer.text);
        answer.body["data"].clone()
    };
    let made = send("POST", &at("/calendars"), json!({ "summary": "c" })).await;
    let calendar = enc(&text(&made["calendar"], "calendar_id"));
    let people =
        send("POST", &at("/calendars/primarys?user_id_type=user_id"), json!({ "user_ids": ["u2"] })).await;
    assert_eq!(people["calendars"].as_array().map(Vec::len), Some(1));
    let found = t.ok("GET", "/open-apis/contact/v3/users/u2?user_id_type=user_id", Value::Null).await;
    let other = text(&found["user"], "open_id");
    let own = at("/calendars/primary/events");
    let mut series = meeting("s");
    series["recurrence"] = "FREQ=DAILY".into();
    let series = text(&send("POST", &own, series).await["event"], "event_id");
    let mine = text(&send("POST", &own, meeting("m")).await["event"], "event_id");
    let guests = json!({ "attendees": [invite("user", "user_id", "u2"), invite("user", "user_id", "u3")] });
    let path = format!("{own}/{mine}/attendees?{IDS}");
    let guests = send("POST", &path, guests).await["attendees"].clone();
    let theirs = super::calendar(t, "theirs").await;
    let invited = event(t, &theirs, meeting("i")).await;
    let room = json!({ "type": "resource", "room_id": "omm_1", "operate_id": "u3" });
    let body = json!({ "attendees": [invite("user", "user_id", "u1"), room] });
    t.ok("POST", &format!("{invited}/attendees?{IDS}"), body).await;
    let invited = invited.rsplit_once('/').expect("id").1.to_owned();
    let real = Real {
        other,
        attendee: text(&guests[1], "attendee_id"),
        uid: invited.trim_end_matches("_0").to_owned(),
        ids: BTreeMap::from([
            ("{calendar}", calendar),
            ("{own}", "primary".to_owned()),
            ("{series}", series),
            ("{mine}", mine),
            ("{invited}", invited),
        ]),
    };
    (token, real)
}

#[tokio::test]
async fn what_the_pages_show_is_accepted() {
    for example in examples() {
        let t = office().await;
        let (token, real) = furnish(&t).await;
        let mut body = real.value(&example.body);
        if example.quirk.is_some() {
            mend(&mut body);
        }
        let path = real.ids.iter().fold(example.path.clone(), |path, (name, id)| path.replace(name, id));
        let bare = path.split('?').next().unwrap_or_default();
        let user_may = !bare.contains("/timeoff_events") && !bare.contains("/meeting_room/");
        let token = if user_may { &token } else { &t.token };
        let answer = t.send(&example.method, &path, Some(token), Some(body.clone())).await;
        assert_eq!(answer.code(), 0, "{}: {body} answered {}", example.doc, answer.text);
        t.stop().await;
    }
}

#[test]
fn every_page_with_a_body_has_an_example() {
    let contract = Contract::built_in().expect("contract");
    let shown: Vec<String> = examples().into_iter().map(|e| e.doc).collect();
    let with_body =
        contract.endpoints().iter().filter(|e| e.doc.starts_with("calendar-v4/") && !e.body.is_empty());
    for endpoint in with_body {
        assert!(shown.contains(&endpoint.doc), "{} has no example", endpoint.doc);
    }
    assert_eq!(contract.endpoints().iter().filter(|e| e.doc.starts_with("calendar-v4/")).count(), 47);
}
