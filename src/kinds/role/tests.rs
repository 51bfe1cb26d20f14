//! Who leaves, who enters, who gets which range: judged by what a role then holds.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::entries::{declared, live, same};
use super::members::Turnover;
use crate::model::{Address, Target, Value, Wanted};

fn user(n: usize) -> Value {
    Value::address(Address::new("user", &format!("u{n}")))
}

fn with(n: usize, scope: Value) -> Value {
    Value::Map(BTreeMap::from([("user".to_owned(), user(n)), ("scope".to_owned(), scope)]))
}

fn departments(of: &BTreeSet<usize>) -> Value {
    Value::Set(of.iter().map(|d| Value::remote("department", format!("d{d}"))).collect())
}

/// A member as a test thinks of it: a range that may be left out, or `None` of the outer sort for everything.
type Model = BTreeMap<usize, Option<BTreeSet<usize>>>;

fn written(model: &Model) -> Value {
    let entry = |(n, scope): (&usize, &Option<BTreeSet<usize>>)| match scope {
        None => user(*n),
        Some(scope) => with(*n, departments(scope)),
    };
    Value::Set(model.iter().map(entry).collect())
}

/// As the tenant shows it: no range is no entry, everything is a word.
fn shown(model: &Model) -> Value {
    let entry = |(n, scope): (&usize, &Option<BTreeSet<usize>>)| match scope {
        None => with(*n, Value::text("all")),
        Some(scope) if scope.is_empty() => user(*n),
        Some(scope) => with(*n, departments(scope)),
    };
    Value::Set(model.iter().map(entry).collect())
}

fn number(target: &Target) -> usize {
    match target {
        Target::Address(address) => address.key()[1..].parse().expect("a number"),
        Target::Remote { id, .. } => id[1..].parse().expect("a number"),
        Target::Lookup(_) => panic!("not resolved"),
    }
}

/// What the tenant holds after the calls: whoever enters has no range.
fn carried_out(before: &Model, turnover: &Turnover<'_>) -> Model {
    let mut role = before.clone();
    for target in turnover.leaving.iter().chain(&turnover.again) {
        assert!(role.remove(&number(target)).is_some(), "who leaves was in");
    }
    for target in turnover.entering.iter().chain(&turnover.again) {
        assert!(role.insert(number(target), Some(BTreeSet::new())).is_none(), "who enters was not in");
    }
    for (departments, people) in &turnover.ranges {
        assert!(!departments.is_empty(), "the API takes no empty range");
        for target in people {
            let range = departments.iter().map(|d| number(d)).collect();
            *role.get_mut(&number(target)).expect("a range is set for members only") = Some(range);
        }
    }
    role
}

fn model() -> impl Strategy<Value = Model> {
    let scope = proptest::option::of(proptest::collection::btree_set(0usize..4, 0..3));
    proptest::collection::btree_map(0usize..8, scope, 0..6)
}

proptest! {
    #[test]
    fn after_the_calls_the_role_is_what_was_declared(before in model(), wanted in model(), exact: bool) {
        let (have, want) = (shown(&before), written(&wanted));
        let turnover = Turnover::new(&live(&have), &declared(&want), exact);
        let after = carried_out(&before, &turnover);
        for (who, scope) in &wanted {
            let range = after.get(who);
            prop_assert!(range.is_some(), "{who} is in");
            match scope {
                Some(scope) => prop_assert_eq!(range, Some(&Some(scope.clone()))),
                // Not managed: whoever was in keeps what they had.
                None => prop_assert!(before.get(who).is_none_or(|had| Some(had) == range)),
            }
        }
        let others = |role: &Model| -> Model {
            role.iter().filter(|(who, _)| !wanted.contains_key(who)).map(|(w, s)| (*w, s.clone())).collect()
        };
        prop_assert_eq!(others(&after), if exact { Model::new() } else { others(&before) });
        let wanted = if exact { Wanted::Exactly(want.clone()) } else { Wanted::AtLeast(want.clone()) };
        prop_assert!(same(&wanted, &shown(&after)), "nothing is left to do");
        prop_assert_eq!(same(&wanted, &have), turnover == Turnover::default(), "nothing is done where nothing is to do");
    }
}

#[test]
fn two_references_that_turn_out_to_be_one_person_have_both_ranges() {
    let both = Value::Set(BTreeSet::from([
        with(1, departments(&[1].into())),
        with(1, departments(&[2].into())),
        user(1),
    ]));
    let members = declared(&both);
    let ranges: Vec<usize> =
        members.values().flatten().flatten().map(|department| number(department)).collect();
    assert_eq!((members.len(), ranges), (1, vec![1, 2]));
}
