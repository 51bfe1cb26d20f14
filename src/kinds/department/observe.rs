//! Reading departments with the fewest calls.
//!
//! Known ids come fifty at a time, and so do the departments above them. Lists are read where discovery needs
//! them: the whole tree for paths, rules and `--unmanaged`; single parents for order, moves and departments that
//! leave. An id that a batch leaves out is absent only for an app that sees all staff (contact.md A.3).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::sequence::{DEPTH, ROOT};
use super::spec::{INFO, NAME};
use super::wire::{self, BATCH_SIZE, Sight};
use crate::api::request::{ReadRequest, RequestError};
use crate::api::{ApiError, Listing};
use crate::kinds::parallel::in_parallel;
use crate::model::{Found, Gap, Lookup, Observed, Target, Value};
use crate::resource::kind::own_id;
use crate::resource::{Ask, Context};

/// The remote forbids to list a big tree at once.
const TOO_BIG: i64 = 43_010;
/// With more single lists than this, one listing of everything is cheaper.
const MANY_LISTS: usize = 30;
const ALL: &str = "all departments";

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let mut reading = Reading::new(ask, context);
    let mut ids = wanted_ids(ask);
    ids.extend(reading.open_ids().await);
    if ask.everything || ask.lookups.iter().any(|l| l.kind == NAME && l.by == "path") {
        reading.list_all().await;
    }
    reading.fetch(ids.iter().cloned()).await;
    if !reading.complete {
        let (few, whole) = reading.lists();
        if few.len() + whole.len() <= MANY_LISTS || !reading.list_all().await {
            reading.list(few, false).await;
            reading.list(whole, true).await;
        }
    }
    reading.ancestors().await;
    reading.judge(&ids).await
}

/// Every id that is asked for by name.
fn wanted_ids(ask: &Ask) -> BTreeSet<String> {
    let mut ids = ask.ids.clone();
    ids.extend(ask.declared.iter().map(own_id));
    ids.extend(ask.records.values().filter_map(|record| record.id()).map(str::to_owned));
    ids.extend(ask.within.iter().cloned());
    ids.extend(lookups(ask, "department_id").map(|lookup| lookup.value.clone()));
    ids.retain(|id| !id.is_empty() && id != ROOT && id != "root");
    ids
}

fn lookups<'a>(ask: &'a Ask, by: &'a str) -> impl Iterator<Item = &'a Lookup> {
    ask.lookups.iter().filter(move |lookup| lookup.kind == NAME && lookup.by == by)
}

fn unread(what: &str, error: &ApiError) -> Gap {
    Gap { what: what.to_owned(), why: error.to_string(), remedy: error.remedy().map(str::to_owned) }
}

fn unsent(what: &str, error: &RequestError) -> Gap {
    Gap { what: what.to_owned(), why: error.to_string(), remedy: None }
}

fn out_of_range() -> Gap {
    Gap {
        what: "departments out of the app's range".to_owned(),
        why: "the app does not see all staff, so a department that the remote leaves out may exist all the same"
            .to_owned(),
        remedy: Some("give the app the contact range \"all staff\" in the developer console".to_owned()),
    }
}

struct Reading<'r> {
    ask: &'r Ask,
    context: &'r Context<'r>,
    /// Answers by id.
    items: BTreeMap<String, Json>,
    /// Whether an answer came without an id.
    nameless: bool,
    /// Asked for in a batch, whatever came.
    asked: BTreeSet<String>,
    failed: BTreeMap<String, Gap>,
    gaps: Vec<Gap>,
    /// Parents all of whose children are in `items`.
    opened: BTreeSet<String>,
    complete: bool,
    /// Whether the app sees all staff, once it is known.
    all_staff: Option<bool>,
    /// Custom id by open id.
    open: BTreeMap<String, Result<String, Gap>>,
}

impl<'r> Reading<'r> {
    fn new(ask: &'r Ask, context: &'r Context<'r>) -> Self {
        Self {
            ask,
            context,
            items: BTreeMap::new(),
            nameless: false,
            asked: BTreeSet::new(),
            failed: BTreeMap::new(),
            gaps: Vec::new(),
            opened: BTreeSet::new(),
            complete: false,
            all_staff: None,
            open: BTreeMap::new(),
        }
    }

    fn keep(&mut self, items: &[Json]) {
        for item in items {
            match wire::text(item, "department_id") {
                Some(id) => {
                    self.items.insert(id, item.clone());
                }
                None => self.nameless = true,
            }
        }
    }

    async fn batch(&self, ids: Vec<String>, id_type: &str) -> (Vec<String>, Result<Vec<Json>, Gap>) {
        let what = format!("{} departments by id", ids.len());
        let answer = match wire::batch(&ids, id_type) {
            Err(error) => Err(unsent(&what, &error)),
            Ok(request) => self.context.reader.get(&request).await.map_err(|error| unread(&what, &error)),
        };
        let items = answer.map(|answer| answer.value.get("items").and_then(Json::as_array).cloned());
        (ids, items.map(Option::unwrap_or_default))
    }

    async fn batches(
        &self,
        ids: Vec<String>,
        id_type: &str,
    ) -> Vec<(Vec<String>, Result<Vec<Json>, Gap>)> {
        let chunks: Vec<Vec<String>> = ids.chunks(BATCH_SIZE).map(<[String]>::to_vec).collect();
        in_parallel(chunks.into_iter().map(|chunk| self.batch(chunk, id_type)).collect()).await
    }

    /// The custom ids of departments that are named by their open ids.
    async fn open_ids(&mut self) -> Vec<String> {
        let asked: Vec<String> =
            lookups(self.ask, "open_department_id").map(|lookup| lookup.value.clone()).collect();
        for (ids, answer) in self.batches(asked, "open_department_id").await {
            match answer {
                Ok(items) => self.open.extend(items.iter().filter_map(|item| {
                    Some((wire::text(item, "open_department_id")?, Ok(wire::text(item, "department_id")?)))
                })),
                Err(gap) => self.open.extend(ids.into_iter().map(|id| (id, Err(gap.clone())))),
            }
        }
        self.open.values().filter_map(|found| found.as_ref().ok()).cloned().collect()
    }

    /// Reads by id what is not known yet.
    async fn fetch(&mut self, ids: impl Iterator<Item = String>) {
        let new: Vec<String> =
            ids.filter(|id| !self.items.contains_key(id) && !self.asked.contains(id)).collect();
        self.asked.extend(new.iter().cloned());
        for (ids, answer) in self.batches(new, "department_id").await {
            match answer {
                Ok(items) => self.keep(&items),
                Err(gap) => {
                    self.failed.extend(ids.into_iter().map(|id| (id, gap.clone())));
                    self.gaps.push(gap);
                }
            }
        }
    }

    async fn page(&self, request: Result<ReadRequest, RequestError>, key: &str, what: &str) -> (Vec<Json>, Option<Refused>) {
        let request = match request {
            Ok(request) => request,
            Err(error) => return (Vec::new(), Some(Refused { code: None, gap: unsent(what, &error) })),
        };
        match self.context.reader.list(&request, key).await {
            Listing::Complete(items) => (items, None),
            Listing::Partial { items, why } => {
                (items, Some(Refused { code: why.code(), gap: unread(what, &why) }))
            }
        }
    }

    /// Everything; `false` when that was not possible.
    async fn list_all(&mut self) -> bool {
        let before = self.gaps.len();
        self.list([ROOT.to_owned()].into(), true).await;
        self.complete = self.opened.contains(ROOT) && self.gaps.len() == before && !self.nameless;
        if !self.opened.contains(ROOT) {
            self.list_range().await;
        }
        if self.opened.contains(ROOT) {
            self.all_staff = Some(true);
        }
        self.complete
    }

    /// Everything that an app of a smaller range can see.
    async fn list_range(&mut self) {
        let (ids, _) = self.page(wire::range(), "department_ids", ALL).await;
        let ids: BTreeSet<String> = ids.iter().filter_map(Json::as_str).map(str::to_owned).collect();
        self.fetch(ids.iter().cloned()).await;
        // What is not there by its id is no place to start from.
        let tops = ids.into_iter().filter(|id| self.items.contains_key(id)).collect();
        Box::pin(self.list(tops, true)).await;
    }

    /// Children of these, or all that is below.
    async fn list(&mut self, parents: BTreeSet<String>, whole: bool) {
        let answers = parents.into_iter().filter(|id| !self.opened.contains(id)).map(|id| async {
            let what = if id == ROOT { ALL.to_owned() } else { format!("departments below {id}") };
            let answer = self.page(wire::children(&id, whole), "items", &what).await;
            (id, answer)
        });
        let answers = in_parallel(answers.collect()).await;
        let mut level: BTreeSet<String> = BTreeSet::new();
        for (id, (items, refused)) in answers {
            self.keep(&items);
            match refused {
                None => {
                    if whole {
                        self.opened.extend(items.iter().filter_map(|item| wire::text(item, "department_id")));
                    }
                    self.opened.insert(id);
                }
                Some(refused) if whole && refused.code == Some(TOO_BIG) => {
                    level.insert(id);
                }
                Some(refused) => {
                    self.gaps.push(refused.gap);
                }
            }
        }
        // Level by level, where the remote refuses to do it at once.
        for _ in 0..=DEPTH {
            if level.is_empty() {
                break;
            }
            let answers = level.into_iter().map(|id| async {
                let answer = self.page(wire::children(&id, false), "items", &format!("departments below {id}")).await;
                (id, answer)
            });
            let answers = in_parallel(answers.collect()).await;
            level = BTreeSet::new();
            for (id, (items, refused)) in answers {
                self.keep(&items);
                level.extend(items.iter().filter_map(|item| wire::text(item, "department_id")));
                match refused {
                    None => {
                        self.opened.insert(id);
                    }
                    Some(refused) => self.gaps.push(refused.gap),
                }
            }
        }
    }

    /// Parents whose children matter, and departments all below which matters.
    fn lists(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let mut few: BTreeSet<String> = BTreeSet::new();
        for thing in &self.ask.declared {
            let record = self.ask.records.get(&thing.address);
            let id = record.and_then(|r| r.id()).map_or_else(|| own_id(thing), str::to_owned);
            let parent = thing.value("parent").and_then(|parent| self.id_of(parent));
            if thing.value("children_order").is_some() {
                few.insert(id.clone());
            }
            let live = self.items.get(&id).and_then(|item| wire::text(item, "parent_department_id"));
            let moves = live.is_some() && live != parent;
            if moves || thing.value("order").is_some() {
                few.extend(parent);
            }
        }
        for address in &self.ask.leaving {
            few.extend(self.ask.records.get(address).and_then(|r| r.id()).map(str::to_owned));
        }
        let whole: BTreeSet<String> =
            self.ask.within.iter().map(|id| if id == "root" { ROOT.to_owned() } else { id.clone() }).collect();
        few.retain(|id| (id == ROOT || self.items.contains_key(id)) && !whole.contains(id));
        let whole = whole.into_iter().filter(|id| id == ROOT || self.items.contains_key(id)).collect();
        (few, whole)
    }

    /// The live id of a declared parent, where it is known.
    fn id_of(&self, parent: &Value) -> Option<String> {
        match parent {
            Value::Text(_) => Some(ROOT.to_owned()),
            Value::Ref(Target::Remote { id, .. }) => Some(id.clone()),
            Value::Ref(Target::Lookup(lookup)) if lookup.by == "department_id" => Some(lookup.value.clone()),
            Value::Ref(Target::Lookup(lookup)) => self.open.get(&lookup.value)?.as_ref().ok().cloned(),
            Value::Ref(Target::Address(address)) => {
                let recorded = self.ask.records.get(address).and_then(|r| r.id()).map(str::to_owned);
                let declared = || self.ask.declared.iter().find(|thing| thing.address == *address).map(own_id);
                recorded.or_else(declared)
            }
            _ => None,
        }
    }

    /// What is above, for depth and circles.
    async fn ancestors(&mut self) {
        for _ in 0..DEPTH {
            let above: BTreeSet<String> = self
                .items
                .values()
                .filter_map(|item| wire::text(item, "parent_department_id"))
                .filter(|id| !id.is_empty() && id != ROOT)
                .filter(|id| !self.items.contains_key(id) && !self.asked.contains(id))
                .collect();
            if above.is_empty() {
                return;
            }
            self.fetch(above.into_iter()).await;
        }
    }

    async fn sees_all_staff(&mut self) -> Result<bool, Gap> {
        if self.opened.contains(ROOT) {
            self.all_staff = Some(true);
        }
        if let Some(known) = self.all_staff {
            return Ok(known);
        }
        let request = wire::probe().map_err(|error| unsent(ALL, &error))?;
        let answer = match self.context.reader.get(&request).await {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.code(), Some(40_004 | 40_014)) => Ok(false),
            Err(error) => Err(unread(ALL, &error)),
        };
        self.all_staff = answer.as_ref().ok().copied();
        answer
    }

    /// Says what is there, what is not, and what cannot be known.
    async fn judge(mut self, ids: &BTreeSet<String>) -> Observed {
        let missing: Vec<String> =
            ids.iter().filter(|id| !self.items.contains_key(*id)).cloned().collect();
        let lost = lookups(self.ask, "open_department_id").any(|l| !self.open.contains_key(&l.value));
        let mut observed = Observed { complete: self.complete, ..Observed::default() };
        let doubt = if missing.is_empty() && !lost {
            None
        } else if self.nameless {
            Some(Gap {
                what: "department ids".to_owned(),
                why: "the remote shows departments without their department_id".to_owned(),
                remedy: Some("grant the scope contact:department.base:readonly".to_owned()),
            })
        } else {
            match self.sees_all_staff().await {
                Ok(true) => None,
                Ok(false) => Some(out_of_range()),
                Err(gap) => Some(gap),
            }
        };
        for id in missing {
            match self.failed.get(&id).or(doubt.as_ref()) {
                Some(gap) => {
                    observed.unknown.insert(id, gap.clone());
                }
                None => {
                    observed.absent.insert(id);
                }
            }
        }
        let sight = self.sight(&mut observed);
        let types = self.context.earlier.kind("employee_type");
        let things = self.items.values().filter_map(|item| wire::live(item, &sight, types));
        observed.things = things.map(|live| (live.id.clone(), live)).collect();
        self.children(&mut observed);
        for lookup in self.ask.lookups.iter().filter(|lookup| lookup.kind == NAME) {
            let found = self.look_up(lookup, &observed, doubt.as_ref());
            observed.lookups.insert(lookup.clone(), found);
        }
        for gap in self.gaps {
            if !observed.gaps.contains(&gap) {
                observed.gaps.push(gap);
            }
        }
        observed
    }

    /// What the answers can hold: by scope, and where scopes are not known, by what any of them holds.
    fn sight(&self, observed: &mut Observed) -> Sight {
        const FIELDS: &[(&str, &str)] = &[
            ("name", "name"),
            ("i18n_name", "i18n_name"),
            ("parent", "parent_department_id"),
            ("leaders", "leaders"),
            ("hrbps", "department_hrbps"),
            ("unit", "unit_ids"),
            ("order", "order"),
            ("group_chat", "name"),
        ];
        let mut readable = BTreeSet::from(["id"]);
        for (attribute, field) in FIELDS {
            let scopes = INFO.attribute(attribute).map_or(&[][..], |a| a.scopes);
            let shown = self.context.scopes.is_some()
                || self.items.is_empty()
                || self.items.values().any(|item| item.get(*field).is_some());
            if self.context.grants(scopes) && shown {
                readable.insert(*attribute);
            } else {
                let names = scopes.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
                if *attribute == "order" {
                    observed.unreadable.insert("children_order".to_owned(), names.clone());
                }
                observed.unreadable.insert((*attribute).to_owned(), names);
            }
        }
        Sight::new(readable)
    }

    /// Children and their order, where all of them are known.
    fn children(&self, observed: &mut Observed) {
        let mut below: BTreeMap<String, Vec<(Option<i64>, String)>> = BTreeMap::new();
        for live in observed.things.values() {
            let order = live.attributes.get("order").and_then(Value::as_int);
            if let Some(Target::Remote { id, .. }) = live.attributes.get("parent").and_then(Value::as_target) {
                below.entry(id.clone()).or_default().push((order, live.id.clone()));
            }
        }
        let ordered: BTreeSet<String> = self
            .ask
            .declared
            .iter()
            .filter(|thing| thing.value("children_order").is_some())
            .filter_map(|thing| self.id_of(&Value::address(thing.address.clone())))
            .collect();
        let places = !observed.unreadable.contains_key("parent");
        for id in self.opened.iter().filter(|_| places) {
            let Some(live) = observed.things.get_mut(id) else { continue };
            let mut children = below.remove(id).unwrap_or_default();
            children.sort();
            let known = children.iter().all(|(order, _)| order.is_some());
            let list: Vec<Value> = children.into_iter().map(|(_, id)| Value::remote(NAME, id)).collect();
            if known && ordered.contains(id) {
                live.attributes.insert("children_order".to_owned(), Value::List(list.clone()));
            }
            live.facts.insert("children".to_owned(), Value::Set(list.into_iter().collect()));
        }
    }

    fn look_up(&self, lookup: &Lookup, observed: &Observed, doubt: Option<&Gap>) -> Found {
        let unless = |gap: Option<&Gap>| gap.map_or(Found::None, |gap| Found::Unknown(gap.clone()));
        match lookup.by.as_str() {
            "department_id" => match observed.things.get(&lookup.value) {
                Some(live) => Found::One(live.id.clone()),
                None => unless(observed.unknown.get(&lookup.value)),
            },
            "open_department_id" => match self.open.get(&lookup.value) {
                Some(Ok(id)) => Found::One(id.clone()),
                Some(Err(gap)) => Found::Unknown(gap.clone()),
                None => unless(doubt),
            },
            _ => {
                let wanted = lookup.value.trim_matches('/');
                let is = |id: &&String| self.path(id).as_deref() == Some(wanted);
                let ids: Vec<String> = self.items.keys().filter(is).cloned().collect();
                match (ids.as_slice(), observed.complete) {
                    ([one], true) => Found::One(one.clone()),
                    ([], true) => Found::None,
                    (_, true) => Found::Many(ids),
                    (_, false) => {
                        Found::Unknown(self.gaps.first().cloned().unwrap_or_else(out_of_range))
                    }
                }
            }
        }
    }

    /// Names from the first level down.
    fn path(&self, id: &str) -> Option<String> {
        let mut names = Vec::new();
        let mut at = id.to_owned();
        while at != ROOT {
            let item = self.items.get(&at)?;
            names.push(wire::text(item, "name")?);
            at = wire::text(item, "parent_department_id")?;
            if names.len() > DEPTH {
                return None;
            }
        }
        names.reverse();
        Some(names.join("/"))
    }
}

struct Refused {
    code: Option<i64>,
    gap: Gap,
}
