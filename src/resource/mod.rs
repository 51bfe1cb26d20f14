//! The contract that a kind fulfils: what it is ([`schema`]), what it can do ([`kind`]), what it is given to plan
//! with ([`work`]), and the list of all ([`registry`]). No kind is named here.

pub mod kind;
pub mod registry;
pub mod schema;
#[cfg(test)]
pub(crate) mod toy;
pub mod work;

pub use kind::{Ask, Context, Identity, Kind, Observing};
pub use registry::Registry;
pub use schema::{Attribute, Change, Format, Inside, KindInfo, Naming, Shape};
pub use work::{Drafts, ThingChange, Work};
