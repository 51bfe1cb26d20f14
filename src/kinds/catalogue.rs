//! Reading a kind that is one short list: employee types, job levels, job families, units.
//!
//! One listing answers every question about such a kind, so nothing is fetched by id. A list that broke off gives
//! what it gave, a [`Gap`], and no word about what is absent.

use serde_json::Value as Json;

use crate::api::request::RequestError;
use crate::api::{ApiError, Draft, Listing};
use crate::model::{Gap, Live, Lookup, Observed, Value};
use crate::resource::kind::found_by;
use crate::resource::{Ask, Context};

/// Where a kind is listed.
#[derive(Debug)]
pub(super) struct List {
    pub path: &'static str,
    /// The name of the items in the answer.
    pub items: &'static str,
    /// What is unknown when it fails: `job levels`.
    pub what: &'static str,
}

/// Whether anything of the kind is asked for at all.
pub(super) fn wanted(ask: &Ask) -> bool {
    ask.everything
        || !(ask.ids.is_empty()
            && ask.declared.is_empty()
            && ask.records.is_empty()
            && ask.lookups.is_empty()
            && ask.leaving.is_empty())
}

impl List {
    /// Reads all of it; `live` gives `None` for an item that cannot be understood.
    pub(super) async fn read(&self, context: &Context<'_>, live: impl Fn(&Json) -> Option<Live>) -> Observed {
        let mut observed = Observed::default();
        let (items, failed) = match list(context, Draft::to("GET", self.path), self.items).await {
            Ok(items) => (items, None),
            Err((items, gap)) => (items, Some(gap(self.what))),
        };
        observed.complete = failed.is_none();
        observed.gaps.extend(failed);
        for item in &items {
            if let Some(live) = live(item) {
                observed.things.insert(live.id.clone(), live);
            } else {
                observed.complete = false;
                observed.gaps.push(Gap {
                    what: self.what.to_owned(),
                    why: "an entry of the list has no id or no name".to_owned(),
                    remedy: None,
                });
            }
        }
        observed
    }
}

/// A gap, once it is said what is missing.
pub(super) type Missing = Box<dyn FnOnce(&str) -> Gap + Send>;

/// A list to its end, or what there is of it and why there is no more.
pub(super) async fn list(
    context: &Context<'_>,
    draft: Draft,
    items: &str,
) -> Result<Vec<Json>, (Vec<Json>, Missing)> {
    let request = draft.read().map_err(|error| (Vec::new(), unsent(error)))?;
    match context.reader.list(&request, items).await {
        Listing::Complete(items) => Ok(items),
        Listing::Partial { items, why } => Err((items, unread(why))),
    }
}

fn unread(error: ApiError) -> Missing {
    Box::new(move |what| Gap {
        what: what.to_owned(),
        why: error.to_string(),
        remedy: error.remedy().map(str::to_owned),
    })
}

fn unsent(error: RequestError) -> Missing {
    Box::new(move |what| Gap { what: what.to_owned(), why: error.to_string(), remedy: None })
}

/// Says of everything that was asked for whether it is there: ids, and look-ups by an attribute or an id.
pub(super) fn answer(kind: &str, id: &str, ask: &Ask, observed: &mut Observed) {
    let missing: Vec<&String> = ask.ids.iter().filter(|id| !observed.things.contains_key(*id)).collect();
    if observed.complete {
        observed.absent = missing.into_iter().cloned().collect();
    } else if let Some(gap) = observed.gaps.first() {
        observed.unknown = missing.into_iter().map(|id| (id.clone(), gap.clone())).collect();
    }
    for lookup in ask.lookups.iter().filter(|lookup| lookup.kind == kind) {
        let found = found_by(observed, |live| is_meant(lookup, id, live));
        observed.lookups.insert(lookup.clone(), found);
    }
}

fn is_meant(lookup: &Lookup, id: &str, live: &Live) -> bool {
    if lookup.by == id {
        return live.id == lookup.value;
    }
    live.ids.get(&lookup.by) == Some(&lookup.value)
        || live.attributes.get(&lookup.by).and_then(Value::as_text) == Some(&lookup.value)
}

/// A text that may be empty, in normal form.
pub(super) fn text_or_null(item: &Json, name: &str) -> Value {
    match item.get(name).and_then(Json::as_str) {
        None | Some("") => Value::Null,
        Some(text) => Value::text(text),
    }
}

/// A text that must be there.
pub(super) fn filled<'i>(item: &'i Json, name: &str) -> Option<&'i str> {
    item.get(name).and_then(Json::as_str).filter(|text| !text.is_empty())
}
