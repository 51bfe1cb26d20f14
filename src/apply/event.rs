//! What happens during an apply, as data: for progress on a terminal and for NDJSON alike.
//!
//! Events come in the order in which the journal was written, over one channel. Nobody needs to listen.

use serde::{Deserialize, Serialize};

use super::outcome::{Counts, Trouble};
use crate::model::{Address, Verb};

/// `major.minor` of the events; minor versions only add.
pub const FORMAT: &str = "1.0";

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Started {
        format_version: String,
        run: String,
        steps: usize,
    },
    StepStarted {
        step: String,
        address: Address,
        verb: Verb,
        call: String,
    },
    StepDone {
        step: String,
        address: Address,
        done: usize,
        of: usize,
        warning: Option<String>,
    },
    StepFailed {
        step: String,
        address: Address,
        trouble: Trouble,
    },
    /// It may or may not have happened.
    StepUnknown {
        step: String,
        address: Address,
        trouble: Trouble,
    },
    StepSkipped {
        step: String,
        address: Address,
        because: String,
    },
    /// It waits on a person.
    StepPending {
        step: String,
        address: Address,
        reason: String,
    },
    /// Nothing new is started; calls in flight are waited for.
    Stopping {
        in_flight: usize,
        left: usize,
    },
    Finished {
        counts: Counts,
    },
}

impl Event {
    /// One line of NDJSON, without the line break.
    pub fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
