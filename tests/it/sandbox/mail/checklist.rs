//! The sandbox checklist of the mail brief, each test named after its line.

use serde_json::{Value, json};

use super::{
    IDS, alias, aliases, at, enc, group, group_body, limited_office, mail_to, mailbox, office, patch_person,
    resign, status, texts, user,
};
use crate::support::{CONTACT, Tenant};

#[tokio::test]
async fn id_or_address_on_every_path_with_a_percent_encoded_at() {
    let t = office().await;
    let by_id = group(&t, "team").await;
    let by_address = at(&format!("/mailgroups/{}", enc("Team@example.com")));
    t.ok("POST", &format!("{by_address}/aliases"), alias("crew@example.com")).await;
    let added = t.ok("POST", &format!("{by_address}/members?{IDS}"), user("u1")).await;
    t.ok("POST", &format!("{by_address}/permission_members?{IDS}"), user("u1")).await;
    let managers = json!({ "mailgroup_manager_list": [{ "user_id": "u1" }] });
    t.ok("POST", &format!("{by_address}/managers/batch_create?user_id_type=user_id"), managers).await;
    for list in ["", "/aliases", "/members", "/permission_members", "/managers"] {
        let one = t.ok("GET", &format!("{by_id}{list}"), Value::Null).await;
        assert_eq!(one, t.ok("GET", &format!("{by_address}{list}"), Value::Null).await, "{list}");
        let plain = by_address.replace("%40", "@");
        assert_eq!(one, t.ok("GET", &format!("{plain}{list}"), Value::Null).await, "{list}");
    }
    let member = added["member_id"].as_str().expect("id");
    t.ok("DELETE", &format!("{by_address}/members/{member}"), Value::Null).await;
    t.ok("DELETE", &format!("{by_id}/aliases/{}", enc("crew@example.com")), Value::Null).await;
    t.ok("PATCH", &by_address, json!({ "name": "x" })).await;
    t.ok("DELETE", &by_address, Value::Null).await;
    t.refused("GET", &by_id, Value::Null, 404, 1_234_013).await;

    let by_id = mailbox(&t, "help").await;
    let by_address = at(&format!("/public_mailboxes/{}", enc("help@example.com")));
    t.ok("POST", &format!("{by_address}/members?user_id_type=user_id"), user("u1")).await;
    for list in ["", "/aliases", "/members"] {
        let one = t.ok("GET", &format!("{by_id}{list}"), Value::Null).await;
        assert_eq!(one, t.ok("GET", &format!("{by_address}{list}"), Value::Null).await, "{list}");
    }
    t.ok("POST", &format!("{by_address}/members/clear"), Value::Null).await;
    // The two pages that end a mailbox speak of its address only.
    t.refused("DELETE", &format!("{by_id}/remove_to_recycle_bin"), json!({}), 400, 1_230_001).await;
    t.ok("DELETE", &format!("{by_address}/remove_to_recycle_bin"), json!({})).await;
    t.refused("DELETE", &by_id, Value::Null, 400, 1_230_001).await;
    t.ok("DELETE", &by_address, Value::Null).await;
}

/// An address of each of the six types, one in the bin, one that somebody logs in with.
async fn crowded() -> Tenant {
    let t = office().await;
    let (g, m) = (group(&t, "group").await, mailbox(&t, "box").await);
    t.ok("POST", &format!("{g}/aliases"), alias("group.alias@example.com")).await;
    t.ok("POST", &format!("{m}/aliases"), alias("box.alias@example.com")).await;
    let u1 = at(&format!("/user_mailboxes/{}", enc("u1@example.com")));
    t.ok("POST", &format!("{u1}/aliases"), alias("u1.alias@example.com")).await;
    mailbox(&t, "binned").await;
    let bin = at(&format!("/public_mailboxes/{}/remove_to_recycle_bin", enc("binned@example.com")));
    t.ok("DELETE", &bin, json!({ "to_mail_address": "u1@example.com" })).await;
    t.act(json!({ "action": "join", "user": "u2" })).await;
    patch_person(&t, "u2", json!({ "email": "login@example.com" })).await;
    t
}

const MAIN: [&str; 4] = ["group@example.com", "BOX@example.com", "u1@example.com", "binned@example.com"];
const ALIASES: [&str; 3] = ["group.alias@example.com", "Box.Alias@example.com", "u1.alias@example.com"];

#[tokio::test]
async fn one_namespace_over_six_types_and_login_e_mails_with_the_code_of_each_page() {
    let t = crowded().await;
    let (g, m) = (group(&t, "g2").await, mailbox(&t, "m2").await);
    let u3 = at(&format!("/user_mailboxes/{}", enc("u3@example.com")));
    for (method, path) in [
        ("POST", at("/mailgroups")),
        ("PATCH", g.clone()),
        ("PUT", g.clone()),
        ("POST", at("/public_mailboxes")),
        ("PATCH", m.clone()),
        ("PUT", m.clone()),
    ] {
        for taken in MAIN.iter().chain(&ALIASES) {
            t.refused(method, &path, json!({ "email": taken, "name": "x" }), 409, 1_234_006).await;
        }
        t.refused(method, &path, json!({ "email": "login@example.com", "name": "x" }), 409, 1_234_033).await;
    }
    for owner in [&g, &m, &u3] {
        let path = format!("{owner}/aliases");
        for taken in MAIN {
            t.refused("POST", &path, alias(taken), 409, 1_234_006).await;
        }
        for taken in ALIASES {
            t.refused("POST", &path, alias(taken), 409, 1_235_002).await;
        }
        t.refused("POST", &path, alias("login@example.com"), 409, 1_234_033).await;
    }
    // The contact service draws from the same space.
    for taken in MAIN.iter().chain(&ALIASES) {
        let path = format!("{CONTACT}/users/u2?user_id_type=user_id");
        t.refused("PATCH", &path, json!({ "enterprise_email": taken }), 400, 41_034).await;
    }
    // "Another member": one's own login may be one's alias.
    let u2 = at(&format!("/user_mailboxes/{}/aliases", enc("u2@example.com")));
    t.ok("POST", &u2, alias("login@example.com")).await;
}

#[tokio::test]
async fn an_unknown_domain_is_1234019_with_the_status_of_the_page_and_1234008_where_the_page_lacks_it() {
    let t = office().await;
    let (g, m) = (group(&t, "g").await, mailbox(&t, "m").await);
    let u1 = at(&format!("/user_mailboxes/{}", enc("u1@example.com")));
    let body = json!({ "email": "x@elsewhere.org", "name": "x" });
    t.refused("POST", &at("/mailgroups"), body.clone(), 400, 1_234_019).await;
    t.refused("POST", &at("/public_mailboxes"), body.clone(), 400, 1_234_008).await;
    for path in [&g, &m] {
        t.refused("PATCH", path, body.clone(), 400, 1_234_008).await;
    }
    for owner in [&g, &m, &u1] {
        t.refused("POST", &format!("{owner}/aliases"), alias("x@elsewhere.org"), 404, 1_234_019).await;
        t.refused("POST", &format!("{owner}/aliases"), alias("x"), 400, 1_234_008).await;
        t.refused("POST", &format!("{owner}/aliases"), json!({}), 400, 1_234_008).await;
    }
}

#[tokio::test]
async fn statuses_and_types_of_addresses() {
    let t = crowded().await;
    for (address, expected) in [
        ("nonsense", (1, 0)),
        ("a@b@example.com", (1, 0)),
        ("a@elsewhere.org", (2, 0)),
        ("nobody@example.com", (3, 0)),
        ("login@example.com", (3, 0)),
        ("u1@example.com", (4, 1)),
        ("U1.alias@example.com", (4, 2)),
        ("box@example.com", (4, 3)),
        ("box.alias@example.com", (4, 4)),
        ("group@example.com", (4, 5)),
        ("group.alias@example.com", (4, 6)),
        ("binned@example.com", (5, 3)),
    ] {
        assert_eq!(status(&t, address).await, expected, "{address}");
    }
    t.act(json!({ "action": "freeze", "user": "u1", "frozen": true })).await;
    assert_eq!(status(&t, "u1@example.com").await, (6, 1));
    t.refused("POST", &at("/users/query"), json!({ "email_list": [] }), 400, 1_230_001).await;
    let many: Vec<String> = (0..51).map(|n| format!("{n}@example.com")).collect();
    t.refused("POST", &at("/users/query"), json!({ "email_list": many }), 400, 1_230_001).await;
    t.refused("POST", &at("/users/query"), json!({}), 400, 99_992_402).await;
}

#[tokio::test]
async fn the_recycle_bin_holds_addresses_until_they_are_purged() {
    let t = office().await;
    let by_id = mailbox(&t, "help").await;
    t.ok("POST", &format!("{by_id}/aliases"), alias("support@example.com")).await;
    let live = at(&format!("/public_mailboxes/{}", enc("help@example.com")));
    // Purging frees what is in the bin; it is no short way there.
    t.refused("DELETE", &live, Value::Null, 400, 1_230_001).await;
    let bin = format!("{live}/remove_to_recycle_bin");
    t.ok("DELETE", &bin, json!({ "to_mail_address": "u1@example.com" })).await;
    t.refused("DELETE", &bin, json!({}), 400, 1_230_001).await;
    t.refused("GET", &by_id, Value::Null, 404, 1_234_016).await;
    t.refused("GET", &live, Value::Null, 404, 1_234_016).await;
    assert!(texts(&t.ok("GET", &at("/public_mailboxes"), Value::Null).await, "email").is_empty());
    for (address, kind) in [("help@example.com", 3), ("support@example.com", 4)] {
        assert_eq!(status(&t, address).await, (5, kind));
        let body = json!({ "email": address, "name": "x" });
        t.refused("POST", &at("/mailgroups"), body, 409, 1_234_006).await;
    }
    t.refused(
        "DELETE",
        &at(&format!("/public_mailboxes/{}", enc("support@example.com"))),
        Value::Null,
        400,
        1_230_001,
    )
    .await;
    t.ok("DELETE", &live, Value::Null).await;
    t.refused("DELETE", &live, Value::Null, 400, 1_230_001).await;
    for address in ["help@example.com", "support@example.com"] {
        assert_eq!(status(&t, address).await, (3, 0));
    }
    group(&t, "help").await;
}

#[tokio::test]
async fn a_mailbox_comes_back_only_by_hand() {
    let t = office().await;
    let by_id = mailbox(&t, "help").await;
    let bin = at(&format!("/public_mailboxes/{}/remove_to_recycle_bin", enc("help@example.com")));
    t.ok("DELETE", &bin, json!({ "to_mail_address": "u1@example.com" })).await;
    t.act(json!({ "action": "restore_mailbox", "address": "help@example.com" })).await;
    assert_eq!(status(&t, "help@example.com").await, (4, 3));
    t.ok("GET", &by_id, Value::Null).await;
}

#[tokio::test]
async fn who_leaves_takes_their_addresses_into_the_bin() {
    let t = office().await;
    let mine = at(&format!("/user_mailboxes/{}", enc("u1@example.com")));
    t.ok("POST", &format!("{mine}/aliases"), alias("one@example.com")).await;
    t.refused("DELETE", &mine, Value::Null, 400, 1_230_001).await;
    resign(&t, "u1").await;
    assert_eq!(status(&t, "u1@example.com").await, (5, 1));
    assert_eq!(status(&t, "one@example.com").await, (5, 2));
    t.refused("GET", &format!("{mine}/aliases"), Value::Null, 404, 1_235_013).await;
    t.refused("POST", &at("/mailgroups"), group_body("u1"), 409, 1_234_006).await;
    let path = format!("{CONTACT}/users/u2?user_id_type=user_id");
    t.act(json!({ "action": "join", "user": "u2" })).await;
    t.refused("PATCH", &path, json!({ "enterprise_email": "u1@example.com" }), 400, 41_034).await;
    for nobody in ["nobody@example.com", "u1@example.com", "one@example.com"] {
        let path = format!("{mine}?transfer_mailbox={}", enc(nobody));
        t.refused("DELETE", &path, Value::Null, 400, 1_230_001).await;
    }
    t.ok("DELETE", &format!("{mine}?transfer_mailbox={}", enc("u2@example.com")), Value::Null).await;
    assert_eq!(status(&t, "u1@example.com").await, (3, 0));
    assert_eq!(status(&t, "one@example.com").await, (3, 0));
    patch_person(&t, "u2", json!({ "enterprise_email": "u1@example.com" })).await;
}

#[tokio::test]
async fn who_comes_back_has_their_addresses_again() {
    let t = office().await;
    let mine = at(&format!("/user_mailboxes/{}", enc("u1@example.com")));
    t.ok("POST", &format!("{mine}/aliases"), alias("one@example.com")).await;
    let path = format!("{CONTACT}/users/u1?user_id_type=user_id");
    let open_id = t.ok("GET", &path, Value::Null).await["user"]["open_id"].clone();
    resign(&t, "u1").await;
    let path = format!("{CONTACT}/users/{}/resurrect", open_id.as_str().expect("id"));
    t.ok("POST", &path, json!({})).await;
    assert_eq!(aliases(&t, &mine).await, ["one@example.com"]);
    assert_eq!(status(&t, "u1@example.com").await, (4, 1));
}

#[tokio::test]
async fn failures_that_arrive_with_http_200() {
    let t = office().await;
    let nowhere = at("/mailgroups/none");
    let list = json!({ "mailgroup_manager_list": [{ "user_id": "u1" }] });
    t.refused("GET", &format!("{nowhere}/managers"), Value::Null, 200, 1_234_013).await;
    for call in ["batch_create", "batch_delete"] {
        let path = format!("{nowhere}/managers/{call}?user_id_type=user_id");
        t.refused("POST", &path, list.clone(), 200, 1_234_013).await;
    }
    t.settings(json!({ "mail": { "mailboxes": 1 } })).await;
    mailbox(&t, "one").await;
    let body = json!({ "email": "two@example.com", "name": "two" });
    t.refused("POST", &at("/public_mailboxes"), body, 200, 1_234_026).await;
}

#[tokio::test]
async fn codes_that_mean_different_things_on_different_pages() {
    let t = office().await;
    // 1234013: 404 on the group itself, its members and aliases.
    let nowhere = at("/mailgroups/none");
    for path in ["", "/members", "/permission_members", "/aliases"] {
        t.refused("GET", &format!("{nowhere}{path}"), Value::Null, 404, 1_234_013).await;
    }
    // 1234040: no right to choose a region on creation, no such member elsewhere.
    let m = mailbox(&t, "m").await;
    t.refused("GET", &format!("{m}/members/none"), Value::Null, 404, 1_234_040).await;
    t.refused("DELETE", &format!("{m}/members/none"), Value::Null, 404, 1_234_040).await;
    let geo = json!({ "email": "geo@example.com", "name": "g", "geo": "cn" });
    t.refused("POST", &at("/public_mailboxes"), geo.clone(), 400, 1_234_041).await;
    t.act(json!({ "action": "scopes", "except": ["mail:public_mailbox.public_mailbox_geo"] })).await;
    t.refused("POST", &at("/public_mailboxes"), geo, 400, 1_234_040).await;
    // 1234030: too many groups, too many members.
    let g = group(&t, "g").await;
    t.settings(json!({ "mail": { "groups": 1, "group_members": 1 } })).await;
    t.refused("POST", &at("/mailgroups"), group_body("g2"), 400, 1_234_030).await;
    let two = json!({ "items": [user("u1"), user("u2")] });
    t.refused("POST", &format!("{g}/members/batch_create?{IDS}"), two, 400, 1_234_030).await;
    // 1235003: 503 on lists, 400 when an alias is made.
    t.settings(json!({ "mail": { "down": true } })).await;
    t.refused("GET", &at("/mailgroups"), Value::Null, 503, 1_235_003).await;
    t.refused("GET", &at("/public_mailboxes"), Value::Null, 503, 1_235_003).await;
    t.refused("POST", &format!("{g}/aliases"), alias("a@example.com"), 400, 1_235_003).await;
    t.refused("POST", &format!("{m}/aliases"), alias("a@example.com"), 400, 1_235_003).await;
    let bin = at(&format!("/public_mailboxes/{}/remove_to_recycle_bin", enc("m@example.com")));
    t.refused("DELETE", &bin, json!({}), 500, 1_230_003).await;
}

#[tokio::test]
async fn pages_of_twenty_capped_at_two_hundred() {
    let t = office().await;
    for n in 0..25 {
        group(&t, &format!("g{n}")).await;
        mailbox(&t, &format!("m{n}")).await;
    }
    let g = at(&format!("/mailgroups/{}", enc("g0@example.com")));
    let strangers: Vec<Value> =
        (0..25).map(|n| mail_to("EXTERNAL_USER", &format!("{n}@partner.org"))).collect();
    t.ok("POST", &format!("{g}/members/batch_create"), json!({ "items": strangers })).await;
    for list in [at("/mailgroups"), at("/public_mailboxes"), format!("{g}/members")] {
        let first = t.ok("GET", &list, Value::Null).await;
        assert_eq!((first["items"].as_array().map(Vec::len), &first["has_more"]), (Some(20), &json!(true)));
        let token = first["page_token"].as_str().expect("token");
        let last = t.ok("GET", &format!("{list}?page_token={token}"), Value::Null).await;
        assert_eq!((last["items"].as_array().map(Vec::len), &last["has_more"]), (Some(5), &json!(false)));
        assert_eq!(last["page_token"], Value::Null);
        t.ok("GET", &format!("{list}?page_size=200"), Value::Null).await;
        t.refused("GET", &format!("{list}?page_size=201"), Value::Null, 400, 99_992_402).await;
        t.refused("GET", &format!("{list}?page_token=x"), Value::Null, 400, 99_992_402).await;
    }
    for list in ["permission_members", "managers"] {
        t.refused("GET", &format!("{g}/{list}?page_size=201"), Value::Null, 400, 99_992_402).await;
    }
    // Short pages happen, and are not the end.
    t.settings(json!({ "short_page_every": 1 })).await;
    let short = t.ok("GET", &at("/mailgroups?page_size=10"), Value::Null).await;
    assert_eq!((short["items"].as_array().map(Vec::len), &short["has_more"]), (Some(5), &json!(true)));
}

#[tokio::test]
async fn lists_of_aliases_come_at_once_whatever_page_is_asked() {
    let t = office().await;
    let owners = [
        group(&t, "g").await,
        mailbox(&t, "m").await,
        at(&format!("/user_mailboxes/{}", enc("u1@example.com"))),
    ];
    t.settings(json!({ "mail": { "aliases": 30 } })).await;
    for (i, owner) in owners.iter().enumerate() {
        for n in 0..25 {
            t.ok("POST", &format!("{owner}/aliases"), alias(&format!("a{i}.{n}@example.com"))).await;
        }
        let data = t.ok("GET", &format!("{owner}/aliases"), Value::Null).await;
        assert_eq!((texts(&data, "email_alias").len(), &data["has_more"]), (25, &Value::Null));
    }
    // Only the page of people's aliases prints the parameters, and says that they do nothing.
    let data = t.ok("GET", &format!("{}/aliases?page_size=1", owners[2]), Value::Null).await;
    assert_eq!(texts(&data, "email_alias").len(), 25);
}

#[tokio::test]
async fn batches_of_one_to_two_hundred_delete_with_a_body_and_post_for_managers() {
    let t = office().await;
    let (g, m) = (group(&t, "g").await, mailbox(&t, "m").await);
    let strangers = |n: usize| -> Vec<Value> {
        (0..n).map(|n| mail_to("EXTERNAL_USER", &format!("{n}@partner.org"))).collect()
    };
    let people = |n: usize| vec![json!({ "user_id": "u1" }); n];
    let ids = |n: usize| vec!["x"; n];
    for n in [0, 201] {
        let items = json!({ "items": strangers(n) });
        for list in ["members", "permission_members"] {
            let path = format!("{g}/{list}/batch_create");
            t.refused("POST", &path, items.clone(), 400, 99_992_402).await;
        }
        let items = json!({ "items": vec![user("u1"); n] });
        t.refused("POST", &format!("{m}/members/batch_create?user_id_type=user_id"), items, 400, 99_992_402)
            .await;
        let list = json!({ "member_id_list": ids(n) });
        t.refused("DELETE", &format!("{g}/members/batch_delete"), list.clone(), 400, 99_992_402).await;
        t.refused("DELETE", &format!("{m}/members/batch_delete"), list, 400, 99_992_402).await;
        let list = json!({ "permission_member_id_list": ids(n) });
        t.refused("DELETE", &format!("{g}/permission_members/batch_delete"), list, 400, 99_992_402).await;
    }
    let added = t.ok("POST", &format!("{g}/members/batch_create"), json!({ "items": strangers(200) })).await;
    let ids = texts(&added, "member_id");
    assert_eq!(ids.len(), 200);
    t.ok("DELETE", &format!("{g}/members/batch_delete"), json!({ "member_id_list": ids })).await;
    for call in ["batch_create", "batch_delete"] {
        let path = format!("{g}/managers/{call}?user_id_type=user_id");
        for n in [0, 200] {
            t.ok("POST", &path, json!({ "mailgroup_manager_list": people(n) })).await;
        }
        t.refused("POST", &path, json!({ "mailgroup_manager_list": people(201) }), 400, 99_992_402).await;
    }
}

#[tokio::test]
async fn hidden_limits_and_twenty_a_minute_for_the_ends_of_mailboxes() {
    let t = limited_office().await;
    t.settings(json!({ "special_rate_per_second": 2 })).await;
    for path in [at("/mailgroups"), at("/public_mailboxes")] {
        for _ in 0..2 {
            t.ok("GET", &path, Value::Null).await;
        }
        let refused = t.refused("GET", &path, Value::Null, 429, 99_991_400).await;
        assert_eq!(refused.header("x-ogw-ratelimit-reset"), Some("1"));
    }
    for path in [
        "/public_mailboxes/x%40example.com",
        "/public_mailboxes/x%40example.com/remove_to_recycle_bin",
        "/user_mailboxes/x%40example.com",
    ] {
        for _ in 0..20 {
            t.refused("DELETE", &at(path), Value::Null, 400, 1_230_001).await;
        }
        let refused = t.refused("DELETE", &at(path), Value::Null, 429, 99_991_400).await;
        assert_eq!(refused.header("x-ogw-ratelimit-reset"), Some("60"));
    }
}

#[tokio::test]
async fn geo_is_hidden_without_its_scope_and_never_answered_by_a_change() {
    let t = office().await;
    t.settings(json!({ "mail": { "multi_geo": true } })).await;
    let body = |geo: &str| json!({ "email": "m@example.com", "name": "m", "geo": geo });
    t.refused("POST", &at("/public_mailboxes"), body("atlantis"), 400, 1_234_042).await;
    let made = t.ok("POST", &at("/public_mailboxes"), body("us")).await;
    assert_eq!(made["geo"], "us");
    let m = at(&format!("/public_mailboxes/{}", made["public_mailbox_id"].as_str().expect("id")));
    for (method, name) in [("PATCH", "n"), ("PUT", "o")] {
        let changed = t.ok(method, &m, json!({ "email": "m@example.com", "name": name })).await;
        assert_eq!((&changed["geo"], &changed["name"]), (&Value::Null, &json!(name)));
    }
    assert_eq!(t.ok("GET", &m, Value::Null).await["geo"], "us");
    t.act(json!({ "action": "scopes", "except": ["mail:public_mailbox.public_mailbox_geo"] })).await;
    assert_eq!(t.ok("GET", &m, Value::Null).await["geo"], Value::Null);
    let listed = t.ok("GET", &at("/public_mailboxes"), Value::Null).await;
    assert_eq!((&listed["items"][0]["name"], &listed["items"][0]["geo"]), (&json!("o"), &Value::Null));
}

#[tokio::test]
async fn derived_flags_and_the_count_as_a_string() {
    let t = office().await;
    let g = group(&t, "g").await;
    let shown = async |count: &str, external: bool, everybody: bool| {
        for data in [
            t.ok("GET", &g, Value::Null).await,
            t.ok("GET", &at("/mailgroups"), Value::Null).await["items"][0].clone(),
        ] {
            assert_eq!(data["direct_members_count"], count);
            assert_eq!(data["include_external_member"], external);
            assert_eq!(data["include_all_company_member"], everybody);
        }
    };
    shown("0", false, false).await;
    let members = format!("{g}/members?{IDS}");
    // A department is one entry, however many people it has.
    t.ok("POST", &members, json!({ "type": "DEPARTMENT", "department_id": "d1" })).await;
    shown("1", false, false).await;
    let stranger = t.ok("POST", &members, mail_to("EXTERNAL_USER", "a@partner.org")).await;
    shown("2", true, false).await;
    t.ok("POST", &members, json!({ "type": "COMPANY" })).await;
    shown("3", true, true).await;
    let gone = format!("{g}/members/{}", stranger["member_id"].as_str().expect("id"));
    t.ok("DELETE", &gone, Value::Null).await;
    shown("2", false, true).await;
}

#[tokio::test]
async fn a_rename_leaves_the_old_address_as_an_alias_unless_switched_off() {
    let t = office().await;
    for (path, kind) in [(group(&t, "g").await, 6), (mailbox(&t, "m").await, 4)] {
        let old = t.ok("GET", &path, Value::Null).await["email"].as_str().expect("email").to_owned();
        let new = format!("new.{old}");
        let changed = t.ok("PATCH", &path, json!({ "email": new })).await;
        assert_eq!(changed["email"], new);
        assert_eq!(aliases(&t, &path).await, [old.as_str()]);
        assert_eq!(status(&t, &old).await, (4, kind));
        // The alias is an alias: it must go before the address can be the main one again.
        t.refused("PATCH", &path, json!({ "email": old }), 409, 1_234_006).await;
        t.ok("DELETE", &format!("{path}/aliases/{}", enc(&old)), Value::Null).await;
        // Another spelling of the same address is no other address.
        t.ok("PATCH", &path, json!({ "email": new.to_uppercase() })).await;
        assert!(aliases(&t, &path).await.is_empty());
        t.settings(json!({ "mail": { "aliases": 0 } })).await;
        t.refused("PATCH", &path, json!({ "email": old }), 409, 1_234_023).await;
        t.refused("POST", &format!("{path}/aliases"), alias("more@example.com"), 409, 1_234_023).await;
        t.settings(json!({ "mail": { "rename_keeps_alias": false } })).await;
        t.ok("PATCH", &path, json!({ "email": old })).await;
        assert_eq!(status(&t, &new).await, (3, 0));
        t.settings(json!({ "mail": {} })).await;
    }
}

#[tokio::test]
async fn without_a_receiver_the_mail_of_a_mailbox_is_lost_and_that_is_on_record() {
    let t = office().await;
    for name in ["kept", "lost", "other"] {
        mailbox(&t, name).await;
    }
    group(&t, "g").await;
    let bin = |name: &str| at(&format!("/public_mailboxes/{name}%40example.com/remove_to_recycle_bin"));
    for nobody in ["kept@example.com", "g@example.com", "nobody@example.com", "x@partner.org", "nonsense"] {
        let body = json!({ "to_mail_address": nobody });
        t.refused("DELETE", &bin("kept"), body, 400, 1_230_001).await;
    }
    t.ok("DELETE", &bin("kept"), json!({ "to_mail_address": "other@example.com" })).await;
    t.ok("DELETE", &bin("lost"), json!({})).await;
    let fates = t.rows("mail_fates").await;
    let fates: Vec<(Value, Value)> = fates
        .as_object()
        .expect("rows")
        .values()
        .map(|f| (f["address"].clone(), f["moved_to"].clone()))
        .collect();
    assert_eq!(
        fates,
        [(json!("kept@example.com"), json!("other@example.com")), (json!("lost@example.com"), Value::Null)]
    );
}
