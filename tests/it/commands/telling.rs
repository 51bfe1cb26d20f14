//! What is told to whom: JSON alone on stdout, on failure too; personal data and secrets nowhere.

use serde_json::{Value, json};

use super::{COMPANY, Desk};
use crate::support::SECRET;

const SCHEMA: &str = include_str!("../../../schemas/plan.schema.json");

#[track_caller]
fn is_a_plan(document: &Value) {
    let schema: Value = serde_json::from_str(SCHEMA).expect("schema");
    let problems: Vec<String> = jsonschema::validator_for(&schema)
        .expect("a schema")
        .iter_errors(document)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn json_is_written_whatever_happens_and_never_changes_the_exit_code() {
    let desk = Desk::new().await;
    desk.write("m.yaml", COMPANY);
    desk.write("bad.yaml", "version: 1\ndepartments:\n  eng: { nam: 研发 }\n");
    for (args, code) in [
        (&["plan", "-f", "m.yaml"][..], 0),
        (&["plan", "-f", "m.yaml", "--detailed-exitcode"], 2),
        (&["plan", "-f", "bad.yaml"], 1),
        (&["plan", "-f", "nowhere.yaml"], 1),
        (&["plan", "-f", "m.yaml", "--base-url", "http://127.0.0.1:9"], 0),
        (&["show", "nowhere.plan"], 1),
    ] {
        let ended = desk.run(&[args, &["--format", "json"]].concat()).await;
        let document = ended.json();
        is_a_plan(&document);
        if code == 0 && args.len() > 3 {
            // Nobody answers: everything is unknown, and said so.
            assert!(ended.code == Some(1) || document["blocked"] != json!([]), "{ended:?}");
            continue;
        }
        assert_eq!(ended.code, Some(code), "{args:?}: {}", ended.err);
        assert_eq!(document["errored"] == true, code == 1, "{args:?}");
        assert_eq!(document["diagnostics"].as_array().is_some_and(|all| !all.is_empty()), code == 1);
    }
    let drift = desk.run(&["drift", "-f", "bad.yaml", "--format", "json"]).await.exits(1);
    assert_eq!(drift.json()["errored"], true);
    let apply = desk.run(&["apply", "-f", "m.yaml", "--format", "json"]).await.exits(1);
    assert_eq!(apply.json()["event"], "failed");
    assert_eq!(desk.writes().await, Vec::<String>::new());
}

/// A plan file holds what will be sent and says so; everything else is for logs.
#[tokio::test(flavor = "multi_thread")]
async fn personal_data_and_secrets_are_in_no_output_and_no_file_of_ours() {
    let desk = Desk::new().await;
    desk.write("m.yaml", COMPANY);
    let mut told = String::new();
    let moved = COMPANY
        .replace("+8613011111112", "+8613011111113")
        .replace("zhang.san@acme", "san.zhang@acme")
        .replace("name: 李四", "name: 李思");
    let mut go = async |args: &[&str]| {
        let ended = desk.run(args).await;
        told.push_str(&ended.out);
        told.push_str(&ended.err);
    };
    for yaml in [COMPANY, &moved] {
        desk.write("m.yaml", yaml);
        for args in [
            &["plan", "-f", "m.yaml", "-v"][..],
            &["plan", "-f", "m.yaml", "--format", "json", "-v"],
            &["plan", "-f", "m.yaml", "--out", "p.plan"],
            &["show", "p.plan"],
            &["show", "p.plan", "--format", "json"],
            &["apply", "p.plan", "--auto-approve", "--format", "json"],
            &["drift", "-f", "m.yaml", "--unmanaged"],
            &["show", "--state"],
            &["state", "show", "user.li.si", "--format", "json"],
            &["state", "list", "--format", "json"],
        ] {
            go(args).await;
        }
        for user in ["zhang.san", "li.si"] {
            desk.tenant.act(json!({ "action": "join", "user": user })).await;
        }
    }
    let people = ["13011111111", "13011111112", "13011111113", "zhang.san@acme", "san.zhang@acme"];
    let secrets = [SECRET, "c2FuZGJveC1zZWNyZXQ", desk.tenant.token.as_str(), "Bearer "];
    for word in people.iter().chain(&secrets) {
        assert!(!told.contains(word), "{word} was told:\n{told}");
    }
    for name in [".larkctl/state.json", ".larkctl/state.json.backup", "p.plan"] {
        let text = desk.read(name);
        for word in people.iter().filter(|_| name != "p.plan").chain(&secrets) {
            assert!(!text.contains(word), "{word} is in {name}");
        }
    }
    let shown = desk.run(&["show", "p.plan", "--show-sensitive"]).await.exits(0);
    assert!(shown.out.contains("+8613011111113"), "{}", shown.out);
}

/// "Nothing to do" must not be a guess.
#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_is_not_unchanged() {
    let desk = Desk::new().await;
    desk.write("m.yaml", COMPANY);
    desk.apply().await.exits(0);
    desk.run(&["drift", "-f", "m.yaml"]).await.exits(0);
    let fault = json!({
        "endpoint": "GET /open-apis/contact/v3/departments/batch", "effect": { "answer": { "status": 500, "code": 40_003 } }
    });
    desk.tenant.faults(fault.clone()).await;
    for args in [&["drift", "-f", "m.yaml"][..], &["plan", "-f", "m.yaml", "--detailed-exitcode"]] {
        let blind = desk.run(args).await.exits(1);
        assert!(blind.err.contains("could not be compared"), "{}", blind.err);
    }
    desk.run(&["plan", "-f", "m.yaml"]).await.exits(0);
}
