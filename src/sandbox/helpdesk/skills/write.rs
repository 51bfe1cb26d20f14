//! Making a skill takes it as it is, changing it takes it wrapped.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::rules::Rule;
use super::{known, members, of_desk, put, rules};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route};
use crate::sandbox::helpdesk::gate::{Case, Role, bad, writer};
use crate::sandbox::helpdesk::{agents, people};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/helpdesk/v1/agent_skills", create),
        Route::write("PATCH", "/open-apis/helpdesk/v1/agent_skills/:agent_skill_id", patch),
        Route::write("DELETE", "/open-apis/helpdesk/v1/agent_skills/:agent_skill_id", delete),
    ]
}

/// What a write says of a skill; what it does not say is none.
struct Said {
    name: Option<String>,
    rules: Option<Vec<Rule>>,
    agents: Option<BTreeSet<UserKey>>,
}

fn said(world: &World, call: &Call<'_>, helpdesk_id: &str, item: &Value) -> Result<Said, Refusal> {
    let name = item.get("name").and_then(Value::as_str).map(str::to_owned);
    if name.as_ref().is_some_and(|name| name.trim().is_empty()) {
        return Err(bad(world, "name"));
    }
    let list = |name: &str| item.get(name).and_then(Value::as_array);
    let rules = list("rules").map(|rules| rules::read(world, rules)).transpose()?;
    let agent = |id: &Value| {
        let user = people::find(world, call, id.as_str().unwrap_or_default())?;
        Case::AgentMissing.unless(world, agents::serves(world, helpdesk_id, user))?;
        Ok(user)
    };
    let agents = list("agent_ids").map(|ids| ids.iter().map(agent).collect()).transpose()?;
    Ok(Said { name, rules, agents })
}

fn free(world: &World, helpdesk_id: &str, name: &str, own: &str) -> Result<(), Refusal> {
    let taken = of_desk(world, helpdesk_id).iter().any(|skill| skill.name == name && skill.skill_id != own);
    Case::NameTaken.unless(world, !taken || !world.settings().helpdesk.unique_names)
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let (desk, _) = writer(world, call, Role::Admin)?;
    let said = said(world, call, &desk.helpdesk_id, call.body)?;
    let name = said.name.ok_or_else(|| bad(world, "name"))?;
    free(world, &desk.helpdesk_id, &name, "")?;
    let id = put(world, &desk.helpdesk_id, &name, said.rules.unwrap_or_default(), false);
    agents::set_members(world, &desk.helpdesk_id, &id, &said.agents.unwrap_or_default());
    Ok(Data::Of(json!({ "agent_skill_id": id })))
}

fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let (desk, _) = writer(world, call, Role::Admin)?;
    let id = call.path("agent_skill_id").to_owned();
    let skill = known(world, &desk.helpdesk_id, &id)?;
    let is_default = skill.is_default;
    let item = call.body.get("agent_skill").filter(|item| item.is_object());
    let said = said(world, call, &desk.helpdesk_id, item.ok_or_else(|| bad(world, "agent_skill"))?)?;
    if let Some(name) = &said.name {
        free(world, &desk.helpdesk_id, name, &id)?;
    }
    let clears = world.settings().helpdesk.omitted_is_cleared;
    if let Some(skill) = world.helpdesk.skills.get_mut(&id) {
        if let Some(name) = said.name {
            skill.name = name;
        }
        match said.rules {
            Some(rules) => skill.rules = rules,
            None if clears => skill.rules.clear(),
            None => {}
        }
    }
    // The default skill is everybody's.
    let agents = said.agents.or_else(|| clears.then(BTreeSet::new)).filter(|_| !is_default);
    if let Some(agents) = agents {
        agents::set_members(world, &desk.helpdesk_id, &id, &agents);
    }
    Ok(Data::empty())
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let (desk, _) = writer(world, call, Role::Admin)?;
    let skill = known(world, &desk.helpdesk_id, call.path("agent_skill_id"))?;
    if skill.is_default {
        return Err(Case::DefaultSkill.refused(world));
    }
    Case::SkillInUse.unless(world, members(world, skill).is_empty())?;
    let id = skill.skill_id.clone();
    agents::set_members(world, &desk.helpdesk_id, &id, &BTreeSet::new());
    world.helpdesk.skills.remove(&id);
    Ok(Data::empty())
}
