//! The shape of a plan's JSON: [`Document`] and its parts, in the order in which they are written.

use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::model::{Address, Cause, Verb};
use crate::plan::{Cost, Source, Summary};

pub(super) type Object = Map<String, Json>;

#[derive(Serialize)]
pub(super) struct Document<'p> {
    pub(super) format_version: &'static str,
    pub(super) lineage: &'p str,
    pub(super) serial: u64,
    pub(super) target: &'p str,
    /// Whether there is anything to apply.
    pub(super) changes: bool,
    pub(super) summary: Summary,
    pub(super) resource_changes: Vec<ResourceChange<'p>>,
    pub(super) resource_drift: Vec<ResourceChange<'p>>,
    pub(super) attributes: Vec<AttributeChange<'p>>,
    pub(super) steps: Vec<StepLine<'p>>,
    pub(super) pending: Vec<PendingLine<'p>>,
    pub(super) blocked: Vec<BlockedLine<'p>>,
    pub(super) refusals: Vec<RefusalLine<'p>>,
    pub(super) notes: Vec<Note<'p>>,
    pub(super) matched: Vec<MatchedLine<'p>>,
    pub(super) cost: &'p Cost,
}

/// Terraform's entry of `resource_changes` and `resource_drift`.
#[derive(Serialize)]
pub(in super::super) struct ResourceChange<'p> {
    pub(super) address: &'p Address,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) previous_address: Option<&'p Address>,
    pub(super) mode: &'static str,
    #[serde(rename = "type")]
    pub(super) kind: &'p str,
    pub(super) name: &'p str,
    pub(super) change: Change<'p>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) action_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<&'p Source>,
}

#[derive(Serialize)]
pub(super) struct Change<'p> {
    pub(super) actions: &'static [&'static str],
    pub(super) before: Option<Object>,
    pub(super) after: Option<Object>,
    pub(super) after_unknown: Object,
    pub(super) before_sensitive: Object,
    pub(super) after_sensitive: Object,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) replace_paths: Vec<[&'p str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) importing: Option<Importing<'p>>,
}

#[derive(Serialize)]
pub(super) struct Importing<'p> {
    pub(super) id: &'p str,
}

#[derive(Serialize)]
pub(super) struct AttributeChange<'p> {
    pub(super) address: &'p Address,
    pub(super) name: &'p str,
    /// Missing where it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) before: Option<Json>,
    pub(super) after: Json,
    pub(super) cause: Cause,
    pub(super) sensitive: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<&'p Source>,
}

#[derive(Serialize)]
pub(super) struct StepLine<'p> {
    pub(super) id: String,
    pub(super) address: &'p Address,
    pub(super) action: Verb,
    /// Undone by a later step.
    pub(super) temporary: bool,
    pub(super) method: &'p str,
    pub(super) path: &'p str,
    pub(super) reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lane: Option<&'p str>,
    /// The helpdesk that the call is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) desk: Option<&'p str>,
    pub(super) depends_on: Vec<Dependency>,
}

#[derive(Serialize)]
pub(super) struct Dependency {
    pub(super) step: String,
    pub(super) reason: String,
}

#[derive(Serialize)]
pub(super) struct PendingLine<'p> {
    pub(super) address: &'p Address,
    pub(super) attributes: &'p [String],
    pub(super) reason: String,
}

#[derive(Serialize)]
pub(super) struct BlockedLine<'p> {
    pub(super) address: &'p Address,
    pub(super) why: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remedy: Option<String>,
}

#[derive(Serialize)]
pub(super) struct RefusalLine<'p> {
    pub(super) address: &'p Address,
    pub(super) guard: &'p str,
    pub(super) why: String,
    pub(super) flag: String,
}

#[derive(Serialize)]
pub(super) struct Note<'p> {
    /// Missing where it is said of the plan as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<&'p Address>,
    pub(super) text: String,
}

#[derive(Serialize)]
pub(super) struct MatchedLine<'p> {
    pub(super) address: &'p Address,
    pub(super) attribute: &'p str,
    pub(super) rule: String,
    pub(super) people: Vec<Json>,
}
