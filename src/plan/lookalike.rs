//! A key that went and a key that came, and things that look alike: perhaps it was only renamed, and a deletion is the
//! last thing that anybody wants. Nothing is decided here; the person who reads the plan is told.

use std::collections::BTreeMap;

use super::bind::Bound;
use super::fate::{Fate, Fates};
use crate::model::{Action, Address, Value, Wanted};

/// What people call a thing by.
const CALLED: &str = "name";

/// Says of every deletion which creation may be the same thing under another key, where it is only one.
pub(super) fn hint(bound: &Bound<'_>, fates: &mut Fates<'_>) {
    let found = pairs(bound, fates);
    for (from, to) in found {
        if let Some(fate) = fates.by_address.get_mut(&from) {
            fate.notes.push(format!(
                "{to}, which is added, looks the same: if only the key changed, write moved: [{{from: {from}, to: {to}}}]"
            ));
        }
    }
}

fn pairs(bound: &Bound<'_>, fates: &Fates<'_>) -> Vec<(Address, Address)> {
    let mut comers: BTreeMap<(&str, &Value), Vec<&Fate<'_>>> = BTreeMap::new();
    for fate in fates.by_address.values().filter(|fate| fate.change.action == Action::Create) {
        if let Some(called) = fate.change.wanted.get(CALLED) {
            comers.entry((fate.change.address.kind(), called.value())).or_default().push(fate);
        }
    }
    let mut found: BTreeMap<&Address, Vec<&Address>> = BTreeMap::new();
    for fate in fates.by_address.values().filter(|fate| fate.change.action == Action::Delete) {
        let leaver = &fate.change;
        let Some(called) = leaver.live.and_then(|live| live.attributes.get(CALLED)) else { continue };
        let same = comers.get(&(leaver.address.kind(), called)).into_iter().flatten();
        let mut alike = same.filter(|comer| alike(bound, fate, comer));
        if let (Some(one), None) = (alike.next(), alike.next()) {
            found.entry(&one.change.address).or_default().push(&leaver.address);
        }
    }
    // Two that went and one that came leave it open which of them.
    let clear = found.into_iter().filter_map(|(to, from)| match from.as_slice() {
        [from] => Some(((*from).clone(), to.clone())),
        _ => None,
    });
    clear.collect()
}

/// Whether at least half of what can be compared is the same.
fn alike(bound: &Bound<'_>, leaver: &Fate<'_>, comer: &Fate<'_>) -> bool {
    let Some(live) = leaver.change.live else { return false };
    let exact = comer.change.wanted.iter().filter_map(|(name, wanted)| match wanted {
        Wanted::Exactly(value) => Some((live.attributes.get(name)?, value)),
        Wanted::AtLeast(_) => None,
    });
    let (mut same, mut all) = (0, 0);
    for (was, value) in exact {
        all += 1;
        same += usize::from(bound.canonical(was) == *value);
    }
    same * 2 >= all
}
