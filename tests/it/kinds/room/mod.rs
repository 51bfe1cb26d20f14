//! Levels and rooms in a tenant, by the whole pipeline: YAML in, requests over HTTP, the store's own rows to compare
//! with.

mod adopted;
mod booked;
mod filled;
mod levels;
mod price;
mod rules;
mod whole;

use larkctl::plan::Plan;
use serde_json::{Value, json};

use crate::spine::run::{World, quick, told};

pub(super) const VC: &str = "/open-apis/vc/v1";

pub(super) const PEOPLE: &str = "version: 1
settings: { max_destroy: 1000 }
departments:
  lab: { name: 实验室, parent: root }
users:
  ann: { name: 安, mobile: \"+8613011111111\", departments: [lab], employee_type: regular, on_delete: { default: bob } }
  bob: { name: 波, mobile: \"+8613022222222\", departments: [lab], employee_type: regular, on_delete: { default: ann } }
";

pub(super) const HOUSE: &str = "meeting_rooms:
  levels:
    hq:
      name: 总部
      custom_id: HQ
      children:
        f1: { name: 1F, custom_id: HQ-1 }
        f2: { name: 2F }
  rooms:
    river: { name: 黄浦江, level: f1, capacity: 12, custom_id: R-1 }
    lake: { name: 西湖, level: f2, capacity: 4 }
";

pub(super) async fn house() -> World {
    let world = World::start(quick()).await;
    converge(&world, HOUSE).await;
    world
}

pub(super) async fn apply(world: &World, yaml: &str) -> Plan {
    world.writes().await;
    let (plan, outcome) =
        world.apply(&format!("{PEOPLE}{yaml}")).await.unwrap_or_else(|p| panic!("no plan: {}", told(&p)));
    let (_, refused) = world.writes().await;
    assert!(outcome.is_complete(), "{outcome:#?}\n{refused:#?}");
    plan
}

/// Applies people and this, wants success, and wants that nothing is left to do then.
pub(super) async fn converge(world: &World, yaml: &str) -> Plan {
    let plan = apply(world, yaml).await;
    nothing_left(world, yaml).await;
    plan
}

pub(super) async fn nothing_left(world: &World, yaml: &str) {
    let next = planned(world, yaml).await;
    let left: Vec<_> = next.changes.iter().filter(|c| !c.fields.is_empty()).collect();
    assert!(next.is_empty() && next.blocked.is_empty(), "left: {left:#?}\n{:#?}", next.blocked);
}

pub(super) async fn planned(world: &World, yaml: &str) -> Plan {
    world.plan(&format!("{PEOPLE}{yaml}")).await.unwrap_or_else(|p| panic!("no plan: {}", told(&p)))
}

/// Why there is no plan.
pub(super) async fn refused(world: &World, yaml: &str) -> String {
    match world.plan(&format!("{PEOPLE}{yaml}")).await {
        Ok(plan) => panic!("there is a plan: {:#?}", steps(&plan)),
        Err(problems) => told(&problems),
    }
}

pub(super) fn steps(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.id.as_str()).collect()
}

/// The step of a plan; panics when there is none.
pub(super) fn body<'p>(plan: &'p Plan, step: &str) -> &'p Value {
    let step =
        plan.steps.iter().find(|s| s.id == step).unwrap_or_else(|| panic!("no {step}: {:?}", steps(plan)));
    step.draft.call.body.as_ref().expect("a body")
}

/// Whether one step waits for another: an order that the names give by luck proves nothing.
pub(super) fn waits(plan: &Plan, step: &str, on: &str) -> bool {
    let step =
        plan.steps.iter().find(|s| s.id == step).unwrap_or_else(|| panic!("no {step}: {:?}", steps(plan)));
    step.depends_on.iter().any(|dependency| dependency.step == on)
}

/// The only row of a table with this name; its id is `field`.
pub(super) async fn row(world: &World, table: &str, name: &str) -> Value {
    let rows = world.tenant.rows(table).await;
    let found: Vec<Value> =
        rows.as_object().expect("rows").values().filter(|row| row["name"] == name).cloned().collect();
    assert_eq!(found.len(), 1, "{name} in {table}: {rows}");
    found[0].clone()
}

pub(super) async fn id_of(world: &World, table: &str, name: &str) -> String {
    let field = if table == "rooms" { "room_id" } else { "room_level_id" };
    row(world, table, name).await[field].as_str().expect("an id").to_owned()
}

pub(super) async fn ok(world: &World, method: &str, path: &str, body: Value) -> Value {
    world.tenant.ok(method, &format!("{VC}{path}"), body).await
}

pub(super) async fn root(world: &World) -> String {
    let got = ok(world, "GET", "/room_levels/0", Value::Null).await;
    got["room_level"]["room_level_id"].as_str().expect("an id").to_owned()
}

pub(super) async fn level(world: &World, name: &str, parent: &str) -> String {
    let made = ok(world, "POST", "/room_levels", json!({ "name": name, "parent_id": parent })).await;
    made["room_level"]["room_level_id"].as_str().expect("an id").to_owned()
}

pub(super) async fn room(world: &World, name: &str, level: &str) -> String {
    let body = json!({ "name": name, "capacity": 4, "room_level_id": level });
    let made = ok(world, "POST", "/rooms", body).await;
    made["room"]["room_id"].as_str().expect("an id").to_owned()
}

/// Calls of an endpoint since the last time that they were forgotten.
pub(super) async fn calls(world: &World, endpoint: &str) -> i64 {
    let report = world.tenant.send("GET", "/_sandbox/requests?last=0", None, None).await.body;
    report["endpoints"][endpoint]["calls"].as_i64().unwrap_or(0)
}
