//! Mail, rule by rule over HTTP: the checklist of the mail brief ([`checklist`]) and the rest in files of a thing
//! each. Codes are literals from the reference pages.

mod addresses;
mod checklist;
mod groups;
mod mailboxes;
mod members;

use serde_json::{Value, json};

use crate::support::{CONTACT, Tenant, options, person};

const MAIL: &str = "/open-apis/mail/v1";
const IDS: &str = "user_id_type=user_id&department_id_type=department_id";

/// A tenant with the domain example.com, an app that reaches all of its mail, department d1 and people u1 to u3
/// with mailboxes; u4 has none.
async fn office() -> Tenant {
    furnish(Tenant::start().await).await
}

/// The same with rate limits on.
async fn limited_office() -> Tenant {
    let t = office_of(larkctl::sandbox::server::Options { rate_limits: true, ..options() }).await;
    t.step(60).await;
    t
}

async fn office_of(options: larkctl::sandbox::server::Options) -> Tenant {
    furnish(Tenant::with(options).await).await
}

async fn furnish(t: Tenant) -> Tenant {
    t.settings(json!({ "mail_domains": ["example.com"] })).await;
    t.act(json!({ "action": "mail_range", "all": true })).await;
    t.department("d1", "0").await;
    for id in ["u1", "u2", "u3"] {
        with_mailbox(&t, id).await;
    }
    t.joined("u4", "d1").await;
    t
}

/// A person of d1 at ID@example.com.
async fn with_mailbox(t: &Tenant, id: &str) {
    let mut body = person(id, "d1");
    body["enterprise_email"] = format!("{id}@example.com").into();
    let path = format!("{CONTACT}/users?department_id_type=department_id&user_id_type=user_id");
    t.ok("POST", &path, body).await;
}

async fn patch_person(t: &Tenant, id: &str, body: Value) {
    t.ok("PATCH", &format!("{CONTACT}/users/{id}?user_id_type=user_id"), body).await;
}

async fn resign(t: &Tenant, id: &str) {
    t.ok("DELETE", &format!("{CONTACT}/users/{id}?user_id_type=user_id"), Value::Null).await;
}

fn at(path: &str) -> String {
    format!("{MAIL}{path}")
}

/// An address inside a path.
fn enc(address: &str) -> String {
    address.replace('@', "%40")
}

fn group_body(name: &str) -> Value {
    json!({ "email": format!("{name}@example.com"), "name": name, "who_can_send_mail": "ANYONE" })
}

/// A mail group NAME@example.com; gives its path by id.
async fn group(t: &Tenant, name: &str) -> String {
    let made = t.ok("POST", &at("/mailgroups"), group_body(name)).await;
    at(&format!("/mailgroups/{}", made["mailgroup_id"].as_str().expect("id")))
}

/// A public mailbox NAME@example.com; gives its path by id.
async fn mailbox(t: &Tenant, name: &str) -> String {
    let body = json!({ "email": format!("{name}@example.com"), "name": name });
    let made = t.ok("POST", &at("/public_mailboxes"), body).await;
    at(&format!("/public_mailboxes/{}", made["public_mailbox_id"].as_str().expect("id")))
}

fn alias(address: &str) -> Value {
    json!({ "email_alias": address })
}

async fn aliases(t: &Tenant, owner: &str) -> Vec<String> {
    texts(&t.ok("GET", &format!("{owner}/aliases"), Value::Null).await, "email_alias")
}

fn texts(data: &Value, field: &str) -> Vec<String> {
    let items = data["items"].as_array().expect("items");
    items.iter().map(|i| i[field].as_str().unwrap_or_default().to_owned()).collect()
}

/// Status and type of one address; no type reads as 0.
async fn status(t: &Tenant, address: &str) -> (i64, i64) {
    let data = t.ok("POST", &at("/users/query"), json!({ "email_list": [address] })).await;
    let entry = &data["user_list"][0];
    assert_eq!(entry["email"], address);
    (entry["status"].as_i64().expect("status"), entry["type"].as_i64().unwrap_or(0))
}

fn user(id: &str) -> Value {
    json!({ "type": "USER", "user_id": id })
}

fn mail_to(kind: &str, address: &str) -> Value {
    json!({ "type": kind, "email": address })
}

/// All entries of a list, over all pages of the largest size.
async fn everybody(t: &Tenant, list: &str) -> Vec<Value> {
    let (mut found, mut token) = (Vec::new(), String::new());
    loop {
        let data = t.ok("GET", &format!("{list}?{IDS}&page_size=200&page_token={token}"), Value::Null).await;
        found.extend(data["items"].as_array().expect("items").iter().cloned());
        match data["has_more"].as_bool() {
            Some(true) => token = data["page_token"].as_str().expect("token").to_owned(),
            _ => return found,
        }
    }
}
