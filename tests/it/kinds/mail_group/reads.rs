//! What is read and how often, and that what cannot be read is unknown.

use std::fmt::Write as _;

use serde_json::json;

use super::{calls, converge, office, planned, steps};

const LIST: &str = "GET /open-apis/mail/v1/mailgroups";
const ONE: &str = "GET /open-apis/mail/v1/mailgroups/:mailgroup_id";
const MEMBERS: &str = "GET /open-apis/mail/v1/mailgroups/:mailgroup_id/members";
const MANAGERS: &str = "GET /open-apis/mail/v1/mailgroups/:mailgroup_id/managers";
const ALIASES: &str = "GET /open-apis/mail/v1/mailgroups/:mailgroup_id/aliases";

fn groups(many: usize) -> String {
    let mut yaml = "\nmail_groups:\n".to_owned();
    for n in 0..many {
        let members = if n % 3 == 0 { ", members: [ann]" } else { "" };
        let _ = writeln!(yaml, "  g{n}: {{ email: g{n}@corp.example, name: 组{n}{members} }}");
    }
    yaml
}

#[tokio::test]
async fn many_are_listed_and_only_what_is_managed_is_read() {
    let world = office().await;
    converge(&world, &groups(30)).await;
    world.tenant.send("DELETE", "/_sandbox/requests", None, None).await;
    planned(&world, &groups(30)).await;
    assert_eq!((calls(&world, LIST).await, calls(&world, ONE).await), (1, 0));
    assert_eq!(calls(&world, MEMBERS).await, 10);
    assert_eq!((calls(&world, MANAGERS).await, calls(&world, ALIASES).await), (0, 0));
    assert_eq!(calls(&world, "POST /open-apis/mail/v1/users/query").await, 0);
}

#[tokio::test]
async fn a_few_are_asked_for_one_by_one() {
    let world = office().await;
    converge(&world, &groups(3)).await;
    world.tenant.send("DELETE", "/_sandbox/requests", None, None).await;
    planned(&world, &groups(3)).await;
    assert_eq!((calls(&world, LIST).await, calls(&world, ONE).await), (0, 3));
}

#[tokio::test]
async fn what_is_out_of_the_range_is_unknown_and_neither_made_again_nor_deleted() {
    for many in [3, 30] {
        let world = office().await;
        converge(&world, &groups(many)).await;
        world.tenant.act(json!({ "action": "mail_range", "ids": [] })).await;
        let plan = planned(&world, &groups(many)).await;
        assert!(plan.steps.is_empty(), "{:?}", steps(&plan));
        assert_eq!(plan.blocked.len(), many, "{:?}", plan.blocked);
        let remedy = plan.blocked[0].remedy.clone().unwrap_or_default();
        assert!(remedy.contains("mail data range"), "{remedy}");
        let none = planned(&world, "").await;
        assert!(none.steps.is_empty(), "{:?}", steps(&none));
    }
}

#[tokio::test]
async fn a_list_that_fails_leaves_everything_unknown() {
    let world = office().await;
    converge(&world, &groups(30)).await;
    let fail = json!({ "endpoint": LIST, "effect": { "answer": { "status": 500, "code": 1_230_003 } } });
    world.tenant.faults(fail).await;
    let plan = planned(&world, &groups(31)).await;
    assert!(plan.steps.is_empty(), "{:?}", steps(&plan));
    assert!(!plan.blocked.is_empty());
}

#[tokio::test]
async fn members_that_cannot_be_read_are_left_alone() {
    let world = office().await;
    converge(&world, &groups(3)).await;
    let fail = json!({ "endpoint": MEMBERS, "effect": { "answer": { "status": 500, "code": 1_230_003 } } });
    world.tenant.faults(fail).await;
    let plan = planned(&world, &groups(3).replace("members: [ann]", "members: [bob]")).await;
    assert!(plan.steps.is_empty(), "{:?}", steps(&plan));
}
