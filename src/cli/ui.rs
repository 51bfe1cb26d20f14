//! The sole owner of stdout and stderr: data goes to the one, everything else to the other.

use std::error::Error;
use std::fmt::Display;
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value as Json, json};

use super::exit::Exit;

/// The door to the terminal.
#[derive(Debug)]
pub(super) struct Ui {
    /// What went wrong so far, for whoever reads JSON.
    problems: Mutex<Vec<Json>>,
    wrote: AtomicBool,
}

impl Ui {
    pub(super) fn new() -> Self {
        Self { problems: Mutex::new(Vec::new()), wrote: AtomicBool::new(false) }
    }

    /// A line of data. A reader that went away is not our problem.
    pub(super) fn data(&self, text: &dyn Display) {
        self.wrote.store(true, Ordering::Relaxed);
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{}", text.to_string().trim_end());
        let _ = out.flush();
    }

    /// A line for people.
    pub(super) fn note(&self, text: &dyn Display) {
        let _ = writeln!(std::io::stderr().lock(), "{}", text.to_string().trim_end());
    }

    /// A question, the cursor behind it.
    pub(super) fn ask(&self, text: &dyn Display) {
        let mut err = std::io::stderr().lock();
        let _ = write!(err, "{text}");
        let _ = err.flush();
    }

    /// An error with its causes, and what to do about it.
    pub(super) fn error(&self, error: &dyn Error, remedy: Option<&str>) {
        let mut text = format!("error: {error}");
        let mut cause = error.source();
        while let Some(e) = cause {
            text.push_str(&format!("\n  because: {e}"));
            cause = e.source();
        }
        let told = text.trim_start_matches("error: ").to_owned();
        if let Some(remedy) = remedy {
            text.push_str(&format!("\n  help: {remedy}"));
        }
        self.note(&text);
        self.problems([json!({ "severity": "error", "summary": told, "remedy": remedy })]);
    }

    /// An error that is no type of its own.
    pub(super) fn failure(&self, what: &str, remedy: &str) -> Exit {
        self.note(&format_args!("error: {what}\n  help: {remedy}"));
        self.problems([json!({ "severity": "error", "summary": what, "remedy": remedy })]);
        Exit::Error
    }

    /// Keeps problems that were told to a person, in the words of `validate --format json`.
    pub(super) fn problems(&self, found: impl IntoIterator<Item = Json>) {
        if let Ok(mut problems) = self.problems.lock() {
            problems.extend(found);
        }
    }

    /// JSON is written on failure too: what went wrong, unless there was something to write.
    pub(super) fn or_failure(&self, also: &Json, pretty: bool) {
        if self.wrote.load(Ordering::Relaxed) {
            return;
        }
        let mut document = json!({ "format_version": "1.0", "errored": true });
        let problems = self.problems.lock().map(|problems| problems.clone()).unwrap_or_default();
        if let Some(document) = document.as_object_mut() {
            document.extend(also.as_object().cloned().unwrap_or_default());
            document.insert("diagnostics".to_owned(), Json::from(problems));
        }
        self.data(&if pretty { format!("{document:#}") } else { document.to_string() });
    }
}
