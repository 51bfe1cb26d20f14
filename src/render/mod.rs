//! Values → text or JSON: plans, drift, outcomes, the state, diagnostics, the reference. No decisions, no I/O, no time.
//!
//! Whatever a person or the tenant typed passes through [`text`] before it is shown: nothing in it can drive a
//! terminal, and personal data is masked unless [`Show::sensitive`] asks for it. Escape codes come from
//! [`paint`] alone, and only when [`Show::colour`] says so.

pub mod diagnostic;
pub mod drift;
mod json;
pub mod outcome;
pub mod paint;
pub mod plan;
pub mod reference;
pub mod schema;
pub mod state;
pub mod text;
mod wording;
mod words;

pub use paint::Show;
pub use wording::Kinds;

#[cfg(test)]
mod diagnostic_tests;
#[cfg(test)]
mod schema_tests;
