//! Which live thing is which, without a tenant.

use std::collections::BTreeMap;

use super::{DESK, at, find, of};
use crate::base::source::SourceMap;
use crate::base::span::Span;
use crate::model::{Address, Declared, Found, Gap, Lifecycle, Live, Observed, Record, Value, Wanted};
use crate::resource::{Ask, Identity};

const KIND: &str = "helpdesk/thing";

fn thing(key: &str, name: &str) -> Declared {
    Declared {
        address: Address::new(KIND, key),
        span: Span::new(SourceMap::default().add("a", "x"), 0..1),
        attributes: [("name".to_owned(), Wanted::Exactly(Value::text(name)))].into(),
        spans: BTreeMap::new(),
        uses: Vec::new(),
        lifecycle: Lifecycle::default(),
    }
}

fn live(id: &str, desk: &str, name: &str) -> Live {
    Live {
        id: id.to_owned(),
        ids: [(DESK.to_owned(), desk.to_owned())].into(),
        attributes: [("name".to_owned(), Value::text(name))].into(),
        ..Live::default()
    }
}

fn record(desk: &str, id: Option<&str>) -> Record {
    let id = id.map(|id| ("id".to_owned(), id.to_owned()));
    let ids = id.into_iter().chain([(DESK.to_owned(), desk.to_owned())]).collect();
    Record {
        ids,
        applied: [("name".to_owned(), crate::model::plain(&Value::text("n")))].into(),
        ..Record::default()
    }
}

/// Desk `1` at `it`, read; desk `2` at `hr`, not.
fn observed(lives: &[Live]) -> Observed {
    let gap = Gap { what: "desk 2".to_owned(), why: "refused".to_owned(), remedy: None };
    let mut observed = Observed::default();
    observed.things.extend(lives.iter().map(|live| (live.id.clone(), live.clone())));
    for (key, id) in [("it", "1"), ("hr", "2")] {
        observed.lookups.insert(at(KIND, &Address::new("helpdesk", key)), Found::One(id.to_owned()));
    }
    observed.lookups.insert(of(KIND, "1"), Found::One("1".to_owned()));
    observed.lookups.insert(of(KIND, "2"), Found::Unknown(gap.clone()));
    observed.gaps.push(gap);
    observed
}

fn same(thing: &Declared, live: &Live) -> bool {
    thing.value("name") == live.attributes.get("name")
}

fn identified(thing: &Declared, ask: &Ask, observed: &mut Observed) -> Identity {
    find::own(KIND, ask, observed, same);
    find::identify(KIND, "its name", thing, ask.records.get(&thing.address), observed)
}

#[test]
fn a_natural_key_is_looked_for_in_its_own_desk_alone() {
    let ask = |thing: &Declared| Ask { declared: vec![thing.clone()], ..Ask::default() };
    let (it, hr) = (thing("it/a", "n"), thing("hr/a", "n"));
    let mut all = observed(&[live("10", "1", "n"), live("20", "2", "n"), live("11", "1", "m")]);
    assert_eq!(identified(&it, &ask(&it), &mut all), Identity::Bound("10".to_owned()));
    assert!(
        matches!(identified(&hr, &ask(&hr), &mut all), Identity::Unknown { .. }),
        "its desk was not read"
    );
    let mut none = observed(&[live("20", "2", "n")]);
    assert_eq!(identified(&it, &ask(&it), &mut none), Identity::Absent);
    let mut twice = observed(&[live("10", "1", "n"), live("12", "1", "n")]);
    assert!(matches!(identified(&it, &ask(&it), &mut twice), Identity::Unclear { .. }));
}

#[test]
fn what_another_address_holds_is_no_candidate_unless_that_one_leaves() {
    let one = thing("it/a", "n");
    let other = Address::new(KIND, "it/b");
    let mut ask = Ask { declared: vec![one.clone()], ..Ask::default() };
    ask.records.insert(other.clone(), record("1", Some("10")));
    let lives = [live("10", "1", "n")];
    assert_eq!(identified(&one, &ask, &mut observed(&lives)), Identity::Absent);
    ask.leaving.insert(other);
    assert_eq!(identified(&one, &ask, &mut observed(&lives)), Identity::Bound("10".to_owned()));
}

#[test]
fn a_record_without_an_id_is_found_by_what_it_was_made_with() {
    let address = Address::new(KIND, "it/a");
    let named = |live: &Live| live.attributes.get("name") == Some(&Value::text("n"));
    let all = observed(&[live("10", "1", "n"), live("20", "2", "n")]);
    let recall = |record: &Record| find::recall(KIND, "its name", &address, record, &all, named);
    assert_eq!(recall(&record("1", None)), Identity::Bound("10".to_owned()));
    assert!(matches!(recall(&record("2", None)), Identity::Unknown { .. }));
    assert_eq!(recall(&Record::default()), Identity::Absent, "nobody knows of a desk");
}
