//! Looking at calendars: one, some, the own list, everybody's public ones, primary ones.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::render;
use crate::sandbox::calendar::gate;
use crate::sandbox::calendar::rows::{Calendar, Role};
use crate::sandbox::calendar::sync::{self, Sync};
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::im::Actor;
use crate::sandbox::world::{World, digest};

/// `calendar/mget`, `calendar/primarys`.
const BATCH: usize = 10;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/calendar/v4/calendars/:calendar_id", get),
        Route::read("GET", "/open-apis/calendar/v4/calendars", list),
        Route::read("POST", "/open-apis/calendar/v4/calendars/mget", mget),
        Route::read("POST", "/open-apis/calendar/v4/calendars/search", search),
        Route::read("POST", "/open-apis/calendar/v4/calendars/primary", primary),
        Route::read("POST", "/open-apis/calendar/v4/calendars/primarys", primaries),
    ]
}

/// `data` is the calendar itself here.
fn get(world: &World, call: &Call<'_>) -> Answer {
    let visit = gate::knock(world, call)?;
    Ok(Data::Of(render(world, &visit.calendar, &visit.actor)))
}

/// What the identity has in its list. Order means nothing.
fn list(world: &World, call: &Call<'_>) -> Answer {
    let actor = gate::bot(world, call)?;
    let page = call.page(190_002, 190_008)?;
    let since = sync::since(world, call)?;
    let own = gate::calendar(world, &gate::primary_id(world, &actor));
    let views = world.calendar.views.values().filter(|v| v.actor == actor);
    let mut found: Vec<(Cow<'_, Calendar>, bool)> = views
        .filter_map(|v| {
            let calendar =
                gate::calendar(world, &v.calendar_id).filter(|c| c.primary_of.as_ref() != Some(&actor))?;
            let there = v.subscribed && !calendar.deleted && world.listed(calendar.created);
            let news = since.is_some_and(|s| v.version > s || calendar.version > s);
            match since {
                None => there.then_some((calendar, false)),
                Some(_) => news.then_some((calendar, !there)),
            }
        })
        .collect();
    if since.is_none() {
        found.extend(own.map(|c| (c, false)));
    }
    found.sort_by_key(|(c, _)| digest(&["list", &c.calendar_id]));
    let cut = page.cut(world, found, |(calendar, gone)| {
        let mut value = render(world, &calendar, &actor);
        value["is_deleted"] = gone.into();
        value
    });
    let done = !cut.has_more;
    let mut map = cut.into_map("calendar_list");
    if done {
        map.insert("sync_token".to_owned(), Sync::now(world).into());
    }
    Ok(Data::Of(Value::Object(map)))
}

fn mget(world: &World, call: &Call<'_>) -> Answer {
    gate::bot(world, call)?;
    let ids = call.texts("calendar_ids").unwrap_or_default();
    match ids.len() {
        0 => return Err(refuse(190_014)),
        n if n > BATCH => return Err(refuse(198_007)),
        _ => {}
    }
    let mut found = Vec::new();
    for id in ids {
        let visit = gate::visit(world, call, id)?;
        found.push(render(world, &visit.calendar, &visit.actor));
    }
    Ok(Data::Of(json!({ "calendars": found })))
}

/// Public calendars by title or description; people's own ones only for people.
fn search(world: &World, call: &Call<'_>) -> Answer {
    let actor = gate::bot(world, call)?;
    let page = call.page(190_002, 190_008)?;
    let query = call.text("query").unwrap_or_default().to_lowercase();
    let person = matches!(actor, Actor::User(_));
    let mut found: Vec<Cow<'_, Calendar>> = world
        .calendar
        .calendars
        .values()
        .filter(|c| !c.deleted && c.permissions == "public" && c.primary_of.is_none())
        .map(Cow::Borrowed)
        .collect();
    if person {
        let users = world.contact.directory.users().filter(|u| !u.is_gone());
        found.extend(
            users.filter_map(|u| gate::calendar(world, &gate::primary_id(world, &Actor::User(u.key)))),
        );
    }
    let hit = |text: &str| text.to_lowercase().contains(&query);
    found.retain(|c| hit(&c.summary) || hit(&c.description));
    found.sort_by_key(|c| digest(&["search", &c.calendar_id]));
    let mut map: Map<String, Value> = page.cut(world, found, |c| render(world, &c, &actor)).into_map("items");
    map.remove("has_more");
    Ok(Data::Of(Value::Object(map)))
}

/// The caller's own; a bot has no `user_id` that it could be named by.
fn primary(world: &World, call: &Call<'_>) -> Answer {
    let actor = gate::bot(world, call)?;
    if matches!(actor, Actor::Bot(_)) && call.user_id_type() == ids::USER_ID {
        return Err(refuse(190_002));
    }
    let entry = owned(world, call, &actor, &actor)?;
    Ok(Data::Of(json!({ "calendars": [entry] })))
}

fn primaries(world: &World, call: &Call<'_>) -> Answer {
    let actor = gate::bot(world, call)?;
    let ids = call.texts("user_ids").unwrap_or_default();
    match ids.len() {
        0 => return Err(refuse(190_002)),
        n if n > BATCH => return Err(refuse(198_001)),
        _ => {}
    }
    let mut found = Vec::new();
    for id in ids {
        let user = gate::person(world, call, id)?;
        found.push(owned(world, call, &actor, &Actor::User(user))?);
    }
    Ok(Data::Of(json!({ "calendars": found })))
}

fn owned(world: &World, call: &Call<'_>, actor: &Actor, owner: &Actor) -> Result<Value, Refusal> {
    let id = gate::primary_id(world, owner);
    let calendar = gate::calendar(world, &id).ok_or_else(|| refuse(191_000))?;
    let mut seen = render(world, &calendar, actor);
    if gate::role(world, &calendar, actor) <= Role::FreeBusyReader {
        seen["description"] = "".into();
    }
    Ok(json!({ "calendar": seen, "user_id": gate::actor_id(world, call, owner) }))
}
