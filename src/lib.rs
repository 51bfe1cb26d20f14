//! Feishu and Lark workspaces as code.
//!
//! Layers, from the bottom; imports point downward only and `tests/architecture.rs` proves it:
//!
//! | layer | modules | holds |
//! |---|---|---|
//! | 5 | `cli` | the composition root: arguments, the terminal, exit codes |
//! | 3 | [`load`] | bytes → nodes: files, YAML, places of all values |
//! | 1 | [`api`], `sandbox` | the client of the Open API; a simulated tenant that knows nothing of that client |
//! | 0 | [`base`] | the contract as data, secrets, nodes, spans, diagnostics |
//!
//! `docs/architecture.md` tells the whole story.

pub mod api;
pub mod base;
pub mod cli;
pub mod load;
pub mod sandbox;
