//! An outcome for programs.

use serde::Serialize;

use super::super::json::{written, written_line};
use super::super::wording::Wording;
use super::{Applied, OutcomeView, halted};
use crate::apply::outcome::Troubled;
use crate::model::Address;

/// The version of the JSON.
const FORMAT_VERSION: &str = "1.0";

/// The whole document as text.
pub fn json(view: OutcomeView<'_>) -> String {
    document(view, |document| written(document))
}

/// The same in one line, the last of the events.
pub fn json_line(view: OutcomeView<'_>) -> String {
    document(view, |document| written_line(document))
}

fn document(view: OutcomeView<'_>, write: impl Fn(&Document<'_>) -> String) -> String {
    let wording = Wording::of_plan(view.plan, view.kinds, view.show);
    let own = view.personal(&wording);
    let clear = |text: &str| wording.clear(text, &[]);
    let said =
        |address: &Address, text: &str| wording.clear(text, own.get(address).map_or(&[], Vec::as_slice));
    // A step is named by its address, which is nobody's secret, and what it does, which can quote a value.
    let step_of = |step: &str, address: &Address| {
        let prefix = format!("{address}: ");
        step.strip_prefix(&prefix).map_or_else(|| clear(step), |what| prefix.clone() + &said(address, what))
    };
    let step = |id: &str| {
        let planned = view.plan.steps.iter().find(|step| step.id == id);
        planned.map_or_else(|| clear(id), |planned| step_of(id, &planned.draft.address))
    };
    let trouble = |failed: &Troubled| Trouble {
        step: step_of(&failed.step, &failed.address),
        address: failed.address.clone(),
        code: failed.trouble.code,
        request_id: failed.trouble.request_id.clone(),
        cause: said(&failed.address, &failed.trouble.cause),
        remedy: failed.trouble.remedy.as_deref().map(|remedy| said(&failed.address, remedy)),
    };
    let outcome = view.outcome;
    write(&Document {
        format_version: FORMAT_VERSION,
        complete: outcome.is_complete(),
        planned: outcome.planned,
        applied: view.applied(),
        took_ms: view.took_ms,
        done: outcome.done.iter().map(|id| step(id)).collect(),
        failed: outcome.failed.iter().map(trouble).collect(),
        unknown: outcome.unknown.iter().map(trouble).collect(),
        skipped: outcome
            .skipped
            .iter()
            .map(|one| Skipped {
                step: step_of(&one.step, &one.address),
                address: one.address.clone(),
                because: step(&one.because),
                waits: one.waits,
            })
            .collect(),
        pending: outcome
            .pending
            .iter()
            .map(|one| Waiting {
                step: step_of(&one.step, &one.address),
                address: one.address.clone(),
                reason: said(&one.address, &one.reason),
            })
            .collect(),
        left: outcome.left.iter().map(|id| step(id)).collect(),
        warnings: outcome
            .warnings
            .iter()
            .map(|(id, words)| Warning { step: step(id), text: clear(words) })
            .collect(),
        halted: outcome
            .halted
            .as_ref()
            .map(halted)
            .map(|(why, remedy)| Halted { why: clear(&why), remedy: remedy.map(clear) }),
        serial: outcome.serial,
        next: (!outcome.is_complete()).then_some(view.again),
    })
}

#[derive(Serialize)]
struct Document<'p> {
    format_version: &'static str,
    complete: bool,
    planned: usize,
    applied: Applied,
    #[serde(skip_serializing_if = "Option::is_none")]
    took_ms: Option<u64>,
    done: Vec<String>,
    failed: Vec<Trouble>,
    unknown: Vec<Trouble>,
    skipped: Vec<Skipped>,
    pending: Vec<Waiting>,
    left: Vec<String>,
    warnings: Vec<Warning>,
    #[serde(skip_serializing_if = "Option::is_none")]
    halted: Option<Halted>,
    /// Of the state that was saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    serial: Option<u64>,
    /// The command that goes on, word by word.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'p [String]>,
}

#[derive(Serialize)]
struct Trouble {
    step: String,
    address: Address,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    cause: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

#[derive(Serialize)]
struct Skipped {
    step: String,
    address: Address,
    because: String,
    waits: bool,
}

#[derive(Serialize)]
struct Waiting {
    step: String,
    address: Address,
    reason: String,
}

#[derive(Serialize)]
struct Warning {
    step: String,
    text: String,
}

#[derive(Serialize)]
struct Halted {
    why: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}
