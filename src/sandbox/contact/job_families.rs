//! Job families: a tree of kinds of work that people belong to.
//!
//! Names are unique in the tenant, not under one parent. A parent must exist, be enabled and not be below its
//! new child. Deleted families leave a row behind, so that one that was is told from one that never was
//! (42410, 42408). Writes share a tenant-wide lock (42403). An empty text means *not modified*: a family cannot
//! go back to the top, nor lose its description. Pages: `contact-v3/job_family/*`.

#[cfg(test)]
mod tests;
mod write;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::i18n::Content;
use crate::sandbox::gateway::{Answer, Call, Refusal, Route, one, refuse};
use crate::sandbox::world::{Millis, Row, Stored, Table, World};

/// `job_family/create`.
pub const MAX_FAMILIES: usize = 10_000;
/// The pages have a code for too many levels (42413) and no number.
pub const MAX_LEVELS: usize = 5;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFamily {
    pub id: String,
    /// Its place in lists.
    pub number: u64,
    pub name: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub parent: Option<String>,
    pub enabled: bool,
    #[serde(default)]
    pub i18n_name: Vec<Content>,
    #[serde(default)]
    pub i18n_description: Vec<Content>,
    #[serde(default)]
    pub deleted: bool,
    pub created: Millis,
}

impl Row for JobFamily {
    type Key = String;
    const TABLE: &'static str = "job_families";
}

#[derive(Debug, Default)]
pub struct JobFamilies {
    rows: Table<JobFamily>,
}

impl JobFamilies {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        vec![&mut self.rows]
    }

    /// Whether it exists and is enabled.
    pub fn is_enabled(&self, id: &str) -> bool {
        self.find(id).is_some_and(|f| f.enabled)
    }

    fn living(&self) -> impl Iterator<Item = &JobFamily> {
        self.rows.values().filter(|f| !f.deleted)
    }

    fn find(&self, id: &str) -> Option<&JobFamily> {
        self.rows.get(&id.to_owned()).filter(|f| !f.deleted)
    }

    fn children<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a JobFamily> {
        self.living().filter(move |f| f.parent.as_deref() == Some(id))
    }

    fn has_name(&self, name: &str, except: Option<&str>) -> bool {
        self.living().any(|f| f.name == name && Some(f.id.as_str()) != except)
    }

    /// The family and those above it, upward.
    fn ancestry<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a JobFamily> {
        std::iter::successors(self.find(id), |f| self.find(f.parent.as_ref()?))
    }

    /// Levels from the family down, itself included.
    fn height(&self, id: &str) -> usize {
        let mut level = vec![id.to_owned()];
        let mut height = 0;
        while !level.is_empty() {
            height += 1;
            level = level.iter().flat_map(|f| self.children(f).map(|c| c.id.clone())).collect();
        }
        height
    }

    /// Whether `parent` may be above a family that is `height` levels high; `child` when it exists already.
    fn may_be_above(&self, parent: &str, child: Option<&str>, height: usize) -> Result<(), Refusal> {
        let row = self.rows.get(&parent.to_owned()).ok_or_else(|| refuse(42408))?;
        if row.deleted {
            return Err(refuse(42410));
        }
        if child.is_some_and(|child| self.ancestry(parent).any(|f| f.id == child)) {
            return Err(refuse(42407));
        }
        if !row.enabled {
            return Err(refuse(42409));
        }
        if self.ancestry(parent).count() + height > MAX_LEVELS { Err(refuse(42413)) } else { Ok(()) }
    }
}

pub fn routes() -> Vec<Route> {
    let own = vec![
        Route::read("GET", "/open-apis/contact/v3/job_families/:job_family_id", get),
        Route::read("GET", "/open-apis/contact/v3/job_families", list),
    ];
    [own, write::routes()].concat()
}

fn render(family: &JobFamily) -> Value {
    json!({
        "name": family.name,
        "description": family.description,
        "parent_job_family_id": family.parent.as_deref().unwrap_or_default(),
        "status": family.enabled,
        "i18n_name": Content::render(&family.i18n_name),
        "i18n_description": Content::render(&family.i18n_description),
        "job_family_id": family.id,
    })
}

/// Here, and only here, *not found* is 42404, which the writes use for a bad name.
fn get(world: &World, call: &Call<'_>) -> Answer {
    let family = world.contact.job_families.find(call.path("job_family_id"));
    Ok(one("job_family", render(family.ok_or_else(|| refuse(42404))?)))
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40011, 40012)?;
    let name = call.query("name").filter(|n| !n.is_empty());
    let seen = |f: &&JobFamily| name.is_none_or(|n| n == f.name) && world.listed(f.created);
    let mut families: Vec<&JobFamily> = world.contact.job_families.living().filter(seen).collect();
    families.sort_by_key(|f| f.number);
    Ok(page.cut(world, families, render).into_data("items"))
}
