//! What waits because something that it rests on is blocked.
//!
//! [`held_back`] is known before anything is decided: what could not be read, and what would be created and refers
//! to it. [`let_wait`] follows what was blocked later, by a kind too: a thing that is there and refers to something
//! that will not be created now keeps that one attribute as it is.

use std::collections::{BTreeMap, BTreeSet};

use super::bind::{Bound, Standing};
use super::data::Blocked;
use super::fate::Fates;
use super::input::{Input, Mode};
use super::only::referred;
use super::resolve::Resolved;
use crate::model::{Action, Address};

/// What is not planned at all, and why.
pub(super) type Held = BTreeMap<Address, (String, Option<String>)>;

pub(super) fn held_back(
    input: &Input<'_>,
    bound: &Bound<'_>,
    resolved: &BTreeMap<Address, Resolved>,
) -> Held {
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

/// Whatever refers to what was blocked and is not there waits too.
pub(super) fn let_wait(fates: &mut Fates<'_>, bound: &Bound<'_>, resolved: &BTreeMap<Address, Resolved>) {
    let not_there = |address: &Address| bound.subjects.get(address).is_some_and(|s| s.live().is_none());
    let mut missing: BTreeSet<Address> =
        fates.blocked.iter().map(|b| &b.address).filter(|a| not_there(a)).cloned().collect();
    missing.retain(|address| !fates.by_address.contains_key(address));
    let mut told: BTreeSet<(Address, String)> = BTreeSet::new();
    while !missing.is_empty() {
        let mut more = BTreeSet::new();
        for (address, what) in resolved {
            let Some(fate) = fates.by_address.get_mut(address) else { continue };
            let lacking = referred(what).filter(|(_, needed)| missing.contains(*needed));
            for (name, needed) in lacking {
                let change = &mut fate.change;
                let why = format!("its {name} {needed} is blocked");
                if change.live.is_none() {
                    fates.blocked.push(Blocked { address: address.clone(), why, remedy: None });
                    more.insert(address.clone());
                    break;
                }
                let differs = change.changes(name);
                change.wanted.remove(name);
                if !differs || !told.insert((address.clone(), name.to_owned())) {
                    continue;
                }
                change.fields.retain(|field| field.name != name);
                match change.action {
                    Action::Replace => {
                        change.action = Action::Keep;
                        change.fields.clear();
                    }
                    Action::Update if change.fields.is_empty() => change.action = Action::Keep,
                    _ => {}
                }
                let why = format!("{name} is left as it is: {needed} is blocked");
                fate.notes.push(why.clone());
                fates.blocked.push(Blocked { address: address.clone(), why, remedy: None });
            }
        }
        more.iter().for_each(|address| drop(fates.by_address.remove(address)));
        missing = more;
    }
}
