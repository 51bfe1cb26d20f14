//! What follows from what is written: whoever owns, manages or may post is a member; the owner is no manager and may
//! always post.

use std::collections::{BTreeMap, BTreeSet};

use super::wire::{MANAGERS, MODERATORS, OWNER};
use crate::kinds::membership::MEMBERS;
use crate::model::{Value, Wanted};

pub(super) fn complete(wanted: &mut BTreeMap<String, Wanted>, live: Option<&BTreeMap<String, Value>>) {
    let owner = owner(wanted, live);
    if let Some(owner) = &owner {
        change(wanted, MANAGERS, |managers| {
            managers.remove(owner);
        });
        change(wanted, MODERATORS, |moderators| {
            moderators.insert(owner.clone());
        });
    }
    let declared = |name: &str| wanted.get(name).map(Wanted::value);
    let managers = declared(MANAGERS).or_else(|| live.and_then(|live| live.get(MANAGERS)));
    let more: BTreeSet<Value> = managers
        .into_iter()
        .chain(declared(MODERATORS))
        .flat_map(Value::elements)
        .chain(&owner)
        .cloned()
        .collect();
    change(wanted, MEMBERS, |members| members.extend(more));
}

/// The person who will own it, if it is a person.
fn owner(wanted: &BTreeMap<String, Wanted>, live: Option<&BTreeMap<String, Value>>) -> Option<Value> {
    let declared = wanted.get(OWNER).map(Wanted::value);
    let owner = declared.or_else(|| live.and_then(|live| live.get(OWNER)))?;
    matches!(owner, Value::Ref(_)).then(|| owner.clone())
}

/// Changes a set of people, if one is declared and its rule was understood.
fn change(
    wanted: &mut BTreeMap<String, Wanted>,
    attribute: &str,
    change: impl FnOnce(&mut BTreeSet<Value>),
) {
    let set = match wanted.get_mut(attribute) {
        Some(Wanted::Exactly(value) | Wanted::AtLeast(value)) => value,
        None => return,
    };
    // Several people in YAML are a set; a rule that could not be followed is still a map, and stays one.
    let mut people: BTreeSet<Value> = match set {
        Value::Set(people) => std::mem::take(people),
        Value::List(people) => people.drain(..).collect(),
        _ => return,
    };
    change(&mut people);
    *set = Value::Set(people);
}
