//! Rules of schedules that need no tenant: hours in order.

use super::hours::{self, FROM, TO};
use super::spec::{HOURS, NAME};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::kinds::attendance::times::minutes;
use crate::model::{Declared, Manifest, Value};

pub(super) fn check(manifest: &Manifest, problems: &mut Diagnostics) {
    for thing in manifest.of_kind(NAME) {
        in_order(thing, problems);
    }
}

fn in_order(thing: &Declared, problems: &mut Diagnostics) {
    let Some(value) = thing.value(HOURS) else { return };
    let at = |row: &Value, name: &str| row.get(name).and_then(Value::as_text).and_then(minutes);
    let backwards = value.elements().any(|row| match (at(row, FROM), at(row, TO)) {
        (Some(from), Some(to)) => from >= to,
        _ => false,
    });
    let (why, remedy) = if backwards {
        let remedy = "what goes over midnight is two rows: one to \"24:00\", one from \"00:00\" on the next day";
        ("`to` is not after `from`".to_owned(), remedy)
    } else if let Some(why) = hours::overlap(value) {
        (why, "write each hour of a day once")
    } else {
        return;
    };
    problems.push(
        Diagnostic::new(Code("schedule::hours"), "hours that are none")
            .at(thing.place(HOURS), "these")
            .because(why)
            .remedy(remedy),
    );
}
