//! The client of the Open API.
//!
//! Requests are values ([`request`]); a [`client::Reader`] or [`client::Writer`] sends them. Below these lie, in
//! the order in which a request meets them: the limiter ([`limit`]), tokens ([`auth`]), the transport
//! ([`transport`]), the envelope ([`envelope`]) and the retry decision ([`retry`]); `wire` joins them. Nothing in
//! here knows a kind of resource. `docs/client.md` is the tour.

pub mod auth;
pub mod client;
pub mod envelope;
pub mod error;
pub mod helpdesk;
pub mod limit;
pub mod oauth;
pub mod pace;
pub mod page;
pub mod refusal;
mod remedy;
pub mod request;
pub mod retry;
pub mod site;
pub mod transport;
mod wire;

pub use client::{Client, Outcome, Reader, Settings, Writer};
pub use error::ApiError;
pub use page::Listing;
pub use request::{Draft, ReadRequest, WriteRequest};
