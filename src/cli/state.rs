//! `larkctl state`: what is remembered, looked at and corrected by hand.

use clap::{Args, Subcommand};

use super::exit::Exit;
use super::session::{self, Place, failed};
use super::ui::Ui;
use crate::base::count::Count;
use crate::model::Address;
use crate::render::state::{StateView, list, list_json, show, show_json};
use crate::state::{Document, mv, rm};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List what is managed, with the ids that the tenant knows.
    List(List),
    /// Show everything that is remembered of one thing.
    Show(One),
    /// Give a thing another address; nothing changes in the tenant.
    Mv(Mv),
    /// Forget things; nothing changes in the tenant.
    Rm(Rm),
    /// Go back to the backup when the state file is damaged; the damaged one is kept beside it.
    Recover(Recover),
}

#[derive(Debug, Args)]
pub(super) struct Common {
    #[command(flatten)]
    place: Place,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    format: String,
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    common: Common,
    /// A kind, or the beginning of addresses; none: everything.
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct One {
    #[command(flatten)]
    common: Common,
    address: Address,
}

#[derive(Debug, Args)]
pub(super) struct Mv {
    #[command(flatten)]
    place: Place,
    from: Address,
    to: Address,
}

#[derive(Debug, Args)]
pub(super) struct Rm {
    #[command(flatten)]
    place: Place,
    #[arg(required = true, value_name = "ADDRESS")]
    addresses: Vec<Address>,
}

#[derive(Debug, Args)]
pub(super) struct Recover {
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(command: &Command, ui: &Ui) -> Exit {
    let result = match command {
        Command::List(args) => listed(args, ui),
        Command::Show(args) => shown(args, ui),
        Command::Mv(args) => changed(&args.place, "state mv", ui, |document| {
            mv(document, &args.from, &args.to).map(|()| format!("{} is now {}", args.from, args.to))
        }),
        Command::Rm(args) => changed(&args.place, "state rm", ui, |document| {
            rm(document, &args.addresses).map(|gone| format!("forgotten: {}", Count(gone.len(), "thing")))
        }),
        Command::Recover(args) => recovered(args, ui),
    };
    result.unwrap_or_else(|exit| exit)
}

fn listed(args: &List, ui: &Ui) -> Result<Exit, Exit> {
    let mut document = session::loaded(&args.common.place.store(None), ui)?;
    let kept: Vec<Address> = crate::state::list(&document, &args.filters)
        .into_iter()
        .map(|(address, _)| address.clone())
        .collect();
    document.things.retain(|address, _| kept.contains(address));
    let kinds = session::kinds();
    let view = StateView { document: &document, kinds: &kinds, show: args.common.place.look.show() };
    if args.common.format == "json" {
        ui.data(&list_json(view));
    } else {
        ui.data(&list(view));
    }
    Ok(Exit::Done)
}

fn shown(args: &One, ui: &Ui) -> Result<Exit, Exit> {
    let document = session::loaded(&args.common.place.store(None), ui)?;
    crate::state::show(&document, &args.address).map_err(|e| failed(ui, &e, None))?;
    let kinds = session::kinds();
    let view = StateView { document: &document, kinds: &kinds, show: args.common.place.look.show() };
    let text =
        if args.common.format == "json" { show_json(view, &args.address) } else { show(view, &args.address) };
    ui.data(&text.unwrap_or_default());
    Ok(Exit::Done)
}

fn changed(
    place: &Place,
    command: &str,
    ui: &Ui,
    change: impl FnOnce(&mut Document) -> Result<String, crate::state::EditError>,
) -> Result<Exit, Exit> {
    let (state, mut document) = session::claim(&place.store(None), command, ui)?;
    let said = change(&mut document).map_err(|e| failed(ui, &e, None))?;
    state.save(&mut document).map_err(|e| failed(ui, &e, e.remedy().as_deref()))?;
    ui.note(&said);
    Ok(Exit::Done)
}

fn recovered(args: &Recover, ui: &Ui) -> Result<Exit, Exit> {
    let state = session::locked(&args.place.store(None), "state recover", ui)?;
    let done = state.recover().map_err(|e| failed(ui, &e, e.remedy().as_deref()))?;
    ui.note(&format_args!(
        "the backup is the state again: serial {}, {}; the damaged file is {}",
        done.serial,
        Count(done.things, "thing"),
        done.damaged.display()
    ));
    Ok(Exit::Done)
}
