//! When a live value satisfies a declared one, where "every declared field is live" does not say it.

use super::spec::{ADMINS, APPROVAL, CLOSED, INFORM, TIMES};
use crate::model::{Value, Wanted};
use crate::resource::kind::satisfied;

/// What is live of a closure that is declared and over: its times alone, whatever the tenant still shows.
pub(super) fn over(declared: &Value) -> Value {
    let times = ["from", "until"].into_iter().filter_map(|n| Some((n.to_owned(), declared.get(n)?.clone())));
    Value::Map(times.collect())
}

pub(in crate::kinds) fn same(attribute: &str, declared: &Wanted, live: &Value) -> bool {
    let value = declared.value();
    match (attribute, value, live) {
        // Switched off is no map of nothing.
        (TIMES | APPROVAL | INFORM | CLOSED, Value::Map(_), Value::Null) => false,
        (CLOSED, Value::Map(_), Value::Map(have)) if !have.contains_key("reason") => {
            satisfied(&Wanted::Exactly(over(value)), live)
        }
        (ADMINS, Value::Null, Value::Map(have)) => have.values().all(|list| list.elements().next().is_none()),
        _ => satisfied(declared, live),
    }
}
