//! What the pages show in their request examples is accepted, in strict mode, once what they name exists.
//!
//! `tests/cases/documented-requests-helpdesk.jsonl`: fields, structure, numbers and times as printed, prose replaced.
//! Ids that a client cannot choose stand in braces, for the thing that is made here.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{App, Office, Owner, at, field, office, text, with};

const EXAMPLES: &str = include_str!("../../../cases/documented-requests-helpdesk.jsonl");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    doc: String,
    method: String,
    path: String,
    body: Option<Value>,
    /// How the example contradicts its own page, and what is expected.
    quirk: Option<String>,
    refused: Option<(u16, i64)>,
}

struct Ids(Vec<(&'static str, String)>);

impl Ids {
    fn text(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
    }

    fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(text).into(),
            Value::Array(items) => items.iter().map(|v| self.value(v)).collect(),
            Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), self.value(v))).collect(),
            other => other.clone(),
        }
    }
}

async fn ids(o: &Office) -> Ids {
    let category = o.category("a", "0").await;
    let faq = o.faq(&category, "q", "x").await;
    let options = json!({ "field_type": "dropdown", "dropdown_options": { "children": [
        { "tag": "a", "display_name": "a" },
    ] } });
    o.ok(Owner, "POST", "/ticket_customized_fields", with(field("f"), options)).await;
    let field = o.get("/ticket_customized_fields").await["items"][1].clone();
    Ids(vec![
        ("agent", o.open_id("agent").await),
        ("person", o.open_id("ann").await),
        ("skill", o.skill("s").await),
        ("category", category),
        ("faq", faq),
        ("field", text(&field["ticket_customized_field_id"])),
    ])
}

#[tokio::test]
async fn documented_requests_are_accepted() {
    let contract = larkctl::base::contract::Contract::built_in().expect("contract");
    let mut wrong = Vec::new();
    for line in EXAMPLES.lines() {
        let example: Example = serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"));
        assert!(example.refused.is_none() || example.quirk.is_some(), "{}: needs a reason", example.doc);
        let endpoint = contract.endpoints().iter().find(|e| e.doc == example.doc).expect("a page");
        assert!(endpoint.method == example.method, "{}", example.doc);
        let o = office().await;
        let ids = ids(&o).await;
        let by = if endpoint.tokens == [larkctl::base::contract::TokenType::Tenant] { App } else { Owner };
        let body = example.body.as_ref().map_or(Value::Null, |body| ids.value(body));
        let answer = o.ask(by, &example.method, &ids.text(&example.path), body).await;
        if (answer.status, answer.code()) != example.refused.unwrap_or((200, 0)) {
            wrong.push(format!("{}: {}", example.doc, answer.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_with_a_body_or_a_query_has_an_example() {
    let contract = larkctl::base::contract::Contract::built_in().expect("contract");
    let pages = contract
        .endpoints()
        .iter()
        .filter(|e| e.path.starts_with(&at("")) && !(e.body.is_empty() && e.query.is_empty()));
    let bare: Vec<&str> =
        pages.filter(|e| !EXAMPLES.contains(&format!("\"{}\"", e.doc))).map(|e| e.doc.as_str()).collect();
    assert!(bare.is_empty(), "pages without a line: {bare:?}");
}
