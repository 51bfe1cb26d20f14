//! A plan for people ([`text()`]) and for programs ([`json()`]).

mod cost;
mod field;
mod json;
mod sections;
mod text;
mod thing;

#[cfg(test)]
mod json_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) mod world;

pub(super) use field::drift_field;
pub use json::json;
pub(super) use json::{ResourceChange, Teller, was_deleted_outside};
pub(super) use sections::blocked as blocked_section;
pub use text::text;

use super::paint::Show;
use super::wording::Kinds;
use crate::model::{Address, Target};
use crate::plan::Plan;

/// The version of the JSON.
pub const FORMAT_VERSION: &str = "1.0";

/// What a plan is shown with.
#[derive(Clone, Copy, Debug)]
pub struct PlanView<'p> {
    pub plan: &'p Plan,
    pub kinds: &'p Kinds,
    /// Whom the rules of the manifest matched.
    pub matched: &'p [Matched],
    pub show: Show,
}

/// A rule of the manifest and the people whom it matched when the plan was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    pub address: Address,
    pub attribute: String,
    /// As written: `user.job_title.startsWith("SRE")`.
    pub rule: String,
    pub people: Vec<Target>,
}
