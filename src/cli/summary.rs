//! How an apply ended, for people or as the last line of the events.

use super::session::{Place, kinds};
use super::ui::Ui;
use crate::apply::{Halt, Outcome, Trouble, Troubled};
use crate::plan::Plan;
use crate::render::outcome::{Ended, Failed, Halted, OutcomeView, Skipped, Waiting, json, text};

/// Prints the summary: text on stdout, or beside NDJSON the one document that is its last line.
pub(super) fn print(outcome: &Outcome, plan: &Plan, again: Vec<String>, place: &Place, as_json: bool, ui: &Ui) {
    let (ended, kinds) = (ended(outcome), kinds());
    let view = OutcomeView { plan, kinds: &kinds, ended: &ended, again: &again, show: place.look.show() };
    if as_json {
        ui.data(&one_line(&json(view)));
    } else {
        ui.data(&text(view));
    }
}

/// NDJSON has one document a line.
fn one_line(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text).map_or_else(|_| text.to_owned(), |value| value.to_string())
}

fn ended(outcome: &Outcome) -> Ended {
    Ended {
        planned: outcome.planned,
        done: outcome.done.clone(),
        failed: outcome.failed.iter().map(failed).collect(),
        unknown: outcome.unknown.iter().map(failed).collect(),
        skipped: outcome
            .skipped
            .iter()
            .map(|s| Skipped {
                step: s.step.clone(),
                address: s.address.clone(),
                because: s.because.clone(),
                waits: s.waits,
            })
            .collect(),
        pending: outcome
            .pending
            .iter()
            .map(|p| Waiting { step: p.step.clone(), address: p.address.clone(), reason: p.reason.clone() })
            .collect(),
        left: outcome.left.clone(),
        warnings: outcome.warnings.clone(),
        halted: outcome.halted.as_ref().map(halted),
        took_ms: None,
    }
}

fn failed(troubled: &Troubled) -> Failed {
    let Trouble { code, request_id, cause, remedy } = troubled.trouble.clone();
    Failed { step: troubled.step.clone(), address: troubled.address.clone(), code, request_id, cause, remedy }
}

fn halted(halt: &Halt) -> Halted {
    let made = |why: String, remedy: Option<String>| Halted { why, remedy };
    match halt {
        Halt::Asked => made("asked to stop; what was in flight is finished".to_owned(), None),
        Halt::AtOnce => made("stopped at once; the journal says what happened".to_owned(), None),
        Halt::Remote { trouble } => made(trouble.cause.clone(), trouble.remedy.clone()),
        Halt::Journal { cause } => made(format!("the journal cannot be written: {cause}"), None),
        Halt::Save { cause, remedy } => made(format!("the state cannot be saved: {cause}"), remedy.clone()),
    }
}
