//! Random texts, and the proof key of an authorisation (RFC 7636, method S256 alone: the platform's default is `plain`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest as _, Sha256};

use crate::base::secret::Secret;

/// The system gave no randomness.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the system gives no random numbers")]
pub struct NoRandomness;

/// What an authorisation is recognised and proven by.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) verifier: Secret,
    pub(super) challenge: String,
    pub(super) state: Secret,
}

impl Proof {
    pub(super) fn new() -> Result<Self, NoRandomness> {
        let verifier = text()?;
        let challenge = challenge(&verifier);
        Ok(Self { verifier: Secret::from(verifier), challenge, state: Secret::from(text()?) })
    }
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// 43 letters that nobody can guess.
fn text() -> Result<String, NoRandomness> {
    random::<32>().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

pub(super) fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_the_rfcs() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn no_two_proofs_are_alike_and_a_verifier_has_a_legal_length() {
        let (one, two) = (Proof::new().expect("random"), Proof::new().expect("random"));
        assert_ne!(one.verifier, two.verifier);
        assert_ne!(one.state, two.state);
        assert_ne!(one.verifier, one.state);
        assert!((43..=128).contains(&one.verifier.expose().len()));
        assert!(!format!("{one:?}").contains(one.verifier.expose()));
    }
}
