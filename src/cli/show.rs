//! `larkctl show`: a saved plan, or the state, once more in any format.

use std::path::PathBuf;

use clap::Args;

use super::context::Target;
use super::exit::Exit;
use super::session::{self, Look};
use super::ui::Ui;
use crate::render::state::{StateView, list, list_json};

/// Show a saved plan, or the state.
///
/// Reads no tenant.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// A plan that `larkctl plan --out` saved.
    #[arg(value_name = "PLANFILE", required_unless_present = "state")]
    saved: Option<PathBuf>,
    /// Show what is remembered, instead of a plan.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, conflicts_with = "saved")]
    #[expect(clippy::option_option, reason = "a flag that may have a value is both")]
    state: Option<Option<PathBuf>>,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    look: Look,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    format: String,
}

pub(super) fn run(args: &Show, ui: &Ui) -> Exit {
    let exit = show(args, ui).unwrap_or_else(|exit| exit);
    if args.format == "json" {
        let also = if args.saved.is_some() { session::nothing_planned() } else { serde_json::Value::Null };
        ui.or_failure(&also, true);
    }
    exit
}

fn show(args: &Show, ui: &Ui) -> Result<Exit, Exit> {
    let as_json = args.format == "json";
    let Some(path) = &args.saved else {
        let named = args.state.as_ref().and_then(Option::as_deref);
        let document = session::loaded(&session::store(named, &args.target, None), ui)?;
        let kinds = session::kinds();
        let view = StateView { document: &document, kinds: &kinds, show: args.look.show() };
        if as_json {
            ui.data(&list_json(view));
        } else {
            ui.data(&list(view));
        }
        return Ok(Exit::Done);
    };
    let plan = session::saved(path, ui)?;
    ui.data(&session::rendered(&plan, &args.look, as_json));
    Ok(Exit::Done)
}
