//! `larkctl apply`: plan, show, ask, carry out; or carry out a saved plan.

use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::json;
use tokio::sync::{mpsc, watch};

use super::context::block_on;
use super::exit::Exit;
use super::manifest::Files;
use super::session::{self, Allowed, Place, Session, failed};
use super::ui::Ui;
use super::{consent, progress, summary};
#[cfg(not(debug_assertions))]
use crate::apply;
use crate::apply::{CONCURRENCY, Run, Stop};
use crate::kinds::registry;
use crate::model::Address;
use crate::plan::{Plan, moved};
use crate::render::text::escaped;
use crate::state::{Document, Locked};

/// Bring the tenant to what the YAML says.
///
/// Plans, shows the plan, asks, and carries out exactly what was shown. With a saved plan it carries out that, or
/// refuses when anything that the plan touches has changed since.
#[derive(Debug, Args)]
#[command(mut_arg("file", |arg| arg.required(false).required_unless_present("saved")))]
pub(super) struct Apply {
    /// A plan that `larkctl plan --out` saved.
    #[arg(value_name = "PLANFILE", conflicts_with_all = ["file", "var", "only", "destroy"])]
    saved: Option<PathBuf>,
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    place: Place,
    /// Only these addresses, and what they need.
    #[arg(long = "target", value_name = "ADDRESS")]
    only: Vec<Address>,
    #[command(flatten)]
    allowed: Allowed,
    /// Do not ask.
    #[arg(long)]
    auto_approve: bool,
    /// How to print: json gives one event a line.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    format: String,
}

pub(super) fn run(args: &Apply, ui: &Ui) -> Exit {
    let exit = session::finished(block_on(begin(args, ui)), ui);
    if args.format == "json" {
        ui.or_failure(&json!({ "event": "failed" }), false);
    }
    exit
}

async fn begin(args: &Apply, ui: &Ui) -> Result<Exit, Exit> {
    let saved = args.saved.as_deref().map(|path| session::saved(path, ui)).transpose()?;
    let session = match &saved {
        Some(plan) => Session::bare(&args.place, &plan.origin, ui).await?,
        None => Session::open(&args.files, &args.place, &args.only, ui).await?,
    };
    let exit = locked(args, saved, &session, ui).await;
    session.close().await;
    exit
}

async fn locked(args: &Apply, saved: Option<Plan>, session: &Session, ui: &Ui) -> Result<Exit, Exit> {
    let (state, mut document) = session.claim("apply", ui)?;
    let plan = match saved {
        Some(plan) => {
            if plan.serial == 0 && document.serial == 0 {
                // Neither was ever saved: this run is the first of the history that the plan began.
                document.lineage.clone_from(&plan.lineage);
            }
            unmoved(plan, session, &document, ui).await?
        }
        None => {
            let overrides = args.allowed.overrides();
            let mode = args.allowed.mode();
            session.plan(&document, mode, &overrides, BTreeSet::new(), ui).await?.0
        }
    };
    let json = args.format == "json";
    let text = session::rendered(&plan, &args.place.look, false);
    if json {
        ui.note(&text);
    } else {
        ui.data(&text);
    }
    if session::refused(&plan, ui) {
        return Ok(Exit::Refused);
    }
    let files = if args.saved.is_some() { Vec::new() } else { args.files.words() };
    consent::somebody(&plan, &session.context, &files, ui).await?;
    if !plan.is_empty() && !args.auto_approve && !agreed(ui)? {
        ui.note(&"not applied: nothing was sent");
        ui.problems([json!({ "severity": "error", "summary": "not applied: nothing was sent" })]);
        return Ok(Exit::Error);
    }
    carry_out(args, &plan, document, &state, session, ui).await
}

/// A saved plan, if the tenant is still as it was when the plan was made.
async fn unmoved(plan: Plan, session: &Session, document: &Document, ui: &Ui) -> Result<Plan, Exit> {
    let target = session.context.target();
    if plan.target != target {
        let what = format!("the plan is for {}, this is {target}", escaped(&plan.target));
        return Err(ui.failure(&what, "apply it where it was made, or plan again"));
    }
    if plan.lineage != document.lineage {
        let what = format!("the plan was made from another state than {}", session.store.path().display());
        return Err(ui.failure(&what, "name the state that it was made from with --state, or plan again"));
    }
    if plan.serial != document.serial {
        let what = format!(
            "the plan is stale: it was made from serial {} of the state, which is at {} now",
            plan.serial, document.serial
        );
        return Err(ui.failure(&what, "plan again"));
    }
    let snapshot = session.again(&plan, document).await;
    let changed: Vec<String> =
        moved(&plan, &snapshot, registry()).iter().map(|a| escaped(&a.to_string())).collect();
    if changed.is_empty() {
        return Ok(plan);
    }
    let what = format!(
        "the plan is stale: these have changed since it was made, or cannot be read:\n  {}",
        changed.join("\n  ")
    );
    Err(ui.failure(&what, "plan again"))
}

/// Asks; without a terminal it does not guess.
fn agreed(ui: &Ui) -> Result<bool, Exit> {
    if !std::io::stdin().is_terminal() {
        let what = "there is nobody to ask: standard input is no terminal";
        return Err(ui.failure(what, "add --auto-approve, or apply a saved plan with it"));
    }
    ui.ask(&"Apply this? Only yes is yes: ");
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(|e| failed(ui, &e, None))?;
    Ok(answer.trim() == "yes")
}

async fn carry_out(
    args: &Apply,
    plan: &Plan,
    document: Document,
    state: &Locked,
    session: &Session,
    ui: &Ui,
) -> Result<Exit, Exit> {
    let json = args.format == "json";
    let quiet = plan.is_empty();
    let (events, listener) = mpsc::unbounded_channel();
    let (stop, stopped) = watch::channel(Stop::No);
    let interrupts = tokio::spawn(interrupted(stop));
    let began = std::time::Instant::now();
    let run = Run {
        plan,
        document,
        sender: Arc::new(session.context.client.writer()),
        events,
        stop: stopped,
        concurrency: CONCURRENCY,
        now: session::now(),
    };
    #[cfg(debug_assertions)]
    let applied = super::mortal::applied(state, run);
    #[cfg(not(debug_assertions))]
    let applied = apply::apply(state, run);
    let (outcome, ()) = tokio::join!(applied, progress::show(ui, listener, json));
    interrupts.abort();
    let outcome = outcome.map_err(|e| failed(ui, &e, e.remedy().as_deref()))?;
    if !quiet || !outcome.is_complete() {
        summary::print(&outcome, plan, &args.again(plan), began.elapsed(), &args.place, json, ui);
    }
    Ok(if outcome.is_complete() {
        // What could not be read is left for the next run.
        if plan.blocked.is_empty() { Exit::Done } else { Exit::Partial }
    } else if outcome.did_anything() || !outcome.unknown.is_empty() {
        Exit::Partial
    } else {
        Exit::Error
    })
}

/// Ctrl-C once: finish what is in flight. Twice: at once.
async fn interrupted(stop: watch::Sender<Stop>) {
    for level in [Stop::Soon, Stop::Now] {
        if tokio::signal::ctrl_c().await.is_err() {
            return;
        }
        let _ = stop.send(level);
    }
}

impl Apply {
    /// The command that goes on, word by word. A saved plan is of no more use: it is planned anew as it was.
    fn again(&self, plan: &Plan) -> Vec<String> {
        let mut words = vec!["larkctl".to_owned(), "apply".to_owned()];
        if self.saved.is_some() {
            words.extend(plan.origin.words.iter().cloned());
            if self.place.state.is_none() {
                words
                    .extend(plan.origin.state.iter().flat_map(|state| ["--state".to_owned(), state.clone()]));
            }
        } else {
            words.extend(self.files.words());
            words.extend(session::targets(&self.only));
            words.extend(self.allowed.words());
        }
        words.extend(self.place.words());
        words
    }
}
