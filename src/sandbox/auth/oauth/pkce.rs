//! Proof keys (RFC 7636), as the pages `obtain-oauth-code` and `get-user-access-token` use them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::super::rows::{Challenge, ChallengeMethod};
use super::fault::{Fault, fault};

/// Reads the challenge of an authorisation.
///
/// # Errors
/// 20001 for an unknown method, a method without a challenge, or a challenge that no verifier can meet.
pub(super) fn challenge(text: Option<&str>, method: Option<&str>) -> Result<Option<Challenge>, Fault> {
    let bad = |what: &str| fault(20_001).about(what);
    let method = match method {
        Some("S256") => ChallengeMethod::S256,
        // The page's default.
        None | Some("plain") => ChallengeMethod::Plain,
        Some(_) => return Err(bad("code_challenge_method is neither S256 nor plain.")),
    };
    let Some(text) = text else {
        let alone = method == ChallengeMethod::S256;
        return if alone { Err(bad("code_challenge is missing.")) } else { Ok(None) };
    };
    let meetable = match method {
        // A SHA-256 digest has 43 base64url digits, no more and no less.
        ChallengeMethod::S256 => {
            text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        }
        ChallengeMethod::Plain => is_verifier(text),
    };
    if meetable {
        Ok(Some(Challenge { method, text: text.to_owned() }))
    } else {
        Err(bad("code_challenge is malformed."))
    }
}

/// Judges the verifier.
///
/// # Errors
/// 20049 unless it proves the challenge; also when one is sent although none was asked for, which would let a
/// client believe that it is protected when the authorisation was not.
pub(super) fn verify(challenge: Option<&Challenge>, verifier: Option<&str>) -> Result<(), Fault> {
    let proven = match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => is_verifier(verifier) && answers(challenge, verifier),
        (None, Some(_)) | (Some(_), None) => false,
    };
    if proven { Ok(()) } else { Err(fault(20_049)) }
}

fn answers(challenge: &Challenge, verifier: &str) -> bool {
    match challenge.method {
        ChallengeMethod::Plain => challenge.text == verifier,
        ChallengeMethod::S256 => challenge.text == URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)),
    }
}

/// 43 to 128 unreserved characters.
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    // The pair of RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_pair_of_the_rfc_is_proven() {
        let asked = challenge(Some(CHALLENGE), Some("S256")).expect("challenge");
        assert!(verify(asked.as_ref(), Some(VERIFIER)).is_ok());
        for wrong in [None, Some(CHALLENGE), Some("short"), Some("")] {
            assert_eq!(verify(asked.as_ref(), wrong).expect_err("refused").code, Some(20_049), "{wrong:?}");
        }
    }

    #[test]
    fn plain_is_the_default_and_compares_the_text() {
        let asked = challenge(Some(VERIFIER), None).expect("challenge");
        assert!(verify(asked.as_ref(), Some(VERIFIER)).is_ok());
        assert!(verify(asked.as_ref(), Some(CHALLENGE)).is_err());
    }

    #[test]
    fn a_verifier_without_a_challenge_is_refused() {
        assert!(verify(None, None).is_ok());
        assert!(verify(None, Some(VERIFIER)).is_err());
    }

    #[test]
    fn malformed_challenges_are_refused_before_the_person_is_asked() {
        for (text, method) in [
            (None, Some("S256")),
            (Some("short"), Some("S256")),
            (Some("short"), None),
            (Some(CHALLENGE), Some("s256")),
            (Some(CHALLENGE), Some("")),
        ] {
            assert_eq!(challenge(text, method).expect_err("refused").code, Some(20_001));
        }
    }
}
