//! Access tokens: which one an endpoint takes, and keeping them fresh.
//!
//! The remote gives the *same* tenant token while it has half an hour or more to live, and a new one after that,
//! so renewing early is useless and renewing late is risky. Hence: under 30 minutes fetch a new one in the
//! background while the old one serves; under 3 minutes wait for the new one. Many tasks, one fetch. A token that
//! the remote refuses is fetched anew once; if the same comes back, asking again would never end, and is not done
//! (platform.md 2.2). The life of a token is what `expire` says, nothing else.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::Instant;

use super::error::ApiError;
use super::pace::Pace;
use crate::base::contract::TokenType;
use crate::base::secret::Secret;

/// Below this much remaining life the remote gives a new token.
const RENEW_BELOW: Duration = Duration::from_secs(30 * 60);
/// Below this much the old one may die on the way.
const SERVE_ABOVE: Duration = Duration::from_secs(3 * 60);
/// How long to leave a failed background renewal alone.
const QUIET_AFTER_FAILURE: Duration = Duration::from_secs(60);

/// A boxed future, for the few calls behind `dyn`.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Something that hands out access tokens of one kind.
pub trait Tokens: fmt::Debug + Send + Sync {
    /// A token that should work.
    fn token(&self) -> Later<'_, Result<Secret, ApiError>>;

    /// Hears that the remote refused a token. The next [`Tokens::token`] may give another, or the same.
    fn doubt(&self, refused: &Secret);
}

/// Where tenant tokens come from.
pub trait TokenSource: fmt::Debug + Send + Sync {
    fn fetch(&self) -> Later<'_, Result<Fetched, ApiError>>;
}

/// A token as the remote gave it.
#[derive(Debug, Clone)]
pub struct Fetched {
    pub token: Secret,
    pub life: Duration,
}

/// Who the client can be. Debug shows no token.
#[derive(Debug, Clone, Default)]
pub struct Identities {
    pub tenant: Option<Arc<dyn Tokens>>,
    pub user: Option<Arc<dyn Tokens>>,
}

/// What an endpoint needs, and whether we have it.
#[derive(Debug, Clone)]
pub(super) enum Choice {
    /// Open to anyone.
    Nobody,
    As(Arc<dyn Tokens>),
    Missing(Vec<TokenType>),
}

impl Identities {
    /// Chooses among the kinds that an endpoint takes: the app before the person, unless the request insists.
    pub(super) fn choose(&self, takes: &[TokenType], insists: Option<TokenType>) -> Choice {
        if takes.is_empty() {
            return Choice::Nobody;
        }
        let wanted: Vec<TokenType> =
            takes.iter().copied().filter(|kind| insists.is_none_or(|wanted| wanted == *kind)).collect();
        let tenant = wanted.iter().any(|kind| match kind {
            // A self-built app's app token *is* its tenant token.
            TokenType::Tenant | TokenType::App => true,
            TokenType::User => false,
        });
        match (&self.tenant, &self.user) {
            (Some(tokens), _) if tenant => Choice::As(Arc::clone(tokens)),
            (_, Some(tokens)) if wanted.contains(&TokenType::User) => Choice::As(Arc::clone(tokens)),
            (Some(_) | None, Some(_) | None) => {
                Choice::Missing(if wanted.is_empty() { insists.into_iter().collect() } else { wanted })
            }
        }
    }
}

/// A token that somebody gave us and that we cannot renew.
#[derive(Debug)]
pub struct StaticToken(Secret);

impl StaticToken {
    pub fn new(token: Secret) -> Self {
        Self(token)
    }
}

impl Tokens for StaticToken {
    fn token(&self) -> Later<'_, Result<Secret, ApiError>> {
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }

    fn doubt(&self, _refused: &Secret) {}
}

/// The tenant token of a self-built app.
#[derive(Debug)]
pub struct TenantTokens {
    source: Box<dyn TokenSource>,
    pace: Pace,
    state: Mutex<State>,
    /// Held while a fetch is under way: this lock is meant to be waited for.
    flight: tokio::sync::Mutex<()>,
    own: Weak<Self>,
}

#[derive(Debug, Default)]
struct State {
    held: Option<Held>,
    /// Counts finished fetches, so that who waited for one does not start the next.
    round: u64,
    failure: Option<ApiError>,
    quiet_since: Option<Instant>,
}

#[derive(Debug)]
struct Held {
    token: Secret,
    since: Instant,
    life: Duration,
    doubt: Doubt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    None,
    /// Refused by an endpoint: fetch before the next use.
    Fetch,
    /// Refused, and the source gave the same again: the endpoint is to blame, not the token.
    Settled,
}

/// What to do about a request for a token.
enum Act {
    Serve(Secret),
    ServeAndRenew(Secret),
    Fetch { round: u64 },
}

impl TenantTokens {
    pub fn new(source: Box<dyn TokenSource>, pace: Pace) -> Arc<Self> {
        Arc::new_cyclic(|own| Self {
            source,
            pace,
            state: Mutex::default(),
            flight: tokio::sync::Mutex::default(),
            own: Weak::clone(own),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn act(&self) -> Act {
        let state = self.state();
        let round = state.round;
        let Some(held) = state.held.as_ref().filter(|held| held.doubt != Doubt::Fetch) else {
            return Act::Fetch { round };
        };
        let left = held.life.saturating_sub(self.pace.since(held.since));
        // A short-lived token must not be renewed all the time: the thresholds shrink with its life.
        if left <= SERVE_ABOVE.min(held.life / 10) {
            return Act::Fetch { round };
        }
        let quiet = state.quiet_since.is_some_and(|since| self.pace.since(since) < QUIET_AFTER_FAILURE);
        if left <= RENEW_BELOW.min(held.life / 2) && !quiet {
            return Act::ServeAndRenew(held.token.clone());
        }
        Act::Serve(held.token.clone())
    }

    /// Fetches unless somebody else's fetch ended since `round`; then shares its result, good or bad.
    async fn fetch(&self, round: u64) -> Result<Secret, ApiError> {
        let _flight = self.flight.lock().await;
        if let Some(shared) = self.shared(round) {
            return shared;
        }
        let fetched = self.source.fetch().await;
        let mut state = self.state();
        match fetched {
            Ok(fetched) => Ok(state.keep(fetched)),
            Err(error) => {
                state.round += 1;
                state.failure = Some(error.clone());
                Err(error)
            }
        }
    }

    /// The result of a fetch that ended since `round`.
    fn shared(&self, round: u64) -> Option<Result<Secret, ApiError>> {
        let state = self.state();
        if state.round == round {
            return None;
        }
        let failed = state.failure.clone().map(Err);
        failed.or_else(|| state.held.as_ref().map(|held| Ok(held.token.clone())))
    }

    /// Renews behind the back of whoever uses the old token.
    fn renew(&self) {
        let Some(own) = self.own.upgrade() else { return };
        tokio::spawn(async move {
            let Ok(_flight) = own.flight.try_lock() else { return };
            if !matches!(own.act(), Act::ServeAndRenew(_)) {
                return;
            }
            let fetched = own.source.fetch().await;
            let mut state = own.state();
            match fetched {
                Ok(fetched) => drop(state.keep(fetched)),
                Err(error) => {
                    tracing::warn!(target: "larkctl::api", %error, "token not renewed, the old one serves on");
                    state.quiet_since = Some(Instant::now());
                }
            }
        });
    }
}

impl State {
    fn keep(&mut self, Fetched { token, life }: Fetched) -> Secret {
        let refused = self.held.as_ref().filter(|held| held.doubt != Doubt::None && held.token == token);
        let doubt = if refused.is_some() { Doubt::Settled } else { Doubt::None };
        self.held = Some(Held { token: token.clone(), since: Instant::now(), life, doubt });
        self.failure = None;
        self.round += 1;
        // A source that keeps giving old tokens is not asked on every call.
        self.quiet_since = Some(Instant::now());
        token
    }
}

impl Tokens for TenantTokens {
    fn token(&self) -> Later<'_, Result<Secret, ApiError>> {
        Box::pin(async move {
            match self.act() {
                Act::Serve(token) => Ok(token),
                Act::ServeAndRenew(token) => {
                    self.renew();
                    Ok(token)
                }
                Act::Fetch { round } => self.fetch(round).await,
            }
        })
    }

    fn doubt(&self, refused: &Secret) {
        let mut state = self.state();
        if let Some(held) = state.held.as_mut().filter(|held| held.token == *refused) {
            held.doubt = match held.doubt {
                Doubt::None | Doubt::Fetch => Doubt::Fetch,
                Doubt::Settled => Doubt::Settled,
            };
        }
    }
}

#[cfg(test)]
mod tests;
