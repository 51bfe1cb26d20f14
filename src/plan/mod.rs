//! Checked manifest, snapshot and state → [`Plan`]: pure, deterministic, and the only place that decides.

pub mod data;

pub use data::{
    Basis, Blocked, Bookkeeping, Cost, Dependency, EndpointCost, Plan, PlannedChange, PlannedField, Source,
    Step, Summary,
};
