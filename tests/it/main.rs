//! Whole-program tests: the real sandbox over real HTTP, and the real binary.

#![expect(clippy::needless_pass_by_value, reason = "bodies are written in place")]
#![allow(unreachable_pub, reason = "support is written like a small library")]

// Helpers outside of test functions count as tests too, for the lints.
#[cfg(test)]
mod apply;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod client;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod sandbox;
#[cfg(test)]
mod spine;
#[cfg(test)]
mod support;
#[cfg(test)]
mod validate;
