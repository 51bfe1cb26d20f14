//! People as the service shows them: by open id, with a few facts of the directory.

use serde_json::{Map, Value, json};

use crate::sandbox::contact::directory::{User, UserKey};
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Call, Refusal};
use crate::sandbox::world::World;

use super::gate::Case;

/// Somebody who works here, by the open id of the calling app.
///
/// # Errors
/// As for an agent that does not exist.
pub(super) fn find(world: &World, call: &Call<'_>, open_id: &str) -> Result<UserKey, Refusal> {
    let key = ids::find_user(world, call, ids::OPEN_ID, open_id).ok();
    key.filter(|key| world.contact.directory.user(*key).is_some_and(|user| !user.is_gone()))
        .ok_or_else(|| Case::AgentMissing.refused(world))
}

pub(super) fn open_id(call: &Call<'_>, key: UserKey) -> String {
    ids::open_id(&call.caller.app_id, key)
}

fn avatar(user: &User) -> String {
    let key = if user.avatar_key.is_empty() { "default-avatar" } else { &user.avatar_key };
    format!("https://s3-imfile.feishucdn.com/static-resource/v1/{key}~?image_size=72x72")
}

pub(super) fn email(user: &User) -> &str {
    if user.enterprise_email.is_empty() { &user.email } else { &user.enterprise_email }
}

fn department(world: &World, user: &User) -> String {
    let first = user.departments.first().and_then(|key| world.contact.directory.department(*key));
    first.map(|d| d.name.clone()).unwrap_or_default()
}

/// A member of a skill.
pub(super) fn member(world: &World, call: &Call<'_>, key: UserKey) -> Option<Value> {
    let user = world.contact.directory.user(key)?;
    Some(json!({ "id": open_id(call, key), "avatar_url": avatar(user), "name": user.name }))
}

/// An agent in a schedule.
pub(super) fn agent(world: &World, call: &Call<'_>, key: UserKey) -> Value {
    let Some(user) = world.contact.directory.user(key) else { return json!({}) };
    json!({
        "id": open_id(call, key),
        "avatar_url": avatar(user),
        "name": user.name,
        "email": email(user),
        "department": department(world, user),
        "company_name": world.settings().tenant.name,
    })
}

/// Who made or changed a FAQ; with `email` who made or changed a field.
pub(super) fn author(world: &World, call: &Call<'_>, key: UserKey) -> Map<String, Value> {
    let Some(user) = world.contact.directory.user(key) else { return Map::new() };
    [
        ("id", open_id(call, key)),
        ("avatar_url", avatar(user)),
        ("name", user.name.clone()),
        ("email", email(user).to_owned()),
        ("department", department(world, user)),
        ("city", user.city.clone()),
        ("country", user.country.clone()),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), Value::from(text)))
    .collect()
}

/// Of [`author`], what a page shows.
pub(super) fn only(mut author: Map<String, Value>, names: &[&str]) -> Value {
    author.retain(|name, _| names.contains(&name.as_str()));
    author.into()
}
