//! [`Person`]: the access token of whoever has logged in, renewed in time, by one task of one process.
//!
//! Nothing is opened until a request asks for a token. Then, in this order: what is held, if it lives for five minutes
//! more; what the file holds, since another process may have renewed it; the cross-process lock, and the file again;
//! only then the platform. A renewal kills the old refresh token at once, so the new pair is on the disk before
//! anybody sees it, and that it can be written is tried before the old one is spent. Only 20050 is tried twice. An
//! answer that was lost, or a refusal, ends in a request to log in again; while the old access token still lives it
//! serves on.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::clock::Clock;
use super::record::{Ended, Login, Renewable, Who};
use super::vault::{Held, Vault, VaultError};
use super::words::{in_words, over, told};
use crate::api::auth::{Later, Tokens};
use crate::api::error::ApiError;
use crate::api::oauth::{Grant, OAuth, OAuthError};
use crate::base::contract::Class;
use crate::base::digest::sha256;
use crate::base::secret::Secret;

/// Renewed when less than this is left.
const RENEW_BELOW: i64 = 5 * 60;
/// With less than this left it may die on the way.
const SERVE_ABOVE: i64 = 30;
/// How long a renewal that failed for a passing reason is left alone.
const QUIET: i64 = 60;

/// What a login is made of.
#[derive(Debug)]
pub struct Setup {
    pub oauth: OAuth,
    pub vault: Vault,
    pub clock: Arc<dyn Clock>,
    /// The command that logs in, for messages.
    pub command: String,
    /// `LARK_REFRESH_TOKEN`: what the login begins with instead of a person's consent.
    pub begin: Option<Secret>,
}

/// A login as the client sees it.
#[derive(Debug)]
pub struct Person {
    setup: Setup,
    state: Mutex<State>,
    /// Held while one task finds out: the others wait for its result.
    flight: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    held: Option<Carried>,
    /// Refused by the platform before its time.
    doubted: Option<Secret>,
    /// Made because its predecessor was refused: if it is refused as well, the token is not to blame.
    settled: Option<Secret>,
    failure: Option<Failure>,
}

#[derive(Debug, Clone)]
struct Carried {
    token: Secret,
    until: i64,
    life: i64,
}

/// A renewal that did not succeed, of the pair with this access token.
#[derive(Debug)]
struct Failure {
    access: Secret,
    error: ApiError,
    until: i64,
}

/// What a stored login is good for now.
enum Verdict {
    Serve,
    Renew(Renewable),
    Over(ApiError),
}

impl Carried {
    fn of(login: &Login) -> Self {
        Self { token: login.access.clone(), until: login.access_until, life: login.access_life }
    }

    /// Short-lived tokens must not be renewed all the time: the thresholds shrink with the life.
    fn fresh(&self, now: i64) -> bool {
        self.until - now > RENEW_BELOW.min(self.life / 4)
    }

    fn alive(&self, now: i64) -> bool {
        self.until - now > SERVE_ABOVE.min(self.life / 10)
    }
}

impl Person {
    pub fn new(setup: Setup) -> Arc<Self> {
        Arc::new(Self { setup, state: Mutex::default(), flight: tokio::sync::Mutex::default() })
    }

    pub fn oauth(&self) -> &OAuth {
        &self.setup.oauth
    }

    pub fn clock(&self) -> &dyn Clock {
        self.setup.clock.as_ref()
    }

    pub fn vault(&self) -> &Vault {
        &self.setup.vault
    }

    /// The command that logs in.
    pub fn command(&self) -> &str {
        &self.setup.command
    }

    /// Whether the login begins with a variable and not with a person's consent.
    pub fn from_variable(&self) -> bool {
        self.setup.begin.is_some()
    }

    /// What is stored; sends nothing.
    ///
    /// # Errors
    /// It is there and does not open.
    pub async fn standing(&self) -> Result<Option<Login>, VaultError> {
        Ok(self.belonging(self.setup.vault.read().await?))
    }

    /// Keeps what a person just granted.
    ///
    /// # Errors
    /// It cannot be written.
    pub async fn keep(&self, login: &Login) -> Result<(), VaultError> {
        let held = self.setup.vault.lock().await?;
        held.write(login).await?;
        self.hold(login);
        Ok(())
    }

    /// Forgets the login here. Gives what it was, if that could be read.
    ///
    /// # Errors
    /// It cannot be removed.
    pub async fn forget(&self) -> Result<Option<Login>, VaultError> {
        let held = self.setup.vault.lock().await?;
        let was = self.setup.vault.read().await.ok().flatten();
        held.remove().await?;
        *self.state() = State::default();
        Ok(was)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hold(&self, login: &Login) -> Secret {
        let mut state = self.state();
        state.held = Some(Carried::of(login));
        // Of this very pair it still holds: serving the rest of its life is no success.
        state.failure = state.failure.take().filter(|failure| failure.access == login.access);
        login.access.clone()
    }

    /// The held token, if nothing has to be done for it.
    fn ready(&self) -> Option<Secret> {
        let state = self.state();
        let held = state.held.as_ref()?;
        let good = held.fresh(self.setup.clock.now()) && state.doubted.as_ref() != Some(&held.token);
        good.then(|| held.token.clone())
    }

    /// The stored login, if it is the one meant: with a variable, one that began with that very token; else what is
    /// to be its beginning.
    fn belonging(&self, stored: Option<Login>) -> Option<Login> {
        let Some(begin) = &self.setup.begin else { return stored };
        let digest = sha256(begin.expose().as_bytes());
        let ours = stored.filter(|login| login.began_with.as_ref() == Some(&digest));
        Some(ours.unwrap_or_else(|| Login {
            who: Who::default(),
            asked: std::collections::BTreeSet::new(),
            scopes: std::collections::BTreeSet::new(),
            access: Secret::new(""),
            access_until: 0,
            access_life: 0,
            refresh: Some(Renewable { token: begin.clone(), until: i64::MAX }),
            consented: None,
            ended: None,
            began_with: Some(digest),
        }))
    }

    async fn stored(&self) -> Result<Login, ApiError> {
        let stored = self.setup.vault.read().await.map_err(|e| self.unopened(&e))?;
        self.belonging(stored).ok_or_else(|| {
            let remedy = format!("run `{}` first", self.setup.command);
            self.setup.oauth.no_person(
                "nobody has logged in, and this call works only on behalf of a person",
                remedy,
                Class::User,
            )
        })
    }

    fn unopened(&self, error: &VaultError) -> ApiError {
        let mut what = error.to_string();
        if let Some(source) = std::error::Error::source(error) {
            what.push_str(&format!(": {source}"));
        }
        self.setup.oauth.no_person(what, error.remedy(&self.setup.command), Class::User)
    }

    fn judge(&self, login: &Login) -> Verdict {
        let now = self.setup.clock.now();
        let state = self.state();
        let held = Carried::of(login);
        let doubted = state.doubted.as_ref() == Some(&login.access);
        if held.fresh(now) && !doubted {
            return Verdict::Serve;
        }
        let failed = state.failure.as_ref().filter(|f| f.access == login.access && now < f.until);
        if let (Some(refresh), None, None) = (&login.refresh, &login.ended, failed) {
            return Verdict::Renew(refresh.clone());
        }
        if held.alive(now) && !doubted {
            return Verdict::Serve;
        }
        Verdict::Over(match (failed, &login.ended) {
            (Some(failure), _) => failure.error.clone(),
            (None, Some(ended)) => self.over(&in_words(ended.code)),
            (None, None) if doubted => self.over("the platform refuses the login's token before its time"),
            (None, None) => self.over("the login has expired, and it was made without offline_access"),
        })
    }

    fn over(&self, why: &str) -> ApiError {
        let remedy = if self.from_variable() {
            format!(
                "set a fresh LARK_REFRESH_TOKEN; each is good for one renewal, and what comes of it is kept in {}, which \
                 must be there for the next run; or unset it and run `{}`",
                self.setup.vault.path().display(),
                self.setup.command
            )
        } else {
            format!("log in again: run `{}`", self.setup.command)
        };
        self.setup.oauth.no_person(why, remedy, Class::Login)
    }

    async fn obtain(&self) -> Result<Secret, ApiError> {
        if let Some(token) = self.ready() {
            return Ok(token);
        }
        let _flight = self.flight.lock().await;
        if let Some(token) = self.ready() {
            return Ok(token);
        }
        let login = self.stored().await?;
        match self.judge(&login) {
            Verdict::Serve => return Ok(self.hold(&login)),
            Verdict::Over(error) => return Err(error),
            Verdict::Renew(_) => {}
        }
        let held = self.setup.vault.lock().await.map_err(|e| self.unopened(&e))?;
        // Another process may have renewed it, or logged out, while we waited.
        let login = self.stored().await?;
        match self.judge(&login) {
            Verdict::Serve => Ok(self.hold(&login)),
            Verdict::Over(error) => Err(error),
            Verdict::Renew(refresh) => self.renew(&held, &login, &refresh).await,
        }
    }

    async fn renew(&self, held: &Held, login: &Login, refresh: &Renewable) -> Result<Secret, ApiError> {
        // What cannot be written must not be spent: this finds a full disk or a missing key while nothing is lost.
        held.write(login).await.map_err(|e| self.unopened(&e))?;
        let now = self.setup.clock.now();
        let mut answer = self.setup.oauth.refresh(&refresh.token).await;
        if answer.as_ref().is_err_and(|e| e.code() == Some(20_050)) {
            answer = self.setup.oauth.refresh(&refresh.token).await;
        }
        match answer {
            Ok(grant) => self.next(held, login, &grant, now).await,
            Err(error) => self.failed(held, login, &error, now).await,
        }
    }

    async fn next(&self, held: &Held, login: &Login, grant: &Grant, now: i64) -> Result<Secret, ApiError> {
        let next = login.renewed(grant, now);
        held.write(&next).await.map_err(|e| self.unopened(&e))?;
        let mut state = self.state();
        if state.doubted.take().is_some_and(|doubted| doubted == login.access) {
            state.settled = Some(next.access.clone());
        }
        drop(state);
        tracing::info!(target: "larkctl::login", "renewed");
        Ok(self.hold(&next))
    }

    async fn failed(
        &self,
        held: &Held,
        login: &Login,
        error: &OAuthError,
        now: i64,
    ) -> Result<Secret, ApiError> {
        let words = told(error, &self.setup.command);
        let ended = error.code().filter(|code| over(*code));
        if let Some(code) = ended {
            // So that nobody asks again and `login --status` knows; if it cannot be written they will find out.
            let refused = self.state().doubted.as_ref() == Some(&login.access);
            let ended = Login {
                ended: Some(Ended { code, at: now }),
                access_until: if refused { login.access_until.min(now) } else { login.access_until },
                ..login.clone()
            };
            let _ = held.write(&ended).await;
        }
        let passing = matches!(words.class, Class::Retry | Class::RetryOnce | Class::Rate);
        let error = if passing {
            self.setup.oauth.no_person(words.what, words.remedy, words.class)
        } else if words.class == Class::Login {
            self.over(&words.what)
        } else {
            self.setup.oauth.no_person(words.what, words.remedy, words.class)
        };
        tracing::warn!(target: "larkctl::login", %error, "not renewed");
        let mut state = self.state();
        let alive = Carried::of(login).alive(now) && state.doubted.as_ref() != Some(&login.access);
        let until = if passing { now.saturating_add(QUIET) } else { i64::MAX };
        state.failure = Some(Failure { access: login.access.clone(), error: error.clone(), until });
        if alive { Ok(login.access.clone()) } else { Err(error) }
    }
}

impl Tokens for Person {
    fn token(&self) -> Later<'_, Result<Secret, ApiError>> {
        Box::pin(self.obtain())
    }

    fn doubt(&self, refused: &Secret) {
        let mut state = self.state();
        let current = state.held.as_ref().is_some_and(|held| held.token == *refused);
        if current && state.settled.as_ref() != Some(refused) {
            state.doubted = Some(refused.clone());
        }
    }
}

/// `LARK_USER_TOKEN`: used as it is, never renewed.
#[derive(Debug)]
pub struct Given {
    token: Secret,
    oauth: OAuth,
    command: String,
    refused: Mutex<bool>,
}

impl Given {
    pub fn new(token: Secret, oauth: OAuth, command: String) -> Self {
        Self { token, oauth, command, refused: Mutex::new(false) }
    }
}

impl Tokens for Given {
    fn token(&self) -> Later<'_, Result<Secret, ApiError>> {
        let refused = *self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let token = if refused {
            Err(self.oauth.no_person(
                "the platform refused the token in LARK_USER_TOKEN",
                format!(
                    "it lives for two hours and is used as it is: set a fresh one, or unset it and run `{}`",
                    self.command
                ),
                Class::Login,
            ))
        } else {
            Ok(self.token.clone())
        };
        Box::pin(std::future::ready(token))
    }

    fn doubt(&self, _: &Secret) {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }
}
