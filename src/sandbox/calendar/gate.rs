//! Who comes to a calendar, which one is meant, and what they are there.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::rows::{Calendar, Role, View};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Call, Identity, Refusal, refuse};
use crate::sandbox::im::Actor;
use crate::sandbox::world::{World, digest, opaque, open};

const HEAD: &str = "feishu.cn_";
const TAIL: &str = "@group.calendar.feishu.cn";

pub(super) fn actor(call: &Call<'_>) -> Actor {
    match call.caller.identity {
        Identity::User(user) => Actor::User(user),
        Identity::Tenant | Identity::Anonymous => Actor::Bot(call.caller.app_id.clone()),
    }
}

/// An app that speaks for itself must have a bot.
///
/// # Errors
/// 190007.
pub(super) fn bot(world: &World, call: &Call<'_>) -> Result<Actor, Refusal> {
    let actor = actor(call);
    match &actor {
        Actor::Bot(app) if !world.app(app).is_some_and(|a| a.bot) => Err(refuse(190_007)),
        _ => Ok(actor),
    }
}

pub(super) fn shared_id(world: &World, number: u64) -> String {
    let salt = ["calendar", &world.settings().tenant.tenant_key];
    format!("{}{TAIL}", opaque(HEAD, number, &salt))
}

/// The calendar that a person or a bot has by nature.
pub(super) fn primary_id(world: &World, actor: &Actor) -> String {
    let tenant = &world.settings().tenant.tenant_key;
    match actor {
        Actor::User(user) => format!("{}{TAIL}", opaque(HEAD, *user, &["primary", tenant])),
        Actor::Bot(app) => format!("{HEAD}{}{TAIL}", digest(&["primary", app, tenant])),
    }
}

/// Whose primary calendar an id is.
fn primary_owner(world: &World, id: &str) -> Option<Actor> {
    let tenant = &world.settings().tenant.tenant_key;
    let inner = id.strip_suffix(TAIL)?;
    let person = open(HEAD, inner, &["primary", tenant])
        .filter(|u| world.contact.directory.user(*u).is_some_and(|u| !u.is_gone()));
    if let Some(user) = person {
        return Some(Actor::User(user));
    }
    let app = world.apps.iter().map(|(app, _)| Actor::Bot(app.clone()));
    app.into_iter().find(|bot| primary_id(world, bot) == id)
}

pub(super) fn name_of(world: &World, actor: &Actor) -> String {
    match actor {
        Actor::User(user) => world.contact.directory.user(*user).map(|u| u.name.clone()).unwrap_or_default(),
        Actor::Bot(app) => world.app(app).map(|a| a.name.clone()).unwrap_or_default(),
    }
}

/// A calendar by id, the primary ones included that have no row.
pub(super) fn calendar<'w>(world: &'w World, id: &str) -> Option<Cow<'w, Calendar>> {
    if let Some(row) = world.calendar.calendars.get(&id.to_owned()) {
        return Some(Cow::Borrowed(row));
    }
    let owner = primary_owner(world, id)?;
    Some(Cow::Owned(Calendar {
        calendar_id: id.to_owned(),
        number: 0,
        summary: name_of(world, &owner),
        description: String::new(),
        permissions: "show_only_free_busy".to_owned(),
        bots: BTreeMap::new(),
        primary_of: Some(owner),
        deleted: false,
        created: 0,
        version: 0,
    }))
}

pub(super) fn role(world: &World, calendar: &Calendar, actor: &Actor) -> Role {
    if calendar.primary_of.as_ref() == Some(actor) {
        return Role::Owner;
    }
    let given = match actor {
        Actor::User(user) => world.calendar.acls.get(&calendar.calendar_id, *user).map(|a| a.role),
        Actor::Bot(app) => calendar.bots.get(app).copied(),
    };
    let anybody = match calendar.permissions.as_str() {
        "public" => Role::Reader,
        "show_only_free_busy" => Role::FreeBusyReader,
        _ => Role::Unknown,
    };
    given.unwrap_or(anybody).max(anybody)
}

/// A calendar that the caller came to, and what they are there.
pub(super) struct Visit<'w> {
    pub(super) calendar: Cow<'w, Calendar>,
    pub(super) actor: Actor,
    pub(super) role: Role,
}

impl Visit<'_> {
    pub(super) fn id(&self) -> String {
        self.calendar.calendar_id.clone()
    }

    /// # Errors
    /// 191002.
    pub(super) fn needs(&self, role: Role) -> Result<(), Refusal> {
        if self.role >= role { Ok(()) } else { Err(refuse(191_002)) }
    }
}

/// The calendar of the path; `primary` is the caller's own.
///
/// # Errors
/// 190007, 191001 for what is no id, 191000 for what is none, 191003, and 191002 for whom it is closed.
pub(super) fn knock<'w>(world: &'w World, call: &Call<'_>) -> Result<Visit<'w>, Refusal> {
    visit(world, call, call.path("calendar_id"))
}

pub(super) fn visit<'w>(world: &'w World, call: &Call<'_>, id: &str) -> Result<Visit<'w>, Refusal> {
    let actor = bot(world, call)?;
    let id = if id == "primary" { primary_id(world, &actor) } else { id.to_owned() };
    if !(id.starts_with(HEAD) && id.ends_with(TAIL)) {
        return Err(refuse(191_001));
    }
    let calendar = calendar(world, &id).ok_or_else(|| refuse(191_000))?;
    if calendar.deleted {
        return Err(refuse(191_003));
    }
    let role = role(world, &calendar, &actor);
    if role == Role::Unknown {
        return Err(refuse(191_002));
    }
    Ok(Visit { calendar, actor, role })
}

pub(super) fn view<'w>(world: &'w World, actor: &Actor, calendar_id: &str) -> Option<&'w View> {
    world.calendar.views.get(&View::key(actor, calendar_id))
}

/// Whether the calendar is in the identity's list. One's own always is.
pub(super) fn subscribed(world: &World, actor: &Actor, calendar: &Calendar) -> bool {
    calendar.primary_of.as_ref() == Some(actor)
        || view(world, actor, &calendar.calendar_id).is_some_and(|v| v.subscribed)
}

/// Counts the identity's list.
pub(super) fn subscriptions(world: &World, actor: &Actor) -> usize {
    let alive = |v: &&View| calendar(world, &v.calendar_id).is_some_and(|c| !c.deleted);
    let own = world.calendar.views.values().filter(|v| v.subscribed && v.actor == *actor);
    own.filter(alive).count()
}

pub(super) fn edit_view(world: &mut World, actor: &Actor, calendar_id: &str, change: impl FnOnce(&mut View)) {
    let version = world.next("calendar_version");
    let key = View::key(actor, calendar_id);
    let mut view = world.calendar.views.get(&key).cloned().unwrap_or_else(|| View {
        actor: actor.clone(),
        calendar_id: calendar_id.to_owned(),
        subscribed: false,
        alias: String::new(),
        color: super::rows::COLOR,
        version,
    });
    change(&mut view);
    view.version = version;
    world.calendar.views.insert(key, view);
}

/// Changes a calendar; a primary one gets its row.
pub(super) fn edit(world: &mut World, id: &str, change: impl FnOnce(&mut Calendar)) {
    let Some(mut row) = calendar(world, id).map(Cow::into_owned) else { return };
    change(&mut row);
    row.version = world.next("calendar_version");
    world.calendar.calendars.insert(id.to_owned(), row);
}

pub(super) fn touch(world: &mut World, id: &str) {
    if world.calendar.calendars.contains(&id.to_owned()) {
        edit(world, id, |_| {});
    }
}

/// A person who can be named: alive and here.
///
/// # Errors
/// What the gateway says to an id that is none; 195100 for who has left.
pub(super) fn person(world: &World, call: &Call<'_>, id: &str) -> Result<UserKey, Refusal> {
    let key = ids::find_user(world, call, call.user_id_type(), id)?;
    let gone =
        world.contact.directory.user(key).is_none_or(crate::sandbox::contact::directory::User::is_gone);
    if gone { Err(refuse(195_100)) } else { Ok(key) }
}

/// An identity as this call's id type spells it. A bot has no `user_id`.
pub(super) fn actor_id(world: &World, call: &Call<'_>, actor: &Actor) -> String {
    let id_type = call.user_id_type();
    match actor {
        Actor::User(user) => ids::user_id_of(world, &call.caller.app_id, *user, id_type),
        Actor::Bot(_) if id_type == ids::USER_ID => String::new(),
        Actor::Bot(app) => {
            let head = if id_type == ids::UNION_ID { "on_" } else { "ou_" };
            format!("{head}{}", digest(&["bot", app, id_type]))
        }
    }
}
