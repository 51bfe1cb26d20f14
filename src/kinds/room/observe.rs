//! Reading rooms: the list of all, a hundred on a page, whatever was asked for. What is on the list and not on a known
//! level makes it incomplete. Rules are read of those rooms alone that declare them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::api::Draft;
use crate::kinds::catalogue::{filled, list, text_or_null, wanted};
use crate::kinds::rooms::identity::{Place, Search, level_of, own, path as level_path};
use crate::kinds::rooms::live::put_closed;
use crate::kinds::rooms::read::{closures_that_are_over, rules, sees_people};
use crate::kinds::rooms::{LEVEL, ROOM, Sort};
use crate::model::{Address, Declared, Found, Gap, Live, Lookup, Observed, Target, Value};
use crate::resource::kind::found_by;
use crate::resource::{Ask, Context};

const ALL: &str = "all rooms";

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
