//! The first way to log in: a browser on this machine, an authorisation code, and the proof that it is ours.

use std::collections::BTreeSet;
use std::time::Duration;

use super::loopback::{Brought, Loopback};
use super::pkce::{NoRandomness, Proof};
use crate::api::oauth::{Grant, OAuth, OAuthError};

/// How long a person may take, in real time.
pub const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Why nobody has logged in.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    #[error("the person refused")]
    Denied,
    #[error("the platform's page ended with {error}{}", if text.is_empty() { String::new() } else { format!(": {text}") })]
    Page { error: String, text: String },
    #[error("nobody came back from the browser within {} minutes", .0.as_secs() / 60)]
    Nobody(Duration),
    #[error("the device's code has expired before anybody agreed")]
    Expired,
    #[error(transparent)]
    Random(#[from] NoRandomness),
    #[error(transparent)]
    OAuth(#[from] OAuthError),
}

/// One request to a person, not yet answered.
#[derive(Debug)]
pub struct Authorisation {
    loopback: Loopback,
    proof: Proof,
    scope: String,
}

impl Authorisation {
    /// # Errors
    /// The system gives no randomness.
    pub fn new(loopback: Loopback, scopes: &BTreeSet<String>) -> Result<Self, NoRandomness> {
        let scope = scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        Ok(Self { loopback, proof: Proof::new()?, scope })
    }

    /// Where the browser is to go. It holds no secret but the state, which is worth nothing to anybody else.
    pub fn page(&self, oauth: &OAuth) -> String {
        oauth.page(&[
            ("redirect_uri", &self.loopback.address()),
            ("scope", &self.scope),
            ("state", self.proof.state.expose()),
            ("code_challenge", &self.proof.challenge),
            ("code_challenge_method", "S256"),
        ])
    }

    /// Waits for the browser and turns its code into tokens.
    ///
    /// # Errors
    /// The person refused, nobody came, or the code was not accepted.
    pub async fn finish(self, oauth: &OAuth, patience: Duration) -> Result<Grant, LoginError> {
        let redirect = self.loopback.address();
        match self.loopback.answer(&self.proof.state, patience).await {
            None => Err(LoginError::Nobody(patience)),
            Some(Brought::Refused { error, .. }) if error == "access_denied" => Err(LoginError::Denied),
            Some(Brought::Refused { error, text }) => Err(LoginError::Page { error, text }),
            Some(Brought::Code(code)) => Ok(oauth.exchange(&code, &redirect, &self.proof.verifier).await?),
        }
    }
}
