//! What people do in the console of a helpdesk: make desks, name who looks after them, copy and reset tokens, and
//! change by hand what the API changes too.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{found, ok, people, person};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::helpdesk::agents::{self, Span};
use crate::sandbox::helpdesk::skills::rules::Rule;
use crate::sandbox::helpdesk::{categories, desks, faqs, fields, skills};
use crate::sandbox::world::World;

/// Makes a desk, or changes one. Answers with its id and its token.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Helpdesk {
    /// A new one gets an id of its own, unless said.
    helpdesk_id: Option<String>,
    name: Option<String>,
    owner: Option<String>,
    /// All of them.
    admins: Option<Vec<String>>,
    /// More of them, without hours.
    #[serde(default)]
    agents: Vec<String>,
    /// It is another tenant's.
    foreign: Option<bool>,
    /// Makes the token anew.
    #[serde(default)]
    reset: bool,
}

/// Changes what is at a desk.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ByHand {
    helpdesk_id: String,
    agent: Option<Agent>,
    skill: Option<Skill>,
    category: Option<Category>,
    faq: Option<Faq>,
    field: Option<Field>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Agent {
    user: String,
    away: Option<bool>,
    /// In minutes of the day.
    hours: Option<Vec<Span>>,
    skills: Option<BTreeSet<String>>,
    #[serde(default)]
    remove: bool,
}

/// Without an id a new one; so it is with all that follow.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Skill {
    id: Option<String>,
    name: Option<String>,
    rules: Option<Vec<Rule>>,
    #[serde(default)]
    remove: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Category {
    id: Option<String>,
    name: Option<String>,
    parent: Option<String>,
    language: Option<String>,
    #[serde(default)]
    remove: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Faq {
    id: Option<String>,
    category: Option<String>,
    question: Option<String>,
    answer: Option<String>,
    tags: Option<Vec<String>>,
    /// Milliseconds.
    expires: Option<i64>,
    #[serde(default)]
    remove: bool,
    /// Out of the recycle bin.
    #[serde(default)]
    restore: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Field {
    id: String,
    display_name: Option<String>,
    description: Option<String>,
    position: Option<u32>,
    visible: Option<bool>,
    required: Option<bool>,
    options: Option<Vec<fields::Choice>>,
    #[serde(default)]
    remove: bool,
}

impl Helpdesk {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let owner = self.owner.as_deref().map(|id| person(world, id)).transpose()?;
        let admins = self.admins.map(|ids| people(world, &ids)).transpose()?;
        let agents = people(world, &self.agents)?;
        let before = self.helpdesk_id.clone().filter(|id| world.helpdesk.desks.contains(id));
        let id = match before {
            Some(id) => id,
            None => desks::make(
                world,
                self.helpdesk_id,
                self.name.as_deref().unwrap_or("服务台 Helpdesk"),
                owner,
            )?,
        };
        if let Some(desk) = world.helpdesk.desks.get_mut(&id) {
            desk.name = self.name.unwrap_or_else(|| desk.name.clone());
            desk.owner = owner.or(desk.owner);
            desk.foreign = self.foreign.unwrap_or(desk.foreign);
            if let Some(admins) = admins {
                desk.admins = admins.into_iter().collect();
            }
        }
        for user in agents {
            if !agents::serving(world, &id).any(|agent| agent.user == user) {
                agents::put(world, &id, user, Vec::new(), BTreeSet::new());
            }
        }
        if self.reset {
            desks::reset(world, &id);
        }
        let token = world.helpdesk.desks.get(&id).map(|desk| desks::token(world, desk));
        Ok(json!({ "ok": true, "helpdesk_id": id, "token": token }))
    }
}

impl ByHand {
    pub(super) fn perform(self, world: &mut World) -> Result<Value, String> {
        let desk = world.helpdesk.desks.get(&self.helpdesk_id);
        let desk = desk.ok_or_else(|| format!("there is no helpdesk {}", self.helpdesk_id))?;
        let hand = desks::owner(world, desk).unwrap_or_default();
        let id = self.helpdesk_id.as_str();
        let mut answer = ok();
        if let Some(agent) = self.agent {
            agent.perform(world, id)?;
        }
        if let Some(skill) = self.skill {
            answer["id"] = skill.perform(world, id)?.into();
        }
        if let Some(category) = self.category {
            answer["id"] = category.perform(world, id)?.into();
        }
        if let Some(faq) = self.faq {
            answer["id"] = faq.perform(world, id, hand)?.into();
        }
        if let Some(field) = self.field {
            field.perform(world, id, hand)?;
        }
        Ok(answer)
    }
}

impl Agent {
    fn perform(self, world: &mut World, desk: &str) -> Result<(), String> {
        let user = person(world, &self.user)?;
        if self.remove {
            return found(agents::remove(world, desk, user), || format!("{} is no agent", self.user))
                .map(drop);
        }
        let before = agents::serving(world, desk).find(|agent| agent.user == user).cloned();
        let (hours, skills) = before.map(|agent| (agent.hours, agent.skills)).unwrap_or_default();
        agents::put(world, desk, user, self.hours.unwrap_or(hours), self.skills.unwrap_or(skills));
        if let Some(away) = self.away {
            agents::set_away(world, desk, user, away);
        }
        Ok(())
    }
}

impl Skill {
    fn perform(self, world: &mut World, desk: &str) -> Result<String, String> {
        let Some(id) = self.id else {
            let name = self.name.ok_or("a new skill has a name")?;
            return Ok(skills::put(world, desk, &name, self.rules.unwrap_or_default(), false));
        };
        if self.remove {
            return world.helpdesk.skills.remove(&id).map(|_| id).ok_or_else(|| "no such skill".to_owned());
        }
        let skill = world.helpdesk.skills.get_mut(&id).ok_or("no such skill")?;
        skill.name = self.name.unwrap_or_else(|| skill.name.clone());
        skill.rules = self.rules.unwrap_or_else(|| skill.rules.clone());
        Ok(id)
    }
}

impl Category {
    fn perform(self, world: &mut World, desk: &str) -> Result<String, String> {
        let Some(id) = self.id else {
            let name = self.name.ok_or("a new category has a name")?;
            let parent = self.parent.as_deref().unwrap_or(categories::ROOT);
            return Ok(categories::put(
                world,
                desk,
                &name,
                parent,
                self.language.as_deref().unwrap_or("zh_cn"),
            ));
        };
        if !world.helpdesk.categories.contains(&id) {
            return Err("no such category".to_owned());
        }
        if self.remove {
            categories::remove(world, desk, &id);
            return Ok(id);
        }
        if let Some(name) = self.name {
            categories::rename(world, desk, &id, &name);
        }
        if let (Some(parent), Some(category)) = (self.parent, world.helpdesk.categories.get_mut(&id)) {
            category.parent = parent;
        }
        Ok(id)
    }
}

impl Faq {
    fn perform(self, world: &mut World, desk: &str, hand: UserKey) -> Result<String, String> {
        let mut faq = match &self.id {
            None => faqs::fresh(world, desk, hand),
            Some(id) => world.helpdesk.faqs.get(id).cloned().ok_or("no such FAQ")?,
        };
        let id = faq.faq_id.clone();
        if self.restore {
            return faqs::restore(world, &id).map(|()| id);
        }
        if self.remove {
            faqs::bin(world, &id);
            return Ok(id);
        }
        faq.category = self.category.unwrap_or(faq.category);
        faq.question = self.question.unwrap_or(faq.question);
        faq.tags = self.tags.unwrap_or(faq.tags);
        faq.expires = self.expires.or(faq.expires);
        if let Some(answer) = self.answer {
            faq.answer = faqs::richtext::of_text(&answer);
        }
        if faq.question.is_empty() || !world.helpdesk.categories.contains(&faq.category) {
            return Err("a FAQ has a question and a category".to_owned());
        }
        (faq.updated, faq.updater) = (world.now, hand);
        faqs::put(world, faq);
        Ok(id)
    }
}

impl Field {
    fn perform(self, world: &mut World, desk: &str, hand: UserKey) -> Result<(), String> {
        let field = world.helpdesk.fields.get(&self.id).filter(|field| field.helpdesk_id == desk);
        let mut field = field.cloned().ok_or("no such field")?;
        if self.remove {
            fields::remove(world, &self.id);
            return Ok(());
        }
        field.display_name = self.display_name.unwrap_or(field.display_name);
        field.description = self.description.unwrap_or(field.description);
        field.position = self.position.unwrap_or(field.position);
        field.visible = self.visible.unwrap_or(field.visible);
        field.required = self.required.unwrap_or(field.required);
        field.options = self.options.or(field.options);
        (field.updated, field.updater) = (world.now, Some(hand));
        fields::put(world, field);
        Ok(())
    }
}
