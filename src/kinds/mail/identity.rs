//! Which live thing a declared one is: the recorded one, else the one with its address.

use super::{EMAIL, fold, main_of};
use crate::model::{Declared, Found, Lookup, Observed, Presence, Record, Value};
use crate::resource::Identity;

/// The look-up of a kind by address.
pub(in crate::kinds) fn by_address(kind: &str, mail: &str) -> Lookup {
    Lookup { kind: kind.to_owned(), by: EMAIL.to_owned(), value: mail.to_owned() }
}

pub(in crate::kinds) fn identify(thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
    if let Some(id) = record.and_then(Record::id) {
        match observed.presence(id) {
            Presence::Present(live) => return Identity::Bound(live.id.clone()),
            Presence::Unknown(gap) => {
                return Identity::Unknown {
                    why: gap.map_or_else(|| format!("{id} could not be read"), |gap| gap.why.clone()),
                    remedy: gap.and_then(|gap| gap.remedy.clone()),
                };
            }
            Presence::Absent => {}
        }
    }
    let Some(mail) = thing.value(EMAIL).and_then(Value::as_text) else { return Identity::Absent };
    if let Some(live) = observed.things.values().find(|live| fold(main_of(live)) == fold(mail)) {
        return Identity::Bound(live.id.clone());
    }
    match observed.lookups.get(&by_address(thing.address.kind(), mail)) {
        Some(Found::Unknown(gap)) => Identity::Unknown { why: gap.why.clone(), remedy: gap.remedy.clone() },
        // Found, and another address is known to be it: it gives the address up.
        Some(Found::None | Found::One(_)) => Identity::Absent,
        Some(Found::Many(_)) | None if observed.complete => Identity::Absent,
        Some(Found::Many(_)) | None => {
            let gap = observed.gaps.first();
            Identity::Unknown {
                why: gap.map_or_else(|| format!("{mail} was not looked up"), |gap| gap.why.clone()),
                remedy: gap.and_then(|gap| gap.remedy.clone()),
            }
        }
    }
}
