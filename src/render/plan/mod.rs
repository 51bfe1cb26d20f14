//! A plan for people ([`text()`]) and for programs ([`json()`]).

mod cost;
mod document;
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

pub(super) use document::ResourceChange;
pub(super) use field::drift_field;
pub use json::json;
pub(super) use json::{Teller, was_deleted_outside};
pub(super) use sections::blocked as blocked_section;
pub use text::text;

use super::paint::Show;
use super::wording::Kinds;
use crate::plan::Plan;

/// The version of the JSON.
pub const FORMAT_VERSION: &str = "1.0";

/// What a plan is shown with.
#[derive(Clone, Copy, Debug)]
pub struct PlanView<'p> {
    pub plan: &'p Plan,
    pub kinds: &'p Kinds,
    pub show: Show,
}
