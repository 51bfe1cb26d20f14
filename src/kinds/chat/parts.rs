//! What is in a chat beside people and settings: announcement, tabs, menu, top notice, picture.
//!
//! Each part is a folder with its attribute, its reading, its rules and its calls; here they are asked together.

use std::collections::BTreeSet;

use super::announcement;
use super::avatar;
use super::menu;
use super::steps::FILLED;
use super::tabs;
use super::top_notice;
use crate::api::{ApiError, Draft, Reader};
use crate::base::diag::Diagnostics;
use crate::model::{
    Action, Call, Declared, Fact, Gap, Late, LateId, Live, Record, StepDraft, Target, Value, Verb, Wanted,
};
use crate::resource::{Drafts, ThingChange, Work};

/// Those that take calls of their own to read.
const READ: [&str; 3] = [announcement::NAME, tabs::NAME, menu::NAME];

/// Offline rules.
pub(super) fn check(thing: &Declared, problems: &mut Diagnostics) {
    announcement::check(thing, problems);
    tabs::check(thing, problems);
    menu::check(thing, problems);
}

/// Declared values in the form of live ones.
pub(super) fn normal(attribute: &str, value: Value) -> Value {
    match attribute {
        announcement::NAME => announcement::normal(value),
        tabs::NAME => tabs::normal(value),
        menu::NAME => menu::normal(value),
        _ => value,
    }
}

/// Whether a live value satisfies a declared one; nothing for attributes that are none of these.
pub(super) fn same(attribute: &str, declared: &Wanted, live: &Value) -> Option<bool> {
    match attribute {
        announcement::NAME => Some(announcement::same(declared.value(), live)),
        tabs::NAME => Some(tabs::same(declared.value(), live)),
        menu::NAME => Some(menu::same(declared.value(), live)),
        avatar::NAME => Some(avatar::same(declared.value(), live)),
        _ => None,
    }
}

/// The parts that have to be read: what is declared, and what was applied, so that a saved plan sees it move.
pub(super) fn wanted(thing: Option<&Declared>, record: Option<&Record>) -> BTreeSet<&'static str> {
    let declared = |name: &str| thing.is_some_and(|thing| thing.attributes.contains_key(name));
    let applied = |name: &str| record.is_some_and(|record| record.applied.contains_key(name));
    READ.into_iter().filter(|name| declared(name) || applied(name)).collect()
}

/// Reads these parts of a chat that the bot is in.
pub(super) async fn read(
    reader: &Reader,
    parts: &BTreeSet<&'static str>,
    record: Option<&Record>,
    live: &mut Live,
    gaps: &mut Vec<Gap>,
) {
    for part in parts {
        let done = match *part {
            announcement::NAME => announcement::read(reader, live).await,
            tabs::NAME => tabs::read(reader, record, live).await,
            _ => menu::read(reader, record, live).await,
        };
        if let Err(error) = done {
            gaps.push(Gap {
                what: format!("the {part} of {}", live.id),
                why: error.to_string(),
                remedy: error.remedy().map(str::to_owned),
            });
        }
    }
}

/// One GET about a chat.
pub(super) async fn get(reader: &Reader, path: &str, id: &str) -> Result<serde_json::Value, ApiError> {
    let request = Draft::to("GET", path).path("chat_id", id);
    match request.read() {
        Ok(request) => Ok(reader.get(&request).await?.value),
        // The paths are ours and of the contract.
        Err(_) => Ok(serde_json::Value::Null),
    }
}

/// One chat whose parts change, and what of it was proposed so far.
#[derive(Debug)]
pub(super) struct Parts<'s, 'w> {
    pub(super) work: &'s Work<'w>,
    pub(super) change: &'s ThingChange<'w>,
    steps: Vec<StepDraft>,
    uploads: BTreeSet<String>,
}

impl<'s, 'w> Parts<'s, 'w> {
    pub(super) fn new(work: &'s Work<'w>, change: &'s ThingChange<'w>) -> Self {
        Self { work, change, steps: Vec::new(), uploads: BTreeSet::new() }
    }

    /// The calls for these parts; `may` says of each whether the bot may change it.
    pub(super) fn plan(mut self, may: impl Fn(&str) -> bool, out: &mut Drafts) -> Vec<StepDraft> {
        let changes = |name: &str| self.change.changes(name) && may(name);
        let (picture, text) = (changes(avatar::NAME), changes(announcement::NAME));
        let (tabs, menu, notice) = (changes(tabs::NAME), changes(menu::NAME), changes(top_notice::NAME));
        if picture {
            avatar::steps(&mut self);
        }
        if text {
            announcement::steps(&mut self, out);
        }
        if tabs {
            tabs::steps(&mut self, out);
        }
        if menu {
            menu::steps(&mut self);
        }
        if notice {
            top_notice::steps(&mut self);
        }
        self.steps
    }

    pub(super) fn is_new(&self) -> bool {
        matches!(self.change.action, Action::Create | Action::Replace) || self.change.live.is_none()
    }

    pub(super) fn live(&self) -> Option<&'w Live> {
        self.change.live.filter(|_| !self.is_new())
    }

    /// The chat's own id.
    pub(super) fn id(&self) -> Late {
        self.work.id_of(&Target::Address(self.change.address.clone()), "id")
    }

    /// An id that one of this chat's steps brings.
    pub(super) fn own(&self, id: &str) -> Late {
        Late::Id { late: LateId { address: self.change.address.clone(), id: id.to_owned(), form: None } }
    }

    pub(super) fn fact(&self, part: &str) -> Fact {
        Fact::Settled(part.to_owned(), self.change.address.clone())
    }

    pub(super) fn call(&self, method: &str, path: &str) -> Call {
        Call::new(method, path).param("chat_id", self.id())
    }

    pub(super) fn step(&self, what: impl Into<String>, call: Call) -> StepDraft {
        let step = StepDraft::new(self.change.address.clone(), Verb::Update, what, call).gives(self.fact(FILLED));
        if !self.is_new() {
            return step;
        }
        step.needs(Fact::Exists(self.change.address.clone()), "the chat exists")
    }

    pub(super) fn push(&mut self, step: StepDraft) {
        self.steps.push(step);
    }

    /// Uploads a picture, once in a plan, and gives the fact that it is there.
    pub(super) fn upload(&mut self, kind: &str, picture: &Value, id: &str) -> Option<Fact> {
        let path = picture.get("file").and_then(Value::as_text)?;
        let digest = picture.get("sha256").and_then(Value::as_text)?;
        let fact = self.fact(id);
        if self.uploads.insert(id.to_owned()) {
            let body = serde_json::json!({ "image_type": kind });
            let call = Call::new("POST", "/open-apis/im/v1/images").body(body).file("image", path, digest);
            let mut step = self.step(format!("upload {path}"), call).gives(fact.clone());
            step.captures.push(crate::model::Capture { pointer: "/image_key".to_owned(), id: id.to_owned() });
            self.push(step);
        }
        Some(fact)
    }
}

/// An id that is open, for a body.
pub(super) fn json(late: &Late) -> serde_json::Value {
    match late {
        Late::Known(id) => serde_json::Value::String(id.clone()),
        Late::Id { late } => serde_json::json!({ "$late": late }),
    }
}

/// A web address as the service gives it back: a bare host gets its slash.
pub(super) fn address(url: &str) -> String {
    let bare = url.split_once("://").is_some_and(|(_, rest)| !rest.contains(['/', '?', '#']));
    if bare { format!("{url}/") } else { url.to_owned() }
}
