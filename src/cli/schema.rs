//! `larkctl schema`: the JSON Schema of manifests, for editors.

use clap::Args;

use super::exit::Exit;
use super::ui::Ui;
use crate::kinds;
use crate::render::schema;

/// Print the JSON Schema of manifests.
///
/// An editor with a YAML language server completes and explains every field with it: write
/// `# yaml-language-server: $schema=larkctl.schema.json` as the first line of a manifest.
#[derive(Debug, Args)]
pub(super) struct Schema {}

pub(super) fn run(_: &Schema, ui: &Ui) -> Exit {
    ui.data(&schema::text(kinds::registry()));
    Exit::Done
}
