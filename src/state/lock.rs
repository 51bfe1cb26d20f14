//! The lock on a state: one writer at a time, and whoever is refused is told who holds it.
//!
//! The lock is the operating system's, on a file beside the state, and dies with its holder: nothing has to be
//! cleaned up after a crash. What stands in the file is for people and decides nothing. The file stays when the
//! lock is given back, because removing it would let two processes lock two files of one name.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub who: String,
    pub host: String,
    pub pid: u32,
    /// RFC 3339.
    pub since: String,
    /// `apply`.
    pub command: String,
}

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

/// No lock.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("the state is locked{}", .holder.as_ref().map(|h| format!(" by {h}")).unwrap_or_default())]
    Held { holder: Option<Holder>, path: PathBuf },
    #[error("cannot lock {}", .path.display())]
    Io { path: PathBuf, source: io::Error },
}

impl Holder {
    /// This process.
    pub fn here(command: &str) -> Self {
        let named =
            |names: &[&str]| names.iter().find_map(|n| std::env::var(n).ok()).filter(|v| !v.is_empty());
        let host = || fs::read_to_string("/etc/hostname").ok().map(|h| h.trim().to_owned());
        let unknown = || "unknown".to_owned();
        Self {
            who: named(&["USER", "LOGNAME", "USERNAME"]).unwrap_or_else(unknown),
            host: named(&["HOSTNAME", "COMPUTERNAME"]).or_else(host).unwrap_or_else(unknown),
            pid: std::process::id(),
            since: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            command: command.to_owned(),
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { who, host, pid, since, command } = self;
        write!(f, "{who} on {host} (process {pid}, `{command}`, since {since})")
    }
}

impl Lock {
    /// Takes the lock or says who has it; never waits.
    ///
    /// # Errors
    /// Somebody holds it, or the file cannot be made.
    pub fn take(path: &Path, holder: &Holder) -> Result<Self, LockError> {
        let failed = |source| LockError::Io { path: path.to_owned(), source };
        let mut options = OpenOptions::new();
        // Not emptied here: until the lock is ours the words in it are somebody else's.
        options.read(true).write(true).create(true).truncate(false);
        let file = options.open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LockError::Held { holder: holder_in(path), path: path.to_owned() });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let mut lock = Self { file, path: path.to_owned() };
        lock.write(serde_json::to_string(holder).unwrap_or_default().as_bytes()).map_err(failed)?;
        Ok(lock)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(bytes)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Old words in it would only confuse.
        let _ = self.write(b"");
        // Closing the file is not enough: a process that is just being started still has a copy of it.
        let _ = self.file.unlock();
    }
}

fn holder_in(path: &Path) -> Option<Holder> {
    serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
}

#[cfg(test)]
mod tests;
