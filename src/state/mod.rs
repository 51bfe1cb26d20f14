//! What larkctl remembers: a cache of identity, not a second truth. [`document`] is the data and its format.

pub mod document;

pub use document::Document;
