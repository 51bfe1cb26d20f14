//! Who is invited: people, chats, rooms, addresses. Rooms answer after a while, by their own rules.

use serde_json::{Value, json};

use super::events::{self, edit, heads, notify, organises, reached};
use super::rows::{Attendee, Event, Role, Who};
use super::{gate, rooms};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::im::{self, Actor};
use crate::sandbox::world::{World, digest};

/// The pages' figures.
const EVENT: usize = 3000;
const ADD: usize = 1000;
const ADD_ROOMS: usize = 100;
const REMOVE: usize = 500;
const PAGE: usize = 10;

const BASE: &str = "/open-apis/calendar/v4/calendars/:calendar_id/events/:event_id/attendees";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", BASE, create),
        Route::write(
            "POST",
            "/open-apis/calendar/v4/calendars/:calendar_id/events/:event_id/attendees/batch_delete",
            batch_delete,
        ),
        Route::read("GET", BASE, list),
        Route::read(
            "GET",
            "/open-apis/calendar/v4/calendars/:calendar_id/events/:event_id/attendees/:attendee_id/chat_members",
            chat_members,
        ),
    ]
}

pub(super) fn render(
    world: &World,
    call: &Call<'_>,
    event: &Event,
    attendee: &Attendee,
    customization: bool,
) -> Value {
    let user = |key: UserKey| gate::actor_id(world, call, &Actor::User(key));
    let mut value = json!({
        "type": attendee.who.kind(),
        "attendee_id": attendee.id(),
        "rsvp_status": attendee.rsvp(world.now),
        "is_optional": attendee.optional,
        "is_organizer": matches!(attendee.who, Who::User(u) if event.creator == Actor::User(u)),
        "is_external": matches!(attendee.who, Who::Mail(_)),
        "display_name": name(world, &attendee.who),
    });
    match &attendee.who {
        Who::User(key) => value["user_id"] = user(*key).into(),
        Who::Chat(id) => value["chat_id"] = id.as_str().into(),
        Who::Room(id) => value["room_id"] = id.as_str().into(),
        Who::Mail(address) => value["third_party_email"] = address.as_str().into(),
    }
    if let Some(operator) = attendee.operator {
        value["operate_id"] = user(operator).into();
    }
    if let Some(answers) = attendee.customization.as_ref().filter(|_| customization) {
        value["resource_customization"] = answers.clone();
    }
    value
}

fn name(world: &World, who: &Who) -> String {
    match who {
        Who::User(key) => gate::name_of(world, &Actor::User(*key)),
        Who::Chat(id) => {
            let chat = im::act::find(world, id).and_then(|key| world.im.chat(key));
            chat.and_then(|c| c.name.clone()).unwrap_or_default()
        }
        Who::Room(id) | Who::Mail(id) => id.clone(),
    }
}

/// What one entry of a body means.
fn party(world: &World, call: &Call<'_>, entry: &Value) -> Result<Who, Refusal> {
    let text = |name: &str| {
        let text = entry.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
        text.ok_or_else(|| refuse(190_002))
    };
    match entry.get("type").and_then(Value::as_str) {
        Some("user") => Ok(Who::User(gate::person(world, call, text("user_id")?)?)),
        Some("chat") => {
            let id = text("chat_id")?;
            let chat = im::act::find(world, id).and_then(|key| world.im.chat(key));
            chat.filter(|c| !c.dissolved).ok_or_else(|| refuse(190_002))?;
            Ok(Who::Chat(id.to_owned()))
        }
        Some("resource") => {
            let id = text("room_id")?;
            if rooms::exists(world, id) { Ok(Who::Room(id.to_owned())) } else { Err(refuse(190_002)) }
        }
        Some("third_party") => {
            let address = text("third_party_email")?;
            if address.contains('@') { Ok(Who::Mail(address.to_owned())) } else { Err(refuse(190_002)) }
        }
        _ => Err(refuse(194_004)),
    }
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let (visit, event) = reached(world, call)?;
    let guest_may = matches!(event.attendee_ability.as_str(), "can_invite_others" | "can_modify_event")
        && matches!(visit.actor, Actor::User(u) if event.attendees.iter().any(|a| a.who == Who::User(u)));
    if visit.role < Role::Writer && !guest_may {
        return Err(refuse(191_002));
    }
    if !organises(world, &visit, &event) && !guest_may {
        return Err(refuse(194_002));
    }
    let entries = call.list("attendees").cloned().unwrap_or_default();
    if entries.is_empty() || entries.len() > ADD {
        return Err(refuse(190_002));
    }
    let mut fresh: Vec<Attendee> = Vec::new();
    for entry in &entries {
        let attendee = judged(world, call, &event, &visit.actor, entry)?;
        if !fresh.iter().any(|a| a.who == attendee.who) {
            fresh.push(attendee);
        }
    }
    if fresh.iter().filter(|a| matches!(a.who, Who::Room(_))).count() > ADD_ROOMS {
        return Err(refuse(190_002));
    }
    // The contact of a room comes along unless the request says no.
    if call.bool("add_operator_to_attendee").unwrap_or(true) {
        let operators: Vec<UserKey> = fresh.iter().filter_map(|a| a.operator).collect();
        for key in operators {
            if !fresh.iter().any(|a| a.who == Who::User(key)) {
                fresh.push(plain(Who::User(key)));
            }
        }
    }
    let before: Vec<Who> = present(&event).map(|a| a.who.clone()).collect();
    fresh.retain(|a| !before.contains(&a.who));
    let total: usize =
        before.iter().chain(fresh.iter().map(|a| &a.who)).map(|who| heads(world, who).max(1)).sum();
    if total > EVENT {
        return Err(refuse(190_002));
    }
    for attendee in &mut fresh {
        attendee.number = world.next("calendar_attendee");
        if let Who::Room(room) = &attendee.who {
            attendee.answer = Some(rooms::answer(world, &event, room));
        }
    }
    let (id, added) = (event.id(), fresh.clone());
    edit(world, &id, |e| {
        e.attendees.retain(|a| !added.iter().any(|n| n.who == a.who));
        e.attendees.extend(fresh);
        // A meeting comes with the first guest, unless there is to be none.
        if e.vchat.is_none() {
            e.vchat = Some(json!({ "vc_type": "vc", "meeting_url": "https://vc.feishu.cn/j/100000000" }));
        }
    });
    notify(world, &id, "attendees", call.bool("need_notification").unwrap_or(true));
    let event = events::find(world, &id).unwrap_or(event);
    let rows: Vec<Value> = present(&event).map(|a| render(world, call, &event, a, true)).collect();
    Ok(Data::Of(json!({ "attendees": rows })))
}

fn plain(who: Who) -> Attendee {
    Attendee {
        number: 0,
        who,
        optional: false,
        rsvp: "needs_action".to_owned(),
        operator: None,
        answer: None,
        customization: None,
        reason: String::new(),
    }
}

fn judged(
    world: &World,
    call: &Call<'_>,
    event: &Event,
    actor: &Actor,
    entry: &Value,
) -> Result<Attendee, Refusal> {
    let who = party(world, call, entry)?;
    let room = matches!(who, Who::Room(_));
    let optional = entry.get("is_optional").and_then(Value::as_bool).unwrap_or(false);
    let operator = match entry.get("operate_id").and_then(Value::as_str).filter(|t| !t.is_empty()) {
        Some(id) => Some(gate::person(world, call, id)?),
        None => None,
    };
    // Nobody could be asked about a room that a bot holds.
    if room && (optional || operator.is_none() && matches!(actor, Actor::Bot(_))) {
        return Err(refuse(190_002));
    }
    let reason = entry.get("approval_reason").and_then(Value::as_str).unwrap_or_default();
    if !reason.is_empty() && matches!(actor, Actor::Bot(_)) {
        return Err(refuse(190_002));
    }
    if room && !rooms::short_enough(event) {
        return Err(refuse(190_002));
    }
    Ok(Attendee {
        optional,
        operator: operator.filter(|_| room),
        customization: entry.get("resource_customization").cloned(),
        reason: reason.to_owned(),
        ..plain(who)
    })
}

/// Those who were not taken away.
pub(super) fn present(event: &Event) -> impl Iterator<Item = &Attendee> {
    event.attendees.iter().filter(|a| a.rsvp != "removed")
}

/// All of them or none. Who is taken away stays listed as such.
fn batch_delete(world: &mut World, call: &Call<'_>) -> Answer {
    let (visit, event) = reached(world, call)?;
    if !organises(world, &visit, &event) {
        return Err(refuse(194_003));
    }
    let by_id = call.texts("attendee_ids").unwrap_or_default();
    let by_who = call.list("delete_ids").cloned().unwrap_or_default();
    if by_id.len() + by_who.len() > REMOVE || by_id.is_empty() && by_who.is_empty() {
        return Err(refuse(190_002));
    }
    let mut leaving: Vec<u64> = Vec::new();
    for id in by_id {
        let found = present(&event).find(|a| a.id() == id).ok_or_else(|| refuse(194_000))?;
        leaving.push(found.number);
    }
    for entry in &by_who {
        let who = named(world, call, entry)?;
        let found = present(&event).find(|a| a.who == who).ok_or_else(|| refuse(194_000))?;
        leaving.push(found.number);
    }
    let id = event.id();
    notify(world, &id, "removal", call.bool("need_notification").unwrap_or(true));
    edit(world, &id, |e| {
        for attendee in e.attendees.iter_mut().filter(|a| leaving.contains(&a.number)) {
            "removed".clone_into(&mut attendee.rsvp);
            attendee.answer = None;
        }
    });
    Ok(Data::empty())
}

/// For taking away, where it does not matter what became of it.
fn named(world: &World, call: &Call<'_>, entry: &Value) -> Result<Who, Refusal> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    match entry.get("type").and_then(Value::as_str) {
        Some("user") => Ok(Who::User(ids::find_user(world, call, call.user_id_type(), &text("user_id"))?)),
        Some("chat") => Ok(Who::Chat(text("chat_id"))),
        Some("resource") => Ok(Who::Room(text("room_id"))),
        Some("third_party") => Ok(Who::Mail(text("third_party_email"))),
        _ => Err(refuse(194_004)),
    }
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let (visit, event) = reached(world, call)?;
    let guest = matches!(visit.actor, Actor::User(u) if present(&event).any(|a| a.who == Who::User(u)));
    let hidden = event.attendee_ability == "none" && visit.role < Role::Writer;
    if visit.role < Role::Reader || guest && hidden {
        return Err(refuse(194_001));
    }
    let page = call.page(190_002, 190_008)?.at_least(PAGE);
    let customization = call.query_bool("need_resource_customization") && organises(world, &visit, &event);
    let mut all: Vec<&Attendee> = event.attendees.iter().collect();
    all.sort_by_key(|a| digest(&["attendees", &a.id()]));
    let cut = page.cut(world, all, |a| render(world, call, &event, a, customization));
    Ok(cut.into_data("items"))
}

/// Whom an invited chat stands for. The caller must be in it.
fn chat_members(world: &World, call: &Call<'_>) -> Answer {
    let (visit, event) = reached(world, call)?;
    let wanted = call.path("attendee_id");
    let found = present(&event).find(|a| a.id() == wanted).ok_or_else(|| refuse(194_000))?;
    let Who::Chat(id) = &found.who else { return Err(refuse(194_004)) };
    let chat = im::act::find(world, id).and_then(|key| world.im.chat(key)).ok_or_else(|| refuse(194_000))?;
    if !world.im.is_in(chat, &visit.actor) {
        return Err(refuse(194_001));
    }
    let page = call.page(190_002, 190_008)?;
    let cut = page.cut(world, world.im.people(chat), |user| {
        json!({
            "rsvp_status": "needs_action",
            "is_optional": found.optional,
            "display_name": gate::name_of(world, &Actor::User(user)),
            "open_id": ids::open_id(&call.caller.app_id, user),
            "is_organizer": event.creator == Actor::User(user),
            "is_external": false,
        })
    });
    Ok(cut.into_data("items"))
}
