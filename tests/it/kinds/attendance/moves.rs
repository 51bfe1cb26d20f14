//! Everybody is in one group at most: who leaves which group before joining another.

use serde_json::json;

use super::{by_hand, converge, group, notes, office, plain, planned, refused, scheduled, steps, waits};

fn two(a: &str, b: &str) -> String {
    let members = |list: &str| format!("    members: {list}\n");
    format!("attendance_groups:\n{}{}", plain("a", "甲", &members(a)), plain("b", "乙", &members(b)))
}

#[tokio::test]
async fn whoever_moves_leaves_first() {
    let world = office().await;
    converge(&world, &two("[ann, bob]", "[]")).await;
    let plan = converge(&world, &two("[ann]", "[bob]")).await;
    assert!(waits(&plan, "attendance_group.b: update members", "attendance_group.a: update members"));
    assert_eq!(plan.steps.len(), 3, "{:?}", steps(&plan));
}

#[tokio::test]
async fn a_swap_takes_one_call_more() {
    let world = office().await;
    converge(&world, &two("[ann, cat]", "[bob]")).await;
    let plan = converge(&world, &two("[bob, cat]", "[ann]")).await;
    assert_eq!(plan.steps.len(), 5, "a trial, two that let go, two that take: {:?}", steps(&plan));
    for (taker, holder) in [("a", "b"), ("b", "a")] {
        let step = plan
            .steps
            .iter()
            .find(|s| s.id.starts_with(&format!("attendance_group.{holder}: let go")))
            .expect("lets go");
        assert!(waits(&plan, &format!("attendance_group.{taker}: update members"), &step.id.clone()));
        // What lets go writes the group as it was: after the change it would undo it.
        assert!(waits(&plan, &format!("attendance_group.{holder}: update members"), &step.id.clone()));
    }
}

/// A write is the whole group, so that whoever joins another one must not be in it, whether or not members are declared.
#[tokio::test]
async fn a_write_for_another_reason_does_not_take_back_who_has_left() {
    let world = office().await;
    converge(&world, &two("[ann, bob]", "[cat]")).await;
    let groups = |name: &str| {
        let b = plain("b", "乙", "    members: [cat, bob]\n");
        format!("attendance_groups:\n{}{b}", plain("a", name, ""))
    };
    let plan = converge(&world, &groups("甲甲")).await;
    assert!(
        waits(&plan, "attendance_group.b: update members", "attendance_group.a: update name"),
        "{:?}",
        steps(&plan)
    );
    assert_eq!(group(&world, "甲甲").await["people"]["users"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_group_that_is_deleted_lets_go_too() {
    let world = office().await;
    converge(&world, &two("[ann]", "[bob]")).await;
    let one = format!("attendance_groups:\n{}", plain("b", "乙", "    members: [ann, bob]\n"));
    let plan = converge(&world, &one).await;
    assert!(waits(&plan, "attendance_group.b: update members", "attendance_group.a: delete"));
}

#[tokio::test]
async fn nobody_is_taken_out_of_a_group_that_others_manage_unless_it_is_said() {
    let world = office().await;
    converge(&world, "").await;
    let mut body = scheduled("别人的");
    body["bind_user_ids"] = json!(["bob", "cat"]);
    let theirs = by_hand(&world, body).await;
    let of = |more: &str| {
        format!("attendance_groups:\n{}", plain("a", "甲", &format!("    members: [bob]\n{more}")))
    };
    let why = refused(&world, &of("")).await;
    assert!(why.contains("user.bob is in 别人的") && why.contains(&theirs), "{why}");
    let plan = converge(&world, &of("    take_over: true\n")).await;
    assert!(
        notes(&plan).contains(&format!("it takes user.bob out of 别人的 ({theirs})")),
        "{}",
        notes(&plan)
    );
    assert_eq!(group(&world, "别人的").await["people"]["users"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn one_person_in_two_groups_is_refused_when_rules_are_known() {
    let world = office().await;
    converge(&world, "").await;
    let why = refused(&world, &two("{ departments: [lab] }", "[bob]")).await;
    assert!(why.contains("user.bob is in attendance_group.a too"), "{why}");
}

#[tokio::test]
async fn who_leaves_the_company_is_in_no_write_even_where_members_are_not_declared() {
    let world = office().await;
    converge(&world, "").await;
    let mut body = scheduled("组");
    body["bind_user_ids"] = json!(["bob", "cat"]);
    body["sub_group_leader_ids"] = json!(["cat"]);
    by_hand(&world, body).await;
    let of = |more: &str| format!("attendance_groups:\n{}", plain("g", "组", more));
    converge(&world, &of("")).await;
    let without =
        super::PEOPLE.lines().filter(|line| !line.trim_start().starts_with("cat:")).map(|l| format!("{l}\n"));
    let yaml = format!("{}{}", without.collect::<String>(), of("    holidays: china\n"));
    let (plan, outcome) = world.apply(&yaml).await.expect("a plan");
    assert!(outcome.is_complete(), "{outcome:#?} {:?}", steps(&plan));
    let row = group(&world, "组").await;
    assert_eq!(
        (row["people"]["users"].as_array().map(Vec::len), &row["people"]["sub_leaders"]),
        (Some(1), &json!([]))
    );
    assert!(planned(&world, &of("")).await.steps.iter().all(|s| !s.id.starts_with("attendance_group")));
}
