//! Offline rules, and what counts as equal.

use std::collections::BTreeMap;

use super::*;
use crate::base::source::SourceMap;
use crate::base::span::Span;
use crate::model::{Address, Lifecycle, Live};

fn below(key: &str) -> Value {
    if key == "root" { Value::text("root") } else { Value::address(Address::new("department", key)) }
}

fn user(key: &str) -> Value {
    Value::address(Address::new("user", key))
}

fn map(parts: &[(&str, Value)]) -> Value {
    Value::Map(parts.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect())
}

fn set(items: &[Value]) -> Value {
    Value::Set(items.iter().cloned().collect())
}

/// Key, name, parent, and more.
type Row<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, Value)]);

fn manifest(rows: &[Row<'_>]) -> Manifest {
    let mut sources = SourceMap::default();
    let span = Span::new(sources.add("t.yaml", ""), 0..0);
    let mut manifest = Manifest::default();
    for (key, name, parent, more) in rows {
        let own = [("name", Value::text(*name)), ("parent", below(parent))];
        let all = own.iter().chain(*more).map(|(k, v)| ((*k).to_owned(), Wanted::Exactly(v.clone())));
        let thing = Declared {
            address: Address::new("department", key),
            span,
            attributes: all.collect(),
            spans: BTreeMap::new(),
            uses: Vec::new(),
            lifecycle: Lifecycle::default(),
        };
        manifest.things.insert(thing.address.clone(), thing);
    }
    manifest
}

fn codes(manifest: &Manifest) -> Vec<&'static str> {
    let mut problems = Diagnostics::default();
    KIND.check(manifest, &mut problems);
    problems.into_sorted().iter().map(|problem| problem.code().0).collect()
}

#[track_caller]
fn refused(rows: &[Row<'_>], code: &str) {
    assert_eq!(codes(&manifest(rows)), [code]);
}

#[test]
fn a_sound_tree_passes() {
    let leaders = [("leaders", map(&[("primary", user("a")), ("deputies", set(&[user("b")]))]))];
    let rows: [Row<'_>; 3] = [("hq", "总部", "root", &leaders), ("a", "研发", "hq", &[]), ("b", "研发", "a", &[])];
    assert_eq!(codes(&manifest(&rows)), [""; 0]);
}

#[test]
fn siblings_have_names_and_numbers_of_their_own() {
    refused(&[("a", "研发", "root", &[]), ("b", "研发", "root", &[])], "department::same_name");
    let en = [("i18n_name", map(&[("en_us", Value::text("R&D"))]))];
    refused(&[("a", "A", "root", &en), ("b", "B", "root", &en)], "department::same_name");
    let one = [("order", Value::Int(1))];
    refused(&[("a", "A", "root", &one), ("b", "B", "root", &one)], "department::same_order");
    assert_eq!(codes(&manifest(&[("a", "A", "root", &one), ("b", "B", "a", &one)])), [""; 0]);
}

#[test]
fn ids_are_usable_and_differ_in_more_than_case() {
    refused(&[("od-x", "A", "root", &[])], "department::reserved_id");
    refused(&[("a", "A", "root", &[("id", Value::text("1"))])], "department::reserved_id");
    refused(&[("Eng", "A", "root", &[]), ("eng", "B", "root", &[])], "department::same_id");
}

#[test]
fn leaders_have_one_primary_who_is_no_deputy() {
    let deputies = [("leaders", map(&[("deputies", set(&[user("b")]))]))];
    refused(&[("a", "A", "root", &deputies)], "department::no_primary");
    let twice = [("leaders", map(&[("primary", user("b")), ("deputies", set(&[user("b")]))]))];
    refused(&[("a", "A", "root", &twice)], "department::leader_twice");
}

#[test]
fn names_keep_no_blanks_at_their_ends() {
    refused(&[("a", "研发 ", "root", &[])], "department::blank_edge");
}

#[test]
fn only_children_are_ordered_once_and_in_one_way() {
    let order = |keys: &[&str]| [("children_order", Value::List(keys.iter().map(|k| below(k)).collect()))];
    let (b, bb) = (order(&["b"]), order(&["b", "b"]));
    refused(&[("a", "A", "root", &b), ("b", "B", "root", &[])], "department::not_a_child");
    refused(&[("a", "A", "root", &bb), ("b", "B", "a", &[])], "department::ordered_twice");
    refused(&[("a", "A", "root", &b), ("b", "B", "a", &[("order", Value::Int(1))])], "department::ordered_both_ways");
}

#[test]
fn twenty_five_levels_and_a_thousand_children_are_the_end() {
    let keys: Vec<String> = (0..27).map(|n| format!("d{n:02}")).collect();
    let row = |n: usize| (keys[n].as_str(), "x", if n == 0 { "root" } else { keys[n - 1].as_str() }, &[][..]);
    let rows: Vec<Row<'_>> = (0..25).map(row).collect();
    assert_eq!(codes(&manifest(&rows)), [""; 0]);
    let rows: Vec<Row<'_>> = (0..27).map(row).collect();
    refused(&rows, "department::too_deep");
    let keys: Vec<String> = (0..=1_000).map(|n| format!("d{n}")).collect();
    let rows: Vec<Row<'_>> = keys.iter().map(|key| (key.as_str(), key.as_str(), "root", &[][..])).collect();
    assert_eq!(codes(&manifest(&rows[1..])), [""; 0]);
    refused(&rows, "department::too_many");
}

#[test]
fn a_unit_is_written_on_one_side() {
    let unit = [("unit", Value::address(Address::new("unit", "cn")))];
    let mut both = manifest(&[("a", "A", "root", &unit)]);
    let mut other = both.things.values().next().cloned().expect("one");
    other.address = Address::new("unit", "cn");
    other.attributes = BTreeMap::from([("departments".to_owned(), Wanted::Exactly(set(&[below("a")])))]);
    both.things.insert(other.address.clone(), other);
    assert_eq!(codes(&both), ["department::unit_twice"]);
}

#[test]
fn order_of_children_is_relative_and_nobody_has_two_spellings() {
    let list = |keys: &[&str]| Value::List(keys.iter().map(|k| below(k)).collect());
    let same = |attribute: &str, want: &Value, live: &Value| KIND.same(attribute, &Wanted::Exactly(want.clone()), live);
    assert!(same("children_order", &list(&["a", "c"]), &list(&["a", "b", "c"])));
    assert!(!same("children_order", &list(&["c", "a"]), &list(&["a", "b", "c"])));
    assert!(!same("children_order", &list(&["a", "new"]), &list(&["a", "b"])));
    let nobody = map(&[("primary", Value::Null), ("deputies", set(&[]))]);
    assert!(same("leaders", &Value::Null, &nobody));
    assert!(same("leaders", &map(&[("primary", Value::Null)]), &nobody));
    assert!(!same("leaders", &Value::Null, &map(&[("primary", user("a")), ("deputies", set(&[]))])));
}

#[test]
fn a_reused_id_is_not_taken_for_the_old_department() {
    let rows = manifest(&[("eng", "A", "root", &[])]);
    let thing = rows.things.values().next().expect("one");
    let live = |id: &str, open: &str| {
        let ids = BTreeMap::from([("open_department_id".to_owned(), open.to_owned())]);
        (id.to_owned(), Live { id: id.to_owned(), ids, ..Live::default() })
    };
    let ids = [("id", "eng"), ("open_department_id", "od-1")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    let record = Record { ids: BTreeMap::from(ids), ..Record::default() };
    let seen = |things: &[(String, Live)]| {
        let things = things.iter().cloned().collect();
        let observed = Observed { things, absent: ["eng".to_owned()].into(), ..Observed::default() };
        KIND.identify(thing, Some(&record), &observed)
    };
    assert_eq!(seen(&[live("eng", "od-1")]), Identity::Bound("eng".into()));
    assert!(matches!(seen(&[live("eng", "od-2")]), Identity::Unclear { .. }));
    assert_eq!(seen(&[live("renamed", "od-1")]), Identity::Bound("renamed".into()));
    assert_eq!(seen(&[]), Identity::Absent);
}
