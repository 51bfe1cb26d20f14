//! Which live person a declared one is: by what was recorded, by user_id, by mobile or e-mail.
//!
//! A resigned person keeps their user_id until somebody takes it, so "found" is not "there"; and a user_id may
//! belong to somebody else by now, which the recorded union_id tells.

use super::spec::INFO;
use crate::model::{Address, Declared, Found, Live, Lookup, Observed, Presence, Record};
use crate::resource::Identity;
use crate::resource::kind::own_id;

/// Under which `observe` keeps whom a declared person's mobile and e-mail belong to.
pub(super) fn adoption(address: &Address) -> Lookup {
    Lookup { kind: INFO.name.to_owned(), by: "adoption".to_owned(), value: address.key().to_owned() }
}

pub(super) fn identify(thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
    if let Some(id) = record.and_then(Record::id) {
        match observed.presence(id) {
            Presence::Present(live) if is_other(record, live) => {
                return Identity::Unclear {
                    why: format!("the user_id {id} belongs to another person than it did"),
                    remedy: format!(
                        "if it is meant, `larkctl state rm {0}` and plan again; else give {0} a user_id of its own \
                         with `id:`",
                        thing.address
                    ),
                };
            }
            Presence::Present(live) if !live.fact("resigned") => return Identity::Bound(live.id.clone()),
            Presence::Present(_) | Presence::Absent => {}
            Presence::Unknown(gap) => return unknown(id, gap),
        }
    }
    let own = own_id(thing);
    match observed.presence(&own) {
        Presence::Present(live) if !live.fact("resigned") => return Identity::Bound(live.id.clone()),
        Presence::Present(_) | Presence::Absent => {}
        Presence::Unknown(gap) => return unknown(&own, gap),
    }
    match observed.lookups.get(&adoption(&thing.address)) {
        None | Some(Found::None) => Identity::Absent,
        Some(Found::One(id)) => Identity::Bound(id.clone()),
        Some(Found::Many(ids)) => Identity::Unclear {
            why: format!("mobile and e-mail belong to several people: {}", ids.join(", ")),
            remedy: format!("correct one of them, or say who it is: import: {{{}: USER_ID}}", thing.address),
        },
        Some(Found::Unknown(gap)) => {
            Identity::Unknown { why: format!("{}: {}", gap.what, gap.why), remedy: gap.remedy.clone() }
        }
    }
}

/// Whether the union_id shows that this is not who was recorded.
fn is_other(record: Option<&Record>, live: &Live) -> bool {
    let recorded = record.and_then(|r| r.ids.get("union_id"));
    match (recorded, live.ids.get("union_id")) {
        (Some(was), Some(is)) => was != is,
        _ => false,
    }
}

fn unknown(id: &str, gap: Option<&crate::model::Gap>) -> Identity {
    Identity::Unknown {
        why: gap.map_or_else(|| format!("user_id {id} could not be read"), |gap| gap.why.clone()),
        remedy: gap.and_then(|gap| gap.remedy.clone()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::kinds::user::testing::{declared, live_person};
    use crate::model::{Gap, Value};

    fn record(id: &str, union: &str) -> Record {
        let ids = [("id", id), ("union_id", union)].map(|(n, v)| (n.to_owned(), v.to_owned()));
        Record { ids: BTreeMap::from(ids), ..Record::default() }
    }

    fn with(people: Vec<Live>) -> Observed {
        let things = people.into_iter().map(|p| (p.id.clone(), p)).collect();
        Observed { things, complete: true, ..Observed::default() }
    }

    #[test]
    fn an_id_that_another_person_holds_by_now_is_unclear() {
        let observed = with(vec![live_person("u1", "on_2")]);
        let thing = declared("u1", &[]);
        let found = identify(&thing, Some(&record("u1", "on_1")), &observed);
        assert!(matches!(found, Identity::Unclear { .. }), "{found:?}");
        assert_eq!(identify(&thing, Some(&record("u1", "on_2")), &observed), Identity::Bound("u1".into()));
    }

    #[test]
    fn who_resigned_is_absent() {
        let mut gone = live_person("u1", "on_1");
        gone.facts.insert("resigned".into(), Value::Bool(true));
        let observed = with(vec![gone]);
        let thing = declared("u1", &[]);
        assert_eq!(identify(&thing, Some(&record("u1", "on_1")), &observed), Identity::Absent);
        assert_eq!(identify(&thing, None, &observed), Identity::Absent);
    }

    #[test]
    fn what_was_not_read_is_unknown_and_not_absent() {
        let gap = Gap { what: "u1".into(), why: "out of range".into(), remedy: None };
        let observed = Observed { unknown: BTreeMap::from([("u1".into(), gap)]), ..Observed::default() };
        assert!(matches!(identify(&declared("u1", &[]), None, &observed), Identity::Unknown { .. }));
    }

    #[test]
    fn who_is_there_under_another_user_id_is_found_by_mobile_or_email() {
        let thing = declared("zhang.san", &[]);
        let mut observed = with(vec![live_person("7f3a", "on_1")]);
        observed.lookups.insert(adoption(&thing.address), Found::One("7f3a".into()));
        assert_eq!(identify(&thing, None, &observed), Identity::Bound("7f3a".into()));
        observed.lookups.insert(adoption(&thing.address), Found::Many(vec!["a".into(), "b".into()]));
        assert!(matches!(identify(&thing, None, &observed), Identity::Unclear { .. }));
    }
}
