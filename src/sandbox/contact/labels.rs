//! Job titles and work cities: catalogues that fill themselves from what people are given.
//!
//! The API only reads them. A person's new title or city makes an entry as a side effect ([`Labels::ensure`]),
//! a misspelt one for ever; the console alone switches entries off ([`Labels::set_enabled`]). The pages know no
//! code but 40001. Pages: `contact-v3/job_title/*`, `contact-v3/work_city/*`.

#[cfg(test)]
mod tests;

use std::fmt::Debug;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::i18n::Content;
use crate::sandbox::gateway::{Answer, Call, Route, one, refuse};
use crate::sandbox::world::{Millis, Row, Stored, Table, World};

/// As for levels and families (`contact.md`, B.10).
pub const MAX_LABELS: usize = 10_000;

/// Which of the two catalogues.
pub trait Kind: Debug + Clone + Default + Send + Sync + 'static {
    const TABLE: &'static str;
    /// The name of the id in answers and paths.
    const ID: &'static str;
    /// The name of the object in answers.
    const OBJECT: &'static str;
    fn labels(world: &World) -> &Labels<Self>;
}

#[derive(Debug, Clone, Default)]
pub struct JobTitle;
#[derive(Debug, Clone, Default)]
pub struct WorkCity;

impl Kind for JobTitle {
    const TABLE: &'static str = "job_titles";
    const ID: &'static str = "job_title_id";
    const OBJECT: &'static str = "job_title";
    fn labels(world: &World) -> &Labels<Self> {
        &world.contact.job_titles
    }
}

impl Kind for WorkCity {
    const TABLE: &'static str = "work_cities";
    const ID: &'static str = "work_city_id";
    const OBJECT: &'static str = "work_city";
    fn labels(world: &World) -> &Labels<Self> {
        &world.contact.work_cities
    }
}

/// One title or city, keyed by its name.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Label<L: Kind> {
    pub id: String,
    pub name: String,
    pub enabled: bool,
    #[serde(default)]
    pub i18n_name: Vec<Content>,
    #[serde(default)]
    pub created: Millis,
    #[serde(skip)]
    kind: PhantomData<L>,
}

impl<L: Kind> Row for Label<L> {
    type Key = String;
    const TABLE: &'static str = L::TABLE;
}

/// A catalogue that fills itself from what people are given.
#[derive(Debug)]
pub struct Labels<L: Kind> {
    rows: Table<Label<L>>,
}

impl<L: Kind> Default for Labels<L> {
    fn default() -> Self {
        Self { rows: Table::default() }
    }
}

/// A label that exists but is switched off, or one too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unusable;

impl<L: Kind> Labels<L> {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        vec![&mut self.rows]
    }

    /// Finds or makes the label with this name. Numbers come from the caller, who owns the sequences.
    ///
    /// # Errors
    /// When it exists but is disabled, or the catalogue is full.
    pub fn ensure(&mut self, name: &str, id: &str, now: Millis) -> Result<(), Unusable> {
        let key = name.to_owned();
        if let Some(label) = self.rows.get(&key) {
            return if label.enabled { Ok(()) } else { Err(Unusable) };
        }
        if self.rows.len() >= MAX_LABELS {
            return Err(Unusable);
        }
        let label = Label {
            id: id.to_owned(),
            name: key.clone(),
            enabled: true,
            i18n_name: Vec::new(),
            created: now,
            kind: PhantomData,
        };
        self.rows.insert(key, label);
        Ok(())
    }

    /// Switches a label on or off, as the console can; `false` when there is none of that name.
    pub fn set_enabled(&mut self, name: &str, enabled: bool) -> bool {
        self.rows.get_mut(&name.to_owned()).map(|label| label.enabled = enabled).is_some()
    }
}

pub fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/contact/v3/job_titles", list::<JobTitle>),
        Route::read("GET", "/open-apis/contact/v3/job_titles/:job_title_id", get::<JobTitle>),
        Route::read("GET", "/open-apis/contact/v3/work_cities", list::<WorkCity>),
        Route::read("GET", "/open-apis/contact/v3/work_cities/:work_city_id", get::<WorkCity>),
    ]
}

fn render<L: Kind>(label: &Label<L>) -> Value {
    let mut map = Map::new();
    map.insert(L::ID.to_owned(), label.id.as_str().into());
    map.insert("name".to_owned(), label.name.as_str().into());
    map.insert("i18n_name".to_owned(), Content::render(&label.i18n_name));
    map.insert("status".to_owned(), label.enabled.into());
    Value::Object(map)
}

fn get<L: Kind>(world: &World, call: &Call<'_>) -> Answer {
    let label = L::labels(world).rows.values().find(|l| l.id == call.path(L::ID));
    Ok(one(L::OBJECT, render(label.ok_or_else(|| refuse(40001))?)))
}

fn list<L: Kind>(world: &World, call: &Call<'_>) -> Answer {
    let page = call.page(40001, 40001)?;
    let labels = L::labels(world).rows.values().filter(|l| world.listed(l.created));
    Ok(page.cut(world, labels, render).into_data("items"))
}
