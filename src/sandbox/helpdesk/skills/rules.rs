//! The catalogue of rules, and what a skill says with them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::sandbox::contact::ids;
use crate::sandbox::gateway::Refusal;
use crate::sandbox::helpdesk::gate::bad;
use crate::sandbox::world::World;

/// A rule as it was chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    pub id: String,
    pub operator: i64,
    pub operand: Value,
}

/// What there is to choose from.
#[derive(Debug)]
pub(super) struct Entry {
    pub id: &'static str,
    pub name: &'static str,
    pub operators: &'static [i64],
    /// 1 knowledge base, 2 ticket, 3 person.
    pub category: i64,
}

const fn entry(id: &'static str, name: &'static str, operators: &'static [i64], category: i64) -> Entry {
    Entry { id, name, operators, category }
}

pub(super) const CATALOGUE: [Entry; 9] = [
    entry("3", "城市", &[5, 6], 3),
    entry("9", "来源", &[7, 8], 2),
    entry("10", "语言", &[7, 8], 3),
    entry("11", "姓名/邮箱", &[7, 8], 3),
    entry(DEPARTMENT, "部门", &[7, 8], 3),
    entry("14", "中文知识库分类", &[7, 8], 1),
    entry("15", "英文知识库分类", &[7, 8], 1),
    entry("16", "日文知识库分类", &[7, 8], 1),
    entry("17", "用户级别", &[2, 3], 3),
];

const DEPARTMENT: &str = "12";
/// The one key of an operand that is documented.
const DEPARTMENTS: &str = "selected_departments";

fn place(id: &str) -> Option<usize> {
    CATALOGUE.iter().position(|entry| entry.id == id)
}

/// Judges the rules of a write.
///
/// # Errors
/// 154000 for a rule that is none.
pub(super) fn read(world: &World, list: &[Value]) -> Result<Vec<Rule>, Refusal> {
    let mut rules = list.iter().map(|item| rule(world, item)).collect::<Result<Vec<_>, _>>()?;
    // Rules have no order of their own.
    rules.sort_by_key(|rule| place(&rule.id));
    Ok(rules)
}

fn rule(world: &World, item: &Value) -> Result<Rule, Refusal> {
    let id = item.get("id").and_then(Value::as_str).unwrap_or_default();
    let entry = place(id).and_then(|at| CATALOGUE.get(at)).ok_or_else(|| bad(world, "rule id"))?;
    let operator = item.get("selected_operator").and_then(Value::as_i64);
    let operator =
        operator.filter(|o| entry.operators.contains(o)).ok_or_else(|| bad(world, "selected_operator"))?;
    if item.get("category").and_then(Value::as_i64).is_some_and(|category| category != entry.category) {
        return Err(bad(world, "category"));
    }
    if let Some(options) = item.get("operator_options")
        && *options != json!(entry.operators)
    {
        return Err(bad(world, "operator_options"));
    }
    let operand = match item.get("operand") {
        Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| bad(world, "operand"))?,
        Some(object @ Value::Object(_)) => object.clone(),
        _ => return Err(bad(world, "operand")),
    };
    if empty(&operand) || id == DEPARTMENT && !departments(world, &operand) {
        return Err(bad(world, "operand"));
    }
    Ok(Rule { id: id.to_owned(), operator, operand })
}

fn empty(operand: &Value) -> bool {
    match operand {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether it names departments that exist, by whichever id.
fn departments(world: &World, operand: &Value) -> bool {
    let chosen = operand.get(DEPARTMENTS).and_then(Value::as_array).filter(|list| !list.is_empty());
    chosen.is_some_and(|list| list.iter().all(|item| name(world, item).is_some()))
}

fn name(world: &World, item: &Value) -> Option<String> {
    let id = item.get("id").and_then(Value::as_str)?;
    let kinds = [ids::OPEN_DEPARTMENT_ID, ids::DEPARTMENT_ID];
    let key = kinds.into_iter().find_map(|kind| ids::find_department(world, kind, id).ok())?;
    match world.contact.directory.department(key) {
        Some(department) => Some(department.name.clone()),
        None => Some(world.settings().tenant.name.clone()),
    }
}

/// The operand as it is read: departments bear the name that they have now.
pub(super) fn operand(world: &World, rule: &Rule) -> Value {
    let mut operand = rule.operand.clone();
    if rule.id == DEPARTMENT {
        for item in operand.get_mut(DEPARTMENTS).and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(name) = name(world, item) {
                item["name"] = name.into();
            }
        }
    }
    as_text(world, operand)
}

/// What the catalogue shows in the place of an operand.
pub(super) fn hint(world: &World, entry: &Entry) -> Value {
    as_text(world, if entry.id == DEPARTMENT { json!({ DEPARTMENTS: [] }) } else { json!({}) })
}

fn as_text(world: &World, operand: Value) -> Value {
    if world.settings().helpdesk.operands_as_text { operand.to_string().into() } else { operand }
}

pub(super) fn show(world: &World, rule: &Rule) -> Value {
    let entry = place(&rule.id).and_then(|at| CATALOGUE.get(at));
    json!({
        "id": rule.id,
        "selected_operator": rule.operator,
        "operator_options": entry.map_or(&[][..], |entry| entry.operators),
        "operand": operand(world, rule),
        "category": entry.map_or(0, |entry| entry.category),
        "display_name": entry.map_or("", |entry| entry.name),
    })
}

impl Rule {
    /// Whether it is about categories of the knowledge base.
    pub(super) fn of_category(&self) -> bool {
        ["14", "15", "16"].contains(&self.id.as_str())
    }

    /// What a person reads.
    pub fn title(&self) -> &'static str {
        place(&self.id).and_then(|at| CATALOGUE.get(at)).map_or("", |entry| entry.name)
    }
}

/// Whether a value is, or holds, this text.
pub(super) fn names(value: &Value, text: &str) -> bool {
    match value {
        Value::String(own) => own == text,
        Value::Array(items) => items.iter().any(|item| names(item, text)),
        Value::Object(fields) => fields.values().any(|item| names(item, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
