//! Names that two roles want, and people who are in a role twice.

use std::collections::BTreeSet;

use super::entries::user_of;
use super::spec::NAME;
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::kinds::membership::MEMBERS;
use crate::kinds::unique::{said, said_once};
use crate::model::{Manifest, Target, Value};

pub(super) fn check(manifest: &Manifest, problems: &mut Diagnostics) {
    said_once(manifest, NAME, "name", |thing| said(thing, "name"), problems);
    for thing in manifest.of_kind(NAME) {
        let mut seen: BTreeSet<&Target> = BTreeSet::new();
        let mut twice: BTreeSet<&Target> = BTreeSet::new();
        for target in thing.value(MEMBERS).into_iter().flat_map(Value::elements).filter_map(user_of) {
            if !seen.insert(target) {
                twice.insert(target);
            }
        }
        for target in twice {
            let who = Value::Ref(target.clone()).plain();
            problems.push(
                Diagnostic::new(Code("check::member_twice"), "the same person is a member twice")
                    .at(thing.place(MEMBERS), format!("{who} stands here more than once"))
                    .because(format!("a member of {} has one range", thing.address))
                    .remedy("keep one entry, with all departments of the range in it"),
            );
        }
    }
}
