//! Feishu and Lark workspaces as code.
//!
//! Layers, from the bottom; imports point downward only and `tests/architecture.rs` proves it:
//!
//! | layer | modules | holds |
//! |---|---|---|
//! | 5 | `cli` | the composition root: arguments, the terminal, exit codes |
//! | 4 | [`render`] | values → text, JSON and other forms; no decisions |
//! | 3 | [`load`], [`check`], [`observe`], [`plan`], [`apply`] | the pipeline: bytes → nodes → checked manifest → snapshot → plan → outcome |
//! | 3 | [`kinds`] | one folder per kind of thing |
//! | 2 | [`resource`], [`state`] | what a kind is and is asked; what is remembered |
//! | 2 | [`login`] | a person's consent: how it is got, kept, renewed and forgotten |
//! | 1 | [`model`] | the vocabulary: addresses, values, steps |
//! | 1 | [`api`], `sandbox` | the client of the Open API; a simulated tenant that knows nothing of that client |
//! | 0 | [`base`] | the contract as data, secrets, nodes, spans, diagnostics |
//!
//! `docs/architecture.md` tells the whole story.

pub mod api;
pub mod apply;
pub mod base;
pub mod check;
pub mod cli;
pub mod kinds;
pub mod load;
pub mod login;
pub mod model;
pub mod observe;
pub mod plan;
pub mod render;
pub mod resource;
pub mod sandbox;
pub mod state;
