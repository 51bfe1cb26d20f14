//! "3 wait on people", said the same everywhere.

use std::fmt;

/// How many things wait until a person acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits(pub usize);

impl fmt::Display for Waits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} wait{} on people", self.0, if self.0 == 1 { "s" } else { "" })
    }
}
