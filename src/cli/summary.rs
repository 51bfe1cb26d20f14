//! How an apply ended, for people or as the last line of the events.

use std::time::Duration;

use super::session::{Place, kinds};
use super::ui::Ui;
use crate::apply::Outcome;
use crate::plan::Plan;
use crate::render::outcome::{OutcomeView, json_line, text};

/// Prints the summary: text on stdout, or beside NDJSON the one document that is its last line.
pub(super) fn print(
    outcome: &Outcome,
    plan: &Plan,
    again: &[String],
    took: Duration,
    place: &Place,
    as_json: bool,
    ui: &Ui,
) {
    let kinds = kinds();
    let took_ms = u64::try_from(took.as_millis()).ok();
    let view = OutcomeView { plan, kinds: &kinds, outcome, took_ms, again, show: place.look.show() };
    if as_json {
        ui.data(&json_line(view));
    } else {
        ui.data(&text(view));
    }
}
