//! [`Plan`] + sender → [`Outcome`]: does exactly the steps of a plan and decides nothing.
//!
//! One loop ([`run`]) owns journal, state and order. It asks the walker ([`walk`]) what may start, writes the
//! intents, sends, and writes what became of them; the calls themselves run beside it. Killed at any instant it
//! leaves a journal that [`recover()`] takes into the state before the next plan is made. What a lost answer
//! means is not guessed here: the next observation sees.

pub mod event;
mod files;
pub mod fold;
pub mod journal;
pub mod late;
pub mod outcome;
mod recover;
mod run;
pub mod step;
pub mod walk;

use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use uuid::Uuid;

pub use event::Event;
pub use files::FileError;
pub use fold::Open;
pub use outcome::{Counts, Halt, Outcome, Skipped, Trouble, Troubled, Waiting};
pub use recover::{RecoverError, Recovery, peek, recover};
pub use step::Sender;

use crate::plan::Plan;
use crate::state::{Document, Locked};
use fold::Fold;
use journal::{Entry, Header, Journal, JournalError, Log};
use walk::WalkError;

/// Steps under way at once over all endpoints, unless told otherwise. The client's limiter sets the pace; this
/// and the places of each endpoint only bound how many wait for it.
pub const CONCURRENCY: usize = 64;

/// What a person wants of a run under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stop {
    #[default]
    No,
    /// Finish what is in flight, start nothing new, save.
    Soon,
    /// Return at once; the journal stays for the next run.
    Now,
}

/// Everything that a run is made of.
#[derive(Debug)]
pub struct Run<'r> {
    pub plan: &'r Plan,
    /// The state that the plan was made from.
    pub document: Document,
    pub sender: Arc<dyn Sender>,
    pub events: mpsc::UnboundedSender<Event>,
    pub stop: watch::Receiver<Stop>,
    pub concurrency: usize,
    /// Seconds since 1970 by the tenant's clock, when the plan was made.
    pub now: i64,
}

/// A run that did not begin. Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error("the plan was made from serial {plan} of the state, which is at {state} now")]
    Stale { plan: u64, state: u64 },
    #[error("the plan was made from another state")]
    OtherState,
    #[error("the plan is for {plan}, the state belongs to {state}")]
    OtherTenant { plan: String, state: String },
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Walk(#[from] WalkError),
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl ApplyError {
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::Stale { .. } | Self::OtherState => Some("plan again".to_owned()),
            Self::OtherTenant { .. } => {
                Some("keep one state for each tenant and app: name another with --state".to_owned())
            }
            Self::File(_) => Some(FileError::remedy().to_owned()),
            Self::Walk(_) => Some("this is a bug of larkctl: report it with the plan".to_owned()),
            Self::Journal(error) => error.remedy(),
        }
    }
}

/// Applies a plan.
///
/// # Errors
/// The plan does not belong to the state, or a journal is in the way: nothing was sent.
pub async fn apply(state: &Locked, run: Run<'_>) -> Result<Outcome, ApplyError> {
    let path = state.store().journal_path();
    let begin = |header: &Header| Ok(Box::new(Journal::create(&path, header)?) as Box<dyn Log>);
    apply_with(state, run, begin).await
}

/// The same with a journal of the caller's making, which must lie where [`journal::read`] finds it.
///
/// # Errors
/// As [`apply`].
pub async fn apply_with(
    state: &Locked,
    mut run: Run<'_>,
    begin: impl FnOnce(&Header) -> Result<Box<dyn Log>, JournalError>,
) -> Result<Outcome, ApplyError> {
    let plan = run.plan;
    let document = matching(plan, std::mem::take(&mut run.document))?;
    let walk = run::walk(plan, run.concurrency)?;
    files::look(plan)?;
    let header = Header {
        format_version: Header::format(),
        lineage: document.lineage.clone(),
        serial: document.serial,
        target: plan.target.clone(),
        run: Uuid::new_v4().to_string(),
    };
    let of = plan.steps.len();
    let mut outcome = Outcome { planned: of, ..Outcome::default() };
    let started =
        Event::Started { format_version: event::FORMAT.to_owned(), run: header.run.clone(), steps: of };
    // A run that changes nothing leaves no trace: neither journal nor a new serial.
    if of == 0 && plan.bookkeeping.is_empty() {
        let _ = run.events.send(started);
    } else {
        let mut log = begin(&header)?;
        let _ = run.events.send(started);
        let mut fold = Fold::new(document);
        if !plan.bookkeeping.is_empty() {
            let kept = Entry::Kept { entries: plan.bookkeeping.clone() };
            log.append(std::slice::from_ref(&kept))?;
            fold.take(&kept);
        }
        run::run(&run, walk, &mut fold, log.as_mut(), &mut outcome).await;
        if outcome.halted != Some(Halt::AtOnce) {
            fold.close(&header.run, run.now);
            save(state, fold.document, &mut outcome);
        }
    }
    let _ = run.events.send(Event::Finished { counts: outcome.counts() });
    Ok(outcome)
}

/// The document as the run shall see it, if the plan was made from it.
fn matching(plan: &Plan, mut document: Document) -> Result<Document, ApplyError> {
    if document.serial != plan.serial {
        return Err(ApplyError::Stale { plan: plan.serial, state: document.serial });
    }
    if document.serial == 0 {
        // Nothing was saved yet: the identity is the one that the plan hashed with.
        document.lineage.clone_from(&plan.lineage);
    }
    if document.lineage != plan.lineage || document.lineage.is_empty() {
        return Err(ApplyError::OtherState);
    }
    if !document.target.is_empty() && document.target != plan.target {
        return Err(ApplyError::OtherTenant { plan: plan.target.clone(), state: document.target });
    }
    document.target.clone_from(&plan.target);
    Ok(document)
}

fn save(state: &Locked, mut document: Document, outcome: &mut Outcome) {
    match state.save(&mut document) {
        Ok(()) => {
            outcome.serial = Some(document.serial);
            // A journal that cannot be removed is harmless: the state says that it contains the run.
            let _ = journal::remove(&state.store().journal_path());
        }
        Err(error) => {
            outcome.halted = Some(Halt::Save { cause: with_source(&error), remedy: error.remedy() });
        }
    }
}

fn with_source(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

#[cfg(test)]
mod tests;
