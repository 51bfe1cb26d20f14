//! In which order people get other leaders, and which references between new people have to wait.
//!
//! A circle of leaders is refused even if it would only last a moment. Where the old and the new lines together
//! could close one, people change from the top of the new tree down: then everybody's new line is final already
//! when they join it. New people who name each other (by dotted line, in a custom field) cannot all be created
//! with that; what would close a circle is patched afterwards.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Action, Address, Live, Value};
use crate::resource::{ThingChange, Work};

/// Attributes that may name people and can wait; `leader` never does.
const SOFT: &[&str] = &["dotted_line", "custom"];

#[derive(Debug)]
pub(super) struct Leaders<'w> {
    /// By user_id, who reports to them now.
    reports: BTreeMap<&'w str, Vec<&'w Live>>,
    /// What of a new person has to be patched after their creation.
    deferred: BTreeMap<&'w Address, BTreeSet<&'static str>>,
}

/// Who leads a person: a managed one by address, another one by user_id.
fn led_by<'w>(work: &Work<'w>, value: Option<&'w Value>) -> Option<&'w Address> {
    work.managed(value?.as_target()?)
}

fn live_leader<'w>(work: &Work<'w>, address: &Address) -> Option<&'w Address> {
    led_by(work, work.live(address)?.attributes.get("leader"))
}

/// The leader that a person shall have: the declared one, else the live one.
fn wanted_leader<'w>(work: &Work<'w>, address: &Address) -> Option<&'w Address> {
    let change = work.change(address)?;
    match work.all.get(address).and_then(|c| c.after("leader")) {
        Some(value) => led_by(work, Some(value)),
        None => led_by(work, change.live?.attributes.get("leader")),
    }
}

impl<'w> Leaders<'w> {
    pub(super) fn of(work: &Work<'w>) -> Self {
        let mut reports: BTreeMap<&str, Vec<&Live>> = BTreeMap::new();
        for live in work.snapshot.kind("user").into_iter().flat_map(|seen| seen.things.values()) {
            if let Some(crate::model::Target::Remote { id, .. }) =
                live.attributes.get("leader").and_then(Value::as_target)
            {
                reports.entry(id).or_default().push(live);
            }
        }
        Self { reports, deferred: deferred(work) }
    }

    /// Whether an attribute of a new person is patched after the creation.
    pub(super) fn waits(&self, address: &Address, attribute: &str) -> bool {
        self.deferred.get(address).is_some_and(|names| names.contains(attribute))
    }

    /// Who loses their leader when a person leaves: those who stay and get no other one in this plan.
    pub(super) fn orphans(&self, work: &Work<'_>, user_id: &str) -> usize {
        let stays = |live: &&&Live| {
            let change = work.address_of("user", &live.id).and_then(|address| work.change(address));
            change.is_none_or(|c| c.action != Action::Delete && !c.changes("leader"))
        };
        self.reports.get(user_id).into_iter().flatten().filter(stays).count()
    }

    /// Whose leader must change before this one's: the nearest above in the new tree, where a circle could close.
    pub(super) fn first(&self, work: &Work<'w>, change: &ThingChange<'_>) -> Option<&'w Address> {
        let leader = wanted_leader(work, &change.address)?;
        let mut seen = BTreeSet::new();
        let mut open = vec![leader];
        let mut circular = false;
        while let Some(at) = open.pop() {
            circular |= *at == change.address;
            if !circular && seen.insert(at) {
                open.extend([wanted_leader(work, at), live_leader(work, at)].into_iter().flatten());
            }
        }
        if !circular {
            return None;
        }
        let mut at = Some(leader);
        let mut passed = BTreeSet::new();
        while let Some(above) = at.filter(|a| **a != change.address && passed.insert(*a)) {
            let moves = |c: &&ThingChange<'_>| c.live.is_some() && c.changes("leader");
            if work.change(above).filter(moves).is_some() {
                return Some(above);
            }
            at = wanted_leader(work, above);
        }
        None
    }
}

/// References between new people that would close a circle with those before them.
fn deferred<'w>(work: &Work<'w>) -> BTreeMap<&'w Address, BTreeSet<&'static str>> {
    let new = || work.changes.iter().filter(|c| c.action == Action::Create);
    let among_new = |value: &'w Value| {
        let mut found = BTreeSet::new();
        value.each_target(&mut |target| {
            if let Some(address) = work.managed(target).filter(|a| work.is_new(a)) {
                found.insert(address);
            }
        });
        found
    };
    let mut edges: BTreeMap<&Address, BTreeSet<&Address>> = BTreeMap::new();
    for change in new() {
        if let Some(leader) = change.after("leader") {
            edges.entry(&change.address).or_default().extend(among_new(leader));
        }
    }
    let reaches = |edges: &BTreeMap<&'w Address, BTreeSet<&'w Address>>, from: &'w Address, to: &Address| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(at) = open.pop() {
            if at == to {
                return true;
            }
            if seen.insert(at) {
                open.extend(edges.get(at).into_iter().flatten().copied());
            }
        }
        false
    };
    let mut waiting: BTreeMap<&Address, BTreeSet<&'static str>> = BTreeMap::new();
    for change in new() {
        for attribute in SOFT {
            let named = change.after(attribute).map(among_new).unwrap_or_default();
            if named.iter().any(|address| reaches(&edges, address, &change.address)) {
                waiting.entry(&change.address).or_default().insert(attribute);
            } else {
                edges.entry(&change.address).or_default().extend(named);
            }
        }
    }
    waiting
}
