//! Chats: the checklist of the chat brief, each rule with the codes of its page.

mod announcements;
mod create;
mod departments;
mod images;
mod members;
mod roles;
mod surface;

use serde_json::{Value, json};

use crate::support::{CONTACT, Tenant};

pub(super) const CHATS: &str = "/open-apis/im/v1/chats";
pub(super) const BY_USER_ID: &str = "/open-apis/im/v1/chats?user_id_type=user_id";
pub(super) const OTHER_BOT: &str = "cli_other";

pub(super) fn at(chat: &str, rest: &str) -> String {
    format!("{CHATS}/{chat}{rest}")
}

/// Members and managers, addressed by user_id.
pub(super) fn by_user(chat: &str, rest: &str) -> String {
    format!("{CHATS}/{chat}{rest}?member_id_type=user_id")
}

pub(super) fn by_bot(chat: &str, rest: &str) -> String {
    format!("{CHATS}/{chat}{rest}?member_id_type=app_id")
}

/// A tenant with people who have joined.
pub(super) async fn tenant(people: &[&str]) -> Tenant {
    let t = Tenant::start().await;
    for id in people {
        t.joined(id, "0").await;
    }
    t
}

pub(super) async fn create(t: &Tenant, body: Value) -> String {
    let made = t.ok("POST", BY_USER_ID, body).await;
    made["chat_id"].as_str().expect("a chat").to_owned()
}

pub(super) async fn read(t: &Tenant, chat: &str) -> Value {
    t.ok("GET", &format!("{CHATS}/{chat}?user_id_type=user_id"), Value::Null).await
}

/// Adds people one call each, so that each came at an instant of their own.
pub(super) async fn let_in(t: &Tenant, chat: &str, people: &[&str]) {
    for id in people {
        t.ok("POST", &by_user(chat, "/members"), json!({ "id_list": [id] })).await;
    }
}

pub(super) async fn members(t: &Tenant, chat: &str) -> Vec<String> {
    let path = format!("{CHATS}/{chat}/members?member_id_type=user_id&page_size=100");
    let data = t.ok("GET", &path, Value::Null).await;
    assert_eq!(data["has_more"], false);
    names(&data["items"], "member_id")
}

pub(super) fn names(list: &Value, field: &str) -> Vec<String> {
    let items = list.as_array().expect("a list");
    items.iter().map(|i| i[field].as_str().expect("a text").to_owned()).collect()
}

/// A second app with a bot, and its token.
pub(super) async fn other_bot(t: &Tenant) -> String {
    t.act(json!({ "action": "app", "app_id": OTHER_BOT, "set": { "secret": "s" } })).await;
    t.fresh_token(OTHER_BOT, "s").await
}

/// Takes the right to act as the owner of what the app made.
pub(super) async fn no_ownership(t: &Tenant) {
    t.act(json!({ "action": "scopes", "except": ["im:chat:operate_as_owner"] })).await;
}

/// A chat that a person owns and our bot is a plain member of, without any power of a creator.
pub(super) async fn plain_member(t: &Tenant, owner: &str) -> String {
    let chat = create(t, json!({ "name": "plain", "owner_id": owner })).await;
    no_ownership(t).await;
    chat
}

pub(super) async fn refused_as(t: &Tenant, token: &str, method: &str, path: &str, body: Value, code: i64) {
    let body = if body.is_null() { None } else { Some(body) };
    let answer = t.send(method, path, Some(token), body).await;
    assert_eq!((answer.status, answer.code()), (400, code), "{method} {path}: {}", answer.text);
}

pub(super) fn user_path(id: &str) -> String {
    format!("{CONTACT}/users/{id}?user_id_type=user_id")
}
