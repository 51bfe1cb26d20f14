//! `larkctl sandbox serve`: the simulated tenant as a server.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use tokio::sync::watch;

use super::exit::Exit;
use super::ui::Ui;
use crate::sandbox::seed::Seed;
use crate::sandbox::server::{Options, Server, StartError};
use crate::sandbox::world::Join;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Serve a simulated tenant over HTTP until stopped.
    ///
    /// Prints `listening on http://ADDR` when ready. Point any client of the Open API at that address; the web
    /// page there shows the tenant. Ctrl-C stops it; the tenant stays in the data folder.
    Serve(Serve),
}

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8765")]
    listen: String,
    /// Folder that keeps the tenant between runs.
    #[arg(long, value_name = "DIR", default_value = ".larkctl/sandbox")]
    data: PathBuf,
    /// Fill a new tenant: so many people and departments, or what a file says.
    #[arg(long, value_name = "N-USERS,N-DEPTS|FILE")]
    seed: Option<String>,
    /// Scripted trouble, as `POST /_sandbox/faults` takes it.
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// How much faster than real the tenant's clock runs; 0 stands still until stepped.
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    time_scale: f64,
    /// Whether call frequency is limited as the reference says.
    #[arg(long, value_enum, default_value_t = Switch::On)]
    rate_limits: Switch,
    /// Refuse what the real gateway would swallow without a word: unknown fields and parameters, null.
    #[arg(long)]
    strict: bool,
    /// When invited people accept: off, at-once, or a time such as 90s, 30m, 2h.
    #[arg(long, value_name = "off|at-once|DURATION", default_value = "off", value_parser = join)]
    auto_join: Join,
    /// The app's id.
    #[arg(long, value_name = "ID", default_value = "cli_sandbox")]
    app_id: String,
    /// The app's secret.
    #[arg(long, value_name = "SECRET", default_value = "sandbox-secret")]
    app_secret: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

pub(super) fn run(command: Command, ui: &Ui) -> Exit {
    let Command::Serve(args) = command;
    if !(0.0..=100_000.0).contains(&args.time_scale) {
        ui.note(&"error: --time-scale must be between 0 and 100000");
        return Exit::Usage;
    }
    let seed = match args.seed.as_deref().map(Seed::parse).transpose() {
        Ok(seed) => seed,
        Err(e) => {
            ui.error(&e, Some("say --seed 1000,50 or name a seed file"));
            return Exit::Usage;
        }
    };
    let options = Options {
        listen: args.listen,
        data: Some(args.data),
        seed,
        faults: args.faults,
        time_scale: args.time_scale,
        rate_limits: args.rate_limits == Switch::On,
        strict: args.strict,
        join: args.auto_join,
        app_id: args.app_id,
        secret: args.app_secret,
        ..Options::default()
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => {
            ui.error(&e, None);
            return Exit::Error;
        }
    };
    runtime.block_on(serve(options, ui))
}

async fn serve(options: Options, ui: &Ui) -> Exit {
    let server = match Server::start(options).await {
        Ok(server) => server,
        Err(e) => {
            ui.error(&e, remedy(&e));
            return Exit::Error;
        }
    };
    for note in &server.notes {
        ui.note(note);
    }
    ui.data(&format_args!("listening on http://{}", server.address));
    let (stop, stopping) = watch::channel(false);
    let serving = tokio::spawn(server.run(stopping));
    wait_for_signal().await;
    let _ = stop.send(true);
    // Clients that keep their connection open without asking anything must not keep us.
    let _ = tokio::time::timeout(Duration::from_secs(3), serving).await;
    Exit::Done
}

#[cfg(unix)]
async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}

#[cfg(not(unix))]
async fn wait_for_signal() {
    let _ = tokio::signal::ctrl_c().await;
}

fn remedy(e: &StartError) -> Option<&'static str> {
    match e {
        StartError::Listen { .. } => Some("another program may have the port: try --listen 127.0.0.1:0"),
        StartError::Store(_) => Some("stop the other sandbox, or choose another folder with --data"),
        StartError::OtherSeed { .. }
        | StartError::Seed(_)
        | StartError::Faults { .. }
        | StartError::Route(_)
        | StartError::Contract(_) => None,
    }
}

fn join(text: &str) -> Result<Join, String> {
    match text {
        "off" => Ok(Join::Off),
        "at-once" => Ok(Join::AtOnce),
        other => {
            let unit = other.chars().last().unwrap_or_default();
            let seconds = match unit {
                's' => 1,
                'm' => 60,
                'h' => 3_600,
                'd' => 86_400,
                _ => 0,
            };
            let number: Option<i64> = other.strip_suffix(unit).and_then(|n| n.parse().ok());
            match number.and_then(|n| n.checked_mul(seconds * 1_000)) {
                Some(ms) if ms > 0 => Ok(Join::AfterMs(ms)),
                _ => Err("say off, at-once, or a time such as 90s, 30m, 2h, 1d".to_owned()),
            }
        }
    }
}
