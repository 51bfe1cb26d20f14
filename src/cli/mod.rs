//! The composition root: arguments in, exit code out. The only place that knows everything.

mod apply;
mod consent;
mod context;
mod doctor;
mod drift;
mod exit;
mod helpdesks;
mod login;
mod logout;
mod manifest;
#[cfg(debug_assertions)]
mod mortal;
mod person;
mod plan;
mod progress;
mod sandbox;
mod schema;
mod session;
mod show;
mod state;
mod summary;
mod ui;
mod validate;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

pub use exit::Exit;
use ui::Ui;

/// Keep a Feishu or Lark workspace the way a folder of YAML says it should be.
#[derive(Debug, Parser)]
#[command(name = "larkctl", version, max_term_width = 100, propagate_version = true)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Validate(validate::Validate),
    Plan(plan::Plan),
    Apply(apply::Apply),
    Drift(drift::Drift),
    Show(show::Show),
    /// Look at what larkctl remembers, and correct it.
    #[command(subcommand)]
    State(state::Command),
    Schema(schema::Schema),
    Doctor(doctor::Doctor),
    Login(login::Login),
    Logout(logout::Logout),
    /// A simulated tenant, for trying things out and for tests.
    #[command(subcommand)]
    Sandbox(sandbox::Command),
}

/// Runs one command line, program name included.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let ui = Ui::new();
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(e) => return usage(&ui, &e),
    };
    match args.command {
        Command::Validate(validate) => validate::run(&validate, &ui),
        Command::Plan(plan) => plan::run(&plan, &ui),
        Command::Apply(apply) => apply::run(&apply, &ui),
        Command::Drift(drift) => drift::run(&drift, &ui),
        Command::Show(show) => show::run(&show, &ui),
        Command::State(command) => state::run(&command, &ui),
        Command::Schema(schema) => schema::run(&schema, &ui),
        Command::Doctor(doctor) => doctor::run(&doctor, &ui),
        Command::Login(login) => login::run(login, &ui),
        Command::Logout(logout) => logout::run(&logout, &ui),
        Command::Sandbox(command) => sandbox::run(command, &ui),
    }
}

/// All kinds, as `docs/reference/kinds.md` shows them.
pub fn kinds_reference() -> String {
    crate::render::reference::kinds(crate::kinds::registry())
}

/// The JSON Schema of manifests, as `schemas/larkctl.schema.json` holds it.
pub fn manifest_schema() -> String {
    crate::render::schema::text(crate::kinds::registry())
}

/// Every command with its help, as `docs/reference/commands.md` shows it.
pub fn reference() -> String {
    let mut root = <Args as clap::CommandFactory>::command().term_width(100).disable_help_subcommand(true);
    root.build();
    let mut text = String::from(
        "# Commands\n\nGenerated from the program: `UPDATE_DOCS=1 cargo test --test it docs` writes it anew.\n",
    );
    describe(&mut root, &mut text);
    text
}

/// What is wrong with a command line, program name included; for the test that reads the documents.
pub fn mistake(words: &[String]) -> Option<String> {
    let e = Args::try_parse_from(words).err()?;
    let asked = matches!(e.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    (!asked).then(|| e.to_string())
}

fn describe(command: &mut clap::Command, text: &mut String) {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
    text.push_str(&format!(
        "\n## {name}\n\n```text\n{}\n```\n",
        trimmed(&command.render_long_help().to_string())
    ));
    for sub in command.get_subcommands_mut() {
        describe(sub, text);
    }
}

fn trimmed(help: &str) -> String {
    help.trim_end().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn usage(ui: &Ui, e: &clap::Error) -> Exit {
    match e.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            ui.data(&e.render());
            Exit::Done
        }
        // Everything else is a mistake in the command line. Never 2: a CI reads that as "there are changes".
        _ => {
            ui.note(&e.render());
            Exit::Usage
        }
    }
}
