//! The state in a local file: read with care, written whole or not at all, never by somebody who is behind.
//!
//! Reading needs nothing; writing needs a [`Locked`] store. Beside `state.json` lie its lock, the version before
//! (`state.json.backup`) and, while a run is under way or after one that died, its journal. A file that cannot be
//! read is an error that names the backup; it is never taken for an empty state, because that would have every
//! thing created or adopted anew.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::document::{Document, FORMAT};
use super::lock::{Holder, Lock, LockError};
use crate::base::files::{self, Op};

/// Where a state is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    path: PathBuf,
}

/// A store that this process alone may write.
#[derive(Debug)]
pub struct Locked {
    store: Store,
    _lock: Lock,
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    pub document: Document,
    /// Whether there was a file; else the document is new and holds nothing.
    pub found: bool,
}

/// What [`Locked::recover`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    pub serial: u64,
    pub things: usize,
    /// Where the unreadable file went.
    pub damaged: PathBuf,
}

/// A state that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("cannot {doing} {}", .path.display())]
    Io { doing: &'static str, path: PathBuf, source: io::Error },
    /// Truncated or overwritten. `backup` is the serial of the version before, if that is readable.
    #[error("{} is damaged: {why}", .path.display())]
    Damaged { path: PathBuf, why: String, backup: Option<u64> },
    #[error("{} has format {found}, which this version of larkctl does not know", .path.display())]
    Format { path: PathBuf, found: String },
    #[error(
        "{} was written meanwhile by somebody else: it has serial {found}, this run began with {begun}",
        .path.display()
    )]
    Stale { path: PathBuf, begun: u64, found: u64 },
    #[error("{} belongs to another history: lineage {found}, not {ours}", .path.display())]
    Lineage { path: PathBuf, ours: String, found: String },
    #[error("{} can be read, there is nothing to recover from", .path.display())]
    Sound { path: PathBuf },
    #[error("there is no readable backup of {}", .path.display())]
    NoBackup { path: PathBuf },
}

impl StoreError {
    /// What a person can do.
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::Io { .. } | Self::Sound { .. } => None,
            Self::Damaged { backup: Some(serial), path, .. } => Some(format!(
                "run `larkctl state recover{}` to go back to {} (serial {serial}); what the last run changed is \
                 found again in the tenant",
                if *path == Store::default_path() {
                    String::new()
                } else {
                    format!(" --state {}", path.display())
                },
                files::with_suffix(path, BACKUP).display()
            )),
            Self::Damaged { backup: None, .. } | Self::NoBackup { .. } => Some(
                "there is no readable backup: bring the file back from your own, or move it away; what exists \
                 is then adopted by its natural keys"
                    .to_owned(),
            ),
            Self::Format { .. } => Some("use the version of larkctl that wrote it, or a newer one".to_owned()),
            Self::Stale { .. } | Self::Lineage { .. } => {
                Some("run again: the next plan starts from what is there now".to_owned())
            }
        }
    }
}

const BACKUP: &str = ".backup";

#[derive(Deserialize)]
struct Head {
    format_version: String,
}

impl Store {
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is when nobody says otherwise.
    pub fn default_path() -> PathBuf {
        [".larkctl", "state.json"].iter().collect()
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn backup_path(&self) -> PathBuf {
        files::with_suffix(&self.path, BACKUP)
    }

    pub fn lock_path(&self) -> PathBuf {
        files::with_suffix(&self.path, ".lock")
    }

    /// The journal of a run: `journal.ndjson`, or named after the state where that is not called `state.json`.
    pub fn journal_path(&self) -> PathBuf {
        if self.path.file_name().is_some_and(|name| name == "state.json") {
            self.path.with_file_name("journal.ndjson")
        } else {
            files::with_suffix(&self.path, ".journal.ndjson")
        }
    }

    /// Reads the state; where there is none yet, gives a fresh one with a lineage of its own.
    ///
    /// # Errors
    /// It is there and cannot be read or understood.
    pub fn load(&self) -> Result<Loaded, StoreError> {
        match self.bytes()? {
            None => Ok(Loaded { document: Document::fresh(), found: false }),
            Some(bytes) => Ok(Loaded { document: self.understood(&bytes)?, found: true }),
        }
    }

    /// Claims the right to write, and makes the folder if need be.
    ///
    /// # Errors
    /// Somebody holds it.
    pub fn lock(&self, holder: &Holder) -> Result<Locked, LockError> {
        let folder = files::folder(&self.path);
        let failed = |source| LockError::Io { path: folder.clone(), source };
        fs::create_dir_all(&folder).map_err(failed)?;
        let lock = Lock::take(&self.lock_path(), holder)?;
        Ok(Locked { store: self.clone(), _lock: lock })
    }

    fn bytes(&self) -> Result<Option<Vec<u8>>, StoreError> {
        match fs::read(&self.path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(StoreError::Io { doing: "read", path: self.path.clone(), source }),
        }
    }

    fn understood(&self, bytes: &[u8]) -> Result<Document, StoreError> {
        decode(&self.path, bytes).map_err(|error| match error {
            StoreError::Damaged { path, why, .. } => {
                StoreError::Damaged { path, why, backup: self.backup().map(|document| document.serial) }
            }
            other => other,
        })
    }

    fn backup(&self) -> Option<Document> {
        let path = self.backup_path();
        decode(&path, &fs::read(&path).ok()?).ok()
    }
}

fn decode(path: &Path, bytes: &[u8]) -> Result<Document, StoreError> {
    let damaged = |why: String| StoreError::Damaged { path: path.to_owned(), why, backup: None };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(damaged("it is empty".to_owned()));
    }
    // The version first: the rest of a newer format may look like anything.
    let head: Head = serde_json::from_slice(bytes).map_err(|e| damaged(e.to_string()))?;
    match version(&head.format_version) {
        Some((major, _)) if major == FORMAT.0 => {}
        _ => return Err(StoreError::Format { path: path.to_owned(), found: head.format_version }),
    }
    let document: Document = serde_json::from_slice(bytes).map_err(|e| damaged(e.to_string()))?;
    if document.lineage.is_empty() {
        return Err(damaged("it has no lineage".to_owned()));
    }
    Ok(document)
}

fn version(text: &str) -> Option<(u64, u64)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

impl Locked {
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Reads the state.
    ///
    /// # Errors
    /// As [`Store::load`].
    pub fn load(&self) -> Result<Loaded, StoreError> {
        self.store.load()
    }

    /// Writes the document as the successor of what it was read from, and counts its serial up.
    ///
    /// # Errors
    /// What is on the disk is not what it was read from, or cannot be written; the document is unchanged then.
    pub fn save(&self, document: &mut Document) -> Result<(), StoreError> {
        let before = self.store.bytes()?;
        if let Some(bytes) = &before {
            self.successor(document, &self.store.understood(bytes)?)?;
        }
        let mut next = document.clone();
        next.serial += 1;
        next.format_version = format!("{}.{}", FORMAT.0, FORMAT.1);
        self.perform(&self.writing(&next, before)?)?;
        *document = next;
        Ok(())
    }

    /// Goes back to the backup where the state is damaged; the damaged file is kept beside it.
    ///
    /// # Errors
    /// The state is sound, or so is no backup.
    pub fn recover(&self) -> Result<Recovered, StoreError> {
        let path = self.store.path.clone();
        match self.store.load() {
            Ok(Loaded { found: true, .. }) => return Err(StoreError::Sound { path }),
            Ok(Loaded { found: false, .. }) | Err(StoreError::Damaged { .. }) => {}
            Err(other) => return Err(other),
        }
        let mut document = self.store.backup().ok_or(StoreError::NoBackup { path: path.clone() })?;
        // Past the serial that got lost: nothing that was based on that one may pass for based on this one.
        document.serial += 2;
        let damaged = files::with_suffix(&path, ".damaged");
        if let Some(bytes) = self.store.bytes()? {
            self.perform(&files::replace(&damaged, bytes))?;
        }
        self.perform(&self.writing(&document, None)?)?;
        Ok(Recovered { serial: document.serial, things: document.things.len(), damaged })
    }

    fn successor(&self, ours: &Document, disk: &Document) -> Result<(), StoreError> {
        let path = || self.store.path.clone();
        if disk.lineage != ours.lineage {
            let (ours, found) = (ours.lineage.clone(), disk.lineage.clone());
            return Err(StoreError::Lineage { path: path(), ours, found });
        }
        if disk.serial != ours.serial {
            return Err(StoreError::Stale { path: path(), begun: ours.serial, found: disk.serial });
        }
        if version(&disk.format_version) > Some(FORMAT) {
            // We would drop what a newer minor version added.
            return Err(StoreError::Format { path: path(), found: disk.format_version.clone() });
        }
        Ok(())
    }

    fn writing(&self, next: &Document, before: Option<Vec<u8>>) -> Result<Vec<Op>, StoreError> {
        let path = &self.store.path;
        let text = serde_json::to_string_pretty(next).map_err(|e| StoreError::Io {
            doing: "write",
            path: path.clone(),
            source: e.into(),
        })?;
        let mut ops = before.map_or_else(Vec::new, |bytes| files::replace(&self.store.backup_path(), bytes));
        ops.extend(files::replace(path, format!("{text}\n").into_bytes()));
        Ok(ops)
    }

    fn perform(&self, ops: &[Op]) -> Result<(), StoreError> {
        let failed = |source| StoreError::Io { doing: "write", path: self.store.path.clone(), source };
        ops.iter().try_for_each(Op::perform).map_err(failed)
    }
}

#[cfg(test)]
mod tests;
