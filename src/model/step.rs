//! [`StepDraft`]: one call that a kind proposes, as data. The planner links drafts into steps; apply sends them.
//!
//! A draft says what it needs and what it gives as [`Fact`]s and never names another step: a need is met by all
//! steps that give the fact, and by the world when none does. What it takes from and returns to a unique
//! namespace are [`Claim`]s; a circle of claims (two people swap numbers) is broken with the draft's own
//! [`Parked`] step. The one thing that may be open until its step has run is an id: [`Late`].

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::address::Address;

/// What kind of call it is, for people and for the order of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    Create,
    Update,
    Delete,
    /// A value or parent that stands in for a while.
    Park,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepDraft {
    pub address: Address,
    pub verb: Verb,
    /// Says in a few words what the call does: `create`, `leaders`, `add 37 members`. Unique within the address.
    pub what: String,
    pub call: Call,
    pub needs: Vec<Need>,
    pub gives: Vec<Fact>,
    /// Unique values that it takes.
    pub takes: Vec<Claim>,
    /// Unique values that it returns.
    pub frees: Vec<Claim>,
    /// How to return a value early, for a circle of claims.
    pub parks: Vec<Parked>,
    /// Steps of one lane run one at a time, in plan order.
    pub lane: Option<String>,
    /// Nobody could find out afterwards what became of it: it runs late and while nothing else is under way, so
    /// that an end at another call never leaves it in doubt.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub alone: bool,
    /// Attributes that are applied when it succeeds: [`super::Value`] in full; apply hashes what is
    /// sensitive before it is kept.
    pub applies: BTreeMap<String, super::Value>,
    /// Which of `applies` are kept as hashes only. The planner fills it from the kind's table.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub sensitive: BTreeSet<String>,
    /// Ids to read from the answer.
    pub captures: Vec<Capture>,
    /// Ids that are known once it succeeded, without reading them: `id` of a thing whose id we choose.
    pub ids: BTreeMap<String, String>,
    /// The thing is gone from the state when it succeeded.
    pub forgets: bool,
    /// Refusals that are no failures.
    pub accepts: Vec<Accept>,
    /// What must be looked at inside a success.
    pub verify: Option<Verify>,
    /// Lists inside a success of what was not done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leftovers: Vec<Leftover>,
    /// The idempotency key of an earlier run that sent this step and learnt nothing of it: this one is sent under the
    /// same key, or not at all. The planner fills it from the state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<String>,
}

/// Method, path template as in the contract, and the parts to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    pub method: String,
    pub path: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, Late>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub query: Vec<(String, Late)>,
    /// Objects of the form `{"$late": {"address": …, "id": …}}` anywhere inside are filled in; with
    /// `"as": "int"` the id is written as a number. `{"$text": …}` goes out as the text of that JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Json>,
    /// The query parameter for an idempotency key, which apply makes and writes down before it sends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// A file that goes along: the call is a form, and the texts of `body` are its other fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileRef>,
    /// The helpdesk that it is about. Its own credential goes along; what that is, the client knows and no plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk: Option<String>,
}

/// A helpdesk and the name of the environment variable with its token.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DeskKey {
    pub desk: String,
    pub variable: String,
}

/// A file beside the manifest, named by what is in it: a plan holds no bytes, and a file that is another one by the
/// time of applying is not sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileRef {
    /// The field of the form.
    pub field: String,
    /// As it is found from where the plan was made.
    pub path: String,
    /// In hex.
    pub sha256: String,
}

/// A text that is known, or an id that a step will bring.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Late {
    Known(String),
    Id {
        #[serde(rename = "$late")]
        late: LateId,
    },
}

/// `id` names which of the thing's ids: `id`, `enum_value`, …
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LateId {
    pub address: Address,
    pub id: String,
    /// `int`: written as a number in a body. `after_last_:TEXT`: a part of the thing, whose id is this one with TEXT
    /// in the place of what follows the last underscore.
    #[serde(rename = "as", default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
}

impl From<&str> for Late {
    fn from(text: &str) -> Self {
        Self::Known(text.to_owned())
    }
}

impl From<String> for Late {
    fn from(text: String) -> Self {
        Self::Known(text)
    }
}

/// Something that a step can bring about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    Exists(Address),
    Gone(Address),
    /// A part of a thing reached its declared state: `leaders`, `members`, `left`, …
    Settled(String, Address),
}

/// A fact that must hold first, and why, in words that follow "after": `its parent exists`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    pub fact: Fact,
    pub why: String,
}

/// A value that only one thing may hold at a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Claim {
    /// `user mobile`, `name under department.hq`, …
    pub space: String,
    pub value: String,
}

/// A call that returns `frees` early by putting a stand-in there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    pub frees: Claim,
    /// Its own claim on the stand-in value.
    pub takes: Claim,
    pub what: String,
    pub call: Call,
    pub lane: Option<String>,
}

/// What the name of an id begins with that only later steps of the same run need: it is not kept.
pub const FLEETING: char = '~';

/// An id in the answer: a JSON pointer into `data`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    pub pointer: String,
    pub id: String,
}

/// A code of this endpoint that is no failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accept {
    /// The wanted state holds already.
    Done { code: i64 },
    /// It waits on a person, with this reason.
    Pending { code: i64, reason: String },
    /// It happened but for a part (44054…): applied, with a warning.
    Warned { code: i64, warning: String, except: Vec<String> },
}

/// Results of single items inside an answer of code 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verify {
    /// JSON pointer to the list inside `data`.
    pub list: String,
    /// The field of an item with its outcome.
    pub field: String,
    /// Outcomes that are fine.
    pub fine: Vec<i64>,
    /// The field of an item with the id, for the message.
    pub id: String,
    /// Words for the other outcomes.
    pub words: BTreeMap<i64, String>,
    /// The list holds what was carried out and says nothing of the rest: it must have so many items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<usize>,
}

/// A list of ids inside an answer of code 0, for which the call was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leftover {
    /// JSON pointer to the list inside `data`; it may be missing.
    pub list: String,
    /// What it means for each id: `u1: has resigned`.
    pub words: String,
    pub means: Meaning,
    /// Ids of which it was to be expected: they wait on a person and are no failure.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub expected: BTreeSet<String>,
    /// Instead, ids that must be in the list, where there is one: what it lacks is left over.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub present: BTreeSet<String>,
}

/// What ids that were left over mean for the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    Failure,
    /// Somebody has to act.
    Waiting,
    /// Said, and nothing of the step counts as applied: the next plan looks.
    Warning,
}

impl StepDraft {
    /// A call with nothing needed and nothing given.
    pub fn new(address: Address, verb: Verb, what: impl Into<String>, call: Call) -> Self {
        Self {
            address,
            verb,
            what: what.into(),
            call,
            needs: Vec::new(),
            gives: Vec::new(),
            takes: Vec::new(),
            frees: Vec::new(),
            parks: Vec::new(),
            lane: None,
            alone: false,
            applies: BTreeMap::new(),
            sensitive: BTreeSet::new(),
            captures: Vec::new(),
            ids: BTreeMap::new(),
            forgets: false,
            accepts: Vec::new(),
            verify: None,
            leftovers: Vec::new(),
            again: None,
        }
    }

    #[must_use]
    pub fn needs(mut self, fact: Fact, why: impl Into<String>) -> Self {
        self.needs.push(Need { fact, why: why.into() });
        self
    }

    #[must_use]
    pub fn gives(mut self, fact: Fact) -> Self {
        self.gives.push(fact);
        self
    }

    #[must_use]
    pub fn accepts(mut self, accept: Accept) -> Self {
        self.accepts.push(accept);
        self
    }
}

impl Call {
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            params: BTreeMap::new(),
            query: Vec::new(),
            body: None,
            token: None,
            file: None,
            desk: None,
        }
    }

    #[must_use]
    pub fn desk(mut self, id: &str) -> Self {
        self.desk = Some(id.to_owned());
        self
    }

    #[must_use]
    pub fn file(mut self, field: &str, path: &str, sha256: &str) -> Self {
        let (field, path, sha256) = (field.to_owned(), path.to_owned(), sha256.to_owned());
        self.file = Some(FileRef { field, path, sha256 });
        self
    }

    #[must_use]
    pub fn param(mut self, name: &str, value: impl Into<Late>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }

    #[must_use]
    pub fn query(mut self, name: &str, value: impl Into<Late>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    #[must_use]
    pub fn body(mut self, body: Json) -> Self {
        self.body = Some(body);
        self
    }
}
