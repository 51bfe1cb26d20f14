//! When a live value is as declared.

use super::places::{Place, live_places, places};
use crate::model::{Value, Wanted};
use crate::resource::kind::satisfied;

/// Texts that the remote trims.
const TRIMMED: &[&str] =
    &["name", "en_name", "nickname", "job_title", "city", "country", "work_station", "employee_no"];

pub(super) fn same(attribute: &str, declared: &Wanted, live: &Value) -> bool {
    let want = declared.value();
    if is_empty(want) && is_empty(live) {
        return true;
    }
    match attribute {
        "departments" => same_departments(want, live),
        "email" | "enterprise_email" => match (want.as_text(), live.as_text()) {
            (Some(a), Some(b)) => a.trim().eq_ignore_ascii_case(b.trim()),
            _ => want == live,
        },
        name if TRIMMED.contains(&name) => match (want.as_text(), live.as_text()) {
            (Some(a), Some(b)) => a.trim() == b.trim(),
            _ => want == live,
        },
        _ => satisfied(declared, live),
    }
}

/// Nothing, or a list with nothing in it.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::List(list) => list.is_empty(),
        Value::Set(set) => set.is_empty(),
        Value::Bool(_) | Value::Int(_) | Value::Text(_) | Value::Map(_) | Value::Ref(_) => false,
    }
}

/// The same set of departments with the same primary one; positions count where they are written.
fn same_departments(want: &Value, live: &Value) -> bool {
    let (want, live) = (places(want), live_places(live));
    let primary = |list: &[Place<'_>]| list.first().map(|p| p.department.clone());
    want.len() == live.len()
        && primary(&want) == primary(&live)
        && want.iter().all(|w| {
            live.iter().any(|l| {
                l.department == w.department
                    && (w.order.is_none() || w.order == l.order)
                    && (w.weight.is_none() || w.weight == l.weight)
            })
        })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn dep(id: &str) -> Value {
        Value::remote("department", id)
    }

    fn placed(id: &str, fields: &[(&str, i64)]) -> Value {
        let mut map = BTreeMap::from([("department".to_owned(), dep(id))]);
        map.extend(fields.iter().map(|(name, n)| ((*name).to_owned(), Value::Int(*n))));
        Value::Map(map)
    }

    fn exactly(attribute: &str, want: Value, live: impl Into<Option<Value>>) -> bool {
        same(attribute, &Wanted::Exactly(want), &live.into().unwrap_or(Value::Null))
    }

    #[test]
    fn of_departments_the_set_and_the_primary_one_count() {
        let list = |ids: &[&str]| Value::List(ids.iter().map(|id| dep(id)).collect());
        assert!(exactly("departments", list(&["a", "b", "c"]), list(&["a", "c", "b"])));
        assert!(!exactly("departments", list(&["b", "a"]), list(&["a", "b"])), "another primary one");
        assert!(!exactly("departments", list(&["a"]), list(&["a", "b"])));
        assert!(!exactly("departments", list(&["a", "b"]), list(&["a", "c"])));
    }

    #[test]
    fn positions_count_where_they_are_written() {
        let live = Value::List(vec![placed("a", &[("order", 3), ("department_order", 9)]), dep("b")]);
        assert!(exactly("departments", Value::List(vec![dep("a"), dep("b")]), live.clone()));
        let wanted = |order| Value::List(vec![placed("a", &[("order", order)]), dep("b")]);
        assert!(exactly("departments", wanted(3), live.clone()));
        assert!(!exactly("departments", wanted(4), live.clone()));
        let zero = Value::List(vec![dep("a"), placed("b", &[("order", 0), ("department_order", 1)])]);
        assert!(exactly("departments", zero, live), "a plain live one stands for the defaults");
    }

    #[test]
    fn nothing_is_nothing_in_every_form() {
        assert!(exactly("dotted_line", Value::Set(BTreeSet::new()), Value::Null));
        assert!(exactly("leader", Value::Null, Value::Null));
        assert!(!exactly("leader", Value::Null, Value::remote("user", "u")));
    }

    #[test]
    fn what_the_remote_trims_or_folds_is_no_difference() {
        assert!(exactly("job_title", Value::text(" 工程师 "), Value::text("工程师")));
        assert!(exactly("email", Value::text("A@b.cn"), Value::text("a@b.cn")));
        assert!(!exactly("name", Value::text("a"), Value::text("A")));
    }
}
