//! Who and what is invited: five hundred out and a thousand in a call, out before in, since whether somebody is
//! optional is changed by inviting them anew.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::observe::{DECLINED, WAITING};
use super::spec::{ATTENDEES, CHATS, CONTACT, EMAILS, GUESTS, NAME, OPTIONAL, ROOMS};
use super::steps::{event, loud, place};
use super::wire;
use crate::kinds::membership::{Phase, batch_name, in_order_of, once_they_exist, releasing};
use crate::kinds::unread;
use crate::model::{Action, Call, Fact, StepDraft, Target, Value, Verb, Wanted};
use crate::resource::{Drafts, ThingChange, Work};

const ADD: &str = "/open-apis/calendar/v4/calendars/:calendar_id/events/:event_id/attendees";
const REMOVE: &str = "/open-apis/calendar/v4/calendars/:calendar_id/events/:event_id/attendees/batch_delete";
const ADDED: usize = 1000;
const REMOVED: usize = 500;
const PART: &str = "guests";

/// Somebody or something, in one of the lists.
type Guest<'v> = (&'static str, &'v Value);

pub(super) fn guests(work: &Work<'_>, change: &ThingChange<'_>, fresh: bool, out: &mut Drafts) {
    let declared = |name: &&'static str| change.wanted.contains_key(*name);
    let differs = |name: &&'static str| fresh && declared(name) || !fresh && change.changes(name);
    let changed: Vec<&'static str> = GUESTS.into_iter().filter(differs).collect();
    let contact = !fresh && change.changes(CONTACT);
    if changed.is_empty() && !contact || twice(change, out) {
        return;
    }
    let known = |name: &str| change.field(name).is_none_or(|field| field.before.is_some());
    if !fresh && !changed.iter().all(|name| known(name)) {
        let gap = change.live.and_then(|live| unread::of(work, NAME, &live.id));
        let why = "its attendees could not be read, so nothing is done about them";
        out.unread(&change.address, unread::why(why, gap), gap.and_then(|gap| gap.remedy.clone()));
        return;
    }
    let (mut come, mut go): (Vec<Guest<'_>>, Vec<Guest<'_>>) = (Vec::new(), Vec::new());
    for name in &changed {
        let after: BTreeSet<&Value> = change.after(name).into_iter().flat_map(Value::elements).collect();
        let field = change.field(name).filter(|_| !fresh);
        let before: BTreeSet<&Value> =
            field.and_then(|f| f.before.as_ref()).into_iter().flat_map(Value::elements).collect();
        come.extend(after.difference(&before).map(|value| (*name, *value)));
        if matches!(change.wanted.get(*name), Some(Wanted::Exactly(_))) {
            go.extend(before.difference(&after).map(|value| (*name, *value)));
        }
    }
    // Whoever changes between must and may is invited anew, whether or not both lists are declared.
    let other = |name: &str| if name == OPTIONAL { ATTENDEES } else { OPTIONAL };
    let live = |name: &str| change.live.filter(|_| !fresh).and_then(|live| live.attributes.get(name));
    for (name, value) in come.clone().into_iter().filter(|(name, _)| matches!(*name, ATTENDEES | OPTIONAL)) {
        let list = live(other(name)).map(|list| crate::kinds::membership::as_planned(work, list));
        let there = list.iter().flat_map(Value::elements).any(|v| v == value);
        if there && !go.iter().any(|(_, v)| *v == value) {
            go.push((other(name), value));
        }
    }
    // Another contact is told by booking anew.
    if contact {
        let rooms: Vec<&Value> = live(ROOMS).into_iter().flat_map(Value::elements).collect();
        let again: Vec<&Value> = rooms.into_iter().filter(|r| !go.contains(&(ROOMS, *r)) && stays(change, r)).collect();
        go.extend(again.iter().map(|room| (ROOMS, *room)));
        come.extend(again.iter().map(|room| (ROOMS, *room)));
    }
    let phases = vec![
        Phase { part: "guests out", why: "whoever leaves has left", steps: removals(work, change, &go) },
        Phase { part: "guests in", why: "everybody is invited", steps: additions(work, change, &come) },
    ];
    let names = changed.iter().copied().chain(change.wanted.contains_key(CONTACT).then_some(CONTACT));
    let applied = names.filter_map(|name| Some((name.to_owned(), change.after(name)?.clone())));
    for mut step in in_order_of(&change.address, PART, phases, applied.collect()) {
        step = if fresh {
            step.needs(Fact::Exists(change.address.clone()), "the event exists")
        } else {
            step.needs(Fact::Settled("changed".to_owned(), change.address.clone()), "the event is as it shall be")
        };
        out.step(step);
    }
}

/// A room that the plan keeps.
fn stays(change: &ThingChange<'_>, room: &Value) -> bool {
    match change.wanted.get(ROOMS) {
        Some(Wanted::Exactly(rooms)) => rooms.elements().any(|r| wire::room(r) == wire::room(room)),
        Some(Wanted::AtLeast(_)) | None => true,
    }
}

/// Rules may lead to the same person twice.
fn twice(change: &ThingChange<'_>, out: &mut Drafts) -> bool {
    let people = |name: &str| change.wanted.get(name).map(|_| change.after(name)).into_iter().flatten();
    let must: BTreeSet<&Value> = people(ATTENDEES).flat_map(Value::elements).collect();
    let both = people(OPTIONAL).flat_map(Value::elements).find(|who| must.contains(who));
    let Some(who) = both else { return false };
    out.problem(
        &change.address,
        Some(OPTIONAL),
        "plan::invited_twice",
        format!("{} is in {ATTENDEES} and in {OPTIONAL}", who.plain()),
        "take the person out of one of the lists",
    );
    true
}

fn named(work: &Work<'_>, (name, value): &Guest<'_>) -> Option<Json> {
    let target = value.as_target();
    Some(match *name {
        ATTENDEES | OPTIONAL => json!({ "type": "user", "user_id": work.json_id(target?, "id") }),
        CHATS => json!({ "type": "chat", "chat_id": work.json_id(target?, "id") }),
        EMAILS => json!({ "type": "third_party", "third_party_email": value.as_text()? }),
        _ => match target {
            Some(target) => json!({ "type": "resource", "room_id": work.json_id(target, "id") }),
            None => json!({ "type": "resource", "room_id": wire::room(value)? }),
        },
    })
}

fn additions(work: &Work<'_>, change: &ThingChange<'_>, come: &[Guest<'_>]) -> Vec<StepDraft> {
    let contact = change.after(CONTACT).and_then(Value::as_target);
    let entry = |guest: &Guest<'_>| {
        let mut entry = named(work, guest)?;
        if guest.0 == OPTIONAL {
            entry["is_optional"] = true.into();
        }
        if let (ROOMS, Some(contact)) = (guest.0, contact) {
            entry["operate_id"] = work.json_id(contact, "id");
        }
        Some(entry)
    };
    batches(work, change, come, ("invite", ADD, "attendees", ADDED), entry, |step, targets| {
        let rooms = contact.filter(|_| come.iter().any(|(name, _)| *name == ROOMS));
        let all = targets.into_iter().chain(rooms);
        once_they_exist(step, work, all, "who is invited exists")
    })
}

fn removals(work: &Work<'_>, change: &ThingChange<'_>, go: &[Guest<'_>]) -> Vec<StepDraft> {
    let entry = |guest: &Guest<'_>| named(work, guest);
    batches(work, change, go, ("remove", REMOVE, "delete_ids", REMOVED), entry, |step, targets| {
        releasing(step, work, targets)
    })
}

fn batches<'v>(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    all: &[Guest<'v>],
    (verb, path, field, most): (&str, &str, &str, usize),
    entry: impl Fn(&Guest<'v>) -> Option<Json>,
    linked: impl Fn(StepDraft, Vec<&'v Target>) -> StepDraft,
) -> Vec<StepDraft> {
    let many = all.chunks(most).len();
    let step = |(at, batch): (usize, &[Guest<'v>])| {
        let entries: Vec<Json> = batch.iter().filter_map(&entry).collect();
        let mut body = json!({ "need_notification": loud(change) });
        body[field] = entries.into();
        if verb == "invite" {
            // Else the contact of a room is invited too.
            body["add_operator_to_attendee"] = false.into();
        }
        let call = place(work, change, Call::new("POST", path))
            .param("event_id", event(work, change))
            .query("user_id_type", "user_id")
            .body(body);
        let what = batch_name(verb, "guest", batch.len(), at, many);
        let step = StepDraft::new(change.address.clone(), Verb::Update, what, call);
        linked(step, batch.iter().filter_map(|(_, value)| value.as_target()).collect())
    };
    all.chunks(most).enumerate().map(step).collect()
}

/// Rooms that have not answered, and those that said no.
pub(super) fn tell(change: &ThingChange<'_>, out: &mut Drafts) {
    let stays = matches!(change.action, Action::Keep | Action::Update | Action::Adopt);
    if !stays || !change.wanted.contains_key(ROOMS) {
        return;
    }
    let wanted = |room: &str| {
        change.after(ROOMS).into_iter().flat_map(Value::elements).any(|value| wire::room(value) == Some(room))
    };
    let rooms = |fact: &str| -> Vec<String> {
        let all = change.live.and_then(|live| live.facts.get(fact)).into_iter().flat_map(Value::elements);
        all.filter_map(Value::as_text).filter(|room| wanted(room)).map(str::to_owned).collect()
    };
    for (fact, words) in [(WAITING, "has not answered yet"), (DECLINED, "declined: name another, or change the time")] {
        for room in rooms(fact) {
            out.pend(&change.address, &[ROOMS], format!("the room {room} {words}"));
        }
    }
}
