//! The calls for shifts. A write is the whole shift; without `id` it would make another, so that a change cannot be
//! built without one. Names are unique: a swap goes through a stand-in.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::spec::{INFO, LEADERS};
use super::wire::{SHARES, lay};
use crate::base::count::Count;
use crate::kinds::attendance::{GROUP, ONE_SHIFT, SHIFT, SHIFTS, USES, whole};
use crate::kinds::membership::once_they_exist;
use crate::kinds::unique::{applies, claim, give_up, nobody_keeps_it, stand_in};
use crate::kinds::unread;
use crate::model::{Action, Address, Call, Capture, Fact, Late, Live, OnRemove, StepDraft, Target, Value, Verb};
use crate::resource::{Drafts, ThingChange, Work};

const NAMES: &str = "shift name";

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    for change in work.changes {
        match (change.action, change.live) {
            (Action::Create, _) => create(work, change, out),
            (Action::Update | Action::Adopt, Some(live)) if !change.fields.is_empty() => update(work, change, live, out),
            (Action::Delete, Some(live)) => delete(work, change, live, out),
            // Nothing of a shift is immutable, so it is never replaced.
            (Action::Update | Action::Adopt | Action::Delete | Action::Replace, _)
            | (Action::Forget | Action::Keep, _) => {}
        }
    }
}

fn name_of(live: &Live) -> &str {
    live.attributes.get("name").and_then(Value::as_text).unwrap_or_default()
}

fn written() -> Vec<&'static str> {
    INFO.attributes.iter().map(|attribute| attribute.name).collect()
}

fn post(body: Map<String, Json>) -> Call {
    Call::new("POST", SHIFTS).query("employee_type", "employee_id").body(body.into())
}

fn name_is_free(work: &Work<'_>, change: &ThingChange<'_>, out: &mut Drafts) {
    let Some(name) = change.after("name").and_then(Value::as_text) else { return };
    let lets_go = |other: &ThingChange<'_>| other.action == Action::Delete || other.changes("name");
    let what = format!("the name {name}");
    nobody_keeps_it(work, change, "name", &what, |live| name_of(live) == name, lets_go, out);
}

/// Leaders are in every write, or they are lost.
fn with_leaders(
    work: &Work<'_>,
    change: &ThingChange<'_>,
    body: &mut Map<String, Json>,
    build: impl FnOnce(&mut Map<String, Json>) -> StepDraft,
) -> StepDraft {
    let leaders: BTreeSet<&Target> =
        change.after(LEADERS).into_iter().flat_map(Value::elements).filter_map(Value::as_target).collect();
    if change.wanted.contains_key(LEADERS) {
        let ids = leaders.iter().map(|leader| work.json_id(leader, "id")).collect();
        body.insert("sub_shift_leader_ids".to_owned(), ids);
    }
    once_they_exist(build(body), work, leaders, "a leader of the shift exists")
}

fn create(work: &Work<'_>, change: &ThingChange<'_>, out: &mut Drafts) {
    name_is_free(work, change, out);
    let mut body = Map::new();
    for name in written() {
        if let Some(value) = change.after(name) {
            lay(&mut body, name, value);
        }
    }
    let mut step = with_leaders(work, change, &mut body, |body| {
        StepDraft::new(change.address.clone(), Verb::Create, "create", post(std::mem::take(body)))
    })
    .gives(Fact::Exists(change.address.clone()));
    step.takes.extend(change.after("name").and_then(Value::as_text).map(|name| claim(NAMES, name)));
    step.captures.push(Capture { pointer: "/shift/shift_id".to_owned(), id: "id".to_owned() });
    step.applies = applies(change, &written());
    out.step(step);
}

/// The live shift as it would be written, under its id; nothing when it may not be written.
fn whole_of(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) -> Option<Map<String, Json>> {
    let Some(mut body) = whole::kept(live) else {
        let gap = unread::of(work, SHIFT, &live.id);
        let why = "it could not be read in full, and a change would take away what was not read";
        out.block(&change.address, unread::why(why, gap), gap.and_then(|gap| gap.remedy.clone()));
        return None;
    };
    if live.fact(SHARES) {
        out.block(
            &change.address,
            "it has shares of attendance time, which the API reads in other units than it takes them: a change would \
             lose them",
            Some("change it in the attendance console, or take the shares away there".to_owned()),
        );
        return None;
    }
    body.insert("id".to_owned(), live.id.clone().into());
    Some(body)
}

fn update(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let Some(mut body) = whole_of(work, change, live, out) else { return };
    let before = body.clone();
    let fields: Vec<&str> = change.fields.iter().map(|field| field.name.as_str()).collect();
    for field in &change.fields {
        lay(&mut body, &field.name, &field.after);
    }
    let what = if fields == ["name"] { "rename".to_owned() } else { format!("update {}", fields.join(", ")) };
    let mut step = with_leaders(work, change, &mut body, |body| {
        StepDraft::new(change.address.clone(), Verb::Update, what, post(std::mem::take(body)))
    });
    if let Some(name) = change.field("name").and_then(|field| field.after.as_text()) {
        name_is_free(work, change, out);
        step.takes.push(claim(NAMES, name));
        give_name(&mut step, live, before);
    }
    step.applies = applies(change, &fields);
    shared(work, change, live, out);
    if !change.wanted.contains_key(LEADERS) {
        out.note(&change.address, "its leaders cannot be read, and this change may take them away: declare `leaders` to keep them");
    }
    out.step(step);
}

fn give_name(step: &mut StepDraft, live: &Live, mut before: Map<String, Json>) {
    let (freed, name) = (claim(NAMES, name_of(live)), stand_in(live));
    before.insert("shift_name".to_owned(), name.clone().into());
    give_up(step, freed, claim(NAMES, name), "temporary name", post(before), None);
}

/// Groups that use the shift, as far as groups were read: name or address, id, whether anybody manages them.
fn users<'w>(work: &Work<'w>, live: &Live) -> Vec<(&'w Live, Option<&'w Address>)> {
    let id = Value::text(&live.id);
    let groups = work.snapshot.kind(GROUP).into_iter().flat_map(|observed| observed.things.values());
    groups
        .filter(|group| group.facts.get(USES).is_some_and(|uses| uses.elements().any(|used| *used == id)))
        .map(|group| (group, work.address_of(GROUP, &group.id)))
        .collect()
}

fn called(group: &Live, address: Option<&Address>) -> String {
    address.map_or_else(|| format!("{} ({}), which nobody manages", name_of(group), group.id), ToString::to_string)
}

/// What is changed for one group is changed for all.
fn shared(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let users: Vec<String> = users(work, live).into_iter().map(|(group, address)| called(group, address)).collect();
    if !users.is_empty() {
        let groups = Count(users.len(), "attendance group");
        out.note(&change.address, format!("it changes for {groups}: {}", users.join("; ")));
    }
}

fn delete(work: &Work<'_>, change: &ThingChange<'_>, live: &Live, out: &mut Drafts) {
    let address = &change.address;
    if change.on_remove == OnRemove::Deactivate {
        out.problem(
            address,
            None,
            "plan::no_such_state",
            format!("{address} cannot be switched off: shifts are there or not"),
            "declare it once more with `on_remove: forget` or `delete`, apply, then take it out",
        );
        return;
    }
    let mut step = StepDraft::new(
        address.clone(),
        Verb::Delete,
        "delete",
        Call::new("DELETE", ONE_SHIFT).param("shift_id", Late::Known(live.id.clone())),
    )
    .needs(Fact::Settled("released".to_owned(), address.clone()), "no group uses it any more")
    .gives(Fact::Gone(address.clone()));
    step.forgets = true;
    for (group, managed) in users(work, live) {
        let lets_go = managed.and_then(|address| work.change(address)).is_some_and(|c| lets_go(c, address, live));
        if !lets_go {
            out.problem(
                address,
                None,
                "plan::in_use",
                format!("{} uses {address}, and the tenant deletes no shift that a group uses", called(group, managed)),
                "take it out of the group first, or leave the shift alone with `lifecycle: {on_remove: forget}`",
            );
        }
    }
    match whole::kept(live) {
        Some(before) if !live.fact(SHARES) => {
            let mut before = before;
            before.insert("id".to_owned(), live.id.clone().into());
            give_name(&mut step, live, before);
        }
        _ => step.frees.push(claim(NAMES, name_of(live))),
    }
    out.step(step);
}

/// Whether a group names the shift no longer after this plan.
fn lets_go(group: &ThingChange<'_>, shift: &Address, live: &Live) -> bool {
    if group.action == Action::Delete {
        return true;
    }
    let is_it = |target: &Target| match target {
        Target::Address(address) => address == shift,
        Target::Remote { kind, id } => kind == SHIFT && *id == live.id,
        Target::Lookup(_) => false,
    };
    crate::kinds::attendance_group::names_shift(group, &is_it).is_some_and(|names| !names)
}
