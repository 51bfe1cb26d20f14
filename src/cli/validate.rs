//! `larkctl validate`: everything that can be known offline.

use std::collections::BTreeMap;

use clap::Args;

use super::exit::Exit;
use super::manifest::{self, Files};
use super::ui::Ui;
use crate::base::count::Count;
use crate::check::{Checked, Verdict};
use crate::kinds;
use crate::render::diagnostic;

/// Check a manifest without talking to anybody.
///
/// Reports every problem of every file with its place, its reason and what to do. Nothing is read from the
/// tenant and nothing is sent.
#[derive(Debug, Args)]
pub(super) struct Validate {
    #[command(flatten)]
    files: Files,
    /// How to print: for people, as JSON, as annotations of GitHub Actions, or as SARIF.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json", "github", "sarif"])]
    format: String,
}

pub(super) fn run(args: &Validate, ui: &Ui) -> Exit {
    if args.format == "text" {
        let verdict = args.files.judge();
        if !verdict.advice.is_empty() {
            let look = manifest::look(&std::io::stderr());
            ui.note(&diagnostic::text(&verdict.advice, &verdict.sources, look).trim_end());
        }
        return match manifest::judged(verdict, ui) {
            Some((checked, _)) => {
                ui.data(&summary(&checked));
                Exit::Done
            }
            None => Exit::Error,
        };
    }
    let Verdict { sources, result, advice } = args.files.judge();
    let (mut problems, checked) = match result {
        Ok(checked) => (Vec::new(), Some(checked)),
        Err(problems) => (problems, None),
    };
    let wrong = problems.len();
    problems.extend(advice);
    match args.format.as_str() {
        "json" => {
            let mut report = diagnostic::json(&problems, &sources);
            if let (Some(checked), Some(report)) = (&checked, report.as_object_mut()) {
                report.insert("things".to_owned(), serde_json::json!(counts(checked)));
            }
            ui.data(&format_args!("{report:#}"));
        }
        "sarif" => {
            let log = diagnostic::sarif(&problems, &sources, env!("CARGO_PKG_VERSION"));
            ui.data(&format_args!("{log:#}"));
        }
        _ => {
            if !problems.is_empty() {
                ui.data(&diagnostic::github(&problems, &sources));
            }
            match &checked {
                Some(checked) => ui.note(&summary(checked)),
                None => ui.note(&format_args!("error: {}", Count(wrong, "problem"))),
            }
        }
    }
    if checked.is_some() { Exit::Done } else { Exit::Error }
}

/// Things by top-level key, kinds without any left out.
fn counts(checked: &Checked) -> BTreeMap<&'static str, usize> {
    kinds::registry()
        .iter()
        .map(|kind| (kind.info().plural, checked.manifest.of_kind(kind.info().name).count()))
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// `ok: 5 things (3 departments, 2 users)`, in the order of the kinds.
fn summary(checked: &Checked) -> String {
    let all = Count(checked.manifest.things.len(), "thing");
    let parts: Vec<String> = kinds::registry()
        .iter()
        .filter_map(|kind| {
            let info = kind.info();
            let count = checked.manifest.of_kind(info.name).count();
            let noun = match info.plural {
                _ if count == 1 => info.name.to_owned(),
                shared if shared.contains('.') => format!("{}s", info.name),
                plural => plural.to_owned(),
            };
            (count > 0).then(|| format!("{count} {}", noun.replace('_', " ")))
        })
        .collect();
    if parts.is_empty() { format!("ok: {all}") } else { format!("ok: {all} ({})", parts.join(", ")) }
}
