//! Files that a manifest names: that they are there, may be read, and are what is wanted.

use std::collections::BTreeMap;

use super::decode::Decoder;
use super::words;
use crate::base::diag::{Code, Diagnostic};
use crate::base::digest::sha256;
use crate::base::node::{Map, Node, Value as Yaml};
use crate::base::picture;
use crate::base::quoted::Quoted;
use crate::base::span::Span;
use crate::load::{Neighbour, NoFile};
use crate::model::Value;

impl Decoder<'_> {
    /// `{file: PATH}` → the text.
    pub(super) fn text_file(&mut self, max: usize, map: &Map, node: &Node) -> Option<Value> {
        for (key, _) in map.iter().filter(|(key, _)| key.as_str() != "file") {
            self.problem(words::unknown_field(key, &self.here(), ["file"]));
        }
        let path = map.get("file")?;
        let Yaml::Text(written) = path.value() else {
            let remedy = "write a path from the folder of this file: `{file: notices/rules.md}`".to_owned();
            self.problem(words::wrong_type(path, &self.here(), "a path", remedy));
            return None;
        };
        // Four bytes make a character at most, and one more tells that there are too many.
        let bytes = u64::try_from(max).unwrap_or(u64::MAX).saturating_mul(4).saturating_add(4);
        let file = self.file(written, bytes, path.span())?;
        let wrong = |what: &'static str, because: String, remedy: &'static str| {
            Diagnostic::new(Code("check::file_text"), what)
                .at(path.span(), "this file")
                .because(because)
                .remedy(remedy)
        };
        let Ok(text) = String::from_utf8(file.bytes) else {
            self.problem(wrong(
                "a file is not UTF-8",
                format!("{} holds bytes that are no text", file.path),
                "save it as UTF-8",
            ));
            return None;
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
        let count = text.chars().count();
        if count > max || text.trim().is_empty() {
            let because = if count > max {
                format!("{} has {count} characters, and {} takes {max} at most", file.path, self.here())
            } else {
                format!("there is nothing in {}", file.path)
            };
            self.problem(wrong("a file of the wrong length", because, "mend the file, or name another"));
            return None;
        }
        if let Some(odd) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            let because = format!("{} holds U+{:04X}, which cannot be seen", file.path, u32::from(odd));
            self.problem(wrong("a file holds a control character", because, "delete it"));
            return None;
        }
        let _ = node;
        Some(Value::Text(text))
    }

    /// A path → `{file, sha256}`.
    pub(super) fn picture(
        &mut self,
        (max, side, gif): (u64, u32, u32),
        path: &str,
        span: Span,
    ) -> Option<Value> {
        let file = self.file(path, max, span)?;
        let wrong = |because: String, remedy: String| {
            Diagnostic::new(Code("check::picture"), "a picture that cannot be used")
                .at(span, "this picture")
                .because(because)
                .remedy(remedy)
        };
        if file.bytes.is_empty() {
            self.problem(wrong(format!("there is nothing in {}", file.path), "name another file".to_owned()));
            return None;
        }
        let Some(found) = picture::recognise(&file.bytes) else {
            self.problem(wrong(
                format!("{} is none of {}", file.path, picture::FORMATS),
                "save it in one of these formats; the name of the file does not count, what is in it does"
                    .to_owned(),
            ));
            return None;
        };
        let most = if found.gif { gif.min(side) } else { side };
        if let Some((width, height)) = found.size
            && (width > u64::from(most) || height > u64::from(most))
        {
            self.problem(wrong(
                format!(
                    "{} has {width} × {height} pixels, and {} takes {most} × {most} at most",
                    file.path,
                    self.here()
                ),
                "make it smaller".to_owned(),
            ));
            return None;
        }
        let digest = sha256(&file.bytes);
        Some(Value::Map(BTreeMap::from([
            ("file".to_owned(), Value::Text(file.path)),
            ("sha256".to_owned(), Value::Text(digest)),
        ])))
    }

    fn file(&mut self, path: &str, max: u64, span: Span) -> Option<Neighbour> {
        let why = match self.beside.read(span.file(), path, max) {
            Ok(file) => return Some(file),
            Err(why) => why,
        };
        let (because, remedy) = match why {
            NoFile::Path => (
                format!("{} is no path from the folder of this file", Quoted(path)),
                "write one without a leading slash: `assets/release.png`".to_owned(),
            ),
            NoFile::Missing(path) => {
                (format!("{path} does not exist"), "paths go from the folder of this file".to_owned())
            }
            NoFile::Outside(root) => (
                format!("{} leads out of {root}, which is what `-f` names", Quoted(path)),
                "put the file into that folder, or give a folder that holds both with `-f`".to_owned(),
            ),
            NoFile::NoFile(path) => (format!("{path} is a folder or a device"), "name a file".to_owned()),
            NoFile::TooLarge(path) => {
                (format!("{path} has more than {max} bytes"), "make it smaller, or name another".to_owned())
            }
            NoFile::Unreadable(path, error) => {
                (format!("{path}: {error}"), "check that it may be read by you".to_owned())
            }
        };
        self.problem(
            Diagnostic::new(Code("check::file"), "a file that cannot be had")
                .at(span, "named here")
                .because(because)
                .remedy(remedy),
        );
        None
    }
}
