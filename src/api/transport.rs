//! One request over the wire and one complete answer back; the only module that sends with `reqwest`.
//!
//! It follows no redirects, repeats nothing, decides nothing. What it adds is the truth about failures: which
//! kind, and whether a byte of the request may have left ([`TransportError::sent`]), because on that depends
//! whether a write may be repeated. TLS is rustls with ring; roots come from the platform.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::multipart;

use super::request::{Body, Call, Form, RequestError};
use super::site::BaseUrl;
use crate::base::secret::Secret;

/// Pages are a few hundred kilobytes at most; whatever is larger is no answer of this API.
const LARGEST_ANSWER: usize = 32 << 20;
/// Shorter than any keep-alive we know of: a connection that the server just closed makes a write ambiguous.
const IDLE_CONNECTION: Duration = Duration::from_secs(15);
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// Which proxy to use.
#[derive(Debug, Clone, Default)]
pub enum ProxyChoice {
    /// `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`.
    #[default]
    Environment,
    Off,
    /// Its address may hold a password.
    At(Secret),
}

/// How long to wait for the network, in real time.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    pub connect: Duration,
    pub request: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), request: Duration::from_secs(30) }
    }
}

/// No complete answer came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    #[error("the name {host} could not be resolved")]
    Dns { host: String },
    #[error("no connection within the time limit")]
    ConnectTimeout,
    #[error("connection refused")]
    ConnectionRefused,
    #[error("no secure connection: {0}")]
    Tls(String),
    #[error("the proxy did not connect us: {0}")]
    Proxy(String),
    #[error("no connection: {0}")]
    Unreachable(String),
    #[error("the request cannot be sent: {0}")]
    Unsendable(String),
    #[error("no answer within the time limit")]
    Timeout,
    #[error("the connection was reset before an answer came")]
    Reset,
    #[error("the connection was closed before an answer came")]
    Closed,
    #[error("the answer broke off: {0}")]
    Truncated(String),
    #[error("the answer is larger than any of this API")]
    TooLarge,
    #[error("the connection failed: {0}")]
    Other(String),
}

impl TransportError {
    /// Whether the server may have seen the request.
    pub fn sent(&self) -> bool {
        match self {
            Self::Dns { .. }
            | Self::ConnectTimeout
            | Self::ConnectionRefused
            | Self::Tls(_)
            | Self::Proxy(_)
            | Self::Unreachable(_)
            | Self::Unsendable(_) => false,
            Self::Timeout
            | Self::Reset
            | Self::Closed
            | Self::Truncated(_)
            | Self::TooLarge
            | Self::Other(_) => true,
        }
    }
}

/// The client could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("the proxy address is not a URL")]
    Proxy,
    #[error(transparent)]
    Contract(#[from] RequestError),
    #[error("the HTTP client could not be set up: {}", chain_text(.0))]
    Client(reqwest::Error),
}

/// A complete answer, not yet understood.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) http: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct Transport {
    client: reqwest::Client,
    base: BaseUrl,
}

impl Transport {
    pub(super) fn new(base: BaseUrl, timeouts: Timeouts, proxy: &ProxyChoice) -> Result<Self, SetupError> {
        // Fails when a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("larkctl/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.request)
            .pool_idle_timeout(IDLE_CONNECTION)
            .dns_resolver(SystemNames);
        if !base.is_secure() {
            // The sandbox needs no certificates; a container without any must not stop it.
            builder = builder.tls_certs_only([]);
        }
        builder = match proxy {
            ProxyChoice::Environment => builder,
            ProxyChoice::Off => builder.no_proxy(),
            ProxyChoice::At(address) => {
                builder.proxy(reqwest::Proxy::all(address.expose()).map_err(|_| SetupError::Proxy)?)
            }
        };
        let client = builder.build().map_err(|e| SetupError::Client(e.without_url()))?;
        Ok(Self { client, base })
    }

    pub(super) async fn send(&self, call: &Call, token: Option<&Secret>) -> Result<Raw, TransportError> {
        self.execute(self.request(call, token)?).await
    }

    /// Posts to an address that is no endpoint of the Open API: OAuth's own.
    pub(super) async fn post(
        &self,
        path: &str,
        content_type: HeaderValue,
        body: String,
        authorization: Option<HeaderValue>,
    ) -> Result<Raw, TransportError> {
        let unsendable = |what: &str| TransportError::Unsendable(what.to_owned());
        let url: reqwest::Url =
            self.base.join(path).parse().map_err(|_| unsendable("its address is not a URL"))?;
        let mut request = self.client.post(url).header(CONTENT_TYPE, content_type).body(body);
        if let Some(header) = authorization {
            request = request.header(AUTHORIZATION, header);
        }
        let request = request.build().map_err(|_| unsendable("a header or the address is malformed"))?;
        self.execute(request).await
    }

    async fn execute(&self, request: reqwest::Request) -> Result<Raw, TransportError> {
        let mut response = self.client.execute(request).await.map_err(|e| classify(&e, false))?;
        let http = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| classify(&e, true))? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(TransportError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Raw { http, headers, body })
    }

    fn request(&self, call: &Call, token: Option<&Secret>) -> Result<reqwest::Request, TransportError> {
        let unsendable = |what: &str| TransportError::Unsendable(what.to_owned());
        let url: reqwest::Url =
            self.base.join(&call.target()).parse().map_err(|_| unsendable("its address is not a URL"))?;
        let method: Method =
            call.endpoint().method.parse().map_err(|_| unsendable("its method is not a method"))?;
        let request = self.client.request(method, url);
        let request = match call.body() {
            Body::None => request,
            Body::Json(value) => request.header(CONTENT_TYPE, JSON).body(value.to_string()),
            Body::Masked(text) => request.header(CONTENT_TYPE, JSON).body(text.expose().to_owned()),
            Body::Form(form) => request.multipart(multipart(form)),
        };
        let mut request = request.build().map_err(|_| unsendable("its body cannot be written"))?;
        if let Some(token) = token {
            let value =
                token.header("Bearer").ok_or_else(|| unsendable("the token is not a header value"))?;
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        if let Some((name, value)) = call.header() {
            let value = value.header("").ok_or_else(|| unsendable("a credential is not a header value"))?;
            request.headers_mut().insert(name.clone(), value);
        }
        Ok(request)
    }
}

fn multipart(form: &Form) -> multipart::Form {
    let file = multipart::Part::stream(form.bytes.clone()).file_name(form.name.clone());
    let texts = form
        .texts
        .iter()
        .fold(multipart::Form::new(), |all, (name, text)| all.text(name.clone(), text.clone()));
    texts.part(form.field.clone(), file)
}

/// The system's resolver, with an error that can be told from all others.
#[derive(Debug)]
struct SystemNames;

#[derive(Debug, thiserror::Error)]
#[error("the name {host} could not be resolved")]
struct NameError {
    host: String,
    source: io::Error,
}

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = tokio::net::lookup_host((host.as_str(), 0)).await.map(Iterator::collect::<Vec<_>>);
            match found {
                Ok(found) => Ok(Box::new(found.into_iter()) as Addrs),
                Err(source) => Err(Box::new(NameError { host, source }) as Box<dyn StdError + Send + Sync>),
            }
        })
    }
}

fn classify(error: &reqwest::Error, in_body: bool) -> TransportError {
    let found = Causes::of(error);
    if error.is_timeout() {
        return if error.is_connect() { TransportError::ConnectTimeout } else { TransportError::Timeout };
    }
    if in_body {
        return TransportError::Truncated(found.last);
    }
    if error.is_connect() {
        return match found {
            Causes { dns: Some(host), .. } => TransportError::Dns { host },
            Causes { proxy: Some(reason), .. } => TransportError::Proxy(reason),
            Causes { tls: Some(reason), .. } => TransportError::Tls(reason),
            Causes { io: Some(io::ErrorKind::ConnectionRefused), .. } => TransportError::ConnectionRefused,
            Causes { io: Some(io::ErrorKind::TimedOut), .. } => TransportError::ConnectTimeout,
            Causes { last, .. } => TransportError::Unreachable(last),
        };
    }
    if error.is_builder() {
        return TransportError::Unsendable(found.last);
    }
    match found.io {
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe) => TransportError::Reset,
        Some(io::ErrorKind::UnexpectedEof) => TransportError::Closed,
        _ if found.closed => TransportError::Closed,
        _ => TransportError::Other(found.last),
    }
}

/// What the chain of sources tells.
#[derive(Debug, Default)]
struct Causes {
    dns: Option<String>,
    tls: Option<String>,
    proxy: Option<String>,
    io: Option<io::ErrorKind>,
    closed: bool,
    last: String,
}

impl Causes {
    fn of(error: &(dyn StdError + 'static)) -> Self {
        let mut found = Self::default();
        let mut next = error.source();
        while let Some(cause) = next {
            found.look_at(cause);
            found.last = cause.to_string();
            next = cause.source();
        }
        found
    }

    fn look_at(&mut self, cause: &(dyn StdError + 'static)) {
        if let Some(name) = cause.downcast_ref::<NameError>() {
            self.dns = Some(name.host.clone());
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            self.tls = Some(tls.to_string());
        }
        if let Some(hyper) = cause.downcast_ref::<hyper::Error>() {
            self.closed |= hyper.is_incomplete_message() || hyper.is_canceled();
        }
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            self.io = Some(io.kind());
            // An io::Error gives its content's source as its own, and so hides the content itself.
            if let Some(inner) = io.get_ref() {
                self.look_at(inner);
            }
        }
        // The tunnel's error type is not public; its text is the only mark.
        let text = cause.to_string();
        if let Some(reason) = text.strip_prefix("tunnel error: ") {
            self.proxy = Some(reason.to_owned());
        }
    }
}

fn chain_text(error: &reqwest::Error) -> String {
    let last = Causes::of(error).last;
    if last.is_empty() { error.to_string() } else { last }
}
