//! What the benches of the pipeline share: a sandbox of its own process, its tenant as YAML, the pipeline, meters.

#![allow(dead_code, reason = "each bench uses a part")]

pub(crate) mod meter;
pub(crate) mod pipeline;
pub(crate) mod served;
pub(crate) mod written;
