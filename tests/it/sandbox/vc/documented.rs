//! What the pages show in their request examples is accepted, in strict mode, once what they name exists.
//!
//! `tests/cases/documented-requests-rooms.jsonl`: fields, structure, numbers and times as printed, prose replaced. An
//! id is swapped for one of the house by its prefix.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{House, house, open_department};
use crate::support::CONTACT;

const EXAMPLES: &str = include_str!("../../../cases/documented-requests-rooms.jsonl");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    doc: String,
    method: String,
    path: String,
    body: Option<Value>,
    /// How the example contradicts its own page.
    quirk: Option<String>,
    refused: Option<(u16, i64)>,
}

struct Ids {
    room: String,
    level: String,
    user: String,
    department: String,
    building: String,
    /// A level with nothing on it.
    own: String,
}

impl Ids {
    fn text(&self, text: &str) -> String {
        let by_prefix = [
            ("omm_", &self.room),
            ("omb_", &self.level),
            ("ou_", &self.user),
            ("od-", &self.department),
            ("building_", &self.building),
            ("own_level", &self.own),
        ];
        by_prefix.iter().find(|(p, _)| text.starts_with(p)).map_or(text, |(_, id)| id.as_str()).to_owned()
    }

    fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(text).into(),
            Value::Array(items) => items.iter().map(|v| self.value(v)).collect(),
            Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), self.value(v))).collect(),
            other => other.clone(),
        }
    }

    fn path(&self, path: &str) -> String {
        path.split_inclusive(['/', '=', '&', '?'])
            .map(|part| {
                let end = part.find(['/', '=', '&', '?']).unwrap_or(part.len());
                format!("{}{}", self.text(&part[..end]), &part[end..])
            })
            .collect()
    }
}

async fn ids(h: &House) -> Ids {
    let user = h.t.ok("GET", &format!("{CONTACT}/users/u1?user_id_type=user_id"), Value::Null).await;
    let body =
        json!({ "name": "b", "floors": ["F1", "3", "4"], "country_id": "1814991", "district_id": "1796236" });
    let made = h.t.ok("POST", "/open-apis/meeting_room/building/create", body).await;
    Ids {
        room: h.room.clone(),
        level: h.floor.clone(),
        user: super::text(&user["user"], "open_id"),
        department: open_department(&h.t, "d1").await,
        building: super::text(&made, "building_id"),
        own: super::level(&h.t, "empty", &h.building).await,
    }
}

#[tokio::test]
async fn documented_requests_are_accepted() {
    let mut wrong = Vec::new();
    for line in EXAMPLES.lines() {
        let example: Example = serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"));
        assert!(
            example.refused.is_none() || example.quirk.is_some(),
            "{}: a refusal needs a reason",
            example.doc
        );
        let h = house().await;
        h.t.settings(json!({ "rooms": { "form_designed": true } })).await;
        let ids = ids(&h).await;
        let token = match example.path.ends_with("/rooms/search") {
            true => h.t.login("u1", "vc:room:readonly").await.access,
            false => h.t.token.clone(),
        };
        let body = example.body.as_ref().map(|b| ids.value(b));
        let answer = h.t.send(&example.method, &ids.path(&example.path), Some(&token), body).await;
        if (answer.status, answer.code()) != example.refused.unwrap_or((200, 0)) {
            wrong.push(format!("{}: {}", example.doc, answer.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_of_rooms_with_a_body_has_an_example() {
    let contract = larkctl::base::contract::Contract::built_in().expect("contract");
    let pages = contract.endpoints().iter().filter(|e| {
        let ours = ["vc-v1/room", "vc-v1/scope_config", "historic-version/meeting_room-v1"];
        ours.iter().any(|s| e.doc.starts_with(s)) && !e.body.is_empty()
    });
    let bare: Vec<&str> =
        pages.filter(|e| !EXAMPLES.contains(&format!("\"{}\"", e.doc))).map(|e| e.doc.as_str()).collect();
    assert!(bare.is_empty(), "pages without a line: {bare:?}");
}
