//! The plan as data: everything that `apply` will do and everything that a person reads before.
//!
//! Nothing in here is a closure or a secret. What is open until its step has run is an id ([`crate::model::Late`])
//! and nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{Action, Address, Cause, DeskKey, OnRemove, Pending, Record, StepDraft, Target, Value};

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The state that it was made from.
    pub lineage: String,
    pub serial: u64,
    /// Base address and app: a plan for one tenant is not applied to another.
    pub target: String,
    /// Which command line made it; empty until the command line says so.
    #[serde(default, skip_serializing_if = "Origin::is_empty")]
    pub origin: Origin,
    /// Every address that is declared or recorded, in order; what stays as it is too.
    pub changes: Vec<PlannedChange>,
    /// In an order that respects all dependencies.
    pub steps: Vec<Step>,
    /// What happens to the state alone, before the first step.
    pub bookkeeping: Vec<Bookkeeping>,
    /// Live things as they were seen, for every address that a step or a bookkeeping entry touches.
    pub based_on: BTreeMap<Address, Basis>,
    /// What is not planned because it could not be read.
    pub blocked: Vec<Blocked>,
    /// What the guards refuse. A plan that holds one is shown and never applied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<Refusal>,
    /// What is to be said of the plan as a whole: that `--target` left something out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Whom the rules of the manifest match, those that change nothing included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matched: Vec<Matched>,
    /// Helpdesks that calls may be about, and the variables with their tokens: who applies a saved plan has no manifest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub desks: Vec<DeskKey>,
    pub cost: Cost,
}

/// What a saved plan must know of the command that made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The state's file, where the manifest or the command line named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The words that plan the same again: files, variables, targets, what the guards were told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

impl Origin {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A rule about people, and whom it matched when the plan was made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Matched {
    pub address: Address,
    pub attribute: String,
    /// In words: `departments engineering; where user.job_title.startsWith("SRE")`.
    pub rule: String,
    pub people: Vec<Target>,
}

/// What a guard does not let through.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Refusal {
    /// The thing, or the first of the things, that would be taken away.
    pub address: Address,
    /// `max_destroy`, `prevent_destroy`, `on_delete`, or a kind's own: `booked`.
    pub guard: String,
    pub why: String,
    /// What lets it through when it is meant.
    pub flag: String,
}

/// What becomes of one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedChange {
    pub address: Address,
    pub action: Action,
    /// Set when the address moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_address: Option<Address>,
    /// The live thing, by the kind's own id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether the state knew it before.
    pub managed: bool,
    pub fields: Vec<PlannedField>,
    /// What a deletion, or a thing as a whole, looked like: all readable attributes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub before: BTreeMap<String, Value>,
    /// The name of what stays as it is, for those that refer to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<Value>,
    /// What was changed outside since the last apply: attribute, last applied, live.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drift: Vec<PlannedField>,
    /// What it drags along, and anything else that a person should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending: Vec<Pending>,
    /// Where it is declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// One attribute that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedField {
    pub name: String,
    /// `None`: it could not be read.
    pub before: Option<Value>,
    pub after: Value,
    pub cause: Cause,
    pub sensitive: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// A place in the YAML.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    pub file: String,
    pub line: usize,
}

/// One call to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// `department.engineering: leaders`.
    pub id: String,
    pub depends_on: Vec<Dependency>,
    #[serde(flatten)]
    pub draft: StepDraft,
}

/// Another step that must have succeeded, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Dependency {
    pub step: String,
    pub why: String,
}

/// A change of the state that needs no call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Bookkeeping {
    /// Put a live thing under management, or rewrite what is recorded of one, ids and applied attributes.
    Record {
        address: Address,
        record: Record,
    },
    Move {
        from: Address,
        to: Address,
    },
    /// No longer managed, or gone already.
    Forget {
        address: Address,
    },
    /// What is to be remembered of a thing that a step creates: protection, heirs.
    Remember {
        address: Address,
        prevent_destroy: bool,
        on_remove: Option<OnRemove>,
        on_delete: Option<Value>,
        pending: Vec<Pending>,
    },
}

/// A live thing as the plan saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// `None`: it was not there.
    pub id: Option<String>,
    /// Digests of what was seen of the live thing, by attribute or fact; of nothing where it was not there.
    pub seen: BTreeMap<String, String>,
}

/// An address for which nothing can be planned now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Blocked {
    pub address: Address,
    pub why: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// What applying costs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    pub calls: u64,
    /// By endpoint, the slowest first.
    pub endpoints: Vec<EndpointCost>,
    /// The best possible time, in milliseconds.
    pub at_best_ms: u64,
    /// The endpoint or lane that sets it.
    pub bottleneck: Option<String>,
}

/// The calls to one endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointCost {
    /// `POST /open-apis/contact/v3/users`.
    pub endpoint: String,
    pub calls: u64,
    /// `1000 a minute, 50 a second`.
    pub limit: String,
    pub at_best_ms: u64,
    /// The time in which the limit lets so many calls through, from full to full: what they use up of it. The last
    /// calls leave before it is over, since the first need not wait.
    #[serde(default)]
    pub quota_ms: u64,
}

/// The figures of the summary line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub add: usize,
    pub change: usize,
    pub destroy: usize,
    pub adopt: usize,
    pub moved: usize,
    pub forget: usize,
    pub pending: usize,
    pub blocked: usize,
}

impl Plan {
    /// Whether there is nothing to do: no step, and nothing that a person would call a change.
    pub fn is_empty(&self) -> bool {
        let s = self.summary();
        self.steps.is_empty() && s.add + s.change + s.destroy + s.adopt + s.moved + s.forget == 0
    }

    /// A replacement counts as one to add and one to destroy, as Terraform does.
    pub fn summary(&self) -> Summary {
        let mut s = Summary { blocked: self.blocked.len(), ..Summary::default() };
        for change in &self.changes {
            s.pending += change.pending.len();
            s.moved += usize::from(change.previous_address.is_some());
            match change.action {
                Action::Create => s.add += 1,
                Action::Update => s.change += 1,
                Action::Delete => s.destroy += 1,
                Action::Replace => {
                    s.add += 1;
                    s.destroy += 1;
                }
                Action::Adopt => {
                    s.adopt += 1;
                    s.change += usize::from(!change.fields.is_empty());
                }
                Action::Forget => s.forget += 1,
                Action::Keep => {}
            }
        }
        s
    }
}
