//! [`Outcome`]: how an apply ended, with everything that the summary and the exit code need.

use serde::{Deserialize, Serialize};

use crate::api::ApiError;
use crate::api::envelope::Failure;
use crate::api::error::Cause;
use crate::base::contract::Class;
use crate::model::Address;

/// Why a call did not do what it should.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    pub cause: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// A step and what went wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Troubled {
    pub step: String,
    pub address: Address,
    pub trouble: Trouble,
}

/// A step that was not tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    pub step: String,
    pub address: Address,
    /// The step that it hangs on.
    pub because: String,
    /// That one waits on a person: no failure.
    pub waits: bool,
}

/// A step that waits on a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub step: String,
    pub address: Address,
    pub reason: String,
}

/// Why steps are left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Halt {
    /// Asked to stop: what was in flight is finished.
    Asked,
    /// Asked twice: the journal holds what happened; the next run reads it.
    AtOnce,
    /// Nothing more can work in this run: quota, credentials, the app's state.
    Remote { trouble: Trouble },
    /// The journal could not be written; nothing is sent without it.
    Journal { cause: String },
    /// The state could not be saved; the journal holds what happened.
    Save { cause: String, remedy: Option<String> },
}

/// The figures of the summary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub planned: usize,
    pub done: usize,
    pub failed: usize,
    pub unknown: usize,
    pub skipped: usize,
    pub pending: usize,
    pub left: usize,
}

/// How it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Steps of the plan.
    pub planned: usize,
    /// Steps that succeeded, in the order in which they did.
    pub done: Vec<String>,
    pub failed: Vec<Troubled>,
    /// They may or may not have happened; the next run looks.
    pub unknown: Vec<Troubled>,
    pub skipped: Vec<Skipped>,
    pub pending: Vec<Waiting>,
    /// Never started, because the run was halted.
    pub left: Vec<String>,
    /// Said by the remote beside success: step and words.
    pub warnings: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub halted: Option<Halt>,
    /// The serial of the state that was saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<u64>,
}

impl Outcome {
    pub fn counts(&self) -> Counts {
        Counts {
            planned: self.planned,
            done: self.done.len(),
            failed: self.failed.len(),
            unknown: self.unknown.len(),
            skipped: self.skipped.len(),
            pending: self.pending.len(),
            left: self.left.len(),
        }
    }

    /// Whether everything happened that can happen without a person: exit 0.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty()
            && self.unknown.is_empty()
            && self.left.is_empty()
            && self.halted.is_none()
            && self.skipped.iter().all(|skipped| skipped.waits)
    }

    /// Whether anything was changed, or may have been: exit 5 rather than 1.
    pub fn did_anything(&self) -> bool {
        !self.done.is_empty() || !self.unknown.is_empty() || !self.pending.is_empty()
    }
}

/// What to do about a step whose refusal nobody has a better word for.
const fn by_class(class: Class) -> &'static str {
    match class {
        Class::Exists => "it came about meanwhile: run again, and it is taken over",
        Class::Absent => "it was taken away meanwhile: run again",
        Class::State => {
            "something is in a state that forbids it for now: settle that, or wait, then run again"
        }
        Class::Quota => "a limit of the tenant's plan or of the thing is reached: make room, then run again",
        Class::Permission => "the app may not do this: see its permissions in the developer console",
        Class::Fatal => "settle what the code says with the tenant's administrator, then run again",
        Class::Token
        | Class::Login
        | Class::Rate
        | Class::Retry
        | Class::RetryOnce
        | Class::Bug
        | Class::User
        | Class::NotApplicable => {
            "look the code up on the endpoint's page, mend what it names in the YAML and run again; support wants \
             the request id"
        }
    }
}

impl Trouble {
    /// Without the values that the remote quotes back, as they may be personal.
    pub fn of(error: &ApiError) -> Self {
        let cause = match error.cause() {
            Cause::Answer(Failure::Refused(refusal)) => {
                let mut words = format!("refused with code {} (HTTP {})", refusal.code, refusal.http);
                let fields = refusal.violations.iter().map(|v| format!("{}: {}", v.field, v.description));
                for part in Some(refusal.msg.clone()).into_iter().chain(fields).filter(|p| !p.is_empty()) {
                    words.push_str("; ");
                    words.push_str(&part);
                }
                words
            }
            other => other.to_string(),
        };
        Self {
            code: error.code(),
            request_id: error.request_id().map(ToString::to_string),
            cause,
            remedy: Some(error.remedy().unwrap_or(by_class(error.class())).to_owned()),
        }
    }

    pub(super) fn own(cause: impl Into<String>, remedy: Option<&str>) -> Self {
        Self { cause: cause.into(), remedy: remedy.map(str::to_owned), ..Self::default() }
    }

    /// The same without these texts in it.
    #[must_use]
    pub(super) fn without<'t>(mut self, secrets: impl Iterator<Item = &'t str>) -> Self {
        // Shorter ones would tear holes into ordinary words, and tell nothing.
        for secret in secrets.filter(|s| s.chars().count() >= 4) {
            self.cause = self.cause.replace(secret, "***");
        }
        self
    }
}
