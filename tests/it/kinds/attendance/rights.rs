//! The second gate: what the app and its operator may change is known before the first write.

use serde_json::json;

use super::{PEOPLE, converge, group, knobs, office, plain, steps, waits};

#[tokio::test]
async fn the_operators_rights_are_tried_once_and_before_every_write() {
    let world = office().await;
    let yaml = format!("attendance_groups:\n{}{}", plain("a", "甲", ""), plain("b", "乙", ""));
    let plan = converge(&world, &yaml).await;
    let trials: Vec<&str> =
        steps(&plan).into_iter().filter(|id| id.contains("try the operator's rights")).collect();
    assert_eq!(trials.len(), 1, "{:?}", steps(&plan));
    for key in ["a", "b"] {
        assert!(waits(&plan, &format!("attendance_group.{key}: create"), trials[0]));
    }
    let days = world.tenant.rows("attendance_schedules").await;
    assert_eq!(days, json!({}), "trying writes nothing");
}

#[tokio::test]
async fn without_rights_nothing_is_written_and_the_reason_is_said() {
    for knob in
        [json!({ "admins": { "only": ["bob"] }, "group_admins": ["ann"] }), json!({ "data_range": false })]
    {
        let world = office().await;
        converge(&world, "").await;
        knobs(&world, knob).await;
        let yaml = format!("{PEOPLE}attendance_groups:\n{}", plain("a", "甲", ""));
        let (_, outcome) = world.apply(&yaml).await.expect("a plan");
        assert_eq!((outcome.failed.len(), outcome.skipped.len()), (1, 1), "{outcome:#?}");
        let trouble = &outcome.failed[0].trouble;
        assert_eq!(trouble.code, Some(1_220_005));
        let remedy = trouble.remedy.as_deref().unwrap_or_default();
        assert!(remedy.contains("attendance console") && remedy.contains("`operator`"), "{remedy}");
        let (sent, _) = world.writes().await;
        assert!(!sent.keys().any(|endpoint| endpoint.ends_with("/groups")), "{sent:?}");
        assert!(group(&world, "甲").await.is_null());
        // A person gives the rights, and the next run goes on.
        knobs(&world, json!({})).await;
        converge(&world, &format!("attendance_groups:\n{}", plain("a", "甲", ""))).await;
    }
}
