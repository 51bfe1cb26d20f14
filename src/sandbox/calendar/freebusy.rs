//! When people and rooms are busy. Only times; never what it is.

use serde_json::{Value, json};

use super::attendees::present;
use super::events::{Occurrence, occurrences};
use super::rows::{Event, Who, actor_text};
use super::time::{rfc3339, shown};
use super::{gate, rooms};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::im::{self, Actor};
use crate::sandbox::world::World;

const DAY: i64 = 86_400;
const ONE: i64 = 90 * DAY;
const MANY: i64 = 14 * DAY;
const BATCH: usize = 10;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("POST", "/open-apis/calendar/v4/freebusy/list", list),
        Route::read("POST", "/open-apis/calendar/v4/freebusy/batch", batch),
    ]
}

fn window(call: &Call<'_>, most: i64, bad: [i64; 2]) -> Result<(i64, i64), Refusal> {
    let time = |name: &str| call.text(name).and_then(rfc3339).ok_or_else(|| refuse(bad[0]));
    let (from, to) = (time("time_min")?, time("time_max")?);
    if from < to && to - from <= most { Ok((from, to)) } else { Err(refuse(bad[1])) }
}

/// One person, or one room; with both the person wins.
fn list(world: &World, call: &Call<'_>) -> Answer {
    gate::bot(world, call)?;
    let (from, to) = window(call, ONE, [190_014, 190_014])?;
    let items = match (call.filled("user_id"), call.filled("room_id")) {
        (Some(id), _) => of_person(world, call, gate::person(world, call, id)?, from, to),
        (None, Some(room)) if rooms::exists(world, room) => {
            rooms::bookings(world, room, from, to, "").iter().map(|o| item(o, None)).collect()
        }
        (None, _) => return Err(refuse(190_014)),
    };
    Ok(Data::Of(json!({ "freebusy_list": items })))
}

fn batch(world: &World, call: &Call<'_>) -> Answer {
    gate::bot(world, call)?;
    let (from, to) = window(call, MANY, [198_002, 198_003])?;
    let ids = call.texts("user_ids").unwrap_or_default();
    if ids.len() > BATCH {
        return Err(refuse(198_001));
    }
    let mut lists = Vec::new();
    for id in ids {
        let items = of_person(world, call, gate::person(world, call, id)?, from, to);
        lists.push(json!({ "freebusy_items": items, "user_id": id }));
    }
    Ok(Data::Of(json!({ "freebusy_lists": lists })))
}

fn of_person(world: &World, call: &Call<'_>, user: UserKey, from: i64, to: i64) -> Vec<Value> {
    let actor = Actor::User(user);
    let own = gate::primary_id(world, &actor);
    let only_busy = call.bool("only_busy").unwrap_or(true);
    let rsvp = call.bool("need_rsvp_status").unwrap_or(false);
    let alive = |e: &&Event| gate::calendar(world, &e.calendar_id).is_some_and(|c| !c.deleted);
    let all = world.calendar.events.values().filter(alive).flat_map(|e| occurrences(world, e, from, to));
    let mut items: Vec<(i64, Value)> = all
        .filter_map(|o| {
            let answer = invitation(world, &o.event, user);
            if o.event.calendar_id != own && answer.is_none() || answer.as_deref() == Some("decline") {
                return None;
            }
            let view = o.event.views.get(&actor_text(&actor)).and_then(|v| v.free_busy.clone());
            let free = view.unwrap_or_else(|| o.event.free_busy.clone()) == "free";
            if only_busy && free {
                return None;
            }
            Some((o.event.span().0, item(&o, answer.as_deref().filter(|_| rsvp))))
        })
        .collect();
    items.sort_by_key(|(at, _)| *at);
    items.into_iter().map(|(_, item)| item).collect()
}

/// What the person said, if they are invited, alone or with a chat.
fn invitation(world: &World, event: &Event, user: UserKey) -> Option<String> {
    let by_name = present(event).find(|a| a.who == Who::User(user));
    let found = by_name.or_else(|| {
        present(event).find(|a| match &a.who {
            Who::Chat(id) => {
                let chat = im::act::find(world, id).and_then(|key| world.im.chat(key));
                chat.is_some_and(|c| world.im.is_in(c, &Actor::User(user)))
            }
            _ => false,
        })
    });
    found.map(|a| a.rsvp(world.now).to_owned())
}

fn item(occurrence: &Occurrence, rsvp: Option<&str>) -> Value {
    let (start, end) = occurrence.event.span();
    let mut item = json!({ "start_time": shown(start), "end_time": shown(end) });
    if let Some(rsvp) = rsvp {
        item["rsvp_status"] = rsvp.into();
    }
    item
}
