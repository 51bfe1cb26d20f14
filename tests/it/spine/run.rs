//! The pipeline as a test drives it: YAML text in, a plan or an outcome out, over real HTTP.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use larkctl::api::client::{Client, Settings};
use larkctl::api::pace::Pace;
use larkctl::api::retry::Jitter;
use larkctl::api::transport::ProxyChoice;
use larkctl::apply::{self, Event, Outcome, Run, Stop};
use larkctl::base::diag::Diagnostic;
use larkctl::base::secret::Secret;
use larkctl::base::source::SourceMap;
use larkctl::check::check;
use larkctl::kinds::registry;
use larkctl::load::{Given, Input as File, Limits, manifest};
use larkctl::model::{Manifest, Snapshot};
use larkctl::observe::{Asks, Scope, observe};
use larkctl::plan::{Input, Mode, Overrides, Plan, plan};
use larkctl::sandbox::server::Options;
use larkctl::sandbox::world::{Join, MailRange};
use larkctl::state::{Document, Holder, Store};
use serde_json::Value;
use tokio::sync::{mpsc, watch};

use super::oracle::Store as Rows;
use super::org::Org;
use crate::support::operator::{OPERATOR, Operator};
use crate::support::{APP, SECRET, Tenant, options};

/// Seconds since 1970 of the tests' clock.
pub(crate) const NOW: i64 = 1_800_000_000;

/// A tenant, a client, a state in a folder of its own.
pub(crate) struct World {
    pub tenant: Tenant,
    pub client: Client,
    pub store: Store,
    /// The tenant's name in state and plans.
    pub target: String,
    /// Our own clock, in seconds since 1970.
    pub now: i64,
    _dir: tempfile::TempDir,
}

/// Everybody joins at once, and the client need not wait.
pub(crate) fn quick() -> Options {
    let mail_domains = [super::mail::DOMAIN.to_owned()].into();
    Options {
        join: Join::AtOnce,
        mail_range: MailRange::All,
        mail_domains,
        attendance_open: true,
        ..options()
    }
}

pub(crate) fn client(base: &str) -> Client {
    let mut settings =
        Settings::new(base.parse().expect("address")).with_app(APP, Secret::from(SECRET.to_owned()));
    settings.pace = Pace::new(100_000.0).expect("pace");
    settings.proxy = ProxyChoice::Off;
    settings.user = Some(Operator::new(base));
    Client::new(settings).expect("client")
}

/// A client that soon takes silence for an answer that is lost.
pub(crate) fn impatient(base: &str, patience: Duration) -> Client {
    let mut settings =
        Settings::new(base.parse().expect("address")).with_app(APP, Secret::from(SECRET.to_owned()));
    settings.pace = Pace::new(100_000.0).expect("pace");
    settings.proxy = ProxyChoice::Off;
    settings.user = Some(Operator::new(base));
    settings.timeouts.request = patience;
    settings.jitter = Jitter::seeded(1);
    Client::new(settings).expect("client")
}

/// What is wrong with a text.
pub(crate) fn checked_problems(yaml: &str) -> Vec<Diagnostic> {
    let env = |_: &str| None;
    let given = Given { pairs: &[], env: &env };
    let joined =
        manifest(&[File::Stdin], &mut yaml.as_bytes(), &Limits::default(), &given, &registry().groups());
    check(joined, registry()).result.err().unwrap_or_default()
}

/// Reads and checks a text.
#[track_caller]
pub(crate) fn checked(yaml: &str) -> (Manifest, SourceMap) {
    let env = |_: &str| None;
    let given = Given { pairs: &[], env: &env };
    let joined =
        manifest(&[File::Stdin], &mut yaml.as_bytes(), &Limits::default(), &given, &registry().groups());
    let verdict = check(joined, registry());
    match verdict.result {
        Ok(checked) => (checked.manifest, verdict.sources),
        Err(problems) => panic!("{}\n{yaml}", told(&problems)),
    }
}

pub(crate) fn told(problems: &[Diagnostic]) -> String {
    problems.iter().map(|p| format!("{}: {}: {}\n", p.code().0, p.summary(), p.reason())).collect()
}

impl World {
    pub(crate) async fn start(options: Options) -> Self {
        let tenant = Tenant::with(options).await;
        let client = client(&tenant.base);
        let dir = tempfile::tempdir().expect("folder");
        let store = Store::at(dir.path().join("state.json"));
        Self { tenant, client, store, target: "test".to_owned(), now: NOW, _dir: dir }
    }

    /// What the command takes from the environment: the tokens of helpdesks, of those that the state remembers too.
    pub(crate) async fn staff(&self, manifest: &Manifest, document: &Document) {
        let keys = registry().desks(manifest, &document.things);
        let tokens = Operator::new(&self.tenant.base).tokens(keys).await;
        self.client.know_helpdesks(tokens.into_iter().collect());
    }

    pub(crate) async fn look(&self, manifest: &Manifest, document: &Document) -> Snapshot {
        self.staff(manifest, document).await;
        let asks = Asks::new(registry(), manifest, document, &Scope::default());
        observe(registry(), asks, &self.client.reader(), self.now).await
    }

    /// What would be done now.
    pub(crate) async fn plan(&self, yaml: &str) -> Result<Plan, Vec<Diagnostic>> {
        let (manifest, sources) = checked(yaml);
        let mut document = self.store.load().expect("state").document;
        apply::peek(&self.store, &mut document).expect("journal");
        let snapshot = self.look(&manifest, &document).await;
        made(&manifest, &sources, &snapshot, &document, &self.target)
    }

    /// Plans and applies, as the command does.
    pub(crate) async fn apply(&self, yaml: &str) -> Result<(Plan, Outcome), Vec<Diagnostic>> {
        self.apply_amid(yaml, async |_| {}).await
    }

    /// Plans now and applies later.
    pub(crate) async fn apply_at(&self, yaml: &str, later: i64) -> Result<(Plan, Outcome), Vec<Diagnostic>> {
        self.run(yaml, later, async |_| {}).await
    }

    /// The same while somebody else is at work: called when the plan is made, then with each event of the run.
    pub(crate) async fn apply_amid(
        &self,
        yaml: &str,
        other: impl AsyncFnMut(Option<Event>),
    ) -> Result<(Plan, Outcome), Vec<Diagnostic>> {
        self.run(yaml, self.now, other).await
    }

    /// The same where the run may not even begin.
    pub(crate) async fn try_apply_amid(
        &self,
        yaml: &str,
        other: impl AsyncFnMut(Option<Event>),
    ) -> Result<Outcome, apply::ApplyError> {
        self.attempt(yaml, self.now, other).await.unwrap_or_else(|problems| panic!("{}", told(&problems))).1
    }

    async fn run(
        &self,
        yaml: &str,
        now: i64,
        other: impl AsyncFnMut(Option<Event>),
    ) -> Result<(Plan, Outcome), Vec<Diagnostic>> {
        let (plan, outcome) = self.attempt(yaml, now, other).await?;
        Ok((plan, outcome.expect("a run")))
    }

    async fn attempt(
        &self,
        yaml: &str,
        now: i64,
        mut other: impl AsyncFnMut(Option<Event>),
    ) -> Result<(Plan, Result<Outcome, apply::ApplyError>), Vec<Diagnostic>> {
        let (manifest, sources) = checked(yaml);
        let state = self.store.lock(&Holder::here("test")).expect("lock");
        let mut document = state.load().expect("state").document;
        apply::recover(&state, &mut document).expect("recovered");
        let snapshot = self.look(&manifest, &document).await;
        let plan = made(&manifest, &sources, &snapshot, &document, &self.target)?;
        other(None).await;
        let (events, mut heard) = mpsc::unbounded_channel();
        let (_stop, stop) = watch::channel(Stop::No);
        let run = Run {
            plan: &plan,
            document,
            sender: Arc::new(self.client.writer()),
            events,
            stop,
            concurrency: apply::CONCURRENCY,
            now,
        };
        let watched = async {
            while let Some(event) = heard.recv().await {
                other(Some(event)).await;
            }
        };
        let (outcome, ()) = tokio::join!(apply::apply(&state, run), watched);
        Ok((plan, outcome))
    }

    pub(crate) async fn dump(&self) -> Value {
        self.tenant.send("GET", "/_sandbox/tenant", None, None).await.body
    }

    /// How the store's own rows differ from the organisation.
    pub(crate) async fn differences(&self, org: &Org) -> Vec<String> {
        Rows::new(&self.dump().await).differences(org)
    }

    /// The writes that the tenant was asked for since the last call, by endpoint, and those that it refused.
    pub(crate) async fn writes(&self) -> (BTreeMap<String, u64>, Vec<String>) {
        let body = self.tenant.send("GET", "/_sandbox/requests?last=100000", None, None).await.body;
        self.tenant.send("DELETE", "/_sandbox/requests", None, None).await;
        let mut writes = BTreeMap::new();
        let mut refused = Vec::new();
        for request in body["requests"].as_array().expect("requests") {
            let endpoint = request["endpoint"].as_str().unwrap_or_default();
            let reads = endpoint.starts_with("GET ")
                || [
                    "/internal",
                    "/batch_get_id",
                    "/basic_batch",
                    "/search",
                    "/users/query",
                    "/freebusy/list",
                ]
                .iter()
                .any(|end| endpoint.ends_with(end));
            // Who acts for the tests is hired and logs in beside the plan.
            let aside = endpoint.contains("/authen/") || request["body"]["user_id"] == OPERATOR;
            if !reads && !aside {
                *writes.entry(endpoint.to_owned()).or_default() += 1;
                // A trial of the operator's rights is meant to be refused: it has no rows.
                let trial =
                    endpoint.ends_with("/user_daily_shifts/batch_create") && request["code"] == 1_220_001;
                if request["code"] != 0 && !trial {
                    refused.push(format!(
                        "{endpoint} {} {} → {}",
                        request["path"], request["body"], request["answer"]
                    ));
                }
            }
        }
        (writes, refused)
    }
}

pub(crate) fn made(
    manifest: &Manifest,
    sources: &SourceMap,
    snapshot: &Snapshot,
    document: &Document,
    target: &str,
) -> Result<Plan, Vec<Diagnostic>> {
    plan(&Input {
        registry: registry(),
        manifest,
        sources,
        snapshot,
        state: document,
        target,
        mode: Mode::Apply,
        only: &BTreeSet::new(),
        overrides: &Overrides::default(),
    })
}
