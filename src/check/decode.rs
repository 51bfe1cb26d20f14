//! [`Decoder`]: what decoding needs to know and gathers, for one thing after the other.

use super::gather::Keys;
use crate::base::diag::{Diagnostic, Diagnostics};
use crate::base::source::SourceMap;
use crate::base::span::Span;
use crate::base::suggest::nearest;
use crate::load::Beside;
use crate::model::{Use, UseOf};
use crate::resource::Registry;

/// Searching for the nearest name among very many is slow; who made so many mistakes made one many times.
const MOST_GUESSES: usize = 200;

pub(super) struct Decoder<'d> {
    pub(super) registry: Registry,
    pub(super) keys: &'d Keys<'d>,
    pub(super) sources: &'d SourceMap,
    pub(super) beside: &'d Beside,
    problems: &'d mut Diagnostics,
    /// All files were read, so that a key that is nowhere is a mistake.
    pub(super) whole: bool,
    guesses: usize,
    /// What is decoded now, as messages call it: `user.zhang.san`.
    pub(super) owner: String,
    /// The thing around it, by kind and key: what else is inside of that is named by its bare key.
    pub(super) around: Option<(&'static str, String)>,
    /// The attribute that is decoded now, with the fields inside of it.
    pub(super) path: Vec<String>,
    pub(super) uses: Vec<Use>,
}

impl<'d> Decoder<'d> {
    pub(super) fn new(
        registry: Registry,
        keys: &'d Keys<'d>,
        (sources, beside): (&'d SourceMap, &'d Beside),
        problems: &'d mut Diagnostics,
        whole: bool,
    ) -> Self {
        Self {
            registry,
            keys,
            sources,
            beside,
            problems,
            whole,
            guesses: MOST_GUESSES,
            owner: String::new(),
            around: None,
            path: Vec::new(),
            uses: Vec::new(),
        }
    }

    pub(super) fn problem(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    /// The nearest of many names, as long as few were asked for.
    pub(super) fn guess<'c>(
        &mut self,
        wanted: &str,
        names: impl IntoIterator<Item = &'c str>,
    ) -> Option<&'c str> {
        self.guesses = self.guesses.checked_sub(1)?;
        nearest(wanted, names)
    }

    /// Where we are: `` `leaders.primary` of department.eng ``.
    pub(super) fn here(&self) -> String {
        match (self.path.is_empty(), self.owner.is_empty()) {
            (true, _) => self.owner.clone(),
            (false, true) => format!("`{}`", self.path.join(".")),
            (false, false) => format!("`{}` of {}", self.path.join("."), self.owner),
        }
    }

    /// Decodes a part under its name.
    pub(super) fn inside<T>(&mut self, name: &str, decode: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(name.to_owned());
        let value = decode(self);
        self.path.pop();
        value
    }

    /// Remembers a reference and its place.
    pub(super) fn uses(&mut self, to: UseOf, span: Span) {
        let attribute = self.path.first().cloned().unwrap_or_default();
        self.uses.push(Use { attribute, to, span });
    }
}
