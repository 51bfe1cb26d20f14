//! Who is in a mail group, and who may send to it.

use serde_json::{Value, json};

use super::{IDS, everybody, group, mail_to, mailbox, office, resign, texts, user};
use crate::support::{CONTACT, Tenant};

const LISTS: [&str; 2] = ["members", "permission_members"];

fn id_of(list: &str) -> &'static str {
    if list == "members" { "member_id" } else { "permission_member_id" }
}

fn department(id: &str) -> Value {
    json!({ "type": "DEPARTMENT", "department_id": id })
}

async fn add(t: &Tenant, list: &str, entry: Value) -> Value {
    t.ok("POST", &format!("{list}?{IDS}"), entry).await
}

#[tokio::test]
async fn every_type_reads_back_by_the_field_that_belongs_to_it() {
    let t = office().await;
    let g = group(&t, "g").await;
    group(&t, "inner").await;
    mailbox(&t, "box").await;
    let shared = [
        (user("u1"), "user_id", "u1"),
        (department("d1"), "department_id", "d1"),
        (mail_to("MAIL_GROUP", "INNER@example.com"), "email", "inner@example.com"),
        (mail_to("PUBLIC_MAILBOX", "box@example.com"), "email", "box@example.com"),
    ];
    let only_members = [
        (json!({ "type": "COMPANY" }), "type", "COMPANY"),
        (mail_to("EXTERNAL_USER", "Ann@partner.org"), "email", "Ann@partner.org"),
        (mail_to("OTHER_MEMBER", "u2@example.com"), "email", "u2@example.com"),
    ];
    for list in LISTS {
        let path = format!("{g}/{list}");
        let more = if list == "members" { &only_members[..] } else { &[] };
        for (entry, field, value) in shared.iter().chain(more) {
            let added = add(&t, &path, entry.clone()).await;
            assert_eq!((&added["type"], &added[field]), (&entry["type"], &json!(value)));
            let one = format!("{path}/{}?{IDS}", added[id_of(list)].as_str().expect("id"));
            assert_eq!(t.ok("GET", &one, Value::Null).await, added);
        }
        assert_eq!(everybody(&t, &path).await.len(), 4 + more.len());
    }
    for (entry, ..) in only_members {
        t.refused("POST", &format!("{g}/permission_members"), entry, 400, 99_992_402).await;
    }
}

#[tokio::test]
async fn only_the_field_of_the_type_counts_and_a_person_is_shown_with_their_address() {
    let t = office().await;
    let g = group(&t, "g").await;
    let all = json!({ "type": "USER", "user_id": "u1", "department_id": "none", "email": "x@partner.org" });
    let added = add(&t, &format!("{g}/members"), all).await;
    assert_eq!((&added["email"], &added["department_id"]), (&json!("u1@example.com"), &Value::Null));
}

#[tokio::test]
async fn a_bad_entry_is_refused_and_spoils_its_whole_batch() {
    let t = office().await;
    let g = group(&t, "g").await;
    mailbox(&t, "box").await;
    t.ok("POST", &format!("{g}/aliases"), json!({ "email_alias": "alias@example.com" })).await;
    group(&t, "other").await;
    t.ok(
        "POST",
        &format!("{CONTACT}/departments?department_id_type=department_id"),
        json!({ "name": "x", "parent_department_id": "0" }),
    )
    .await;
    resign(&t, "u3").await;
    let wrong = [
        (json!({}), 1_234_008),
        (json!({ "type": "USER" }), 1_234_008),
        (user("nobody"), 99_992_360),
        (user("u3"), 1_234_008),
        (user("u4"), 1_234_008),
        (json!({ "type": "DEPARTMENT" }), 1_234_008),
        (department("none"), 99_992_380),
        (department("0"), 1_234_008),
        (mail_to("MAIL_GROUP", "none@example.com"), 1_234_008),
        (mail_to("MAIL_GROUP", "box@example.com"), 1_234_008),
        (mail_to("MAIL_GROUP", "g@example.com"), 1_234_008),
        (mail_to("MAIL_GROUP", "alias@example.com"), 1_234_008),
        (mail_to("PUBLIC_MAILBOX", "other@example.com"), 1_234_008),
    ];
    let strangers = [
        (mail_to("EXTERNAL_USER", "u1@example.com"), 1_234_008),
        (mail_to("EXTERNAL_USER", "nonsense"), 1_234_008),
        (mail_to("OTHER_MEMBER", "nobody@example.com"), 1_234_008),
    ];
    for list in LISTS {
        let path = format!("{g}/{list}");
        let more = if list == "members" { &strangers[..] } else { &[] };
        for (entry, code) in wrong.iter().chain(more) {
            t.refused("POST", &format!("{path}?{IDS}"), entry.clone(), 400, *code).await;
            let batch = json!({ "items": [user("u1"), entry] });
            t.refused("POST", &format!("{path}/batch_create?{IDS}"), batch, 400, *code).await;
        }
        t.refused("POST", &format!("{path}/batch_create"), json!({}), 400, 1_234_008).await;
        assert!(everybody(&t, &path).await.is_empty(), "nobody was added");
    }
}

#[tokio::test]
async fn a_batch_answers_whom_it_added_and_passes_over_who_is_in() {
    let t = office().await;
    let g = group(&t, "g").await;
    for list in LISTS {
        let path = format!("{g}/{list}");
        add(&t, &path, user("u1")).await;
        let batch = json!({ "items": [user("u1"), user("u2"), user("u2"), department("d1")] });
        let added = t.ok("POST", &format!("{path}/batch_create?{IDS}"), batch.clone()).await;
        assert_eq!(texts(&added, "type"), ["USER", "DEPARTMENT"]);
        assert_eq!(added["items"][0]["user_id"], "u2");
        let again = t.ok("POST", &format!("{path}/batch_create?{IDS}"), batch).await;
        assert_eq!(again["items"], json!([]));
        // The single call cannot say "nothing new".
        t.refused("POST", &format!("{path}?{IDS}"), user("u1"), 400, 1_234_008).await;
        assert_eq!(everybody(&t, &path).await.len(), 3);
    }
    let stranger = mail_to("EXTERNAL_USER", "ann@partner.org");
    add(&t, &format!("{g}/members"), stranger).await;
    let shouted = mail_to("EXTERNAL_USER", "ANN@PARTNER.ORG");
    t.refused("POST", &format!("{g}/members"), shouted, 400, 1_234_008).await;
}

#[tokio::test]
async fn a_member_id_is_lost_with_the_membership_and_removal_is_all_or_nothing() {
    let t = office().await;
    let g = group(&t, "g").await;
    for (list, code) in [("members", 1_234_014), ("permission_members", 1_234_015)] {
        let path = format!("{g}/{list}");
        let first = add(&t, &path, user("u1")).await[id_of(list)].clone();
        let second = add(&t, &path, user("u2")).await[id_of(list)].clone();
        let ids = |ids: Value| {
            let name = format!("{}_list", id_of(list));
            json!({ name: ids })
        };
        let batch = format!("{path}/batch_delete");
        t.refused("DELETE", &batch, ids(json!([first, "none"])), 404, code).await;
        assert_eq!(everybody(&t, &path).await.len(), 2);
        let one = format!("{path}/{}", first.as_str().expect("id"));
        t.ok("DELETE", &one, Value::Null).await;
        t.refused("DELETE", &one, Value::Null, 404, code).await;
        t.refused("GET", &one, Value::Null, 404, code).await;
        let again = add(&t, &path, user("u1")).await[id_of(list)].clone();
        assert_ne!(again, first);
        t.ok("DELETE", &batch, ids(json!([again, second]))).await;
        assert!(everybody(&t, &path).await.is_empty());
        t.refused("DELETE", &batch, json!({}), 400, 99_992_402).await;
    }
}

#[tokio::test]
async fn groups_do_not_contain_themselves_by_any_way() {
    let t = office().await;
    let (a, b, c) = (group(&t, "a").await, group(&t, "b").await, group(&t, "c").await);
    add(&t, &format!("{a}/members"), mail_to("MAIL_GROUP", "b@example.com")).await;
    add(&t, &format!("{b}/members"), mail_to("MAIL_GROUP", "c@example.com")).await;
    let back = mail_to("MAIL_GROUP", "a@example.com");
    t.refused("POST", &format!("{c}/members"), back.clone(), 400, 1_234_008).await;
    // Whom one accepts mail from is another matter.
    add(&t, &format!("{c}/permission_members"), back).await;
}

#[tokio::test]
async fn an_edge_follows_the_address_of_its_end() {
    let t = office().await;
    let (g, inner) = (group(&t, "g").await, group(&t, "inner").await);
    add(&t, &format!("{g}/members"), mail_to("MAIL_GROUP", "inner@example.com")).await;
    t.ok("PATCH", &inner, json!({ "email": "renamed@example.com" })).await;
    assert_eq!(everybody(&t, &format!("{g}/members")).await[0]["email"], "renamed@example.com");
}

#[tokio::test]
async fn who_and_what_goes_leaves_every_list() {
    let t = office().await;
    t.department("d2", "0").await;
    let g = group(&t, "g").await;
    mailbox(&t, "box").await;
    for list in LISTS {
        let batch =
            json!({ "items": [user("u1"), department("d2"), mail_to("PUBLIC_MAILBOX", "box@example.com")] });
        t.ok("POST", &format!("{g}/{list}/batch_create?{IDS}"), batch).await;
    }
    resign(&t, "u1").await;
    t.ok("DELETE", &format!("{CONTACT}/departments/d2?department_id_type=department_id"), Value::Null).await;
    let bin = super::at("/public_mailboxes/box%40example.com/remove_to_recycle_bin");
    t.ok("DELETE", &bin, json!({ "to_mail_address": "u2@example.com" })).await;
    for list in LISTS {
        assert!(everybody(&t, &format!("{g}/{list}")).await.is_empty());
    }
    assert_eq!(t.ok("GET", &g, Value::Null).await["direct_members_count"], "0");
}

#[tokio::test]
async fn senders_are_kept_whatever_the_mode_unless_the_tenant_wants_it_otherwise() {
    let t = office().await;
    let g = group(&t, "g").await;
    let senders = format!("{g}/permission_members");
    add(&t, &senders, user("u1")).await;
    for mode in ["CUSTOM_MEMBERS", "ALL_GROUP_MEMBERS"] {
        t.ok("PATCH", &g, json!({ "who_can_send_mail": mode })).await;
        assert_eq!(everybody(&t, &senders).await.len(), 1);
    }
    t.settings(json!({ "mail": { "senders_need_custom": true } })).await;
    t.refused("POST", &format!("{senders}?{IDS}"), user("u2"), 400, 1_234_008).await;
    t.ok("PATCH", &g, json!({ "who_can_send_mail": "CUSTOM_MEMBERS" })).await;
    add(&t, &senders, user("u2")).await;
}

#[tokio::test]
async fn a_group_takes_three_thousand_members_in_batches() {
    let t = office().await;
    let g = group(&t, "g").await;
    for batch in 0..15 {
        let items: Vec<Value> = (0..200)
            .map(|n| mail_to("EXTERNAL_USER", &format!("p{}@partner.org", batch * 200 + n)))
            .collect();
        let added = t.ok("POST", &format!("{g}/members/batch_create"), json!({ "items": items })).await;
        assert_eq!(texts(&added, "member_id").len(), 200);
    }
    assert_eq!(t.ok("GET", &g, Value::Null).await["direct_members_count"], "3000");
    assert_eq!(everybody(&t, &format!("{g}/members")).await.len(), 3_000);
}
