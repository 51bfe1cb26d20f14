//! Reading calendars, and which one is which.
//!
//! A calendar has no name that could tell it: it is known by its recorded id, and by the mark that the app left
//! in the alias, which nobody but the app sees. The list is of what the app is subscribed to; what it made is in
//! it unless somebody used the app's name to unsubscribe, so that recorded ids are asked for one by one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::spec::{INFO, NAME, ROLES};
use crate::api::{ApiError, Draft, Listing};
use crate::kinds::parallel::in_parallel;
use crate::model::{Address, Declared, Found, Gap, Live, Observed, Presence, Record, Value};
use crate::resource::{Ask, Context, Identity};

const LIST: &str = "/open-apis/calendar/v4/calendars";
const ONE: &str = "/open-apis/calendar/v4/calendars/:calendar_id";
const ACLS: &str = "/open-apis/calendar/v4/calendars/:calendar_id/acls";

/// Facts.
pub(super) const ROLE: &str = "role";
pub(super) const ALIAS: &str = "alias";
/// Entry by person.
pub(super) const ENTRIES: &str = "acl_ids";
/// The address that the calendar is known by: recorded, else marked. The kind of events reads it.
pub(super) const KNOWN_AS: &str = "address";

/// There is none, or none any more.
pub(super) const GONE: [i64; 2] = [191_000, 191_003];
const NO_ROLE: i64 = 191_002;
const NO_BOT: i64 = 190_007;

/// What the app writes into the alias of a calendar.
pub(super) fn mark(address: &Address) -> String {
    format!("larkctl:{address}")
}

fn marked(alias: &str) -> Option<Address> {
    let address: Address = alias.strip_prefix("larkctl:")?.parse().ok()?;
    (address.kind() == NAME).then_some(address)
}

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let mut observed = Observed::default();
    let looked_up = ask.lookups.iter().filter(|l| l.kind == NAME && l.by == "calendar_id");
    let ids: BTreeSet<String> =
        ask.ids.iter().cloned().chain(looked_up.map(|l| l.value.clone())).collect();
    let nameless = ask.declared.iter().any(|t| ask.records.get(&t.address).and_then(Record::id).is_none());
    if ask.everything || nameless || ids.len() > 2 {
        list(context, &mut observed).await;
    }
    let missing: Vec<String> = ids.into_iter().filter(|id| !observed.things.contains_key(id)).collect();
    let got = in_parallel(missing.iter().cloned().map(|id| get(context, id)).collect()).await;
    for (id, got) in missing.into_iter().zip(got) {
        match got {
            Ok(Some(live)) => drop(observed.things.insert(id, live)),
            Ok(None) => drop(observed.absent.insert(id)),
            Err(gap) => drop(observed.unknown.insert(id, gap)),
        }
    }
    // A recorded calendar that a look has not shown may still carry the mark of a lost state: the list tells.
    let lost = ask.records.values().filter_map(Record::id).any(|id| observed.absent.contains(id));
    if lost && !observed.complete {
        list(context, &mut observed).await;
    }
    name(ask, &mut observed);
    access(ask, context, &mut observed).await;
    for lookup in ask.lookups.iter().filter(|l| l.kind == NAME) {
        let found = match (observed.things.contains_key(&lookup.value), observed.unknown.get(&lookup.value)) {
            (true, _) => Found::One(lookup.value.clone()),
            (false, Some(gap)) => Found::Unknown(gap.clone()),
            (false, None) => Found::None,
        };
        observed.lookups.insert(lookup.clone(), found);
    }
    observed
}

/// Says which address each calendar is known by: the recorded one, else the marked one.
fn name(ask: &Ask, observed: &mut Observed) {
    let recorded: BTreeMap<&str, &Address> =
        ask.records.iter().filter_map(|(address, record)| Some((record.id()?, address))).collect();
    let held: BTreeSet<&Address> = ask
        .records
        .iter()
        .filter(|(_, record)| record.id().is_some_and(|id| observed.things.contains_key(id)))
        .map(|(address, _)| address)
        .collect();
    for live in observed.things.values_mut() {
        let alias = live.facts.get(ALIAS).and_then(Value::as_text).unwrap_or_default();
        let own = recorded.get(live.id.as_str()).map(|a| (*a).clone());
        // The mark of an address that the state knows elsewhere is an old one.
        let address = own.or_else(|| marked(alias).filter(|a| !held.contains(a)));
        if let Some(address) = address {
            live.facts.insert(KNOWN_AS.to_owned(), Value::text(address.to_string()));
        }
    }
}

pub(super) fn known_as(live: &Live) -> Option<&str> {
    live.facts.get(KNOWN_AS).and_then(Value::as_text)
}

pub(super) fn identify(thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
    let unknown = |gap: Option<&Gap>, otherwise: &str| Identity::Unknown {
        why: gap.map_or_else(|| otherwise.to_owned(), |gap| format!("{}: {}", gap.what, gap.why)),
        remedy: gap.and_then(|gap| gap.remedy.clone()),
    };
    if let Some(id) = record.and_then(Record::id) {
        match observed.presence(id) {
            Presence::Present(live) => return Identity::Bound(live.id.clone()),
            Presence::Unknown(gap) => return unknown(gap, "it could not be read"),
            Presence::Absent => {}
        }
    }
    let address = thing.address.to_string();
    let mut ours = observed.things.values().filter(|live| known_as(live) == Some(&address));
    match (ours.next(), ours.next()) {
        (Some(one), None) => Identity::Bound(one.id.clone()),
        (Some(one), Some(two)) => Identity::Unclear {
            why: format!("{} and {} both carry the mark of {address}", one.id, two.id),
            remedy: format!("say which one: import: {{{address}: CALENDAR_ID}}, and delete the other"),
        },
        (None, _) if observed.complete => Identity::Absent,
        (None, _) => unknown(observed.gaps.first(), "the calendars of the app were not listed"),
    }
}

async fn list(context: &Context<'_>, observed: &mut Observed) {
    let what = "calendars of the app";
    let request = match Draft::to("GET", LIST).query("page_size", "1000").read() {
        Ok(request) => request,
        Err(error) => {
            observed.gaps.push(Gap { what: what.to_owned(), why: error.to_string(), remedy: None });
            return;
        }
    };
    let (items, failure) = match context.reader.list(&request, "calendar_list").await {
        Listing::Complete(items) => (items, None),
        Listing::Partial { items, why } => (items, Some(why)),
    };
    observed.complete = failure.is_none();
    observed.gaps.extend(failure.map(|error| gap(what, &error)));
    for item in &items {
        match live(item) {
            Some(Ok(live)) => drop(observed.things.insert(live.id.clone(), live)),
            // Primary ones, those of rooms and those of other services are nothing to us.
            Some(Err(_)) => {}
            None => {
                observed.complete = false;
                let why = "an entry of the list has no calendar_id".to_owned();
                observed.gaps.push(Gap { what: what.to_owned(), why, remedy: None });
            }
        }
    }
}

/// Nothing: there is none.
async fn get(context: &Context<'_>, id: String) -> Result<Option<Live>, Gap> {
    let what = format!("calendar {id}");
    let plain = |why: String| Gap { what: what.clone(), why, remedy: None };
    let request = Draft::to("GET", ONE).path("calendar_id", id.clone()).read();
    let request = request.map_err(|error| plain(error.to_string()))?;
    match context.reader.get(&request).await {
        Ok(answer) => match live(&answer.value) {
            Some(Ok(live)) => Ok(Some(live)),
            Some(Err(kind)) => Err(Gap {
                what: what.clone(),
                why: format!("it is a {kind} calendar, and only shared ones are managed"),
                remedy: Some("name a shared calendar, or let larkctl make one".to_owned()),
            }),
            None => Err(plain("the answer holds no calendar".to_owned())),
        },
        Err(error) if error.code().is_some_and(|code| GONE.contains(&code)) => Ok(None),
        Err(error) => Err(gap(&what, &error)),
    }
}

fn gap(what: &str, error: &ApiError) -> Gap {
    let remedy = match error.code() {
        Some(NO_ROLE) => Some("make the app an owner of this calendar; if that is not possible, let it make its own".to_owned()),
        Some(NO_BOT) => Some("switch the app's bot on in the developer console, and publish a version".to_owned()),
        _ => error.remedy().map(str::to_owned),
    };
    Gap { what: what.to_owned(), why: error.to_string(), remedy }
}

/// The normal form; the type instead for what is no shared calendar.
fn live(item: &Json) -> Option<Result<Live, String>> {
    let text = |name: &str| item.get(name).and_then(Json::as_str).unwrap_or_default();
    let id = Some(text("calendar_id")).filter(|id| !id.is_empty())?;
    if text("type") != "shared" {
        return Some(Err(text("type").to_owned()));
    }
    let mut live = Live { id: id.to_owned(), ..Live::default() };
    let filled = |name: &str| Some(text(name)).filter(|t| !t.is_empty()).map_or(Value::Null, Value::text);
    live.attributes.insert("name".to_owned(), filled("summary"));
    live.attributes.insert("description".to_owned(), filled("description"));
    live.attributes.insert("visibility".to_owned(), filled("permissions"));
    live.facts.insert(ROLE.to_owned(), Value::text(text("role")));
    live.facts.insert(ALIAS.to_owned(), Value::text(text("summary_alias")));
    Some(Ok(live))
}

/// Access lists of the calendars whose people are declared, and of those that may become theirs.
async fn access(ask: &Ask, context: &Context<'_>, observed: &mut Observed) {
    let lists = |t: &&Declared| ROLES.iter().any(|(name, _)| t.attributes.contains_key(*name));
    let meant = |address: &Address| {
        let targeted = ask.only.iter().any(|a| a.kind() == NAME);
        !targeted || ask.only.contains(address)
    };
    let wanted: BTreeSet<String> =
        ask.declared.iter().filter(lists).map(|t| &t.address).filter(|a| meant(a)).map(ToString::to_string).collect();
    let ids: Vec<String> = observed
        .things
        .values()
        .filter(|live| live.facts.get(ROLE).and_then(Value::as_text) == Some("owner"))
        .filter(|live| match known_as(live) {
            Some(address) => wanted.contains(address),
            None => ask.ids.contains(&live.id) && !wanted.is_empty(),
        })
        .map(|live| live.id.clone())
        .collect();
    if !context.grants(&["contact:user.employee_id:readonly"]) {
        let scopes = vec!["contact:user.employee_id:readonly".to_owned()];
        observed.unreadable.extend(ROLES.map(|(name, _)| (name.to_owned(), scopes.clone())));
        return;
    }
    let read = in_parallel(ids.iter().cloned().map(|id| entries(context, id)).collect()).await;
    for (id, read) in ids.into_iter().zip(read) {
        let Some(live) = observed.things.get_mut(&id) else { continue };
        match read {
            Ok(entries) => put(live, entries),
            Err(gap) => observed.gaps.push(gap),
        }
    }
}

/// Person, role, id of the entry.
type Entry = (String, String, String);

async fn entries(context: &Context<'_>, id: String) -> Result<Vec<Entry>, Gap> {
    let what = format!("access list of calendar {id}");
    let plain = |why: String| Gap { what: what.clone(), why, remedy: None };
    let request = Draft::to("GET", ACLS)
        .path("calendar_id", id)
        .query("user_id_type", "user_id")
        .query("page_size", "50")
        .read()
        .map_err(|error| plain(error.to_string()))?;
    let items = context.reader.list(&request, "acls").await.into_complete().map_err(|e| gap(&what, &e))?;
    let mut found = Vec::new();
    for item in &items {
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        let (user, role, entry) = (text(&item["scope"]["user_id"]), text(&item["role"]), text(&item["acl_id"]));
        if role.is_empty() || entry.is_empty() {
            return Err(plain("an entry has no role or no id".to_owned()));
        }
        // An app has no user_id: its own entry, which is never touched.
        if !user.is_empty() && !user.starts_with("ou_") {
            found.push((user, role, entry));
        }
    }
    Ok(found)
}

fn put(live: &mut Live, entries: Vec<Entry>) {
    let mut ids = BTreeMap::new();
    let mut lists: BTreeMap<&str, BTreeSet<Value>> = ROLES.iter().map(|(name, _)| (*name, BTreeSet::new())).collect();
    for (user, role, entry) in entries {
        if let Some((name, _)) = ROLES.iter().find(|(_, word)| *word == role) {
            lists.entry(name).or_default().insert(Value::remote("user", user.clone()));
        }
        ids.insert(user, Value::text(entry));
    }
    live.attributes.extend(lists.into_iter().map(|(name, people)| (name.to_owned(), Value::Set(people))));
    live.facts.insert(ENTRIES.to_owned(), Value::Map(ids));
    debug_assert!(live.attributes.keys().all(|name| INFO.attribute(name).is_some()));
}
