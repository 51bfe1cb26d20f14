//! Helpdesks: the list, and one with its agents, skills, knowledge base and fields. Their tokens are not for the page.

use serde_json::{Value, json};

use super::person_ref;
use crate::sandbox::helpdesk::agents::{self, Agent};
use crate::sandbox::helpdesk::categories::{self, Category, ROOT};
use crate::sandbox::helpdesk::desks::{self, Desk};
use crate::sandbox::helpdesk::faqs::{self, Faq, richtext};
use crate::sandbox::helpdesk::fields::{self, Choice, Field};
use crate::sandbox::helpdesk::skills::{self, Skill};
use crate::sandbox::helpdesk::subscribed;
use crate::sandbox::world::World;

/// Things on one page.
const PAGE: usize = 50;

/// Desks from `offset` on, in the order in which they were made.
pub fn helpdesks(world: &World, offset: usize) -> Value {
    let all = desks::all(world);
    let items: Vec<Value> = all.iter().skip(offset).take(PAGE).map(|desk| row(world, desk)).collect();
    json!({ "total": all.len(), "offset": offset.min(all.len()), "limit": PAGE, "items": items })
}

fn row(world: &World, desk: &Desk) -> Value {
    let id = &desk.helpdesk_id;
    json!({
        "id": id,
        "name": desk.name,
        "foreign": desk.foreign,
        "agents": agents::serving(world, id).count(),
        "faqs": faqs::of_desk(world, id).iter().filter(|faq| faq.binned.is_none()).count(),
    })
}

/// One desk with all that is at it; nothing if there is none.
pub fn helpdesk(world: &World, id: &str) -> Option<Value> {
    let desk = world.helpdesk.desks.get(&id.to_owned())?;
    let mut value = row(world, desk);
    value["owner"] = json!(desks::owner(world, desk).and_then(|key| person_ref(world, key)));
    value["admins"] = desk.admins.iter().filter_map(|key| person_ref(world, *key)).collect();
    value["agents"] = agents::serving(world, id).map(|agent| agent_row(world, agent)).collect();
    value["skills"] = skills::of_desk(world, id).into_iter().map(|skill| skill_row(world, skill)).collect();
    value["categories"] = tree(world, id, ROOT);
    let (online, binned): (Vec<&Faq>, Vec<&Faq>) =
        faqs::of_desk(world, id).into_iter().partition(|faq| faq.binned.is_none());
    value["faqs"] = online.into_iter().map(|faq| faq_row(world, faq)).collect();
    value["bin"] = binned.into_iter().map(|faq| Value::from(faq.question.as_str())).collect();
    value["fields"] = fields::of_desk(world, id).into_iter().map(field_row).collect();
    value["events"] = subscribed(world, id).map(|event| json!([event.app_id, event.subtype])).collect();
    Some(value)
}

fn agent_row(world: &World, agent: &Agent) -> Value {
    let name = |id: &String| world.helpdesk.skills.get(id).map(|skill| skill.name.clone());
    let hours = agent.hours.iter().map(|span| json!([span.weekday, span.from(), span.to()]));
    json!({
        "person": person_ref(world, agent.user),
        "status": agents::status(world, agent),
        "hours": hours.collect::<Vec<_>>(),
        "skills": agent.skills.iter().filter_map(name).collect::<Vec<_>>(),
    })
}

fn skill_row(world: &World, skill: &Skill) -> Value {
    let rules = skill
        .rules
        .iter()
        .map(|rule| json!([rule.id, rule.title(), rule.operator, rule.operand.to_string()]));
    json!({
        "id": skill.skill_id,
        "name": skill.name,
        "default": skill.is_default,
        "rules": rules.collect::<Vec<_>>(),
        "members": skills::members(world, skill).len(),
    })
}

fn tree(world: &World, desk: &str, parent: &str) -> Value {
    let node = |category: &Category| {
        json!({
            "id": category.category_id,
            "name": category.name,
            "language": category.language,
            "children": tree(world, desk, &category.category_id),
        })
    };
    categories::children(world, desk, parent).into_iter().map(node).collect()
}

fn faq_row(world: &World, faq: &Faq) -> Value {
    json!({
        "id": faq.faq_id,
        "question": faq.question,
        "answer": richtext::as_text(&faq.answer),
        "tags": faq.tags,
        "category": world.helpdesk.categories.get(&faq.category).map(|category| &category.name),
        "by": person_ref(world, faq.updater),
    })
}

fn field_row(field: &Field) -> Value {
    json!({
        "id": field.field_id,
        "key_name": field.key_name,
        "name": field.display_name,
        "position": field.position,
        "type": field.field_type,
        "visible": field.visible,
        "required": field.required,
        "editable": field.editable,
        "options": choices(field.options.as_deref().unwrap_or_default()),
    })
}

fn choices(list: &[Choice]) -> Value {
    list.iter().map(|choice| json!({ "name": choice.name, "children": choices(&choice.children) })).collect()
}
