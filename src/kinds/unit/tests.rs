//! What is made of an answer, and what is refused offline.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;
use crate::base::source::SourceMap;
use crate::model::{Address, Lifecycle};

fn thing(address: Address, attributes: &[(&str, Value)]) -> Declared {
    let file = SourceMap::default().add("a.yaml", "x");
    Declared {
        address,
        span: Span::new(file, 0..1),
        attributes: attributes.iter().map(|(n, v)| ((*n).to_owned(), Wanted::Exactly(v.clone()))).collect(),
        spans: [].into(),
        uses: Vec::new(),
        lifecycle: Lifecycle::default(),
    }
}

fn found(things: Vec<Declared>) -> Vec<&'static str> {
    let mut manifest = Manifest::default();
    manifest.things.extend(things.into_iter().map(|thing| (thing.address.clone(), thing)));
    let mut problems = Diagnostics::default();
    KIND.check(&manifest, &mut problems);
    problems.into_sorted().iter().map(|problem| problem.code().0).collect()
}

fn unit(key: &str, more: &[(&str, Value)]) -> Declared {
    let base = [("name", Value::text(key)), ("type", Value::text("子公司"))];
    thing(Address::new(NAME, key), &[&base[..], more].concat())
}

fn departments(keys: &[&str]) -> (&'static str, Value) {
    let set: BTreeSet<Value> =
        keys.iter().map(|key| Value::address(Address::new("department", key))).collect();
    ("departments", Value::Set(set))
}

#[test]
fn a_department_has_one_unit_and_the_bindings_one_side() {
    assert_eq!(found(vec![unit("a", &[departments(&["d", "e"])]), unit("b", &[departments(&["f"])])]), [""; 0]);
    let twice = vec![unit("a", &[departments(&["d"])]), unit("b", &[departments(&["d"])])];
    assert_eq!(found(twice), ["check::two_units"]);
    let other_side = thing(Address::new("department", "x"), &[("unit", Value::Null)]);
    let both = vec![unit("a", &[departments(&["d"])]), unit("b", &[]), other_side.clone()];
    assert_eq!(found(both), ["check::two_sides"]);
    assert_eq!(found(vec![unit("a", &[]), other_side]), [""; 0]);
}

#[test]
fn names_are_unique_within_a_type_and_ids_at_all() {
    let other_type = thing(
        Address::new(NAME, "c"),
        &[("name", Value::text("a")), ("type", Value::text("分公司")), ("id", Value::text("b"))],
    );
    assert_eq!(found(vec![unit("a", &[]), other_type.clone()]), [""; 0]);
    assert_eq!(found(vec![unit("b", &[]), other_type]), ["check::taken_twice"]);
    let twin = thing(Address::new(NAME, "z"), &[("name", Value::text("a")), ("type", Value::text("子公司"))]);
    assert_eq!(found(vec![unit("a", &[]), twin]), ["check::taken_twice"]);
}

#[test]
fn an_entry_without_a_type_is_not_guessed_at() {
    let item = json!({ "unit_id": "b1", "name": "b", "unit_type": "t" });
    assert_eq!(live(&item).expect("live").attributes["type"], Value::text("t"));
    assert_eq!(live(&json!({ "unit_id": "b1", "name": "b" })), None);
}
