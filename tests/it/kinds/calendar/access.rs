//! Who may do what.

use serde_json::json;

use super::{calendars, converge, office, planned, refused, roles, steps};

fn with(lists: &str) -> String {
    format!("\ncalendars:\n  c:\n    name: 日历\n{lists}")
}

async fn given(world: &crate::spine::run::World) -> Vec<(String, String)> {
    roles(world, &calendars(world).await[0]).await
}

fn pairs<const N: usize>(all: [(&str, &str); N]) -> Vec<(String, String)> {
    all.into_iter().map(|(user, role)| (user.to_owned(), role.to_owned())).collect()
}

#[tokio::test]
async fn roles_are_exchanged_in_one_call_a_person() {
    let world = office().await;
    converge(&world, &with("    owners: [ann]\n    writers: [bob]\n    readers: [cai]\n")).await;
    assert_eq!(given(&world).await, pairs([("ann", "owner"), ("bob", "writer"), ("cai", "reader")]));
    let plan = converge(&world, &with("    owners: [cai]\n    writers: [ann]\n    readers: [bob]\n")).await;
    assert_eq!(plan.steps.len(), 3, "{:?}", steps(&plan));
    // A new owner is there before the old one is lowered.
    assert!(plan.steps[0].id.contains("owner"), "{:?}", steps(&plan));
    assert_eq!(given(&world).await, pairs([("ann", "writer"), ("bob", "reader"), ("cai", "owner")]));
    converge(
        &world,
        &with("    owners: []\n    writers: []\n    readers: []\n    free_busy_readers: [ann]\n"),
    )
    .await;
    assert_eq!(given(&world).await, pairs([("ann", "free_busy_reader")]));
}

#[tokio::test]
async fn a_list_that_is_not_declared_stays_and_at_least_only_adds() {
    let world = office().await;
    converge(&world, &with("    writers: [ann]\n")).await;
    let calendar = calendars(&world).await[0]["calendar_id"].clone();
    world
        .tenant
        .act(json!({ "action": "calendar", "calendar": calendar, "user": "bob", "role": "reader" }))
        .await;
    assert!(planned(&world, &with("    writers: [ann]\n")).await.is_empty());
    converge(&world, &with("    writers: { at_least: [cai] }\n")).await;
    assert_eq!(given(&world).await, pairs([("ann", "writer"), ("bob", "reader"), ("cai", "writer")]));
    // By hand and against what is declared: put right, and the app stays owner.
    world
        .tenant
        .act(json!({ "action": "calendar", "calendar": calendar, "user": "ann", "role": "reader" }))
        .await;
    converge(&world, &with("    writers: [ann, cai]\n    readers: []\n")).await;
    assert_eq!(given(&world).await, pairs([("ann", "writer"), ("cai", "writer")]));
}

#[tokio::test]
async fn rules_that_give_somebody_two_roles_are_refused() {
    let world = office().await;
    let why = refused(&world, &with("    owners: { where: \"true\" }\n    readers: [ann]\n")).await;
    assert!(why.contains("one role"), "{why}");
}

#[tokio::test]
async fn a_person_who_leaves_the_company_loses_the_role_without_a_trace() {
    let world = office().await;
    converge(&world, &with("    writers: [ann, cai]\n")).await;
    let yaml = format!("{}{}", super::PEOPLE, with("    writers: [ann]\n"));
    let lines: Vec<&str> = yaml.lines().filter(|line| !line.starts_with("  cai:")).collect();
    let yaml = lines.join("\n") + "\n";
    let (_, outcome) = world.apply(&yaml).await.expect("a plan");
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert!(world.plan(&yaml).await.expect("a plan").is_empty());
    assert_eq!(given(&world).await, pairs([("ann", "writer")]));
}

#[tokio::test]
async fn without_the_scope_for_user_ids_lists_are_left_alone_and_it_is_said() {
    let world = office().await;
    converge(&world, &with("    writers: [ann]\n")).await;
    let scopes = json!({ "action": "scopes", "except": ["contact:user.employee_id:readonly"] });
    world.tenant.act(scopes).await;
    let plan =
        world.plan("version: 1\ncalendars:\n  c:\n    name: 日历\n    writers: []\n").await.expect("a plan");
    assert!(!steps(&plan).iter().any(|s| s.contains("calendar.c")), "{:?}", steps(&plan));
}
