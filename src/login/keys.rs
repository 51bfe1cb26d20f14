//! Where the key of a stored login comes from: a variable, the system's keyring, or, for the sandbox, nothing secret.
//!
//! Tokens are too large for some keyrings (Windows keeps 2.5 KB), a key is not. On Linux the keyring is the kernel's:
//! nothing has to run, and the key is gone after a restart of the machine, which ends in a request to log in again.

use keyring_core::{CredentialStore, Entry, Error};

use super::pkce::random;
use crate::base::secret::Secret;

/// The least that a key from a variable must have: it is a key, not a password that could be tried out.
const SHORTEST: usize = 32;
const SERVICE: &str = "larkctl";

/// Which key.
#[derive(Debug, Clone)]
pub enum Keys {
    /// `LARK_TOKEN_KEY`.
    Variable(Secret),
    /// The embedded sandbox's: its tokens open nothing but a file on this disk.
    Sandbox(Secret),
    /// A random one in the system's keyring.
    System,
    /// `LARK_TOKEN_KEY` holds a text of so many characters, which is no key; told when one is needed.
    Short(usize),
}

/// No key.
#[derive(Debug, Clone, thiserror::Error)]
pub enum KeyError {
    #[error("LARK_TOKEN_KEY has {0} characters: it must have 32 or more")]
    Short(usize),
    #[error("the system's keyring cannot be used: {0}")]
    Keyring(String),
    #[error("the system's keyring has lost the key of the stored login")]
    Gone,
}

impl KeyError {
    pub fn remedy(&self, command: &str) -> String {
        match self {
            Self::Short(_) => "make one with `openssl rand -base64 32`".to_owned(),
            Self::Keyring(_) => {
                "where there is no keyring, set LARK_TOKEN_KEY to a random text of 32 characters or more (`openssl rand \
                 -base64 32`) and keep it as you keep LARK_APP_SECRET"
                    .to_owned()
            }
            Self::Gone => format!(
                "log in again: run `{command}`; on Linux the key lives until the machine restarts, unless it comes \
                 from LARK_TOKEN_KEY"
            ),
        }
    }
}

impl Keys {
    /// A key from a variable.
    pub fn given(text: &str) -> Self {
        let text = text.trim();
        match text.chars().count() {
            short if short < SHORTEST => Self::Short(short),
            _ => Self::Variable(Secret::new(text)),
        }
    }

    /// How a file names the source of its key.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Variable(_) | Self::Short(_) => "LARK_TOKEN_KEY",
            Self::Sandbox(_) => "sandbox",
            Self::System => "keyring",
        }
    }

    /// The key of a file that is there.
    pub(super) fn find(&self, whose: &str) -> Result<Secret, KeyError> {
        match self {
            Self::Variable(key) | Self::Sandbox(key) => Ok(key.clone()),
            Self::System => stored(whose)?.ok_or(KeyError::Gone),
            Self::Short(length) => Err(KeyError::Short(*length)),
        }
    }

    /// The key of a file that is to be written.
    pub(super) fn make(&self, whose: &str) -> Result<Secret, KeyError> {
        match self {
            Self::Variable(key) | Self::Sandbox(key) => Ok(key.clone()),
            Self::Short(length) => Err(KeyError::Short(*length)),
            Self::System => match stored(whose)? {
                Some(key) => Ok(key),
                None => {
                    let bytes = random::<32>().map_err(|e| KeyError::Keyring(e.to_string()))?;
                    let text = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
                    entry(whose)?.set_password(&text).map_err(|e| trouble(&e))?;
                    Ok(Secret::from(text))
                }
            },
        }
    }

    /// Forgets what is in the keyring: whatever was sealed with it is sealed for ever.
    pub(super) fn forget(&self, whose: &str) -> Result<(), KeyError> {
        match self {
            Self::Variable(_) | Self::Sandbox(_) | Self::Short(_) => Ok(()),
            Self::System => match entry(whose)?.delete_credential() {
                Ok(()) | Err(Error::NoEntry) => Ok(()),
                Err(e) => Err(trouble(&e)),
            },
        }
    }
}

fn stored(whose: &str) -> Result<Option<Secret>, KeyError> {
    match entry(whose)?.get_password() {
        Ok(text) => Ok(Some(Secret::from(text))),
        Err(Error::NoEntry) => Ok(None),
        Err(e) => Err(trouble(&e)),
    }
}

fn entry(whose: &str) -> Result<Entry, KeyError> {
    let store = store().map_err(|e| trouble(&e))?;
    store.build(SERVICE, whose, None).map_err(|e| trouble(&e))
}

/// Some of the errors carry the value that could not be read, so Debug is not for us.
fn trouble(error: &Error) -> KeyError {
    KeyError::Keyring(error.to_string())
}

#[cfg(target_os = "linux")]
fn store() -> keyring_core::Result<std::sync::Arc<CredentialStore>> {
    Ok(linux_keyutils_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn store() -> keyring_core::Result<std::sync::Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn store() -> keyring_core::Result<std::sync::Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn store() -> keyring_core::Result<std::sync::Arc<CredentialStore>> {
    Err(Error::NotSupportedByStore("larkctl knows no keyring of this system".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_no_key() {
        assert!(matches!(Keys::given("correct horse").make("x"), Err(KeyError::Short(13))));
        assert!(Keys::given(&"x".repeat(32)).make("x").is_ok());
        assert!(!format!("{:?}", Keys::given(&"x".repeat(32))).contains("xx"));
    }

    /// Where the kernel refuses its keyring (some containers), it must say what to do instead.
    #[test]
    fn the_systems_keyring_keeps_a_key_or_says_that_it_cannot() {
        let whose = format!("a test of process {}", std::process::id());
        match Keys::System.make(&whose) {
            Ok(key) => {
                assert_eq!(key.expose().len(), 64);
                assert_eq!(Keys::System.make(&whose).expect("key"), key, "made once");
                assert_eq!(Keys::System.find(&whose).expect("key"), key);
                Keys::System.forget(&whose).expect("forgotten");
                Keys::System.forget(&whose).expect("twice is no harm");
                assert!(matches!(Keys::System.find(&whose), Err(KeyError::Gone)));
            }
            Err(error) => assert!(error.remedy("larkctl login").contains("LARK_TOKEN_KEY"), "{error}"),
        }
    }
}
