//! `--target`: the addresses that were asked for, and everything that they need.

use std::collections::{BTreeMap, BTreeSet};

use super::bind::Bound;
use super::input::Input;
use super::resolve::Resolved;
use super::trouble::{Trouble, Troubles};
use crate::base::suggest::nearest;
use crate::model::{Address, Target, Wanted};

/// Things named that come along; a number stands for the others.
const NAMED: usize = 5;

/// What a plan is about.
#[derive(Debug)]
pub(super) enum Selection {
    All,
    These(BTreeSet<Address>),
}

impl Selection {
    /// Follows references from what was asked for.
    pub(super) fn new<'i>(
        input: &Input<'i>,
        bound: &Bound<'i>,
        resolved: &BTreeMap<Address, Resolved>,
        troubles: &mut Troubles<'i>,
    ) -> Self {
        if input.only.is_empty() {
            return Self::All;
        }
        let mut found = BTreeSet::new();
        let mut open: Vec<Address> = Vec::new();
        for address in input.only {
            if bound.subjects.contains_key(address) {
                open.push(address.clone());
            } else if let Some(new) = bound.moved.get(address) {
                open.push(new.clone());
            } else {
                let names: Vec<String> = bound.subjects.keys().map(ToString::to_string).collect();
                let written = address.to_string();
                let near = nearest(&written, names.iter().map(String::as_str));
                troubles.add_overall(Trouble {
                    code: "plan::unknown_target",
                    summary: "a target is neither declared nor recorded",
                    why: format!("--target {address}"),
                    remedy: near.map_or_else(
                        || "larkctl state list shows what there is".to_owned(),
                        |near| format!("did you mean {near}?"),
                    ),
                });
            }
        }
        while let Some(address) = open.pop() {
            if !found.insert(address.clone()) {
                continue;
            }
            for wanted in resolved.get(&address).into_iter().flat_map(|r| r.wanted.values()) {
                wanted.value().each_target(&mut |target| {
                    if let Target::Address(needed) = target
                        && bound.subjects.contains_key(needed)
                    {
                        open.push(needed.clone());
                    }
                });
            }
        }
        Self::These(found)
    }

    pub(super) fn has(&self, address: &Address) -> bool {
        match self {
            Self::All => true,
            Self::These(these) => these.contains(address),
        }
    }

    /// What a person is told about it.
    pub(super) fn note(&self, input: &Input<'_>, bound: &Bound<'_>) -> Option<String> {
        let Self::These(these) = self else { return None };
        let added: Vec<String> =
            these.iter().filter(|a| !input.only.contains(*a)).map(ToString::to_string).collect();
        let left = bound.subjects.keys().filter(|a| !these.contains(*a)).count();
        let needed = match added.len() {
            0 => String::new(),
            n if n > NAMED => format!(
                " Planned with it, because it is needed: {}, {} more.",
                added.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", "),
                n - NAMED
            ),
            _ => format!(" Planned with it, because it is needed: {}.", added.join(", ")),
        };
        let names: Vec<String> = input.only.iter().map(ToString::to_string).collect();
        let left = match left {
            0 => "nothing is left out".to_owned(),
            1 => "1 other thing was not looked at".to_owned(),
            n => format!("{n} other things were not looked at"),
        };
        Some(format!("Only {} was asked for: {left}.{needed}", names.join(", ")))
    }
}

/// Addresses that a thing refers to.
pub(super) fn referred(resolved: &Resolved) -> impl Iterator<Item = (&str, &Address)> {
    resolved.wanted.iter().flat_map(|(name, wanted): (&String, &Wanted)| {
        let mut found = Vec::new();
        wanted.value().each_target(&mut |target| {
            if let Target::Address(address) = target {
                found.push((name.as_str(), address));
            }
        });
        found
    })
}
