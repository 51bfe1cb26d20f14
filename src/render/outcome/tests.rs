//! Outcomes as people and programs get them.

use serde_json::{Value as Json, json};

use super::super::paint::Show;
use super::super::plan::world::{address, change, kinds, plan, step, text};
use super::{Ended, Failed, Halted, OutcomeView, Skipped, Waiting};
use crate::model::{Action, Verb};
use crate::plan::Plan;

fn planned() -> Plan {
    let mut plan = plan([
        change("department.hq", Action::Create).sets("name", text("总部")),
        change("department.lab", Action::Create).sets("name", text("实验室")),
        change("user.li.si", Action::Update).was("name", text("李四")),
        change("user.old", Action::Delete).was("name", text("旧人")),
    ]);
    plan.steps = vec![
        step("department.hq", Verb::Create, "create", &[]),
        step("department.hq", Verb::Update, "leaders", &[]),
        step("department.lab", Verb::Create, "create", &[]),
        step("user.li.si", Verb::Update, "mobile", &[]),
        step("user.old", Verb::Delete, "delete", &[]),
    ];
    plan
}

fn again() -> Vec<String> {
    ["larkctl", "apply", "-f", "org"].map(str::to_owned).to_vec()
}

fn trouble() -> Ended {
    Ended {
        planned: 5,
        done: vec!["department.hq: create".to_owned(), "user.old: delete".to_owned()],
        failed: vec![Failed {
            step: "department.lab: create".to_owned(),
            address: address("department.lab"),
            code: Some(43003),
            request_id: Some("20261121AB12".to_owned()),
            cause: "refused: the name is taken, ask li.si@acme.cn".to_owned(),
            remedy: Some("choose another name, or adopt the other department".to_owned()),
        }],
        skipped: vec![Skipped {
            step: "user.li.si: mobile".to_owned(),
            address: address("user.li.si"),
            because: "department.lab: create".to_owned(),
            waits: false,
        }],
        pending: vec![Waiting {
            step: "department.hq: leaders".to_owned(),
            address: address("department.hq"),
            reason: "赵六 has not joined yet".to_owned(),
        }],
        took_ms: Some(8_100),
        ..Ended::default()
    }
}

fn shown(ended: &Ended) -> String {
    super::text(OutcomeView {
        plan: &planned(),
        kinds: &kinds(),
        ended,
        again: &again(),
        show: Show::default(),
    })
}

#[test]
fn a_failure_says_code_request_cause_remedy_and_what_hangs_on_it() {
    insta::assert_snapshot!(shown(&trouble()), @r#"
    Failed
      department.lab 实验室: create
          code 43003, request id 20261121AB12
          cause: refused: the name is taken, ask l***@acme.cn
          help: choose another name, or adopt the other department

    Skipped
      1 step because of department.lab 实验室: create
          user.li.si 李四: mobile

    Waits on people, tried again by the next run
      department.hq 总部: leaders
          赵六 has not joined yet

    Steps: 2 of 5 done in 9 s, 1 failed, 1 skipped, 1 waiting on people.
    Applied: 0 added, 0 changed, 1 destroyed.
    To go on: larkctl apply -f org
    "#);
}

#[test]
fn a_thing_counts_only_when_all_its_steps_are_done() {
    let all = planned().steps.iter().map(|step| step.id.clone()).collect();
    let text = shown(&Ended { planned: 5, done: all, ..Ended::default() });
    assert_eq!(text, "Steps: 5 of 5 done.\nApplied: 2 added, 1 changed, 1 destroyed.\n");
    assert!(shown(&trouble()).contains("Applied: 0 added, 0 changed, 1 destroyed."));
}

#[test]
fn a_run_that_was_stopped_says_what_is_left() {
    let ended = Ended {
        planned: 5,
        done: vec!["department.hq: create".to_owned()],
        left: vec!["department.lab: create".to_owned(), "user.old: delete".to_owned()],
        halted: Some(Halted { why: "interrupted by Ctrl-C".to_owned(), remedy: None }),
        ..Ended::default()
    };
    insta::assert_snapshot!(shown(&ended), @r#"
    Stopped early
      interrupted by Ctrl-C
      2 steps not started
          department.lab 实验室: create
          user.old 旧人: delete

    Steps: 1 of 5 done, 2 not started.
    Applied: 0 added, 0 changed, 0 destroyed.
    To go on: larkctl apply -f org
    "#);
}

#[test]
fn waiting_on_people_is_no_failure() {
    let ended = Ended { failed: Vec::new(), skipped: Vec::new(), ..trouble() };
    assert!(ended.is_complete());
    assert!(!shown(&ended).contains("To go on"));
}

#[test]
fn the_json_says_the_same() {
    let text = super::json(OutcomeView {
        plan: &planned(),
        kinds: &kinds(),
        ended: &trouble(),
        again: &again(),
        show: Show::default(),
    });
    let document: Json = serde_json::from_str(&text).expect("json");
    assert_eq!(
        document,
        json!({
            "format_version": "1.0",
            "complete": false,
            "planned": 5,
            "applied": { "added": 0, "changed": 0, "destroyed": 1 },
            "took_ms": 8100,
            "done": ["department.hq: create", "user.old: delete"],
            "failed": [{
                "step": "department.lab: create",
                "address": "department.lab",
                "code": 43003,
                "request_id": "20261121AB12",
                "cause": "refused: the name is taken, ask l***@acme.cn",
                "remedy": "choose another name, or adopt the other department",
            }],
            "unknown": [],
            "skipped": [{
                "step": "user.li.si: mobile",
                "address": "user.li.si",
                "because": "department.lab: create",
                "waits": false,
            }],
            "pending": [{
                "step": "department.hq: leaders",
                "address": "department.hq",
                "reason": "赵六 has not joined yet",
            }],
            "left": [],
            "warnings": [],
            "next": ["larkctl", "apply", "-f", "org"],
        })
    );
}
