//! Who and what enters and leaves a list: members and senders of mail groups, members of public mailboxes, managers.
//!
//! A list has a sort of entry per attribute. Its entries are never changed, only added and removed, two hundred a
//! call, whatever their sorts. Who is added comes first, so that a list is not empty in between; before that go
//! only things that this very plan deletes, and groups, since a group that leaves may be what would make a new one
//! lead back to itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::address::{is_alias, settled};
use super::book::Book;
use super::{EMAIL, GROUP, MAILBOX, fold, main_of};
use crate::kinds::membership::{Phase, batch_name, in_order_of, once_they_exist, releasing};
use crate::model::{
    Accept, Action, Address, Call, Fact, Late, Live, StepDraft, Target, Value, Verb, Verify, Wanted,
};
use crate::resource::{Drafts, ThingChange, Work};

/// Entries in one call.
const BATCH: usize = 200;
/// The word for the whole company among departments.
pub(in crate::kinds) const ROOT: &str = "root";

/// What an entry is, in the API's words.
pub(in crate::kinds) const USER: &str = "USER";
pub(in crate::kinds) const DEPARTMENT: &str = "DEPARTMENT";
pub(in crate::kinds) const COMPANY: &str = "COMPANY";
pub(in crate::kinds) const EXTERNAL: &str = "EXTERNAL_USER";
pub(in crate::kinds) const OF_GROUP: &str = "MAIL_GROUP";
pub(in crate::kinds) const OF_MAILBOX: &str = "PUBLIC_MAILBOX";
pub(in crate::kinds) const OTHER: &str = "OTHER_MEMBER";

/// One list of a thing.
#[derive(Debug)]
pub(in crate::kinds) struct List {
    /// Attributes and what their entries are.
    pub attributes: &'static [(&'static str, &'static str)],
    pub noun: &'static str,
    /// Settled once the list is what it shall be.
    pub part: &'static str,
    /// Settled by the phases: who leaves first, who is added, who leaves then.
    pub phases: [&'static str; 3],
    pub read: &'static str,
    pub add: (&'static str, &'static str),
    pub remove: (&'static str, &'static str),
    pub param: &'static str,
    /// Entries are named by ids of their own when they leave; what a body calls those, and an entry its own.
    pub ids: Option<(&'static str, &'static str)>,
    /// What a body calls the entries.
    pub items: &'static str,
    /// Whether the calls take departments, and so the type of their ids.
    pub departments: bool,
    /// No such entry.
    pub no_entry: i64,
    /// So many fit in, where that is known.
    pub most: Option<usize>,
}

impl List {
    /// The fact of a live thing that holds the ids of entries, by [`key`].
    pub(in crate::kinds) fn fact(&self) -> String {
        format!("ids of {}s", self.noun)
    }
}

/// What an entry is known by within its list.
pub(in crate::kinds) fn key(sort: &str, id: &str) -> String {
    format!("{sort}:{}", if matches!(sort, USER | DEPARTMENT) { id.to_owned() } else { fold(id) })
}

/// An entry under its sort. The company is an entry of the departments and a sort of its own.
#[derive(Debug, Clone, Copy)]
struct Entry<'v> {
    sort: &'static str,
    value: &'v Value,
}

type Entries<'v> = BTreeMap<String, Entry<'v>>;

fn entries<'v>(work: &Work<'_>, sort: &'static str, value: Option<&'v Value>) -> Entries<'v> {
    let keyed = |value: &'v Value| {
        let sort = if value.as_text() == Some(ROOT) && sort == DEPARTMENT { COMPANY } else { sort };
        let id = match value {
            Value::Text(text) => text.clone(),
            Value::Ref(Target::Remote { id, .. }) => id.clone(),
            // An address that is bound to nothing live yet cannot be in.
            Value::Ref(Target::Address(a)) => {
                work.bound.get(a).cloned().unwrap_or_else(|| format!("new {a}"))
            }
            _ => return None,
        };
        Some((key(sort, if sort == COMPANY { "" } else { &id }), Entry { sort, value }))
    };
    value.into_iter().flat_map(Value::elements).filter_map(keyed).collect()
}

/// A list that changes.
pub(in crate::kinds) struct Turnover<'c, 'w> {
    pub list: &'static List,
    pub kind: &'static str,
    pub work: &'c Work<'w>,
    pub change: &'c ThingChange<'w>,
    pub book: &'c Book<'w>,
    /// Of the thing, for paths.
    pub id: Late,
}

impl<'c> Turnover<'c, '_> {
    fn own(&self) -> &'c Address {
        &self.change.address
    }

    /// Proposes all calls.
    pub(in crate::kinds) fn steps(&self, out: &mut Drafts) {
        let (mut entering, mut leaving) = (Entries::new(), Entries::new());
        let (mut applied, mut before_all) = (BTreeMap::new(), 0);
        for &(attribute, sort) in self.list.attributes {
            let Some(field) = self.change.field(attribute) else { continue };
            let Some(before) = &field.before else {
                self.unread(attribute, out);
                continue;
            };
            let (before, after) =
                (entries(self.work, sort, Some(before)), entries(self.work, sort, Some(&field.after)));
            before_all += before.len();
            if matches!(self.change.wanted.get(attribute), Some(Wanted::Exactly(_))) {
                leaving.extend(
                    before.iter().filter(|(k, _)| !after.contains_key(*k)).map(|(k, e)| (k.clone(), *e)),
                );
            }
            entering.extend(after.into_iter().filter(|(k, _)| !before.contains_key(k)));
            applied.insert(attribute.to_owned(), field.after.clone());
        }
        let full = self.list.most.is_some_and(|most| before_all + entering.len() > most);
        let (first, last): (Entries<'_>, Entries<'_>) =
            leaving.into_iter().partition(|(_, entry)| full || self.goes_first(*entry));
        let [early, added, late] = self.list.phases;
        let phases = vec![
            Phase { part: early, why: "what leaves it first has left", steps: self.removals(&first) },
            Phase { part: added, why: "what enters it has entered", steps: self.additions(&entering) },
            Phase { part: late, why: "what leaves it has left", steps: self.removals(&last) },
        ];
        for step in in_order_of(self.own(), self.list.part, phases, applied) {
            out.step(step);
        }
    }

    fn unread(&self, attribute: &str, out: &mut Drafts) {
        let Some(live) = self.change.live else { return };
        let gap = crate::kinds::unread::of(self.work, self.kind, &live.id);
        let why = format!("its {attribute} could not be read, so nothing is done about them");
        out.unread(self.own(), crate::kinds::unread::why(&why, gap), gap.and_then(|gap| gap.remedy.clone()));
    }

    fn goes_first(&self, entry: Entry<'_>) -> bool {
        let deleted = |target| {
            let change = self.work.managed(target).and_then(|address| self.work.change(address));
            change.is_some_and(|change| change.action == Action::Delete)
        };
        entry.sort == OF_GROUP || entry.value.as_target().is_some_and(deleted)
    }

    fn step(&self, what: String, call: (&str, &str), body: Json, typed: bool) -> StepDraft {
        let mut call = Call::new(call.0, call.1).param(self.list.param, self.id.clone()).body(body);
        if typed {
            call = call.query("user_id_type", "user_id");
            if self.list.departments {
                call = call.query("department_id_type", "department_id");
            }
        }
        let step = StepDraft::new(self.own().clone(), Verb::Update, what, call);
        if self.work.is_new(self.own()) {
            return step.needs(Fact::Exists(self.own().clone()), "it exists");
        }
        step
    }

    fn additions(&self, who: &Entries<'_>) -> Vec<StepDraft> {
        let all: Vec<&Entry<'_>> = who.values().collect();
        let many = all.len().div_ceil(BATCH);
        let step = |(at, batch): (usize, &[&Entry<'_>])| {
            let what = batch_name("add", self.list.noun, batch.len(), at, many);
            let items: Vec<Json> = batch.iter().map(|entry| self.item(entry)).collect();
            let size = items.len();
            let mut step = self.step(what, self.list.add, json!({ self.list.items: items }), true);
            if self.list.ids.is_some() {
                // The answer lists whom the call has added.
                step.verify = Some(Verify {
                    list: format!("/{}", self.list.items),
                    field: String::new(),
                    fine: Vec::new(),
                    id: String::new(),
                    words: BTreeMap::new(),
                    whole: Some(size),
                });
            }
            let targets: BTreeSet<&Target> =
                batch.iter().filter_map(|entry| entry.value.as_target()).collect();
            let mut step = once_they_exist(step, self.work, targets.iter().copied(), "the new entry exists");
            for target in targets {
                step = self.reachable(step, target);
            }
            for mail in
                batch.iter().filter(|entry| entry.sort == OTHER).filter_map(|entry| entry.value.as_text())
            {
                step = self.there(step, mail);
            }
            step
        };
        all.chunks(BATCH).enumerate().map(step).collect()
    }

    /// Waits until a person has a mailbox, a group or mailbox the address by which it is named, and no group that
    /// leads back to this one.
    fn reachable(&self, mut step: StepDraft, target: &Target) -> StepDraft {
        let Some(address) = self.work.managed(target) else { return step };
        match address.kind() {
            "user" => step.needs(
                Fact::Settled("enterprise_email".to_owned(), address.clone()),
                "they have their mailbox",
            ),
            GROUP | MAILBOX => {
                step = step.needs(settled(address), "it has the address by which it is named");
                for group in below(self.work, address) {
                    step = step.needs(
                        Fact::Settled(self.list.phases[0].to_owned(), group),
                        "no group leads back to itself in between",
                    );
                }
                step
            }
            _ => step,
        }
    }

    /// Waits until an address of the company that comes with this plan is there.
    fn there(&self, step: StepDraft, mail: &str) -> StepDraft {
        let Some(taker) = self.book.taker(mail) else { return step };
        let why = "there is such an address";
        step.needs(Fact::Exists(taker.clone()), why)
            .needs(settled(taker), why)
            .needs(is_alias(mail, taker), why)
            .needs(Fact::Settled("enterprise_email".to_owned(), taker.clone()), why)
    }

    fn removals(&self, who: &Entries<'_>) -> Vec<StepDraft> {
        let all: Vec<(&String, &Entry<'_>)> = who.iter().collect();
        let many = all.len().div_ceil(BATCH);
        let known = self.change.live.and_then(|live| live.facts.get(&self.list.fact()));
        let step = |(at, batch): (usize, &[(&String, &Entry<'_>)])| {
            let what = batch_name("remove", self.list.noun, batch.len(), at, many);
            let (body, typed) = match self.list.ids {
                Some((ids, _)) => {
                    let id = |(key, _): &(&String, &Entry<'_>)| known?.get(key)?.as_text().map(str::to_owned);
                    (json!({ ids: batch.iter().filter_map(id).collect::<Vec<_>>() }), false)
                }
                None => {
                    let items: Vec<Json> = batch.iter().map(|(_, entry)| self.item(entry)).collect();
                    (json!({ self.list.items: items }), true)
                }
            };
            let mut step = self.step(what, self.list.remove, body, typed);
            if self.list.ids.is_some() {
                step = step.accepts(self.already_gone(batch.len()));
            }
            releasing(step, self.work, batch.iter().filter_map(|(_, entry)| entry.value.as_target()))
        };
        all.chunks(BATCH).enumerate().map(step).collect()
    }

    /// A batch with an entry that has left already may have removed nobody else.
    fn already_gone(&self, size: usize) -> Accept {
        if size == 1 {
            return Accept::Done { code: self.list.no_entry };
        }
        Accept::Warned {
            code: self.list.no_entry,
            warning: format!(
                "one of these {}s had left already: plan again to see who is left",
                self.list.noun
            ),
            except: self.list.attributes.iter().map(|(name, _)| (*name).to_owned()).collect(),
        }
    }

    fn item(&self, entry: &Entry<'_>) -> Json {
        let target = entry.value.as_target();
        let id = || target.map_or(Json::Null, |target| self.work.json_id(target, "id"));
        let mail = || match target {
            Some(target) => mail_of(self.work, target),
            None => entry.value.as_text().unwrap_or_default().to_owned(),
        };
        if self.list.ids.is_none() {
            return json!({ "user_id": id() });
        }
        match entry.sort {
            USER => json!({ "type": USER, "user_id": id() }),
            DEPARTMENT => json!({ "type": DEPARTMENT, "department_id": id() }),
            COMPANY => json!({ "type": COMPANY }),
            sort => json!({ "type": sort, "email": mail() }),
        }
    }
}

/// The main address that a group or mailbox has once its addresses are settled.
fn mail_of(work: &Work<'_>, target: &Target) -> String {
    let managed = work.managed(target).and_then(|address| work.change(address));
    if let Some(mail) = managed.and_then(|change| change.after(EMAIL)).and_then(Value::as_text) {
        return mail.to_owned();
    }
    let live = match target {
        Target::Remote { kind, id } => work.snapshot.live(kind, id),
        Target::Address(address) => work.live(address),
        Target::Lookup(_) => None,
    };
    match (live.map(main_of), target) {
        (Some(mail), _) => mail.to_owned(),
        // Nobody has read it: its address is all that is known.
        (None, Target::Remote { id, .. }) => id.clone(),
        (None, Target::Address(address)) => address.key().to_owned(),
        (None, Target::Lookup(lookup)) => lookup.value.clone(),
    }
}

/// The groups that a group leads to, itself included, over what is live and what is wanted, as far as they change.
fn below(work: &Work<'_>, from: &Address) -> BTreeSet<Address> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from.clone()]);
    while let Some(address) = open.pop() {
        if address.kind() != GROUP || !seen.insert(address.clone()) {
            continue;
        }
        let Some(change) = work.change(&address) else { continue };
        let inner = |value: Option<&Value>| -> Vec<Address> {
            let targets = value.into_iter().flat_map(Value::elements).filter_map(Value::as_target);
            targets.filter_map(|target| work.managed(target).cloned()).collect()
        };
        let live = |live: &Live| inner(live.attributes.get(INNER));
        open.extend(change.live.map(live).unwrap_or_default());
        open.extend(inner(change.after(INNER)));
    }
    seen.retain(|address| work.change(address).is_some_and(|change| change.changes(INNER)));
    seen
}

/// The attribute of groups within groups.
const INNER: &str = "member_groups";
