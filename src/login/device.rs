//! The second way to log in, where no browser can come back here: a code that a person confirms elsewhere (RFC 8628).

use std::time::Duration;

use super::browser::LoginError;
use super::clock::Clock;
use crate::api::oauth::{Device, Grant, OAuth, OAuthError};

/// What each complaint about haste adds.
const SLOWER: i64 = 5;

/// What a poll means.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// Ask again, with this interval from now on.
    Wait(i64),
    Denied,
    Expired,
    GiveUp,
}

/// Asks until the person has decided or the code has expired.
///
/// # Errors
/// They refused, it expired, or the platform wants nothing of it.
pub async fn finish(oauth: &OAuth, clock: &dyn Clock, device: &Device) -> Result<Grant, LoginError> {
    let until = clock.now().saturating_add(device.life);
    let mut interval = device.interval;
    loop {
        clock.wait(Duration::from_secs(interval.unsigned_abs())).await;
        let error = match oauth.poll(&device.code).await {
            Ok(grant) => return Ok(grant),
            Err(error) => error,
        };
        match next(&error, interval) {
            Next::Wait(_) if clock.now() >= until => return Err(LoginError::Expired),
            Next::Wait(longer) => interval = longer,
            Next::Denied => return Err(LoginError::Denied),
            Next::Expired => return Err(LoginError::Expired),
            Next::GiveUp => return Err(error.into()),
        }
    }
}

fn next(error: &OAuthError, interval: i64) -> Next {
    match error {
        OAuthError::Refused { rate: true, .. } => Next::Wait(interval + SLOWER),
        OAuthError::Refused { error: word, code, .. } => match word.as_str() {
            "authorization_pending" => Next::Wait(interval),
            "slow_down" => Next::Wait(interval + SLOWER),
            "access_denied" => Next::Denied,
            "expired_token" => Next::Expired,
            _ if matches!(code, Some(20_050 | 20_072)) => Next::Wait(interval + SLOWER),
            _ => Next::GiveUp,
        },
        // A poll changes nothing until the person has agreed; if that answer was lost, the next one says so.
        OAuthError::Transport(_) | OAuthError::Strange { .. } => Next::Wait(interval + SLOWER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::transport::TransportError;

    fn said(word: &str, code: Option<i64>) -> OAuthError {
        OAuthError::Refused {
            code,
            error: word.to_owned(),
            text: String::new(),
            request_id: None,
            rate: false,
        }
    }

    #[test]
    fn each_word_of_the_rfc_has_its_consequence() {
        assert_eq!(next(&said("authorization_pending", None), 5), Next::Wait(5));
        assert_eq!(next(&said("slow_down", None), 5), Next::Wait(10));
        assert_eq!(next(&said("access_denied", None), 5), Next::Denied);
        assert_eq!(next(&said("expired_token", None), 5), Next::Expired);
        assert_eq!(next(&said("invalid_grant", Some(20_065)), 5), Next::GiveUp);
        assert_eq!(next(&said("server_error", Some(20_050)), 5), Next::Wait(10));
        assert_eq!(next(&OAuthError::Transport(TransportError::Timeout), 5), Next::Wait(10));
    }
}
