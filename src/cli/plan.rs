//! `larkctl plan`: what would be done, in which order, at what price.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::consent;
use super::context::block_on;
use super::exit::Exit;
use super::manifest::Files;
use super::session::{self, Allowed, Place, Session};
use super::ui::Ui;
use crate::model::Address;
use crate::plan::{Origin, file};
use crate::render::text::ShellWord;
use crate::state::write_private;

/// Show what apply would do.
///
/// Reads the tenant, compares it with the YAML and with what was applied last, and prints an ordered plan. Nothing
/// is written.
#[derive(Debug, Args)]
pub(super) struct Plan {
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    place: Place,
    /// Only these addresses, and what they need.
    #[arg(long = "target", value_name = "ADDRESS")]
    only: Vec<Address>,
    #[command(flatten)]
    allowed: Allowed,
    /// Save the plan, so that apply carries out exactly this.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Exit with 2 when there are changes, with 1 when there are none but something could not be read.
    #[arg(long)]
    detailed_exitcode: bool,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    format: String,
}

pub(super) fn run(args: &Plan, ui: &Ui) -> Exit {
    let exit = session::finished(block_on(begin(args, ui)), ui);
    if args.format == "json" {
        ui.or_failure(&session::nothing_planned(), true);
    }
    exit
}

async fn begin(args: &Plan, ui: &Ui) -> Result<Exit, Exit> {
    let session = Session::open(&args.files, &args.place, &args.only, ui).await?;
    let exit = look(args, &session, ui).await;
    session.close().await;
    exit
}

async fn look(args: &Plan, session: &Session, ui: &Ui) -> Result<Exit, Exit> {
    // What is saved must hold until it is applied: a dead run is taken in now, and nobody else may be at it.
    let claimed = args.out.as_ref().map(|_| session.claim("plan --out", ui)).transpose()?;
    let document = match &claimed {
        Some((_, document)) => document.clone(),
        None => session.look(ui)?,
    };
    let overrides = args.allowed.overrides();
    let (mut plan, _) = session.plan(&document, args.allowed.mode(), &overrides, BTreeSet::new(), ui).await?;
    ui.data(&session::rendered(&plan, &args.place.look, args.format == "json"));
    if session::refused(&plan, ui) {
        return Ok(Exit::Refused);
    }
    if let Some(path) = &args.out {
        plan.origin = Origin {
            state: session.named_state(&args.place),
            words: [args.files.words(), session::targets(&args.only).collect(), args.allowed.words()]
                .concat(),
        };
        let text = file::seal(&plan).map_err(|e| session::failed(ui, &e, None))?;
        write_private(path, text.into_bytes())
            .map_err(|e| session::failed(ui, &e, Some("choose another --out")))?;
        let words: Vec<String> = [vec![path.display().to_string()], args.place.words()].concat();
        let words: Vec<String> = words.iter().map(|word| ShellWord(word).to_string()).collect();
        ui.note(&format_args!("saved: larkctl apply {}", words.join(" ")));
    }
    consent::hint(&plan, &session.context, &args.files.words(), ui).await;
    Ok(match args.detailed_exitcode {
        true if !plan.is_empty() => Exit::Changes,
        true if !plan.blocked.is_empty() => session::unread(&plan, ui),
        _ => Exit::Done,
    })
}
