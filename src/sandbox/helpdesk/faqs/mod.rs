//! The knowledge base: questions with one answer, as text and as rich text. A FAQ that is deleted lies in the
//! console's recycle bin for thirty days.

mod pictures;
mod read;
pub mod richtext;
mod write;

use serde::{Deserialize, Serialize};

use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::Route;
use crate::sandbox::world::{Millis, Row, World};

pub use pictures::Picture;

/// `helpdesk-v1/uETM0YjLxEDN24SMxQjN`.
const BIN_MS: Millis = 30 * 86_400_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faq {
    pub faq_id: String,
    pub helpdesk_id: String,
    /// Its place in lists.
    pub number: u64,
    pub category: String,
    pub question: String,
    pub answer: Vec<richtext::Node>,
    /// Similar questions.
    pub tags: Vec<String>,
    pub created: Millis,
    pub updated: Millis,
    pub creator: UserKey,
    pub updater: UserKey,
    /// Set by hand in the console.
    #[serde(default)]
    pub expires: Option<Millis>,
    /// When it went to the recycle bin.
    #[serde(default)]
    pub binned: Option<Millis>,
}

impl Row for Faq {
    type Key = String;
    const TABLE: &'static str = "helpdesk_faqs";
}

impl Faq {
    /// 1 online, 0 in the recycle bin, 2 gone for good.
    pub fn status(&self, now: Millis) -> u8 {
        match self.binned {
            None => 1,
            Some(at) if at + BIN_MS > now => 0,
            Some(_) => 2,
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    [read::routes(), write::routes(), pictures::routes()].concat()
}

/// The FAQs of a desk in listing order, the deleted too.
pub fn of_desk<'w>(world: &'w World, helpdesk_id: &str) -> Vec<&'w Faq> {
    let mut faqs: Vec<&Faq> =
        world.helpdesk.faqs.values().filter(|faq| faq.helpdesk_id == helpdesk_id).collect();
    faqs.sort_by_key(|faq| faq.number);
    faqs
}

/// A FAQ of this desk that is online.
pub(super) fn get<'w>(world: &'w World, helpdesk_id: &str, id: &str) -> Option<&'w Faq> {
    let faq = world.helpdesk.faqs.get(&id.to_owned());
    faq.filter(|faq| faq.helpdesk_id == helpdesk_id && faq.binned.is_none())
}

/// Whether a category has FAQs that are online.
pub(super) fn within(world: &World, category: &str) -> bool {
    world.helpdesk.faqs.values().any(|faq| faq.category == category && faq.binned.is_none())
}

pub(super) fn bin_category(world: &mut World, category: &str) {
    let inside = |faq: &&Faq| faq.category == category && faq.binned.is_none();
    let ids: Vec<String> = world.helpdesk.faqs.values().filter(inside).map(|f| f.faq_id.clone()).collect();
    for id in ids {
        bin(world, &id);
    }
}

/// Puts one into the recycle bin.
pub fn bin(world: &mut World, id: &str) {
    let now = world.now;
    if let Some(faq) = world.helpdesk.faqs.get_mut(&id.to_owned()) {
        faq.binned = Some(now);
    }
}

/// Takes one out of the recycle bin, by hand.
///
/// # Errors
/// When it is not there, or its category is gone.
pub fn restore(world: &mut World, id: &str) -> Result<(), String> {
    let faq = world.helpdesk.faqs.get(&id.to_owned()).filter(|faq| faq.status(world.now) == 0);
    let faq = faq.ok_or_else(|| format!("there is no FAQ {id} in the recycle bin"))?;
    if !world.helpdesk.categories.contains(&faq.category) {
        return Err("its category is gone".to_owned());
    }
    if let Some(faq) = world.helpdesk.faqs.get_mut(&id.to_owned()) {
        faq.binned = None;
    }
    Ok(())
}

/// Makes or changes one by hand, or for a call.
pub fn put(world: &mut World, faq: Faq) {
    world.helpdesk.faqs.insert(faq.faq_id.clone(), faq);
}

/// A new FAQ without a place, an id and dates of its own.
pub fn fresh(world: &mut World, helpdesk_id: &str, person: UserKey) -> Faq {
    Faq {
        faq_id: super::number_id(world),
        helpdesk_id: helpdesk_id.to_owned(),
        number: world.next("helpdesk_place"),
        category: String::new(),
        question: String::new(),
        answer: Vec::new(),
        tags: Vec::new(),
        created: world.now,
        updated: world.now,
        creator: person,
        updater: person,
        expires: None,
        binned: None,
    }
}
