//! The flags that name a manifest, and the way from them to a checked one: what every command with `-f` shares.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use super::ui::Ui;
use crate::base::count::Count;
use crate::base::diag::Diagnostic;
use crate::base::source::SourceMap;
use crate::check::{Checked, Verdict, check};
use crate::kinds;
use crate::load::{Given, Input, Limits, manifest};
use crate::render::diagnostic::{self, Look};

/// Which files, and what to fill in.
#[derive(Debug, Args)]
pub(super) struct Files {
    /// File, folder (every *.yaml and *.yml below it) or - for standard input; may be repeated.
    #[arg(short = 'f', long = "file", value_name = "PATH", required = true)]
    file: Vec<PathBuf>,
    /// Value of a variable that `vars:` declares; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    var: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

impl Files {
    /// The flags as they were given, for a command that a person can copy.
    pub(super) fn words(&self) -> Vec<String> {
        let files = self.file.iter().flat_map(|path| ["-f".to_owned(), path.display().to_string()]);
        let vars = self.var.iter().flat_map(|(name, value)| ["--var".to_owned(), format!("{name}={value}")]);
        files.chain(vars).collect()
    }

    /// Whether any was named, for commands that can do without.
    pub(super) fn named(&self) -> bool {
        !self.file.is_empty()
    }

    /// Reads and checks; prints nothing.
    pub(super) fn judge(&self) -> Verdict {
        let inputs: Vec<Input> = self.file.iter().cloned().map(Input::from).collect();
        let env = |name: &str| std::env::var(name).ok();
        let given = Given { pairs: &self.var, env: &env };
        let (limits, registry) = (Limits::default(), kinds::registry());
        let joined = manifest(&inputs, &mut std::io::stdin().lock(), &limits, &given, &registry.groups());
        check(joined, registry)
    }

    /// A checked manifest with the texts that its places point into. Problems are drawn on stderr, and then
    /// there is nothing to go on with.
    pub(super) fn sound(&self, ui: &Ui) -> Option<(Checked, SourceMap)> {
        judged(self.judge(), ui)
    }
}

/// Draws the problems of a verdict, if there are any.
pub(super) fn judged(verdict: Verdict, ui: &Ui) -> Option<(Checked, SourceMap)> {
    let Verdict { sources, result, .. } = verdict;
    match result {
        Ok(checked) => Some((checked, sources)),
        Err(problems) => {
            let text = diagnostic::text(&problems, &sources, look(&std::io::stderr()));
            ui.note(&format_args!("{text}error: {}", Count(problems.len(), "problem")));
            ui.problems(told(&problems, &sources));
            None
        }
    }
}

/// Problems as JSON tells them.
pub(super) fn told(problems: &[Diagnostic], sources: &SourceMap) -> Vec<serde_json::Value> {
    diagnostic::json(problems, sources)["diagnostics"].as_array().cloned().unwrap_or_default()
}

/// Colour is for terminals that do not say otherwise.
pub(super) fn look(stream: &impl IsTerminal) -> Look {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    Look { colour: stream.is_terminal() && !no_color && !dumb, width: 100 }
}
