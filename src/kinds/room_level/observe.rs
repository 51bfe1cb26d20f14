//! Reading levels: the tree is walked from the tenant down, one listing for each level that has children, a generation
//! side by side. Rules are read of those levels alone that declare them; rooms, where a level is about to go.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::api::{Draft, Listing};
use crate::kinds::catalogue::{filled, text_or_null, wanted};
use crate::kinds::parallel::in_parallel;
use crate::kinds::rooms::identity::{Place, Search, own, path};
use crate::kinds::rooms::read::{gap, rules};
use crate::kinds::rooms::{LEVEL, ROOT, Sort};
use crate::model::{Address, Declared, Found, Gap, Live, Lookup, Observed, Target, Value};
use crate::resource::kind::found_by;
use crate::resource::{Ask, Context};

const LEVELS: &str = "/open-apis/vc/v1/room_levels";
/// The fact that holds the ids of the rooms on a level that leaves.
pub(super) const ROOMS: &str = "rooms";

/// The look-up that holds the tenant's own level.
pub(super) fn root_lookup() -> Lookup {
    Lookup { kind: LEVEL.to_owned(), by: "alias".to_owned(), value: ROOT.to_owned() }
}

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let mut observed = Observed::default();
    if !wanted(ask) {
        return observed;
    }
    walk(context, &mut observed).await;
    let found = places(ask, &observed);
    let mut rules_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for thing in &ask.declared {
        let meant = ask.only.is_empty() || ask.only.contains(&thing.address);
        if let (true, Some(Found::One(id))) = (meant, found.get(&thing.address)) {
            rules_of.entry(id.clone()).or_default().extend(thing.attributes.keys().cloned());
        }
    }
    rules(context, Sort::Level, rules_of, &mut observed).await;
    crate::kinds::rooms::read::closures_that_are_over(ask, &found, context.earlier.taken, &mut observed);
    if !ask.leaving.is_empty() || ask.everything {
        rooms(context, &mut observed).await;
    }
    observed.lookups.extend(found.into_iter().map(|(address, found)| (own(&address), found)));
    answer(ask, &mut observed);
    observed
}

async fn walk(context: &Context<'_>, observed: &mut Observed) {
    let root = match root(context).await {
        Ok(root) => root,
        Err(gap) => return observed.gaps.push(gap),
    };
    observed.lookups.insert(root_lookup(), Found::One(root.clone()));
    observed.complete = true;
    let mut open = vec![root.clone()];
    while !open.is_empty() {
        let parents = std::mem::take(&mut open);
        for listing in in_parallel(parents.iter().map(|id| children(context, id)).collect()).await {
            let (items, failed) = match listing {
                Ok(Listing::Complete(items)) => (items, None),
                Ok(Listing::Partial { items, why }) => (items, Some(gap("all levels of rooms", &why))),
                Err(gap) => (Vec::new(), Some(gap)),
            };
            for item in &items {
                let Some(live) = live(item, &root) else {
                    observed.complete = false;
                    observed.gaps.push(odd());
                    continue;
                };
                // A list that shifts while it is read may show one twice; a tree never leads back.
                let children = item.get("has_child").and_then(Json::as_bool).unwrap_or(true);
                if children && !observed.things.contains_key(&live.id) {
                    open.push(live.id.clone());
                }
                observed.things.insert(live.id.clone(), live);
            }
            observed.complete &= failed.is_none();
            observed.gaps.extend(failed);
        }
    }
}

fn odd() -> Gap {
    Gap { what: "all levels of rooms".to_owned(), why: "an entry has no id or no name".to_owned(), remedy: None }
}

fn unsent(error: &crate::api::request::RequestError) -> Gap {
    Gap { what: "all levels of rooms".to_owned(), why: error.to_string(), remedy: None }
}

async fn root(context: &Context<'_>) -> Result<String, Gap> {
    let request = Draft::to("GET", "/open-apis/vc/v1/room_levels/:room_level_id").path("room_level_id", "0");
    let request = request.read().map_err(|error| unsent(&error))?;
    let answer = context.reader.get(&request).await.map_err(|error| gap("the tenant's own level", &error))?;
    filled(&answer.value["room_level"], "room_level_id").map(str::to_owned).ok_or_else(odd)
}

async fn children(context: &Context<'_>, id: &str) -> Result<Listing, Gap> {
    let request = Draft::to("GET", LEVELS).query("room_level_id", id).query("page_size", "100").read();
    let request = request.map_err(|error| unsent(&error))?;
    Ok(context.reader.list(&request, "items").await)
}

pub(super) fn live(item: &Json, root: &str) -> Option<Live> {
    let mut live = Live { id: filled(item, "room_level_id")?.to_owned(), ..Live::default() };
    let parent = filled(item, "parent_id")?;
    let parent = if parent == root { Value::text(ROOT) } else { Value::remote(LEVEL, parent) };
    let attributes = [
        ("name", Value::text(filled(item, "name")?)),
        ("parent", parent),
        ("custom_id", text_or_null(item, "custom_group_id")),
    ];
    live.attributes.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    Some(live)
}

/// Which live level each declared one is: from the top down, as a name counts in its place only.
fn places(ask: &Ask, observed: &Observed) -> BTreeMap<Address, Found> {
    let search = Search {
        ask,
        things: &observed.things,
        gap: if observed.complete { None } else { observed.gaps.first() },
        place: "parent",
    };
    let declared: BTreeMap<&Address, &Declared> = ask.declared.iter().map(|t| (&t.address, t)).collect();
    let mut found = BTreeMap::new();
    for thing in &ask.declared {
        place(thing, &declared, &search, observed, &mut found);
    }
    found
}

fn place(
    thing: &Declared,
    declared: &BTreeMap<&Address, &Declared>,
    search: &Search<'_>,
    observed: &Observed,
    found: &mut BTreeMap<Address, Found>,
) {
    // Ends: `check` refuses parents in a circle.
    if found.contains_key(&thing.address) {
        return;
    }
    let place_of = match thing.value("parent") {
        Some(Value::Ref(Target::Address(above))) => {
            if let Some(parent) = declared.get(above) {
                place(parent, declared, search, observed, found);
            }
            match found.get(above) {
                Some(Found::One(id)) => Place::On(Some(id.clone())),
                Some(Found::Unknown(gap)) => Place::Unknown(gap.clone()),
                Some(Found::None | Found::Many(_)) | None => Place::Nowhere,
            }
        }
        Some(Value::Ref(Target::Lookup(lookup))) => match look_up(lookup, observed) {
            Found::One(id) => Place::On(Some(id)),
            Found::Unknown(gap) => Place::Unknown(gap),
            Found::None | Found::Many(_) => Place::Nowhere,
        },
        Some(Value::Ref(Target::Remote { id, .. })) => Place::On(Some(id.clone())),
        _ => Place::On(None),
    };
    found.insert(thing.address.clone(), search.find(thing, &place_of));
}

/// The ids of the rooms on every level: a level goes only when it is known to be empty.
async fn rooms(context: &Context<'_>, observed: &mut Observed) {
    let Ok(request) = Draft::to("GET", "/open-apis/vc/v1/rooms").query("page_size", "100").read() else { return };
    let items = match context.reader.list(&request, "rooms").await {
        Listing::Complete(items) => items,
        Listing::Partial { why, .. } => return observed.gaps.push(gap("which rooms are on the levels", &why)),
    };
    let mut on: BTreeMap<&str, BTreeSet<Value>> = BTreeMap::new();
    for room in &items {
        if let (Some(level), Some(id)) = (filled(room, "room_level_id"), filled(room, "room_id")) {
            on.entry(level).or_default().insert(Value::text(id));
        }
    }
    for live in observed.things.values_mut() {
        let rooms = on.remove(live.id.as_str()).unwrap_or_default();
        live.facts.insert(ROOMS.to_owned(), Value::Set(rooms));
    }
}

fn answer(ask: &Ask, observed: &mut Observed) {
    let missing: Vec<String> = ask.ids.iter().filter(|id| !observed.things.contains_key(*id)).cloned().collect();
    if observed.complete {
        observed.absent = missing.into_iter().collect();
    } else if let Some(gap) = observed.gaps.first().cloned() {
        observed.unknown = missing.into_iter().map(|id| (id, gap.clone())).collect();
    }
    for lookup in ask.lookups.iter().filter(|lookup| lookup.kind == LEVEL) {
        let found = look_up(lookup, observed);
        observed.lookups.insert(lookup.clone(), found);
    }
}

fn look_up(lookup: &Lookup, observed: &Observed) -> Found {
    found_by(observed, |live| match lookup.by.as_str() {
        "room_level_id" => live.id == lookup.value,
        "custom_id" => live.attributes.get("custom_id").and_then(Value::as_text) == Some(&lookup.value),
        _ => path(live, &observed.things) == lookup.value,
    })
}
