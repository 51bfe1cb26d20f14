//! Durable writing, as data: the operations that bring a file to its new content, in the order in which they must
//! reach the disk.
//!
//! They are a list so that a test can stop after each one, and in the middle of a write.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// One operation on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// Makes or empties the file and writes it.
    Write(PathBuf, Vec<u8>),
    Sync(PathBuf),
    Rename(PathBuf, PathBuf),
    /// A rename is on the disk once its folder is.
    SyncFolder(PathBuf),
}

/// What replaces a file's content so that at any moment it is the old one or the new one.
pub fn replace(path: &Path, bytes: Vec<u8>) -> Vec<Op> {
    let beside = with_suffix(path, ".tmp");
    vec![
        Op::Write(beside.clone(), bytes),
        Op::Sync(beside.clone()),
        Op::Rename(beside, path.to_owned()),
        Op::SyncFolder(folder(path)),
    ]
}

/// Writes a file that only its owner may read: whole, or as it was before.
///
/// # Errors
/// When the folder or the file cannot be written.
pub fn write_private(path: &Path, bytes: Vec<u8>) -> io::Result<()> {
    let done = replace(path, bytes).iter().try_for_each(Op::perform);
    if done.is_err() {
        // The half that may lie beside it is of no use to anybody.
        let _ = fs::remove_file(with_suffix(path, ".tmp"));
    }
    done
}

impl Op {
    pub fn perform(&self) -> io::Result<()> {
        match self {
            Self::Write(path, bytes) => private(path)?.write_all(bytes),
            Self::Sync(path) => OpenOptions::new().write(true).open(path)?.sync_all(),
            Self::Rename(from, to) => fs::rename(from, to),
            Self::SyncFolder(path) => sync_folder(path),
        }
    }
}

/// The folder that a file lies in.
pub fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

/// Opens a file for writing that others on the machine cannot read: it names people.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Folders cannot be opened as files there; the file system journals renames itself.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
