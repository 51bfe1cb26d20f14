//! Which live thing a declared or remembered one is. No kind inside of a helpdesk can be asked for by a name, so its
//! natural key is looked for among all that its desk shows.

use std::collections::BTreeSet;

use super::read::leaves;
use super::{DESK, at, of};
use crate::model::{Address, Declared, Found, Gap, Live, Lookup, Observed, Presence, Record};
use crate::resource::{Ask, Identity};

/// The look-up by which an answer tells what was found for an address.
fn found_for(kind: &str, address: &Address) -> Lookup {
    Lookup { kind: kind.to_owned(), by: "address".to_owned(), value: address.to_string() }
}

fn unknown(gap: Option<&Gap>) -> Identity {
    Identity::Unknown {
        why: gap.map_or_else(|| "its helpdesk was not read".to_owned(), |g| format!("{}: {}", g.what, g.why)),
        remedy: gap.and_then(|gap| gap.remedy.clone()),
    }
}

/// The helpdesk at an address: its id, if it was read.
fn desk<'o>(observed: &'o Observed, kind: &str, holder: &Address) -> Result<&'o str, Option<&'o Gap>> {
    let Some(Found::One(id)) = observed.lookups.get(&at(kind, holder)) else { return Err(None) };
    match observed.lookups.get(&of(kind, id)) {
        Some(Found::One(id)) => Ok(id),
        Some(Found::Unknown(gap)) => Err(Some(gap)),
        Some(Found::None | Found::Many(_)) | None => Err(None),
    }
}

/// The live thing that a declared one was found to be, if it was: for kinds that are read later.
pub(in crate::kinds) fn found<'o>(observed: &'o Observed, address: &Address) -> Option<&'o str> {
    match observed.lookups.get(&found_for(address.kind(), address))? {
        Found::One(id) => Some(id),
        Found::None | Found::Many(_) | Found::Unknown(_) => None,
    }
}

/// Decides for every declared thing which live one it is: the recorded one while it is there, else the one of its desk that `same` knows
/// as it, of those that no other address holds. The answers go to [`identify`].
pub(in crate::kinds) fn own(
    kind: &'static str,
    ask: &Ask,
    observed: &mut Observed,
    same: impl Fn(&Declared, &Live) -> bool,
) {
    let held: BTreeSet<&str> = ask.records.values().filter_map(Record::id).collect();
    let free = |id: &str| !held.contains(id) || leaves(ask, id);
    let mut found = Vec::new();
    for thing in &ask.declared {
        if let Some(id) = ask.records.get(&thing.address).and_then(Record::id)
            && observed.presence(id) != Presence::Absent
        {
            found.push((found_for(kind, &thing.address), Found::One(id.to_owned())));
            continue;
        }
        let Some(holder) = thing.address.holder() else { continue };
        let answer = match desk(observed, kind, &holder) {
            Err(Some(gap)) => Found::Unknown(gap.clone()),
            Err(None) => continue,
            Ok(desk) => one(observed, desk, |live| free(&live.id) && same(thing, live)),
        };
        found.push((found_for(kind, &thing.address), answer));
    }
    observed.lookups.extend(found);
}

fn one(observed: &Observed, desk: &str, same: impl Fn(&Live) -> bool) -> Found {
    let here = |live: &&Live| live.ids.get(DESK).is_some_and(|id| id == desk) && same(live);
    let alike: Vec<String> = observed.things.values().filter(here).map(|live| live.id.clone()).collect();
    match alike.as_slice() {
        [] => Found::None,
        [one] => Found::One(one.clone()),
        _ => Found::Many(alike),
    }
}

/// Which live thing a declared one is: the recorded one, else what [`own`] found. `key` says in words what two of
/// them have in common: `its category and its question`.
pub(in crate::kinds) fn identify(
    kind: &'static str,
    key: &str,
    thing: &Declared,
    record: Option<&Record>,
    observed: &Observed,
) -> Identity {
    if let Some(id) = record.and_then(Record::id) {
        match observed.presence(id) {
            Presence::Present(live) => return Identity::Bound(live.id.clone()),
            Presence::Unknown(gap) => return unknown(gap),
            Presence::Absent => {}
        }
    }
    match observed.lookups.get(&found_for(kind, &thing.address)) {
        Some(Found::One(id)) => Identity::Bound(id.clone()),
        Some(Found::None) => Identity::Absent,
        Some(Found::Many(ids)) => Identity::Unclear {
            why: format!("{} have {key}", ids.join(" and ")),
            remedy: format!("say which one: import: {{{}: ID}}, and delete the other", thing.address),
        },
        Some(Found::Unknown(gap)) => unknown(Some(gap)),
        None => unknown(observed.gaps.first()),
    }
}

/// The same where the natural key is a reference, which the planner has put a live thing in the place of by now.
pub(in crate::kinds) fn identify_by(
    kind: &'static str,
    attribute: &str,
    thing: &Declared,
    record: Option<&Record>,
    observed: &Observed,
) -> Identity {
    if let Some(id) = record.and_then(Record::id) {
        match observed.presence(id) {
            Presence::Present(live) => return Identity::Bound(live.id.clone()),
            Presence::Unknown(gap) => return unknown(gap),
            Presence::Absent => {}
        }
    }
    let Some(holder) = thing.address.holder() else { return unknown(None) };
    let desk = match desk(observed, kind, &holder) {
        Ok(desk) => desk,
        Err(gap) => return unknown(gap.or_else(|| observed.gaps.first())),
    };
    let Some(key) = thing.value(attribute) else { return Identity::Absent };
    match one(observed, desk, |live| live.attributes.get(attribute) == Some(key)) {
        Found::One(id) => Identity::Bound(id),
        Found::Many(ids) => Identity::Unclear {
            why: format!("{} have this {attribute}", ids.join(" and ")),
            remedy: format!("say which one: import: {{{}: ID}}, and delete the other", thing.address),
        },
        Found::None | Found::Unknown(_) => Identity::Absent,
    }
}

/// Which live thing a record without an id means: `same` knows it among those of its desk.
pub(in crate::kinds) fn recall(
    kind: &'static str,
    key: &str,
    address: &Address,
    record: &Record,
    observed: &Observed,
    same: impl Fn(&Live) -> bool,
) -> Identity {
    let Some(desk) = record.ids.get(DESK) else { return Identity::Absent };
    match observed.lookups.get(&of(kind, desk)) {
        Some(Found::One(desk)) => match one(observed, desk, same) {
            Found::One(id) => Identity::Bound(id),
            Found::Many(ids) => Identity::Unclear {
                why: format!("{} have {key}", ids.join(" and ")),
                remedy: format!("delete the wrong one by hand, or forget it: larkctl state rm {address}"),
            },
            Found::None | Found::Unknown(_) => Identity::Absent,
        },
        Some(Found::Unknown(gap)) => unknown(Some(gap)),
        Some(Found::None | Found::Many(_)) | None => unknown(observed.gaps.first()),
    }
}
