//! Who enters and who leaves.

use std::fmt::Write as _;

use serde_json::json;

use super::{converge, edges, office, row, steps, waits};
use crate::support::CONTACT;

fn group(rest: &str) -> String {
    format!("\nmail_groups:\n  g: {{ email: g@corp.example, name: 组, {rest} }}\n")
}

#[tokio::test]
async fn at_least_adds_and_never_removes_and_an_exact_list_removes() {
    let world = office().await;
    converge(&world, &group("members: [ann], external_members: [x@else.example]")).await;
    let id = row(&world, "mail_groups", "g@corp.example").await["mailgroup_id"].clone();
    let plan = converge(&world, &group("members: { at_least: [bob] }")).await;
    assert_eq!(steps(&plan), ["mail_group.g: add 1 member"]);
    assert_eq!(edges(&world, "member", &id).await.len(), 3);
    let plan = converge(&world, &group("members: [bob]")).await;
    assert_eq!(steps(&plan), ["mail_group.g: remove 1 member"]);
    assert_eq!(edges(&world, "member", &id).await.len(), 2, "the stranger is an attribute of its own");
}

#[tokio::test]
async fn everybody_is_the_root_and_departments_are_members_as_such() {
    let world = office().await;
    converge(&world, &group("member_departments: [root, lab]")).await;
    let id = row(&world, "mail_groups", "g@corp.example").await["mailgroup_id"].clone();
    assert!(edges(&world, "member", &id).await.contains(&json!("company")));
    converge(&world, &group("member_departments: [lab]")).await;
    assert_eq!(edges(&world, "member", &id).await.len(), 1);
}

#[tokio::test]
async fn a_rule_is_followed_when_it_is_planned() {
    let world = office().await;
    converge(&world, &group("members: { departments: [lab], except: [bob] }")).await;
    let id = row(&world, "mail_groups", "g@corp.example").await["mailgroup_id"].clone();
    assert_eq!(edges(&world, "member", &id).await.len(), 1);
}

#[tokio::test]
async fn case_of_a_stranger_does_not_count() {
    let world = office().await;
    converge(&world, &group("external_members: [X@Else.example]")).await;
    let plan = converge(&world, &group("external_members: [x@else.example]")).await;
    assert!(plan.steps.is_empty(), "{:?}", steps(&plan));
}

#[tokio::test]
async fn groups_within_groups_turn_over_without_a_circle_in_between() {
    let world = office().await;
    let yaml = |a: &str, b: &str| {
        format!(
            "\nmail_groups:\n  a: {{ email: a@corp.example, name: 甲, member_groups: [{a}] }}\n  b: {{ email: b@corp.example, name: 乙, member_groups: [{b}] }}\n"
        )
    };
    converge(&world, &yaml("b", "")).await;
    let plan = converge(&world, &yaml("", "a")).await;
    assert!(waits(&plan, "mail_group.b: add 1 member", "mail_group.a: remove 1 member"));
    let plan = converge(&world, &yaml("b", "")).await;
    assert!(waits(&plan, "mail_group.a: add 1 member", "mail_group.b: remove 1 member"));
}

#[tokio::test]
async fn four_hundred_and_fifty_strangers_come_and_go_two_hundred_a_call() {
    let world = office().await;
    let strangers = |range: std::ops::Range<usize>| {
        let mut list = String::new();
        for n in range {
            let _ = write!(list, "s{n}@else.example, ");
        }
        group(&format!("external_members: [{list}]"))
    };
    let plan = converge(&world, &strangers(0..450)).await;
    assert_eq!(plan.steps.iter().filter(|s| s.id.contains(": add 200 members")).count(), 2);
    let plan = converge(&world, &strangers(430..470)).await;
    // Additions come first, so that the list is at no moment empty.
    assert_eq!(steps(&plan)[0], "mail_group.g: add 20 members");
    assert_eq!(steps(&plan)[1..].len(), 3, "430 leave: {:?}", steps(&plan));
    let id = row(&world, "mail_groups", "g@corp.example").await["mailgroup_id"].clone();
    assert_eq!(edges(&world, "member", &id).await.len(), 40);
}

#[tokio::test]
async fn who_left_meanwhile_does_not_keep_the_others() {
    let world = office().await;
    converge(&world, &group("members: [ann, bob]")).await;
    // Somebody takes one out between plan and apply: the batch is refused whole, and the next run mends it.
    let yaml = format!("{}{}", super::PEOPLE, group("members: []"));
    let id = row(&world, "mail_groups", "g@corp.example").await["mailgroup_id"].clone();
    let list = format!("/open-apis/mail/v1/mailgroups/{}/members", id.as_str().expect("id"));
    let first = world.tenant.ok("GET", &list, serde_json::Value::Null).await["items"][0]["member_id"].clone();
    let one = format!("{list}/{}", first.as_str().expect("member id"));
    let tenant = &world.tenant;
    let mut once = true;
    let (_, outcome) = world
        .apply_amid(&yaml, async |event| {
            if event.is_none() && std::mem::take(&mut once) {
                tenant.ok("DELETE", &one, serde_json::Value::Null).await;
            }
        })
        .await
        .expect("a plan");
    assert!(outcome.is_complete(), "a warning, not a failure: {outcome:#?}");
    converge(&world, &group("members: []")).await;
    assert!(edges(&world, "member", &id).await.is_empty());
}

#[tokio::test]
async fn a_person_gets_the_mailbox_before_they_become_a_member() {
    let world = office().await;
    let bare = super::PEOPLE.replace("enterprise_email: bob@corp.example, ", "");
    let (_, outcome) = world.apply(&format!("{bare}{}", group("members: [ann]"))).await.expect("a plan");
    assert!(outcome.is_complete());
    let plan = converge(&world, &group("members: [ann, bob]")).await;
    assert!(waits(&plan, "mail_group.g: add 1 member", "user.bob: update enterprise_email"));
    let path = format!("{CONTACT}/users/bob?user_id_type=user_id");
    assert_eq!(world.tenant.ok("GET", &path, serde_json::Value::Null).await["user"]["user_id"], "bob");
}
