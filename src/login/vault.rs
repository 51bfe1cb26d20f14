//! A stored login: one encrypted file a site and app, replaced whole, written by one process at a time.
//!
//! Reading needs no lock, since a file is always the old one or the new one. Writing needs [`Held`]: the operating
//! system's lock on a file beside it, which dies with its holder and is waited for.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::keys::{KeyError, Keys};
use super::record::Login;
use super::seal::{self, Unsealed};
use crate::base::digest::sha256;
use crate::base::files::{folder, with_suffix, write_private};

/// How long another process may take for one renewal, in real time: two requests of thirty seconds, and its writing.
const PATIENCE: Duration = Duration::from_secs(75);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Where one login lies.
#[derive(Debug, Clone)]
pub struct Vault {
    path: PathBuf,
    whose: String,
    keys: Keys,
}

/// The right to write, until it is dropped.
#[derive(Debug)]
pub struct Held {
    vault: Vault,
    lock: File,
}

/// A stored login that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("cannot {doing} {}", .path.display())]
    Io { doing: &'static str, path: PathBuf, source: io::Error },
    #[error("the stored login in {} cannot be read: {why}", .path.display())]
    Damaged { path: PathBuf, why: &'static str },
    #[error("the stored login in {} has version {version}, which this version of larkctl does not know", .path.display())]
    Version { path: PathBuf, version: u32 },
    #[error("the stored login in {} is encrypted with another key ({from})", .path.display())]
    OtherKey { path: PathBuf, from: String },
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("another larkctl has been renewing the login in {} for more than a minute", .path.display())]
    Busy { path: PathBuf },
}

impl VaultError {
    pub fn remedy(&self, command: &str) -> String {
        let again = format!("log in again: run `{command}`");
        match self {
            Self::Io { .. } => {
                "check the folder's permissions, or name another with LARK_LOGIN_DIR".to_owned()
            }
            Self::Damaged { .. } => again,
            Self::Version { .. } => format!("use the version of larkctl that wrote it, or {again}"),
            Self::OtherKey { from, .. } if from == "LARK_TOKEN_KEY" => {
                format!("set LARK_TOKEN_KEY to the key that it was written with, or {again}")
            }
            Self::OtherKey { .. } => format!("unset LARK_TOKEN_KEY, or {again}"),
            Self::Key(error) => error.remedy(command),
            Self::Busy { .. } => {
                "wait until it ends; the lock goes with the process that holds it".to_owned()
            }
        }
    }
}

impl Vault {
    /// The login of `whose` in a folder; `which` tells logins of one app apart.
    pub fn new(dir: &Path, whose: &str, which: &str, keys: Keys) -> Self {
        let digest = sha256(format!("{whose}\n{which}").as_bytes());
        let readable: String = whose
            .trim_start_matches("https://")
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' })
            .take(80)
            .collect();
        let name = format!("{readable}{which}.{}.login", &digest[..8]);
        Self { path: dir.join(name), whose: format!("{whose}{which}"), keys }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The stored login, if there is one.
    ///
    /// # Errors
    /// It is there and does not open.
    pub async fn read(&self) -> Result<Option<Login>, VaultError> {
        let own = self.clone();
        blocking(&self.path, move || own.open()).await
    }

    fn open(&self) -> Result<Option<Login>, VaultError> {
        let path = || self.path.clone();
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(VaultError::Io { doing: "read", path: path(), source }),
        };
        let told = |unsealed| match unsealed {
            Unsealed::Damaged(why) => VaultError::Damaged { path: path(), why },
            Unsealed::Version(version) => VaultError::Version { path: path(), version },
            Unsealed::OtherKey(from) => VaultError::OtherKey { path: path(), from },
        };
        let from = seal::key_of(&bytes).map_err(told)?;
        if from != self.keys.word() {
            return Err(VaultError::OtherKey { path: path(), from });
        }
        let key = self.keys.find(&self.whose)?;
        let plain = seal::open(&bytes, &key, &self.whose).map_err(told)?;
        let damaged = || VaultError::Damaged { path: path(), why: "its content is none of a login" };
        Login::decode(&plain).map(Some).ok_or_else(damaged)
    }

    /// Waits for the right to write.
    ///
    /// # Errors
    /// Another process does not give it back, or the folder cannot be made.
    pub async fn lock(&self) -> Result<Held, VaultError> {
        let path = with_suffix(&self.path, ".lock");
        let lock = private_folder(&folder(&path)).and_then(|()| {
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)
        });
        let lock = lock.map_err(|source| VaultError::Io { doing: "lock", path: path.clone(), source })?;
        let since = tokio::time::Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(Held { vault: self.clone(), lock }),
                Err(TryLockError::WouldBlock) if since.elapsed() < PATIENCE => {
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(VaultError::Busy { path: self.path.clone() });
                }
                Err(TryLockError::Error(source)) => {
                    return Err(VaultError::Io { doing: "lock", path, source });
                }
            }
        }
    }
}

impl Held {
    /// Keeps a login: written, synced and renamed before this comes back.
    ///
    /// # Errors
    /// There is no key or no disk for it; the old one is still there then.
    pub async fn write(&self, login: &Login) -> Result<(), VaultError> {
        let (own, plain) = (self.vault.clone(), login.encode());
        blocking(&self.vault.path, move || {
            let key = own.keys.make(&own.whose)?;
            let failed = |source| VaultError::Io { doing: "write", path: own.path.clone(), source };
            let bytes = seal::seal(plain, &key, own.keys.word(), &own.whose)
                .map_err(|e| failed(io::Error::other(e)))?;
            write_private(&own.path, bytes).map_err(failed)
        })
        .await
    }

    /// Forgets the login, and the key that it was sealed with.
    ///
    /// # Errors
    /// The file stays because the system says so.
    pub async fn remove(&self) -> Result<(), VaultError> {
        let own = self.vault.clone();
        blocking(&self.vault.path, move || {
            match fs::remove_file(&own.path) {
                Ok(()) => {}
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(source) => {
                    return Err(VaultError::Io { doing: "remove", path: own.path.clone(), source });
                }
            }
            Ok(own.keys.forget(&own.whose)?)
        })
        .await
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // The file stays: removing it would let two processes lock two files of one name.
        let _ = self.lock.unlock();
    }
}

/// A keyring may ask a person to unlock it: not on a thread that moves bytes.
async fn blocking<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(e) => Err(VaultError::Io { doing: "open", path: path.to_owned(), source: io::Error::other(e) }),
    }
}

fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
