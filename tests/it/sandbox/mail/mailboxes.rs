//! A public mailbox and its members.

use serde_json::{Value, json};

use super::{at, mailbox, office, resign, texts, user};

const BY: &str = "user_id_type=user_id";

#[tokio::test]
async fn address_and_name_are_needed_and_neither_is_cleared() {
    let t = office().await;
    for body in [
        json!({}),
        json!({ "email": "m@example.com" }),
        json!({ "name": "m" }),
        json!({ "email": "m", "name": "m" }),
        json!({ "email": "m@example.com", "name": "x".repeat(101) }),
    ] {
        t.refused("POST", &at("/public_mailboxes"), body, 400, 1_234_008).await;
    }
    let m = mailbox(&t, "m").await;
    let same = t.ok("PATCH", &m, json!({ "name": "", "email": "" })).await;
    assert_eq!((&same["name"], &same["email"]), (&json!("m"), &json!("m@example.com")));
    t.refused("PUT", &m, json!({ "name": "n" }), 400, 1_234_008).await;
    t.refused("PUT", &m, json!({ "email": "m@example.com" }), 400, 1_234_008).await;
    for method in ["GET", "PATCH", "PUT"] {
        let body = if method == "GET" { Value::Null } else { json!({ "name": "n" }) };
        t.refused(method, &at("/public_mailboxes/none"), body, 404, 1_234_016).await;
    }
}

#[tokio::test]
async fn people_come_and_go_by_server_made_ids() {
    let t = office().await;
    let m = mailbox(&t, "m").await;
    let members = format!("{m}/members");
    let added = t.ok("POST", &format!("{members}?{BY}"), user("u1")).await;
    assert_eq!((&added["type"], &added["user_id"]), (&json!("USER"), &json!("u1")));
    let batch = json!({ "items": [user("u1"), user("u2"), user("u3"), user("u3")] });
    let more = t.ok("POST", &format!("{members}/batch_create?{BY}"), batch).await;
    assert_eq!(texts(&more, "user_id"), ["u2", "u3"]);
    let listed = t.ok("GET", &format!("{members}?{BY}"), Value::Null).await;
    assert_eq!(texts(&listed, "user_id"), ["u1", "u2", "u3"]);
    let first = added["member_id"].as_str().expect("id");
    assert_eq!(t.ok("GET", &format!("{members}/{first}?{BY}"), Value::Null).await, added);
    t.refused("POST", &format!("{members}?{BY}"), user("u1"), 400, 1_234_008).await;
    let gone = json!({ "member_id_list": [first, "none"] });
    t.refused("DELETE", &format!("{members}/batch_delete"), gone, 404, 1_234_040).await;
    t.ok("DELETE", &format!("{members}/batch_delete"), json!({ "member_id_list": [first] })).await;
    t.ok("DELETE", &format!("{members}/{}", texts(&more, "member_id")[0]), Value::Null).await;
    let listed = t.ok("GET", &format!("{members}?{BY}"), Value::Null).await;
    assert_eq!(texts(&listed, "user_id"), ["u3"]);
    t.ok("POST", &format!("{members}/clear"), Value::Null).await;
    assert!(texts(&t.ok("GET", &members, Value::Null).await, "user_id").is_empty());
}

#[tokio::test]
async fn only_people_with_a_mailbox_are_members() {
    let t = office().await;
    let m = mailbox(&t, "m").await;
    resign(&t, "u3").await;
    for (entry, code) in [
        (json!({}), 1_234_008),
        (json!({ "type": "USER" }), 1_234_008),
        (json!({ "user_id": "u1" }), 1_234_008),
        (json!({ "type": "DEPARTMENT", "user_id": "u1" }), 99_992_402),
        (user("nobody"), 99_992_360),
        (user("u3"), 1_234_008),
        (user("u4"), 1_234_008),
    ] {
        t.refused("POST", &format!("{m}/members?{BY}"), entry.clone(), 400, code).await;
        let batch = json!({ "items": [user("u1"), entry] });
        t.refused("POST", &format!("{m}/members/batch_create?{BY}"), batch, 400, code).await;
    }
    assert!(texts(&t.ok("GET", &format!("{m}/members"), Value::Null).await, "user_id").is_empty());
    t.settings(json!({ "mail": { "members_need_mailbox": false } })).await;
    t.ok("POST", &format!("{m}/members?{BY}"), user("u4")).await;
}

#[tokio::test]
async fn a_person_is_bound_to_so_many_mailboxes_and_a_mailbox_to_so_many_people() {
    let t = office().await;
    t.settings(json!({ "mail": { "mailboxes_per_person": 1, "mailbox_members": 2 } })).await;
    let (a, b) = (mailbox(&t, "a").await, mailbox(&t, "b").await);
    t.ok("POST", &format!("{a}/members?{BY}"), user("u1")).await;
    t.refused("POST", &format!("{b}/members?{BY}"), user("u1"), 400, 1_234_027).await;
    let batch = json!({ "items": [user("u2"), user("u1")] });
    t.refused("POST", &format!("{b}/members/batch_create?{BY}"), batch, 400, 1_234_027).await;
    let batch = json!({ "items": [user("u2"), user("u3")] });
    t.refused("POST", &format!("{a}/members/batch_create?{BY}"), batch.clone(), 400, 1_234_027).await;
    t.ok("POST", &format!("{b}/members/batch_create?{BY}"), batch).await;
}

#[tokio::test]
async fn who_leaves_or_a_mailbox_that_goes_ends_the_membership() {
    let t = office().await;
    let m = mailbox(&t, "m").await;
    t.ok("POST", &format!("{m}/members/batch_create?{BY}"), json!({ "items": [user("u1"), user("u2")] }))
        .await;
    resign(&t, "u1").await;
    let left = t.ok("GET", &format!("{m}/members?{BY}"), Value::Null).await;
    assert_eq!(texts(&left, "user_id"), ["u2"]);
    let bin = at("/public_mailboxes/m%40example.com/remove_to_recycle_bin");
    t.ok("DELETE", &bin, json!({ "to_mail_address": "u2@example.com" })).await;
    t.refused("GET", &format!("{m}/members"), Value::Null, 404, 1_234_016).await;
    t.refused("POST", &format!("{m}/members/clear"), Value::Null, 404, 1_234_016).await;
    assert_eq!(t.rows("mail_edges").await, json!({}));
}
