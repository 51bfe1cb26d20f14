//! What levels and rooms share: their reservation rules, closures and screens, and how a live one is found (room.md).
//!
//! | file | holds |
//! |---|---|
//! | `spec` | the attributes that both have |
//! | `form` | normal forms: moments, times of day, notices |
//! | `check` | offline rules of both |
//! | `same` | when a live value satisfies a declared one |
//! | `identity` | which live thing a declared one is |
//! | `read` | the reads of rules, one node at a time |
//! | `live` | what their answers mean |
//! | `block` | the blocks of a write, whole |
//! | `rules` | the calls |

pub(super) mod block;
pub(super) mod check;
pub(super) mod form;
pub(super) mod identity;
pub(super) mod live;
pub(super) mod read;
pub(super) mod rules;
pub(super) mod same;
pub(super) mod spec;
#[cfg(test)]
mod tests;

pub(super) const LEVEL: &str = "room_level";
pub(super) const ROOM: &str = "room";

/// The word for the tenant, below which the topmost levels are.
pub(super) const ROOT: &str = "root";

/// What a rule hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Level,
    Room,
}

impl Sort {
    /// Its number among the scopes of the API.
    pub(super) fn scope_type(self) -> i64 {
        match self {
            Self::Level => 1,
            Self::Room => 2,
        }
    }
}
