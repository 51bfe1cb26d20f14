//! What every command that talks to a tenant is given: flags, environment, the client, the embedded sandbox.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tokio::sync::watch;

use super::person::{self, Seat};
use crate::api::client::{AppCredentials, Client, Settings};
use crate::api::pace::Pace;
use crate::api::site::{BaseUrl, Brand};
use crate::api::transport::ProxyChoice;
use crate::base::secret::Secret;
use crate::sandbox::gateway::Engine;
use crate::sandbox::server::{Options, Server};
use crate::sandbox::world::{Join, MailRange};

/// Domains that the embedded sandbox has mail at: the one of the examples and the one that is nobody's. Others are
/// knobs of a tenant that is served (docs/reference/sandbox.md).
const MAIL_DOMAINS: [&str; 2] = ["acme.example.com", "example.com"];

/// Which tenant, and how fast its clock runs.
#[derive(Debug, Args)]
pub(super) struct Target {
    /// Run against the embedded sandbox, kept in DIR.
    #[arg(
        long,
        value_name = "DIR",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = SANDBOX
    )]
    pub(super) sandbox: Option<PathBuf>,
    /// How much faster than real the sandbox's and the client's clock run.
    #[arg(long, value_name = "X", requires = "sandbox", default_value_t = TIME_SCALE)]
    time_scale: f64,
    /// Where the Open API is, if not at the brand's own address.
    #[arg(long, value_name = "URL", env = "LARK_BASE_URL", conflicts_with = "sandbox")]
    base_url: Option<String>,
    /// Feishu (China) or Lark (international).
    #[arg(long, value_name = "BRAND", env = "LARK_BRAND", default_value = BRAND, value_parser = ["feishu", "lark"])]
    brand: String,
}

impl Target {
    /// The clock runs at a person's pace unless somebody says otherwise: a code must not expire while they read.
    pub(super) fn unhurried(&mut self) {
        if (self.time_scale - TIME_SCALE).abs() < f64::EPSILON {
            self.time_scale = 1.0;
        }
    }

    /// The flags as they were given, for a command that a person can copy.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = match &self.sandbox {
            Some(dir) if dir.as_os_str() == SANDBOX => vec!["--sandbox".to_owned()],
            Some(dir) => vec![format!("--sandbox={}", dir.display())],
            None => Vec::new(),
        };
        let mut given = |flag: &str, variable: &str, value: &str| {
            // What the environment says it will say again.
            if std::env::var(variable).ok().as_deref() != Some(value) {
                words.extend([flag.to_owned(), value.to_owned()]);
            }
        };
        if let Some(url) = &self.base_url {
            given("--base-url", "LARK_BASE_URL", url);
        }
        if self.brand != BRAND {
            given("--brand", "LARK_BRAND", &self.brand);
        }
        if (self.time_scale - TIME_SCALE).abs() > f64::EPSILON {
            words.extend(["--time-scale".to_owned(), self.time_scale.to_string()]);
        }
        words
    }
}

/// Where the embedded sandbox is kept when nobody says otherwise.
const SANDBOX: &str = ".larkctl/sandbox";
const TIME_SCALE: f64 = 60.0;
const BRAND: &str = "feishu";

/// Why there is nothing to talk to.
#[derive(Debug, thiserror::Error)]
pub(super) enum ContextError {
    #[error("LARK_APP_ID and LARK_APP_SECRET are not set")]
    Credentials,
    #[error("{text:?} is not a base address")]
    BaseUrl { text: String, source: crate::api::site::BaseUrlError },
    #[error("--time-scale must be above 0, at most 100000")]
    Scale,
    #[error(transparent)]
    Sandbox(#[from] crate::sandbox::server::StartError),
    #[error(transparent)]
    Client(#[from] crate::api::transport::SetupError),
}

impl ContextError {
    pub(super) fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::Credentials => Some(
                "set both from the app's page in the developer console, or try --sandbox, which needs none",
            ),
            Self::BaseUrl { .. } => Some("write it like https://open.feishu.cn"),
            Self::Sandbox(_) => {
                Some("another larkctl may be using the folder: name another with --sandbox=DIR")
            }
            Self::Scale | Self::Client(_) => None,
        }
    }
}

/// A client, and the sandbox that it talks to, if it is one of ours.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) client: Client,
    pub(super) base: BaseUrl,
    pub(super) app_id: String,
    /// Whoever has logged in, or will.
    pub(super) seat: Seat,
    pace: Pace,
    proxy: ProxyChoice,
    embedded: Option<Embedded>,
}

#[derive(Debug)]
struct Embedded {
    engine: Arc<Engine>,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Context {
    /// Reads the environment and starts what is needed; sends nothing.
    pub(super) async fn open(target: &Target) -> Result<Self, ContextError> {
        Self::open_with(target, None).await
    }

    /// As [`Self::open`], with the address of the login pages, if they are not at the brand's own.
    pub(super) async fn open_with(target: &Target, accounts: Option<&str>) -> Result<Self, ContextError> {
        match &target.sandbox {
            Some(dir) => Self::embedded(target, dir.clone()).await,
            None => Self::remote(target, accounts),
        }
    }

    fn remote(target: &Target, accounts: Option<&str>) -> Result<Self, ContextError> {
        let text = |name| std::env::var(name).ok().filter(|v| !v.trim().is_empty());
        let (Some(app_id), Some(secret)) = (text("LARK_APP_ID"), text("LARK_APP_SECRET")) else {
            return Err(ContextError::Credentials);
        };
        let brand = if target.brand == "lark" { Brand::Lark } else { Brand::Feishu };
        let parsed = |text: &str| {
            text.parse::<BaseUrl>().map_err(|source| ContextError::BaseUrl { text: text.to_owned(), source })
        };
        let base = target.base_url.as_deref().map_or_else(|| Ok(brand.base()), parsed)?;
        // A deployment of its own has one host for everything, unless it says otherwise.
        let accounts = match (accounts, base.brand()) {
            (Some(text), _) => parsed(text)?,
            (None, Some(public)) => public.accounts(),
            (None, None) => base.clone(),
        };
        let app = AppCredentials { app_id: app_id.clone(), secret: Secret::from(secret) };
        let whose = format!("{base} as {app_id}");
        #[cfg(debug_assertions)]
        let pace = super::mortal::pace().unwrap_or(Pace::REAL);
        #[cfg(not(debug_assertions))]
        let pace = Pace::REAL;
        let seat = person::remote(target, &whose, &base, &accounts, &app, pace)?;
        let mut settings = Settings::new(base.clone()).with_app(app.app_id, app.secret);
        settings.brand = settings.brand.or(Some(brand));
        settings.user = Some(seat.tokens());
        settings.pace = pace;
        let proxy = settings.proxy.clone();
        Ok(Self { client: Client::new(settings)?, base, app_id, seat, pace, proxy, embedded: None })
    }

    async fn embedded(target: &Target, dir: PathBuf) -> Result<Self, ContextError> {
        let pace = Pace::new(target.time_scale).ok_or(ContextError::Scale)?;
        let options = Options {
            data: Some(dir),
            time_scale: target.time_scale,
            strict: true,
            join: Join::AtOnce,
            mail_range: MailRange::All,
            attendance_open: true,
            mail_domains: MAIL_DOMAINS.iter().map(|domain| (*domain).to_owned()).collect(),
            ..Options::default()
        };
        let app =
            AppCredentials { app_id: options.app_id.clone(), secret: Secret::from(options.secret.clone()) };
        let logins = target.sandbox.clone().unwrap_or_default().join("login");
        let server = Server::start(options).await?;
        let engine = Arc::clone(&server.engine);
        let text = format!("http://{}", server.address);
        let base: BaseUrl = text.parse().map_err(|source| ContextError::BaseUrl { text, source })?;
        let (stop, stopping) = watch::channel(false);
        let task = tokio::spawn(server.run(stopping));
        let seat = person::embedded(target, &logins, base.clone(), app.clone(), Arc::clone(&engine))?;
        let app_id = app.app_id.clone();
        let mut settings = Settings::new(base.clone()).with_app(app.app_id, app.secret);
        settings.pace = pace;
        // The proxy of the outside world has no business on loopback.
        settings.proxy = ProxyChoice::Off;
        settings.user = Some(seat.tokens());
        let proxy = ProxyChoice::Off;
        let embedded = Some(Embedded { engine, stop, task });
        Ok(Self { client: Client::new(settings)?, base, app_id, seat, pace, proxy, embedded })
    }

    /// A client that is a person and nothing else.
    pub(super) fn as_person(&self, token: Secret) -> Result<Client, ContextError> {
        let mut settings = Settings::new(self.base.clone()).with_user_token(token);
        settings.pace = self.pace;
        settings.proxy = self.proxy.clone();
        Ok(Client::new(settings)?)
    }

    /// The embedded sandbox, if that is the tenant.
    pub(super) fn engine(&self) -> Option<&Engine> {
        self.embedded.as_ref().map(|embedded| embedded.engine.as_ref())
    }

    /// The name of the tenant in state and plans: an embedded sandbox has another port every time.
    pub(super) fn target(&self) -> String {
        match &self.embedded {
            Some(_) => format!("sandbox as {}", self.app_id),
            None => format!("{} as {}", self.base, self.app_id),
        }
    }

    /// Stops the embedded sandbox, if any, and waits until its store is closed.
    pub(super) async fn close(self) {
        drop(self.client);
        // It holds the sandbox's clock, and with it the store.
        drop(self.seat);
        if let Some(embedded) = self.embedded {
            drop(embedded.engine);
            let _ = embedded.stop.send(true);
            let _ = embedded.task.await;
        }
    }
}

/// Runs a command's future on a runtime of its own.
pub(super) fn block_on<F: Future>(future: F) -> std::io::Result<F::Output> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    Ok(runtime.block_on(future))
}
