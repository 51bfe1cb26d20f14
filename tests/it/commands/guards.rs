//! What is refused sends nothing, whatever way it was asked for.

use super::{COMPANY, Desk};

#[tokio::test(flavor = "multi_thread")]
async fn protection_outlives_its_block_and_people_need_heirs() {
    let desk = Desk::new().await;
    let protected = COMPANY.replace(
        "ops: { name: 运维, parent: eng }",
        "ops: { name: 运维, parent: eng, lifecycle: { prevent_destroy: true } }",
    );
    desk.write("m.yaml", &protected);
    desk.apply().await.exits(0);
    desk.write("m.yaml", "version: 1\ndepartments:\n  eng: { name: 研发中心, parent: root }\n");
    let sent = desk.writes().await.len();
    for args in [
        &["plan", "-f", "m.yaml"][..],
        &["plan", "-f", "m.yaml", "--detailed-exitcode", "--out", "p.plan"],
        &["plan", "-f", "m.yaml", "--format", "json"],
        &["apply", "-f", "m.yaml", "--auto-approve"],
        &["apply", "-f", "m.yaml", "--auto-approve", "--destroy"],
        &["apply", "-f", "m.yaml", "--auto-approve", "--format", "json"],
        &["apply", "-f", "m.yaml", "--auto-approve", "--allow-no-heirs"],
        &["apply", "-f", "m.yaml", "--auto-approve", "--allow-destroy", "department.ops"],
    ] {
        let refused = desk.run(args).await.exits(3);
        assert!(refused.err.ends_with("nothing was sent\n"), "{args:?}: {}", refused.err);
    }
    assert_eq!(desk.writes().await.len(), sent);
    assert!(!desk.path().join("p.plan").exists(), "a refused plan is not saved");
    let both = ["--allow-no-heirs", "--allow-destroy", "department.ops"];
    let args = [&["apply", "-f", "m.yaml", "--auto-approve"][..], &both].concat();
    desk.run(&args).await.exits(0);
    desk.run(&["plan", "-f", "m.yaml", "--detailed-exitcode"]).await.exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_need_the_word_that_the_refusal_names() {
    let desk = Desk::new().await;
    let teams = |n: usize| {
        let lines: String = (0..n).map(|i| format!("  t{i}: {{ name: 组{i} }}\n")).collect();
        format!("version: 1\nuser_groups:\n{lines}")
    };
    desk.write("m.yaml", &teams(12));
    desk.apply().await.exits(0);
    let sent = desk.writes().await.len();
    desk.write("m.yaml", &teams(8));
    let refused = desk.apply().await.exits(3);
    assert!(refused.err.contains("help: --max-destroy user_group=4"), "{}", refused.err);
    assert_eq!(desk.writes().await.len(), sent);
    desk.run(&["apply", "-f", "m.yaml", "--auto-approve", "--max-destroy", "user_group=4"]).await.exits(0);
    assert_eq!(desk.writes().await.len(), sent + 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_is_held_is_4_and_names_the_holder() {
    let desk = Desk::new().await;
    desk.write("m.yaml", COMPANY);
    let store = larkctl::state::Store::at(desk.path().join(".larkctl/state.json"));
    let lock = store.lock(&larkctl::state::Holder::here("a test")).expect("free");
    for args in [
        &["apply", "-f", "m.yaml", "--auto-approve"][..],
        &["plan", "-f", "m.yaml", "--out", "p.plan"],
        &["state", "rm", "department.eng"],
    ] {
        let held = desk.run(args).await.exits(4);
        assert!(
            held.err.contains("`a test`") && held.err.contains(&std::process::id().to_string()),
            "{}",
            held.err
        );
    }
    desk.run(&["plan", "-f", "m.yaml"]).await.exits(0);
    desk.run(&["drift", "-f", "m.yaml"]).await.exits(6);
    drop(lock);
    desk.apply().await.exits(0);
}
