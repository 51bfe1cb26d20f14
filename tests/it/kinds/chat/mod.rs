//! Chats in a tenant, through the whole pipeline: YAML in, the store's own rows out.

mod filled;
mod once;
mod people;
mod pictures;
mod powers;
mod stage;
mod surface;
mod unknown;
mod words;
