//! A request that did not succeed: what went wrong, on which endpoint, after how much trying, and what a person
//! can do about it.
//!
//! [`ApiError`] is cheap to clone, so that everyone who waited for one token can be told the same story. It holds
//! templates and codes, never ids in paths, bodies or credentials. Its text is a fragment; the remedy is apart.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::envelope::Failure;
use super::refusal::{Refusal, RequestId, Violation};
use super::remedy;
use super::site::Brand;
use super::transport::TransportError;
use crate::base::contract::{Class, Endpoint, TokenType};

/// What stopped a request.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Cause {
    /// Found before anything was sent.
    #[error("no identity for it is configured: it takes {}", names(.takes))]
    NoIdentity { takes: Vec<TokenType> },
    #[error("no access token: {}", .0.cause())]
    NoToken(ApiError),
    /// A static token that was refused, or an answer of the token endpoint without a token.
    #[error("{0}")]
    Token(&'static str),
    /// A person's token cannot be had: nobody has logged in, or the login is over.
    #[error("{what}")]
    NoPerson { what: String, remedy: String },
    /// A helpdesk's own token is not known. The variable, where something names one.
    #[error(
        "there is no token for helpdesk {desk}{}",
        .variable.as_ref().map_or_else(String::new, |name| format!(": the environment variable {name} is not set"))
    )]
    NoHelpdesk { desk: String, variable: Option<String> },
    #[error(transparent)]
    Transport(TransportError),
    #[error(transparent)]
    Answer(Failure),
    #[error(transparent)]
    Page(super::page::PageError),
}

impl Cause {
    pub(super) fn request_id(&self) -> Option<&RequestId> {
        match self {
            Self::Answer(Failure::Refused(refusal)) => refusal.request_id.as_ref(),
            Self::Answer(Failure::Foreign { request_id, .. }) => request_id.as_ref(),
            Self::NoToken(error) => error.request_id(),
            Self::Answer(Failure::Redirected { .. })
            | Self::NoIdentity { .. }
            | Self::NoPerson { .. }
            | Self::NoHelpdesk { .. }
            | Self::Token(_)
            | Self::Transport(_)
            | Self::Page(_) => None,
        }
    }
}

fn names(takes: &[TokenType]) -> String {
    let names: Vec<&str> = takes.iter().copied().map(token_name).collect();
    names.join(" or ")
}

pub(super) fn token_name(token: TokenType) -> &'static str {
    match token {
        TokenType::Tenant => "tenant_access_token",
        TokenType::User => "user_access_token",
        TokenType::App => "app_access_token",
    }
}

/// What remedies need to know about the app.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    pub brand: Option<Brand>,
    pub app_id: Option<String>,
    /// A proxy variable is set in the environment.
    pub behind_proxy: bool,
}

/// A failed request with its circumstances.
#[derive(Clone)]
pub struct ApiError(Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) cause: Cause,
    pub(super) endpoint: &'static Endpoint,
    pub(super) class: Class,
    pub(super) stops_run: bool,
    pub(super) attempts: u32,
    pub(super) elapsed: Duration,
    /// An earlier or the last attempt may have been carried out.
    pub(super) may_have_happened: bool,
    /// The variable with the second credential that went along.
    pub(super) variable: Option<String>,
    pub(super) remedy: Option<String>,
}

impl ApiError {
    pub(super) fn new(mut inner: Inner, desk: &Desk) -> Self {
        inner.remedy = remedy::of(&inner, desk);
        Self(Arc::new(inner))
    }

    /// An error that is no attempt's: nothing was sent.
    pub(super) fn unsent(cause: Cause, class: Class, endpoint: &'static Endpoint, desk: &Desk) -> Self {
        let inner = Inner {
            cause,
            endpoint,
            class,
            stops_run: false,
            attempts: 0,
            elapsed: Duration::ZERO,
            may_have_happened: false,
            variable: None,
            remedy: None,
        };
        Self::new(inner, desk)
    }

    pub fn cause(&self) -> &Cause {
        &self.0.cause
    }

    /// `METHOD template`.
    pub fn endpoint(&self) -> String {
        self.0.endpoint.key()
    }

    pub fn class(&self) -> Class {
        self.0.class
    }

    /// Nothing more can work in this run: quota, app state, address list, credentials.
    pub fn stops_run(&self) -> bool {
        self.0.stops_run
    }

    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long all attempts took, in virtual time.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Whether the remote may have carried the request out all the same.
    pub fn may_have_happened(&self) -> bool {
        self.0.may_have_happened
    }

    /// What a person can do, where we know.
    pub fn remedy(&self) -> Option<&str> {
        self.0.remedy.as_deref()
    }

    pub fn code(&self) -> Option<i64> {
        self.refusal().map(|refusal| refusal.code)
    }

    pub fn request_id(&self) -> Option<&RequestId> {
        self.cause().request_id()
    }

    /// Alternatives: any one of these scopes would have let the call through.
    pub fn scopes(&self) -> &[String] {
        self.refusal().map_or(&[], |refusal| &refusal.scopes)
    }

    pub fn violations(&self) -> &[Violation] {
        self.refusal().map_or(&[], |refusal| &refusal.violations)
    }

    /// The remote's own words, if it spoke.
    pub fn refusal(&self) -> Option<&Refusal> {
        match &self.0.cause {
            Cause::Answer(Failure::Refused(refusal)) => Some(refusal),
            Cause::NoToken(error) => error.refusal(),
            Cause::Answer(Failure::Foreign { .. } | Failure::Redirected { .. })
            | Cause::NoIdentity { .. }
            | Cause::NoPerson { .. }
            | Cause::NoHelpdesk { .. }
            | Cause::Token(_)
            | Cause::Transport(_)
            | Cause::Page(_) => None,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.endpoint(), self.cause())?;
        let mut notes = Vec::new();
        if let Some(id) = self.request_id() {
            notes.push(format!("request id {id}"));
        }
        if self.attempts() > 1 {
            notes.push(format!("{} attempts in {:.1} s", self.attempts(), self.elapsed().as_secs_f64()));
        }
        if !notes.is_empty() {
            write!(f, " ({})", notes.join(", "))?;
        }
        if self.may_have_happened() { f.write_str("; it may have been carried out") } else { Ok(()) }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("endpoint", &self.endpoint())
            .field("cause", &self.0.cause)
            .field("class", &self.0.class)
            .field("attempts", &self.0.attempts)
            .field("elapsed", &self.0.elapsed)
            .field("may_have_happened", &self.0.may_have_happened)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for ApiError {}
