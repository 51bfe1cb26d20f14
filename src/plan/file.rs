//! The sealed plan file: versioned JSON with a checksum over the plan, so that what is applied is what was approved.
//!
//! It holds no credentials; it does hold the values that will be sent, personal data among them, as the calls do.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::data::Plan;
use crate::base::digest::sha256;

/// `major.minor`: minor versions only add, and an unknown major is refused.
pub const FORMAT: &str = "1.0";
const MAJOR: &str = "1";
const MARK: &str = "larkctl plan";

/// What cannot be read, and why.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("it is no plan of larkctl")]
    NotAPlan(#[source] Option<serde_json::Error>),
    #[error("it ends too early, at line {line}: it was not written or copied completely")]
    Truncated { line: usize },
    #[error("its format is {0}, and this larkctl reads {FORMAT}: use the larkctl that wrote it")]
    UnknownVersion(String),
    #[error("its checksum does not match: it was changed after it was written")]
    Broken,
    #[error("its plan cannot be understood")]
    Unreadable(#[source] serde_json::Error),
    #[error("the plan cannot be written")]
    Unwritable(#[source] serde_json::Error),
}

#[derive(Serialize)]
struct Sealed<'p> {
    format: &'static str,
    format_version: &'static str,
    checksum: String,
    plan: &'p Json,
}

#[derive(Deserialize)]
struct Opened {
    format: String,
    format_version: String,
    #[serde(default)]
    checksum: String,
    #[serde(default)]
    plan: Json,
}

/// Gives the file's text.
pub fn seal(plan: &Plan) -> Result<String, FileError> {
    let plan = serde_json::to_value(plan).map_err(FileError::Unwritable)?;
    let sealed = Sealed { format: MARK, format_version: FORMAT, checksum: checksum(&plan), plan: &plan };
    let mut text = serde_json::to_string_pretty(&sealed).map_err(FileError::Unwritable)?;
    text.push('\n');
    Ok(text)
}

/// Reads a plan back.
pub fn open(text: &str) -> Result<Plan, FileError> {
    let opened: Opened = serde_json::from_str(text).map_err(|error| {
        if error.is_eof() && !text.trim().is_empty() {
            FileError::Truncated { line: error.line() }
        } else {
            FileError::NotAPlan(Some(error))
        }
    })?;
    if opened.format != MARK {
        return Err(FileError::NotAPlan(None));
    }
    if opened.format_version.split('.').next() != Some(MAJOR) {
        return Err(FileError::UnknownVersion(opened.format_version));
    }
    if checksum(&opened.plan) != opened.checksum {
        return Err(FileError::Broken);
    }
    serde_json::from_value(opened.plan).map_err(FileError::Unreadable)
}

/// Over the tree, not the text: white space may change on the way.
fn checksum(plan: &Json) -> String {
    format!("sha256:{}", sha256(plan.to_string().as_bytes()))
}
