//! The client: a [`Reader`] and a [`Writer`] over one transport.
//!
//! What must not write is not handed a writer: the reader's methods take read requests only, and neither gives
//! access to the other. [`Client`] is made once, by whoever knows flags and environment, and lends both. All
//! limits, tokens and connections are shared by everything made from one client.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::auth::{Choice, Fetched, Identities, Later, StaticToken, TenantTokens, TokenSource, Tokens};
use super::envelope::Answer;
use super::error::{ApiError, Cause, Desk};
use super::helpdesk::{DeskToken, Helpdesks};
use super::limit::Limiter;
use super::pace::Pace;
use super::page::{self, Listing, Pages};
use super::request::{Call, Draft, ReadRequest, Repeat, RequestError, WriteRequest};
use super::retry::{Jitter, RetryPolicy};
use super::site::{BaseUrl, Brand};
use super::transport::{ProxyChoice, SetupError, Timeouts, Transport};
use super::wire::Wire;
use crate::base::contract::{Class, Endpoint};
use crate::base::secret::Secret;

/// Requests under way at once, over all endpoints (platform.md 14).
const CONCURRENCY: usize = 16;

/// A self-built app's credentials.
#[derive(Debug, Clone)]
pub struct AppCredentials {
    pub app_id: String,
    pub secret: Secret,
}

/// Everything that a client is made of.
#[derive(Debug)]
pub struct Settings {
    pub base: BaseUrl,
    /// For links in remedies; a public base address tells it anyway.
    pub brand: Option<Brand>,
    pub app: Option<AppCredentials>,
    /// A person's access token, if there is one.
    pub user: Option<Arc<dyn Tokens>>,
    pub pace: Pace,
    /// The share of every documented rate to leave to other programs of the same app, 0 to 1.
    pub headroom: f64,
    pub concurrency: usize,
    pub timeouts: Timeouts,
    pub retry: RetryPolicy,
    pub proxy: ProxyChoice,
    pub jitter: Jitter,
}

impl Settings {
    /// The defaults for a base address.
    pub fn new(base: BaseUrl) -> Self {
        Self {
            brand: base.brand(),
            base,
            app: None,
            user: None,
            pace: Pace::REAL,
            headroom: 0.0,
            concurrency: CONCURRENCY,
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            proxy: ProxyChoice::default(),
            jitter: Jitter::random(),
        }
    }

    pub fn with_app(mut self, app_id: impl Into<String>, secret: Secret) -> Self {
        self.app = Some(AppCredentials { app_id: app_id.into(), secret });
        self
    }

    /// Acts for a person with a token that cannot be renewed.
    pub fn with_user_token(mut self, token: Secret) -> Self {
        self.user = Some(Arc::new(StaticToken::new(token)));
        self
    }
}

/// One client of one app in one tenant.
#[derive(Debug, Clone)]
pub struct Client(Arc<Core>);

/// Sends what changes nothing.
#[derive(Debug, Clone)]
pub struct Reader(Arc<Core>);

/// Sends what changes something.
#[derive(Debug, Clone)]
pub struct Writer(Arc<Core>);

#[derive(Debug)]
struct Core {
    wire: Arc<Wire>,
    identities: Identities,
}

/// How a write ended.
#[derive(Debug)]
#[must_use]
pub enum Outcome {
    Done(Answer),
    /// It was refused or never sent: nothing changed.
    Refused(ApiError),
    /// It may or may not have been carried out: look before doing anything about it.
    Unknown(ApiError),
}

impl Outcome {
    /// The answer, for callers to whom both failures are the same.
    ///
    /// # Errors
    /// Refused or unknown.
    pub fn into_result(self) -> Result<Answer, ApiError> {
        match self {
            Self::Done(answer) => Ok(answer),
            Self::Refused(error) | Self::Unknown(error) => Err(error),
        }
    }
}

impl Client {
    /// Sets the client up; sends nothing.
    ///
    /// # Errors
    /// When the HTTP client cannot be made: no trusted certificates, a proxy address that is none.
    pub fn new(settings: Settings) -> Result<Self, SetupError> {
        let proxied = matches!(settings.proxy, ProxyChoice::Environment) && proxy_in_environment();
        let wire = Arc::new(Wire {
            transport: Transport::new(settings.base, settings.timeouts, &settings.proxy)?,
            limiter: Limiter::new(settings.pace, settings.headroom),
            gate: Semaphore::new(settings.concurrency.clamp(1, Semaphore::MAX_PERMITS)),
            policy: settings.retry,
            pace: settings.pace,
            jitter: settings.jitter,
            desk: Desk {
                brand: settings.brand,
                app_id: settings.app.as_ref().map(|app| app.app_id.clone()),
                behind_proxy: proxied,
            },
            app_secret: settings.app.as_ref().map(|app| app.secret.clone()),
            helpdesks: Helpdesks::default(),
        });
        let tenant = match &settings.app {
            None => None,
            Some(app) => {
                let source = AppTokens { wire: Arc::clone(&wire), request: token_request(app)? };
                Some(TenantTokens::new(Box::new(source), settings.pace) as Arc<dyn Tokens>)
            }
        };
        Ok(Self(Arc::new(Core { wire, identities: Identities { tenant, user: settings.user } })))
    }

    /// Whether a configured identity fits the endpoint, so that planning can fail early.
    pub fn serves(&self, endpoint: &Endpoint) -> bool {
        match self.0.identities.choose(&endpoint.tokens, None) {
            Choice::Nobody | Choice::As(_) => true,
            Choice::Missing(_) => false,
        }
    }

    /// Takes in where the credentials of helpdesks come from. What is known of others stays.
    pub fn know_helpdesks(&self, desks: BTreeMap<String, DeskToken>) {
        self.0.wire.helpdesks.know(desks);
    }

    pub fn reader(&self) -> Reader {
        Reader(Arc::clone(&self.0))
    }

    pub fn writer(&self) -> Writer {
        Writer(Arc::clone(&self.0))
    }
}

fn proxy_in_environment() -> bool {
    ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

impl Core {
    async fn send(&self, call: &Call, repeat: Repeat) -> Result<Answer, ApiError> {
        let who = self.identities.choose(&call.endpoint().tokens, call.identity());
        let Some(desk) = call.desk() else { return self.wire.run(call, repeat, who).await };
        match self.wire.helpdesks.sign(call, desk) {
            Ok(signed) => self.wire.run(&signed, repeat, who).await,
            Err(cause) => Err(self.wire.unsent(cause, Class::User, call.endpoint())),
        }
    }
}

impl Reader {
    /// The app that reads, where it is known.
    pub fn app_id(&self) -> Option<&str> {
        self.0.wire.desk.app_id.as_deref()
    }

    /// Sends one request.
    ///
    /// # Errors
    /// It did not succeed, after all retries.
    pub async fn get(&self, request: &ReadRequest) -> Result<Answer, ApiError> {
        self.0.send(request.call(), Repeat::Read).await
    }

    /// Reads a list whose items are under `key` to its end.
    pub async fn list(&self, request: &ReadRequest, key: &str) -> Listing {
        page::collect(self, request, key).await
    }

    /// Reads a list page by page.
    pub fn pages(&self, request: &ReadRequest) -> Pages<'_> {
        Pages::new(self, request)
    }

    pub(super) fn fault(&self, cause: Cause, class: Class, endpoint: &'static Endpoint) -> ApiError {
        self.0.wire.unsent(cause, class, endpoint)
    }
}

impl Writer {
    /// Sends one request, again only where a second copy is harmless.
    pub async fn send(&self, request: &WriteRequest) -> Outcome {
        match self.0.send(request.call(), request.repeat()).await {
            Ok(answer) => Outcome::Done(answer),
            Err(error) if error.may_have_happened() => Outcome::Unknown(error),
            Err(error) => Outcome::Refused(error),
        }
    }
}

/// Fetches tenant tokens with an app's credentials.
#[derive(Debug)]
struct AppTokens {
    wire: Arc<Wire>,
    request: WriteRequest,
}

const TOKEN_ENDPOINT: (&str, &str) = ("POST", "/open-apis/auth/v3/tenant_access_token/internal");

impl TokenSource for AppTokens {
    fn fetch(&self) -> Later<'_, Result<Fetched, ApiError>> {
        Box::pin(async move {
            let call = self.request.call();
            // Fetching a token twice does no harm.
            let answer = self.wire.run(call, Repeat::Idempotent, Choice::Nobody).await?;
            read_token(&answer.value).ok_or_else(|| {
                let cause = Cause::Token("the answer of the token endpoint holds no token");
                self.wire.unsent(cause, Class::Fatal, call.endpoint())
            })
        })
    }
}

fn token_request(app: &AppCredentials) -> Result<WriteRequest, RequestError> {
    let body = json!({"app_id": app.app_id, "app_secret": app.secret.expose()}).to_string();
    Draft::to(TOKEN_ENDPOINT.0, TOKEN_ENDPOINT.1).masked_body(Secret::from(body)).write()
}

/// Reads token and life from a top-level answer; a life that is missing or odd is taken as none at all, so that
/// the token serves the call at hand and no other.
fn read_token(value: &Value) -> Option<Fetched> {
    let token = value.get("tenant_access_token")?.as_str().filter(|token| !token.is_empty())?;
    let life = value.get("expire").and_then(super::refusal::integer).and_then(|s| u64::try_from(s).ok());
    Some(Fetched { token: Secret::new(token), life: Duration::from_secs(life.unwrap_or(0)) })
}

#[cfg(test)]
mod tests;
