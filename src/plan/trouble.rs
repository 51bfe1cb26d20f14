//! Why no plan can be made, gathered with the address it is about, so that `--target` hears of its own only.

use super::data::Source;
use super::input::Input;
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::source::SourceMap;
use crate::base::span::{FileId, Span};
use crate::model::{Address, Manifest};
use crate::resource::work::Problem;
use std::collections::{BTreeMap, BTreeSet};

/// All that stands against a plan.
#[derive(Debug)]
pub(super) struct Troubles<'i> {
    manifest: &'i Manifest,
    found: Vec<(Option<Address>, Diagnostic)>,
}

/// One of them, before it has a place.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    pub(super) code: &'static str,
    pub(super) summary: &'static str,
    pub(super) why: String,
    pub(super) remedy: String,
}

impl<'i> Troubles<'i> {
    pub(super) fn new(input: &Input<'i>) -> Self {
        Self { manifest: input.manifest, found: Vec::new() }
    }

    pub(super) fn manifest(&self) -> &'i Manifest {
        self.manifest
    }

    /// About an address: shown at its attribute, or at its key.
    pub(super) fn add(&mut self, address: &Address, attribute: Option<&str>, trouble: Trouble) {
        let place = place(self.manifest, address, attribute);
        self.add_at(address, place, &[], trouble);
    }

    /// About an address, at a place of its own, with the keys of others.
    pub(super) fn add_at(
        &mut self,
        address: &Address,
        span: Option<Span>,
        others: &[&Address],
        trouble: Trouble,
    ) {
        // Of what no file declares any more no place can be shown, so that the words have to name it.
        let named = address.to_string();
        let why = match span {
            None if !trouble.why.contains(&named) => format!("{named}: {}", trouble.why),
            Some(_) | None => trouble.why,
        };
        let mut diagnostic =
            Diagnostic::new(Code(trouble.code), trouble.summary).because(why).remedy(trouble.remedy);
        if let Some(span) = span {
            diagnostic = diagnostic.at(span, address.to_string());
        }
        for other in others {
            if let Some(span) = place(self.manifest, other, None) {
                diagnostic = diagnostic.also(span, other.to_string());
            }
        }
        self.found.push((Some(address.clone()), diagnostic));
    }

    /// About the run as a whole.
    pub(super) fn add_overall(&mut self, trouble: Trouble) {
        let diagnostic =
            Diagnostic::new(Code(trouble.code), trouble.summary).because(trouble.why).remedy(trouble.remedy);
        self.found.push((None, diagnostic));
    }

    /// What a kind found.
    pub(super) fn add_problem(&mut self, problem: Problem) {
        let trouble = Trouble {
            code: problem.code,
            summary: "this cannot be planned",
            why: problem.why,
            remedy: problem.remedy,
        };
        self.add(&problem.address, problem.attribute.as_deref(), trouble);
    }

    /// Those about what is planned now; in order of their places.
    pub(super) fn of(self, mut concerns: impl FnMut(&Address) -> bool) -> Vec<Diagnostic> {
        let mut kept = Diagnostics::default();
        kept.extend(
            self.found
                .into_iter()
                .filter(|(address, _)| address.as_ref().is_none_or(&mut concerns))
                .map(|(_, diagnostic)| diagnostic),
        );
        kept.into_sorted()
    }
}

/// Where an attribute stands, or the key of the thing.
pub(super) fn place(manifest: &Manifest, address: &Address, attribute: Option<&str>) -> Option<Span> {
    let thing = manifest.things.get(address)?;
    Some(attribute.map_or(thing.span, |name| thing.place(name)))
}

/// File and line of spans. Lines are counted once a file: a manifest of 100,000 people asks often.
#[derive(Debug)]
pub(super) struct Places<'i> {
    sources: &'i SourceMap,
    lines: BTreeMap<FileId, Vec<usize>>,
}

impl<'i> Places<'i> {
    pub(super) fn new(input: &Input<'i>) -> Self {
        let files: BTreeSet<FileId> = input.manifest.things.values().map(|t| t.span.file()).collect();
        let starts = |file: &FileId| {
            let text = &*input.sources.get(*file)?.text;
            Some(text.match_indices('\n').map(|(at, _)| at).collect())
        };
        let lines = files.iter().filter_map(|f| Some((*f, starts(f)?))).collect();
        Self { sources: input.sources, lines }
    }

    pub(super) fn of(&self, span: Span) -> Option<Source> {
        let breaks = self.lines.get(&span.file())?;
        let line = breaks.partition_point(|&at| at < span.start()) + 1;
        Some(Source { file: self.sources.get(span.file())?.name.clone(), line })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_file_declares_is_named_in_words_and_once() {
        let manifest = Manifest::default();
        let mut troubles = Troubles { manifest: &manifest, found: Vec::new() };
        let address: Address = "department.hq".parse().expect("address");
        for why in ["people stay in it", "department.hq is circular"] {
            let (summary, remedy) = ("this cannot be planned", String::new());
            troubles.add(&address, None, Trouble { code: "plan::x", summary, why: why.to_owned(), remedy });
        }
        let mut told: Vec<String> = troubles.of(|_| true).iter().map(|d| d.reason().to_owned()).collect();
        told.sort();
        assert_eq!(told, ["department.hq is circular", "department.hq: people stay in it"]);
    }
}
