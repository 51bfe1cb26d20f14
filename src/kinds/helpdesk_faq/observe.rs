//! Reading FAQs: one list a desk, of those that are online; its entries are complete.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::answer::Answer;
use super::spec::{ANSWER, CATEGORY, NAME, QUESTION, SIMILAR};
use crate::api::Draft;
use crate::kinds::desk::{DESK, Desk, VARIABLE, foreign, found, gap, own, read};
use crate::kinds::parallel::in_parallel;
use crate::model::{Declared, Gap, Live, Observed, Record, Target, Value};
use crate::resource::{Ask, Context};

const ALL: &str = "/open-apis/helpdesk/v1/faqs";
const ONE: &str = "/open-apis/helpdesk/v1/faqs/:id";
/// There is no such FAQ, or it lies in the recycle bin.
const ABSENT: i64 = 154_004;
const CATEGORIES: &str = "helpdesk/category";
/// Of an answer that holds a picture: all of it, as it was read. Nothing else can say it again.
pub(super) const PICTURES: &str = "answer_with_pictures";

/// The id of an entry.
pub(in crate::kinds) fn id_of(item: &Json) -> Option<&str> {
    let text = |name: &str| item[name].as_str().filter(|text| !text.is_empty());
    text("faq_id").or_else(|| text("id"))
}

/// The category that an entry stands in: the last of its path.
pub(in crate::kinds) fn leaf(item: &Json) -> Option<&str> {
    let last = item["categories"].as_array()?.last()?;
    let text = |name: &str| last[name].as_str().filter(|text| !text.is_empty());
    text("category_id").or_else(|| text("id"))
}

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let reading = read(ask, context, |desk| async move { list(context, &desk).await }).await;
    let mut observed = reading.answer(NAME, ask, context);
    confirm(ask, context, &mut observed).await;
    own(NAME, ask, &mut observed, |thing, live| is(context, thing, live));
    observed
}

async fn list(context: &Context<'_>, desk: &Desk) -> Result<Vec<Live>, Gap> {
    let what = format!("FAQs of helpdesk {}", desk.id);
    // Without a status the answer is not defined, and what was deleted could be in it.
    let request = Draft::to("GET", ALL)
        .desk(&desk.id)
        .query("status", "1")
        .query("page_size", "100")
        .read()
        .map_err(|error| Gap { what: what.clone(), why: error.to_string(), remedy: None })?;
    let items = context.reader.list(&request, "items").await.into_complete().map_err(|e| gap(&what, &e))?;
    items.iter().map(|item| live(item, desk, &what)).collect()
}

pub(super) fn live(item: &Json, desk: &Desk, what: &str) -> Result<Live, Gap> {
    foreign(desk, what, item)?;
    let strange = |why: String| Gap { what: what.to_owned(), why, remedy: None };
    let id = id_of(item).ok_or_else(|| strange("an entry of the list has no id".to_owned()))?;
    let text = |name: &str| item[name].as_str();
    let category = leaf(item).map_or(Value::Null, |leaf| Value::remote(CATEGORIES, leaf));
    let rich = item.get("answer_richtext").and_then(Answer::of_rich).filter(|answer| !answer.is_empty());
    let answer = rich.or_else(|| text("answer").map(Answer::of_text)).unwrap_or_default();
    let said = if answer.is_empty() { Value::Null } else { Value::text(answer.write()) };
    let tags = item["tags"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let attributes = [
        (CATEGORY, category),
        (QUESTION, text(QUESTION).map_or(Value::Null, Value::text)),
        (ANSWER, said),
        (SIMILAR, Value::Set(tags.map(Value::text).collect())),
    ];
    let facts = answer
        .has_picture()
        .then(|| (PICTURES.to_owned(), Value::text(item["answer_richtext"].to_string())));
    Ok(Live {
        id: id.to_owned(),
        ids: BTreeMap::new(),
        attributes: attributes.map(|(name, value)| (name.to_owned(), value)).into(),
        facts: facts.into_iter().collect(),
    })
}

/// A recorded FAQ that the list does not show is asked for by itself: only "no such thing" means that it is gone, and
/// one that a list shows late is there.
async fn confirm(ask: &Ask, context: &Context<'_>, observed: &mut Observed) {
    let missing: Vec<(String, &Record)> = ask
        .records
        .values()
        .filter_map(|record| Some((record.id()?.to_owned(), record)))
        .filter(|(id, record)| observed.absent.contains(id) && record.ids.contains_key(DESK))
        .collect();
    let asked = missing.iter().map(|(id, record)| {
        let desk = Desk {
            id: record.ids.get(DESK).cloned().unwrap_or_default(),
            variable: record.ids.get(VARIABLE).cloned(),
        };
        async move { one(context, &desk, id).await.map(|live| live.map(|live| desk.marks(live))) }
    });
    let asked = in_parallel(asked.collect()).await;
    for ((id, _), found) in missing.into_iter().zip(asked) {
        match found {
            Ok(None) => {}
            Ok(Some(live)) => {
                observed.absent.remove(&id);
                observed.things.insert(id, live);
            }
            Err(gap) => {
                observed.absent.remove(&id);
                observed.complete = false;
                observed.unknown.insert(id, gap);
            }
        }
    }
}

async fn one(context: &Context<'_>, desk: &Desk, id: &str) -> Result<Option<Live>, Gap> {
    let what = format!("FAQ {id} of helpdesk {}", desk.id);
    // An id that no path can hold names nothing.
    let Ok(request) = Draft::to("GET", ONE).desk(&desk.id).path("id", id).read() else { return Ok(None) };
    match context.reader.get(&request).await {
        Ok(answer) => live(&answer.value["faq"], desk, &what).map(Some),
        Err(error) if error.code() == Some(ABSENT) => Ok(None),
        Err(error) => Err(gap(&what, &error)),
    }
}

/// Category and question.
fn is(context: &Context<'_>, thing: &Declared, live: &Live) -> bool {
    let Some(Value::Ref(Target::Remote { id: around, .. })) = live.attributes.get(CATEGORY) else { return false };
    live.attributes.get(QUESTION) == thing.value(QUESTION)
        && match thing.value(CATEGORY) {
            Some(Value::Ref(Target::Address(address))) => {
                let categories = context.earlier.kind(CATEGORIES);
                categories.and_then(|observed| found(observed, address)).is_some_and(|id| id == around)
            }
            Some(Value::Ref(Target::Remote { id, .. })) => id == around,
            Some(Value::Ref(Target::Lookup(lookup))) => lookup.value == *around,
            _ => false,
        }
}
