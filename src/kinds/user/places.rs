//! A person's departments: one reading of the forms that `departments` may take.

use crate::model::{Target, Value};

/// The word for the root department in YAML.
pub(super) const ROOT: &str = "root";

/// Membership in one department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place<'v> {
    /// A reference, or the text `root`.
    pub(super) department: &'v Value,
    pub(super) order: Option<i64>,
    pub(super) weight: Option<i64>,
}

impl Place<'_> {
    pub(super) fn target(&self) -> Option<&Target> {
        self.department.as_target()
    }
}

/// The departments of a value, primary first.
pub(super) fn places(value: &Value) -> Vec<Place<'_>> {
    let int = |v: &Value, name: &str| v.get(name).and_then(Value::as_int);
    let mut found = Vec::new();
    for element in value.elements() {
        if element.as_map().is_none() {
            found.push(Place { department: element, order: None, weight: None });
        } else if let Some(department) = element.get("department") {
            let (order, weight) = (int(element, "order"), int(element, "department_order"));
            found.push(Place { department, order, weight });
        }
    }
    found
}

/// What a live list says in full: a plain reference stands for order 0 and for a weight by its position.
pub(super) fn live_places(value: &Value) -> Vec<Place<'_>> {
    let mut found = places(value);
    let all = found.len();
    for (i, place) in found.iter_mut().enumerate() {
        place.order.get_or_insert(0);
        place.weight.get_or_insert(weight_at(i, all));
    }
    found
}

/// The weight of the department at a position when nobody says otherwise: the first weighs most.
pub(super) fn weight_at(position: usize, all: usize) -> i64 {
    i64::try_from(all.saturating_sub(position)).unwrap_or(i64::MAX)
}
