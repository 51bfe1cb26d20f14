//! The calls for groups. A write is the whole group: without `group_id` it would make another, so that a change cannot be
//! built without one. Before the first write of a run, the rights of its operator are tried.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::moves::{Moves, let_go};
use super::people::{ALL as PEOPLE, targets};
use super::spec::{
    DEPARTMENTS, EFFECTIVE, EXEMPT, EXEMPT_DEPARTMENTS, INFO, LEADERS, MEMBERS, OPERATOR,
};
use super::wire::{CLOCK, HIDDEN, lay, ruled};
use super::{calendar, people, places};
use crate::kinds::attendance::{GROUP, GROUPS, ONE_GROUP, SCHEDULES, whole};
use crate::kinds::membership::once_they_exist;
use crate::kinds::unique::applies;
use crate::kinds::unread;
use crate::model::{
    Accept, Action, Address, Call, Capture, Fact, Late, Live, OnRemove, StepDraft, Target, Value, Verb,
};
use crate::resource::{Drafts, ThingChange, Work};

/// `param is invalid`: what a call without rows answers to somebody who has the rights.
const NO_ROWS: i64 = 1_220_001;

/// What all groups of a plan are written with.
struct Writing<'s, 'w> {
    work: &'s Work<'w>,
    moves: Moves,
    /// Operators whose rights are tried in this plan.
    tried: BTreeMap<Target, Fact>,
}

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    let moves = Moves::of(work, out);
    let mut writing = Writing { work, moves, tried: BTreeMap::new() };
    for change in work.changes {
        match (change.action, change.live) {
            (Action::Create, _) => writing.create(change, out),
            (Action::Update | Action::Adopt, Some(live)) if !change.fields.is_empty() => {
                writing.update(change, live, out);
            }
            (Action::Delete, Some(live)) => writing.delete(change, live, out),
            // Nothing of a group is immutable, so it is never replaced.
            (Action::Update | Action::Adopt | Action::Delete | Action::Replace, _)
            | (Action::Forget | Action::Keep, _) => {}
        }
    }
}

/// All that is written, without what only larkctl reads.
fn written() -> Vec<&'static str> {
    INFO.attributes.iter().filter(|attribute| !attribute.local).map(|attribute| attribute.name).collect()
}

fn is_place(attribute: &str) -> bool {
    places::ALL.iter().any(|(name, _)| *name == attribute)
}

impl Writing<'_, '_> {
    fn create(&mut self, change: &ThingChange<'_>, out: &mut Drafts) {
        let mut group = Map::new();
        group.insert("calendar_id".to_owned(), 0.into());
        let mut added = Vec::new();
        for name in written() {
            let Some(value) = change.after(name) else { continue };
            if is_place(name) {
                added.extend(value.elements().map(|place| places::written(name, place)));
            } else {
                lay(self.work, &mut group, name, value);
            }
        }
        self.settle(change, &mut group, added);
        let call = self.post(change, group, None);
        let mut step = StepDraft::new(change.address.clone(), Verb::Create, "create", call)
            .gives(Fact::Exists(change.address.clone()));
        step.captures.push(Capture { pointer: "/group/group_id".to_owned(), id: "id".to_owned() });
        step.applies = applies(change, &written());
        let step = self.waiting(step, change, out);
        out.step(step);
    }

    fn update(&mut self, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
        let Some(mut group) = self.whole_of(change, live, out) else { return };
        let before = group.clone();
        let mut added = Vec::new();
        let mut fields: Vec<&str> = Vec::new();
        for field in &change.fields {
            if is_place(&field.name) {
                added.extend(self.new_places(change, live, &field.name, &mut fields, out));
            } else {
                lay(self.work, &mut group, &field.name, &field.after);
                fields.push(&field.name);
            }
        }
        if fields.is_empty() && added.is_empty() {
            return;
        }
        let declared = |names: [&str; 2]| names.iter().any(|name| change.wanted.contains_key(*name));
        for (rules, names) in
            [("need_punch_members", [MEMBERS, DEPARTMENTS]), ("no_need_punch_members", [EXEMPT, EXEMPT_DEPARTMENTS])]
        {
            if declared(names) {
                group.remove(rules);
            }
        }
        self.settle(change, &mut group, added);
        if live.fact(CLOCK) {
            out.note(&change.address, "how the console counts the hours of a free day is reset: the API cannot write it");
        }
        let what = format!("update {}", change.fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join(", "));
        let call = self.post(change, group, Some(&live.id));
        let mut step = StepDraft::new(change.address.clone(), Verb::Update, what, call);
        step.applies = applies(change, &fields);
        let mut step = self.waiting(step, change, out);
        let address = &change.address;
        if let Some(leaving) = self.moves.leaving.get(address) {
            if self.moves.from.contains_key(address) {
                let first = self.lets_go(change, live, before, leaving);
                let first = self.allowed(first, change, out);
                out.step(first);
                step = step.needs(let_go(address), "it has let go of whoever joins another group");
            } else {
                step = step.gives(let_go(address));
            }
        }
        // One that it names after all is not deleted.
        for shift in named_shifts(self.work, live) {
            step = step.gives(Fact::Settled("released".to_owned(), shift));
        }
        out.step(step);
    }

    /// As it is, without those who go to another group of this plan.
    fn lets_go(
        &self,
        change: &ThingChange<'_>,
        live: &Live,
        mut group: Map<String, Json>,
        leaving: &BTreeSet<Target>,
    ) -> StepDraft {
        people::strike(self.work, &mut group, leaving, &people::EXCLUSIVE);
        self.strike_the_leaving(&mut group);
        self.somebody_leads(change, &mut group);
        let call = self.post(change, group, Some(&live.id));
        let what = format!("let go of {} who join other groups", leaving.len());
        StepDraft::new(change.address.clone(), Verb::Update, what, call).gives(let_go(&change.address))
    }

    /// Nobody is left who leads it, and it cannot be written so: whoever will lead it and is there already does, else
    /// the operator for a while.
    fn somebody_leads(&self, change: &ThingChange<'_>, group: &mut Map<String, Json>) {
        let leaders = group.get("group_leader_ids").and_then(Json::as_array);
        if leaders.is_some_and(|leaders| !leaders.is_empty()) {
            return;
        }
        let there = |target: &&Target| match target {
            Target::Address(address) => !self.work.is_new(address),
            Target::Remote { .. } | Target::Lookup(_) => true,
        };
        let next: BTreeSet<&Target> = targets(change.after(LEADERS)).into_iter().filter(there).collect();
        let next = if next.is_empty() { self.operator(change).into_iter().collect() } else { next };
        let ids = next.into_iter().map(|target| self.work.json_id(target, "id")).collect();
        group.insert("group_leader_ids".to_owned(), ids);
    }

    /// The live group as it would be written; nothing when it may not be written.
    fn whole_of(&self, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) -> Option<Map<String, Json>> {
        let Some(group) = whole::kept(live) else {
            let gap = unread::of(self.work, GROUP, &live.id);
            let why = "it could not be read in full, and a change would take away what was not read";
            out.block(&change.address, unread::why(why, gap), gap.and_then(|gap| gap.remedy.clone()));
            return None;
        };
        let said = |names: [&str; 2]| names.iter().any(|name| change.wanted.contains_key(*name));
        let hidden = ruled(group.get("need_punch_members")) || live.fact(HIDDEN);
        if hidden && !said([MEMBERS, DEPARTMENTS])
            || ruled(group.get("no_need_punch_members")) && !said([EXEMPT, EXEMPT_DEPARTMENTS])
        {
            out.block(
                &change.address,
                "rules choose its people, those joined by \"or\" cannot be read, and a change would destroy them",
                Some("declare its members, or change it in the attendance console".to_owned()),
            );
            return None;
        }
        Some(group)
    }

    /// Places that are declared and not there. Those that are too many wait for a person.
    fn new_places<'c>(
        &self,
        change: &'c ThingChange<'_>,
        live: &Live,
        attribute: &'c str,
        fields: &mut Vec<&'c str>,
        out: &mut Drafts,
    ) -> Vec<Json> {
        let Some(wanted) = change.wanted.get(attribute) else { return Vec::new() };
        let there = live.attributes.get(attribute).map(|live| places::marks(attribute, live)).unwrap_or_default();
        let marks = places::marks(attribute, wanted.value());
        let too_many: Vec<&String> = match wanted {
            crate::model::Wanted::Exactly(_) => there.difference(&marks).collect(),
            crate::model::Wanted::AtLeast(_) => Vec::new(),
        };
        if too_many.is_empty() {
            fields.push(attribute);
        } else {
            let names: Vec<&str> = too_many.into_iter().map(String::as_str).collect();
            let reason = format!("the API cannot remove places: take away {} in the attendance console", names.join("; "));
            out.pend(&change.address, &[attribute], reason);
        }
        let new = wanted.value().elements().filter(|place| !there.contains(&places::mark(attribute, place)));
        new.map(|place| places::written(attribute, place)).collect()
    }

    /// What every write has: nobody who is elsewhere or about to leave, what goes with the type, new places.
    fn settle(&self, change: &ThingChange<'_>, group: &mut Map<String, Json>, added: Vec<Json>) {
        if let Some(elsewhere) = self.moves.elsewhere.get(&change.address) {
            people::strike(self.work, group, elsewhere, &people::EXCLUSIVE);
        }
        self.strike_the_leaving(group);
        calendar::fit(group);
        if !added.is_empty() {
            group.insert("locations".to_owned(), added.into());
        }
    }

    /// Whoever is deleted in this plan may be gone by then.
    fn strike_the_leaving(&self, group: &mut Map<String, Json>) {
        let gone = self.work.all.values().filter(|change| change.action == Action::Delete);
        let gone = gone.filter(|change| matches!(change.address.kind(), "user" | "department"));
        let gone: BTreeSet<Target> = gone.map(|change| Target::Address(change.address.clone())).collect();
        let lists: Vec<&str> = PEOPLE.iter().map(|(name, ..)| *name).collect();
        people::strike(self.work, group, &gone, &lists);
    }

    fn operator<'c>(&self, change: &'c ThingChange<'_>) -> Option<&'c Target> {
        change.after(OPERATOR).and_then(Value::as_target)
    }

    fn post(&self, change: &ThingChange<'_>, mut group: Map<String, Json>, id: Option<&str>) -> Call {
        if let Some(id) = id {
            group.insert("group_id".to_owned(), id.into());
        }
        let now = change.after(EFFECTIVE).and_then(Value::as_text) == Some("now");
        group.insert("effect_now".to_owned(), now.into());
        let mut body = json!({ "group": group });
        if let Some(operator) = self.operator(change) {
            body["operator_id"] = self.work.json_id(operator, "id");
        }
        Call::new("POST", GROUPS).query("employee_type", "employee_id").query("dept_type", "open_id").body(body)
    }

    /// Makes a write wait for all that it names, and for its operator's rights.
    fn waiting(&mut self, mut step: StepDraft, change: &ThingChange<'_>, out: &mut Drafts) -> StepDraft {
        for (attribute, ..) in PEOPLE {
            step = once_they_exist(step, self.work, targets(change.after(attribute)), "whom it names exist");
        }
        let mut shifts: BTreeSet<&Target> = BTreeSet::new();
        for attribute in [super::spec::WEEK, super::spec::WORK_DAYS] {
            if let Some(value) = change.after(attribute) {
                value.each_target(&mut |target| {
                    shifts.insert(target);
                });
            }
        }
        step = once_they_exist(step, self.work, shifts, "its shifts exist");
        for holder in self.moves.from.get(&change.address).into_iter().flatten() {
            step = step.needs(let_go(holder), "whoever joins it has left their group");
        }
        self.allowed(step, change, out)
    }

    /// Tries, once in a plan, whether the operator may write at all, with a call that writes nothing.
    fn allowed(&mut self, step: StepDraft, change: &ThingChange<'_>, out: &mut Drafts) -> StepDraft {
        let Some(operator) = self.operator(change) else { return step };
        let fact = match self.tried.get(operator) {
            Some(fact) => fact.clone(),
            None => {
                let fact = Fact::Settled("rights of its operator".to_owned(), change.address.clone());
                let body = json!({ "user_daily_shifts": [], "operator_id": self.work.json_id(operator, "id") });
                let call = Call::new("POST", SCHEDULES).query("employee_type", "employee_id").body(body);
                let first = StepDraft::new(change.address.clone(), Verb::Update, "try the operator's rights", call)
                    .gives(fact.clone())
                    .accepts(Accept::Done { code: NO_ROWS });
                out.step(once_they_exist(first, self.work, [operator], "the operator exists"));
                self.tried.insert(operator.clone(), fact.clone());
                fact
            }
        };
        step.needs(fact, "the operator has the rights")
    }

    fn delete(&self, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
        let address = &change.address;
        if change.on_remove == OnRemove::Deactivate {
            out.problem(
                address,
                None,
                "plan::no_such_state",
                format!("{address} cannot be switched off: attendance groups are there or not"),
                "declare it once more with `on_remove: forget` or `delete`, apply, then take it out",
            );
            return;
        }
        let call = Call::new("DELETE", ONE_GROUP).param("group_id", Late::Known(live.id.clone()));
        let mut step = StepDraft::new(address.clone(), Verb::Delete, "delete", call)
            .gives(Fact::Gone(address.clone()))
            .gives(let_go(address));
        step.forgets = true;
        for shift in named_shifts(self.work, live) {
            step = step.gives(Fact::Settled("released".to_owned(), shift));
        }
        let people = people::before(self.work, live).len();
        if people > 0 {
            out.note(address, format!("{people} people and departments are in no attendance group then, unless another takes them"));
        }
        out.step(step);
    }
}

/// The managed shifts that a live group names.
fn named_shifts(work: &Work<'_>, live: &Live) -> BTreeSet<Address> {
    let mut shifts = BTreeSet::new();
    for attribute in [super::spec::WEEK, super::spec::WORK_DAYS] {
        if let Some(value) = live.attributes.get(attribute) {
            value.each_target(&mut |target| shifts.extend(work.managed(target).cloned()));
        }
    }
    shifts
}
