//! Nodes → [`Manifest`]: everything that can be known offline, all problems of all files at once.
//!
//! Takes the joined tree of `load` and the tables of the [`Registry`]; gives a manifest in normal form, or the
//! problems, sorted. First the things are gathered (`gather`), so that references know every key; then
//! each is decoded by its table (`thing`, `shape`, `people`); then the rules over all of them run
//! (`rules`), and last the kinds' own, on a manifest whose shapes are sound. No kind is named here, except where
//! [`crate::resource::Shape::People`] does it.

mod decode;
mod extras;
mod file;
mod gather;
mod people;
mod reference;
mod rule;
mod rules;
mod shape;
mod text;
mod thing;
mod words;

#[cfg(test)]
mod tests;

use crate::base::diag::{Diagnostic, Diagnostics};
use crate::base::source::SourceMap;
use crate::base::span::Span;
use crate::load::Joined;
use crate::model::Manifest;
use crate::resource::Registry;

use decode::Decoder;

/// A manifest that was checked, and what of the files is not about things.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub manifest: Manifest,
    pub state: Option<StatePlace>,
}

/// `state:` of the manifest: where the state is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatePlace {
    pub path: String,
    pub span: Span,
}

/// What became of the files, and their texts for whoever shows places.
#[derive(Debug)]
pub struct Verdict {
    pub sources: SourceMap,
    /// The problems come by file and place.
    pub result: Result<Checked, Vec<Diagnostic>>,
    /// What is allowed and not wise.
    pub advice: Vec<Diagnostic>,
}

/// Checks everything.
pub fn check(joined: Joined, registry: Registry) -> Verdict {
    let Joined { sources, sections, mut problems, whole, beside } = joined;
    let mut checked = Checked::default();
    let gathered = gather::gather(&sections, registry, &mut problems);
    let mut decoder = Decoder::new(registry, &gathered.keys, (&sources, &beside), &mut problems, whole);
    for raw in &gathered.things {
        if let Some(thing) = decoder.thing(raw) {
            checked.manifest.things.insert(thing.address.clone(), thing);
        }
    }
    extras::decode(&sections, &mut decoder, &mut checked);
    for (_, rule) in rules::ALL {
        rule(&checked.manifest, registry, &mut problems);
    }
    // A kind's own rules may rely on shapes; on half a manifest they would report what is not there.
    if problems.is_empty() {
        kinds(&checked.manifest, registry, &mut problems);
    }
    let (advice, problems): (Vec<Diagnostic>, Vec<Diagnostic>) =
        problems.into_sorted().into_iter().partition(Diagnostic::is_warning);
    Verdict { sources, result: if problems.is_empty() { Ok(checked) } else { Err(problems) }, advice }
}

fn kinds(manifest: &Manifest, registry: Registry, problems: &mut Diagnostics) {
    for kind in registry.iter() {
        kind.check(manifest, problems);
    }
}
