//! What a program gets.

use serde_json::{Value as Json, json};

use super::super::paint::Show;
use super::PlanView;
use super::world::{change, company, kinds, plan, text};
use crate::model::{Action, Cause, Target};
use crate::plan::{Matched, Plan};

const SCHEMA: &str = include_str!("../../../schemas/plan.schema.json");

fn document(plan: &Plan, show: Show) -> Json {
    let mut plan = plan.clone();
    plan.matched = vec![Matched {
        address: super::world::address("user_group.sre"),
        attribute: "members".to_owned(),
        rule: "true".to_owned(),
        people: vec![Target::Remote { kind: "user".to_owned(), id: "u_7".to_owned() }],
    }];
    let text = super::json(PlanView { plan: &plan, kinds: &kinds(), show });
    serde_json::from_str(&text).expect("json")
}

#[track_caller]
pub(super) fn assert_valid(document: &Json) {
    let schema: Json = serde_json::from_str(SCHEMA).expect("schema");
    let validator = jsonschema::draft202012::new(&schema).expect("validator");
    let problems: Vec<String> =
        validator.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(problems.is_empty(), "{problems:#?}\n{document:#}");
}

fn change_of<'d>(document: &'d Json, list: &str, address: &str) -> &'d Json {
    let all = document[list].as_array().expect("list");
    all.iter().find(|entry| entry["address"] == address).expect("entry")
}

#[test]
fn the_document_follows_its_schema() {
    assert_valid(&document(&company(), Show::default()));
    assert_valid(&document(&company(), Show { sensitive: true, ..Show::default() }));
    assert_valid(&document(&plan([]), Show::default()));
}

#[test]
fn the_schema_refuses_what_is_no_plan() {
    let schema: Json = serde_json::from_str(SCHEMA).expect("schema");
    let validator = jsonschema::draft202012::new(&schema).expect("validator");
    for (pointer, wrong) in [
        ("/format_version", json!("2.0")),
        ("/resource_changes/0/change/actions", json!(["destroy"])),
        ("/resource_changes/0/change/before", json!({})),
        ("/attributes/0/cause", json!("whim")),
        ("/steps/0/method", json!("patch")),
    ] {
        let mut document = document(&company(), Show::default());
        *document.pointer_mut(pointer).expect(pointer) = wrong;
        assert!(!validator.is_valid(&document), "{pointer}");
    }
}

#[test]
fn actions_are_terraforms() {
    let document = document(&company(), Show::default());
    for (address, actions) in [
        ("department.engineering", json!(["create"])),
        ("department.legal", json!(["delete"])),
        ("department.sales", json!(["update"])),
        ("department.sre", json!(["no-op"])),
        ("department.old", json!(["forget"])),
        ("user.wang.wu", json!(["update"])),
        ("user.zhang.san", json!(["delete", "create"])),
        ("user.zhao.liu", json!(["no-op"])),
    ] {
        assert_eq!(
            change_of(&document, "resource_changes", address)["change"]["actions"],
            actions,
            "{address}"
        );
    }
    let entry = |address| change_of(&document, "resource_changes", address);
    assert_eq!(entry("user.wang.wu")["change"]["importing"], json!({ "id": "u_3" }));
    assert_eq!(entry("department.sre")["previous_address"], "department.ops");
    assert_eq!(entry("user.zhang.san")["change"]["replace_paths"], json!([["employee_no"]]));
    assert_eq!(entry("department.engineering")["change"]["after_unknown"], json!({ "id": true }));
}

#[test]
fn before_and_after_are_whole_things_with_masks() {
    let document = document(&company(), Show::default());
    assert_eq!(
        change_of(&document, "resource_changes", "user.li.si")["change"],
        json!({
            "actions": ["update"],
            "before": { "name": "李四", "mobile": "+86 *** 1111" },
            "after": { "name": "李四", "mobile": "+86 *** 2222" },
            "after_unknown": {},
            "before_sensitive": { "mobile": true },
            "after_sensitive": { "mobile": true },
        })
    );
}

#[test]
fn steps_name_each_other_by_the_ids_that_are_shown() {
    let document = document(&company(), Show::default());
    let steps = document["steps"].as_array().expect("steps");
    assert_eq!(steps[0]["id"], "user.li.si: mobile +86 *** 9999 for a while");
    assert_eq!(steps[0]["temporary"], true);
    assert_eq!(steps[1]["depends_on"], json!([{ "step": steps[0]["id"], "reason": "+86 *** 1111 is free" }]));
}

#[test]
fn drift_is_last_applied_and_live_and_a_lost_thing_is_a_delete() {
    let mut gone = change("department.lab", Action::Create).sets("name", text("实验室"));
    gone.managed = true;
    let renamed = change("department.sales", Action::Update)
        .field("name", Some(text("销售二部")), text("销售"), Cause::Drift)
        .drifted("name", Some(text("销售")), text("销售二部"));
    let called = change("user.a", Action::Keep).drifted("mobile", None, text("+8613011111111"));
    let document = document(&plan([gone, renamed, called]), Show::default());
    assert_valid(&document);
    let of = |address| &change_of(&document, "resource_drift", address)["change"];
    assert_eq!(of("department.lab")["actions"], json!(["delete"]));
    assert_eq!(of("department.sales")["before"], json!({ "name": "销售" }));
    assert_eq!(of("department.sales")["after"], json!({ "name": "销售二部" }));
    assert_eq!(of("user.a")["before"], json!({}), "only a hash is remembered");
    assert_eq!(of("user.a")["after"], json!({ "mobile": "+86 *** 1111" }));
}

#[test]
fn same_plan_same_bytes() {
    let once = || super::json(PlanView { plan: &company(), kinds: &kinds(), show: Show::default() });
    let first = once();
    assert!((0..10).all(|_| once() == first));
}
