//! What is not done without being asked for twice: mass deletion, deletion of what is protected, people who leave
//! without heirs. A refusal is a value in the plan; the plan is shown and not applied.

use std::collections::BTreeMap;

use super::data::Refusal;
use super::fate::{Fate, Fates};
use super::input::Input;
use crate::base::count::Count;
use crate::model::{Action, Address, OnRemove};

/// Deletions of one kind that need no word.
const FREE: u64 = 10;
/// With so many managed, a share counts too: one in this many.
const SHARE: u64 = 4;
/// Addresses named in a refusal; a number stands for the others.
const NAMED: usize = 5;

/// `kinds` is what the kinds themselves guard.
pub(super) fn refusals(
    input: &Input<'_>,
    fates: &Fates<'_>,
    kinds: &[(Address, &'static str, String)],
) -> Vec<Refusal> {
    let mut found = Vec::new();
    for (address, guard, why) in kinds {
        let leaves = fates.by_address.get(address).is_some_and(|fate| fate.change.action == Action::Delete);
        if leaves && !input.overrides.allow_destroy.contains(address) {
            found.push(Refusal {
                address: address.clone(),
                guard: (*guard).to_owned(),
                why: why.clone(),
                flag: format!("--allow-destroy {address}"),
            });
        }
    }
    let mut by_kind: BTreeMap<&str, Vec<&Address>> = BTreeMap::new();
    for (address, fate) in &fates.by_address {
        if !matches!(fate.change.action, Action::Delete | Action::Replace) {
            continue;
        }
        by_kind.entry(address.kind()).or_default().push(address);
        found.extend(protected(input, address, fate));
        found.extend(without_heirs(input, address, fate));
    }
    for (kind, leaving) in by_kind {
        found.extend(too_many(input, kind, &leaving));
    }
    found.sort();
    found
}

fn protected(input: &Input<'_>, address: &Address, fate: &Fate<'_>) -> Option<Refusal> {
    let written = fate.change.lifecycle.prevent_destroy;
    let remembered = fate.change.record.is_some_and(|record| record.prevent_destroy);
    if !(written || remembered) || input.overrides.allow_destroy.contains(address) {
        return None;
    }
    let why = match (written, fate.change.action == Action::Replace) {
        (true, true) => "it is protected by prevent_destroy, and this change needs a new thing in its place",
        (true, false) => "it is protected by prevent_destroy",
        (false, _) => {
            "it was protected by prevent_destroy when it was last applied, which its removal does not lift"
        }
    };
    Some(Refusal {
        address: address.clone(),
        guard: "prevent_destroy".to_owned(),
        why: why.to_owned(),
        flag: format!("--allow-destroy {address}"),
    })
}

fn without_heirs(input: &Input<'_>, address: &Address, fate: &Fate<'_>) -> Option<Refusal> {
    let info = input.registry.kind(address.kind())?.info();
    info.attribute("on_delete")?;
    let covered = fate.change.on_delete.is_some() || input.overrides.allow_no_heirs;
    // Who is switched off keeps everything.
    if covered || fate.change.on_remove == OnRemove::Deactivate {
        return None;
    }
    Some(Refusal {
        address: address.clone(),
        guard: "on_delete".to_owned(),
        why: "nobody is named who receives what it leaves behind: write on_delete and apply before it goes"
            .to_owned(),
        flag: "--allow-no-heirs".to_owned(),
    })
}

fn too_many(input: &Input<'_>, kind: &str, leaving: &[&Address]) -> Option<Refusal> {
    let count = u64::try_from(leaving.len()).unwrap_or(u64::MAX);
    let managed =
        u64::try_from(input.state.things.keys().filter(|a| a.kind() == kind).count()).unwrap_or(u64::MAX);
    let set = input.overrides.max_destroy.get(kind).or(input.manifest.settings.max_destroy.get(kind));
    let limit = match set {
        Some(limit) if count > *limit => format!("{limit} are allowed"),
        None if count > FREE => format!("{FREE} are allowed"),
        None if managed >= FREE && count.saturating_mul(SHARE) > managed => "a quarter is allowed".to_owned(),
        Some(_) | None => return None,
    };
    let mut names: Vec<String> = leaving.iter().take(NAMED).map(ToString::to_string).collect();
    if leaving.len() > NAMED {
        names.push(format!("{} more", leaving.len() - NAMED));
    }
    Some(Refusal {
        address: (*leaving.first()?).clone(),
        guard: "max_destroy".to_owned(),
        why: format!(
            "{} of {managed} managed would be deleted ({}), and {limit}",
            Count(leaving.len(), input.registry.kind(kind)?.info().name),
            names.join(", ")
        ),
        flag: format!("--max-destroy {kind}={count}"),
    })
}
