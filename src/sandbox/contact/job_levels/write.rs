//! Making, changing and deleting job levels.
//!
//! A level that people still have is not deleted, which no page says: the generic 40001.

use super::{JobLevel, JobLevels, MAX_LEVELS, MAX_ORDER, MIN_ORDER, render};
use crate::sandbox::contact::i18n::Content;
use crate::sandbox::gateway::{Answer, Call, Data, Lock, Refusal, Route, one, refuse};
use crate::sandbox::world::{World, short_digest};

const LOCKED: i64 = 42302;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/contact/v3/job_levels", create).locking(Lock::JobLevels, LOCKED),
        Route::write("PUT", "/open-apis/contact/v3/job_levels/:job_level_id", update)
            .locking(Lock::JobLevels, LOCKED),
        Route::write("DELETE", "/open-apis/contact/v3/job_levels/:job_level_id", delete)
            .locking(Lock::JobLevels, LOCKED),
    ]
}

/// What a write says; none stands for "leave it".
struct Wanted<'c> {
    name: Option<&'c str>,
    description: Option<&'c str>,
    order: Option<i64>,
    i18n_name: Option<Vec<Content>>,
    i18n_description: Option<Vec<Content>>,
}

impl<'c> Wanted<'c> {
    /// Reads and checks it against itself and against the levels other than `own`.
    fn of(call: &'c Call<'_>, levels: &JobLevels, own: Option<&str>) -> Result<Self, Refusal> {
        let i18n = |name: &str| Content::list(call.body.get(name)).filter(|list| !list.is_empty());
        let wanted = Self {
            name: call.filled("name"),
            description: call.filled("description"),
            order: call.int("order"),
            i18n_name: i18n("i18n_name"),
            i18n_description: i18n("i18n_description"),
        };
        wanted.fits()?;
        if levels.others(own).any(|l| Some(l.name.as_str()) == wanted.name) {
            return Err(refuse(42305));
        }
        if levels.others(own).any(|l| Some(l.order) == wanted.order) {
            return Err(refuse(42306));
        }
        Ok(wanted)
    }

    fn fits(&self) -> Result<(), Refusal> {
        let long =
            |list: &Option<Vec<Content>>, max| list.as_ref().is_some_and(|l| Content::any_longer(l, max));
        let bad_name = |n: &str| n.trim().is_empty() || n.chars().count() > 255;
        if self.name.is_some_and(bad_name) || long(&self.i18n_name, 255) {
            return Err(refuse(42303));
        }
        if self.description.is_some_and(|d| d.chars().count() > 5_000) || long(&self.i18n_description, 5_000)
        {
            return Err(refuse(42304));
        }
        if self.order.is_some_and(|o| !(MIN_ORDER..=MAX_ORDER).contains(&o)) {
            return Err(refuse(42308));
        }
        for (field, list) in [("i18n_name", &self.i18n_name), ("i18n_description", &self.i18n_description)] {
            if list.as_ref().is_some_and(|l| !Content::are_sound(l)) {
                return Err(Refusal::field(field, "", "known locales, each once, with a value"));
            }
        }
        Ok(())
    }

    fn put_into(self, level: &mut JobLevel) {
        if let Some(name) = self.name {
            name.clone_into(&mut level.name);
        }
        if let Some(description) = self.description {
            description.clone_into(&mut level.description);
        }
        level.order = self.order.unwrap_or(level.order);
        if let Some(i18n) = self.i18n_name {
            level.i18n_name = i18n;
        }
        if let Some(i18n) = self.i18n_description {
            level.i18n_description = i18n;
        }
    }
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let levels = &world.contact.job_levels;
    let wanted = Wanted::of(call, levels, None)?;
    if wanted.name.is_none() {
        return Err(refuse(42303));
    }
    let Some(enabled) = call.bool("status") else {
        return Err(Refusal::field("status", "", "status is required"));
    };
    if levels.rows.len() >= MAX_LEVELS {
        return Err(refuse(42300));
    }
    let order = wanted.order.or_else(|| levels.last_place()).ok_or_else(|| refuse(42308))?;
    let number = world.next("job_level").to_string();
    let mut level = JobLevel {
        id: short_digest(&["job level", &world.settings().tenant.tenant_key, &number], 15),
        name: String::new(),
        description: String::new(),
        order,
        enabled,
        i18n_name: Vec::new(),
        i18n_description: Vec::new(),
        created: world.now,
    };
    wanted.put_into(&mut level);
    Ok(put(world, level))
}

fn put(world: &mut World, level: JobLevel) -> Data {
    let answer = one("job_level", render(&level));
    world.contact.job_levels.rows.insert(level.id.clone(), level);
    answer
}

fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let levels = &world.contact.job_levels;
    let old = levels.find(call.path("job_level_id"))?;
    let wanted = Wanted::of(call, levels, Some(&old.id))?;
    let mut level = old.clone();
    level.enabled = call.bool("status").unwrap_or(old.enabled);
    wanted.put_into(&mut level);
    Ok(put(world, level))
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let id = world.contact.job_levels.find(call.path("job_level_id"))?.id.clone();
    if world.contact.directory.users().any(|u| !u.is_gone() && u.job_level_id == id) {
        return Err(refuse(40001));
    }
    world.contact.job_levels.rows.remove(&id);
    Ok(Data::empty())
}
