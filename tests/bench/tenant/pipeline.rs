//! The pipeline as the command drives it, stage by stage.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use larkctl::api::client::{Client, Settings};
use larkctl::api::pace::Pace;
use larkctl::api::transport::ProxyChoice;
use larkctl::apply::{self, Outcome, Run, Stop};
use larkctl::base::secret::Secret;
use larkctl::base::source::SourceMap;
use larkctl::check::check;
use larkctl::kinds::registry;
use larkctl::load::{Given, Input as File, Joined, Limits, manifest};
use larkctl::model::{Manifest, Snapshot};
use larkctl::observe::{Asks, Scope, observe};
use larkctl::plan::{Input, Mode, Overrides, Plan, plan};
use larkctl::state::{Document, Holder, Store};
use tokio::sync::{mpsc, watch};

/// Seconds since 1970 of the bench's clock.
const NOW: i64 = 1_800_000_000;

pub(crate) fn client(base: &str, scale: f64) -> Client {
    let secret = Secret::from("sandbox-secret".to_owned());
    let mut settings = Settings::new(base.parse().expect("address")).with_app("cli_sandbox", secret);
    settings.pace = Pace::new(scale).expect("scale");
    settings.proxy = ProxyChoice::Off;
    Client::new(settings).expect("client")
}

pub(crate) fn load(path: &Path) -> Joined {
    let env = |_: &str| None;
    let given = Given { pairs: &[], env: &env };
    manifest(
        &[File::from(path.to_owned())],
        &mut std::io::empty(),
        &Limits::default(),
        &given,
        &registry().groups(),
    )
}

pub(crate) fn checked(joined: Joined) -> (Manifest, SourceMap) {
    let verdict = check(joined, registry());
    match verdict.result {
        Ok(checked) => (checked.manifest, verdict.sources),
        Err(problems) => {
            let told: Vec<String> =
                problems.iter().take(5).map(|p| format!("{}: {}", p.summary(), p.reason())).collect();
            panic!("{} problems:\n{}", problems.len(), told.join("\n"));
        }
    }
}

pub(crate) async fn seen(manifest: &Manifest, document: &Document, client: &Client) -> Snapshot {
    let asks = Asks::new(registry(), manifest, document, &Scope::default());
    observe(registry(), asks, &client.reader(), NOW).await
}

pub(crate) fn planned(
    manifest: &Manifest,
    sources: &SourceMap,
    snapshot: &Snapshot,
    document: &Document,
) -> Plan {
    let made = plan(&Input {
        registry: registry(),
        manifest,
        sources,
        snapshot,
        state: document,
        target: "bench",
        mode: Mode::Apply,
        only: &BTreeSet::new(),
        overrides: &Overrides::default(),
    });
    match made {
        Ok(plan) => plan,
        Err(problems) => {
            let told: Vec<String> =
                problems.iter().take(5).map(|p| format!("{}: {}", p.summary(), p.reason())).collect();
            panic!("{} problems:\n{}", problems.len(), told.join("\n"));
        }
    }
}

/// Plans and applies.
pub(crate) async fn applied(
    manifest: &Manifest,
    sources: &SourceMap,
    store: &Store,
    client: &Client,
) -> (Plan, Outcome) {
    let state = store.lock(&Holder::here("bench")).expect("lock");
    let document = state.load().expect("state").document;
    let snapshot = seen(manifest, &document, client).await;
    let plan = planned(manifest, sources, &snapshot, &document);
    drop(snapshot);
    let (events, _) = mpsc::unbounded_channel();
    let (_stop, stop) = watch::channel(Stop::No);
    let run = Run {
        plan: &plan,
        document,
        sender: Arc::new(client.writer()),
        events,
        stop,
        concurrency: apply::CONCURRENCY,
        now: NOW,
    };
    let outcome = apply::apply(&state, run).await.expect("a run");
    (plan, outcome)
}
