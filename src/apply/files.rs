//! Files that go along with calls: read when they are needed, and only what the plan has seen.
//!
//! A plan names a file by its path and its digest. All of them are looked at before the first call, so that a run
//! does not stop half-way for a file that somebody deleted; and each again when it is sent.

use std::fs;
use std::io;

use crate::base::digest::sha256;
use crate::model::FileRef;
use crate::plan::Plan;

/// A file that cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("{path}, which {step} sends, cannot be read: {source}")]
    Unreadable { path: String, step: String, source: io::Error },
    #[error("{path}, which {step} sends, is not what it was when the plan was made")]
    Changed { path: String, step: String },
}

impl FileError {
    pub(super) fn remedy() -> &'static str {
        "plan again; a saved plan finds its files from the folder that it was made in"
    }
}

/// Looks at every file of a plan.
pub(super) fn look(plan: &Plan) -> Result<(), FileError> {
    for step in &plan.steps {
        if let Some(file) = &step.draft.call.file {
            read(file, &step.id)?;
        }
    }
    Ok(())
}

/// The bytes of a file, if they are those that were planned.
pub(super) fn read(file: &FileRef, step: &str) -> Result<Vec<u8>, FileError> {
    let (path, step) = (file.path.clone(), step.to_owned());
    match fs::read(&file.path) {
        Ok(bytes) if sha256(&bytes) == file.sha256 => Ok(bytes),
        Ok(_) => Err(FileError::Changed { path, step }),
        Err(source) => Err(FileError::Unreadable { path, step, source }),
    }
}
