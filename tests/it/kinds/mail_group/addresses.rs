//! Addresses: one namespace for people, groups, mailboxes and all aliases, and the recycle bin.

use serde_json::json;

use super::{PEOPLE, aliases, converge, office, planned, refused, row, steps};
use crate::spine::run::checked_problems;

fn both(group: &str, mailbox: &str) -> String {
    format!(
        "
mail_groups:
  g: {{ email: {group}, name: 组, aliases: [] }}
public_mailboxes:
  m: {{ email: {mailbox}, name: 箱, aliases: [], on_delete: {{ mail_to: ann@corp.example }} }}
"
    )
}

#[tokio::test]
async fn a_group_and_a_mailbox_swap_their_addresses_and_stay_who_they_are() {
    let world = office().await;
    converge(&world, &both("one@corp.example", "two@corp.example")).await;
    let group = row(&world, "mail_groups", "one@corp.example").await["mailgroup_id"].clone();
    let mailbox = row(&world, "public_mailboxes", "two@corp.example").await["public_mailbox_id"].clone();
    let plan = converge(&world, &both("two@corp.example", "one@corp.example")).await;
    assert!(steps(&plan).contains(&"mail_group.g: temporary address"), "{:?}", steps(&plan));
    assert_eq!(row(&world, "mail_groups", "two@corp.example").await["mailgroup_id"], group);
    assert_eq!(row(&world, "public_mailboxes", "one@corp.example").await["public_mailbox_id"], mailbox);
    assert!(aliases(&world, json!({ "group": group })).await.is_empty());
    assert!(aliases(&world, json!({ "mailbox": mailbox })).await.is_empty());
}

#[tokio::test]
async fn a_group_and_a_person_swap_their_addresses() {
    let world = office().await;
    let yaml = |group: &str, person: &str| {
        let people =
            PEOPLE.replace("enterprise_email: bob@corp.example", &format!("enterprise_email: {person}"));
        format!("{people}\nmail_groups:\n  g: {{ email: {group}, name: 组, aliases: [], members: [bob] }}\n")
    };
    for (group, person) in [("g@corp.example", "bob@corp.example"), ("bob@corp.example", "g@corp.example")] {
        let (_, outcome) = world.apply(&yaml(group, person)).await.expect("a plan");
        assert!(outcome.is_complete(), "{outcome:#?}");
        assert!(world.plan(&yaml(group, person)).await.expect("a plan").is_empty());
        assert!(!row(&world, "mail_groups", group).await.is_null());
    }
}

#[tokio::test]
async fn an_old_address_stays_as_an_alias_unless_the_aliases_are_exact() {
    let world = office().await;
    let yaml = |mail: &str, rest: &str| format!("\nmail_groups:\n  g: {{ email: {mail}, name: 组{rest} }}\n");
    converge(&world, &yaml("a@corp.example", "")).await;
    let plan = converge(&world, &yaml("b@corp.example", "")).await;
    assert_eq!(steps(&plan), ["mail_group.g: change address"]);
    let id = row(&world, "mail_groups", "b@corp.example").await["mailgroup_id"].clone();
    assert_eq!(aliases(&world, json!({ "group": id })).await, ["a@corp.example"]);
    converge(&world, &yaml("c@corp.example", ", aliases: [a@corp.example]")).await;
    assert_eq!(aliases(&world, json!({ "group": id })).await, ["a@corp.example"], "b is gone");
}

#[tokio::test]
async fn an_alias_becomes_the_main_address_and_the_main_address_an_alias() {
    let world = office().await;
    let yaml = |mail: &str, alias: &str| {
        format!("\nmail_groups:\n  g: {{ email: {mail}, name: 组, aliases: [{alias}] }}\n")
    };
    converge(&world, &yaml("a@corp.example", "b@corp.example")).await;
    let plan = converge(&world, &yaml("b@corp.example", "a@corp.example")).await;
    assert_eq!(steps(&plan), ["mail_group.g: remove alias b@corp.example", "mail_group.g: change address"]);
}

#[tokio::test]
async fn an_address_that_somebody_keeps_is_said_before_anything_is_sent() {
    let world = office().await;
    converge(&world, &both("one@corp.example", "two@corp.example")).await;
    // Given up by nobody: it is declared no longer by the mailbox, which larkctl leaves as it is.
    let kept = both("two@corp.example", "two@corp.example")
        .replace("  m: { email: two@corp.example", "  m: { email: three@corp.example");
    let kept = kept.replace("name: 箱", "name: 箱, lifecycle: { ignore_changes: [email] }");
    let why = refused(&world, &kept).await;
    assert!(why.contains("plan::taken") && why.contains("public_mailbox.m"), "{why}");
    // Made by hand, and managed by nobody.
    world
        .tenant
        .ok("POST", "/open-apis/mail/v1/mailgroups", json!({ "email": "hand@corp.example", "name": "手" }))
        .await;
    let taken = format!(
        "{}  x: {{ email: hand@corp.example, name: 箱 }}\n",
        both("one@corp.example", "two@corp.example")
    );
    let why = refused(&world, &taken).await;
    assert!(why.contains("plan::taken") && why.contains("mail group"), "{why}");
}

#[tokio::test]
async fn an_address_in_the_recycle_bin_is_said_and_nothing_is_purged() {
    let world = office().await;
    let mailbox =
        "\npublic_mailboxes:\n  m: { email: m@corp.example, name: 箱, on_delete: { discard_mail: true } }\n";
    converge(&world, mailbox).await;
    converge(&world, "").await;
    let why = refused(&world, "\nmail_groups:\n  g: { email: m@corp.example, name: 组 }\n").await;
    assert!(why.contains("plan::taken") && why.contains("recycle bin"), "{why}");
}

#[tokio::test]
async fn the_address_of_what_leaves_is_free_in_the_same_plan() {
    let world = office().await;
    converge(&world, &both("one@corp.example", "two@corp.example")).await;
    // The mailbox goes into the bin, which would keep its address; the group is simply gone.
    let next = "
mail_groups:
  new: { email: two@corp.example, name: 新 }
public_mailboxes:
  new: { email: one@corp.example, name: 新, on_delete: { discard_mail: true } }
";
    converge(&world, next).await;
    assert!(!row(&world, "mail_groups", "two@corp.example").await.is_null());
    let fates = world.tenant.rows("mail_fates").await;
    let fates: Vec<_> = fates.as_object().expect("fates").values().map(|f| f["moved_to"].clone()).collect();
    assert_eq!(fates, [json!("ann@corp.example")]);
}

#[tokio::test]
async fn a_group_with_this_address_is_adopted_whatever_the_case() {
    let world = office().await;
    world
        .tenant
        .ok("POST", "/open-apis/mail/v1/mailgroups", json!({ "email": "Hand@corp.example", "name": "手" }))
        .await;
    let plan = converge(&world, "\nmail_groups:\n  g: { email: hand@corp.example, name: 组 }\n").await;
    assert_eq!(steps(&plan).last().copied(), Some("mail_group.g: rename"));
    assert_eq!(world.tenant.rows("mail_groups").await.as_object().expect("groups").len(), 1);
}

#[tokio::test]
async fn a_group_is_imported_by_its_id_and_gets_the_address_that_is_declared() {
    let world = office().await;
    let body = json!({ "email": "hand@corp.example", "name": "手" });
    let made = world.tenant.ok("POST", "/open-apis/mail/v1/mailgroups", body).await;
    let id = made["mailgroup_id"].as_str().expect("id");
    let mail = format!(
        "\nmail_groups:\n  g: {{ email: g@corp.example, name: 手, aliases: [], members: [] }}\nimport:\n  mail_group.g: {id}\n"
    );
    converge(&world, &mail).await;
    assert_eq!(row(&world, "mail_groups", "g@corp.example").await["mailgroup_id"], id);
}

#[tokio::test]
async fn a_group_that_somebody_deleted_is_made_again() {
    let world = office().await;
    let mail = "\nmail_groups:\n  g: { email: g@corp.example, name: 组, members: [ann] }\n";
    converge(&world, mail).await;
    world
        .tenant
        .ok("DELETE", "/open-apis/mail/v1/mailgroups/g%40corp.example", serde_json::Value::Null)
        .await;
    let plan = planned(&world, mail).await;
    assert_eq!(steps(&plan), ["mail_group.g: create", "mail_group.g: add 1 member"]);
    converge(&world, mail).await;
}

#[test]
fn what_can_be_known_offline_is_said_offline() {
    let group = |key: &str, rest: &str| format!("  {key}: {{ email: {key}@corp.example, name: 组{rest} }}\n");
    let cases = [
        (group("a", ", aliases: [A@corp.example]"), "mail::address_twice"),
        (group("a", "") + &group("b", ", aliases: [a@corp.example]"), "mail::address_twice"),
        (group("ann", ""), "mail::address_twice"),
        (group("a", ", member_groups: [b]") + &group("b", ", member_groups: [a]"), "mail_group::circle"),
        (group("a", ", member_groups: [a]"), "mail_group::circle"),
        (group("a", ", external_members: [x@corp.example]"), "mail_group::not_external"),
        (group("a", ", who_can_send: anyone, senders: [ann]"), "mail_group::senders_unused"),
    ];
    for (groups, code) in cases {
        let yaml = format!("{PEOPLE}mail_groups:\n{groups}");
        let codes: Vec<&str> = checked_problems(&yaml).iter().map(|problem| problem.code().0).collect();
        assert_eq!(codes, [code], "{groups}");
    }
}
