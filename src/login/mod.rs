//! A person's login: how their consent is got, kept, renewed and forgotten.
//!
//! Two ways lead to a first pair of tokens: a browser on this machine ([`browser`], authorisation code with PKCE on a
//! loopback port) and a code typed elsewhere ([`device`]). The pair lies encrypted in a file of its own ([`vault`]),
//! whose key is in the system's keyring or in a variable ([`keys`]). [`Person`] hands the access token to the client
//! and renews it; it opens nothing until a request needs a person. Time comes from a [`Clock`] throughout.
//!
//! No token is ever printed: all of them are [`crate::base::secret::Secret`], and what is told of a login is
//! [`Login`]'s other fields.

pub mod browser;
mod clock;
pub mod device;
mod keys;
mod loopback;
mod page;
mod person;
mod pkce;
mod record;
mod scopes;
mod seal;
mod vault;
mod words;

pub use clock::{Clock, WallClock};
pub use keys::{KeyError, Keys};
pub use loopback::{Loopback, LoopbackError, PATH};
pub use person::{Given, Person, Setup};
pub use record::{Ended, Login, Renewable, Who};
pub use scopes::{OFFLINE, TooMany, wanted};
pub use vault::{Held, Vault, VaultError};
pub use words::{Told, told};
