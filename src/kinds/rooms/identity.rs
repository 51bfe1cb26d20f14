//! Which live level or room a declared one is: the recorded one, the one with its custom id, or the only one of its
//! name in its place.
//!
//! The place is known while observing only, so what was found for an address is handed from there to [`identify`] as
//! the answer to a look-up of the kind's own. A thing of the same name elsewhere is never taken for it.

use std::collections::{BTreeMap, BTreeSet};

use super::check::CUSTOM_ID;
use crate::model::{Address, Declared, Found, Gap, Live, Lookup, Observed, Presence, Record, Value};
use crate::resource::{Ask, Identity};

/// The look-up that holds what was found for an address.
pub(in crate::kinds) fn own(address: &Address) -> Lookup {
    Lookup { kind: address.kind().to_owned(), by: "address".to_owned(), value: address.to_string() }
}

/// Where a declared thing is to be.
#[derive(Debug, Clone)]
pub(in crate::kinds) enum Place {
    /// On this level; nothing: right below the tenant.
    On(Option<String>),
    /// On something that does not exist yet.
    Nowhere,
    Unknown(Gap),
}

pub(in crate::kinds) fn identify(thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
    if let Some(id) = record.and_then(Record::id) {
        match observed.presence(id) {
            Presence::Present(live) => return Identity::Bound(live.id.clone()),
            Presence::Unknown(gap) => return unknown(gap, || format!("{id} could not be read")),
            Presence::Absent => {}
        }
    }
    match observed.lookups.get(&own(&thing.address)) {
        // What another address holds was taken out of the things.
        Some(Found::One(id)) if observed.things.contains_key(id) => Identity::Bound(id.clone()),
        Some(Found::One(_) | Found::None) => Identity::Absent,
        Some(Found::Many(candidates)) => Identity::Unclear {
            why: candidates.join("; "),
            remedy: format!("say which one it is, import: {{{}: ID}}, or give it a custom_id", thing.address),
        },
        Some(Found::Unknown(gap)) => unknown(Some(gap), String::new),
        None => unknown(observed.gaps.first(), || "it was not looked for".to_owned()),
    }
}

fn unknown(gap: Option<&Gap>, otherwise: impl Fn() -> String) -> Identity {
    Identity::Unknown {
        why: gap.map_or_else(otherwise, |gap| format!("{}: {}", gap.what, gap.why)),
        remedy: gap.and_then(|gap| gap.remedy.clone()),
    }
}

/// Looks for declared things among live ones.
pub(in crate::kinds) struct Search<'a> {
    pub ask: &'a Ask,
    pub things: &'a BTreeMap<String, Live>,
    /// Why not all of them are known.
    pub gap: Option<&'a Gap>,
    /// The attribute that says where a thing is.
    pub place: &'static str,
}

impl Search<'_> {
    /// What is bound without looking: by the state or by `import:`.
    pub(in crate::kinds) fn known(&self, address: &Address) -> Option<&str> {
        let recorded = self.ask.records.get(address).and_then(Record::id);
        let id = recorded.or_else(|| self.ask.imports.get(address).map(String::as_str))?;
        self.things.contains_key(id).then_some(id)
    }

    /// Live things that another declared address has.
    fn held(&self, but: &Address) -> BTreeSet<&str> {
        let others = self.ask.declared.iter().map(|thing| &thing.address).filter(|address| *address != but);
        others.filter_map(|address| self.known(address)).collect()
    }

    pub(in crate::kinds) fn find(&self, thing: &Declared, place: &Place) -> Found {
        if let Some(id) = self.known(&thing.address) {
            return Found::One(id.to_owned());
        }
        let held = self.held(&thing.address);
        let free = || self.things.values().filter(|live| !held.contains(live.id.as_str()));
        let custom = thing.value(CUSTOM_ID).filter(|id| !id.is_null());
        let carries = |live: &&Live| custom.is_some() && live.attributes.get(CUSTOM_ID) == custom;
        let mine: Vec<&Live> = free().filter(carries).collect();
        match mine.as_slice() {
            [one] => return Found::One(one.id.clone()),
            [] => {}
            several => return self.many("its custom_id", several),
        }
        if let Some(gap) = self.gap {
            return Found::Unknown(gap.clone());
        }
        let on = match place {
            Place::On(level) => level,
            Place::Nowhere => return Found::None,
            Place::Unknown(gap) => return Found::Unknown(gap.clone()),
        };
        let named = |live: &&Live| {
            // One that goes by a custom id of its own is another thing.
            let nameless = live.attributes.get(CUSTOM_ID).is_none_or(Value::is_null);
            live.attributes.get("name") == thing.value("name")
                && level_of(live, self.place) == on.as_deref()
                && (nameless || custom.is_none())
        };
        let here: Vec<&Live> = free().filter(named).collect();
        match here.as_slice() {
            [one] => Found::One(one.id.clone()),
            [] => Found::None,
            several => self.many("its name, in the same place", several),
        }
    }

    fn many(&self, what: &str, several: &[&Live]) -> Found {
        let ids: Vec<&str> = several.iter().map(|live| live.id.as_str()).collect();
        Found::Many(vec![format!("{} live things have {what}: {}", ids.len(), ids.join(", "))])
    }
}

/// The level that a live thing is on; nothing is the tenant.
pub(in crate::kinds) fn level_of<'l>(live: &'l Live, place: &str) -> Option<&'l str> {
    match live.attributes.get(place)?.as_target()? {
        crate::model::Target::Remote { id, .. } => Some(id),
        crate::model::Target::Address(_) | crate::model::Target::Lookup(_) => None,
    }
}

/// The names from the top down to a level.
pub(in crate::kinds) fn path(live: &Live, all: &BTreeMap<String, Live>) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut at = Some(live);
    while let Some(level) = at.filter(|_| names.len() <= all.len()) {
        names.push(level.attributes.get("name").and_then(Value::as_text).unwrap_or_default());
        at = level_of(level, "parent").and_then(|id| all.get(id));
    }
    names.reverse();
    names.join("/")
}
