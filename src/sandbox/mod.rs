//! A tenant in a box: the Open API over real HTTP, simulated from the contract and the reference.
//!
//! It is the project's conscience, *stricter than the real thing, never laxer*, and knows nothing of our own
//! client: it is driven by [`crate::base::contract`], by what the reference pages say, and by the assumptions
//! listed in `docs/fidelity.md`.
//!
//! A request passes the [`gateway`] (route, token, scopes, limits, validation), reaches a handler of a service
//! ([`auth`], [`contact`], …) that reads or changes the [`world`], and is answered once its changes are in the
//! [`store`]. `/_sandbox/…` ([`control`]) is for tests and people; `/` ([`page`]) shows the tenant.

pub mod application;
pub mod attendance;
pub mod auth;
pub mod calendar;
pub mod contact;
pub mod control;
pub mod fault;
pub mod gateway;
pub mod helpdesk;
pub mod im;
pub mod journal;
pub mod mail;
pub mod page;
pub mod seed;
pub mod server;
pub mod store;
pub mod tenant;
pub mod vc;
pub mod world;

/// Endpoints of the contract that do not do their work here (they answer with refusals, or not at all), and why.
pub fn not_simulated() -> Vec<(&'static str, &'static str)> {
    auth::NOT_SIMULATED.to_vec()
}
