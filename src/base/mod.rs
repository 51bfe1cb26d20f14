//! Small things that everything may use and that use nothing of ours.

pub mod contract;
pub mod count;
pub mod country;
pub mod diag;
pub mod digest;
pub mod files;
pub mod node;
pub mod picture;
pub mod quoted;
pub mod secret;
pub mod source;
pub mod span;
pub mod suggest;
