//! The encrypted form of a login: a line of JSON that tells format and key, and one sealed text.
//!
//! AES-256-GCM of `ring`. The key that seals is derived (HKDF-SHA256) from what the keyring or the variable holds and
//! a salt that is new with every writing, so no key ever seals two texts and the nonce cannot repeat. Bound to it are the
//! version and whose login it is: a file that was moved to another app's name does not open. The key's mark tells a
//! wrong key from a damaged file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use serde::{Deserialize, Serialize};

use super::pkce::{NoRandomness, random};
use crate::base::secret::Secret;

const FORMAT: &str = "larkctl-login";
const VERSION: u32 = 1;

/// What lies on the disk.
#[derive(Debug, Serialize, Deserialize)]
struct Envelope {
    format: String,
    version: u32,
    /// Where the key comes from, for whoever lacks it.
    key: String,
    salt: String,
    mark: String,
    sealed: String,
}

/// Why a sealed text does not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unsealed {
    Damaged(&'static str),
    Version(u32),
    /// Sealed with another key, which came from there.
    OtherKey(String),
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// What two derivations give: the sealing key and the key's mark.
fn derive(key: &Secret, salt: &[u8]) -> Option<(LessSafeKey, [u8; 8])> {
    let root = Salt::new(HKDF_SHA256, salt).extract(key.expose().as_bytes());
    let (mut sealing, mut mark) = ([0; 32], [0; 8]);
    root.expand(&[b"larkctl login v1 seal"], Length(32)).ok()?.fill(&mut sealing).ok()?;
    root.expand(&[b"larkctl login v1 mark"], Length(8)).ok()?.fill(&mut mark).ok()?;
    Some((LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &sealing).ok()?), mark))
}

fn bound(whose: &str) -> Aad<Vec<u8>> {
    Aad::from(format!("{FORMAT}\n{VERSION}\n{whose}").into_bytes())
}

/// The key is used once, so the nonce need not differ.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

/// Seals a text.
///
/// # Errors
/// The system gives no randomness.
pub(super) fn seal(plain: Vec<u8>, key: &Secret, from: &str, whose: &str) -> Result<Vec<u8>, NoRandomness> {
    let salt = random::<32>()?;
    let (sealing, mark) = derive(key, &salt).ok_or(NoRandomness)?;
    let mut text = plain;
    sealing.seal_in_place_append_tag(nonce(), bound(whose), &mut text).map_err(|_| NoRandomness)?;
    let envelope = Envelope {
        format: FORMAT.to_owned(),
        version: VERSION,
        key: from.to_owned(),
        salt: STANDARD.encode(salt),
        mark: STANDARD.encode(mark),
        sealed: STANDARD.encode(text),
    };
    let mut line = serde_json::to_vec(&envelope).unwrap_or_default();
    line.push(b'\n');
    Ok(line)
}

/// Where the key of a sealed text comes from, if it can be read so far.
pub(super) fn key_of(bytes: &[u8]) -> Result<String, Unsealed> {
    open_envelope(bytes).map(|envelope| envelope.key)
}

fn open_envelope(bytes: &[u8]) -> Result<Envelope, Unsealed> {
    let value: serde_json::Value =
        serde_json::from_slice(bytes).map_err(|_| Unsealed::Damaged("it is not whole"))?;
    if value["format"] != FORMAT {
        return Err(Unsealed::Damaged("it is no login of larkctl"));
    }
    match value["version"].as_u64().and_then(|v| u32::try_from(v).ok()) {
        Some(VERSION) => {}
        Some(other) => return Err(Unsealed::Version(other)),
        None => return Err(Unsealed::Damaged("it names no version")),
    }
    serde_json::from_value(value).map_err(|_| Unsealed::Damaged("a part is missing"))
}

/// Opens a sealed text.
///
/// # Errors
/// It is damaged, of another version, of somebody else, or sealed with another key.
pub(super) fn open(bytes: &[u8], key: &Secret, whose: &str) -> Result<Vec<u8>, Unsealed> {
    let envelope = open_envelope(bytes)?;
    let decoded = |text: &str| STANDARD.decode(text).map_err(|_| Unsealed::Damaged("a part is no base64"));
    let (salt, mark) = (decoded(&envelope.salt)?, decoded(&envelope.mark)?);
    let mut text = decoded(&envelope.sealed)?;
    let (sealing, own) = derive(key, &salt).ok_or(Unsealed::Damaged("its salt is none"))?;
    if own[..] != mark[..] {
        return Err(Unsealed::OtherKey(envelope.key));
    }
    let plain = sealing.open_in_place(nonce(), bound(whose), &mut text);
    plain.map(|plain| plain.to_vec()).map_err(|_| Unsealed::Damaged("it was changed, or is another app's"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> Secret {
        Secret::new(text)
    }

    fn sealed() -> Vec<u8> {
        seal(b"eyJhbGciOi".to_vec(), &key("k"), "variable", "a as b").expect("sealed")
    }

    #[test]
    fn what_was_sealed_opens_with_the_same_key_for_the_same_app_alone() {
        let bytes = sealed();
        assert_eq!(open(&bytes, &key("k"), "a as b").expect("open"), b"eyJhbGciOi");
        assert_eq!(open(&bytes, &key("l"), "a as b"), Err(Unsealed::OtherKey("variable".to_owned())));
        assert!(matches!(open(&bytes, &key("k"), "a as c"), Err(Unsealed::Damaged(_))));
        assert_ne!(bytes, sealed(), "no two writings are alike");
    }

    #[test]
    fn neither_the_text_nor_the_key_can_be_read_in_it() {
        let bytes = String::from_utf8(sealed()).expect("text");
        assert!(!bytes.contains("eyJhbGciOi") && !bytes.contains(&STANDARD.encode("eyJhbGciOi")));
    }

    #[test]
    fn a_newer_version_is_said_to_be_one() {
        let text = String::from_utf8(sealed()).expect("text").replace("\"version\":1", "\"version\":2");
        assert_eq!(open(text.as_bytes(), &key("k"), "a as b"), Err(Unsealed::Version(2)));
    }

    proptest! {
        #[test]
        fn every_cut_and_every_changed_byte_is_seen(at in 0usize..300, flip in 1u8..=255, cut: bool) {
            let mut bytes = sealed();
            let at = at % (bytes.len() - 1);
            if cut { bytes.truncate(at) } else { bytes[at] ^= flip }
            // Only the word that says where the key came from is not bound.
            if let Ok(plain) = open(&bytes, &key("k"), "a as b") {
                prop_assert_eq!(plain, b"eyJhbGciOi".to_vec());
                prop_assert!(key_of(&bytes).expect("word") != "variable");
            }
        }
    }
}
