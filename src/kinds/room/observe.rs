//! Reading rooms: the list of all, a hundred on a page, whatever was asked for. What is on the list and not on a known
//! level makes it incomplete. Rules are read of those rooms alone that declare them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::api::Draft;
use crate::kinds::catalogue::{filled, list, text_or_null, wanted};
use crate::kinds::rooms::identity::{Place, Search, level_of, own, path as level_path};
use crate::kinds::rooms::live::put_closed;
use crate::kinds::rooms::read::{closures_that_are_over, rules, sees_people};
use crate::kinds::rooms::{LEVEL, ROOM, Sort};
use crate::kinds::parallel::in_parallel;
use crate::model::{Address, Declared, Found, Gap, Live, Lookup, Observed, Record, Target, Value};
use crate::resource::kind::found_by;
use crate::resource::{Ask, Context};

const ALL: &str = "all rooms";
/// Facts of rooms that leave: how many bookings of the coming months, or why that is not known; and the first one.
pub(super) const BOOKINGS: &str = "bookings";
pub(super) const FIRST_BOOKING: &str = "first booking";
/// Any of them shows when a room is taken.
pub(super) const FREE_BUSY: [&str; 3] =
    ["calendar:calendar.free_busy:read", "calendar:calendar:readonly", "calendar:calendar"];
/// `freebusy/list` looks at ninety days at most.
pub(super) const DAYS_AHEAD: i64 = 90;

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let mut observed = Observed::default();
    if !wanted(ask) {
        return observed;
    }
    rooms(context, &mut observed).await;
    let found = places(ask, context, &observed);
    let mut rules_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for thing in &ask.declared {
        let meant = ask.only.is_empty() || ask.only.contains(&thing.address);
        if let (true, Some(Found::One(id))) = (meant, found.get(&thing.address)) {
            rules_of.entry(id.clone()).or_default().extend(thing.attributes.keys().cloned());
        }
    }
    rules(context, Sort::Room, rules_of, &mut observed).await;
    bookings(ask, context, &mut observed).await;
    closures_that_are_over(ask, &found, context.earlier.taken, &mut observed);
    observed.lookups.extend(found.into_iter().map(|(address, found)| (own(&address), found)));
    answer(ask, context, &mut observed);
    observed
}

async fn rooms(context: &Context<'_>, observed: &mut Observed) {
    let people = sees_people(context, observed);
    let mut draft = Draft::to("GET", "/open-apis/vc/v1/rooms").query("page_size", "100");
    if people {
        draft = draft.query("user_id_type", "user_id");
    }
    let (items, failed) = match list(context, draft, "rooms").await {
        Ok(items) => (items, None),
        Err((items, gap)) => (items, Some(gap(ALL))),
    };
    observed.complete = failed.is_none();
    observed.gaps.extend(failed);
    let levels = context.earlier.kind(LEVEL);
    if let Some(gap) = levels.filter(|levels| !levels.complete).and_then(|levels| levels.gaps.first()) {
        // Whether all rooms are here shows only against the whole tree.
        observed.complete = false;
        observed.gaps.push(gap.clone());
    }
    let levels = levels.filter(|levels| levels.complete);
    let gap = |why: &str| Gap { what: ALL.to_owned(), why: why.to_owned(), remedy: None };
    for item in &items {
        let Some(live) = live(item, people, context.earlier.taken) else {
            observed.complete = false;
            observed.gaps.push(gap("an entry of the list has no id, name or level"));
            continue;
        };
        // Something that comes up while the tree and the list were read apart.
        let known = |levels: &Observed| level_of(&live, "level").is_some_and(|id| levels.things.contains_key(id));
        if levels.is_some_and(|levels| !known(levels)) && observed.complete {
            observed.complete = false;
            observed.gaps.push(gap("a room is on a level that is not in the tree"));
        }
        observed.things.insert(live.id.clone(), live);
    }
}

pub(super) fn live(item: &Json, people: bool, now: i64) -> Option<Live> {
    let mut live = Live { id: filled(item, "room_id")?.to_owned(), ..Live::default() };
    let devices = item.get("device").and_then(Json::as_array).into_iter().flatten();
    let devices = devices.filter_map(|d| filled(d, "name")).map(Value::text).collect();
    let attributes = [
        ("name", Value::text(filled(item, "name")?)),
        ("level", Value::remote(LEVEL, filled(item, "room_level_id")?)),
        ("capacity", Value::Int(item.get("capacity")?.as_i64()?)),
        ("custom_id", text_or_null(item, "custom_room_id")),
        ("description", text_or_null(item, "description")),
        ("devices", Value::Set(devices)),
    ];
    live.attributes.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    if let (true, Some(status)) = (people, item.get("room_status")) {
        put_closed(&mut live, status, now);
    }
    Some(live)
}

/// Whether anybody counts on the rooms that leave: their bookings of the coming months, one call a room. Only times are
/// told, not what for.
async fn bookings(ask: &Ask, context: &Context<'_>, observed: &mut Observed) {
    let id = |address: &Address| ask.records.get(address).and_then(Record::id).map(str::to_owned);
    let leaving: Vec<String> =
        ask.leaving.iter().filter_map(id).filter(|id| observed.things.contains_key(id)).collect();
    if !context.grants(&FREE_BUSY) {
        return;
    }
    let window = window(context.earlier.taken);
    let Some((from, to)) = &window else { return };
    let answers = in_parallel(leaving.iter().map(|id| async move {
        let draft = Draft::to("POST", "/open-apis/calendar/v4/freebusy/list");
        let body = json!({ "room_id": id, "time_min": from, "time_max": to });
        match draft.body(body).read() {
            Ok(request) => context.reader.get(&request).await.map_err(|e| e.to_string()),
            Err(e) => Err(e.to_string()),
        }
    }).collect()).await;
    for (id, answer) in leaving.into_iter().zip(answers) {
        let Some(live) = observed.things.get_mut(&id) else { continue };
        let list = answer.map(|answer| answer.value["freebusy_list"].as_array().cloned().unwrap_or_default());
        match list {
            Ok(list) => {
                let first = list.iter().filter_map(|item| item["start_time"].as_str()).min().map(str::to_owned);
                live.facts.insert(BOOKINGS.to_owned(), Value::Int(i64::try_from(list.len()).unwrap_or(i64::MAX)));
                live.facts.extend(first.map(|first| (FIRST_BOOKING.to_owned(), Value::text(first))));
            }
            Err(why) => drop(live.facts.insert(BOOKINGS.to_owned(), Value::text(why))),
        }
    }
}

/// From now on, as far as the API looks in one call.
fn window(now: i64) -> Option<(String, String)> {
    let at = |second: i64| jiff::Timestamp::from_second(second).ok().map(|at| at.to_string());
    at(now).zip(at(now + DAYS_AHEAD * 86_400))
}

/// Which live room each declared one is.
fn places(ask: &Ask, context: &Context<'_>, observed: &Observed) -> BTreeMap<Address, Found> {
    let search = Search {
        ask,
        things: &observed.things,
        gap: if observed.complete { None } else { observed.gaps.first() },
        place: "level",
    };
    let found = |thing: &Declared| search.find(thing, &place(thing, context));
    ask.declared.iter().map(|thing| (thing.address.clone(), found(thing))).collect()
}

fn place(thing: &Declared, context: &Context<'_>) -> Place {
    let levels = context.earlier.kind(LEVEL);
    let told = |lookup: &Lookup| levels.and_then(|seen| seen.lookups.get(lookup));
    let found = match thing.value("level").and_then(Value::as_target) {
        Some(Target::Address(address)) => told(&own(address)),
        Some(Target::Lookup(lookup)) => told(lookup),
        Some(Target::Remote { id, .. }) => return Place::On(Some(id.clone())),
        None => None,
    };
    match found {
        Some(Found::One(id)) => Place::On(Some(id.clone())),
        Some(Found::Unknown(gap)) => Place::Unknown(gap.clone()),
        Some(Found::None | Found::Many(_)) | None => Place::Nowhere,
    }
}

fn answer(ask: &Ask, context: &Context<'_>, observed: &mut Observed) {
    let missing: Vec<String> = ask.ids.iter().filter(|id| !observed.things.contains_key(*id)).cloned().collect();
    if observed.complete {
        observed.absent = missing.into_iter().collect();
    } else if let Some(gap) = observed.gaps.first().cloned() {
        observed.unknown = missing.into_iter().map(|id| (id, gap.clone())).collect();
    }
    let levels = context.earlier.kind(LEVEL);
    for lookup in ask.lookups.iter().filter(|lookup| lookup.kind == ROOM) {
        let found = found_by(observed, |live| match lookup.by.as_str() {
            "room_id" => live.id == lookup.value,
            "custom_id" => live.attributes.get("custom_id").and_then(Value::as_text) == Some(&lookup.value),
            _ => path(live, levels).as_ref() == Some(&lookup.value),
        });
        observed.lookups.insert(lookup.clone(), found);
    }
}

/// The names from the top down to a room.
fn path(live: &Live, levels: Option<&Observed>) -> Option<String> {
    let things = &levels?.things;
    let level = things.get(level_of(live, "level")?)?;
    Some(format!("{}/{}", level_path(level, things), live.attributes.get("name")?.as_text()?))
}
