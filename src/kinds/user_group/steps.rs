//! The calls for groups: create, change, empty, delete.
//!
//! There is no idempotency key: a create whose answer got lost is found by its id in the next run. A name that two
//! groups swap goes through a stand-in.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::identity::DYNAMIC;
use super::members::{Change, people};
use super::observe::{DEPARTMENTS, RESIGNED, USERS, count};
use super::spec::NAME;
use crate::base::count::Count;
use crate::kinds::membership::{MEMBERS, as_planned, in_order};
use crate::kinds::unique::{applies, claim, give_up, nobody_keeps_it, stand_in};
use crate::model::{Accept, Action, Call, Fact, Late, Live, StepDraft, Target, Value, Verb, Wanted};
use crate::resource::{Drafts, ThingChange, Work};

const ALL: &str = "/open-apis/contact/v3/group";
const ONE: &str = "/open-apis/contact/v3/group/:group_id";
const NAMES: &str = "user_group name";
/// Gone already.
const NO_GROUP: i64 = 42002;

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    for change in work.changes {
        match (change.action, change.live) {
            (Action::Create, _) => create(work, change, out),
            (Action::Update | Action::Adopt, Some(live)) => update(work, change, live, out),
            (Action::Delete, Some(live)) => delete(work, change, live, out),
            // No attribute asks for a replacement: permissions point at the id.
            (Action::Update | Action::Adopt | Action::Delete | Action::Replace, _)
            | (Action::Forget | Action::Keep, _) => {}
        }
    }
}

fn text<'c>(change: &'c ThingChange<'_>, attribute: &str) -> Option<&'c str> {
    change.after(attribute).and_then(Value::as_text)
}

fn name_of(live: &Live) -> &str {
    live.attributes.get("name").and_then(Value::as_text).unwrap_or_default()
}

/// Whoever has the name, as far as was read, gives it up in this plan.
fn name_is_free(work: &Work<'_>, change: &ThingChange<'_>, name: &str, out: &mut Drafts) {
    let lets_go = |holder: &ThingChange<'_>| holder.changes("name") || holder.action == Action::Delete;
    let what = format!("the name {name}");
    nobody_keeps_it(work, change, "name", &what, |live| name_of(live) == name, lets_go, out);
}

fn create(work: &Work<'_>, change: &ThingChange<'_>, out: &mut Drafts) {
    let address = &change.address;
    let id = text(change, "id").unwrap_or(address.key()).to_owned();
    let name = text(change, "name").unwrap_or_default();
    name_is_free(work, change, name, out);
    let mut body = json!({ "group_id": id, "name": name, "type": 1 });
    if let Some(description) = text(change, "description") {
        body["description"] = description.into();
    }
    let mut step = StepDraft::new(address.clone(), Verb::Create, "create", Call::new("POST", ALL).body(body))
        .gives(Fact::Exists(address.clone()));
    step.takes.push(claim(NAMES, name));
    step.ids.insert("id".to_owned(), id.clone());
    step.applies = applies(change, &["id", "name", "description"]);
    out.step(step);
    let group = Change { address, group: Late::Known(id), is_new: true };
    let all = people(change.after(MEMBERS));
    let phases = vec![group.additions(work, &all)];
    for step in in_order(address, phases, change.after(MEMBERS).cloned()) {
        out.step(step);
    }
}

fn update(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    if change.fields.is_empty() {
        return;
    }
    if live.fact(DYNAMIC) {
        out.problem(
            &change.address,
            change.fields.first().map(|field| field.name.as_str()),
            "plan::read_only",
            format!("{} is a dynamic group: rules in the admin console fill it, and the API cannot change it", live.id),
            "take it out of the YAML, and refer to it by `{name: …}` where it is needed",
        );
        return;
    }
    rename(work, change, live, out);
    let Some(field) = change.field(MEMBERS) else { return };
    let Some(before) = &field.before else {
        let gap = crate::kinds::unread::of(work, NAME, &live.id);
        let why = "its members could not be read, so nothing is done about them";
        out.unread(&change.address, crate::kinds::unread::why(why, gap), gap.and_then(|gap| gap.remedy.clone()));
        return;
    };
    let (before, after) = (people(Some(before)), people(Some(&field.after)));
    let exact = matches!(change.wanted.get(MEMBERS), Some(Wanted::Exactly(_)));
    let leaving: BTreeSet<&Target> =
        if exact { before.difference(&after).copied().collect() } else { BTreeSet::new() };
    let entering: BTreeSet<&Target> = after.difference(&before).copied().collect();
    let group = Change { address: &change.address, group: live.id.clone().into(), is_new: false };
    let phases = vec![group.removals(work, &leaving), group.additions(work, &entering)];
    for step in in_order(&change.address, phases, Some(field.after.clone())) {
        out.step(step);
    }
}

/// Name and description go in one call.
fn rename(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let mut body = Map::new();
    for field in change.fields.iter().filter(|field| matches!(field.name.as_str(), "name" | "description")) {
        if let Some(text) = field.after.as_text() {
            body.insert(field.name.clone(), text.into());
        }
    }
    if body.is_empty() {
        return;
    }
    let patch = |body: Json| Call::new("PATCH", ONE).param("group_id", live.id.clone()).body(body);
    let named = body.get("name").and_then(Json::as_str).map(str::to_owned);
    let what = if named.is_some() { "rename" } else { "description" };
    let sent: Vec<&str> = body.keys().map(String::as_str).collect();
    let applied = applies(change, &sent);
    let mut step = StepDraft::new(change.address.clone(), Verb::Update, what, patch(body.into()));
    step.applies = applied;
    if let Some(name) = named {
        name_is_free(work, change, &name, out);
        let stand_in = stand_in(live);
        let call = patch(json!({ "name": stand_in }));
        give_up(&mut step, claim(NAMES, name_of(live)), claim(NAMES, stand_in), "temporary name", call, None);
        step.takes.push(claim(NAMES, name));
    }
    out.step(step);
}

fn delete(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let address = &change.address;
    if live.fact(DYNAMIC) {
        out.problem(
            address,
            None,
            "plan::read_only",
            format!("{} is a dynamic group, and the API cannot delete it", live.id),
            "delete it in the admin console, or keep it: lifecycle: {on_remove: forget}",
        );
        return;
    }
    let departments = count(live, DEPARTMENTS).unwrap_or(0);
    if departments > 0 {
        let many = Count(usize::try_from(departments).unwrap_or(0), "department");
        out.problem(
            address,
            None,
            "plan::not_empty",
            format!("{many} in {NAME} {}, and only an empty group can be deleted", live.id),
            "take the departments out in the admin console, which the API cannot, and plan again",
        );
        return;
    }
    let Some(listed) = live.attributes.get(MEMBERS).map(|members| as_planned(work, members)) else {
        let gap = crate::kinds::unread::of(work, NAME, &live.id);
        let why = "its members could not be read, and only an empty group can be deleted";
        out.block(address, crate::kinds::unread::why(why, gap), gap.and_then(|gap| gap.remedy.clone()));
        return;
    };
    let resigned: Vec<Target> = live
        .facts
        .get(RESIGNED)
        .into_iter()
        .flat_map(Value::elements)
        .filter_map(|id| Some(Target::Remote { kind: "user".to_owned(), id: id.as_text()?.to_owned() }))
        .collect();
    let mut all = people(Some(&listed));
    all.extend(&resigned);
    let shown = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let hidden = count(live, USERS).unwrap_or(0).saturating_sub(shown);
    if hidden > 0 {
        let many = Count(usize::try_from(hidden).unwrap_or(0), "member");
        out.note(address, format!("{many} outside of the app's contact range: the deletion may be refused"));
    }
    if !all.is_empty() {
        out.note(address, format!("{} will be removed first", Count(all.len(), "member")));
    }
    let group = Change { address, group: live.id.clone().into(), is_new: false };
    let settled = Fact::Settled(MEMBERS.to_owned(), address.clone());
    for step in in_order(address, vec![group.removals(work, &all)], None) {
        out.step(step);
    }
    let call = Call::new("DELETE", ONE).param("group_id", live.id.clone());
    let mut step = StepDraft::new(address.clone(), Verb::Delete, "delete", call)
        .needs(settled, "it is empty")
        .gives(Fact::Gone(address.clone()))
        .accepts(Accept::Done { code: NO_GROUP });
    step.frees.push(claim(NAMES, name_of(live)));
    step.forgets = true;
    out.step(step);
}
