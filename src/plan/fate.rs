//! What becomes of every address: its [`Action`], and what differs.
//!
//! Nothing is created or deleted on the strength of what could not be read: such an address is [`Blocked`], and so
//! is what would be created and refers to it. A thing that is there and refers to something unknown keeps that one
//! attribute as it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::bind::{Bound, Standing, Subject, observed};
use super::data::Blocked;
use super::diff::{Diff, diff};
use super::input::{Input, Mode};
use super::only::{Selection, referred};
use super::resolve::Resolved;
use super::trouble::{Trouble, Troubles};
use crate::model::{Action, Address, Cause, FieldChange, Lifecycle, OnRemove, Target, Value};
use crate::resource::ThingChange;

/// What becomes of one address.
#[derive(Debug)]
pub(super) struct Fate<'i> {
    pub(super) change: ThingChange<'i>,
    /// Attribute, last applied, live.
    pub(super) drift: Vec<(String, Option<Value>, Value)>,
    pub(super) notes: Vec<String>,
    /// What the record should say is applied, without any step.
    pub(super) applied: BTreeMap<String, Json>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Fates<'i> {
    pub(super) by_address: BTreeMap<Address, Fate<'i>>,
    pub(super) blocked: Vec<Blocked>,
}

pub(super) fn decide<'i>(
    input: &Input<'i>,
    bound: &Bound<'i>,
    resolved: &BTreeMap<Address, Resolved>,
    selection: &Selection,
    troubles: &mut Troubles<'i>,
) -> Fates<'i> {
    let mut fates = Fates::default();
    let held = held_back(input, bound, resolved);
    for (address, subject) in bound.subjects.iter().filter(|(address, _)| selection.has(address)) {
        if let Some((why, remedy)) = held.get(address) {
            fates.blocked.push(Blocked {
                address: address.clone(),
                why: why.clone(),
                remedy: remedy.clone(),
            });
            continue;
        }
        let what = resolved.get(address);
        let fate = match (input.mode, subject.declared, what) {
            (Mode::Apply, Some(_), Some(what)) => stays(input, bound, address, subject, what, troubles),
            (Mode::Destroy, Some(_), _) if subject.record.is_none() => None,
            _ => leaves(input, bound, address, subject, what, troubles),
        };
        let Some(mut fate) = fate else { continue };
        for (name, unsure) in what.iter().flat_map(|what| &what.unsure).filter(|_| input.mode == Mode::Apply)
        {
            let why = format!("{name} is left as it is: {}", unsure.why);
            if fate.change.action == Action::Replace {
                fate.change.action = Action::Keep;
                fate.change.fields.clear();
            }
            fate.notes.push(why.clone());
            fates.blocked.push(Blocked { address: address.clone(), why, remedy: unsure.remedy.clone() });
        }
        fates.by_address.insert(address.clone(), fate);
    }
    if input.mode == Mode::Apply {
        exclusive(input, bound, selection, &mut fates);
        gone_references(&fates, resolved, troubles);
    }
    fates
}

/// What is not planned at all, and why.
type Held = BTreeMap<Address, (String, Option<String>)>;

fn held_back(input: &Input<'_>, bound: &Bound<'_>, resolved: &BTreeMap<Address, Resolved>) -> Held {
    let mut held = Held::new();
    let mut waiting: Vec<(&Address, &Resolved)> = Vec::new();
    for (address, subject) in &bound.subjects {
        match (&subject.standing, resolved.get(address)) {
            (Standing::Unknown { why, remedy }, _) => {
                held.insert(address.clone(), (why.clone(), remedy.clone()));
            }
            (Standing::Unclear, _) => {
                held.insert(address.clone(), ("it is unclear which live thing it is".to_owned(), None));
            }
            (Standing::Absent, Some(what)) if input.mode == Mode::Apply => {
                let local = |name: &str| subject.kind.info().attribute(name).is_some_and(|a| a.local);
                match what.unsure.iter().find(|(name, _)| !local(name)) {
                    Some((name, unsure)) => {
                        held.insert(
                            address.clone(),
                            (format!("{name}: {}", unsure.why), unsure.remedy.clone()),
                        );
                    }
                    None => waiting.push((address, what)),
                }
            }
            (Standing::Absent | Standing::Live(_), _) => {}
        }
    }
    // What would be created and needs what is not: until nothing more is found.
    loop {
        let before = held.len();
        waiting.retain(|(address, what)| {
            let needs = referred(what).find(|(_, needed)| {
                held.contains_key(*needed) && bound.subjects.get(*needed).is_some_and(|s| s.live().is_none())
            });
            let Some((name, needed)) = needs else { return true };
            let why = format!("its {name} {needed} is blocked");
            held.insert((*address).clone(), (why, None));
            false
        });
        if held.len() == before {
            return held;
        }
    }
}

/// What taking a thing away means.
pub(super) fn on_remove(subject: &Subject<'_>, mode: Mode) -> OnRemove {
    let written = subject.declared.filter(|_| mode == Mode::Destroy).and_then(|t| t.lifecycle.on_remove);
    written
        .or_else(|| subject.record.and_then(|r| r.on_remove))
        .unwrap_or_else(|| subject.kind.when_removed())
}

/// Who inherits: what is written, `null` for nobody, else what is remembered.
fn on_delete(bound: &Bound<'_>, subject: &Subject<'_>, what: Option<&Resolved>) -> Option<Value> {
    let sure = what.filter(|what| !what.unsure.contains_key("on_delete"));
    match sure.and_then(|what| what.wanted.get("on_delete")) {
        Some(written) if written.value().is_null() => None,
        Some(written) => Some(written.value().clone()),
        None => subject.record.and_then(|r| r.on_delete.as_ref()).map(|v| bound.canonical(v)),
    }
}

fn change<'i>(
    bound: &Bound<'i>,
    address: &Address,
    subject: &Subject<'i>,
    action: Action,
    what: Option<&Resolved>,
) -> ThingChange<'i> {
    ThingChange {
        address: address.clone(),
        action,
        wanted: BTreeMap::new(),
        live: subject.live(),
        record: subject.record,
        fields: Vec::new(),
        lifecycle: subject.declared.map(|thing| thing.lifecycle.clone()).unwrap_or_default(),
        on_remove: OnRemove::Delete,
        on_delete: on_delete(bound, subject, what),
    }
}

/// What is declared.
fn stays<'i>(
    input: &Input<'i>,
    bound: &Bound<'i>,
    address: &Address,
    subject: &Subject<'i>,
    what: &Resolved,
    troubles: &mut Troubles<'i>,
) -> Option<Fate<'i>> {
    let mut change = change(bound, address, subject, Action::Keep, Some(what));
    change.wanted.clone_from(&what.wanted);
    change.wanted.retain(|name, _| !what.unsure.contains_key(name));
    change.on_remove = change.lifecycle.on_remove.unwrap_or(OnRemove::Delete);
    let mut notes = Vec::new();
    let Some(live) = subject.live() else {
        change.action = Action::Create;
        let again = subject.record.is_some();
        if again {
            notes.push("it was deleted outside of larkctl".to_owned());
        }
        let cause = if again { Cause::Drift } else { Cause::Config };
        let info = subject.kind.info();
        let sent = what.wanted.iter().filter(|(name, _)| info.attribute(name).is_some_and(|a| !a.local));
        change.fields = sent
            .map(|(name, wanted)| FieldChange {
                name: name.clone(),
                before: Some(Value::Null),
                after: wanted.value().clone(),
                cause,
            })
            .collect();
        notes.extend(what.matched.values().cloned());
        return Some(Fate { change, drift: Vec::new(), notes, applied: BTreeMap::new() });
    };
    let Diff { fields, drift, notes: more, replace, fixed, applied } =
        diff(input, bound, subject, live, what);
    for name in fixed {
        let after = fields.iter().find(|f| f.name == name).map(|f| f.after.plain().to_string());
        let why = format!("{name} of {address} can be set when it is created and never again");
        let remedy = match live.attributes.get(&name) {
            Some(live) => format!(
                "write {name}: {}, the live value, instead of {}; or ignore it: lifecycle: {{ignore_changes: [{name}]}}",
                live.plain(),
                after.unwrap_or_default()
            ),
            None => format!("ignore it: lifecycle: {{ignore_changes: [{name}]}}"),
        };
        let trouble = Trouble { code: "plan::fixed", summary: "an attribute cannot change", why, remedy };
        troubles.add(address, Some(&name), trouble);
    }
    // Whom a rule matches is news only where that changes something.
    notes.extend(fields.iter().filter_map(|field| what.matched.get(&field.name).cloned()));
    notes.extend(more);
    change.action = match (subject.record.is_some(), replace, fields.is_empty()) {
        (false, false, _) => Action::Adopt,
        (_, true, _) => Action::Replace,
        (true, false, true) => Action::Keep,
        (true, false, false) => Action::Update,
    };
    change.fields = fields;
    Some(Fate { change, drift, notes, applied })
}

/// What is recorded and not declared, or all that is recorded with `--destroy`.
fn leaves<'i>(
    input: &Input<'i>,
    bound: &Bound<'i>,
    address: &Address,
    subject: &Subject<'i>,
    what: Option<&Resolved>,
    troubles: &mut Troubles<'i>,
) -> Option<Fate<'i>> {
    subject.record?;
    let on_remove = on_remove(subject, input.mode);
    let (action, note) = match (subject.live(), on_remove) {
        (None, _) => (Action::Forget, Some("it is gone already")),
        (Some(_), OnRemove::Forget) => (Action::Forget, Some("it is left as it is")),
        (Some(_), OnRemove::Deactivate) => (Action::Delete, Some("it is switched off, not deleted")),
        (Some(_), OnRemove::Delete) => (Action::Delete, None),
    };
    let mut change = change(bound, address, subject, action, what);
    change.on_remove = on_remove;
    if action == Action::Delete {
        heirs_are_there(bound, address, change.on_delete.as_ref(), troubles);
    }
    let notes = note.map(str::to_owned).into_iter().collect();
    Some(Fate { change, drift: Vec::new(), notes, applied: BTreeMap::new() })
}

fn heirs_are_there(bound: &Bound<'_>, address: &Address, heirs: Option<&Value>, troubles: &mut Troubles<'_>) {
    let mut lost: BTreeSet<String> = BTreeSet::new();
    if let Some(heirs) = heirs {
        heirs.each_target(&mut |target| {
            if let Target::Address(heir) = target
                && !bound.ids.contains_key(heir)
            {
                lost.insert(heir.to_string());
            }
        });
    }
    for heir in lost {
        let trouble = Trouble {
            code: "plan::heir_gone",
            summary: "who inherits is not there",
            why: format!("{address} leaves what it has to {heir}, which is not known any more"),
            remedy: format!("declare {address} once more with another on_delete, apply, then take it out"),
        };
        troubles.add(address, Some("on_delete"), trouble);
    }
}

/// Live things of exclusive kinds that nobody declared.
fn exclusive<'i>(input: &Input<'i>, bound: &Bound<'i>, selection: &Selection, fates: &mut Fates<'i>) {
    if !matches!(selection, Selection::All) {
        return;
    }
    for name in &input.manifest.settings.exclusive {
        let observed = observed(input, name);
        if !observed.complete {
            let gap = observed.gaps.first();
            fates.blocked.push(Blocked {
                address: Address::new(name, "*"),
                why: format!(
                    "what else there is of this exclusive kind was not read completely{}",
                    gap.map(|gap| format!(": {}: {}", gap.what, gap.why)).unwrap_or_default()
                ),
                remedy: gap.and_then(|gap| gap.remedy.clone()),
            });
            continue;
        }
        for live in observed.things.values() {
            let managed = bound.addresses.contains_key(&(name.clone(), live.id.clone()));
            // Who resigned is still listed, and what is built in cannot go.
            if managed || live.fact("resigned") || live.fact("builtin") {
                continue;
            }
            let mut address = Address::new(name, &live.id);
            if bound.subjects.contains_key(&address) {
                address = Address::new(name, &format!("live:{}", live.id));
            }
            let change = ThingChange {
                address: address.clone(),
                action: Action::Delete,
                wanted: BTreeMap::new(),
                live: Some(live),
                record: None,
                fields: Vec::new(),
                lifecycle: Lifecycle::default(),
                on_remove: OnRemove::Delete,
                on_delete: None,
            };
            let notes = vec![format!("nobody declares it, and {name} is exclusive")];
            let fate = Fate { change, drift: Vec::new(), notes, applied: BTreeMap::new() };
            fates.by_address.insert(address, fate);
        }
    }
}

/// A look-up may find what this very plan takes away.
fn gone_references(fates: &Fates<'_>, resolved: &BTreeMap<Address, Resolved>, troubles: &mut Troubles<'_>) {
    for address in fates.by_address.keys() {
        let Some(what) = resolved.get(address) else { continue };
        for (name, to) in referred(what) {
            let leaves =
                |a| fates.by_address.get(a).is_some_and(|f: &Fate<'_>| f.change.action == Action::Delete);
            if leaves(to) {
                let trouble = Trouble {
                    code: "plan::leaves",
                    summary: "a reference to something that leaves",
                    why: format!(
                        "{name} of {address} is {to}, which this plan deletes: it is declared no longer"
                    ),
                    remedy: format!("declare {to} again, or refer to something else"),
                };
                troubles.add(address, Some(name), trouble);
            }
        }
    }
}
