//! Skills as they are read: the list leaves the rules out.

use serde_json::{Value, json};

use super::{Skill, known, members, of_desk, rules};
use crate::sandbox::gateway::{Answer, Call, Route, one};
use crate::sandbox::helpdesk::gate::desk;
use crate::sandbox::helpdesk::people;
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/helpdesk/v1/agent_skills", list),
        Route::read("GET", "/open-apis/helpdesk/v1/agent_skills/:agent_skill_id", get),
        Route::read("GET", "/open-apis/helpdesk/v1/agent_skill_rules", catalogue),
    ]
}

fn brief(world: &World, call: &Call<'_>, skill: &Skill) -> Value {
    let agents = members(world, skill);
    json!({
        "id": skill.skill_id,
        "name": skill.name,
        "agent_ids": agents.iter().map(|key| people::open_id(call, *key)).collect::<Vec<_>>(),
        "is_default": skill.is_default,
    })
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let desk = desk(world, call)?;
    let skills = of_desk(world, &desk.helpdesk_id).into_iter().filter(|skill| world.listed(skill.created));
    Ok(one("agent_skills", skills.map(|skill| brief(world, call, skill)).collect()))
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    let desk = desk(world, call)?;
    let skill = known(world, &desk.helpdesk_id, call.path("agent_skill_id"))?;
    let mut value = brief(world, call, skill);
    value["rules"] = skill.rules.iter().map(|rule| rules::show(world, rule)).collect();
    value["agents"] =
        members(world, skill).iter().filter_map(|key| people::member(world, call, *key)).collect();
    Ok(one("agent_skill", value))
}

fn catalogue(world: &World, call: &Call<'_>) -> Answer {
    desk(world, call)?;
    let rules = rules::CATALOGUE.iter().map(|entry| {
        json!({
            "id": entry.id,
            "operator_options": entry.operators,
            "operand": rules::hint(world, entry),
            "category": entry.category,
            "display_name": entry.name,
        })
    });
    Ok(one("rules", rules.collect()))
}
