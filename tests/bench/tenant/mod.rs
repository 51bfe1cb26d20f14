//! What the benches of the pipeline share: a sandbox of its own process, its tenant as YAML, the pipeline, meters.

#![allow(dead_code, reason = "each bench uses a part")]

pub mod meter;
pub mod pipeline;
pub mod served;
pub mod written;
