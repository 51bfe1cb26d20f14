//! People and bots that a request names, judged one by one.

use super::chat::Actor;
use crate::sandbox::application;
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::contact::ids;
use crate::sandbox::contact::range::View;
use crate::sandbox::gateway::{Call, Refusal, refuse};
use crate::sandbox::world::World;

/// What an id turned out to be.
#[derive(Debug)]
pub(super) enum Named {
    Usable(Actor),
    /// Nobody; with what the gateway says to such an id.
    Unknown(Refusal),
    /// Of another tenant.
    Foreign,
    Resigned,
    /// Out of the app's range or availability, not joined, or frozen.
    Unreachable,
}

/// Whom an id means under an id type.
pub(super) fn named(world: &World, call: &Call<'_>, id_type: &str, id: &str) -> Named {
    if id_type == "app_id" {
        return match world.app(id) {
            None => Named::Unknown(refuse(232_043)),
            Some(app) if app.bot && app.enabled && app.installed => Named::Usable(Actor::Bot(id.to_owned())),
            Some(_) => Named::Unreachable,
        };
    }
    let settings = world.settings();
    if settings.foreign_user_ids.contains(id) || settings.foreign_union_ids.contains(id) {
        return Named::Foreign;
    }
    let key = match ids::find_user(world, call, id_type, id) {
        Ok(key) => key,
        Err(refusal) => return Named::Unknown(refusal),
    };
    let Some(user) = world.contact.directory.user(key) else { return Named::Resigned };
    if user.is_gone() {
        return Named::Resigned;
    }
    let app = &call.caller.app_id;
    if user.is_active()
        && application::is_available(world, app, key)
        && View::of(world, &call.caller).user(world, user)
    {
        Named::Usable(Actor::User(key))
    } else {
        Named::Unreachable
    }
}

/// Whom an id means, whatever became of them: for taking somebody out, which reaches everybody.
pub(super) fn whoever(world: &World, call: &Call<'_>, id_type: &str, id: &str) -> Option<Actor> {
    match id_type {
        "app_id" => world.app(id).map(|_| Actor::Bot(id.to_owned())),
        _ => ids::find_user(world, call, id_type, id).ok().map(Actor::User),
    }
}

/// A person under the id type of the answer.
pub(super) fn shown(world: &World, call: &Call<'_>, user: UserKey, id_type: &str) -> String {
    ids::user_id_of(world, &call.caller.app_id, user, id_type)
}
