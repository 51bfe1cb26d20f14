//! Skills: named sets of rules that send tickets to the agents who have them. Who has one is said at the skill or at
//! the agent's schedule: two views of one relation, kept with the agent.

mod read;
pub mod rules;
mod write;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::agents::{self, Agent};
use super::gate::Case;
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::{Refusal, Route};
use crate::sandbox::world::{Millis, Row, World};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Skill {
    pub skill_id: String,
    pub helpdesk_id: String,
    /// Its place in lists.
    pub number: u64,
    pub name: String,
    pub rules: Vec<rules::Rule>,
    /// The one that every desk has and every agent.
    #[serde(default)]
    pub is_default: bool,
    pub created: Millis,
}

impl Row for Skill {
    type Key = String;
    const TABLE: &'static str = "helpdesk_skills";
}

pub(super) fn routes() -> Vec<Route> {
    [read::routes(), write::routes()].concat()
}

/// The skill that a desk comes with.
pub(super) fn found(world: &mut World, helpdesk_id: &str) {
    put(world, helpdesk_id, "默认技能", Vec::new(), true);
}

/// Makes one; gives its id.
pub fn put(
    world: &mut World,
    helpdesk_id: &str,
    name: &str,
    rules: Vec<rules::Rule>,
    is_default: bool,
) -> String {
    let skill_id = super::number_id(world);
    let skill = Skill {
        skill_id: skill_id.clone(),
        helpdesk_id: helpdesk_id.to_owned(),
        number: world.next("helpdesk_place"),
        name: name.to_owned(),
        rules,
        is_default,
        created: world.now,
    };
    world.helpdesk.skills.insert(skill_id.clone(), skill);
    skill_id
}

/// The skills of a desk, in listing order.
pub fn of_desk<'w>(world: &'w World, helpdesk_id: &str) -> Vec<&'w Skill> {
    let mut skills: Vec<&Skill> =
        world.helpdesk.skills.values().filter(|skill| skill.helpdesk_id == helpdesk_id).collect();
    skills.sort_by_key(|skill| skill.number);
    skills
}

/// A skill of this desk.
///
/// # Errors
/// When there is none of that id.
pub(super) fn known<'w>(world: &'w World, helpdesk_id: &str, id: &str) -> Result<&'w Skill, Refusal> {
    let skill = world.helpdesk.skills.get(&id.to_owned());
    let skill = skill.filter(|skill| skill.helpdesk_id == helpdesk_id);
    skill.ok_or_else(|| Case::SkillMissing.refused(world))
}

/// Who has a skill.
pub fn members(world: &World, skill: &Skill) -> BTreeSet<UserKey> {
    agents::serving(world, &skill.helpdesk_id)
        .filter(|agent| skill.is_default || agent.skills.contains(&skill.skill_id))
        .map(|agent| agent.user)
        .collect()
}

/// The skills of an agent, as a schedule shows them.
pub(super) fn brief(world: &World, agent: &Agent) -> Vec<Value> {
    let default = world.settings().helpdesk.default_skill_shown && !agent.removed;
    of_desk(world, &agent.helpdesk_id)
        .into_iter()
        .filter(|skill| agent.skills.contains(&skill.skill_id) || default && skill.is_default)
        .map(|skill| json!({ "id": skill.skill_id, "name": skill.name, "is_default": skill.is_default }))
        .collect()
}

/// Whether a rule of a skill speaks of a category.
pub(super) fn mention(world: &World, helpdesk_id: &str, category: &str) -> bool {
    of_desk(world, helpdesk_id).iter().any(|skill| {
        skill.rules.iter().any(|rule| rule.of_category() && rules::names(&rule.operand, category))
    })
}
