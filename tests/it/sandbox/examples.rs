//! What the reference shows in its request examples the sandbox accepts, in strict mode, once what they name exists.
//!
//! `tests/cases/documented-requests.jsonl` has one example a line: fields, structure, numbers and ids as the page
//! prints them, prose replaced. Ids that a client cannot choose are swapped for those of the things made here.
//! Page tokens are left out, since they are opaque. Where a page contradicts itself the line says so (`quirk`).

use std::collections::BTreeMap;

use larkctl::base::contract::Contract;
use larkctl::sandbox::auth::oauth::{Decision, consent};
use larkctl::sandbox::tenant::{Subscription, put_subscription};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::{CONTACT, Tenant};

const IM: &str = "/open-apis/im/v1/chats";
const EXAMPLES: &str = include_str!("../../cases/documented-requests.jsonl");
/// The example of `get-user-access-token`: where its code was sent, and the verifier, which as a plain challenge is
/// its own.
const CALLBACK: &str = "https://example.com/api/oauth/callback";
const VERIFIER: &str = "TxYmzM4PHLBlqm5NtnCmwxMH8mFlRWl_ipie3O0aVzo";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    doc: String,
    method: String,
    path: String,
    #[serde(default)]
    params: BTreeMap<String, String>,
    #[serde(default)]
    query: Vec<(String, String)>,
    body: Option<Value>,
    needs: Vec<Need>,
    /// How the example contradicts its own page, and what is sent instead or expected.
    quirk: Option<String>,
    /// Status and code that the page has for the contradiction.
    refused: Option<(u16, i64)>,
}

/// What must exist before the example can be sent; `id` is the one that the page prints.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Need {
    Department {
        id: String,
        #[serde(default)]
        chat: bool,
    },
    User {
        id: String,
        #[serde(rename = "as", default)]
        id_type: IdType,
        #[serde(default)]
        resigned: bool,
    },
    Unit {
        id: String,
    },
    Bound {
        unit: String,
        department: String,
    },
    Group {
        id: String,
    },
    Member {
        group: String,
        user: String,
    },
    Role {
        id: String,
    },
    RoleMember {
        role: String,
        user: String,
    },
    EmployeeType {
        id: String,
    },
    JobFamily {
        id: String,
    },
    JobLevel {
        id: String,
    },
    JobTitle {
        id: String,
    },
    WorkCity {
        id: String,
    },
    CustomAttr {
        id: String,
    },
    Subscription {
        id: String,
    },
    MailDomain {
        id: String,
    },
    /// The tenant's mail domains, and an app that reaches all of its mail.
    Mail {
        domains: Vec<String>,
    },
    MultiGeo,
    MailGroup {
        id: String,
    },
    PublicMailbox {
        id: String,
        #[serde(default)]
        binned: bool,
    },
    /// A person with a company mailbox.
    MailPerson {
        id: String,
        address: String,
        #[serde(default)]
        gone: bool,
    },
    /// What a call makes: a member, an alias. `field` of its answer is the id; none means that `id` is as printed.
    MailEntry {
        at: String,
        body: Value,
        field: String,
        id: String,
    },
    /// A chat of our bot, with people.
    Chat {
        id: String,
        #[serde(default)]
        users: Vec<String>,
        #[serde(default)]
        managed: bool,
        #[serde(default)]
        old: bool,
        #[serde(default)]
        announced: bool,
    },
    /// A picture for tabs and menus.
    Icon {
        id: String,
    },
    /// A tab, and an entry of the menu, of the last chat.
    Tab {
        id: String,
    },
    Menu {
        id: String,
    },
    /// A scope that the version has and nobody has granted.
    Ungranted {
        id: String,
    },
    /// Everybody is an administrator of attendance; `set` are further knobs.
    Attendance {
        #[serde(default)]
        set: serde_json::Map<String, Value>,
    },
    /// What a call of attendance makes; `at` the pointer of its answer's id.
    AttendanceEntry {
        call: String,
        body: Value,
        at: String,
        id: String,
    },
    /// A photograph of a face.
    Face {
        id: String,
    },
    /// The request is sent in a person's name.
    UserToken,
    /// The page's app is the one that asks.
    OwnApp {
        id: String,
    },
    App {
        id: String,
        secret: String,
    },
    Code {
        id: String,
    },
    RefreshToken {
        id: String,
    },
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum IdType {
    #[default]
    OpenId,
    UserId,
}

fn examples() -> Vec<Example> {
    let read = |(i, line): (usize, &str)| {
        serde_json::from_str(line).unwrap_or_else(|e| panic!("line {}: {e}", i + 1))
    };
    EXAMPLES.lines().enumerate().map(read).collect()
}

/// A printed id that a real one stands in for, in fields whose name holds `field`.
struct Swap {
    field: &'static str,
    printed: String,
    real: String,
}

struct Stage {
    t: Tenant,
    swaps: Vec<Swap>,
    person_token: Option<String>,
    made: u32,
}

impl Stage {
    async fn new() -> Self {
        Self { t: Tenant::start().await, swaps: Vec::new(), person_token: None, made: 0 }
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}{}", self.made)
    }

    fn swap(&mut self, field: &'static str, printed: &str, real: &Value) {
        let real = real.as_str().expect("an id").to_owned();
        self.swaps.push(Swap { field, printed: printed.to_owned(), real });
    }

    /// The real id behind a printed one.
    fn real(&self, field: &str, printed: &str) -> String {
        let swap = self.swaps.iter().find(|s| s.printed == printed && field.contains(s.field));
        swap.map_or(printed, |s| s.real.as_str()).to_owned()
    }

    fn real_value(&self, field: &str, value: &Value) -> Value {
        match value {
            Value::String(text) => self.real(field, text).into(),
            Value::Array(items) => items.iter().map(|v| self.real_value(field, v)).collect(),
            Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), self.real_value(k, v))).collect(),
            other => other.clone(),
        }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.t.ok("POST", &format!("{CONTACT}{path}"), body).await
    }

    async fn make(&mut self, need: &Need) {
        match need {
            Need::Department { id, chat } => self.department(id, *chat).await,
            Need::User { id, id_type, resigned } => self.user(id, *id_type, *resigned).await,
            Need::Unit { .. } | Need::Bound { .. } => self.unit(need).await,
            Need::Group { .. } | Need::Member { .. } => self.group(need).await,
            Need::Role { .. } | Need::RoleMember { .. } => self.role(need).await,
            Need::EmployeeType { .. }
            | Need::JobFamily { .. }
            | Need::JobLevel { .. }
            | Need::JobTitle { .. }
            | Need::WorkCity { .. }
            | Need::CustomAttr { .. } => self.catalogue(need).await,
            Need::Chat { .. } => self.chat(need).await,
            Need::Icon { .. } | Need::Tab { .. } | Need::Menu { .. } => self.in_chat(need).await,
            Need::Subscription { .. } | Need::MailDomain { .. } => self.plan(need).await,
            Need::Mail { .. }
            | Need::MultiGeo
            | Need::MailGroup { .. }
            | Need::PublicMailbox { .. }
            | Need::MailPerson { .. }
            | Need::MailEntry { .. } => self.mail(need).await,
            Need::Attendance { .. } | Need::AttendanceEntry { .. } | Need::Face { .. } => {
                self.attendance(need).await;
            }
            Need::UserToken
            | Need::Ungranted { .. }
            | Need::OwnApp { .. }
            | Need::App { .. }
            | Need::Code { .. }
            | Need::RefreshToken { .. } => self.login(need).await,
        }
    }

    async fn attendance(&mut self, need: &Need) {
        match need {
            Need::Attendance { set } => {
                let mut knobs = json!({ "admins": "everybody", "data_range": true });
                knobs.as_object_mut().expect("object").extend(set.clone());
                self.t.settings(json!({ "attendance": knobs })).await;
            }
            Need::AttendanceEntry { call, body, at, id } => {
                let made = self.t.ok("POST", call, self.real_value("", body)).await;
                self.swap("", id, made.pointer(at).expect("an id"));
            }
            Need::Face { id } => {
                let mut body =
                    b"--s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx".to_vec();
                body.extend(b"\r\n--s--\r\n");
                let path = "/open-apis/attendance/v1/files/upload?file_name=a.jpg";
                let request = self.t.http.post(format!("{}{path}", self.t.base)).bearer_auth(&self.t.token);
                let request = request.body(body).header("Content-Type", "multipart/form-data; boundary=s");
                let answer = request.send().await.expect("an answer").text().await.expect("a text");
                let answer: Value = serde_json::from_str(&answer).expect("JSON");
                self.swap("", id, &answer["data"]["file"]["file_id"]);
            }
            _ => unreachable!("{need:?}"),
        }
    }

    async fn mail(&mut self, need: &Need) {
        match need {
            Need::Mail { domains } => {
                self.t.settings(json!({ "mail_domains": domains })).await;
                self.t.act(json!({ "action": "mail_range", "all": true })).await;
            }
            Need::MultiGeo => self.t.settings(json!({ "mail": { "multi_geo": true } })).await,
            Need::MailGroup { id } => {
                let body = json!({ "email": id, "name": "a group" });
                self.t.ok("POST", "/open-apis/mail/v1/mailgroups", body).await;
            }
            Need::PublicMailbox { id, binned } => {
                let path = "/open-apis/mail/v1/public_mailboxes";
                self.t.ok("POST", path, json!({ "email": id, "name": "a mailbox" })).await;
                if *binned {
                    let path = format!("{path}/{id}/remove_to_recycle_bin");
                    self.t.ok("DELETE", &path, json!({})).await;
                }
            }
            Need::MailPerson { id, address, gone } => {
                self.user(id, IdType::OpenId, false).await;
                let path = format!("{CONTACT}/users/{}", self.real("user_id", id));
                self.t.ok("PATCH", &path, json!({ "enterprise_email": address })).await;
                if *gone {
                    self.t.ok("DELETE", &path, Value::Null).await;
                }
            }
            Need::MailEntry { at, body, field, id } => {
                let made = self.t.ok("POST", at, self.real_value("", body)).await;
                if let Some(real) = made.get(field) {
                    self.swap("member_id", id, real);
                }
            }
            _ => unreachable!("{need:?}"),
        }
    }

    async fn department(&mut self, id: &str, chat: bool) {
        let name = self.fresh("d");
        // A client chooses D096; od-… (and what one page prints with a person's prefix) is the server's.
        let chosen = if id.starts_with("od-") || id.starts_with("ou-") { &name } else { id };
        let body = json!({
            "name": name, "department_id": chosen, "parent_department_id": "0", "create_group_chat": chat
        });
        let made = self.post("/departments", body).await;
        if chosen == name {
            self.swap("", id, &made["department"]["open_department_id"]);
        }
    }

    async fn user(&mut self, id: &str, id_type: IdType, resigned: bool) {
        let name = self.fresh("p");
        let chosen = if id_type == IdType::UserId { id } else { &name };
        let body = json!({
            "user_id": chosen,
            "name": name,
            "mobile": format!("+86139{:08}", self.made),
            "employee_type": 1,
            "department_ids": ["0"],
        });
        let made = self.post("/users", body).await;
        self.t.act(json!({ "action": "join", "user": chosen })).await;
        if id_type == IdType::OpenId {
            self.swap("", id, &made["user"]["open_id"]);
        }
        if resigned {
            let path = format!("{CONTACT}/users/{chosen}?user_id_type=user_id");
            self.t.ok("DELETE", &path, Value::Null).await;
        }
    }

    async fn unit(&mut self, need: &Need) {
        match need {
            Need::Unit { id } => {
                let chosen: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
                let made = self
                    .post("/unit", json!({ "unit_id": chosen, "name": "a unit", "unit_type": "a type" }))
                    .await;
                self.swap("unit_id", id, &made["unit_id"]);
            }
            Need::Bound { unit, department } => {
                let body = json!({
                    "unit_id": unit,
                    "department_id": self.real("department_id", department),
                    "department_id_type": "open_department_id",
                });
                self.post("/unit/bind_department", body).await;
            }
            _ => unreachable!("{need:?}"),
        }
    }

    async fn group(&mut self, need: &Need) {
        match need {
            Need::Group { id } => {
                self.post("/group", json!({ "name": "a group", "group_id": id })).await;
            }
            Need::Member { group, user } => {
                let member = self.real("member_id", user);
                let id_type = if member == *user { "user_id" } else { "open_id" };
                let body = json!({ "member_type": "user", "member_id_type": id_type, "member_id": member });
                self.post(&format!("/group/{group}/member/add"), body).await;
            }
            _ => unreachable!("{need:?}"),
        }
    }

    async fn role(&mut self, need: &Need) {
        match need {
            Need::Role { id } => {
                let made = self.post("/functional_roles", json!({ "role_name": "a role" })).await;
                self.swap("role_id", id, &made["role_id"]);
            }
            Need::RoleMember { role, user } => {
                let role = self.real("role_id", role);
                let body = json!({ "members": [self.real("members", user)] });
                self.post(&format!("/functional_roles/{role}/members/batch_create"), body).await;
            }
            _ => unreachable!("{need:?}"),
        }
    }

    async fn chat(&mut self, need: &Need) {
        let Need::Chat { id, users, managed, old, announced } = need else { unreachable!("{need:?}") };
        let made = self.t.ok("POST", IM, json!({})).await;
        let chat = made["chat_id"].as_str().expect("a chat").to_owned();
        self.swap("", id, &made["chat_id"]);
        for user in users {
            let real = self.real("", user);
            let id_type = if real == *user { "user_id" } else { "open_id" };
            let path = |rest: &str| format!("{IM}/{chat}/{rest}?member_id_type={id_type}");
            self.t.ok("POST", &path("members"), json!({ "id_list": [real] })).await;
            if *managed {
                self.t.ok("POST", &path("managers/add_managers"), json!({ "manager_ids": [real] })).await;
            }
        }
        if *old || *announced {
            self.t.act(json!({ "action": "chat", "chat": chat, "announcement": "a text", "old": old })).await;
        }
    }

    /// In the last chat that was made.
    async fn in_chat(&mut self, need: &Need) {
        let chat = self.swaps.iter().rfind(|s| s.real.starts_with("oc_")).map(|s| s.real.clone());
        let path = |rest: &str| format!("{IM}/{}/{rest}", chat.as_deref().expect("a chat"));
        match need {
            Need::Icon { id } => {
                let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";
                let mut body =
                    b"--s\r\nContent-Disposition: form-data; name=\"image_type\"\r\n\r\nmessage".to_vec();
                body.extend(
                    b"\r\n--s\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n",
                );
                body.extend(png);
                body.extend(b"\r\n--s--\r\n");
                let request = self.t.http.post(format!("{}/open-apis/im/v1/images", self.t.base));
                let request = request.bearer_auth(&self.t.token).body(body);
                let request = request.header("Content-Type", "multipart/form-data; boundary=s");
                let answer = request.send().await.expect("an answer").text().await.expect("a text");
                let answer: Value = serde_json::from_str(&answer).expect("JSON");
                self.swap("", id, &answer["data"]["image_key"]);
            }
            Need::Tab { id } => {
                let tab =
                    json!({ "tab_name": "a", "tab_type": "url", "tab_content": { "url": "https://a.cn/" } });
                let made = self.t.ok("POST", &path("chat_tabs"), json!({ "chat_tabs": [tab] })).await;
                let last = made["chat_tabs"].as_array().and_then(|l| l.last()).expect("a tab");
                self.swap("", id, &last["tab_id"]);
            }
            Need::Menu { id } => {
                let item = json!({ "chat_menu_item": { "action_type": "NONE", "name": "a" } });
                let body = json!({ "menu_tree": { "chat_menu_top_levels": [item] } });
                let made = self.t.ok("POST", &path("menu_tree"), body).await;
                let top = &made["menu_tree"]["chat_menu_top_levels"][0];
                self.swap("", id, &top["chat_menu_top_level_id"]);
            }
            _ => unreachable!("{need:?}"),
        }
    }

    async fn catalogue(&mut self, need: &Need) {
        match need {
            Need::EmployeeType { id } => {
                let body = json!({ "content": "a type", "enum_type": 2, "enum_status": 1 });
                let made = self.post("/employee_type_enums", body).await;
                self.swap("enum_id", id, &made["employee_type_enum"]["enum_id"]);
            }
            Need::JobFamily { id } => {
                let body = json!({ "name": self.fresh("family"), "status": true });
                let made = self.post("/job_families", body).await;
                self.swap("job_family_id", id, &made["job_family"]["job_family_id"]);
            }
            Need::JobLevel { id } => {
                let body = json!({ "name": self.fresh("level"), "status": true });
                let made = self.post("/job_levels", body).await;
                self.swap("job_level_id", id, &made["job_level"]["job_level_id"]);
            }
            // Titles and cities come into being with the first person who has them.
            Need::JobTitle { id } => self.label(id, "job_title", "/job_titles", "job_title_id").await,
            Need::WorkCity { id } => self.label(id, "city", "/work_cities", "work_city_id").await,
            Need::CustomAttr { id } => self.swap("id", id, &"C-7000000000000000001".into()),
            _ => unreachable!("{need:?}"),
        }
    }

    async fn label(&mut self, id: &str, field: &str, list: &str, key: &'static str) {
        self.user("somebody", IdType::UserId, false).await;
        let path = format!("{CONTACT}/users/somebody?user_id_type=user_id");
        self.t.ok("PATCH", &path, json!({ field: "a label" })).await;
        let listed = self.t.ok("GET", &format!("{CONTACT}{list}"), Value::Null).await;
        self.swap(key, id, &listed["items"][0][key]);
    }

    async fn plan(&mut self, need: &Need) {
        match need {
            Need::Subscription { id } => {
                let plan = Subscription {
                    subscription_id: id.clone(),
                    total_seats: 10,
                    end_time: 1 << 40,
                    ..Subscription::default()
                };
                self.t.engine.change(|w| put_subscription(w, plan)).await.expect("stored");
            }
            Need::MailDomain { id } => self.t.settings(json!({ "mail_domains": [id] })).await,
            _ => unreachable!("{need:?}"),
        }
    }

    async fn login(&mut self, need: &Need) {
        match need {
            Need::OwnApp { id } => self.swap("app_id", id, &"cli_sandbox".into()),
            Need::Ungranted { id } => {
                for user in [false, true] {
                    self.t.act(json!({ "action": "scopes", "except": [id], "user": user })).await;
                }
            }
            Need::App { id, secret } => {
                let set = json!({ "secret": secret, "redirect_urls": ["https://example.com"] });
                self.t.act(json!({ "action": "app", "app_id": id, "set": set })).await;
            }
            Need::UserToken => {
                let back = "http://localhost/callback";
                let code =
                    self.code("cli_sandbox", back, "contact:contact.base:readonly contact:user:search").await;
                let token = self.token("cli_sandbox", "sandbox-secret", back, &code).await;
                self.person_token = token["access_token"].as_str().map(str::to_owned);
            }
            Need::Code { id } => {
                let code = self.code("cli_a5ca35a685b0x26e", CALLBACK, "offline_access").await;
                self.swap("code", id, &code.into());
            }
            Need::RefreshToken { id } => {
                let code = self.code("cli_a5ca35a685b0x26e", CALLBACK, "offline_access").await;
                let secret = "baBqE5um9LbFGDy3X7LcfxQX1sqpXlwy";
                let token = self.token("cli_a5ca35a685b0x26e", secret, CALLBACK, &code).await;
                self.swap("refresh_token", id, &token["refresh_token"]);
            }
            _ => unreachable!("{need:?}"),
        }
    }

    /// A person agrees; gives the code.
    async fn code(&mut self, app: &str, back: &str, scope: &str) -> String {
        self.user("agreeing", IdType::UserId, false).await;
        let asked = [
            ("client_id", app),
            ("response_type", "code"),
            ("redirect_uri", back),
            ("scope", scope),
            ("code_challenge", VERIFIER),
            ("code_challenge_method", "plain"),
        ];
        let agree = |world: &mut larkctl::sandbox::world::World| {
            let key = world.contact.directory.user_by_id("agreeing").expect("a person");
            consent(world, &format!("?{}", pairs(asked)), key, Decision::Grant)
        };
        let location = self.t.engine.change(agree).await.expect("stored").expect("granted");
        location.split_once("code=").expect("a code").1.to_owned()
    }

    async fn token(&self, app: &str, secret: &str, back: &str, code: &str) -> Value {
        let body = json!({
            "grant_type": "authorization_code", "client_id": app, "client_secret": secret, "code": code,
            "redirect_uri": back, "code_verifier": VERIFIER,
        });
        self.t.send("POST", "/open-apis/authen/v2/oauth/token", None, Some(body)).await.body
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn pairs<'a>(list: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let one = |(name, value): (&str, &str)| format!("{}={}", encoded(name), encoded(value));
    list.into_iter().map(one).collect::<Vec<_>>().join("&")
}

/// Sends one example to a tenant of its own; gives what is wrong.
async fn attempt(example: &Example) -> Option<String> {
    let mut stage = Stage::new().await;
    for need in &example.needs {
        stage.make(need).await;
    }
    let mut path = example.path.clone();
    for (name, printed) in &example.params {
        path = path.replace(&format!(":{name}"), &encoded(&stage.real(name, printed)));
    }
    let query: Vec<(&str, String)> =
        example.query.iter().map(|(name, printed)| (name.as_str(), stage.real(name, printed))).collect();
    if !query.is_empty() {
        path = format!("{path}?{}", pairs(query.iter().map(|(name, value)| (*name, value.as_str()))));
    }
    let body = example.body.as_ref().map(|body| stage.real_value("", body));
    let open = endpoint(example).tokens.is_empty();
    let token = stage.person_token.clone().unwrap_or_else(|| stage.t.token.clone());
    let token = (!open).then_some(token.as_str());
    let answer = stage.t.send(&example.method, &path, token, body).await;
    stage.t.stop().await;
    let want = example.refused.unwrap_or((200, 0));
    let got = (answer.status, answer.code());
    (got != want)
        .then(|| format!("{}: {} {path}: want {want:?}, got {}", example.doc, example.method, answer.text))
}

fn endpoint(example: &Example) -> &'static larkctl::base::contract::Endpoint {
    let contract = Contract::built_in().expect("contract");
    contract
        .endpoint(&example.method, &example.path)
        .unwrap_or_else(|| panic!("{} is not in the contract", example.doc))
}

#[tokio::test]
async fn documented_requests_are_accepted() {
    let mut wrong = Vec::new();
    for example in &examples() {
        wrong.extend(attempt(example).await);
    }
    assert!(wrong.is_empty(), "{} examples:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_page_of_contact_mail_and_chats_with_a_body_has_an_example() {
    let examples = examples();
    let pages = Contract::built_in().expect("contract").endpoints();
    let bare: Vec<&str> = pages
        .iter()
        .filter(|e| {
            ["contact-v3/", "mail-v1/", "group/", "attendance-v1/"].iter().any(|s| e.doc.starts_with(s))
        })
        // A form has no example.
        .filter(|e| !e.body.is_empty() && e.body[0].name != "file")
        .filter(|e| !examples.iter().any(|x| x.doc == e.doc && x.body.is_some()))
        .map(|e| e.doc.as_str())
        .collect();
    assert!(bare.is_empty(), "pages without a line: {bare:?}");
    for example in &examples {
        assert!(
            example.refused.is_none() || example.quirk.is_some(),
            "{}: a refusal needs a reason",
            example.doc
        );
    }
}

/// The official Python SDK writes query parameters as Python prints them, and that works on the real platform.
#[tokio::test]
async fn a_boolean_parameter_may_have_a_capital() {
    let t = Tenant::start().await;
    t.department("d1", "0").await;
    t.department("d2", "d1").await;
    let list = |fetch: &str| format!("{CONTACT}/departments/0/children?fetch_child={fetch}");
    for (fetch, count) in [("true", 2), ("True", 2), ("false", 1), ("False", 1)] {
        let data = t.ok("GET", &list(fetch), Value::Null).await;
        assert_eq!(data["items"].as_array().map(Vec::len), Some(count), "{fetch}");
    }
    t.refused("GET", &list("TRUE"), Value::Null, 400, 99_992_402).await;
    t.refused("GET", &list("1"), Value::Null, 400, 99_992_402).await;
}
