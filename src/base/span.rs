//! Where a value was written: [`FileId`], [`Span`], [`Spanned`].
//!
//! A span is a half-open range of **bytes** in the text that the [`SourceMap`](super::source::SourceMap) keeps
//! under the file's id; a byte order mark is no part of that text. Spans travel with values and never take part
//! in equality, hash or order: the same manifest written with other line breaks is the same manifest.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};

/// A file of one run, numbered in the order of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(super) u32);

/// A range of bytes in one file. Orders by file, then place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    file: FileId,
    start: usize,
    end: usize,
}

impl Span {
    /// Makes a span; an end before its start gives an empty span at the start.
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        Self { file, start: range.start, end: range.end.max(range.start) }
    }

    pub fn file(self) -> FileId {
        self.file
    }

    pub fn start(self) -> usize {
        self.start
    }

    pub fn end(self) -> usize {
        self.end
    }

    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// The length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A value that remembers where it was written and compares as if it did not.
#[derive(Clone, Copy, Debug)]
pub struct Spanned<T> {
    value: T,
    span: Span,
}

impl<T> Spanned<T> {
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    pub fn span(&self) -> Span {
        self.span
    }

    pub fn value(&self) -> &T {
        &self.value
    }

    pub fn into_value(self) -> T {
        self.value
    }

    /// Changes the value and keeps the place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span }
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

impl<T: PartialOrd> PartialOrd for Spanned<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl<T: Ord> Ord for Spanned<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.cmp(&other.value)
    }
}

impl<T: Hash> Hash for Spanned<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use super::*;

    #[test]
    fn places_do_not_take_part_in_equality_hash_or_order() {
        let at = |value, start| Spanned::new(value, Span::new(FileId(0), start..start + 1));
        assert_eq!(at("a", 0), at("a", 9));
        assert_ne!(at("a", 0), at("b", 0));
        assert!(at("a", 9) < at("b", 0));
        assert_eq!(HashSet::from([at("a", 0), at("a", 9)]).len(), 1);
        assert_eq!(BTreeSet::from([at("a", 0), at("a", 9), at("b", 1)]).len(), 2);
    }

    #[test]
    fn a_span_is_never_inside_out() {
        let (start, end) = (5, 3);
        let span = Span::new(FileId(0), start..end);
        assert_eq!((span.start(), span.end(), span.len()), (5, 5, 0));
    }
}
