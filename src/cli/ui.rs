//! The sole owner of stdout and stderr: data goes to the one, everything else to the other.

use std::error::Error;
use std::fmt::Display;
use std::io::Write;

/// The door to the terminal.
#[derive(Debug)]
pub(super) struct Ui {}

impl Ui {
    pub(super) fn new() -> Self {
        Self {}
    }

    /// A line of data. A reader that went away is not our problem.
    pub(super) fn data(&self, text: &dyn Display) {
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
        if let Some(remedy) = remedy {
            text.push_str(&format!("\n  help: {remedy}"));
        }
        self.note(&text);
    }
}
