//! Rules over files as a person writes them, with what the person sees; and properties.

mod decoded;
mod extras;
mod nested;
mod properties;
mod references;
mod refused;

use super::*;
use crate::base::diag::drawn as draw;
use crate::load::{Given, Limits, Loaded, join, parse};
use crate::resource::toy;

/// Checks files by name and text.
fn verdict_of(files: &[(&str, &str)]) -> Verdict {
    verdict_by(toy::registry(), files)
}

fn verdict_by(registry: Registry, files: &[(&str, &str)]) -> Verdict {
    let mut loaded = Loaded::default();
    for (name, text) in files {
        parse(&mut loaded, name, text.as_bytes(), &Limits::default());
    }
    check(join(loaded, &Given::NOTHING, &Limits::default(), &[]), registry)
}

/// Checks one text, which needs no version of its own.
fn verdict(text: &str) -> Verdict {
    verdict_of(&[("lark.yaml", text), ("version.yaml", "version: 1\n")])
}

fn shown(problems: Vec<Diagnostic>, sources: &SourceMap) -> String {
    let mut all = Diagnostics::default();
    all.extend(problems);
    draw(all, sources)
}

#[track_caller]
fn good(text: &str) -> Checked {
    let Verdict { sources, result, .. } = verdict(text);
    result.unwrap_or_else(|problems| panic!("{}", shown(problems, &sources)))
}

/// What a person sees of a text that is refused.
#[track_caller]
fn bad(text: &str) -> String {
    let Verdict { sources, result, .. } = verdict(text);
    shown(result.expect_err("problems"), &sources)
}

/// The codes of a text that is refused, in order.
#[track_caller]
fn codes(text: &str) -> Vec<&'static str> {
    verdict(text).result.expect_err("problems").iter().map(|problem| problem.code().0).collect()
}

/// A manifest without its places, to compare.
fn meaning(checked: &Checked) -> String {
    let Manifest { things, moved, import, settings } = &checked.manifest;
    let things: Vec<_> = things.values().map(|t| (&t.address, &t.attributes, &t.lifecycle)).collect();
    let moved: Vec<_> = moved.iter().map(|(from, (to, _))| (from, to)).collect();
    let import: Vec<_> = import.iter().map(|(address, (id, _))| (address, id)).collect();
    format!("{things:?} {moved:?} {import:?} {settings:?} {:?}", checked.state.as_ref().map(|s| &s.path))
}
