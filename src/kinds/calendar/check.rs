//! A person has one role on a calendar.

use std::collections::BTreeMap;

use super::spec::{NAME, ROLES};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Address, Declared, Manifest, Value};

pub(super) fn check(manifest: &Manifest, problems: &mut Diagnostics) {
    for calendar in manifest.of_kind(NAME) {
        one_role(calendar, problems);
    }
}

/// Only people who are named one by one are known here; rules are looked at when they are resolved.
fn one_role(calendar: &Declared, problems: &mut Diagnostics) {
    let mut first: BTreeMap<&Address, &str> = BTreeMap::new();
    for (attribute, _) in ROLES {
        let Some(list @ (Value::Set(_) | Value::List(_))) = calendar.value(attribute) else { continue };
        for person in list.elements().filter_map(Value::as_address) {
            let Some(other) = first.insert(person, attribute) else { continue };
            problems.push(
                Diagnostic::new(Code("calendar::two_roles"), "a person has two roles on a calendar")
                    .at(calendar.place(attribute), format!("{person} is here"))
                    .also(calendar.place(other), "and here")
                    .because("a role includes the lesser ones, and a person has one")
                    .remedy(format!("take {person} out of one of the lists")),
            );
        }
    }
}
