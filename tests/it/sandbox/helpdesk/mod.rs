//! Helpdesks, rule by rule over HTTP. Codes, statuses and shapes are literals from the reference pages.

mod agents;
mod categories;
mod console;
mod documented;
mod events;
mod faqs;
mod fields;
mod gate;
mod lost;
mod richtext;
mod rules;
mod skills;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use larkctl::sandbox::server::Options;
use serde_json::{Value, json};

use crate::support::{Answer, CONTACT, Tenant, options};

const HEADER: &str = "X-Lark-Helpdesk-Authorization";
const DESK: &str = "6939771743531696147";

/// A tenant with one desk: `owner` owns it, `admin` administers it, `agent` serves at it, `guest` does nothing there.
struct Office {
    t: Tenant,
    header: String,
    owner: String,
    admin: String,
    agent: String,
    guest: String,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    App,
    Owner,
    Admin,
    Agent,
    Guest,
}

use By::{Admin, Agent, App, Guest, Owner};

fn at(path: &str) -> String {
    format!("/open-apis/helpdesk/v1{path}")
}

fn header(desk: &str, token: &str) -> String {
    STANDARD.encode(format!("{desk}:{token}"))
}

async fn office() -> Office {
    office_with(options()).await
}

/// As [`office`], where the gateway drops what it does not know without a word.
async fn lenient() -> Office {
    office_with(Options { strict: false, ..options() }).await
}

async fn office_with(options: Options) -> Office {
    let t = Tenant::with(options).await;
    t.department("d1", "0").await;
    for id in ["owner", "admin", "agent", "guest", "ann", "bob"] {
        t.joined(id, "d1").await;
    }
    let act = json!({
        "action": "helpdesk", "helpdesk_id": DESK, "owner": "owner", "admins": ["admin"], "agents": ["agent"],
    });
    let token = t.act(act).await["token"].as_str().expect("a token").to_owned();
    let mut person = Vec::new();
    for id in ["owner", "admin", "agent", "guest"] {
        person.push(t.login(id, "helpdesk:all").await.access);
    }
    let [owner, admin, agent, guest] = person.try_into().expect("four");
    Office { t, header: header(DESK, &token), owner, admin, agent, guest }
}

impl Office {
    fn token(&self, by: By) -> &str {
        match by {
            App => &self.t.token,
            Owner => &self.owner,
            Admin => &self.admin,
            Agent => &self.agent,
            Guest => &self.guest,
        }
    }

    /// Sends with any second header, or none.
    async fn send(&self, token: &str, header: Option<&str>, method: &str, path: &str, body: Value) -> Answer {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("method");
        let mut request =
            self.t.http.request(method, format!("{}{}", self.t.base, at(path))).bearer_auth(token);
        if let Some(header) = header {
            request = request.header(HEADER, header);
        }
        if !body.is_null() {
            request =
                request.header("Content-Type", "application/json; charset=utf-8").body(body.to_string());
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = String::from_utf8_lossy(&response.bytes().await.expect("a body")).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, headers, text, body }
    }

    async fn ask(&self, by: By, method: &str, path: &str, body: Value) -> Answer {
        self.send(self.token(by), Some(&self.header), method, path, body).await
    }

    /// Must succeed; gives `data`.
    #[track_caller]
    fn ok<'a>(
        &'a self,
        by: By,
        method: &'a str,
        path: &'a str,
        body: Value,
    ) -> impl Future<Output = Value> + use<'a> {
        let place = std::panic::Location::caller();
        async move {
            let answer = self.ask(by, method, path, body).await;
            assert_eq!(answer.code(), 0, "{place}: {method} {path} answered {}", answer.text);
            answer.body["data"].clone()
        }
    }

    /// Must be refused with this status and code.
    #[track_caller]
    fn refused<'a>(
        &'a self,
        by: By,
        method: &'a str,
        path: &'a str,
        body: Value,
        want: (u16, i64),
    ) -> impl Future<Output = ()> + use<'a> {
        let place = std::panic::Location::caller();
        async move {
            let answer = self.ask(by, method, path, body).await;
            assert_eq!(
                (answer.status, answer.code()),
                want,
                "{place}: {method} {path} answered {}",
                answer.text
            );
        }
    }

    async fn get(&self, path: &str) -> Value {
        self.ok(App, "GET", path, Value::Null).await
    }

    async fn knobs(&self, fields: Value) {
        self.t.settings(json!({ "helpdesk": fields })).await;
    }

    async fn by_hand(&self, what: Value) -> Value {
        let mut act = json!({ "action": "helpdesk_by_hand", "helpdesk_id": DESK });
        act.as_object_mut().expect("object").extend(what.as_object().expect("object").clone());
        self.t.act(act).await
    }

    /// The open id of a person for the app.
    async fn open_id(&self, user: &str) -> String {
        let path = format!("{CONTACT}/users/{user}?user_id_type=user_id");
        let data = self.t.ok("GET", &path, Value::Null).await;
        data["user"]["open_id"].as_str().expect("id").to_owned()
    }

    async fn category(&self, name: &str, parent: &str) -> String {
        let body = json!({ "name": name, "parent_id": parent, "language": "zh_cn" });
        text(&self.ok(Owner, "POST", "/categories", body).await["category"]["category_id"])
    }

    async fn faq(&self, category: &str, question: &str, answer: &str) -> String {
        let faq = json!({ "category_id": category, "question": question, "answer": answer });
        text(&self.ok(Owner, "POST", "/faqs", json!({ "faq": faq })).await["faq"]["faq_id"])
    }

    async fn skill(&self, name: &str) -> String {
        text(&self.ok(Owner, "POST", "/agent_skills", json!({ "name": name })).await["agent_skill_id"])
    }

    /// What the service stores in one of its tables.
    async fn rows(&self, table: &str) -> Vec<Value> {
        self.t.rows(table).await.as_object().expect("rows").values().cloned().collect()
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// One value of every thing of a list.
fn each(list: &Value, name: &str) -> Vec<Value> {
    list.as_array().expect("a list").iter().map(|item| item[name].clone()).collect()
}

fn with(mut body: Value, fields: Value) -> Value {
    body.as_object_mut().expect("object").extend(fields.as_object().expect("object").clone());
    body
}

/// A field of one line.
fn field(key_name: &str) -> Value {
    json!({
        "key_name": key_name, "display_name": key_name, "position": "9", "field_type": "string",
        "description": "", "visible": true, "required": false,
    })
}

fn hours(from: &str, to: &str, weekday: i64) -> Value {
    json!({ "start_time": from, "end_time": to, "weekday": weekday })
}
