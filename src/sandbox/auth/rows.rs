//! What the login service remembers, as rows.
//!
//! Every row is keyed by a digest of its token or code: neither the store's keys nor a Debug print of a table
//! can be used to call anything.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::secret::Secret;
use crate::sandbox::world::{Millis, Row, digest};

/// The row key of a token or code.
pub(super) fn key(token: &str) -> String {
    digest(&["token", token])
}

/// A token of an app for the tenant. The app token of a self-built app is the same thing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct TenantToken {
    pub(super) app_id: String,
    /// Kept, since asking again returns the same token for an hour and a half.
    pub(super) token: Secret,
    pub(super) expires: Millis,
}

/// A person's access token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct UserToken {
    pub(super) app_id: String,
    pub(super) user: u64,
    pub(super) scopes: BTreeSet<String>,
    pub(super) expires: Millis,
    pub(super) revoked: bool,
}

/// A person's refresh token. Used ones stay for a while, so that reuse can be told from nonsense.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct RefreshToken {
    pub(super) app_id: String,
    pub(super) user: u64,
    /// The scopes of the authorisation that started this line of tokens: the outer bound of any narrowing.
    pub(super) asked: BTreeSet<String>,
    /// When the person agreed; the line ends 365 days later.
    pub(super) consented: Millis,
    pub(super) expires: Millis,
    pub(super) used: bool,
    pub(super) revoked: bool,
}

/// An authorisation code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Code {
    pub(super) app_id: String,
    pub(super) user: u64,
    pub(super) redirect_uri: String,
    pub(super) asked: BTreeSet<String>,
    pub(super) challenge: Option<Challenge>,
    pub(super) consented: Millis,
    pub(super) expires: Millis,
    pub(super) used: bool,
}

/// What a PKCE verifier must answer to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Challenge {
    pub(super) method: ChallengeMethod,
    pub(super) text: String,
}

impl std::fmt::Debug for Challenge {
    /// A plain challenge is the verifier itself.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Challenge({:?})", self.method)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ChallengeMethod {
    S256,
    Plain,
}

/// A device that waits for a person to agree elsewhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Device {
    pub(super) app_id: String,
    pub(super) user_code: Secret,
    pub(super) asked: BTreeSet<String>,
    pub(super) expires: Millis,
    /// Polls must be so far apart; each one that comes too early adds five seconds.
    pub(super) interval_ms: Millis,
    pub(super) polled: Option<Millis>,
    pub(super) state: DeviceState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum DeviceState {
    Waiting,
    Granted { user: u64, at: Millis },
    Refused,
    Used,
}

/// Everything a person ever granted to an app.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Consent {
    pub(super) app_id: String,
    pub(super) user: u64,
    pub(super) scopes: BTreeSet<String>,
}

impl Consent {
    pub(super) fn key(app_id: &str, user: u64) -> String {
        format!("{app_id}/{user:020}")
    }
}

macro_rules! rows {
    ($($row:ty => $table:literal),* $(,)?) => {
        $(impl Row for $row {
            type Key = String;
            const TABLE: &'static str = $table;
        })*
    };
}

rows! {
    TenantToken => "auth_tenant_tokens",
    UserToken => "auth_user_tokens",
    RefreshToken => "auth_refresh_tokens",
    Code => "auth_codes",
    Device => "auth_devices",
    Consent => "auth_consents",
}
