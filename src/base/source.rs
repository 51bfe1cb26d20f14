//! The texts of a run, by file, for the one who has to show a place.

use std::borrow::Cow;
use std::sync::Arc;

use super::secret::veiled;
use super::span::{FileId, Span};

/// Names and texts of all files that were read.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<Source>,
}

/// One file: the name as the user would type it, and the text without its byte order mark.
#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    pub text: Arc<str>,
}

/// A place as an editor counts: lines and columns from 1, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub line: usize,
    pub column: usize,
    /// Characters of the span on its first line.
    pub width: usize,
}

impl SourceMap {
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let text: Arc<str> = text.into();
        // It is only ever shown.
        let text = match veiled(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(veiled) => veiled.into(),
        };
        self.files.push(Source { name: name.into(), text });
        id
    }

    pub fn get(&self, file: FileId) -> Option<&Source> {
        self.files.get(usize::try_from(file.0).ok()?)
    }

    /// The text that a span covers.
    pub fn slice(&self, span: Span) -> Option<&str> {
        self.get(span.file())?.text.get(span.range())
    }

    /// Line, column and width of a span; `None` for a span that is not in the text.
    pub fn position(&self, span: Span) -> Option<Position> {
        let text = &*self.get(span.file())?.text;
        let before = text.get(..span.start())?;
        let inside = text.get(span.range())?;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let first = inside.split(['\r', '\n']).next().unwrap_or_default();
        Some(Position {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            width: first.chars().count(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_characters() {
        let mut map = SourceMap::default();
        let file = map.add("a.yaml", "x: 1\r\n名称: 研发\r\n");
        let span = Span::new(file, 14..20);
        assert_eq!(map.slice(span), Some("研发"));
        assert_eq!(map.position(span), Some(Position { line: 2, column: 5, width: 2 }));
        assert_eq!(map.position(Span::new(file, 15..16)), None, "not on a character");
        assert_eq!(map.position(Span::new(file, 99..100)), None);
    }
}
