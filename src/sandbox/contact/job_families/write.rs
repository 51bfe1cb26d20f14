//! Making, changing and deleting job families.
//!
//! The put behaves as a patch: what is absent or empty stays. Texts in other languages are replaced as a list.
//! A family that people still have is not deleted, which no page says; the generic 40001 tells it from a family
//! with children (42411).

use super::{JobFamily, MAX_FAMILIES, render};
use crate::sandbox::contact::i18n::Content;
use crate::sandbox::gateway::{Answer, Call, Data, Lock, Refusal, Route, one, refuse};
use crate::sandbox::world::{World, short_digest};

const LOCKED: i64 = 42403;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/contact/v3/job_families", create).locking(Lock::JobFamilies, LOCKED),
        Route::write("PUT", "/open-apis/contact/v3/job_families/:job_family_id", update)
            .locking(Lock::JobFamilies, LOCKED),
        Route::write("DELETE", "/open-apis/contact/v3/job_families/:job_family_id", delete)
            .locking(Lock::JobFamilies, LOCKED),
    ]
}

/// The texts of a write; none stands for "leave it".
struct Texts<'c> {
    name: Option<&'c str>,
    description: Option<&'c str>,
    i18n_name: Option<Vec<Content>>,
    i18n_description: Option<Vec<Content>>,
}

impl<'c> Texts<'c> {
    fn of(call: &'c Call<'_>) -> Result<Self, Refusal> {
        let i18n = |name: &str| Content::list(call.body.get(name)).filter(|list| !list.is_empty());
        let texts = Self {
            name: call.filled("name"),
            description: call.filled("description"),
            i18n_name: i18n("i18n_name"),
            i18n_description: i18n("i18n_description"),
        };
        texts.fit().map(|()| texts)
    }

    fn fit(&self) -> Result<(), Refusal> {
        let long =
            |list: &Option<Vec<Content>>, max| list.as_ref().is_some_and(|l| Content::any_longer(l, max));
        let sound = |list: &Option<Vec<Content>>| list.as_ref().is_none_or(|l| Content::are_sound(l));
        let bad_name = |n: &str| n.trim().is_empty() || n.chars().count() > 100;
        if self.name.is_some_and(bad_name) || long(&self.i18n_name, 100) {
            return Err(refuse(42404));
        }
        if self.description.is_some_and(|d| d.chars().count() > 5_000) || long(&self.i18n_description, 5_000)
        {
            return Err(refuse(42405));
        }
        if !sound(&self.i18n_name) || !sound(&self.i18n_description) {
            return Err(refuse(42400));
        }
        Ok(())
    }

    fn put_into(self, family: &mut JobFamily) {
        if let Some(name) = self.name {
            name.clone_into(&mut family.name);
        }
        if let Some(description) = self.description {
            description.clone_into(&mut family.description);
        }
        if let Some(i18n) = self.i18n_name {
            family.i18n_name = i18n;
        }
        if let Some(i18n) = self.i18n_description {
            family.i18n_description = i18n;
        }
    }
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let texts = Texts::of(call)?;
    let name = texts.name.ok_or_else(|| refuse(42404))?;
    let enabled = call.bool("status").ok_or_else(|| refuse(42400))?;
    let parent = call.filled("parent_job_family_id");
    let families = &world.contact.job_families;
    if families.has_name(name, None) {
        return Err(refuse(42406));
    }
    if let Some(parent) = parent {
        families.may_be_above(parent, None, 1)?;
    }
    if families.living().count() >= MAX_FAMILIES {
        return Err(refuse(42401));
    }
    let number = world.next("job_family");
    let tenant = &world.settings().tenant.tenant_key;
    let mut family = JobFamily {
        id: short_digest(&["job family", tenant, &number.to_string()], 15),
        number,
        name: String::new(),
        description: String::new(),
        parent: parent.map(str::to_owned),
        enabled,
        i18n_name: Vec::new(),
        i18n_description: Vec::new(),
        deleted: false,
        created: world.now,
    };
    texts.put_into(&mut family);
    Ok(put(world, family))
}

fn put(world: &mut World, family: JobFamily) -> Data {
    let answer = one("job_family", render(&family));
    world.contact.job_families.rows.insert(family.id.clone(), family);
    answer
}

fn update(world: &mut World, call: &Call<'_>) -> Answer {
    let families = &world.contact.job_families;
    let old = families.find(call.path("job_family_id")).ok_or_else(|| refuse(42402))?;
    let texts = Texts::of(call)?;
    if texts.name.is_some_and(|name| families.has_name(name, Some(&old.id))) {
        return Err(refuse(42406));
    }
    let mut family = old.clone();
    if let Some(parent) = call.filled("parent_job_family_id") {
        families.may_be_above(parent, Some(&old.id), families.height(&old.id))?;
        family.parent = Some(parent.to_owned());
    }
    family.enabled = call.bool("status").unwrap_or(old.enabled);
    texts.put_into(&mut family);
    Ok(put(world, family))
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let families = &world.contact.job_families;
    let id = families.find(call.path("job_family_id")).ok_or_else(|| refuse(42402))?.id.clone();
    if families.children(&id).next().is_some() {
        return Err(refuse(42411));
    }
    if world.contact.directory.users().any(|u| !u.is_gone() && u.job_family_id == id) {
        return Err(refuse(40001));
    }
    if let Some(family) = world.contact.job_families.rows.get_mut(&id) {
        family.deleted = true;
    }
    Ok(Data::empty())
}
