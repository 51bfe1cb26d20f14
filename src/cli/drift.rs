//! `larkctl drift`: what was changed outside since the last apply. It reads and proposes nothing of the YAML's.

use std::collections::BTreeSet;

use clap::Args;

use super::context::block_on;
use super::exit::Exit;
use super::manifest::Files;
use super::session::{self, Place, Session};
use super::ui::Ui;
use crate::kinds::registry;
use crate::model::{Address, Snapshot, Value};
use crate::plan::{Mode, Overrides, Plan};
use crate::render::drift::{DriftView, Unmanaged, json, text};

/// Show what somebody changed by hand since the last apply.
///
/// Exits with 0 when nothing was, with 2 when something was, with 6 when nothing was but the YAML holds changes that
/// were never applied, and with 1 when something could not be read. Nothing is written.
#[derive(Debug, Args)]
pub(super) struct Drift {
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    place: Place,
    /// Only these addresses.
    #[arg(long = "target", value_name = "ADDRESS")]
    only: Vec<Address>,
    /// List what nobody manages, of every kind that can be listed.
    #[arg(long)]
    unmanaged: bool,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    format: String,
}

pub(super) fn run(args: &Drift, ui: &Ui) -> Exit {
    let exit = session::finished(block_on(begin(args, ui)), ui);
    if args.format == "json" {
        ui.or_failure(&serde_json::Value::Null, true);
    }
    exit
}

async fn begin(args: &Drift, ui: &Ui) -> Result<Exit, Exit> {
    let session = Session::open(&args.files, &args.place, &args.only, ui).await?;
    let exit = look(args, &session, ui).await;
    session.close().await;
    exit
}

async fn look(args: &Drift, session: &Session, ui: &Ui) -> Result<Exit, Exit> {
    let document = session.look(ui)?;
    let kinds = registry().iter().map(|kind| kind.info().name.to_owned());
    let everything: BTreeSet<String> = if args.unmanaged { kinds.collect() } else { BTreeSet::new() };
    let overrides = Overrides::default();
    let (plan, snapshot) = session.plan(&document, Mode::Apply, &overrides, everything, ui).await?;
    let unmanaged = args.unmanaged.then(|| unmanaged(&plan, &snapshot));
    let mut again = vec!["larkctl".to_owned(), "apply".to_owned()];
    again.extend(args.files.words());
    again.extend(args.place.words());
    let kinds = session::kinds();
    let view = DriftView {
        plan: &plan,
        kinds: &kinds,
        unmanaged: unmanaged.as_deref(),
        apply: &again,
        show: args.place.look.show(),
    };
    let summary = view.summary();
    if args.format == "json" {
        ui.data(&json(view));
    } else {
        ui.data(&text(view));
    }
    Ok(if summary.is_drift() {
        Exit::Changes
    } else if summary.unapplied > 0 {
        Exit::Unapplied
    } else if !plan.blocked.is_empty() {
        session::unread(&plan, ui)
    } else {
        Exit::Done
    })
}

/// Live things that no address is bound to.
fn unmanaged(plan: &Plan, snapshot: &Snapshot) -> Vec<Unmanaged> {
    let managed: BTreeSet<(&str, &str)> =
        plan.changes.iter().filter_map(|c| Some((c.address.kind(), c.id.as_deref()?))).collect();
    let mut found = Vec::new();
    for (kind, observed) in &snapshot.kinds {
        for live in observed.things.values() {
            if managed.contains(&(kind.as_str(), live.id.as_str())) || live.fact("resigned") {
                continue;
            }
            let name =
                ["name", "content"].iter().find_map(|n| live.attributes.get(*n)).and_then(Value::as_text);
            found.push(Unmanaged {
                kind: kind.clone(),
                id: live.id.clone(),
                name: name.unwrap_or_default().to_owned(),
            });
        }
    }
    found
}
