//! Mail groups in a tenant, by the whole pipeline: YAML in, requests over HTTP, the store's own rows to compare with.

mod addresses;
mod filled;
mod members;
mod reads;

use larkctl::plan::Plan;
use serde_json::{Value, json};

use crate::spine::run::{World, quick, told};

/// People with mailboxes and a department, for the groups of a test to use.
pub(crate) const PEOPLE: &str = "version: 1
settings: { max_destroy: 1000 }
departments:
  lab: { name: 实验室, parent: root }
users:
  ann: { name: 安, mobile: \"+8613011111111\", enterprise_email: ann@corp.example, departments: [lab], employee_type: regular, on_delete: { default: bob } }
  bob: { name: 波, mobile: \"+8613022222222\", enterprise_email: bob@corp.example, departments: [lab], employee_type: regular, on_delete: { default: ann } }
";

pub(crate) async fn office() -> World {
    World::start(quick()).await
}

/// Applies people and this, wants success, and wants that nothing is left to do then.
pub(crate) async fn converge(world: &World, mail: &str) -> Plan {
    let yaml = format!("{PEOPLE}{mail}");
    world.writes().await;
    let (plan, outcome) = world.apply(&yaml).await.unwrap_or_else(|p| panic!("no plan: {}", told(&p)));
    let (_, refused) = world.writes().await;
    assert!(outcome.is_complete(), "{outcome:#?}\n{refused:#?}");
    let next = planned(world, mail).await;
    let left: Vec<_> = next.changes.iter().filter(|c| !c.fields.is_empty()).collect();
    assert!(next.is_empty() && next.blocked.is_empty(), "left: {left:#?}\n{:#?}", next.blocked);
    plan
}

pub(crate) async fn planned(world: &World, mail: &str) -> Plan {
    let yaml = format!("{PEOPLE}{mail}");
    world.plan(&yaml).await.unwrap_or_else(|p| panic!("no plan: {}", told(&p)))
}

/// Why there is no plan.
pub(crate) async fn refused(world: &World, mail: &str) -> String {
    let yaml = format!("{PEOPLE}{mail}");
    match world.plan(&yaml).await {
        Ok(plan) => panic!("there is a plan: {:#?}", steps(&plan)),
        Err(problems) => told(&problems),
    }
}

pub(crate) fn steps(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.id.as_str()).collect()
}

/// Whether one step waits for another: an order that the names give by luck proves nothing.
pub(crate) fn waits(plan: &Plan, step: &str, on: &str) -> bool {
    let step = plan.steps.iter().find(|s| s.id == step).unwrap_or_else(|| panic!("no {step}"));
    step.depends_on.iter().any(|dependency| dependency.step == on)
}

/// The row of a group or mailbox by its main address.
pub(crate) async fn row(world: &World, table: &str, mail: &str) -> Value {
    let rows = world.tenant.rows(table).await;
    let rows = rows.as_object().expect("rows").values();
    rows.clone().find(|row| row["email"] == mail && row["binned"].is_null()).cloned().unwrap_or(Value::Null)
}

/// Addresses that are held as aliases, with whose they are.
pub(crate) async fn aliases(world: &World, owner: Value) -> Vec<String> {
    let rows = world.tenant.rows("mail_addresses").await;
    let rows = rows.as_object().expect("rows").values();
    let own = rows.filter(|row| row["alias"] == true && row["owner"] == owner);
    own.map(|row| row["address"].as_str().expect("address").to_owned()).collect()
}

/// The entries of a list, by the ends of its edges.
pub(crate) async fn edges(world: &World, relation: &str, owner: &Value) -> Vec<Value> {
    let prefix = format!("{relation}/{}/", owner.as_str().expect("an id"));
    let rows = world.tenant.rows("mail_edges").await;
    let own = rows.as_object().expect("rows").iter().filter(|(key, _)| key.starts_with(&prefix));
    own.map(|(_, row)| row["party"].clone()).collect()
}

/// Calls of an endpoint since the last time that they were forgotten.
pub(crate) async fn calls(world: &World, endpoint: &str) -> i64 {
    let report = world.tenant.send("GET", "/_sandbox/requests?last=0", None, None).await.body;
    report["endpoints"][endpoint]["calls"].as_i64().unwrap_or(0)
}

const FULL: &str = "
mail_groups:
  all:
    email: all@corp.example
    name: 全员
    description: 通知
    who_can_send: senders
    members: [ann]
    member_departments: [lab]
    member_groups: [inner]
    member_mailboxes: [help]
    external_members: [Partner@else.example]
    other_members: [bob@corp.example]
    managers: [ann]
    senders: [bob]
    sender_departments: [lab]
    sender_groups: [inner]
    sender_mailboxes: [help]
    aliases: [everybody@corp.example]
  inner: { email: inner@corp.example, name: 内 }
public_mailboxes:
  help: { email: help@corp.example, name: 服务台 }
";

#[tokio::test]
async fn every_field_is_written_and_read_back() {
    let world = office().await;
    converge(&world, FULL).await;
    let group = row(&world, "mail_groups", "all@corp.example").await;
    assert_eq!((&group["name"], &group["description"]), (&json!("全员"), &json!("通知")));
    assert_eq!(group["who_can_send_mail"], "CUSTOM_MEMBERS");
    let id = &group["mailgroup_id"];
    assert_eq!(edges(&world, "member", id).await.len(), 6);
    assert_eq!(edges(&world, "sender", id).await.len(), 4);
    assert_eq!(edges(&world, "manager", id).await.len(), 1);
    assert_eq!(aliases(&world, json!({ "group": id })).await, ["everybody@corp.example"]);
}

#[tokio::test]
async fn a_description_is_cleared_and_the_rest_stays() {
    let world = office().await;
    converge(&world, FULL).await;
    let plan = converge(&world, &FULL.replace("description: 通知", "description: null")).await;
    assert_eq!(steps(&plan), ["mail_group.all: update description"]);
    let group = row(&world, "mail_groups", "all@corp.example").await;
    assert_eq!((&group["description"], &group["name"]), (&json!(""), &json!("全员")));
    assert_eq!(
        group["who_can_send_mail"], "CUSTOM_MEMBERS",
        "PUT falls back to the default unless it is told"
    );
}

#[tokio::test]
async fn what_is_not_written_is_not_touched() {
    let world = office().await;
    converge(&world, FULL).await;
    let id = row(&world, "mail_groups", "all@corp.example").await["mailgroup_id"].clone();
    let bare = "
mail_groups:
  all: { email: all@corp.example, name: 全员 }
  inner: { email: inner@corp.example, name: 内 }
public_mailboxes:
  help: { email: help@corp.example, name: 服务台 }
";
    let plan = converge(&world, bare).await;
    assert!(plan.steps.is_empty(), "{:?}", steps(&plan));
    assert_eq!(edges(&world, "member", &id).await.len(), 6);
}

#[tokio::test]
async fn whoever_may_send_is_on_the_list_before_the_list_counts() {
    let world = office().await;
    let open = "\nmail_groups:\n  g: { email: g@corp.example, name: 组, who_can_send: anyone }\n";
    converge(&world, open).await;
    let closed = open.replace("anyone }", "senders, senders: [ann, bob] }");
    let plan = converge(&world, &closed).await;
    assert!(waits(&plan, "mail_group.g: update who_can_send", "mail_group.g: add 2 senders"));
}

#[tokio::test]
async fn a_group_that_leaves_the_yaml_is_taken_off_other_lists_and_deleted() {
    let world = office().await;
    let both = "
mail_groups:
  outer: { email: outer@corp.example, name: 外, member_groups: [inner] }
  inner: { email: inner@corp.example, name: 内 }
";
    converge(&world, both).await;
    let one = "\nmail_groups:\n  outer: { email: outer@corp.example, name: 外, member_groups: [] }\n";
    let plan = converge(&world, one).await;
    assert_eq!(steps(&plan), ["mail_group.outer: remove 1 member", "mail_group.inner: delete"]);
    assert!(row(&world, "mail_groups", "inner@corp.example").await.is_null());
}
