//! Bytes → nodes: reads the files of a manifest and gives one tree a document, with the place of every value.
//!
//! Takes the arguments of `-f` and the standard input (injected), gives [`Loaded`]: the texts, the documents and
//! every problem of every file; [`manifest`] also fills in variables and joins the documents into one tree by
//! top-level key, [`Joined`]. It reads files and decides what YAML may be written; it does not know what a
//! department is and looks at the environment only through what it is handed. Bad input is a
//! [`Diagnostic`](crate::base::diag::Diagnostic), never a panic; a file with a problem gives no documents at all, so that nobody works on
//! half a file. The rules and their reasons are in `docs/decisions.md`.

mod beside;
mod files;
mod include;
mod join;
mod scalar;
mod syntax;
mod text;
mod vars;
mod yaml;

#[cfg(test)]
mod manifest_tests;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io::Read;

pub use self::beside::{Beside, Neighbour, NoFile};
pub use self::files::Input;
pub use self::join::{Joined, Section, join};
pub use self::vars::Given;
use crate::base::diag::Diagnostics;
use crate::base::node::Node;
use crate::base::source::SourceMap;
use crate::base::span::FileId;

/// What is too much. A manifest of a whole company is some megabytes; more is a mistake or an attack.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Bytes of all files.
    pub total_bytes: u64,
    /// Lists and maps inside each other. The parser's own guard stands at 255 brackets.
    pub depth: usize,
    /// What aliases may copy in one document: values and keys, plus the bytes of their texts.
    pub alias_weight: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 16 << 20, total_bytes: 64 << 20, depth: 64, alias_weight: 256 << 10 }
    }
}

/// All that was read.
#[derive(Debug, Default)]
pub struct Loaded {
    pub sources: SourceMap,
    /// In the order of reading; empty documents are left out.
    pub documents: Vec<Node>,
    pub problems: Diagnostics,
    /// The files that the manifest's own files may name.
    pub beside: Beside,
}

/// Reads everything that `inputs` name, and what that includes, and parses it.
pub fn load(inputs: &[Input], stdin: &mut dyn Read, limits: &Limits) -> Loaded {
    let mut loaded = Loaded::default();
    let mut reading = files::Reading::new(limits);
    let mut waiting: VecDeque<files::Found> = reading.inputs(inputs, stdin).into();
    while let Some(found) = waiting.pop_front() {
        let before = loaded.documents.len();
        let file = parse(&mut loaded, &found.name, &found.bytes, limits);
        loaded.beside.add(file, found.folder.clone(), found.root.clone());
        let fresh = loaded.documents.get(before..).unwrap_or_default();
        for wanted in include::wanted(fresh, &mut loaded.problems) {
            let path = found.folder.join(wanted.as_str());
            waiting.extend(reading.included(&path, wanted.span(), &found.root));
        }
    }
    loaded.problems.extend(reading.into_problems().into_sorted());
    loaded
}

/// Reads a whole manifest: files, includes, variables filled in, documents joined, `groups` taken apart.
pub fn manifest(
    inputs: &[Input],
    stdin: &mut dyn Read,
    limits: &Limits,
    given: &Given<'_>,
    groups: &[&str],
) -> Joined {
    join(load(inputs, stdin, limits), given, limits, groups)
}

/// Parses one file into `loaded`.
pub fn parse(loaded: &mut Loaded, name: &str, bytes: &[u8], limits: &Limits) -> FileId {
    let mut problems = Vec::new();
    let decoded = text::decode(name, bytes, &mut loaded.sources, &mut problems);
    let documents = yaml::parse(decoded.file, &decoded.text, limits, &mut problems);
    if problems.is_empty() {
        loaded.documents.extend(documents);
    }
    loaded.problems.extend(problems);
    decoded.file
}
