//! Saved plans: what was approved is what is applied, or nothing.

use larkctl::sandbox::server::Options;
use serde_json::json;

use super::{COMPANY, Desk};
use crate::support::options;

#[tokio::test(flavor = "multi_thread")]
async fn the_very_first_plan_can_be_saved_applied_once_and_not_twice() {
    let desk = Desk::new().await;
    desk.write("m.yaml", COMPANY);
    let planned =
        desk.run(&["plan", "-f", "m.yaml", "--out", "p.plan", "--detailed-exitcode"]).await.exits(2);
    assert!(planned.err.contains("saved: larkctl apply p.plan"), "{}", planned.err);
    desk.run(&["apply", "p.plan"]).await.exits(1);
    assert_eq!(desk.writes().await, Vec::<String>::new(), "nobody was there to be asked");
    desk.run(&["apply", "p.plan", "--auto-approve"]).await.exits(0);
    let sent = desk.writes().await.len();
    let again = desk.run(&["apply", "p.plan", "--auto-approve"]).await.exits(1);
    assert!(again.err.contains("made from serial 0 of the state, which is at 1 now"), "{}", again.err);
    assert_eq!(desk.writes().await.len(), sent);
    let next = desk.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).await.exits(0);
    assert!(next.out.ends_with("No changes.\n"), "{}", next.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_whose_things_moved_is_refused_and_names_only_those() {
    let desk = Desk::new().await;
    desk.write("m.yaml", COMPANY);
    desk.apply().await.exits(0);
    desk.write("m.yaml", &COMPANY.replace("研发中心", "研发").replace("运维", "运维部"));
    desk.run(&["plan", "-f", "m.yaml", "--out", "p.plan"]).await.exits(0);
    let sent = desk.writes().await.len();
    desk.tenant.act(json!({ "action": "rename_department", "department": "ops", "name": "别名" })).await;
    let refused = desk.run(&["apply", "p.plan", "--auto-approve"]).await.exits(1);
    assert!(refused.err.contains("  department.ops\n  help: plan again"), "{}", refused.err);
    assert!(!refused.err.contains("department.eng"), "{}", refused.err);
    assert_eq!(desk.writes().await.len(), sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_foreign_and_strange_files_are_refused_with_a_reason() {
    let desk = Desk::new().await;
    desk.write("m.yaml", COMPANY);
    desk.run(&["plan", "-f", "m.yaml", "--out", "p.plan"]).await.exits(0);
    let text = desk.read("p.plan");
    let cases = [
        ("cut.plan", text[..text.len() / 2].rsplit_once('\n').expect("lines").0.to_owned(), "ends too early"),
        ("changed.plan", text.replace("研发中心", "研发中央"), "checksum"),
        ("newer.plan", text.replacen("\"1.0\"", "\"2.0\"", 1), "format is 2.0"),
        ("other.plan", "version: 1\n".to_owned(), "no plan of larkctl"),
    ];
    for (name, text, why) in cases {
        desk.write(name, &text);
        let refused = desk.run(&["apply", name, "--auto-approve"]).await.exits(1);
        assert!(refused.err.contains(why) && refused.err.contains("help: "), "{name}: {}", refused.err);
    }
    let elsewhere = Desk::new().await;
    elsewhere.write("p.plan", &text);
    let refused = elsewhere.run(&["apply", "p.plan", "--auto-approve"]).await.exits(1);
    assert!(refused.err.contains("the plan is for http://127.0.0.1:"), "{}", refused.err);
    assert!(desk.writes().await.is_empty() && elsewhere.writes().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_plan_remembers_which_state_it_was_made_from() {
    let desk = Desk::new().await;
    desk.write("m.yaml", &format!("{COMPANY}state: {{ path: kept/here.json }}\n"));
    desk.run(&["plan", "-f", "m.yaml", "--out", "p.plan"]).await.exits(0);
    desk.run(&["apply", "p.plan", "--auto-approve"]).await.exits(0);
    assert!(desk.path().join("kept/here.json").is_file());
    assert!(!desk.path().join(".larkctl/state.json").exists());
}

/// Else the plan's serial would be that of a state that only its reader ever saw.
#[tokio::test(flavor = "multi_thread")]
async fn planning_to_a_file_after_a_run_that_died_takes_that_run_in_first() {
    let desk = Desk::with(Options { time_scale: 1.0, ..options() }).await;
    desk.write("m.yaml", COMPANY);
    // The answer never comes, or not in time; the run is killed while it waits.
    desk.tenant
        .faults(json!({ "endpoint": "POST /open-apis/contact/v3/users", "effect": { "slow": { "ms": 600_000 } }, "times": 9 }))
        .await;
    let mut child = desk.command(&["apply", "-f", "m.yaml", "--auto-approve"]).spawn().expect("larkctl");
    while desk.tenant.engine.faults()[0]["hit"] == 0 {
        assert!(child.try_wait().expect("child").is_none(), "it ended");
        tokio::task::yield_now().await;
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    desk.tenant.engine.clear_faults();
    let planned = desk.run(&["plan", "-f", "m.yaml", "--out", "p.plan"]).await.exits(0);
    assert!(planned.err.contains("an earlier run did not end"), "{}", planned.err);
    desk.run(&["apply", "p.plan", "--auto-approve"]).await.exits(0);
    desk.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).await.exits(0);
}

/// It names people and holds their numbers.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_saved_plan_is_for_its_owner_alone_and_never_half_there() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new().await;
    desk.write("m.yaml", COMPANY);
    desk.write("p.plan", "an older one, which others could read");
    desk.run(&["plan", "-f", "m.yaml", "--out", "p.plan"]).await.exits(0);
    let mode = std::fs::metadata(desk.path().join("p.plan")).expect("the plan").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let failed = desk.run(&["plan", "-f", "m.yaml", "--out", "nowhere/p.plan"]).await.exits(1);
    assert!(failed.err.contains("choose another --out"), "{}", failed.err);
}
