//! Checked manifest, snapshot and state → [`Plan`]: pure, deterministic, and the only place that decides.
//!
//! [`plan`] goes through named steps, a file each: who is who ([`recall`], [`bind`], [`moves`]), what references and rules mean
//! ([`resolve`], [`people`]), what `--target` asks for ([`only`]), what becomes of every address ([`fate`],
//! [`diff`]), which calls that takes ([`propose`]), in which order ([`link`]), what guards refuse ([`guard`]), what
//! it costs ([`price`]) and what the state notes without a call ([`books`]). `file` seals it.

mod applied;
mod basis;
mod bind;
mod books;
pub mod data;
mod diff;
mod fate;
pub mod file;
mod graph;
mod guard;
mod held;
mod input;
mod link;
mod lookalike;
mod make;
mod moves;
mod only;
mod org;
mod people;
mod price;
mod propose;
mod recall;
mod resolve;
mod rule;
mod trouble;

pub use basis::moved;
pub use data::{
    Basis, Blocked, Bookkeeping, Cost, Dependency, EndpointCost, Matched, Origin, Plan, PlannedChange,
    PlannedField, Refusal, Source, Step, Summary,
};
pub use input::{Input, Mode, Overrides};
pub use make::plan;

#[cfg(test)]
mod tests;
