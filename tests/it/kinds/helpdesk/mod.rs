//! Helpdesks, categories and FAQs in a tenant, by the whole pipeline: YAML in, requests over HTTP, the store's own rows
//! to compare with.

mod categories;
mod faqs;
mod frame;

use larkctl::plan::Plan;
use serde_json::{Value, json};

use crate::spine::run::{World, quick, told};

const DESK: &str = "6939771743531696147";
const IT: &str = "version: 1
helpdesks:
  it:
    helpdesk_id: \"6939771743531696147\"
    token_variable: LARK_TEST_DESK
";

/// A tenant with nobody in it but whoever acts for the tests.
async fn desk() -> World {
    World::start(quick()).await
}

/// Applies, wants success, and wants that nothing is left to do then.
async fn converge(world: &World, yaml: &str) -> Plan {
    let plan = apply(world, yaml).await;
    idle(world, yaml).await;
    plan
}

async fn idle(world: &World, yaml: &str) {
    let next = planned(world, yaml).await;
    let left: Vec<_> = next.changes.iter().filter(|c| !c.fields.is_empty()).collect();
    assert!(next.is_empty() && next.blocked.is_empty(), "left: {left:#?}\n{:#?}", next.blocked);
}

async fn apply(world: &World, yaml: &str) -> Plan {
    let yaml = format!("{IT}{yaml}");
    world.writes().await;
    let (plan, outcome) = world.apply(&yaml).await.unwrap_or_else(|p| panic!("no plan: {}", told(&p)));
    let (_, refused) = world.writes().await;
    assert!(outcome.is_complete(), "{outcome:#?}\n{refused:#?}");
    plan
}

async fn planned(world: &World, yaml: &str) -> Plan {
    let yaml = format!("{IT}{yaml}");
    world.plan(&yaml).await.unwrap_or_else(|p| panic!("no plan: {}", told(&p)))
}

/// Why there is no plan.
async fn refused(world: &World, yaml: &str) -> String {
    match world.plan(&format!("{IT}{yaml}")).await {
        Ok(plan) => panic!("there is a plan: {:#?}", steps(&plan)),
        Err(problems) => told(&problems),
    }
}

fn steps(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.id.as_str()).collect()
}

/// Live rows of a table, as a list.
async fn rows(world: &World, table: &str) -> Vec<Value> {
    let rows = world.tenant.rows(table).await;
    rows.as_object().into_iter().flatten().map(|(_, row)| row.clone()).collect()
}

/// Categories as `name below name language`, sorted.
async fn tree(world: &World) -> Vec<String> {
    let all = rows(world, "helpdesk_categories").await;
    let name = |id: &Value| {
        all.iter()
            .find(|row| row["category_id"] == *id)
            .map_or("-", |row| row["name"].as_str().expect("name"))
    };
    let line = |row: &Value| {
        let text = |name: &str| row[name].as_str().expect("text");
        format!("{} below {} {}", text("name"), name(&row["parent"]), text("language"))
    };
    let mut lines: Vec<String> = all.iter().map(line).collect();
    lines.sort();
    lines
}

/// FAQs that are online, by question.
async fn faqs(world: &World) -> Vec<Value> {
    let mut all = rows(world, "helpdesk_faqs").await;
    all.retain(|row| row["binned"].is_null());
    all.sort_by_key(|row| row["question"].to_string());
    all
}

/// What somebody does in the console.
async fn by_hand(world: &World, what: &str, how: Value) -> Value {
    world.tenant.act(json!({ "action": "helpdesk_by_hand", "helpdesk_id": DESK, what: how })).await
}

fn id(row: &Value, name: &str) -> String {
    row[name].as_str().expect("an id").to_owned()
}

/// The next request to this endpoint takes effect, and the service says that it failed.
async fn lose_the_answer(world: &World, method: &str, path: &str) {
    let effect = json!({ "answer": { "status": 500, "code": 155_000, "commit": true } });
    let rule = json!({ "endpoint": format!("{method} {path}"), "effect": effect, "times": 1 });
    world.tenant.faults(rule).await;
}
