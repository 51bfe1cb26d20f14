//! Finding mail groups and public mailboxes, their aliases, their lists, and whoever else has an address.
//!
//! Paths take an id or the main address, so a few things are asked for one by one and many are listed. A list shows
//! what is in the app's data range and nothing else: what it lacks is asked for by id before it counts as absent.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::book::texts;
use super::edges::List;
use super::identity::{by_address, identify};
use super::{ALIASES, EMAIL, Family, fold, main_of, status};
use crate::api::{ApiError, Draft};
use crate::kinds::catalogue::{filled, list, wanted};
use crate::kinds::parallel::in_parallel;
use crate::model::{Found, Gap, Live, Observed, Record, Value};
use crate::resource::{Ask, Context, Identity};

/// More than these are looked up in the list: two hundred on a page, against one call each.
const FEW: usize = 8;
/// Out of the app's data range.
const NOT_IN_RANGE: i64 = 1_230_002;
/// `users/query` names no limit; halved when it refuses.
const STATUSES: usize = 50;
/// Needs the right to write, although it only reads.
const STATUS_SCOPE: &[&str] = &["mail:user_mailbox"];

/// Reading one of the two kinds.
pub(in crate::kinds) struct Reading<'a> {
    pub family: &'static Family,
    pub ask: &'a Ask,
    pub context: &'a Context<'a>,
    pub observed: Observed,
    /// The normal form of a thing as `get` and the list show it.
    pub live: fn(&Json) -> Option<Live>,
}

/// What a read by id or address gave.
enum Got {
    There(Live),
    Absent,
    Unknown(Gap),
}

pub(in crate::kinds) fn gap(what: &str, error: &ApiError) -> Gap {
    let range = "add it to the app's mail data range in the developer console".to_owned();
    let remedy =
        if error.code() == Some(NOT_IN_RANGE) { Some(range) } else { error.remedy().map(str::to_owned) };
    Gap { what: what.to_owned(), why: error.to_string(), remedy }
}

impl Reading<'_> {
    /// Finds everything that was asked for.
    pub(in crate::kinds) async fn things(&mut self) {
        if !wanted(self.ask) {
            return;
        }
        let kind = self.family.kind;
        let lookups = || self.ask.lookups.iter().filter(|lookup| lookup.kind == kind);
        let by_id = lookups().filter(|lookup| lookup.by == self.family.id).map(|lookup| lookup.value.clone());
        let ids: BTreeSet<String> = self.ask.ids.iter().cloned().chain(by_id).collect();
        // Something that is recorded is found by its id, unless it is gone.
        let unrecorded = |address| self.ask.records.get(address).and_then(Record::id).is_none();
        let declared = self.ask.declared.iter().filter(|thing| unrecorded(&thing.address));
        let declared = declared.filter_map(|thing| thing.value(EMAIL)?.as_text());
        let by_mail = lookups().filter(|lookup| lookup.by == EMAIL).map(|lookup| lookup.value.as_str());
        let mails: BTreeSet<String> = declared.chain(by_mail).map(str::to_owned).collect();
        let whole =
            if self.ask.everything || ids.len() + mails.len() > FEW { Some(self.list().await) } else { None };
        if whole != Some(false) {
            self.get(ids.iter().filter(|id| !self.observed.things.contains_key(*id)).cloned().collect())
                .await;
        }
        self.observed.complete = whole == Some(true);
        self.at(mails, whole).await;
        // What somebody deleted may be there again under its address.
        let again: BTreeSet<String> = self
            .ask
            .declared
            .iter()
            .filter(|thing| {
                let id = self.ask.records.get(&thing.address).and_then(Record::id);
                id.is_some_and(|id| self.observed.absent.contains(id))
            })
            .filter_map(|thing| thing.value(EMAIL)?.as_text().map(str::to_owned))
            .collect();
        self.at(again, whole).await;
        let named: Vec<_> = lookups().filter(|lookup| lookup.by == self.family.id).cloned().collect();
        for lookup in named {
            let found = match self.observed.unknown.get(&lookup.value) {
                _ if self.observed.things.contains_key(&lookup.value) => Found::One(lookup.value.clone()),
                Some(gap) => Found::Unknown(gap.clone()),
                None if whole == Some(false) => Found::Unknown(self.first_gap()),
                None => Found::None,
            };
            self.observed.lookups.insert(lookup, found);
        }
    }

    fn first_gap(&self) -> Gap {
        self.observed.gaps.first().cloned().unwrap_or_else(|| Gap {
            what: format!("{}s", self.family.noun),
            why: "the list could not be read completely".to_owned(),
            remedy: None,
        })
    }

    /// Whether the list was read to its end.
    async fn list(&mut self) -> bool {
        let what = format!("all {}s", self.family.noun);
        let draft = Draft::to("GET", self.family.all).query("page_size", "200");
        let (items, failed) = match list(self.context, draft, "items").await {
            Ok(items) => (items, None),
            Err((items, gap)) => (items, Some(gap(&what))),
        };
        let mut whole = failed.is_none();
        self.observed.gaps.extend(failed);
        for item in &items {
            if let Some(live) = (self.live)(item) {
                self.observed.things.insert(live.id.clone(), live);
            } else {
                whole = false;
                let why = "an entry of the list has no id or no address".to_owned();
                self.observed.gaps.push(Gap { what: what.clone(), why, remedy: None });
            }
        }
        whole
    }

    /// Reads things by id.
    async fn get(&mut self, ids: Vec<String>) {
        for (id, got) in self.one_by_one(ids).await {
            match got {
                Got::There(live) => drop(self.observed.things.insert(live.id.clone(), live)),
                Got::Absent => drop(self.observed.absent.insert(id)),
                Got::Unknown(gap) => drop(self.observed.unknown.insert(id, gap)),
            }
        }
    }

    async fn one_by_one(&self, names: Vec<String>) -> Vec<(String, Got)> {
        let (family, context, live) = (self.family, self.context, self.live);
        let one = |name: String| async move {
            let what = format!("{} {name}", family.noun);
            let request = match Draft::to("GET", family.one).path(family.id, name.as_str()).read() {
                Ok(request) => request,
                Err(error) => {
                    return (name, Got::Unknown(Gap { what, why: error.to_string(), remedy: None }));
                }
            };
            let got = match context.reader.get(&request).await {
                Ok(answer) => live(&answer.value).map_or_else(
                    || {
                        Got::Unknown(Gap {
                            what,
                            why: "the answer has no id or no address".to_owned(),
                            remedy: None,
                        })
                    },
                    Got::There,
                ),
                Err(error) if error.code() == Some(family.gone) => Got::Absent,
                Err(error) => Got::Unknown(gap(&what, &error)),
            };
            (name, got)
        };
        in_parallel(names.into_iter().map(one).collect()).await
    }

    /// Finds out what is at these addresses: from what was read, else one by one.
    async fn at(&mut self, mails: BTreeSet<String>, whole: Option<bool>) {
        let here: BTreeMap<String, String> =
            self.observed.things.values().map(|live| (fold(main_of(live)), live.id.clone())).collect();
        let mut open = Vec::new();
        for mail in mails {
            let found = match (here.get(&fold(&mail)), whole) {
                (Some(id), _) => Found::One(id.clone()),
                (None, Some(true)) => Found::None,
                (None, Some(false)) => Found::Unknown(self.first_gap()),
                (None, None) => {
                    open.push(mail);
                    continue;
                }
            };
            self.observed.lookups.insert(by_address(self.family.kind, &mail), found);
        }
        for (mail, got) in self.one_by_one(open).await {
            let found = match got {
                Got::There(live) => {
                    let found = Found::One(live.id.clone());
                    self.observed.things.insert(live.id.clone(), live);
                    found
                }
                Got::Absent => Found::None,
                Got::Unknown(gap) => Found::Unknown(gap),
            };
            self.observed.lookups.insert(by_address(self.family.kind, &mail), found);
        }
    }

    /// The live things of which one of these attributes is managed, or which `import:` names.
    pub(in crate::kinds) fn whose(&self, attributes: &[(&str, &str)]) -> BTreeSet<String> {
        let ask = self.ask;
        let targeted = ask.only.iter().any(|address| address.kind() == self.family.kind);
        let mut ids = BTreeSet::new();
        let mut known: BTreeSet<&str> = ask.records.values().filter_map(Record::id).collect();
        for thing in ask.declared.iter().filter(|thing| !targeted || ask.only.contains(&thing.address)) {
            let record = ask.records.get(&thing.address);
            if let Identity::Bound(id) = identify(thing, record, &self.observed)
                && attributes.iter().any(|(name, _)| thing.attributes.contains_key(*name))
            {
                ids.insert(id);
            }
        }
        known.extend(ids.iter().map(String::as_str));
        let imported =
            self.observed.things.keys().filter(|id| ask.ids.contains(*id) && !known.contains(id.as_str()));
        let imported: Vec<String> = imported.cloned().collect();
        ids.extend(imported);
        ids
    }

    /// Reads aliases where they are managed, where an address changes, and of what leaves.
    pub(in crate::kinds) async fn aliases(&mut self) {
        let mut whose = self.whose(&[(ALIASES, "")]);
        let ask = self.ask;
        for thing in &ask.declared {
            let mail = thing.value(EMAIL).and_then(Value::as_text).unwrap_or_default();
            if let Identity::Bound(id) = identify(thing, ask.records.get(&thing.address), &self.observed)
                && self.observed.things.get(&id).is_some_and(|live| fold(main_of(live)) != fold(mail))
            {
                whose.insert(id);
            }
        }
        whose.extend(ask.leaving.iter().filter_map(|a| ask.records.get(a)?.id().map(str::to_owned)));
        whose.retain(|id| self.observed.things.contains_key(id));
        let (family, context) = (self.family, self.context);
        let one = |id: String| async move {
            let draft = Draft::to("GET", family.aliases).path(family.id, id.as_str());
            let found = list(context, draft, "items").await;
            let found = found.map_err(|(_, missing)| missing(&format!("aliases of {} {id}", family.noun)));
            (id, found)
        };
        for (id, found) in in_parallel(whose.into_iter().map(one).collect()).await {
            match (found, self.observed.things.get_mut(&id)) {
                (Ok(items), Some(live)) => {
                    let aliases =
                        items.iter().filter_map(|item| filled(item, "email_alias").map(Value::text));
                    live.attributes.insert(ALIASES.to_owned(), Value::Set(aliases.collect()));
                }
                (Err(gap), _) => self.observed.gaps.push(gap),
                (Ok(_), None) => {}
            }
        }
    }

    /// Asks who has the declared addresses that nothing read so far has.
    pub(in crate::kinds) async fn statuses(&mut self) {
        if !self.context.grants(STATUS_SCOPE) {
            return;
        }
        let mut known: BTreeSet<String> = BTreeSet::new();
        for live in self.observed.things.values() {
            known.insert(fold(main_of(live)));
            known.extend(texts(live.attributes.get(ALIASES)).into_keys());
        }
        let declared = self.ask.declared.iter().flat_map(|thing| {
            let main = thing.value(EMAIL).and_then(Value::as_text).map(fold);
            main.into_iter().chain(texts(thing.value(ALIASES)).into_keys())
        });
        let asked: BTreeSet<String> = declared.filter(|mail| !known.contains(mail)).collect();
        let asked: Vec<String> = asked.into_iter().collect();
        let mut open: Vec<&[String]> = asked.chunks(STATUSES).collect();
        while let Some(batch) = open.pop() {
            let draft =
                Draft::to("POST", "/open-apis/mail/v1/users/query").body(json!({ "email_list": batch }));
            let Ok(request) = draft.read() else { return };
            match self.context.reader.get(&request).await {
                Ok(answer) => {
                    for item in answer.value.get("user_list").and_then(Json::as_array).into_iter().flatten() {
                        let Some(mail) = filled(item, "email") else { continue };
                        let found =
                            status::read(item).map_or(Found::None, |held| Found::One(held.word.to_owned()));
                        self.observed.lookups.insert(status::lookup(self.family.kind, mail), found);
                    }
                }
                Err(error) if error.code() == Some(1_230_001) && batch.len() > 1 => {
                    let (left, right) = batch.split_at(batch.len() / 2);
                    open.extend([left, right]);
                }
                // It only spares a refusal later.
                Err(_) => return,
            }
        }
    }

    /// Reads one list of these things; what is not there whole is left out and said.
    pub(in crate::kinds) async fn lists(
        &mut self,
        which: &'static List,
        ids: BTreeSet<String>,
        value: impl Fn(&Json) -> Option<Entry>,
    ) {
        let (context, noun) = (self.context, self.family.noun);
        let one = |id: String| async move {
            let mut draft = Draft::to("GET", which.read).path(which.param, id.as_str());
            draft = draft.query("user_id_type", "user_id").query("page_size", "200");
            if which.departments {
                draft = draft.query("department_id_type", "department_id");
            }
            let found = list(context, draft, "items").await;
            let found = found.map_err(|(_, missing)| missing(&format!("{}s of {noun} {id}", which.noun)));
            (id, found)
        };
        let there = ids.into_iter().filter(|id| self.observed.things.contains_key(id));
        let read = in_parallel(there.map(one).collect()).await;
        for (id, found) in read {
            let entries = found.and_then(|items| {
                items.iter().map(&value).collect::<Option<Vec<Entry>>>().ok_or_else(|| Gap {
                    what: format!("{}s of {noun} {id}", which.noun),
                    why: format!("a {} came without the id or address that it is named by", which.noun),
                    remedy: Some("the app may lack the scope contact:user.employee_id:readonly".to_owned()),
                })
            });
            match (entries, self.observed.things.get_mut(&id)) {
                (Ok(entries), Some(live)) => fill(which, live, entries),
                (Err(gap), _) => self.observed.gaps.push(gap),
                (Ok(_), None) => {}
            }
        }
    }
}

/// An entry of a list: its attribute, its value, what it is known by, and its id.
pub(in crate::kinds) struct Entry {
    pub attribute: &'static str,
    pub value: Value,
    pub key: String,
    pub id: String,
}

/// Writes a list into a live thing.
pub(in crate::kinds) fn fill(which: &List, live: &mut Live, entries: Vec<Entry>) {
    let mut sets: BTreeMap<&str, BTreeSet<Value>> =
        which.attributes.iter().map(|(name, _)| (*name, BTreeSet::new())).collect();
    let mut ids = BTreeMap::new();
    for entry in entries {
        sets.entry(entry.attribute).or_default().insert(entry.value);
        ids.insert(entry.key, Value::Text(entry.id));
    }
    live.attributes.extend(sets.into_iter().map(|(name, set)| (name.to_owned(), Value::Set(set))));
    if which.ids.is_some() {
        live.facts.insert(which.fact(), Value::Map(ids));
    }
}
