//! Shifts and attendance groups in a tenant, by the whole pipeline: YAML in, requests over HTTP, the store's own rows to
//! compare with.

mod groups;
mod moves;
mod rights;
mod shifts;
mod untouched;

use larkctl::plan::Plan;
use serde_json::{Value, json};

use crate::spine::run::{World, checked_problems, quick, told};

pub(super) const BASE: &str = "/open-apis/attendance/v1";
pub(super) const IDS: &str = "employee_type=employee_id&dept_type=open_id";

/// People and departments, for the groups of a test to use.
pub(super) const PEOPLE: &str = "version: 1
settings: { max_destroy: 1000 }
departments:
  lab: { name: 实验室, parent: root }
  yard: { name: 院子, parent: root }
users:
  ann: { name: 安, mobile: \"+8613011111111\", departments: [lab], employee_type: regular, on_delete: { default: bob } }
  bob: { name: 波, mobile: \"+8613022222222\", departments: [lab], employee_type: regular, on_delete: { default: ann } }
  cat: { name: 猫, mobile: \"+8613033333333\", departments: [yard], employee_type: regular, on_delete: { default: ann } }
";

pub(super) async fn office() -> World {
    World::start(quick()).await
}

/// Applies people and this, wants success, and wants that nothing is left to do then.
pub(super) async fn converge(world: &World, attendance: &str) -> Plan {
    let yaml = format!("{PEOPLE}{attendance}");
    world.writes().await;
    let (plan, outcome) = world.apply(&yaml).await.unwrap_or_else(|p| panic!("no plan: {}", told(&p)));
    let (_, refused) = world.writes().await;
    assert!(outcome.is_complete(), "{outcome:#?}\n{refused:#?}");
    let next = planned(world, attendance).await;
    let left: Vec<_> = next.changes.iter().filter(|c| !c.fields.is_empty()).collect();
    assert!(next.is_empty() && next.blocked.is_empty(), "left: {left:#?}\n{:#?}", next.blocked);
    plan
}

pub(super) async fn planned(world: &World, attendance: &str) -> Plan {
    let yaml = format!("{PEOPLE}{attendance}");
    world.plan(&yaml).await.unwrap_or_else(|p| panic!("no plan: {}", told(&p)))
}

/// Why there is no plan.
pub(super) async fn refused(world: &World, attendance: &str) -> String {
    let yaml = format!("{PEOPLE}{attendance}");
    match world.plan(&yaml).await {
        Ok(plan) => panic!("there is a plan: {:#?}", steps(&plan)),
        Err(problems) => told(&problems),
    }
}

/// What `validate` says.
pub(super) fn invalid(attendance: &str) -> String {
    told(&checked_problems(&format!("{PEOPLE}{attendance}")))
}

pub(super) fn steps(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.id.as_str()).collect()
}

/// Whether one step waits for another: an order that the names give by luck proves nothing.
pub(super) fn waits(plan: &Plan, step: &str, on: &str) -> bool {
    let step =
        plan.steps.iter().find(|s| s.id == step).unwrap_or_else(|| panic!("no {step}: {:?}", steps(plan)));
    step.depends_on.iter().any(|dependency| dependency.step == on)
}

pub(super) fn notes(plan: &Plan) -> String {
    plan.changes.iter().flat_map(|change| &change.notes).map(|note| format!("{note}\n")).collect()
}

pub(super) fn pending(plan: &Plan) -> Vec<String> {
    plan.changes.iter().flat_map(|change| &change.pending).map(|pending| pending.reason.clone()).collect()
}

/// The rows of a table by name.
pub(super) async fn row(world: &World, table: &str, name: &str) -> Value {
    let rows = world.tenant.rows(table).await;
    let rows = rows.as_object().expect("rows").values();
    rows.clone().find(|row| row["name"] == name).cloned().unwrap_or(Value::Null)
}

pub(super) async fn group(world: &World, name: &str) -> Value {
    row(world, "attendance_groups", name).await
}

pub(super) async fn shift(world: &World, name: &str) -> Value {
    row(world, "attendance_shifts", name).await
}

/// Makes or changes a group as somebody else does; gives its id.
pub(super) async fn by_hand(world: &World, body: Value) -> String {
    let body = json!({ "group": body, "operator_id": "ann" });
    let made = world.tenant.ok("POST", &format!("{BASE}/groups?{IDS}"), body).await;
    world.writes().await;
    made["group"]["group_id"].as_str().expect("id").to_owned()
}

pub(super) fn scheduled(name: &str) -> Value {
    json!({
        "group_name": name, "time_zone": "Asia/Shanghai", "group_type": 2, "punch_day_shift_ids": [],
        "calendar_id": 0, "group_leader_ids": ["ann"],
    })
}

pub(super) async fn knobs(world: &World, fields: Value) {
    let mut knobs = json!({ "admins": "everybody", "data_range": true });
    knobs.as_object_mut().expect("object").extend(fields.as_object().expect("object").clone());
    world.tenant.settings(json!({ "attendance": knobs })).await;
}

/// A shift from nine to six under a key, with more fields.
pub(super) fn day(key: &str, name: &str, more: &str) -> String {
    format!(
        "  {key}:
    name: {name}
    periods:
      - {{ on: \"9:00\", off: \"18:00\", late: {{ counts_after: 5, absent_after: 60 }}, early: {{ counts_before: 5, absent_before: 60 }}, punch_in_from: 120, punch_out_until: 360 }}
{more}"
    )
}

/// A scheduled group under a key, with more fields.
pub(super) fn plain(key: &str, name: &str, more: &str) -> String {
    format!(
        "  {key}:\n    name: {name}\n    operator: ann\n    timezone: Asia/Shanghai\n    type: scheduled\n    leaders: [ann]\n{more}"
    )
}
