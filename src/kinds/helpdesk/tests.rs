//! Who is known to have which token, and which desk is meant.

use std::collections::BTreeMap;

use super::{KIND, Helpdesk};
use crate::base::source::SourceMap;
use crate::base::span::Span;
use crate::model::{Address, Declared, DeskKey, Lifecycle, Live, Manifest, Observed, Record, Value, Wanted};
use crate::resource::{Identity, Kind as _, Registry};

fn declared(key: &str, id: &str, variable: &str) -> Declared {
    let span = Span::new(SourceMap::default().add("a", "x"), 0..1);
    let text = |text: &str| Wanted::Exactly(Value::text(text));
    Declared {
        address: Address::new("helpdesk", key),
        span,
        attributes: [
            ("helpdesk_id".to_owned(), text(id)),
            ("token_variable".to_owned(), text(variable)),
        ]
        .into(),
        spans: BTreeMap::new(),
        uses: Vec::new(),
        lifecycle: Lifecycle::default(),
    }
}

fn record(ids: &[(&str, &str)]) -> Record {
    Record { ids: ids.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(), ..Record::default() }
}

#[test]
fn the_manifest_goes_before_what_is_remembered_and_things_inside_remember_for_themselves() {
    let mut manifest = Manifest::default();
    let thing = declared("it", "1", "LARK_NEW");
    manifest.things.insert(thing.address.clone(), thing);
    let records: BTreeMap<Address, Record> = [
        (Address::new("helpdesk", "it"), record(&[("id", "1"), ("token_variable", "LARK_OLD")])),
        // Its desk was forgotten earlier, and it is still to be deleted.
        (Address::new("helpdesk/faq", "hr/q"), record(&[("id", "9"), ("desk", "2"), ("token_variable", "LARK_HR")])),
        (Address::new("user", "a"), record(&[("id", "a")])),
    ]
    .into();
    static ALL: &[&dyn crate::resource::Kind] = &[&KIND];
    let known = Registry::new(ALL).desks(&manifest, &records);
    let key = |desk: &str, variable: &str| DeskKey { desk: desk.to_owned(), variable: variable.to_owned() };
    assert_eq!(known, [key("1", "LARK_NEW"), key("2", "LARK_HR")]);
}

#[test]
fn a_desk_is_never_absent_and_never_another_under_the_same_key() {
    let thing = declared("it", "1", "LARK_IT");
    let mut observed = Observed::default();
    assert!(matches!(Helpdesk.identify(&thing, None, &observed), Identity::Unknown { .. }));
    observed.complete = true;
    assert!(matches!(Helpdesk.identify(&thing, None, &observed), Identity::Unknown { .. }), "no answer means that");
    observed.things.insert("1".to_owned(), Live { id: "1".to_owned(), ..Live::default() });
    assert_eq!(Helpdesk.identify(&thing, None, &observed), Identity::Bound("1".to_owned()));
    let other = record(&[("id", "2")]);
    assert!(matches!(Helpdesk.identify(&thing, Some(&other), &observed), Identity::Unclear { .. }));
}
