//! Job levels: one ordered list of grades.
//!
//! Names and places are unique. A level made without a place goes to the end. Writes share a tenant-wide lock
//! (42302). The put behaves as a patch: what is absent or empty stays. Pages: `contact-v3/job_level/*`.

#[cfg(test)]
mod tests;
mod write;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::i18n::Content;
use crate::sandbox::gateway::{Answer, Call, Refusal, Route, one, refuse};
use crate::sandbox::world::{Millis, Row, Stored, Table, World};

/// `job_level/create`.
pub const MAX_LEVELS: usize = 10_000;
/// `job_level/create`, code 42308.
pub const MIN_ORDER: i64 = 100;
pub const MAX_ORDER: i64 = 100_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobLevel {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub description: String,
    /// Smaller comes first.
    pub order: i64,
    pub enabled: bool,
    #[serde(default)]
    pub i18n_name: Vec<Content>,
    #[serde(default)]
    pub i18n_description: Vec<Content>,
    pub created: Millis,
}

impl Row for JobLevel {
    type Key = String;
    const TABLE: &'static str = "job_levels";
}

#[derive(Debug, Default)]
pub struct JobLevels {
    rows: Table<JobLevel>,
}

impl JobLevels {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        vec![&mut self.rows]
    }

    /// Whether it exists and is enabled.
    pub fn is_enabled(&self, id: &str) -> bool {
        self.rows.get(&id.to_owned()).is_some_and(|l| l.enabled)
    }

    fn find(&self, id: &str) -> Result<&JobLevel, Refusal> {
        self.rows.get(&id.to_owned()).ok_or_else(|| refuse(42301))
    }

    fn others(&self, except: Option<&str>) -> impl Iterator<Item = &JobLevel> {
        self.rows.values().filter(move |l| Some(l.id.as_str()) != except)
    }

    /// The place after all others, with a gap; none when the last place is taken.
    fn last_place(&self) -> Option<i64> {
        let last = self.rows.values().map(|l| l.order).max();
        let next = last.map_or(MIN_ORDER, |last| (last + 100).min(MAX_ORDER));
        (last != Some(MAX_ORDER)).then_some(next)
    }
}

pub fn routes() -> Vec<Route> {
    let own = vec![
        Route::read("GET", "/open-apis/contact/v3/job_levels/:job_level_id", get),
        Route::read("GET", "/open-apis/contact/v3/job_levels", list),
    ];
    [own, write::routes()].concat()
}

fn render(level: &JobLevel) -> Value {
    json!({
        "name": level.name,
        "description": level.description,
        "order": level.order,
        "status": level.enabled,
        "job_level_id": level.id,
        "i18n_name": Content::render(&level.i18n_name),
        "i18n_description": Content::render(&level.i18n_description),
    })
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    Ok(one("job_level", render(world.contact.job_levels.find(call.path("job_level_id"))?)))
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40011, 40012)?;
    let name = call.query("name").filter(|n| !n.is_empty());
    let seen = |l: &&JobLevel| name.is_none_or(|n| n == l.name) && world.listed(l.created);
    let mut levels: Vec<&JobLevel> = world.contact.job_levels.rows.values().filter(seen).collect();
    levels.sort_by_key(|l| l.order);
    Ok(page.cut(world, levels, render).into_data("items"))
}
