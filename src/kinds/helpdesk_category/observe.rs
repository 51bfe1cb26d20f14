//! Reading categories: one list a desk gives the whole tree. Parents are read off the nesting; what the entries
//! themselves say of them is wrong. What is in the way of a category that leaves, its FAQs, is asked for it alone.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::check::{above, language_in};
use super::spec::{LANGUAGE, LANGUAGES, NAME, PARENT, ROOT, TITLE};
use crate::api::{ApiError, Draft};
use crate::kinds::desk::{DESK, Desk, foreign, gap, id_at, own, read};
use crate::kinds::parallel::in_parallel;
use crate::model::{Address, Declared, Found, Gap, Live, Observed, Record, Target, Value};
use crate::resource::{Ask, Context};

const ALL: &str = "/open-apis/helpdesk/v1/categories";
const ONE: &str = "/open-apis/helpdesk/v1/categories/:id";
const FAQS: &str = "/open-apis/helpdesk/v1/faqs";
/// There is no such category.
const ABSENT: i64 = 154_004;
/// The fact that tells which FAQs stand in a category right below it.
pub(super) const HOLDS: &str = "faqs";

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let languages = &languages(ask, context);
    let reading = read(ask, context, |desk| async move {
        let wanted = languages.get(&desk.id).cloned().unwrap_or_default();
        list(context, &desk, wanted).await
    })
    .await;
    let mut observed = reading.answer(NAME, ask, context);
    confirm(ask, context, &mut observed).await;
    for lookup in ask.lookups.iter().filter(|lookup| lookup.by == "category_id") {
        let found = match observed.things.contains_key(&lookup.value) {
            true => Found::One(lookup.value.clone()),
            false => match observed.gaps.first() {
                Some(gap) => Found::Unknown(gap.clone()),
                None => Found::None,
            },
        };
        observed.lookups.insert(lookup.clone(), found);
    }
    let declared: BTreeMap<Address, Declared> =
        ask.declared.iter().map(|thing| (thing.address.clone(), thing.clone())).collect();
    let things = observed.things.clone();
    let tree = Tree { declared: &declared, records: &ask.records, things: &things };
    own(NAME, ask, &mut observed, |thing, live| tree.is(thing, live, declared.len()));
    contents(ask, context, &mut observed).await;
    observed
}

/// The languages that are declared or recorded, by helpdesk: a list without a language may show one of them alone.
fn languages(ask: &Ask, context: &Context<'_>) -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut found: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    let known = |text: &str| LANGUAGES.into_iter().find(|known| *known == text);
    for record in ask.records.values() {
        let applied = record.applied.get(LANGUAGE).and_then(|json| serde_json::from_value::<Value>(json.clone()).ok());
        let language = applied.as_ref().and_then(Value::as_text).and_then(known);
        if let Some((desk, language)) = record.ids.get(DESK).zip(language) {
            found.entry(desk.clone()).or_default().insert(language);
        }
    }
    for thing in &ask.declared {
        let language = thing.value(LANGUAGE).and_then(Value::as_text).and_then(known);
        let desk = thing.address.holder().and_then(|holder| id_at(context, &holder));
        if let Some((desk, language)) = desk.zip(language) {
            found.entry(desk.to_owned()).or_default().insert(language);
        }
    }
    found
}

/// The whole tree of a desk.
async fn list(context: &Context<'_>, desk: &Desk, mut expected: BTreeSet<&'static str>) -> Result<Vec<Live>, Gap> {
    let what = format!("categories of helpdesk {}", desk.id);
    let mut lives = BTreeMap::new();
    let mut all = Vec::new();
    collect(&get(context, desk, None, &what).await?, desk, &what, &mut lives, &mut all)?;
    // One that shows none of a language may have left that language out.
    let shown: BTreeSet<&str> = all.iter().map(String::as_str).collect();
    expected.retain(|language| !shown.contains(language));
    for language in expected {
        collect(&get(context, desk, Some(language), &what).await?, desk, &what, &mut lives, &mut Vec::new())?;
    }
    Ok(lives.into_values().collect())
}

async fn get(context: &Context<'_>, desk: &Desk, language: Option<&str>, what: &str) -> Result<Vec<Json>, Gap> {
    let mut draft = Draft::to("GET", ALL).desk(&desk.id);
    if let Some(language) = language {
        draft = draft.query("lang", language);
    }
    let request = draft.read().map_err(|error| Gap { what: what.to_owned(), why: error.to_string(), remedy: None })?;
    let answer = context.reader.get(&request).await.map_err(|error| gap(what, &error))?;
    match answer.value.get("categories") {
        Some(Json::Array(categories)) => Ok(categories.clone()),
        // A desk without any may leave the list out.
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(_) => Err(Gap { what: what.to_owned(), why: "the answer holds no list".to_owned(), remedy: None }),
    }
}

/// Takes the tree apart; `languages` hears of each that is shown.
pub(super) fn collect(
    items: &[Json],
    desk: &Desk,
    what: &str,
    lives: &mut BTreeMap<String, Live>,
    languages: &mut Vec<String>,
) -> Result<(), Gap> {
    let mut waiting: Vec<(&Json, Value)> = items.iter().map(|item| (item, Value::text(ROOT))).collect();
    while let Some((item, parent)) = waiting.pop() {
        foreign(desk, what, item)?;
        let text = |name: &str| item[name].as_str().unwrap_or_default();
        let id = if text("category_id").is_empty() { text("id") } else { text("category_id") };
        if id.is_empty() {
            let why = "an entry of the list has no id".to_owned();
            return Err(Gap { what: what.to_owned(), why, remedy: None });
        }
        let language = text("language");
        languages.push(language.to_owned());
        let mut attributes: BTreeMap<String, Value> =
            [(TITLE.to_owned(), Value::text(text("name"))), (PARENT.to_owned(), parent)].into();
        if !language.is_empty() {
            attributes.insert(LANGUAGE.to_owned(), Value::text(language));
        }
        let live = Live { id: id.to_owned(), attributes, ..Live::default() };
        lives.entry(id.to_owned()).or_insert(live);
        let children = item["children"].as_array().into_iter().flatten();
        waiting.extend(children.map(|child| (child, Value::remote(NAME, id))));
    }
    Ok(())
}

/// A recorded category that the list does not show is asked for by itself: only "no such thing" means that it is gone.
async fn confirm(ask: &Ask, context: &Context<'_>, observed: &mut Observed) {
    let missing: Vec<(String, String)> = ask
        .records
        .values()
        .filter_map(|record| Some((record.id()?.to_owned(), record.ids.get(DESK)?.clone())))
        .filter(|(id, _)| observed.absent.contains(id))
        .collect();
    let asked = in_parallel(missing.iter().map(|(id, desk)| there(context, desk, id)).collect()).await;
    for ((id, desk), there) in missing.into_iter().zip(asked) {
        let what = format!("category {id} of helpdesk {desk}");
        let gap = match there {
            Ok(false) => continue,
            Ok(true) => {
                let remedy = Some("lists lag behind for a moment: run again".to_owned());
                Gap { what, why: "it is there, and the list does not show it".to_owned(), remedy }
            }
            Err(error) => gap(&what, &error),
        };
        observed.absent.remove(&id);
        observed.complete = false;
        observed.unknown.insert(id, gap);
    }
}

async fn there(context: &Context<'_>, desk: &str, id: &str) -> Result<bool, ApiError> {
    let request = Draft::to("GET", ONE).desk(desk).path("id", id).read();
    // An id that no path can hold names nothing.
    let Ok(request) = request else { return Ok(false) };
    match context.reader.get(&request).await {
        Ok(_) => Ok(true),
        Err(error) if error.code() == Some(ABSENT) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Which live category a declared one is, by names from the top.
pub(super) struct Tree<'t> {
    pub(super) declared: &'t BTreeMap<Address, Declared>,
    pub(super) records: &'t BTreeMap<Address, Record>,
    pub(super) things: &'t BTreeMap<String, Live>,
}

impl Tree<'_> {
    /// `depth` bounds the way up: what stands below itself was refused, and nobody trusts the tenant that far.
    pub(super) fn is(&self, thing: &Declared, live: &Live, depth: usize) -> bool {
        let language = language_in(self.declared, thing);
        let spoken = live.attributes.get(LANGUAGE).and_then(Value::as_text);
        live.attributes.get(TITLE) == thing.value(TITLE)
            && (language.is_none() || spoken.is_none() || language == spoken)
            && self.stands(thing, live, depth)
    }

    fn stands(&self, thing: &Declared, live: &Live, depth: usize) -> bool {
        let around = match live.attributes.get(PARENT) {
            Some(Value::Ref(Target::Remote { id, .. })) => Some(id),
            _ => None,
        };
        let Some(Value::Ref(wanted)) = thing.value(PARENT) else { return around.is_none() };
        let Some(around) = around else { return false };
        match wanted {
            Target::Remote { id, .. } => id == around,
            Target::Lookup(lookup) => lookup.value == *around,
            Target::Address(address) => {
                let recorded = self.records.get(address).and_then(Record::id);
                match (recorded.filter(|id| self.things.contains_key(*id)), depth.checked_sub(1)) {
                    (Some(id), _) => id == around,
                    (None, Some(depth)) => {
                        above(thing).and_then(|a| self.declared.get(a)).zip(self.things.get(around)).is_some_and(
                            |(parent, live)| self.is(parent, live, depth),
                        )
                    }
                    (None, None) => false,
                }
            }
        }
    }
}

/// What stands in the categories that leave, or that a change of language replaces.
async fn contents(ask: &Ask, context: &Context<'_>, observed: &mut Observed) {
    let mut ids: BTreeSet<String> =
        ask.leaving.iter().filter_map(|a| ask.records.get(a)?.id().map(str::to_owned)).collect();
    for thing in &ask.declared {
        let Some(id) = ask.records.get(&thing.address).and_then(Record::id) else { continue };
        let live = observed.things.get(id).and_then(|live| live.attributes.get(LANGUAGE));
        if thing.value(LANGUAGE).is_some_and(|wanted| live.is_some_and(|live| live != wanted)) {
            ids.insert(id.to_owned());
        }
    }
    let asked: Vec<(String, String)> = ids
        .into_iter()
        .filter_map(|id| Some((observed.things.get(&id)?.ids.get(DESK)?.clone(), id)))
        .collect();
    let found = in_parallel(asked.iter().map(|(desk, id)| faqs(context, desk, id)).collect()).await;
    for ((_, id), found) in asked.into_iter().zip(found) {
        match (found, observed.things.get_mut(&id)) {
            (Ok(faqs), Some(live)) => drop(live.facts.insert(HOLDS.to_owned(), faqs)),
            (Err(gap), _) => observed.gaps.push(gap),
            (Ok(_), None) => {}
        }
    }
}

async fn faqs(context: &Context<'_>, desk: &str, id: &str) -> Result<Value, Gap> {
    let what = format!("FAQs in category {id} of helpdesk {desk}");
    let request = Draft::to("GET", FAQS)
        .desk(desk)
        .query("category_id", id)
        .query("status", "1")
        .query("page_size", "100")
        .read()
        .map_err(|error| Gap { what: what.clone(), why: error.to_string(), remedy: None })?;
    let items = context.reader.list(&request, "items").await.into_complete().map_err(|e| gap(&what, &e))?;
    // A list may hold what stands further below; the leaf is the last of the path.
    let here = |item: &&Json| crate::kinds::helpdesk_faq::leaf(item).is_some_and(|leaf| leaf == id);
    Ok(Value::Set(items.iter().filter(here).filter_map(crate::kinds::helpdesk_faq::id_of).map(Value::text).collect()))
}
