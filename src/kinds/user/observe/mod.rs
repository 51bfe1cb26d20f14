//! Reads people with the fewest calls.
//!
//! | wanted | calls |
//! |---|---|
//! | by id: declared, recorded, referred to | `users/batch`, 50 a call |
//! | by mobile, e-mail; declared people who are not there by id | `batch_get_id`, 50 and 50 a call |
//! | everybody, or those within departments | `find_by_department`, one call for each department that has people |
//! | seats, where declared | `users/:id`, one call each |
//!
//! Answers leave out who is unknown or out of range without a word. With the all-staff range that means absent;
//! with a smaller one each such id is asked for singly, where the two differ (41050).

pub(super) mod calls;
pub(super) mod custom;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::identity::adoption;
use super::live::{self, Reading};
use super::spec::INFO;
use crate::model::{Declared, Found, Gap, Live, Lookup, Observed, Presence, Record, Value};
use crate::resource::kind::own_id;
use crate::resource::{Ask, Context};
use calls::Trouble;

/// Nobody has this id (here, or in the gateway before it).
const NOBODY: &[i64] = &[41_012, 99_992_351, 99_992_354, 99_992_360];

/// Ids under which a person may be named in a look-up, beside the user_id.
const OTHER_IDS: &[&str] = &["open_id", "union_id"];

/// One observation under way.
struct Observation<'o> {
    ask: &'o Ask,
    context: &'o Context<'o>,
    declared: Vec<&'o Declared>,
    reading: Reading,
    /// Why the range is not all staff.
    partial: Option<Trouble>,
    found: Observed,
}

pub(super) async fn observe(ask: &Ask, context: &Context<'_>) -> Observed {
    let wanted = |thing: &&Declared| ask.only.is_empty() || ask.only.contains(&thing.address);
    let declared: Vec<&Declared> = ask.declared.iter().filter(wanted).collect();
    let ids = asked_ids(ask, &declared);
    if ids.is_empty() && ask.lookups.is_empty() && !ask.everything && ask.within.is_empty() {
        return Observed::default();
    }
    let partial = calls::sees_everybody(context.reader).await.err();
    let custom = custom::fields(context.reader, &declared).await;
    let mut observation =
        Observation { ask, context, declared, reading: reading(context, partial.is_some()), partial, found: Observed::default() };
    observation.note_unreadable();
    if let Some(trouble) = &custom.trouble {
        observation.found.gaps.push(trouble.gap("custom fields of people"));
    }
    observation.reading.custom_names = custom.names;
    observation.found.lookups = custom.lookups;
    let whole = observation.discover().await;
    observation.by_ids(ids).await;
    observation.by_other_ids().await;
    observation.by_addresses().await;
    observation.seats().await;
    observation.answer_lookups();
    observation.found.complete = ask.everything && whole && observation.partial.is_none();
    observation.found
}

/// User_ids to fetch: whoever is recorded, declared, or referred to.
fn asked_ids(ask: &Ask, declared: &[&Declared]) -> BTreeSet<String> {
    let recorded = |thing: &&&Declared| ask.records.get(&thing.address).and_then(Record::id).map(str::to_owned);
    let mut ids = ask.ids.clone();
    ids.extend(declared.iter().map(|thing| own_id(thing)));
    ids.extend(declared.iter().filter_map(|thing| recorded(&thing)));
    let leaving = ask.records.iter().filter(|(address, _)| ask.leaving.contains(address));
    ids.extend(leaving.filter_map(|(_, record)| record.id().map(str::to_owned)));
    ids.extend(ask.lookups.iter().filter(|l| l.by == "user_id").map(|l| l.value.clone()));
    ids
}

fn reading(context: &Context<'_>, partial: bool) -> Reading {
    let unreadable = live::scoped().filter(|(_, scopes)| !context.grants(scopes)).map(|(name, _)| name);
    let types = context.earlier.kind("employee_type");
    let number = |live: &Live| live.ids.get("enum_value").and_then(|n| n.parse().ok());
    let visible = || {
        let known = context.earlier.kind("department");
        known.into_iter().flat_map(|seen| seen.things.keys().cloned()).collect::<BTreeSet<_>>()
    };
    Reading {
        unreadable: unreadable.collect(),
        scopes_known: context.scopes.is_some(),
        employee_types: types
            .into_iter()
            .flat_map(|seen| seen.things.values())
            .filter_map(|live| Some((number(live)?, live.id.clone())))
            .collect(),
        employee_types_complete: types.is_some_and(|seen| seen.complete),
        visible: partial.then(visible),
        custom_names: BTreeMap::new(),
    }
}

impl Observation<'_> {
    fn note_unreadable(&mut self) {
        for (name, scopes) in live::scoped().filter(|(name, _)| self.reading.unreadable.contains(name)) {
            let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
            self.found.unreadable.insert(name.to_owned(), scopes);
        }
    }

    /// Keeps what one object says; a second copy of a person says the same.
    fn keep(&mut self, json: &Json) {
        if let Some(person) = self.reading.person(json) {
            self.keep_live(person);
        }
    }

    fn keep_live(&mut self, person: Live) {
        self.found.things.entry(person.id.clone()).or_insert(person);
    }

    /// Everybody, or those within departments; says whether all of it could be read.
    async fn discover(&mut self) -> bool {
        let all = self.ask.everything || self.ask.within.iter().any(|d| d == "0" || d == "root");
        if !all && self.ask.within.is_empty() {
            return true;
        }
        let before = self.found.gaps.len();
        let (departments, people) = if all { self.all_departments().await } else { (self.within().await, Vec::new()) };
        if let Some(visible) = &mut self.reading.visible {
            visible.extend(departments.iter().cloned());
        }
        let reading = &self.reading;
        let lists = calls::members(self.context.reader, &departments, |json| reading.person(json)).await;
        for (department, members, trouble) in lists {
            for member in members {
                self.keep_live(member);
            }
            if let Some(trouble) = trouble {
                self.found.gaps.push(trouble.gap(format!("people of department {department}")));
            }
        }
        self.by_ids(people.into_iter().collect()).await;
        self.found.gaps.len() == before
    }

    /// Departments with people, the root among them; under a partial range those granted, and people by name.
    async fn all_departments(&mut self) -> (Vec<String>, Vec<String>) {
        if let Some(trouble) = &self.partial {
            self.found.gaps.push(trouble.gap("people outside of the app's contact range"));
            return match calls::range(self.context.reader).await {
                Ok((granted, people)) => {
                    let mut departments = BTreeSet::new();
                    for root in granted {
                        departments.extend(self.listed_below(&root).await);
                        departments.insert(root);
                    }
                    (departments.into_iter().collect(), people)
                }
                Err(trouble) => {
                    self.found.gaps.push(trouble.gap("the app's contact range"));
                    (Vec::new(), Vec::new())
                }
            };
        }
        let mut departments = match self.context.earlier.kind("department") {
            Some(seen) if seen.complete => peopled(seen.things.values()),
            _ => self.listed_below("0").await,
        };
        departments.push("0".to_owned());
        (departments, Vec::new())
    }

    /// The departments of `within` and all below them.
    async fn within(&mut self) -> Vec<String> {
        let mut departments: BTreeSet<String> = BTreeSet::new();
        for root in &self.ask.within {
            match self.context.earlier.kind("department") {
                Some(seen) if seen.complete && seen.things.values().all(has_parent) => {
                    departments.extend(below(seen, root));
                }
                // It comes with this plan: nobody is in it yet.
                Some(seen) if seen.presence(root) == Presence::Absent => {}
                _ => {
                    departments.extend(self.listed_below(root).await);
                    departments.insert(root.clone());
                }
            }
        }
        departments.into_iter().collect()
    }

    /// All departments with people below one, by a list of our own.
    async fn listed_below(&mut self, root: &str) -> Vec<String> {
        let listed = calls::subtree(self.context.reader, root).await;
        if let Some(trouble) = listed.trouble {
            self.found.gaps.push(trouble.gap(format!("departments below {root}")));
        }
        let id = |json: &Json| json.get("department_id").and_then(Json::as_str).map(str::to_owned);
        let empty = |json: &Json| json.get("member_count").and_then(Json::as_i64) == Some(0);
        listed.items.iter().filter(|d| !empty(d)).filter_map(id).collect()
    }

    /// People by user_id, as far as they are not known yet.
    async fn by_ids(&mut self, ids: BTreeSet<String>) {
        let ids: Vec<String> = ids
            .into_iter()
            .filter(|id| !self.found.things.contains_key(id) && !self.found.absent.contains(id))
            .collect();
        let mut missing = Vec::new();
        for (chunk, answer) in calls::batch(self.context.reader, &ids, "user_id").await {
            match answer {
                Ok(items) => {
                    items.iter().for_each(|json| self.keep(json));
                    missing.extend(chunk.into_iter().filter(|id| !self.found.things.contains_key(id)));
                }
                Err(trouble) => {
                    let gaps = chunk.into_iter().map(|id| (id.clone(), trouble.gap(format!("user_id {id}"))));
                    self.found.unknown.extend(gaps);
                }
            }
        }
        if self.partial.is_none() {
            self.found.absent.extend(missing);
            return;
        }
        for (id, answer) in calls::each(self.context.reader, &missing).await {
            match answer {
                Ok(json) => self.keep(&json),
                Err(trouble) if trouble.code.is_some_and(|code| NOBODY.contains(&code)) => {
                    self.found.absent.insert(id);
                }
                Err(trouble) => {
                    self.found.unknown.insert(id.clone(), trouble.gap(format!("user_id {id}")));
                }
            }
        }
    }

    /// Look-ups by open_id and union_id.
    async fn by_other_ids(&mut self) {
        for by in OTHER_IDS {
            let asked: Vec<String> = self.asked(by);
            let mut found = BTreeSet::new();
            for (chunk, answer) in calls::batch(self.context.reader, &asked, by).await {
                let text = |json: &Json, name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
                match answer {
                    Ok(items) => {
                        for id in chunk {
                            let person = items.iter().find(|json| text(json, by).as_ref() == Some(&id));
                            let user_id = person.and_then(|json| text(json, "user_id"));
                            found.extend(user_id.clone());
                            self.answer(by, &id, user_id);
                        }
                    }
                    Err(trouble) => chunk.iter().for_each(|id| self.unanswered(by, id, &trouble)),
                }
            }
            // Their answers spell leaders in the id type of the question, so they are read once more.
            self.by_ids(found).await;
        }
    }

    /// Look-ups by mobile and e-mail, and declared people who are not there under their user_id.
    async fn by_addresses(&mut self) {
        let declared = std::mem::take(&mut self.declared);
        let strangers: Vec<&Declared> = declared.iter().copied().filter(|thing| !self.is_there(thing)).collect();
        let text = |thing: &Declared, name: &str| thing.value(name).and_then(Value::as_text).map(str::to_owned);
        let gather = |by: &str| {
            let asked = self.asked(by);
            let all = asked.into_iter().chain(strangers.iter().filter_map(|thing| text(thing, by)));
            all.collect::<BTreeSet<String>>()
        };
        let (emails, mobiles) = (gather("email"), gather("mobile"));
        let (emails, mobiles): (Vec<_>, Vec<_>) =
            (emails.into_iter().collect(), mobiles.iter().map(|m| live::bare(m).to_owned()).collect());
        let (rows, troubles) = calls::find(self.context.reader, &emails, &mobiles).await;
        let mut holders: BTreeMap<(&str, String), String> = BTreeMap::new();
        let mut answered: BTreeSet<(&str, String)> = BTreeSet::new();
        for row in &rows {
            for by in ["email", "mobile"] {
                let Some(asked) = row.get(by).and_then(Json::as_str) else { continue };
                answered.insert((by, asked.to_owned()));
                if let Some(id) = row.get("user_id").and_then(Json::as_str).filter(|id| !id.is_empty()) {
                    holders.insert((by, asked.to_owned()), id.to_owned());
                }
            }
        }
        let key = |by: &'static str, value: &str| {
            (by, if by == "mobile" { live::bare(value).to_owned() } else { value.to_owned() })
        };
        for by in ["email", "mobile"] {
            for value in self.asked(by) {
                let key = key(by, &value);
                match troubles.first() {
                    Some(trouble) if !answered.contains(&key) => self.unanswered(by, &value, trouble),
                    _ => self.answer(by, &value, holders.get(&key).cloned()),
                }
            }
        }
        let taken: BTreeSet<String> = declared.iter().filter(|t| self.is_there(t)).map(|t| self.id_of(t)).collect();
        for thing in strangers {
            let asked = ["email", "mobile"].map(|by| text(thing, by).map(|value| key(by, &value)));
            let asked: Vec<_> = asked.into_iter().flatten().collect();
            let ids: BTreeSet<&String> = asked.iter().filter_map(|key| holders.get(key)).collect();
            // Whoever is declared under their own id only holds the number for now.
            let ids: Vec<String> = ids.into_iter().filter(|id| !taken.contains(*id)).cloned().collect();
            let unread = asked.iter().any(|key| !answered.contains(key));
            let found = match (ids.as_slice(), troubles.first()) {
                ([], Some(trouble)) if unread => Found::Unknown(trouble.gap("people by mobile and e-mail")),
                ([], _) => Found::None,
                ([one], _) => Found::One(one.clone()),
                _ => Found::Many(ids),
            };
            self.found.lookups.insert(adoption(&thing.address), found);
        }
        self.declared = declared;
        self.by_ids(holders.into_values().collect()).await;
    }

    /// Whether a living person is known for the recorded or the chosen id.
    fn is_there(&self, thing: &Declared) -> bool {
        self.found.things.get(&self.id_of(thing)).is_some_and(|live| !live.fact("resigned"))
    }

    /// The recorded id while somebody living has it, else the chosen one.
    fn id_of(&self, thing: &Declared) -> String {
        let recorded = self.ask.records.get(&thing.address).and_then(Record::id);
        let living = |id: &&str| self.found.things.get(*id).is_some_and(|live| !live.fact("resigned"));
        recorded.filter(living).map_or_else(|| own_id(thing), str::to_owned)
    }

    /// Seats of those for whom they are declared.
    async fn seats(&mut self) {
        if self.reading.unreadable.contains("seats") {
            return;
        }
        let wanted = self.declared.iter().filter(|t| t.attributes.contains_key("seats"));
        let id = |thing: &&Declared| match self.found.lookups.get(&adoption(&thing.address)) {
            Some(Found::One(id)) => Some(id.clone()),
            _ => self.is_there(thing).then(|| self.id_of(thing)),
        };
        let ids: Vec<String> = wanted.filter_map(id).collect();
        for (id, answer) in calls::each(self.context.reader, &ids).await {
            match answer {
                Ok(json) => {
                    let Some(list) = json.get("assign_info").and_then(Json::as_array) else { continue };
                    let seat = |item: &Json| item.get("subscription_id").and_then(Json::as_str).map(Value::text);
                    let seats = Value::Set(list.iter().filter_map(seat).collect());
                    if let Some(person) = self.found.things.get_mut(&id) {
                        person.attributes.insert("seats".to_owned(), seats);
                    }
                }
                Err(trouble) => self.found.gaps.push(trouble.gap(format!("seats of user_id {id}"))),
            }
        }
    }

    /// The values that look-ups ask for by one name.
    fn asked(&self, by: &str) -> Vec<String> {
        self.ask.lookups.iter().filter(|l| l.by == by).map(|l| l.value.clone()).collect()
    }

    fn answer(&mut self, by: &str, value: &str, id: Option<String>) {
        let found = match (id, &self.partial) {
            (Some(id), _) => Found::One(id),
            (None, None) => Found::None,
            (None, Some(trouble)) => Found::Unknown(out_of_range(format!("{by} {value}"), trouble)),
        };
        self.found.lookups.insert(named(by, value), found);
    }

    fn unanswered(&mut self, by: &str, value: &str, trouble: &Trouble) {
        self.found.lookups.insert(named(by, value), Found::Unknown(trouble.gap(format!("{by} {value}"))));
    }

    /// Look-ups by user_id: the living are found, the resigned are not.
    fn answer_lookups(&mut self) {
        for id in self.asked("user_id") {
            let found = match self.found.presence(&id) {
                Presence::Present(live) if live.fact("resigned") => Found::None,
                Presence::Present(_) => Found::One(id.clone()),
                Presence::Absent => Found::None,
                Presence::Unknown(gap) => Found::Unknown(gap.cloned().unwrap_or_else(|| Gap {
                    what: format!("user_id {id}"),
                    why: "it was not read".to_owned(),
                    remedy: None,
                })),
            };
            self.found.lookups.insert(named("user_id", &id), found);
        }
    }
}

fn named(by: &str, value: &str) -> Lookup {
    Lookup { kind: INFO.name.to_owned(), by: by.to_owned(), value: value.to_owned() }
}

fn out_of_range(what: String, trouble: &Trouble) -> Gap {
    Gap {
        what,
        why: format!("nobody was found, but the app does not see everybody ({})", trouble.why),
        remedy: Some("widen the app's contact range".to_owned()),
    }
}

/// Departments that have people in them or below, as far as is known.
fn peopled<'l>(departments: impl Iterator<Item = &'l Live>) -> Vec<String> {
    let empty = |d: &&Live| d.facts.get("member_count") == Some(&Value::Int(0));
    departments.filter(|d| !empty(d)).map(|d| d.id.clone()).collect()
}

/// Without the scope for it nobody's parent is known.
fn has_parent(department: &Live) -> bool {
    department.attributes.contains_key("parent")
}

/// A department and what is below it, without those that have nobody.
fn below(seen: &Observed, root: &str) -> Vec<String> {
    let mut children: BTreeMap<String, Vec<&Live>> = BTreeMap::new();
    for department in seen.things.values() {
        if let Some(crate::model::Target::Remote { id, .. }) =
            department.attributes.get("parent").and_then(Value::as_target)
        {
            children.entry(id.clone()).or_default().push(department);
        }
    }
    let mut found: Vec<&Live> = seen.things.get(root).into_iter().collect();
    let mut at = 0;
    while let Some(department) = found.get(at) {
        // Each department has one parent, so this ends even if the answer were odd.
        let more = children.remove(&department.id).unwrap_or_default();
        found.extend(more);
        at += 1;
    }
    peopled(found.into_iter())
}
