//! What is kept of a login, and what of it may be told.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::words::in_words;
use crate::api::oauth::Grant;
use crate::base::secret::Secret;

/// A person must be asked again a year after they agreed, however often the tokens were renewed (platform.md 3).
const CONSENT_LIFE: i64 = 365 * 86_400;

/// One person's consent to one app, with the tokens that came of it. Debug shows no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub who: Who,
    /// What was asked for at the last consent.
    pub asked: BTreeSet<String>,
    /// What the token carries.
    pub scopes: BTreeSet<String>,
    pub access: Secret,
    /// Seconds since 1970.
    pub access_until: i64,
    /// How long it lived when it was new.
    pub access_life: i64,
    pub refresh: Option<Renewable>,
    /// When the person agreed; unknown for a refresh token that came from outside.
    pub consented: Option<i64>,
    /// Why it cannot be renewed any more.
    pub ended: Option<Ended>,
    /// For a login that began with `LARK_REFRESH_TOKEN`: a digest of that token.
    pub began_with: Option<String>,
}

/// The token that is good for one more pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewable {
    pub token: Secret,
    pub until: i64,
}

/// Who the person is, as `user_info` says; empty where it does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    pub name: String,
    pub open_id: String,
    pub user_id: String,
    pub tenant_key: String,
}

/// The platform refused to renew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub code: i64,
    pub at: i64,
}

impl Ended {
    /// The reason in words.
    pub fn why(&self) -> String {
        in_words(self.code)
    }
}

impl Login {
    /// A new login out of what the platform gave at `now`.
    pub fn new(grant: &Grant, asked: BTreeSet<String>, now: i64) -> Self {
        Self {
            who: Who::default(),
            asked,
            scopes: grant.scopes.clone(),
            access: grant.access.clone(),
            access_until: now.saturating_add(grant.life),
            access_life: grant.life,
            refresh: grant.refresh.as_ref().map(|refresh| Renewable {
                token: refresh.token.clone(),
                until: now.saturating_add(refresh.life),
            }),
            consented: Some(now),
            ended: None,
            began_with: None,
        }
    }

    /// The same login with the next pair.
    #[must_use]
    pub fn renewed(&self, grant: &Grant, now: i64) -> Self {
        let next = Self::new(grant, self.asked.clone(), now);
        Self {
            who: self.who.clone(),
            consented: self.consented,
            began_with: self.began_with.clone(),
            // An answer without the list says nothing about it.
            scopes: if next.scopes.is_empty() { self.scopes.clone() } else { next.scopes.clone() },
            ..next
        }
    }

    /// Asked for and not granted.
    pub fn refused(&self) -> Vec<&str> {
        self.asked.difference(&self.scopes).map(String::as_str).collect()
    }

    /// Until when it works without asking the person again: the last day on which it can be renewed, if it is used.
    pub fn consent_until(&self) -> Option<i64> {
        self.consented.map(|at| at.saturating_add(CONSENT_LIFE))
    }

    /// Whether a request of now, or the next renewal, can succeed as far as is known here.
    pub fn usable(&self, now: i64) -> bool {
        let renewable = self.ended.is_none()
            && self.refresh.as_ref().is_some_and(|refresh| refresh.until > now)
            && self.consent_until().is_none_or(|until| until > now);
        renewable || self.access_until > now
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let stored = Stored {
            who: self.who.clone(),
            asked: self.asked.clone(),
            scopes: self.scopes.clone(),
            access: self.access.expose().to_owned(),
            access_until: self.access_until,
            access_life: self.access_life,
            refresh: self.refresh.as_ref().map(|r| (r.token.expose().to_owned(), r.until)),
            consented: self.consented,
            ended: self.ended.clone(),
            began_with: self.began_with.clone(),
        };
        serde_json::to_vec(&stored).unwrap_or_default()
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let stored: Stored = serde_json::from_slice(bytes).ok()?;
        Some(Self {
            who: stored.who,
            asked: stored.asked,
            scopes: stored.scopes,
            access: Secret::from(stored.access),
            access_until: stored.access_until,
            access_life: stored.access_life,
            refresh: stored.refresh.map(|(token, until)| Renewable { token: Secret::from(token), until }),
            consented: stored.consented,
            ended: stored.ended,
            began_with: stored.began_with,
        })
    }
}

/// The text inside of the seal. No Debug: it holds tokens as they are.
#[derive(Serialize, Deserialize)]
struct Stored {
    who: Who,
    asked: BTreeSet<String>,
    scopes: BTreeSet<String>,
    access: String,
    access_until: i64,
    access_life: i64,
    refresh: Option<(String, i64)>,
    consented: Option<i64>,
    ended: Option<Ended>,
    began_with: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::oauth::Renewal;

    fn login() -> Login {
        let grant = Grant {
            access: Secret::new("eyJ-access"),
            life: 7_200,
            refresh: Some(Renewal { token: Secret::new("eyJ-refresh"), life: 604_800 }),
            scopes: ["a:b".to_owned()].into(),
        };
        Login::new(&grant, ["a:b".to_owned(), "c:d".to_owned()].into(), 1_000)
    }

    #[test]
    fn it_survives_being_written_and_shows_no_token() {
        let login = login();
        assert_eq!(Login::decode(&login.encode()).as_ref(), Some(&login));
        assert!(!format!("{login:?}").contains("eyJ"));
        assert_eq!(login.refused(), ["c:d"]);
    }

    #[test]
    fn a_login_is_usable_while_something_of_it_is() {
        let mut login = login();
        assert!(login.usable(1_000 + 604_799));
        assert!(!login.usable(1_000 + 604_800));
        login.ended = Some(Ended { code: 20_073, at: 2_000 });
        assert!(login.usable(8_199) && !login.usable(8_200), "the last access token lives on");
    }

    #[test]
    fn a_year_after_consent_it_is_over() {
        let mut login = login();
        let year = 1_000 + 365 * 86_400;
        login.refresh = Some(Renewable { token: Secret::new("x"), until: year + 10 });
        assert!(login.usable(year - 1) && !login.usable(year));
    }

    #[test]
    fn renewing_keeps_who_it_is_and_when_they_agreed() {
        let mut first = login();
        first.who.name = "张三".to_owned();
        let grant = Grant { access: Secret::new("n"), life: 60, refresh: None, scopes: BTreeSet::new() };
        let next = first.renewed(&grant, 5_000);
        assert_eq!((next.who, next.consented, next.scopes), (first.who, Some(1_000), first.scopes));
        assert_eq!((next.access_until, next.refresh), (5_060, None));
    }
}
