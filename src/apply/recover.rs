//! After a run that died: its journal → the state.
//!
//! Calls without an outcome are reported and nothing is done about them: the next observation decides. Folding
//! can be stopped at any moment and begun again, since the state says which run it contains.

use super::fold::{Fold, Open};
use super::journal::{self, Header, JournalError};
use crate::state::{Document, Locked, Store, StoreError};

/// What the journal of a dead run said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    pub run: String,
    /// Steps that had succeeded.
    pub done: usize,
    /// Calls that may or may not have been carried out.
    pub unknown: Vec<Open>,
    /// The journal ended in the middle of a line.
    pub torn: bool,
}

/// A run that could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RecoverError {
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::Journal(error) => error.remedy(),
            Self::Store(error) => error.remedy(),
        }
    }
}

/// Takes what a dead run did into the document, saves it and removes the journal; `None` if no run died.
///
/// # Errors
/// The journal cannot be read or belongs to another state, or the state cannot be saved.
pub fn recover(state: &Locked, document: &mut Document) -> Result<Option<Recovery>, RecoverError> {
    let path = state.store().journal_path();
    let Some(read) = journal::read(&path)? else { return Ok(None) };
    let recovery = match &read.header {
        Some(header) if document.last_run != header.run => {
            let mut next = document.clone();
            let recovery = fold(&path, &mut next, header, &read)?;
            state.save(&mut next)?;
            *document = next;
            Some(recovery)
        }
        // It is contained already, or had not begun.
        Some(_) | None => None,
    };
    journal::remove(&path)?;
    Ok(recovery)
}

/// The same without saving, for those who only look: a run may be under way.
///
/// # Errors
/// The journal cannot be read or belongs to another state.
pub fn peek(store: &Store, document: &mut Document) -> Result<Option<Recovery>, JournalError> {
    let path = store.journal_path();
    let Some(read) = journal::read(&path)? else { return Ok(None) };
    match &read.header {
        Some(header) if document.last_run != header.run => fold(&path, document, header, &read).map(Some),
        Some(_) | None => Ok(None),
    }
}

fn fold(
    path: &std::path::Path,
    document: &mut Document,
    header: &Header,
    read: &journal::Read,
) -> Result<Recovery, JournalError> {
    // Nothing was ever saved: the state of the first run, which is this one's, began as empty.
    if document.serial == 0 {
        document.lineage.clone_from(&header.lineage);
    }
    let other_tenant = !document.target.is_empty() && document.target != header.target;
    if document.lineage != header.lineage || other_tenant {
        return Err(JournalError::Foreign { path: path.to_owned() });
    }
    document.target.clone_from(&header.target);
    let mut fold = Fold::new(std::mem::take(document));
    read.entries.iter().for_each(|entry| fold.take(entry));
    // The clock is not known here, so nothing is too old.
    fold.close(&header.run, i64::MIN);
    let recovery =
        Recovery { run: header.run.clone(), done: fold.done(), unknown: fold.unknown(), torn: read.torn };
    *document = fold.document;
    Ok(recovery)
}
