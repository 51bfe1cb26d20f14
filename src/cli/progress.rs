//! What a person or a program sees while steps run: a bar on a terminal, plain lines in CI, NDJSON when asked.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use tokio::sync::mpsc::UnboundedReceiver;

use super::ui::Ui;
use crate::apply::Event;
use crate::render::text::escaped;

/// Lines of a run in CI: not every step of ten thousand, but enough to see that it lives.
const LINES: usize = 50;

/// Reads events to the end and shows them.
pub(super) async fn show(ui: &Ui, mut events: UnboundedReceiver<Event>, ndjson: bool) {
    let bar = if !ndjson && std::io::stderr().is_terminal() { Some(bar()) } else { None };
    while let Some(event) = events.recv().await {
        match (&bar, ndjson) {
            (_, true) => ui.data(&event.line()),
            (Some(bar), false) => drawn(bar, &event),
            (None, false) => lined(ui, &event),
        }
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    // The template is a constant: a mistake in it would fall back to the crate's own.
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} steps  {rate}  {eta} left  {msg}") {
        // The crate's own figure has four decimals.
        let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = write!(out, "{:.0}/s", state.per_sec());
        };
        bar.set_style(style.with_key("rate", rate));
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn drawn(bar: &ProgressBar, event: &Event) {
    match event {
        Event::Started { steps, .. } => bar.set_length(*steps as u64),
        Event::StepStarted { step, .. } => bar.set_message(escaped(step)),
        Event::StepDone { done, warning, step, .. } => {
            bar.set_position(*done as u64);
            if let Some(warning) = warning {
                bar.println(format!("warning: {}: {}", escaped(step), escaped(warning)));
            }
        }
        Event::StepFailed { step, trouble, .. } => {
            bar.println(format!("failed: {}: {}", escaped(step), escaped(&trouble.cause)));
        }
        Event::StepUnknown { step, trouble, .. } => {
            bar.println(format!("unknown: {}: {}", escaped(step), escaped(&trouble.cause)));
        }
        Event::StepPending { step, reason, .. } => {
            bar.println(format!("waits: {}: {}", escaped(step), escaped(reason)));
        }
        Event::StepSkipped { .. } => {}
        Event::Stopping { in_flight, left } => bar.println(stopping(*in_flight, *left)),
        Event::Finished { .. } => bar.set_message(""),
    }
}

fn lined(ui: &Ui, event: &Event) {
    match event {
        Event::StepDone { step, done, of, warning, .. } => {
            let every = of.div_ceil(LINES).max(1);
            if done % every == 0 || done == of {
                ui.note(&format_args!("[{done}/{of}] {}", escaped(step)));
            }
            if let Some(warning) = warning {
                ui.note(&format_args!("warning: {}: {}", escaped(step), escaped(warning)));
            }
        }
        Event::StepFailed { step, trouble, .. } => {
            ui.note(&format_args!("failed: {}: {}", escaped(step), escaped(&trouble.cause)));
        }
        Event::StepUnknown { step, trouble, .. } => {
            ui.note(&format_args!("unknown: {}: {}", escaped(step), escaped(&trouble.cause)));
        }
        Event::StepPending { step, reason, .. } => {
            ui.note(&format_args!("waits: {}: {}", escaped(step), escaped(reason)));
        }
        Event::Stopping { in_flight, left } => ui.note(&stopping(*in_flight, *left)),
        Event::Started { .. }
        | Event::StepStarted { .. }
        | Event::StepSkipped { .. }
        | Event::Finished { .. } => {}
    }
}

fn stopping(in_flight: usize, left: usize) -> String {
    format!(
        "stopping: {in_flight} calls are in flight, {left} steps will be left; press Ctrl-C again to stop at once"
    )
}
