//! The HTTP side: HTTP/1.1 with keep-alive, a task per connection. [`wire`] translates.
//!
//! It reads a request off the wire into a value, asks who is responsible (the Open API, the control plane, the
//! page), and does to the connection what the outcome says, cutting it included.

mod wire;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::gateway::{Engine, UnknownRoute};
use super::seed::{self, Seed, SeedError};
use super::store::{Store, StoreError};
use super::world::{Admins, App, Clock, Join, MailRange, World};
use super::{application, attendance, auth, calendar, contact, fault, helpdesk, im, mail, tenant, vc};
use crate::base::contract::Contract;

/// A client that sends no full head in so long is dropped.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// How to run a sandbox.
#[derive(Debug, Clone)]
pub struct Options {
    pub listen: String,
    /// Where the tenant is kept; nowhere means in memory only.
    pub data: Option<PathBuf>,
    pub seed: Option<Seed>,
    pub faults: Option<PathBuf>,
    pub time_scale: f64,
    pub rate_limits: bool,
    pub strict: bool,
    pub join: Join,
    /// The mail data range of the app, if it is new.
    pub mail_range: MailRange,
    /// In a new tenant everybody has attendance administrator rights and apps have their data range.
    pub attendance_open: bool,
    /// Domains that a new tenant has mail at.
    pub mail_domains: BTreeSet<String>,
    pub app_id: String,
    pub secret: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:0".to_owned(),
            data: None,
            seed: None,
            faults: None,
            time_scale: 1.0,
            rate_limits: true,
            strict: false,
            join: Join::Off,
            mail_range: MailRange::Empty,
            attendance_open: false,
            mail_domains: BTreeSet::new(),
            app_id: "cli_sandbox".to_owned(),
            secret: "sandbox-secret".to_owned(),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot listen on {address}")]
    Listen { address: String, source: std::io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Seed(#[from] SeedError),
    #[error("the tenant in {} was filled with --seed {found}, not {asked}: use another --data or delete it", path.display())]
    OtherSeed { path: PathBuf, found: String, asked: String },
    #[error("cannot read the faults in {}: {reason}", path.display())]
    Faults { path: PathBuf, reason: String },
    #[error(transparent)]
    Route(#[from] UnknownRoute),
    #[error("the built-in contract is broken: {0}")]
    Contract(String),
}

/// A running sandbox.
#[derive(Debug)]
pub struct Server {
    pub engine: Arc<Engine>,
    pub address: SocketAddr,
    listener: TcpListener,
    /// What a person should know about how it started.
    pub notes: Vec<String>,
}

impl Server {
    /// Opens the tenant and the port.
    ///
    /// # Errors
    /// When the address is taken, the data folder is unusable, or the seed or fault file is wrong.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let contract = Contract::built_in().map_err(|e| StartError::Contract(e.to_string()))?;
        let mut notes = Vec::new();
        let mut world = World::default();
        let (store, found) = match &options.data {
            Some(dir) => {
                let (store, found) = Store::open(dir, &mut world)?;
                (Some(store), found)
            }
            None => (None, super::store::Found::default()),
        };
        let clock = Clock::starting(found.clock, options.time_scale);
        world.now = clock.now();
        let fresh = found.rows == 0;
        if fresh {
            world.found();
        }
        if !world.apps.contains(&options.app_id) {
            let app =
                App { mail_range: options.mail_range.clone(), ..App::new(&options.app_id, &options.secret) };
            world.apps.insert(options.app_id.clone(), app);
        }
        configure(&mut world, &options, fresh);
        let mut meta = Vec::new();
        if let Some(seed) = &options.seed {
            let name = seed.name();
            match (&found.seed, fresh) {
                (Some(before), false) if *before == name => {
                    notes.push(format!("the tenant was filled with --seed {name} before; left as it is"));
                }
                (before, false) => {
                    return Err(StartError::OtherSeed {
                        path: options.data.clone().unwrap_or_default(),
                        found: before.clone().unwrap_or_else(|| "nothing".to_owned()),
                        asked: name,
                    });
                }
                (_, true) => {
                    seed::fill(&mut world, seed)?;
                    meta.push(("seed".to_owned(), name));
                }
            }
        }
        persist(store.as_ref(), &mut world, meta).await?;
        let routes = [
            auth::routes(),
            application::routes(),
            tenant::routes(),
            contact::routes(),
            im::routes(),
            mail::routes(),
            attendance::routes(),
            vc::routes(),
            calendar::routes(),
            helpdesk::routes(),
        ]
        .concat();
        let engine = Engine::new(contract, routes, world, clock, store, options.strict)?;
        if let Some(path) = &options.faults {
            engine.add_faults(read_faults(path)?);
        }
        let listener = TcpListener::bind(&options.listen)
            .await
            .map_err(|source| StartError::Listen { address: options.listen.clone(), source })?;
        let address = listener
            .local_addr()
            .map_err(|source| StartError::Listen { address: options.listen.clone(), source })?;
        Ok(Self { engine: Arc::new(engine), address, listener, notes })
    }

    /// Serves until `stop` says so; connections in flight are then finished.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut tasks = tokio::task::JoinSet::new();
        loop {
            tokio::select! {
                () = stopped(&mut stop) => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, peer)) => {
                        let _ = stream.set_nodelay(true);
                        let engine = Arc::clone(&self.engine);
                        let stop = stop.clone();
                        tasks.spawn(connection(engine, stream, peer, stop));
                    }
                    // Out of file descriptors, most likely: let the others finish first.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                },
                Some(_) = tasks.join_next() => {}
            }
        }
        while tasks.join_next().await.is_some() {}
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // A dropped sender means that nobody can stop us any more, so it must not look like a stop.
    if stop.wait_for(|s| *s).await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn configure(world: &mut World, options: &Options, fresh: bool) {
    let mut settings = world.settings().clone();
    settings.rate_limits = options.rate_limits;
    settings.join = options.join;
    if fresh {
        settings.mail_domains.extend(options.mail_domains.iter().cloned());
        if options.attendance_open {
            settings.attendance.admins = Admins::Everybody;
            settings.attendance.data_range = true;
        }
    }
    if settings != *world.settings() {
        world.set_settings(settings);
    }
}

async fn persist(
    store: Option<&Store>,
    world: &mut World,
    mut meta: Vec<(String, String)>,
) -> Result<(), StartError> {
    let changes: Vec<_> = world.tables().into_iter().flat_map(super::world::Stored::drain).collect();
    let Some(store) = store else { return Ok(()) };
    meta.push(("clock".to_owned(), world.now.to_string()));
    match store.submit(changes, meta).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(reason)) => Err(StoreError::Write(reason).into()),
        Err(_) => Err(StoreError::Write("it stopped".to_owned()).into()),
    }
}

fn read_faults(path: &Path) -> Result<Vec<fault::Rule>, StartError> {
    let fail = |reason: String| StartError::Faults { path: path.to_owned(), reason };
    let text = std::fs::read_to_string(path).map_err(|e| fail(e.to_string()))?;
    let value = serde_json::from_str(&text).map_err(|e| fail(e.to_string()))?;
    fault::Faults::parse(&value).map_err(fail)
}

async fn connection(
    engine: Arc<Engine>,
    stream: tokio::net::TcpStream,
    peer: SocketAddr,
    mut stop: watch::Receiver<bool>,
) {
    let service = service_fn(move |request| {
        let engine = Arc::clone(&engine);
        async move { wire::respond(&engine, request, peer).await }
    });
    let serving = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        // The official Python SDK looks for `Content-Type` and `X-Tt-Logid` as they are written here.
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service);
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        // An error is a client that went away, or a cut that we made ourselves.
        _ = &mut serving => return,
        () = stopped(&mut stop) => serving.as_mut().graceful_shutdown(),
    }
    let _ = serving.await;
}
