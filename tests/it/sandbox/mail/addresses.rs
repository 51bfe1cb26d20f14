//! Aliases of groups, mailboxes and people, and what restarts do to the namespace.

use serde_json::{Value, json};

use super::{
    alias, aliases, at, enc, furnish, group, mail_to, mailbox, office, patch_person, status, texts, user,
};
use crate::support::Tenant;

const NAMES: [&str; 3] = ["mailgroup_alias", "public_mailbox_alias", "user_mailbox_alias"];

async fn owners(t: &Tenant) -> [String; 3] {
    [group(t, "g").await, mailbox(t, "m").await, at(&format!("/user_mailboxes/{}", enc("u1@example.com")))]
}

#[tokio::test]
async fn an_alias_is_made_listed_and_deleted_by_its_address() {
    let t = office().await;
    let mains = ["g@example.com", "m@example.com", "u1@example.com"];
    for ((owner, main), name) in owners(&t).await.iter().zip(mains).zip(NAMES) {
        let made = t.ok("POST", &format!("{owner}/aliases"), alias("Extra@example.com")).await;
        let pair = json!({ "primary_email": main, "email_alias": "Extra@example.com" });
        assert_eq!(made[name], pair);
        assert_eq!(t.ok("GET", &format!("{owner}/aliases"), Value::Null).await["items"], json!([pair]));
        let one = format!("{owner}/aliases/{}", enc("extra@example.com"));
        t.ok("DELETE", &one, Value::Null).await;
        t.refused("DELETE", &one, Value::Null, 404, 1_234_012).await;
        t.refused("DELETE", &format!("{owner}/aliases/{}", enc(main)), Value::Null, 404, 1_234_012).await;
        t.refused("DELETE", &format!("{owner}/aliases/nonsense"), Value::Null, 400, 1_234_008).await;
        assert_eq!(status(&t, "extra@example.com").await, (3, 0));
    }
}

#[tokio::test]
async fn an_alias_is_no_way_to_its_owner_and_belongs_to_no_other() {
    let t = office().await;
    let [g, m, _] = owners(&t).await;
    t.ok("POST", &format!("{g}/aliases"), alias("a@example.com")).await;
    t.refused("GET", &at(&format!("/mailgroups/{}", enc("a@example.com"))), Value::Null, 404, 1_234_013)
        .await;
    t.refused("DELETE", &format!("{m}/aliases/{}", enc("a@example.com")), Value::Null, 404, 1_234_012).await;
    t.refused(
        "GET",
        &at(&format!("/public_mailboxes/{}", enc("g@example.com"))),
        Value::Null,
        404,
        1_234_016,
    )
    .await;
    let person = at(&format!("/user_mailboxes/{}/aliases", enc("g@example.com")));
    t.refused("GET", &person, Value::Null, 404, 1_235_013).await;
    t.refused("GET", &at("/user_mailboxes/u1/aliases"), Value::Null, 404, 1_235_013).await;
}

#[tokio::test]
async fn aliases_of_a_person_follow_their_main_address() {
    let t = office().await;
    let mine = at(&format!("/user_mailboxes/{}", enc("u1@example.com")));
    t.ok("POST", &format!("{mine}/aliases"), alias("a@example.com")).await;
    t.act(json!({ "action": "join", "user": "u1" })).await;
    patch_person(&t, "u1", json!({ "enterprise_email": "one@example.com" })).await;
    t.refused("GET", &format!("{mine}/aliases"), Value::Null, 404, 1_235_013).await;
    let mine = at(&format!("/user_mailboxes/{}", enc("one@example.com")));
    let data = t.ok("GET", &format!("{mine}/aliases"), Value::Null).await;
    assert_eq!(texts(&data, "primary_email"), ["one@example.com"]);
    assert_eq!(aliases(&t, &mine).await, ["a@example.com"]);
}

#[tokio::test]
async fn an_alias_moves_once_its_owner_lets_go_of_it() {
    let t = office().await;
    let [g, m, _] = owners(&t).await;
    t.ok("POST", &format!("{g}/aliases"), alias("a@example.com")).await;
    t.refused("POST", &format!("{m}/aliases"), alias("a@example.com"), 409, 1_235_002).await;
    t.ok("DELETE", &format!("{g}/aliases/{}", enc("a@example.com")), Value::Null).await;
    t.ok("POST", &format!("{m}/aliases"), alias("a@example.com")).await;
    assert_eq!(status(&t, "a@example.com").await, (4, 4));
}

#[tokio::test]
async fn mail_survives_a_restart_with_its_indexes() {
    let dir = tempfile::tempdir().expect("folder");
    let t = furnish(Tenant::in_dir(dir.path()).await).await;
    let [g, m, _] = owners(&t).await;
    t.ok("POST", &format!("{g}/aliases"), alias("a@example.com")).await;
    t.ok("POST", &format!("{g}/members"), mail_to("PUBLIC_MAILBOX", "m@example.com")).await;
    let added = t.ok("POST", &format!("{m}/members?user_id_type=user_id"), user("u1")).await;
    t.stop().await;
    let t = Tenant::in_dir(dir.path()).await;
    assert_eq!(aliases(&t, &g).await, ["a@example.com"]);
    t.refused("POST", &format!("{m}/aliases"), alias("a@example.com"), 409, 1_235_002).await;
    t.refused("POST", &format!("{g}/members"), mail_to("PUBLIC_MAILBOX", "m@example.com"), 400, 1_234_008)
        .await;
    let path = format!("{m}/members/{}", added["member_id"].as_str().expect("id"));
    t.ok("DELETE", &path, Value::Null).await;
    let again = t.ok("POST", &format!("{m}/members?user_id_type=user_id"), user("u1")).await;
    assert_ne!(again["member_id"], added["member_id"]);
    t.stop().await;
}
