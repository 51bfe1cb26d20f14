//! Values → text, JSON and other forms. No decisions, no I/O.

pub mod diagnostic;
pub mod reference;
pub mod schema;

#[cfg(test)]
mod diagnostic_tests;
#[cfg(test)]
mod schema_tests;
