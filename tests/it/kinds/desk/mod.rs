//! Ticket fields, skills and schedules of a helpdesk, by the whole pipeline: YAML in, requests over HTTP with both
//! credentials, the store's own rows to compare with.

mod fields;
mod rows;
mod rules;
mod schedules;
mod skills;

use larkctl::plan::Plan;
use serde_json::{Value, json};

use crate::spine::run::{World, quick, told};
use crate::support::operator::Operator;

const DESK: &str = "6939771743531696147";
const OTHER: &str = "6836320707288072194";
const VARIABLE: &str = "LARK_HELPDESK_IT_TOKEN";

const PEOPLE: &str = "version: 1
settings: { max_destroy: 1000 }
departments:
  lab: { name: 实验室, parent: root }
  shop: { name: 门店, parent: root }
users:
  ann: { name: 安, mobile: \"+8613011111111\", departments: [lab], employee_type: regular, on_delete: { default: bob } }
  bob: { name: 波, mobile: \"+8613022222222\", departments: [lab], employee_type: regular, on_delete: { default: ann } }
  cai: { name: 蔡, mobile: \"+8613033333333\", departments: [lab], employee_type: regular, on_delete: { default: ann } }
";

/// What stands in the desk, in a manifest.
fn it(inside: &str) -> String {
    format!("helpdesks:\n  it:\n    helpdesk_id: \"{DESK}\"\n    token_variable: {VARIABLE}\n{inside}")
}

async fn office() -> World {
    let world = World::start(quick()).await;
    apply(&world, "").await;
    let console = Operator::new(&world.tenant.base);
    console.hire().await;
    for desk in [DESK, OTHER] {
        console.serve(desk).await;
    }
    world
}

/// Applies people and this, wants success, and wants that nothing is left to do then.
async fn converge(world: &World, yaml: &str) -> Plan {
    let plan = apply(world, yaml).await;
    nothing_left(world, yaml).await;
    plan
}

async fn nothing_left(world: &World, yaml: &str) {
    let next = planned(world, yaml).await;
    let left: Vec<_> = next.changes.iter().filter(|c| !c.fields.is_empty()).collect();
    assert!(
        next.is_empty() && next.blocked.is_empty(),
        "left: {left:#?}\n{:#?}\n{:#?}",
        next.blocked,
        steps(&next)
    );
}

async fn apply(world: &World, yaml: &str) -> Plan {
    let yaml = whole(yaml);
    world.writes().await;
    let (plan, outcome) = world.apply(&yaml).await.unwrap_or_else(|p| panic!("no plan: {}", told(&p)));
    let (_, refused) = world.writes().await;
    assert!(
        outcome.is_complete() && plan.blocked.is_empty(),
        "{outcome:#?}\n{refused:#?}\n{:#?}",
        plan.blocked
    );
    plan
}

/// People and this; with people of its own only those.
fn whole(yaml: &str) -> String {
    if yaml.contains("version:") { yaml.to_owned() } else { format!("{PEOPLE}{yaml}") }
}

async fn planned(world: &World, yaml: &str) -> Plan {
    world.plan(&whole(yaml)).await.unwrap_or_else(|p| panic!("no plan: {}", told(&p)))
}

/// Why there is no plan.
async fn refused(world: &World, yaml: &str) -> String {
    match world.plan(&whole(yaml)).await {
        Ok(plan) => panic!("there is a plan: {:#?}", steps(&plan)),
        Err(problems) => told(&problems),
    }
}

/// What is wrong with a manifest by itself.
fn problems(yaml: &str) -> Vec<&'static str> {
    crate::spine::run::checked_problems(&whole(yaml)).iter().map(|problem| problem.code().0).collect()
}

fn steps(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.id.as_str()).collect()
}

/// The body of a step; panics when there is none.
fn body<'p>(plan: &'p Plan, step: &str) -> &'p Value {
    let step =
        plan.steps.iter().find(|s| s.id == step).unwrap_or_else(|| panic!("no {step}: {:?}", steps(plan)));
    step.draft.call.body.as_ref().expect("a body")
}

/// Whether one step waits for another, whoever comes between: an order that the names give by luck proves nothing.
fn waits(plan: &Plan, step: &str, on: &str) -> bool {
    let step =
        plan.steps.iter().find(|s| s.id == step).unwrap_or_else(|| panic!("no {step}: {:?}", steps(plan)));
    step.depends_on.iter().any(|dependency| dependency.step == on || waits(plan, &dependency.step, on))
}

/// Rows of a table that belong to a desk, in the order of its lists.
async fn rows_of(world: &World, table: &str, desk: &str) -> Vec<Value> {
    let rows = world.tenant.rows(table).await;
    let mut all: Vec<Value> = rows.as_object().expect("rows").values().cloned().collect();
    all.retain(|row| row["helpdesk_id"] == desk && row["removed"] != true);
    all.sort_by_key(|row| row["number"].as_u64());
    all
}

async fn rows(world: &World, table: &str) -> Vec<Value> {
    rows_of(world, table, DESK).await
}

fn named<'r>(rows: &'r [Value], field: &str, name: &str) -> &'r Value {
    rows.iter().find(|row| row[field] == name).unwrap_or_else(|| panic!("no {name}: {rows:#?}"))
}

async fn forget(world: &World) {
    std::fs::remove_file(world.store.path()).expect("a state");
}

async fn knobs(world: &World, fields: Value) {
    world.tenant.settings(json!({ "helpdesk": fields })).await;
}

async fn by_hand(world: &World, what: Value) -> Value {
    let mut act = json!({ "action": "helpdesk_by_hand", "helpdesk_id": DESK });
    act.as_object_mut().expect("object").extend(what.as_object().expect("object").clone());
    world.tenant.act(act).await
}

/// The next write of an endpoint is done and answered as if it were not.
async fn lose(world: &World, endpoint: &str) {
    let effect =
        json!({ "answer": { "status": 500, "code": 155_000, "msg": "Internal error", "commit": true } });
    let fault =
        json!({ "endpoint": format!("POST /open-apis/helpdesk/v1{endpoint}"), "times": 1, "effect": effect });
    world.tenant.faults(fault).await;
}

/// Applies while an answer is lost: the run says that it does not know.
async fn lost(world: &World, yaml: &str) {
    let (_, outcome) = world.apply(&whole(yaml)).await.unwrap_or_else(|p| panic!("no plan: {}", told(&p)));
    assert!(!outcome.is_complete(), "the answer arrived");
}

/// Number of a person in the store.
async fn person(world: &World, id: &str) -> i64 {
    let rows = world.tenant.rows("users").await;
    let found = rows.as_object().into_iter().flatten().find(|(_, row)| row["user_id"] == id);
    found.expect("a person").1["key"].as_i64().expect("a number")
}
