//! Calendars and their events in a tenant, by the whole pipeline: YAML in, requests over HTTP, the store's own rows to
//! compare with.

mod access;
mod events;
mod guests;
mod known;
mod offline;
mod series;

use larkctl::plan::Plan;
use serde_json::{Value, json};

use crate::spine::run::{World, quick, told};

/// People, a chat and rooms, for the calendars of a test to use.
const PEOPLE: &str = "version: 1
settings: { max_destroy: 1000 }
users:
  ann: { name: 安, mobile: \"+8613011111111\", departments: [root], employee_type: regular, on_delete: { default: bob } }
  bob: { name: 波, mobile: \"+8613022222222\", departments: [root], employee_type: regular, on_delete: { default: ann } }
  cai: { name: 蔡, mobile: \"+8613033333333\", departments: [root], employee_type: regular, on_delete: { default: ann } }
chats:
  all: { name: 全员群, members: [ann, bob], lifecycle: { on_remove: delete } }
";

async fn office() -> World {
    let world = World::start(quick()).await;
    let rooms = json!({ "rooms": ["omm_1", "omm_2"], "approval_rooms": ["omm_2"] });
    world.tenant.settings(json!({ "calendar": rooms })).await;
    world
}

/// Applies people and this, wants success, and wants that nothing is left to do then.
async fn converge(world: &World, yaml: &str) -> Plan {
    let plan = apply(world, yaml).await;
    // Rooms answer in the meantime.
    world.tenant.step(5).await;
    let next = planned(world, yaml).await;
    let left: Vec<_> = next.changes.iter().filter(|c| !c.fields.is_empty()).collect();
    assert!(next.is_empty() && next.blocked.is_empty(), "left: {left:#?}\n{:#?}", next.blocked);
    plan
}

async fn apply(world: &World, yaml: &str) -> Plan {
    let yaml = format!("{PEOPLE}{yaml}");
    world.writes().await;
    let (plan, outcome) = world.apply(&yaml).await.unwrap_or_else(|p| panic!("no plan: {}", told(&p)));
    let (_, refused) = world.writes().await;
    assert!(outcome.is_complete(), "{outcome:#?}\n{refused:#?}");
    plan
}

async fn planned(world: &World, yaml: &str) -> Plan {
    let yaml = format!("{PEOPLE}{yaml}");
    world.plan(&yaml).await.unwrap_or_else(|p| panic!("no plan: {}", told(&p)))
}

/// Why there is no plan.
async fn refused(world: &World, yaml: &str) -> String {
    match world.plan(&format!("{PEOPLE}{yaml}")).await {
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
    rows.as_object().expect("rows").values().cloned().collect()
}

/// The calendars that were not deleted, by title.
async fn calendars(world: &World) -> Vec<Value> {
    let mut all = rows(world, "calendars").await;
    all.retain(|row| row["deleted"] != true);
    all.sort_by_key(|row| row["summary"].to_string());
    all
}

/// The events that were not deleted, exceptions left out, by title.
async fn events(world: &World) -> Vec<Value> {
    let living: Vec<String> = calendars(world).await.iter().map(|c| c["calendar_id"].to_string()).collect();
    let mut all = rows(world, "calendar_events").await;
    all.retain(|row| row["cancelled"] != true && row["original"] == 0);
    all.retain(|row| living.contains(&row["calendar_id"].to_string()));
    all.sort_by_key(|row| row["summary"].to_string());
    all
}

fn id(event: &Value) -> String {
    format!("{}_{}", event["uid"].as_str().expect("uid"), event["original"])
}

/// How many people were messaged.
async fn bothered(world: &World) -> u64 {
    rows(world, "calendar_notices").await.iter().filter_map(|n| n["people"].as_u64()).sum()
}

/// Who has which role, by user_id.
async fn roles(world: &World, calendar: &Value) -> Vec<(String, String)> {
    let id = calendar["calendar_id"].as_str().expect("id").replace('@', "%40");
    let path = format!("/open-apis/calendar/v4/calendars/{id}/acls?user_id_type=user_id&page_size=50");
    let data = world.tenant.ok("GET", &path, Value::Null).await;
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let all = data["acls"].as_array().expect("acls").iter();
    let mut all: Vec<_> = all.map(|a| (text(&a["scope"]["user_id"]), text(&a["role"]))).collect();
    all.retain(|(user, _)| !user.is_empty());
    all.sort();
    all
}

async fn forget(world: &World) {
    std::fs::remove_file(world.store.path()).expect("a state");
}
