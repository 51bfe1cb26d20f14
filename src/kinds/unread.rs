//! What a kind says of a thing that could not be read whole: with the reason that the reading gave.

use crate::model::Gap;
use crate::resource::Work;

/// The reading that failed for this thing, else any of its kind.
pub(super) fn of<'w>(work: &Work<'w>, kind: &str, id: &str) -> Option<&'w Gap> {
    work.snapshot.kind(kind)?.gap_about(id)
}

pub(super) fn why(what: &str, gap: Option<&Gap>) -> String {
    gap.map_or_else(|| what.to_owned(), |gap| format!("{what}: {}", gap.why))
}
