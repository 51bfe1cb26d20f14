//! Making, moving, renaming and removing categories.

use super::{Category, LANGUAGES, ROOT, children, get, put, read, remove, subtree, used};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one};
use crate::sandbox::helpdesk::gate::{Case, Role, bad, writer};
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/helpdesk/v1/categories", create),
        Route::write("PATCH", "/open-apis/helpdesk/v1/categories/:id", patch),
        Route::write("DELETE", "/open-apis/helpdesk/v1/categories/:id", delete),
    ]
}

/// No sibling of the same language has the name, if names are unique.
fn free(
    world: &World,
    desk: &str,
    (parent, name, language): (&str, &str, &str),
    own: &str,
) -> Result<(), Refusal> {
    let taken = children(world, desk, parent)
        .iter()
        .any(|c| c.name == name && c.language == language && c.category_id != own);
    Case::NameTaken.unless(world, !taken || !world.settings().helpdesk.unique_names)
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let (desk, _) = writer(world, call, Role::Agent)?;
    let desk = desk.helpdesk_id;
    let name = call.text("name").unwrap_or_default();
    if name.trim().is_empty() {
        return Err(bad(world, "name"));
    }
    let parent = call.text("parent_id").unwrap_or_default();
    if parent != ROOT && get(world, &desk, parent).is_none() {
        return Err(Case::CategoryMissing.refused(world));
    }
    let language = call.filled("language").unwrap_or("zh_cn");
    if !LANGUAGES.contains(&language) {
        return Err(bad(world, "language"));
    }
    free(world, &desk, (parent, name, language), "")?;
    let id = put(world, &desk, name, parent, language);
    let made = get(world, &desk, &id).map(read::whole).unwrap_or_default();
    Ok(one("category", made.into()))
}

fn target<'w>(world: &'w World, call: &Call<'_>, desk: &str) -> Result<&'w Category, Refusal> {
    get(world, desk, call.path("id")).ok_or_else(|| Case::CategoryGone.refused(world))
}

fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let (desk, _) = writer(world, call, Role::Agent)?;
    let desk = desk.helpdesk_id;
    let mut category = target(world, call, &desk)?.clone();
    if let Some(name) = call.text("name") {
        if name.trim().is_empty() {
            return Err(bad(world, "name"));
        }
        name.clone_into(&mut category.name);
    }
    if let Some(parent) = call.text("parent_id") {
        if parent != ROOT && get(world, &desk, parent).is_none() {
            return Err(Case::CategoryGone.refused(world));
        }
        // A category cannot hang below itself.
        if subtree(world, &desk, &category.category_id).iter().any(|own| own == parent) {
            return Err(bad(world, "parent_id"));
        }
        parent.clone_into(&mut category.parent);
    }
    free(world, &desk, (&category.parent, &category.name, &category.language), &category.category_id)?;
    category.updated = world.now;
    world.helpdesk.categories.insert(category.category_id.clone(), category);
    Ok(Data::empty())
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let (desk, _) = writer(world, call, Role::Agent)?;
    let id = target(world, call, &desk.helpdesk_id)?.category_id.clone();
    Case::CategoryInUse.unless(world, !used(world, &desk.helpdesk_id, &id))?;
    remove(world, &desk.helpdesk_id, &id);
    Ok(Data::empty())
}
