//! Access lists.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{IDS, calendar, office, ok_as, refused_as, resign, text, token};
use crate::support::Tenant;

fn entry(user: &str, role: &str) -> Value {
    json!({ "role": role, "scope": { "type": "user", "user_id": user } })
}

async fn give(t: &Tenant, c: &str, user: &str, role: &str) -> Value {
    t.ok("POST", &format!("{c}/acls?{IDS}"), entry(user, role)).await
}

/// Who has which role, and the ids of the entries; the app is "".
async fn roles(t: &Tenant, c: &str) -> BTreeMap<String, (String, String)> {
    let data = t.ok("GET", &format!("{c}/acls?{IDS}&page_size=50"), Value::Null).await;
    let list = data["acls"].as_array().expect("acls").clone();
    list.iter().map(|a| (text(&a["scope"], "user_id"), (text(a, "role"), text(a, "acl_id")))).collect()
}

#[tokio::test]
async fn the_maker_is_on_the_list_and_a_second_entry_replaces_the_first() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    assert_eq!(roles(&t, &c).await[""].0, "owner");
    let made = give(&t, &c, "u1", "reader").await;
    assert_eq!((&made["role"], &made["scope"]["user_id"]), (&json!("reader"), &json!("u1")));
    let again = give(&t, &c, "u1", "writer").await;
    assert_eq!((&again["acl_id"], &again["role"]), (&made["acl_id"], &json!("writer")));
    assert_eq!(roles(&t, &c).await.len(), 2);
    // It is in the person's list now.
    let u1 = token(&t, "u1").await;
    let data = ok_as(&t, &u1, "GET", &super::at("/calendars"), Value::Null).await;
    assert_eq!(data["calendar_list"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn an_entry_is_removed_by_its_id_once() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let id = text(&give(&t, &c, "u1", "reader").await, "acl_id");
    t.ok("DELETE", &format!("{c}/acls/{id}"), Value::Null).await;
    t.refused("DELETE", &format!("{c}/acls/{id}"), Value::Null, 404, 192_000).await;
    assert_eq!(roles(&t, &c).await.len(), 1);
}

#[tokio::test]
async fn the_last_owner_stays_and_bots_are_given_nothing() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    let own = roles(&t, &c).await[""].1.clone();
    t.refused("DELETE", &format!("{c}/acls/{own}"), Value::Null, 400, 190_002).await;
    let bot = t.ok("POST", &super::at("/calendars/primary"), Value::Null).await["calendars"][0].clone();
    let body = entry(&text(&bot, "user_id"), "writer");
    t.refused("POST", &format!("{c}/acls"), body, 400, 190_002).await;
    t.refused("POST", &format!("{c}/acls?{IDS}"), entry("u1", "unknown"), 400, 190_002).await;
    t.refused("POST", &format!("{c}/acls?{IDS}"), entry("u1", "boss"), 400, 99_992_402).await;
    let chat = json!({ "role": "reader", "scope": { "type": "chat", "user_id": "u1" } });
    t.refused("POST", &format!("{c}/acls?{IDS}"), chat, 400, 99_992_402).await;
    let nobody = json!({ "role": "reader", "scope": { "type": "user" } });
    t.refused("POST", &format!("{c}/acls?{IDS}"), nobody, 400, 190_002).await;
}

#[tokio::test]
async fn only_owners_look_and_change() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    give(&t, &c, "u1", "writer").await;
    give(&t, &c, "u2", "owner").await;
    let (u1, u2) = (token(&t, "u1").await, token(&t, "u2").await);
    let list = format!("{c}/acls?{IDS}");
    refused_as(&t, &u1, ("GET", &list, Value::Null), 403, 191_002).await;
    refused_as(&t, &u1, ("POST", &list, entry("u3", "reader")), 403, 191_002).await;
    ok_as(&t, &u2, "POST", &list, entry("u3", "reader")).await;
    // An owner may take the app off the list, and it cannot do anything there any more.
    let own = roles(&t, &c).await[""].1.clone();
    ok_as(&t, &u2, "DELETE", &format!("{c}/acls/{own}"), Value::Null).await;
    t.refused("GET", &list, Value::Null, 403, 191_002).await;
}

#[tokio::test]
async fn who_left_cannot_be_given_a_role_and_loses_the_one_they_had() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    give(&t, &c, "u1", "reader").await;
    resign(&t, "u1").await;
    assert_eq!(roles(&t, &c).await.len(), 1);
    t.refused("POST", &format!("{c}/acls?{IDS}"), entry("u1", "reader"), 404, 195_100).await;
}

#[tokio::test]
async fn a_small_page_is_raised_to_ten_and_a_large_one_refused() {
    let t = office().await;
    let c = calendar(&t, "c").await;
    for n in 0..11 {
        let id = format!("p{n}");
        t.joined(&id, "d1").await;
        give(&t, &c, &id, "reader").await;
    }
    let page = t.ok("GET", &format!("{c}/acls?{IDS}&page_size=1"), Value::Null).await;
    assert_eq!((page["acls"].as_array().map(Vec::len), &page["has_more"]), (Some(10), &json!(true)));
    t.refused("GET", &format!("{c}/acls?page_size=51"), Value::Null, 400, 190_002).await;
}
