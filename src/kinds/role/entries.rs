//! Members of a role with their ranges, read off the normal form.
//!
//! A member is written as a reference to a user, or as `{user, scope}`. A live member without a range is a plain
//! reference, one with a range is a map, and one that manages everything, which only an administrator can set, has
//! the text `all` there. So what YAML can say looks the same on both sides.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Target, Value, Wanted};

pub(super) const USER: &str = "user";
pub(super) const SCOPE: &str = "scope";
/// The range of a member who manages everything.
pub(super) const EVERYTHING: &str = "all";

/// Whom a declared member answers for: `None` is not managed, an empty set is nobody.
pub(super) type Asked<'v> = Option<BTreeSet<&'v Target>>;

/// What a live member manages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Range<'v> {
    Part(BTreeSet<&'v Target>),
    Everything,
}

impl Range<'_> {
    /// Whether the range is what is asked for.
    pub(super) fn is(&self, asked: &Asked<'_>) -> bool {
        match (self, asked) {
            (_, None) => true,
            (Self::Part(have), Some(want)) => have == want,
            (Self::Everything, Some(_)) => false,
        }
    }

    /// Whether there is no range at all.
    pub(super) fn is_none(&self) -> bool {
        matches!(self, Self::Part(departments) if departments.is_empty())
    }
}

/// The user of an entry in either form.
pub(super) fn user_of(entry: &Value) -> Option<&Target> {
    entry.as_target().or_else(|| entry.get(USER)?.as_target())
}

fn departments(scope: &Value) -> BTreeSet<&Target> {
    scope.elements().filter_map(Value::as_target).collect()
}

/// Declared members. Somebody who is named twice, by two references that turn out to be one, has both ranges.
pub(super) fn declared(value: &Value) -> BTreeMap<&Target, Asked<'_>> {
    let mut members: BTreeMap<&Target, Asked<'_>> = BTreeMap::new();
    for entry in value.elements() {
        let Some(user) = user_of(entry) else { continue };
        let asked = entry.get(SCOPE).filter(|scope| !scope.is_null()).map(departments);
        match (members.entry(user).or_default(), asked) {
            (Some(have), Some(more)) => have.extend(more),
            (have, Some(asked)) => *have = Some(asked),
            (_, None) => {}
        }
    }
    members
}

/// Live members.
pub(super) fn live(value: &Value) -> BTreeMap<&Target, Range<'_>> {
    let member = |entry| {
        let range = match Value::get(entry, SCOPE) {
            Some(scope) if scope.as_text() == Some(EVERYTHING) => Range::Everything,
            Some(scope) => Range::Part(departments(scope)),
            None => Range::Part(BTreeSet::new()),
        };
        Some((user_of(entry)?, range))
    };
    value.elements().filter_map(member).collect()
}

pub(super) fn same(wanted: &Wanted, value: &Value) -> bool {
    let (want, have) = (declared(wanted.value()), live(value));
    let all_fit = want.iter().all(|(user, asked)| have.get(user).is_some_and(|range| range.is(asked)));
    match wanted {
        Wanted::Exactly(_) => all_fit && want.len() == have.len(),
        Wanted::AtLeast(_) => all_fit,
    }
}
