//! One step: its draft → a request, and the reply → a [`Verdict`]. Both are pure, but for the file that a call may
//! carry; what sends is a [`Sender`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use serde_json::Value as Json;

use super::files::{self, FileError};
use super::late;
use super::outcome::Trouble;
use crate::api::client::Outcome;
use crate::api::request::Form;
use crate::api::{ApiError, Draft, WriteRequest, Writer};
use crate::model::{Accept, FileRef, Meaning, StepDraft, Value, Verify, kept};
use crate::state::Document;

/// A reply on its way.
pub type Sending<'s> = Pin<Box<dyn Future<Output = Reply> + Send + 's>>;

/// What sends. A trait so that the walker is tested without a network.
pub trait Sender: fmt::Debug + Send + Sync {
    fn send<'s>(&'s self, request: &'s WriteRequest) -> Sending<'s>;
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// `data` of the answer.
    Done(Json),
    /// Nothing changed.
    Refused(Fault),
    /// It may or may not have been carried out.
    Unknown(Fault),
}

/// A call that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub trouble: Trouble,
    /// Nothing more can work in this run.
    pub stops_run: bool,
}

impl Fault {
    fn of(error: &ApiError) -> Self {
        Self { trouble: Trouble::of(error), stops_run: error.stops_run() }
    }

    fn own(cause: String, remedy: &str) -> Self {
        Self { trouble: Trouble::own(cause, Some(remedy)), stops_run: false }
    }
}

impl Sender for Writer {
    fn send<'s>(&'s self, request: &'s WriteRequest) -> Sending<'s> {
        Box::pin(async move {
            match Self::send(self, request).await {
                Outcome::Done(answer) => Reply::Done(answer.value),
                Outcome::Refused(error) => Reply::Refused(Fault::of(&error)),
                Outcome::Unknown(error) => Reply::Unknown(Fault::of(&error)),
            }
        })
    }
}

/// What a reply means for the step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Done {
        ids: BTreeMap<String, String>,
        applied: BTreeMap<String, Json>,
        warning: Option<String>,
    },
    /// It waits on a person.
    Pending {
        reason: String,
    },
    Failed(Fault),
    Unknown(Fault),
}

pub(super) const LOOK: &str = "run again: the next plan looks whether it happened";

/// Builds the request of a step.
///
/// # Errors
/// An id is missing, or the contract does not know such a call.
pub fn prepare(draft: &StepDraft, token: Option<&str>, known: &Document) -> Result<WriteRequest, Trouble> {
    let id = |address: &_, id: &str| known.things.get(address)?.ids.get(id).map(String::as_str);
    let filled = late::fill(&draft.call, token, &id).map_err(|e| {
        Trouble::own(e.to_string(), Some("run again: the next plan reads it from the tenant"))
    })?;
    let mut request = Draft::to(&filled.method, &filled.path);
    for (name, value) in filled.params {
        request = request.path(&name, value);
    }
    for (name, value) in filled.query {
        request = request.query(&name, value);
    }
    if let Some(desk) = &draft.call.desk {
        request = request.desk(desk);
    }
    match (&draft.call.file, filled.body) {
        (Some(file), body) => {
            let bytes = files::read(file, &draft.what)
                .map_err(|e| Trouble::own(e.to_string(), Some(FileError::remedy())))?;
            request = request.form(form(file, body.as_ref(), bytes));
        }
        (None, Some(body)) => request = request.body(body),
        (None, None) => {}
    }
    request.write().map_err(|e| {
        let cause = e.to_string();
        Trouble::own(cause, Some("this is a bug of larkctl: report it with the plan"))
            .without(personal(draft))
    })
}

/// The fields of a body as the texts of a form.
fn form(file: &FileRef, body: Option<&Json>, bytes: Vec<u8>) -> Form {
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fields = body.and_then(Json::as_object).into_iter().flatten();
    // The name says nothing to the tenant, and a path of this machine is none of its business.
    let name = file.path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    Form {
        texts: fields.map(|(name, value)| (name.clone(), text(value))).collect(),
        field: file.field.clone(),
        name,
        bytes: bytes.into(),
    }
}

/// Judges a reply.
pub fn judge(draft: &StepDraft, reply: Reply, lineage: &str) -> Verdict {
    match reply {
        Reply::Done(data) => succeeded(draft, &data, lineage),
        Reply::Refused(fault) => {
            accepted(draft, &fault, lineage).unwrap_or_else(|| Verdict::Failed(masked(draft, fault)))
        }
        // A code that says how things are now says it whatever became of earlier attempts.
        Reply::Unknown(fault) => accepted(draft, &fault, lineage).unwrap_or_else(|| {
            let mut fault = masked(draft, fault);
            fault.trouble.remedy.get_or_insert_with(|| LOOK.to_owned());
            Verdict::Unknown(fault)
        }),
    }
}

fn masked(draft: &StepDraft, fault: Fault) -> Fault {
    Fault { trouble: fault.trouble.without(personal(draft)), ..fault }
}

/// The texts of a step that messages must not show.
fn personal(draft: &StepDraft) -> impl Iterator<Item = &str> {
    let values = draft.sensitive.iter().filter_map(|name| draft.applies.get(name));
    values.flat_map(texts)
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Text(text) => vec![text],
        Value::List(_) | Value::Set(_) => value.elements().flat_map(texts).collect(),
        Value::Map(map) => map.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Ref(_) => Vec::new(),
    }
}

fn accepted(draft: &StepDraft, fault: &Fault, lineage: &str) -> Option<Verdict> {
    let answered = fault.trouble.code?;
    draft.accepts.iter().find_map(|accept| match accept {
        Accept::Done { code } if *code == answered => Some(done(draft, lineage, BTreeMap::new(), &[], None)),
        Accept::Pending { code, reason } if *code == answered => {
            Some(Verdict::Pending { reason: reason.clone() })
        }
        Accept::Warned { code, warning, except } if *code == answered => {
            Some(done(draft, lineage, BTreeMap::new(), except, Some(warning.clone())))
        }
        Accept::Done { .. } | Accept::Pending { .. } | Accept::Warned { .. } => None,
    })
}

fn succeeded(draft: &StepDraft, data: &Json, lineage: &str) -> Verdict {
    if let Some(verify) = &draft.verify
        && let Err(verdict) = verified(verify, data)
    {
        return verdict;
    }
    let warning = match left_over(draft, data) {
        Ok(warning) => warning,
        Err(verdict) => return verdict,
    };
    let mut ids = BTreeMap::new();
    for capture in &draft.captures {
        let found = match data.pointer(&capture.pointer) {
            Some(Json::String(id)) if !id.is_empty() => id.clone(),
            Some(Json::Number(id)) => id.to_string(),
            // Fields whose scope is missing are left out. Only without its own id is a thing lost.
            _ if capture.id != "id" || draft.ids.contains_key("id") => continue,
            _ => {
                let cause = format!("the answer holds no id at {}", capture.pointer);
                return Verdict::Unknown(Fault::own(cause, LOOK));
            }
        };
        ids.insert(capture.id.clone(), found);
    }
    let nothing: Vec<String> =
        if warning.is_some() { draft.applies.keys().cloned().collect() } else { Vec::new() };
    done(draft, lineage, ids, &nothing, warning)
}

/// Looks at the lists of what was not done: failures come before what waits, what waits before warnings.
fn left_over(draft: &StepDraft, data: &Json) -> Result<Option<String>, Verdict> {
    let mut found: BTreeMap<u8, Vec<String>> = BTreeMap::new();
    for leftover in &draft.leftovers {
        let Some(list) = data.pointer(&leftover.list).and_then(Json::as_array) else { continue };
        let listed = list.iter().map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
        let mut ids: BTreeSet<String> = listed.collect();
        if !leftover.present.is_empty() {
            ids = leftover.present.difference(&ids).cloned().collect();
        }
        for id in ids {
            let rank = match leftover.means {
                _ if leftover.expected.contains(&id) => 1,
                Meaning::Failure => 0,
                Meaning::Waiting => 1,
                Meaning::Warning => 2,
            };
            found.entry(rank).or_default().push(format!("{id}: {}", leftover.words));
        }
    }
    match found.pop_first() {
        None => Ok(None),
        Some((0, bad)) => {
            let cause = format!("refused: {}", bad.join(", "));
            Err(Verdict::Failed(Fault::own(cause, "mend these and run again; the others are in place")))
        }
        Some((1, waiting)) => Err(Verdict::Pending { reason: waiting.join(", ") }),
        Some((_, said)) => Ok(Some(format!("{}: plan again to see how it is now", said.join(", ")))),
    }
}

fn done(
    draft: &StepDraft,
    lineage: &str,
    captured: BTreeMap<String, String>,
    except: &[String],
    warning: Option<String>,
) -> Verdict {
    let mut ids = draft.ids.clone();
    ids.extend(captured);
    let applied = draft
        .applies
        .iter()
        .filter(|(name, _)| !except.contains(name))
        .map(|(name, value)| (name.clone(), kept(lineage, value, draft.sensitive.contains(name))));
    Verdict::Done { ids, applied: applied.collect(), warning }
}

/// Looks at the results of single items.
fn verified(verify: &Verify, data: &Json) -> Result<(), Verdict> {
    let Some(items) = data.pointer(&verify.list).and_then(Json::as_array) else {
        let cause = format!("the answer has no list at {}", verify.list);
        return Err(Verdict::Unknown(Fault::own(cause, LOOK)));
    };
    if let Some(whole) = verify.whole {
        if items.len() >= whole {
            return Ok(());
        }
        let missing = whole - items.len();
        let cause =
            format!("{missing} of {whole} are missing from the answer, which lists what was carried out");
        let remedy =
            "run again: who was there already is passed over, and what is still wanted is tried once more";
        return Err(Verdict::Failed(Fault::own(cause, remedy)));
    }
    let mut bad = Vec::new();
    for item in items {
        let field = |name: &str| item.get(name).or_else(|| item.pointer(name));
        let result = field(&verify.field).and_then(|r| r.as_i64().or_else(|| r.as_str()?.parse().ok()));
        if result.is_some_and(|result| verify.fine.contains(&result)) {
            continue;
        }
        let who = match field(&verify.id) {
            Some(Json::String(id)) => id.clone(),
            Some(other) => other.to_string(),
            None => "?".to_owned(),
        };
        bad.push(match result.map(|result| (result, verify.words.get(&result))) {
            Some((_, Some(words))) => format!("{who}: {words}"),
            Some((result, None)) => format!("{who}: result {result}"),
            None => format!("{who}: no result"),
        });
    }
    if bad.is_empty() {
        return Ok(());
    }
    let cause = format!("{} of {} refused: {}", bad.len(), items.len(), bad.join(", "));
    Err(Verdict::Failed(Fault::own(cause, "mend these and run again; the others are in place")))
}

#[cfg(test)]
mod tests;
