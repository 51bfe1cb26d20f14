//! A mail group itself: making, changing, finding and deleting it, and its managers.

use serde_json::{Value, json};

use super::{IDS, alias, at, group, group_body, mail_to, office, resign, status, texts, user};

#[tokio::test]
async fn a_group_reads_back_as_it_was_made_and_unsaid_senders_have_a_default() {
    let t = office().await;
    let body = json!({
        "email": "Team@example.com", "name": "Team", "description": "all of us", "who_can_send_mail": "CUSTOM_MEMBERS"
    });
    let made = t.ok("POST", &at("/mailgroups"), body.clone()).await;
    for (name, value) in body.as_object().expect("fields") {
        assert_eq!(&made[name], value);
    }
    let g = at(&format!("/mailgroups/{}", made["mailgroup_id"].as_str().expect("id")));
    assert_eq!(t.ok("GET", &g, Value::Null).await, made);
    let made = t.ok("POST", &at("/mailgroups"), json!({ "email": "b@example.com", "name": "b" })).await;
    assert_eq!(
        (&made["who_can_send_mail"], &made["description"]),
        (&json!("ALL_INTERNAL_USERS"), &json!(""))
    );
}

#[tokio::test]
async fn address_and_name_are_needed_and_must_fit() {
    let t = office().await;
    for body in [
        json!({}),
        json!({ "email": "a@example.com" }),
        json!({ "name": "a" }),
        json!({ "email": "a@example.com", "name": " " }),
        json!({ "email": "a@example.com", "name": "x".repeat(101) }),
        json!({ "email": "a@example.com", "name": "a", "description": "x".repeat(501) }),
        json!({ "email": "not an address", "name": "a" }),
    ] {
        t.refused("POST", &at("/mailgroups"), body, 400, 1_234_008).await;
    }
    let odd = json!({ "email": "a@example.com", "name": "a", "who_can_send_mail": "NOBODY" });
    t.refused("POST", &at("/mailgroups"), odd, 400, 99_992_402).await;
}

#[tokio::test]
async fn a_patch_leaves_alone_what_is_absent_or_empty_and_a_put_does_not() {
    let t = office().await;
    let g = group(&t, "g").await;
    t.ok("PATCH", &g, json!({ "description": "d" })).await;
    let kept = t.ok("PATCH", &g, json!({ "description": "", "name": "" })).await;
    assert_eq!((&kept["description"], &kept["name"]), (&json!("d"), &json!("g")));
    t.refused("PUT", &g, json!({ "name": "x" }), 400, 1_234_008).await;
    t.refused("PUT", &g, json!({ "email": "g@example.com" }), 400, 1_234_008).await;
    let put = t.ok("PUT", &g, json!({ "email": "g@example.com", "name": "x" })).await;
    assert_eq!(
        (&put["description"], &put["who_can_send_mail"], &put["name"]),
        (&json!(""), &json!("ALL_INTERNAL_USERS"), &json!("x"))
    );
}

#[tokio::test]
async fn a_deleted_group_frees_its_addresses_and_leaves_every_list() {
    let t = office().await;
    let (g, outer) = (group(&t, "g").await, group(&t, "outer").await);
    t.ok("POST", &format!("{g}/aliases"), alias("a@example.com")).await;
    for list in ["members", "permission_members"] {
        t.ok("POST", &format!("{outer}/{list}"), mail_to("MAIL_GROUP", "g@example.com")).await;
    }
    t.ok("DELETE", &g, Value::Null).await;
    t.refused("DELETE", &g, Value::Null, 404, 1_234_013).await;
    for list in ["members", "permission_members"] {
        let data = t.ok("GET", &format!("{outer}/{list}"), Value::Null).await;
        assert_eq!(data["items"], json!([]));
    }
    assert_eq!(status(&t, "a@example.com").await, (3, 0));
    let fresh = group(&t, "g").await;
    assert_ne!(fresh, g);
}

#[tokio::test]
async fn an_address_moves_from_one_owner_to_another_only_when_it_is_free() {
    let t = office().await;
    let (a, b) = (group(&t, "a").await, group(&t, "b").await);
    t.refused("PATCH", &a, json!({ "email": "b@example.com" }), 409, 1_234_006).await;
    t.settings(json!({ "mail": { "rename_keeps_alias": false } })).await;
    t.ok("PATCH", &b, json!({ "email": "spare@example.com" })).await;
    t.ok("PATCH", &a, json!({ "email": "b@example.com" })).await;
    t.ok("PATCH", &b, json!({ "email": "a@example.com" })).await;
    let of = async |path: &str| t.ok("GET", path, Value::Null).await["email"].clone();
    assert_eq!((of(&a).await, of(&b).await), (json!("b@example.com"), json!("a@example.com")));
}

#[tokio::test]
async fn managers_are_only_seen_by_reading_and_repeating_changes_nothing() {
    let t = office().await;
    let g = group(&t, "g").await;
    let call = |what: &str| format!("{g}/managers/{what}?user_id_type=user_id");
    let list = |ids: &[&str]| {
        let people: Vec<Value> = ids.iter().map(|id| json!({ "user_id": id })).collect();
        json!({ "mailgroup_manager_list": people })
    };
    let managers = async || {
        texts(&t.ok("GET", &format!("{g}/managers?user_id_type=user_id"), Value::Null).await, "user_id")
    };
    for _ in 0..2 {
        assert_eq!(t.ok("POST", &call("batch_create"), list(&["u1", "u2", "u1"])).await, json!({}));
    }
    // u4 has no mailbox, which a manager does not need.
    t.ok("POST", &call("batch_create"), list(&["u4"])).await;
    assert_eq!(managers().await, ["u1", "u2", "u4"]);
    for _ in 0..2 {
        t.ok("POST", &call("batch_delete"), list(&["u1", "u4"])).await;
    }
    assert_eq!(managers().await, ["u2"]);
    t.refused("POST", &call("batch_create"), list(&["u1", "nobody"]), 400, 99_992_360).await;
    t.refused("POST", &call("batch_create"), json!({ "mailgroup_manager_list": [{}] }), 400, 99_992_402)
        .await;
    assert_eq!(managers().await, ["u2"]);
    let other = group(&t, "other").await;
    let filter = at("/mailgroups?user_id_type=user_id&manager_user_id=u2");
    assert_eq!(texts(&t.ok("GET", &filter, Value::Null).await, "email"), ["g@example.com"]);
    t.ok("POST", &format!("{other}/managers/batch_create?user_id_type=user_id"), list(&["u2"])).await;
    assert_eq!(texts(&t.ok("GET", &filter, Value::Null).await, "email").len(), 2);
    resign(&t, "u2").await;
    assert!(managers().await.is_empty());
}

#[tokio::test]
async fn a_fresh_group_is_missing_from_lists_as_long_as_the_lag_says() {
    let t = office().await;
    t.settings(json!({ "list_lag_ms": 1000 })).await;
    let g = group(&t, "g").await;
    t.ok("POST", &format!("{g}/members?{IDS}"), user("u1")).await;
    assert!(texts(&t.ok("GET", &at("/mailgroups"), Value::Null).await, "email").is_empty());
    assert!(texts(&t.ok("GET", &format!("{g}/members"), Value::Null).await, "type").is_empty());
    t.step(1).await;
    assert_eq!(texts(&t.ok("GET", &at("/mailgroups"), Value::Null).await, "email"), ["g@example.com"]);
    assert_eq!(texts(&t.ok("GET", &format!("{g}/members"), Value::Null).await, "type"), ["USER"]);
}

#[tokio::test]
async fn scopes_are_those_of_the_pages() {
    let t = office().await;
    t.act(json!({ "action": "scopes", "only": ["mail:mailgroup:readonly", "mail:user_mailbox:readonly"] }))
        .await;
    t.ok("GET", &at("/mailgroups"), Value::Null).await;
    t.refused("POST", &at("/mailgroups"), group_body("g"), 400, 99_991_672).await;
    t.refused("GET", &at("/public_mailboxes"), Value::Null, 400, 99_991_672).await;
    // Asking for a status needs the right to write.
    t.refused("POST", &at("/users/query"), json!({ "email_list": ["a@example.com"] }), 400, 99_991_672).await;
}
