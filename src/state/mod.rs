//! What larkctl remembers: a cache of identity, not a second truth.
//!
//! [`document`] is the data and its format, [`store`] the file, [`lock`] the claim on it, [`edit`] what a person
//! may do to it by hand. Nothing writes without a [`Locked`] store.

pub mod document;
pub mod edit;
pub mod lock;
pub mod store;

pub use crate::base::files::write_private;
pub use document::Document;
pub use edit::{EditError, list, mv, rm, show};
pub use lock::{Holder, Lock, LockError};
pub use store::{Loaded, Locked, Recovered, Store, StoreError};
