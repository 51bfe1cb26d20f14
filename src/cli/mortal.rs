//! How our own tests end the program at an exact moment, in debug builds only; a release does not know of it.
//!
//! | variable | does |
//! |---|---|
//! | `LARKCTL_TEST_DIE=HOW RECORD` | kills the process `before`, in the middle of (`torn`) or `after` writing that record of the journal: `header`, `kept`, `intent STEP`, `done STEP` |
//! | `LARKCTL_TEST_PACE=X` | the client's clock against `--base-url` runs X times faster than real |
//!
//! What a run does is not touched: this wraps the journal, which apply takes from outside anyway.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::api::pace::Pace;
use crate::apply::journal::{Entry, Header, Journal, JournalError, Log};
use crate::apply::{ApplyError, Outcome, Run, apply, apply_with};
use crate::state::Locked;

/// The pace that a test asks for.
pub(super) fn pace() -> Option<Pace> {
    Pace::new(std::env::var("LARKCTL_TEST_PACE").ok()?.parse().ok()?)
}

/// As [`apply`], dying where a test says.
pub(super) async fn applied(state: &Locked, run: Run<'_>) -> Result<Outcome, ApplyError> {
    let Some(death) = death() else { return apply(state, run).await };
    let path = state.store().journal_path();
    let begin = |header: &Header| {
        let doomed = death.record == "header";
        if doomed && death.how == How::Before {
            die();
        }
        let journal = Journal::create(&path, header)?;
        let mortal = Mortal { journal, path: path.clone(), death };
        if doomed && mortal.death.how == How::Torn {
            mortal.cut_in_half();
        }
        if doomed {
            die();
        }
        Ok(Box::new(mortal) as Box<dyn Log>)
    };
    apply_with(state, run, begin).await
}

#[derive(Debug)]
struct Death {
    how: How,
    record: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Before,
    Torn,
    After,
}

fn death() -> Option<Death> {
    let text = std::env::var("LARKCTL_TEST_DIE").ok()?;
    let (how, record) = text.split_once(' ')?;
    let how = match how {
        "before" => How::Before,
        "torn" => How::Torn,
        "after" => How::After,
        _ => return None,
    };
    Some(Death { how, record: record.to_owned() })
}

#[derive(Debug)]
struct Mortal {
    journal: Journal,
    path: PathBuf,
    death: Death,
}

impl Log for Mortal {
    fn append(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        let Some(at) = entries.iter().position(|entry| name(entry) == self.death.record) else {
            return self.journal.append(entries);
        };
        self.journal.append(&entries[..at])?;
        match self.death.how {
            How::Before => {}
            How::Torn => self.write_half(&entries[at]),
            How::After => self.journal.append(&entries[at..=at])?,
        }
        die()
    }
}

impl Mortal {
    fn cut_in_half(&self) {
        let whole = std::fs::read(&self.path).unwrap_or_default();
        let _ = std::fs::write(&self.path, &whole[..whole.len() / 2]);
    }

    fn write_half(&self, entry: &Entry) {
        let line = serde_json::to_string(entry).unwrap_or_default();
        if let Ok(mut file) = OpenOptions::new().append(true).open(&self.path) {
            let _ = file.write_all(&line.as_bytes()[..line.len() / 2]);
        }
    }
}

fn name(entry: &Entry) -> String {
    match entry {
        Entry::Kept { .. } => "kept".to_owned(),
        Entry::Intent { step, .. } => format!("intent {step}"),
        Entry::Done { step, .. } => format!("done {step}"),
        Entry::Failed { step, .. } => format!("failed {step}"),
        Entry::Unknown { step, .. } => format!("unknown {step}"),
        Entry::Pending { step, .. } => format!("pending {step}"),
    }
}

/// Ends as SIGKILL ends it: nothing is dropped, flushed or told to anybody.
fn die() -> ! {
    let own = std::process::id().to_string();
    let kill =
        Command::new("kill").args(["-KILL", &own]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    drop(kill);
    // Only where there is no such program.
    std::process::abort()
}
