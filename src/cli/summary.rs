//! How an apply ended, for people or as the last line of the events.

use super::session::{Place, kinds};
use super::ui::Ui;
use crate::apply::Outcome;
use crate::plan::Plan;
use crate::render::outcome::{OutcomeView, json_line, text};

/// Prints the summary: text on stdout, or beside NDJSON the one document that is its last line.
pub(super) fn print(
    outcome: &Outcome,
    plan: &Plan,
    again: Vec<String>,
    place: &Place,
    as_json: bool,
    ui: &Ui,
) {
    let kinds = kinds();
    let show = place.look.show();
    let view = OutcomeView { plan, kinds: &kinds, outcome, took_ms: None, again: &again, show };
    if as_json {
        ui.data(&json_line(view));
    } else {
        ui.data(&text(view));
    }
}
