//! The doors through which a person's tokens come: the token endpoint, and the device flow's own on the accounts host.
//!
//! They follow OAuth's rules and not the envelope's: fields at the top level, failures as `error` with a number beside
//! it or without one (platform.md 3). Nothing here is sent twice: a refresh token works once, and whether a second
//! attempt is harmless is the caller's to know. What comes back is masked before anybody can read it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::client::AppCredentials;
use super::envelope::{request_id, throttle};
use super::error::{ApiError, Cause, Desk};
use super::refusal::{RequestId, clean, integer};
use super::request::RequestError;
use super::site::BaseUrl;
use super::transport::{ProxyChoice, Raw, SetupError, Timeouts, Transport, TransportError};
use super::wire::scrub;
use crate::base::contract::{Class, Contract, Endpoint};
use crate::base::secret::Secret;

const AUTHORIZE: &str = "/open-apis/authen/v1/authorize";
const TOKEN: &str = "/open-apis/authen/v2/oauth/token";
/// Not in the reference: the official command line uses it (platform.md 3).
const DEVICE: &str = "/oauth/v1/device_authorization";
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
const LONGEST_TEXT: usize = 300;

/// One app's way to a person's tokens.
#[derive(Debug)]
pub struct OAuth {
    open: Transport,
    hosts: Transport,
    accounts: BaseUrl,
    app: AppCredentials,
    endpoint: &'static Endpoint,
}

/// What a person granted, as the remote gave it.
#[derive(Debug, Clone)]
pub struct Grant {
    pub access: Secret,
    /// Seconds.
    pub life: i64,
    pub refresh: Option<Renewal>,
    pub scopes: BTreeSet<String>,
}

/// A token that is good for one new pair.
#[derive(Debug, Clone)]
pub struct Renewal {
    pub token: Secret,
    /// Seconds.
    pub life: i64,
}

/// A device that a person is to let in.
#[derive(Debug, Clone)]
pub struct Device {
    pub code: Secret,
    /// What the person types or compares.
    pub user_code: String,
    pub page: String,
    pub page_with_code: Option<String>,
    /// Seconds.
    pub life: i64,
    pub interval: i64,
}

/// Why there is no token.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OAuthError {
    #[error("{}", told(*code, error, text, request_id.as_ref()))]
    Refused {
        /// None for the device flow's states.
        code: Option<i64>,
        /// OAuth's own word: `invalid_grant`.
        error: String,
        text: String,
        request_id: Option<RequestId>,
        /// It was the rate that was refused.
        rate: bool,
    },
    #[error(transparent)]
    Transport(TransportError),
    #[error("HTTP {http} with an answer that is none of OAuth's")]
    Strange { http: u16 },
}

fn told(code: Option<i64>, error: &str, text: &str, id: Option<&RequestId>) -> String {
    let mut out = "refused".to_owned();
    // Writing to a String cannot fail.
    if let Some(code) = code {
        let _ = write!(out, " with code {code}");
    }
    for part in [error, text] {
        if !part.is_empty() {
            let _ = write!(out, ": {part}");
        }
    }
    if let Some(id) = id {
        let _ = write!(out, " (request id {id})");
    }
    out
}

impl OAuthError {
    pub fn code(&self) -> Option<i64> {
        match self {
            Self::Refused { code, .. } => *code,
            Self::Transport(_) | Self::Strange { .. } => None,
        }
    }

    /// The request may have been carried out although nothing usable came back.
    pub fn lost(&self) -> bool {
        match self {
            Self::Refused { .. } => false,
            Self::Transport(error) => error.sent(),
            Self::Strange { .. } => true,
        }
    }
}

impl OAuth {
    /// Sets both hosts up; sends nothing.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(
        base: BaseUrl,
        accounts: BaseUrl,
        app: AppCredentials,
        proxy: &ProxyChoice,
    ) -> Result<Self, SetupError> {
        let open = Transport::new(base, Timeouts::default(), proxy)?;
        let hosts = Transport::new(accounts.clone(), Timeouts::default(), proxy)?;
        let endpoint = Contract::built_in().ok().and_then(|contract| contract.endpoint("POST", TOKEN));
        let endpoint = endpoint.ok_or_else(|| RequestError::NoEndpoint(format!("POST {TOKEN}")))?;
        Ok(Self { open, hosts, accounts, app, endpoint })
    }

    pub fn app_id(&self) -> &str {
        &self.app.app_id
    }

    /// No token of a person, as a request is told that needs one.
    pub fn no_person(&self, what: impl Into<String>, remedy: impl Into<String>, class: Class) -> ApiError {
        let cause = Cause::NoPerson { what: what.into(), remedy: remedy.into() };
        ApiError::unsent(cause, class, self.endpoint, &Desk::default())
    }

    /// Where a person's browser goes to be asked.
    pub fn page(&self, query: &[(&str, &str)]) -> String {
        let own = [("client_id", self.app.app_id.as_str()), ("response_type", "code")];
        self.accounts.join(&format!("{AUTHORIZE}?{}", pairs(own.iter().chain(query))))
    }

    /// Turns a code into tokens.
    ///
    /// # Errors
    /// It was refused, or no answer came.
    pub async fn exchange(
        &self,
        code: &Secret,
        redirect_uri: &str,
        verifier: &Secret,
    ) -> Result<Grant, OAuthError> {
        let body = json!({
            "grant_type": "authorization_code", "code": code.expose(), "redirect_uri": redirect_uri,
            "code_verifier": verifier.expose(),
        });
        self.token(body, &[code, verifier]).await
    }

    /// Turns a refresh token into a new pair. The old one is dead as soon as the remote has seen this.
    ///
    /// # Errors
    /// It was refused, or no answer came.
    pub async fn refresh(&self, token: &Secret) -> Result<Grant, OAuthError> {
        let body = json!({ "grant_type": "refresh_token", "refresh_token": token.expose() });
        self.token(body, &[token]).await
    }

    /// Asks whether a person has let the device in.
    ///
    /// # Errors
    /// Not yet (`authorization_pending`), too often (`slow_down`), or never.
    pub async fn poll(&self, device: &Secret) -> Result<Grant, OAuthError> {
        let body = json!({ "grant_type": DEVICE_GRANT, "device_code": device.expose() });
        self.token(body, &[device]).await
    }

    /// Announces a device.
    ///
    /// # Errors
    /// It was refused, or no answer came.
    pub async fn device(&self, scope: &str) -> Result<Device, OAuthError> {
        let form = pairs([("client_id", self.app.app_id.as_str()), ("scope", scope)].iter());
        let basic = STANDARD.encode(format!("{}:{}", self.app.app_id, self.app.secret.expose()));
        let header = Secret::new(basic.clone()).header("Basic");
        let raw = self.hosts.post(DEVICE, FORM, form, header).await.map_err(OAuthError::Transport)?;
        let body = self.object(raw, &[&Secret::from(basic)])?;
        let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
        let seconds =
            |name: &str, without: i64| body.get(name).and_then(integer).filter(|s| *s > 0).unwrap_or(without);
        match (text("device_code"), text("user_code"), text("verification_uri")) {
            (Some(code), Some(user_code), Some(page)) => Ok(Device {
                code: Secret::new(code),
                user_code: clean(user_code, 64),
                page: clean(page, LONGEST_TEXT),
                page_with_code: text("verification_uri_complete").map(|t| clean(t, LONGEST_TEXT)),
                // What the official command line assumes when it is not told.
                life: seconds("expires_in", 240),
                interval: seconds("interval", 5),
            }),
            _ => Err(OAuthError::Strange { http: 200 }),
        }
    }

    async fn token(&self, mut body: Value, hidden: &[&Secret]) -> Result<Grant, OAuthError> {
        if let Some(fields) = body.as_object_mut() {
            fields.insert("client_id".to_owned(), json!(self.app.app_id));
            fields.insert("client_secret".to_owned(), json!(self.app.secret.expose()));
        }
        let sent = self.open.post(TOKEN, JSON, body.to_string(), None).await;
        let ended = sent.map_err(OAuthError::Transport).and_then(|raw| {
            let http = raw.http;
            grant(&self.object(raw, hidden)?).ok_or(OAuthError::Strange { http })
        });
        let outcome = if ended.is_ok() { "done" } else { "failed" };
        tracing::debug!(target: "larkctl::api", endpoint = TOKEN, outcome, "token");
        ended
    }

    /// A success's fields, or what the remote says against it, without any of our secrets.
    fn object(&self, raw: Raw, hidden: &[&Secret]) -> Result<Map<String, Value>, OAuthError> {
        let http = raw.http;
        let good = |body: &Map<String, Value>| {
            (200..300).contains(&http)
                && body.get("code").is_none_or(|code| integer(code) == Some(0))
                && !body.contains_key("error")
        };
        if let Ok(Value::Object(body)) = serde_json::from_slice(&raw.body)
            && good(&body)
        {
            return Ok(body);
        }
        let secrets: Vec<Secret> = hidden.iter().copied().chain([&self.app.secret]).cloned().collect();
        let raw = scrub(raw, &secrets);
        let Ok(Value::Object(body)) = serde_json::from_slice::<Value>(&raw.body) else {
            return Err(OAuthError::Strange { http });
        };
        let text = |name: &str| {
            body.get(name).and_then(Value::as_str).map(|t| clean(t, LONGEST_TEXT)).unwrap_or_default()
        };
        let code = body.get("code").and_then(integer).filter(|code| *code != 0);
        let error = text("error");
        if code.is_none() && error.is_empty() {
            return Err(OAuthError::Strange { http });
        }
        let mut said = text("error_description");
        if said.is_empty() {
            said = text("msg");
        }
        // Where the person passes the check that a policy wants of them.
        let challenge = text("challenge_url");
        if !challenge.is_empty() {
            said = format!("{said} {challenge}").trim().to_owned();
        }
        Err(OAuthError::Refused {
            code,
            error,
            text: said,
            request_id: request_id(&raw.headers),
            rate: http == 429 || throttle(&raw.headers).is_some(),
        })
    }
}

/// A life that is missing or odd counts as none: the token serves the call at hand and no other.
fn grant(body: &Map<String, Value>) -> Option<Grant> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
    let life = |name: &str| body.get(name).and_then(integer).unwrap_or(0).max(0);
    Some(Grant {
        access: Secret::new(text("access_token")?),
        life: life("expires_in"),
        refresh: text("refresh_token")
            .map(|token| Renewal { token: Secret::new(token), life: life("refresh_token_expires_in") }),
        scopes: text("scope").unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
    })
}

fn pairs<'p>(list: impl Iterator<Item = &'p (&'p str, &'p str)>) -> String {
    let encoded = list.map(|(name, value)| {
        format!("{}={}", utf8_percent_encode(name, RESERVED), utf8_percent_encode(value, RESERVED))
    });
    encoded.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Map<String, Value> {
        serde_json::from_str(text).expect("object")
    }

    #[test]
    fn a_grant_is_read_from_the_top_level_and_needs_a_token() {
        let body = r#"{"code":0,"access_token":"eyJa","expires_in":7200,"scope":"a:b offline_access"}"#;
        let read = grant(&object(body)).expect("grant");
        assert_eq!((read.life, read.scopes.len(), read.refresh.is_none()), (7200, 2, true));
        assert!(grant(&object(r#"{"code":0,"access_token":""}"#)).is_none());
        let odd = grant(&object(r#"{"access_token":"x","expires_in":"soon"}"#)).expect("grant");
        assert_eq!(odd.life, 0, "an odd life is none");
    }

    #[test]
    fn addresses_are_encoded() {
        let text = pairs([("a", "b c&d=e"), ("r", "http://127.0.0.1:1/x")].iter());
        assert_eq!(text, "a=b%20c%26d%3De&r=http%3A%2F%2F127.0.0.1%3A1%2Fx");
    }
}
