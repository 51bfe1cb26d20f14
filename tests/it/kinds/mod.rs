//! Kinds against the sandbox, over real HTTP.

mod user;
