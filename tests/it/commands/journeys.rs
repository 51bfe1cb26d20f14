//! Whole afternoons of an administrator: things go wrong, people dawdle, and the next run ends it.

use serde_json::json;

use super::{COMPANY, Desk};

#[tokio::test(flavor = "multi_thread")]
async fn the_rule_of_the_documentation_takes_people_without_a_title_in_its_stride() {
    let desk = Desk::new().await;
    let rule = r#"'user.job_title.startsWith("SRE") || "cn" in user.tags'"#;
    desk.write(
        "m.yaml",
        &format!("{COMPANY}user_groups:\n  oncall: {{ name: 值班, members: {{ where: {rule} }} }}\n"),
    );
    let planned = desk.run(&["plan", "-f", "m.yaml"]).await.exits(0);
    assert!(
        planned.out.contains("user_group.oncall members: where user.job_title")
            && planned.out.contains("1 person\n        user.li.si"),
        "{}",
        planned.out
    );
}

/// Who follows the advice must not bring back what was to be destroyed.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_applied_in_part_is_5_and_the_command_that_it_names_goes_on() {
    let desk = Desk::new().await;
    desk.write("m.yaml", "version: 1\nuser_groups:\n  a: { name: A }\n  b: { name: B }\n");
    desk.apply().await.exits(0);
    let fault = json!({
        "endpoint": "DELETE /open-apis/contact/v3/group/*", "effect": { "answer": { "status": 400, "code": 42012 } }, "times": 1
    });
    desk.tenant.faults(fault).await;
    let half = desk.run(&["apply", "-f", "m.yaml", "--destroy", "--auto-approve"]).await.exits(5);
    let advice =
        half.out.lines().find_map(|l| l.strip_prefix("To go on: larkctl ")).expect("advice").to_owned();
    let args: Vec<&str> = advice.split(' ').chain(["--auto-approve"]).collect();
    desk.run(&args).await.exits(0);
    let left = desk.run(&["state", "list"]).await.exits(0);
    assert_eq!(left.out.trim(), "");
    assert_eq!(desk.tenant.rows("groups").await.as_array().map_or(0, Vec::len), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_joined_is_waited_for_and_then_made_leader() {
    let desk = Desk::new().await;
    desk.write(
        "m.yaml",
        &COMPANY.replace("ops: { name: 运维,", "ops: { name: 运维, leaders: { primary: li.si },"),
    );
    desk.apply().await.exits(0);
    let waits = desk.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).await.exits(0);
    assert!(waits.out.contains("No changes. 1 waits on people."), "{}", waits.out);
    desk.tenant.act(json!({ "action": "join", "user": "li.si" })).await;
    desk.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).await.exits(2);
    desk.apply().await.exits(0);
    let done = desk.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).await.exits(0);
    assert!(done.out.ends_with("No changes.\n"), "{}", done.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_is_2_and_the_command_it_proposes_puts_back_what_was_changed() {
    let desk = Desk::new().await;
    desk.write("m.yaml", COMPANY);
    desk.run(&["drift", "-f", "m.yaml"]).await.exits(6);
    desk.apply().await.exits(0);
    desk.run(&["drift", "-f", "m.yaml"]).await.exits(0);
    desk.tenant.act(json!({ "action": "rename_department", "department": "ops", "name": "别名" })).await;
    let drift = desk.run(&["drift", "-f", "m.yaml", "--format", "json"]).await.exits(2).json();
    let command: Vec<&str> = drift["ways"][0]["put_back"]
        .as_array()
        .expect("a command")
        .iter()
        .filter_map(|w| w.as_str())
        .collect();
    let accept = drift["ways"][0]["accept"].as_str().expect("YAML");
    assert!(accept.contains("别名"), "{accept}");
    desk.run(&[&command[1..], &["--auto-approve"]].concat()).await.exits(0);
    desk.run(&["drift", "-f", "m.yaml"]).await.exits(0);
}

/// Else its members are taken for unreadable, and the plan leaves half of the change for the next run.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_moved_and_changed_in_one_go_needs_one_run() {
    let desk = Desk::new().await;
    let group = |key: &str, members: &str| {
        format!("{COMPANY}user_groups:\n  {key}: {{ name: 值班, members: [{members}] }}\n")
    };
    desk.write("m.yaml", &group("old", "li.si"));
    desk.apply().await.exits(0);
    let moved = "moved:\n  - { from: user_group.old, to: user_group.new }\n";
    desk.write("m.yaml", &(group("new", "zhang.san") + moved));
    let applied = desk.apply().await.exits(0);
    assert!(!applied.out.contains("unknown"), "{}", applied.out);
    desk.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).await.exits(0);
}

/// The plain list of scopes says that somebody holds this one, and not that it is only for those who log in.
#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_only_people_may_see_is_unknown_and_never_empty() {
    let desk = Desk::new().await;
    desk.write("m.yaml", COMPANY);
    desk.apply().await.exits(0);
    for user in ["zhang.san", "li.si"] {
        desk.tenant.act(json!({ "action": "join", "user": user })).await;
    }
    desk.tenant.act(json!({ "action": "scopes", "except": ["contact:user.phone:readonly"] })).await;
    let planned = desk.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).await.exits(0);
    assert!(planned.out.contains("contact:user.phone:readonly"), "{}", planned.out);
    desk.run(&["drift", "-f", "m.yaml"]).await.exits(0);
}
