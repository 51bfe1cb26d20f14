//! Bytes → nodes: reads the files of a manifest and gives one tree a document, with the place of every value.
//!
//! Takes the arguments of `-f` and the standard input (injected), gives [`Loaded`]: the texts, the documents and
//! every problem of every file. It reads files and decides what YAML may be written; it does not know what a
//! department is, does not join documents and never looks at the environment. Bad input is a
//! [`Diagnostic`](crate::base::diag::Diagnostic), never a panic; a file with a problem gives no documents at all, so that nobody works on
//! half a file. The rules and their reasons are in `docs/decisions.md`.

mod files;
mod scalar;
mod syntax;
mod text;
mod yaml;

#[cfg(test)]
mod tests;

use std::io::Read;

pub use self::files::Input;
use crate::base::diag::Diagnostics;
use crate::base::node::Node;
use crate::base::source::SourceMap;

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
}

/// Reads everything that `inputs` name and parses it.
pub fn load(inputs: &[Input], stdin: &mut dyn Read, limits: &Limits) -> Loaded {
    let mut loaded = Loaded::default();
    for found in files::read(inputs, stdin, limits, &mut loaded.problems) {
        parse(&mut loaded, &found.name, &found.bytes, limits);
    }
    loaded
}

/// Parses one file into `loaded`.
pub fn parse(loaded: &mut Loaded, name: &str, bytes: &[u8], limits: &Limits) {
    let mut problems = Vec::new();
    let decoded = text::decode(name, bytes, &mut loaded.sources, &mut problems);
    let documents = yaml::parse(decoded.file, &decoded.text, limits, &mut problems);
    if problems.is_empty() {
        loaded.documents.extend(documents);
    }
    loaded.problems.extend(problems);
}
