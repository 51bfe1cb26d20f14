//! The helpdesk service: agents with their hours and skills, the knowledge base, fields of tickets, events.
//!
//! Every call has two credentials: a token, whose kind depends on the call, and a header that stands for one desk
//! ([`gate`]). Desks are made by people ([`desks`]); no call lists them. People are spoken of by open id. Tickets are
//! not simulated. Pages: `helpdesk-v1`. Assumptions: `docs/fidelity/helpdesk.md`.

pub mod agents;
pub mod categories;
pub mod desks;
mod events;
pub mod faqs;
pub mod fields;
mod gate;
mod people;
pub mod skills;

use super::contact::directory::UserKey;
use super::gateway::Route;
use super::world::{Stored, Table, World};

pub use desks::console;
pub use events::subscribed;
pub use gate::Case;

/// The rows of the service.
#[derive(Debug, Default)]
pub struct Helpdesks {
    pub desks: Table<desks::Desk>,
    pub agents: Table<agents::Agent>,
    pub skills: Table<skills::Skill>,
    pub categories: Table<categories::Category>,
    pub faqs: Table<faqs::Faq>,
    pub pictures: Table<faqs::Picture>,
    pub fields: Table<fields::Field>,
    pub events: Table<events::Subscription>,
}

impl Helpdesks {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        vec![
            &mut self.desks,
            &mut self.agents,
            &mut self.skills,
            &mut self.categories,
            &mut self.faqs,
            &mut self.pictures,
            &mut self.fields,
            &mut self.events,
        ]
    }
}

/// A person resigned: they serve at no desk and administer none. What they own falls to the tenant.
pub fn user_resigned(world: &mut World, key: UserKey) {
    let touched = |desk: &&desks::Desk| desk.owner == Some(key) || desk.admins.contains(&key);
    let ids: Vec<String> =
        world.helpdesk.desks.values().filter(touched).map(|d| d.helpdesk_id.clone()).collect();
    for id in ids {
        if let Some(desk) = world.helpdesk.desks.get_mut(&id) {
            desk.owner = desk.owner.filter(|owner| *owner != key);
            desk.admins.remove(&key);
        }
    }
    agents::user_resigned(world, key);
}

/// The endpoints of the service.
pub fn routes() -> Vec<Route> {
    [
        agents::routes(),
        skills::routes(),
        categories::routes(),
        faqs::routes(),
        fields::routes(),
        events::routes(),
    ]
    .concat()
}

/// A server-made id: many digits, as the real ones have. No two things of the service have the same.
fn number_id(world: &mut World) -> String {
    let number = world.next("helpdesk");
    (6_939_771_743_531_000_000 + number * 7_919).to_string()
}

/// The part of a text list that is there, each once, in order.
fn once(texts: &[&str]) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for text in texts {
        if !seen.iter().any(|known| known == text) {
            seen.push((*text).to_owned());
        }
    }
    seen
}
