//! Addresses that changed while the thing did not: `moved:`, and renames that leave no doubt.

use std::collections::{BTreeMap, BTreeSet};

use super::bind::Standing;
use super::input::Input;
use super::trouble::{Trouble, Troubles};
use crate::model::{Address, Record};

/// Records by the address that they have now, and where the moved ones were before.
pub(super) type Moved<'i> = (BTreeMap<Address, &'i Record>, BTreeMap<Address, Address>);

/// Follows `moved:`.
///
/// A chain (a → b → c, written over the years) is followed to its end, but never through an address that is
/// itself recorded: that one is another thing.
pub(super) fn follow<'i>(input: &Input<'i>, troubles: &mut Troubles<'i>) -> Moved<'i> {
    let (moved, declared) = (&input.manifest.moved, &input.manifest.things);
    let stays = |address: &Address| input.state.things.contains_key(address) && !moved.contains_key(address);
    let state = input.state.things.iter().map(|(address, record)| (address.clone(), record));
    let mut records: BTreeMap<Address, &'i Record> = state.filter(|(a, _)| !moved.contains_key(a)).collect();
    let mut previous = BTreeMap::new();
    for (old, (_, span)) in moved {
        let Some(record) = input.state.things.get(old) else { continue };
        let Some(new) = end(input, old) else { continue };
        // The address that something else moves to is declared all the same.
        let reused = declared.contains_key(old) && !moved.values().any(|(to, _)| to == old);
        // A chain that was followed once: both ends are recorded, and what moved here is no longer where it was.
        let followed =
            moved.iter().any(|(from, (to, _))| to == old && !input.state.things.contains_key(from));
        if followed && stays(new) {
            records.insert(old.clone(), record);
            continue;
        }
        let why = if reused {
            format!("{old} is said to have moved to {new}, and is still declared")
        } else if stays(new) || previous.contains_key(new) {
            format!("{old} is said to have moved to {new}, which the state holds already")
        } else {
            records.insert(new.clone(), record);
            previous.insert(new.clone(), old.clone());
            continue;
        };
        records.insert(old.clone(), record);
        let remedy = format!(
            "each address is one thing: drop this line, or declare {old} under another key in a run of its own"
        );
        let trouble = Trouble {
            code: "plan::moved_onto_another",
            summary: "two things would have one address",
            why,
            remedy,
        };
        troubles.add_at(new, Some(*span), &[new], trouble);
    }
    (records, previous)
}

fn end<'i>(input: &Input<'i>, old: &'i Address) -> Option<&'i Address> {
    let mut seen = BTreeSet::from([old]);
    let mut new = &input.manifest.moved.get(old)?.0;
    while !input.state.things.contains_key(new)
        && seen.insert(new)
        && let Some((next, _)) = input.manifest.moved.get(new)
    {
        new = next;
    }
    Some(new)
}

/// Finds renames: an address vanished from the YAML, and a new one of its kind is the same live thing.
pub(super) fn infer<'i>(
    input: &Input<'i>,
    standings: &BTreeMap<&'i Address, Standing<'i>>,
    records: &mut BTreeMap<Address, &'i Record>,
    previous: &mut BTreeMap<Address, Address>,
) {
    let mut vanished: BTreeMap<(String, String), Address> = BTreeMap::new();
    for (address, record) in records.iter() {
        if !input.manifest.things.contains_key(address)
            && let Some(id) = record.id()
        {
            vanished.insert((address.kind().to_owned(), id.to_owned()), address.clone());
        }
    }
    for (new, standing) in standings {
        let (Standing::Live(live), false) = (standing, records.contains_key(*new)) else { continue };
        let Some(old) = vanished.remove(&(new.kind().to_owned(), live.id.clone())) else { continue };
        if let Some(record) = records.remove(&old) {
            records.insert((*new).clone(), record);
            // Moved by hand and renamed since: what the state knows is the first name.
            let first = previous.remove(&old).unwrap_or(old);
            previous.insert((*new).clone(), first);
        }
    }
}
