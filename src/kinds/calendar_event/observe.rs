//! Reading events: one list a calendar, attendees of those events alone that declare any; which event is which.
//!
//! The list gives tokens only from an anchor on, so one is always sent, at the beginning of time. Exceptions of a
//! series come as items of their own; they belong to the series and are never things of their own here.
//!
//! An event has no name that could tell it. It is known by its recorded id, else by its calendar, title and
//! beginning, of events that no other address holds. What was found for an address is handed to [`identify`] as the
//! answer to a look-up of the kind's own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::spec::{ALL_DAY, AT, ATTENDEES, CALENDAR, CHATS, CONTACT, EMAILS, EXCEPT, GUESTS, NAME, OPTIONAL, ROOMS, TITLE};
use super::time::{self, When};
use super::wire;
use crate::api::{ApiError, Draft};
use crate::kinds::parallel::in_parallel;
use crate::model::{Address, Declared, Found, Gap, Live, Lookup, Observed, Presence, Record, Value};
use crate::resource::{Ask, Context, Identity};

const EVENTS: &str = "/open-apis/calendar/v4/calendars/:calendar_id/events";
const PEOPLE: &str = "/open-apis/calendar/v4/calendars/:calendar_id/events/:event_id/attendees";
const SPOKEN: &str = "contact:user.employee_id:readonly";

/// The calendar is gone, and what was on it.
const GONE: [i64; 2] = [191_000, 191_003];

/// The id of the calendar, among the ids of an event.
pub(super) const ON: &str = "calendar";
/// Facts.
pub(super) const EXCEPTIONS: &str = "exceptions";
pub(super) const WAITING: &str = "rooms_waiting";
pub(super) const DECLINED: &str = "rooms_declined";
/// What the kind of calendars says of one.
const KNOWN_AS: &str = "address";

/// The look-up that holds what was found for an address.
fn own(address: &Address) -> Lookup {
    Lookup { kind: NAME.to_owned(), by: "address".to_owned(), value: address.to_string() }
}

pub(super) fn identify(thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
    let unknown = |gap: Option<&Gap>| Identity::Unknown {
        why: gap.map_or_else(|| "its calendar was not read".to_owned(), |g| format!("{}: {}", g.what, g.why)),
        remedy: gap.and_then(|gap| gap.remedy.clone()),
    };
    if let Some(id) = record.and_then(Record::id) {
        match observed.presence(id) {
            Presence::Present(live) => return Identity::Bound(live.id.clone()),
            Presence::Unknown(gap) => return unknown(gap),
            Presence::Absent => {}
        }
    }
    match observed.lookups.get(&own(&thing.address)) {
        Some(Found::One(id)) => Identity::Bound(id.clone()),
        Some(Found::None) => Identity::Absent,
        Some(Found::Many(ids)) => Identity::Unclear {
            why: format!("{} have its title and its beginning", ids.join(" and ")),
            remedy: format!("say which one: import: {{{}: EVENT_ID}}, and delete the other", thing.address),
        },
        Some(Found::Unknown(gap)) => unknown(Some(gap)),
        None => unknown(observed.gaps.first()),
    }
}

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let mut reading = Reading { ask, context, observed: Observed::default(), failed: BTreeMap::new() };
    reading.events().await;
    reading.settle();
    reading.assign();
    reading.guests().await;
    reading.observed
}

struct Reading<'a> {
    ask: &'a Ask,
    context: &'a Context<'a>,
    observed: Observed,
    /// Calendars whose events could not be listed.
    failed: BTreeMap<String, Gap>,
}

impl Reading<'_> {
    /// Live calendars by the address that they are known by; under "" those that nobody knows, which `import:` may
    /// have named.
    fn calendars(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let things = self.context.earlier.kind(CALENDAR).map(|o| &o.things);
        for live in things.into_iter().flat_map(BTreeMap::values) {
            let known = live.facts.get(KNOWN_AS).and_then(Value::as_text).unwrap_or_default();
            all.entry(known.to_owned()).or_default().insert(live.id.clone());
        }
        all
    }

    /// The live calendars that an event may be on.
    fn of<'c>(
        &self,
        calendars: &'c BTreeMap<String, BTreeSet<String>>,
        thing: &Declared,
    ) -> impl Iterator<Item = &'c String> + use<'c> {
        let holder = thing.address.holder().map(|h| h.to_string()).unwrap_or_default();
        let own = calendars.get(&holder);
        let unclaimed = calendars.get("").filter(|_| own.is_none());
        own.into_iter().chain(unclaimed).flatten()
    }

    async fn events(&mut self) {
        let calendars = self.calendars();
        let mut wanted: BTreeSet<String> =
            self.ask.declared.iter().flat_map(|thing| self.of(&calendars, thing)).cloned().collect();
        wanted.extend(self.ask.records.values().filter_map(|record| record.ids.get(ON).cloned()));
        if self.ask.everything {
            wanted.extend(calendars.into_values().flatten());
        }
        let context = self.context;
        let wanted: Vec<String> = wanted.into_iter().collect();
        let lists = in_parallel(wanted.iter().cloned().map(|id| list(context, id)).collect()).await;
        for (calendar, list) in wanted.into_iter().zip(lists) {
            let read = list.and_then(|items| {
                let lives = lives(&calendar, &items);
                lives.map_err(|why| Gap { what: format!("events of calendar {calendar}"), why, remedy: None })
            });
            match read {
                Ok(lives) => self.observed.things.extend(lives.into_iter().map(|live| (live.id.clone(), live))),
                Err(gap) => {
                    self.observed.gaps.push(gap.clone());
                    self.failed.insert(calendar, gap);
                }
            }
        }
    }

    /// A recorded or imported event that its calendar, read to the end, does not show is not there.
    fn settle(&mut self) {
        let calendars: BTreeMap<&str, &str> = self
            .ask
            .records
            .values()
            .filter_map(|record| Some((record.id()?, record.ids.get(ON)?.as_str())))
            .collect();
        for id in self.ask.ids.iter().filter(|id| !self.observed.things.contains_key(*id)) {
            let gap = match calendars.get(id.as_str()) {
                Some(calendar) => self.failed.get(*calendar),
                None => self.failed.values().next(),
            };
            match gap {
                Some(gap) => drop(self.observed.unknown.insert(id.clone(), gap.clone())),
                None => drop(self.observed.absent.insert(id.clone())),
            }
        }
    }

    /// Finds by calendar, title and beginning what no record finds.
    fn assign(&mut self) {
        let calendars = self.calendars();
        let observed = &self.observed;
        let held: BTreeSet<&str> = self.ask.records.values().filter_map(Record::id).collect();
        let lost = |thing: &&Declared| {
            let id = self.ask.records.get(&thing.address).and_then(Record::id);
            id.is_none_or(|id| observed.presence(id) == Presence::Absent)
        };
        let earlier = self.context.earlier.kind(CALENDAR);
        let mut found = BTreeMap::new();
        for thing in self.ask.declared.iter().filter(lost) {
            let on: BTreeSet<&String> = self.of(&calendars, thing).collect();
            let unread = on.iter().find_map(|id| self.failed.get(*id));
            // Perhaps the calendar is there and could not be seen.
            let hidden = on.is_empty().then(|| earlier.and_then(|e| e.gaps.first().or_else(|| e.unknown.values().next()))).flatten();
            let answer = if let Some(gap) = unread.or(hidden) {
                Found::Unknown(gap.clone())
            } else {
                let alike: Vec<String> = observed
                    .things
                    .values()
                    .filter(|live| !held.contains(live.id.as_str()) || self.leaves(&live.id))
                    .filter(|live| live.ids.get(ON).is_some_and(|c| on.contains(c)) && same(thing, live))
                    .map(|live| live.id.clone())
                    .collect();
                match alike.as_slice() {
                    [] => Found::None,
                    [one] => Found::One(one.clone()),
                    _ => Found::Many(alike),
                }
            };
            found.insert(own(&thing.address), answer);
        }
        self.observed.lookups.extend(found);
    }

    /// Held by an address that is declared no longer: the thing may have got another key.
    fn leaves(&self, id: &str) -> bool {
        let holder = self.ask.records.iter().find(|(_, record)| record.id() == Some(id));
        holder.is_some_and(|(address, _)| self.ask.leaving.contains(address))
    }

    async fn guests(&mut self) {
        let invites = |t: &&Declared| GUESTS.into_iter().chain([CONTACT]).any(|name| t.attributes.contains_key(name));
        let targeted = self.ask.only.iter().any(|a| a.kind() == NAME);
        let meant = |t: &&Declared| !targeted || self.ask.only.contains(&t.address);
        let mut ids: BTreeSet<String> = BTreeSet::new();
        for thing in self.ask.declared.iter().filter(invites).filter(meant) {
            match identify(thing, self.ask.records.get(&thing.address), &self.observed) {
                Identity::Bound(id) => drop(ids.insert(id)),
                Identity::Absent | Identity::Unknown { .. } | Identity::Unclear { .. } => {}
            }
        }
        // What `import:` names is bound by the planner.
        let recorded: BTreeSet<&str> = self.ask.records.values().filter_map(Record::id).collect();
        let imported = self.ask.ids.iter().filter(|id| !recorded.contains(id.as_str()));
        ids.extend(imported.filter(|id| self.observed.things.contains_key(*id)).cloned());
        if ids.is_empty() {
            return;
        }
        if !self.context.grants(&[SPOKEN]) {
            let names = GUESTS.into_iter().chain([CONTACT]);
            self.observed.unreadable.extend(names.map(|name| (name.to_owned(), vec![SPOKEN.to_owned()])));
            return;
        }
        let calls: Vec<(String, String)> = ids
            .into_iter()
            .filter_map(|id| Some((self.observed.things.get(&id)?.ids.get(ON)?.clone(), id)))
            .collect();
        let context = self.context;
        let lists = calls.iter().map(|(calendar, id)| people(context, calendar.clone(), id.clone()));
        let lists = in_parallel(lists.collect()).await;
        for ((_, id), list) in calls.into_iter().zip(lists) {
            let Some(live) = self.observed.things.get_mut(&id) else { continue };
            match list {
                Ok(items) => invite(live, &items),
                Err(gap) => self.observed.gaps.push(gap),
            }
        }
    }
}

/// Title and beginning.
fn same(thing: &Declared, live: &Live) -> bool {
    let Ok(Some(when)) = time::read(thing.value(ALL_DAY), thing.value(AT)) else { return false };
    let name = if when.is_days() { ALL_DAY } else { AT };
    let begins = |value: &Value| value.get("from").or_else(|| value.get("start")).cloned();
    live.attributes.get(TITLE) == thing.value(TITLE)
        && live.attributes.get(name).and_then(begins) == begins(&when.kept())
}

fn gap(what: &str, error: &ApiError) -> Gap {
    Gap { what: what.to_owned(), why: error.to_string(), remedy: error.remedy().map(str::to_owned) }
}

async fn list(context: &Context<'_>, calendar: String) -> Result<Vec<Json>, Gap> {
    let what = format!("events of calendar {calendar}");
    let request = Draft::to("GET", EVENTS)
        .path("calendar_id", calendar)
        .query("anchor_time", "1")
        .query("page_size", "1000")
        .query("user_id_type", "open_id")
        .read()
        .map_err(|error| Gap { what: what.clone(), why: error.to_string(), remedy: None })?;
    match context.reader.list(&request, "items").await.into_complete() {
        Ok(items) => Ok(items),
        Err(error) if error.code().is_some_and(|code| GONE.contains(&code)) => Ok(Vec::new()),
        Err(error) => Err(gap(&what, &error)),
    }
}

/// Single events and series; their exceptions are told with them.
fn lives(calendar: &str, items: &[Json]) -> Result<Vec<Live>, String> {
    let text = |item: &Json, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    let (mut things, mut exceptions): (Vec<(Live, When)>, Vec<&Json>) = (Vec::new(), Vec::new());
    for item in items {
        let id = text(item, "event_id");
        if id.is_empty() {
            return Err("an entry of the list has no event_id".to_owned());
        }
        // What people were invited to elsewhere is nobody's here.
        let elsewhere = !text(item, "organizer_calendar_id").is_empty() && item["organizer_calendar_id"] != *calendar;
        if item["is_exception"] == true || !text(item, "recurring_event_id").is_empty() {
            exceptions.push(item);
        } else if text(item, "status") != "cancelled" && !elsewhere {
            let (when, mut attributes) = wire::attributes(item).map_err(|why| format!("{id}: {why}"))?;
            attributes.insert(CALENDAR.to_owned(), Value::remote(CALENDAR, calendar));
            attributes.insert(EXCEPT.to_owned(), Value::Set(BTreeSet::new()));
            let ids = BTreeMap::from([(ON.to_owned(), calendar.to_owned())]);
            things.push((Live { id, ids, attributes, facts: BTreeMap::new() }, when));
        }
    }
    for (live, when) in &mut things {
        let own: Vec<&&Json> = exceptions.iter().filter(|e| e["recurring_event_id"] == live.id).collect();
        let skipped = own.iter().filter(|e| e["status"] == "cancelled").filter_map(|e| {
            let original = e["event_id"].as_str()?.rsplit_once('_')?.1.parse().ok()?;
            Some(Value::text(when.day(original)?.to_string()))
        });
        live.attributes.insert(EXCEPT.to_owned(), Value::Set(skipped.collect()));
        let many = i64::try_from(own.len()).unwrap_or(i64::MAX);
        live.facts.insert(EXCEPTIONS.to_owned(), Value::Int(many));
    }
    Ok(things.into_iter().map(|(live, _)| live).collect())
}

async fn people(context: &Context<'_>, calendar: String, event: String) -> Result<Vec<Json>, Gap> {
    let what = format!("attendees of event {event}");
    let request = Draft::to("GET", PEOPLE)
        .path("calendar_id", calendar)
        .path("event_id", event)
        .query("user_id_type", "user_id")
        .query("page_size", "100")
        .read()
        .map_err(|error| Gap { what: what.clone(), why: error.to_string(), remedy: None })?;
    context.reader.list(&request, "items").await.into_complete().map_err(|error| gap(&what, &error))
}

/// What people answered is their own business; what rooms answered is told.
fn invite(live: &mut Live, items: &[Json]) {
    let mut lists: BTreeMap<&str, BTreeSet<Value>> = GUESTS.iter().map(|name| (*name, BTreeSet::new())).collect();
    let (mut waiting, mut declined) = (BTreeSet::new(), BTreeSet::new());
    let mut contact = Value::Null;
    for item in items.iter().filter(|item| item["rsvp_status"] != "removed") {
        let text = |name: &str| item[name].as_str().filter(|t| !t.is_empty());
        let mut put = |name: &'static str, value: Value| {
            lists.entry(name).or_default().insert(value);
        };
        match (text("type"), item["is_optional"] == true) {
            (Some("user"), optional) => {
                if let Some(user) = text("user_id") {
                    put(if optional { OPTIONAL } else { ATTENDEES }, Value::remote("user", user));
                }
            }
            (Some("chat"), _) => {
                if let Some(chat) = text("chat_id") {
                    put(CHATS, Value::remote("chat", chat));
                }
            }
            (Some("third_party"), _) => {
                if let Some(address) = text("third_party_email") {
                    put(EMAILS, Value::text(address));
                }
            }
            (Some("resource"), _) => {
                let Some(room) = text("room_id") else { continue };
                put(ROOMS, wire::live_room(room));
                match text("rsvp_status") {
                    Some("decline") => drop(declined.insert(Value::text(room))),
                    Some("needs_action") => drop(waiting.insert(Value::text(room))),
                    _ => {}
                }
                if let Some(user) = text("operate_id") {
                    contact = Value::remote("user", user);
                }
            }
            _ => {}
        }
    }
    live.attributes.extend(lists.into_iter().map(|(name, list)| (name.to_owned(), Value::Set(list))));
    live.attributes.insert(CONTACT.to_owned(), contact);
    live.facts.insert(WAITING.to_owned(), Value::Set(waiting));
    live.facts.insert(DECLINED.to_owned(), Value::Set(declined));
}
