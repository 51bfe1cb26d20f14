//! Categories of the knowledge base: a tree for each desk, in three languages.

mod read;
mod write;

use serde::{Deserialize, Serialize};

use super::skills;
use crate::sandbox::gateway::Route;
use crate::sandbox::world::{Millis, Row, World};

pub(super) use read::whole;

/// The parent of those that have none.
pub const ROOT: &str = "0";
const LANGUAGES: [&str; 3] = ["zh_cn", "en_us", "ja_jp"];

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub category_id: String,
    pub helpdesk_id: String,
    /// Its place in lists.
    pub number: u64,
    pub name: String,
    pub parent: String,
    pub language: String,
    pub created: Millis,
    pub updated: Millis,
}

impl Row for Category {
    type Key = String;
    const TABLE: &'static str = "helpdesk_categories";
}

pub(super) fn routes() -> Vec<Route> {
    [read::routes(), write::routes()].concat()
}

/// What hangs right below a category, in listing order.
pub fn children<'w>(world: &'w World, helpdesk_id: &str, parent: &str) -> Vec<&'w Category> {
    let below = |c: &&Category| c.helpdesk_id == helpdesk_id && c.parent == parent;
    let mut children: Vec<&Category> = world.helpdesk.categories.values().filter(below).collect();
    children.sort_by_key(|category| category.number);
    children
}

/// A category of this desk.
pub(super) fn get<'w>(world: &'w World, helpdesk_id: &str, id: &str) -> Option<&'w Category> {
    world.helpdesk.categories.get(&id.to_owned()).filter(|category| category.helpdesk_id == helpdesk_id)
}

/// From the root down to the category.
pub(super) fn path<'w>(world: &'w World, id: &str) -> Vec<&'w Category> {
    let up = |id: &str| world.helpdesk.categories.get(&id.to_owned());
    let mut path: Vec<&Category> = std::iter::successors(up(id), |category| up(&category.parent)).collect();
    path.reverse();
    path
}

/// A category and all below it.
fn subtree(world: &World, helpdesk_id: &str, id: &str) -> Vec<String> {
    let below = children(world, helpdesk_id, id);
    let below = below.into_iter().flat_map(|child| subtree(world, helpdesk_id, &child.category_id));
    std::iter::once(id.to_owned()).chain(below).collect()
}

/// Makes one; gives its id.
pub fn put(world: &mut World, helpdesk_id: &str, name: &str, parent: &str, language: &str) -> String {
    let category_id = super::number_id(world);
    let category = Category {
        category_id: category_id.clone(),
        helpdesk_id: helpdesk_id.to_owned(),
        number: world.next("helpdesk_place"),
        name: name.to_owned(),
        parent: parent.to_owned(),
        language: language.to_owned(),
        created: world.now,
        updated: world.now,
    };
    world.helpdesk.categories.insert(category_id.clone(), category);
    category_id
}

/// Renames one by hand.
pub fn rename(world: &mut World, helpdesk_id: &str, id: &str, name: &str) -> bool {
    if get(world, helpdesk_id, id).is_none() {
        return false;
    }
    let now = world.now;
    if let Some(category) = world.helpdesk.categories.get_mut(&id.to_owned()) {
        name.clone_into(&mut category.name);
        category.updated = now;
    }
    true
}

/// Removes one and all below it; FAQs go to the recycle bin.
pub fn remove(world: &mut World, helpdesk_id: &str, id: &str) {
    for gone in subtree(world, helpdesk_id, id) {
        super::faqs::bin_category(world, &gone);
        world.helpdesk.categories.remove(&gone);
    }
}

/// Whether anything still needs a category.
fn used(world: &World, helpdesk_id: &str, id: &str) -> bool {
    !children(world, helpdesk_id, id).is_empty()
        || super::faqs::within(world, id)
        || skills::mention(world, helpdesk_id, id)
}
