//! The journal of one run: intent before each call, outcome after it, one JSON object a line.
//!
//! Until the state is saved the journal is the truth about what the run did. It lies beside the state and holds
//! step ids, idempotency keys, ids and applied values in the state's own form: no bodies, no credentials, no
//! personal data. Every append is on the disk when it returns. A line that cannot be read ends the journal: it
//! was being written when the run died, so nothing was done on its strength.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::model::{Address, Pending, Unsettled};
use crate::plan::Bookkeeping;

/// `major.minor` of what this version writes.
const FORMAT: &str = "1.0";
const MAJOR: &str = "1";

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub format_version: String,
    /// The state that the run began with.
    pub lineage: String,
    pub serial: u64,
    pub target: String,
    /// The run's own name: a state that contains the run says so.
    pub run: String,
}

/// Every further line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Entry {
    /// Changes of the state that need no call, in order.
    Kept {
        entries: Vec<Bookkeeping>,
    },
    /// The call is about to be sent.
    Intent {
        step: String,
        address: Address,
        /// Method and path template.
        call: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<String>,
        /// The key outlives the run: what the state remembers until the outcome is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        keeps: Option<Unsettled>,
    },
    Done {
        step: String,
        address: Address,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        ids: BTreeMap<String, String>,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        applied: BTreeMap<String, Json>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        forgets: bool,
        /// Seconds since 1970 by the tenant's clock, where a thing is forgotten.
        #[serde(default)]
        at: i64,
    },
    Failed {
        step: String,
        code: Option<i64>,
        request_id: Option<String>,
    },
    Unknown {
        step: String,
        code: Option<i64>,
        request_id: Option<String>,
    },
    Pending {
        step: String,
        address: Address,
        pending: Pending,
    },
}

/// A journal that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("cannot {doing} the journal {}", .path.display())]
    Io { doing: &'static str, path: PathBuf, source: io::Error },
    #[error("an earlier run left its journal {} behind", .path.display())]
    Unfinished { path: PathBuf },
    #[error("the journal {} has format {found}, which this version of larkctl does not know", .path.display())]
    Format { path: PathBuf, found: String },
    #[error("the journal {} belongs to another state", .path.display())]
    Foreign { path: PathBuf },
}

impl JournalError {
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::Io { .. } => None,
            Self::Unfinished { .. } => Some("run again: it is read first".to_owned()),
            Self::Format { .. } => {
                Some("finish that run with the version of larkctl that began it".to_owned())
            }
            Self::Foreign { path } => Some(format!(
                "bring back the state that lay beside it, or move {} away: what the run did is then found in \
                 the tenant",
                path.display()
            )),
        }
    }
}

/// Where entries go. A trait so that tests can stop a run at each of them.
pub trait Log: Send {
    /// Puts the entries on the disk, in order; on success they survive a power failure.
    ///
    /// # Errors
    /// They could not be written, or only in part.
    fn append(&mut self, entries: &[Entry]) -> Result<(), JournalError>;
}

/// The journal's file, open for writing.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
}

/// What a journal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// `None`: the run died before it had begun.
    pub header: Option<Header>,
    pub entries: Vec<Entry>,
    /// The last line was being written when the run died.
    pub torn: bool,
}

impl Header {
    pub(super) fn format() -> String {
        FORMAT.to_owned()
    }
}

impl Journal {
    /// Begins a journal where there is none.
    ///
    /// # Errors
    /// There is one, or the file cannot be made.
    pub fn create(path: &Path, header: &Header) -> Result<Self, JournalError> {
        let mut options = OpenOptions::new();
        options.append(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => JournalError::Unfinished { path: path.to_owned() },
            _ => JournalError::Io { doing: "make", path: path.to_owned(), source },
        })?;
        let mut journal = Self { file, path: path.to_owned() };
        journal.write(&line(header))?;
        sync_folder(path)?;
        Ok(journal)
    }

    fn write(&mut self, text: &str) -> Result<(), JournalError> {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|source| JournalError::Io { doing: "write", path: self.path.clone(), source })
    }
}

impl Log for Journal {
    fn append(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        if entries.is_empty() { Ok(()) } else { self.write(&entries.iter().map(line).collect::<String>()) }
    }
}

fn line(record: &impl Serialize) -> String {
    // Plain data with text keys: it cannot fail.
    let mut text = serde_json::to_string(record).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads a journal; `None` when there is none.
///
/// # Errors
/// It cannot be read, or a later version wrote it.
pub fn read(path: &Path) -> Result<Option<Read>, JournalError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(JournalError::Io { doing: "read", path: path.to_owned(), source }),
    };
    // What follows the last line break was cut off, even if it happens to read well.
    let whole = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
    let mut torn = whole < bytes.len();
    let mut lines = bytes[..whole].split(|&b| b == b'\n').filter(|line| !line.is_empty());
    let Some(first) = lines.next() else { return Ok(Some(Read { header: None, entries: Vec::new(), torn })) };
    let version = serde_json::from_slice::<Json>(first).ok();
    if let Some(found) = version.as_ref().and_then(|v| v.get("format_version")).and_then(Json::as_str)
        && found.split('.').next() != Some(MAJOR)
    {
        return Err(JournalError::Format { path: path.to_owned(), found: found.to_owned() });
    }
    let Ok(header) = serde_json::from_slice(first) else {
        return Ok(Some(Read { header: None, entries: Vec::new(), torn: true }));
    };
    let mut entries = Vec::new();
    for line in lines {
        match serde_json::from_slice(line) {
            Ok(entry) => entries.push(entry),
            Err(_) => {
                torn = true;
                break;
            }
        }
    }
    Ok(Some(Read { header: Some(header), entries, torn }))
}

/// Takes the journal away, once the state contains it.
///
/// # Errors
/// It cannot be removed.
pub fn remove(path: &Path) -> Result<(), JournalError> {
    match fs::remove_file(path) {
        Ok(()) => sync_folder(path),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(JournalError::Io { doing: "remove", path: path.to_owned(), source }),
    }
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> Result<(), JournalError> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|source| JournalError::Io { doing: "write", path: path.to_owned(), source })
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<(), JournalError> {
    Ok(())
}

#[cfg(test)]
mod tests;
