//! Exit codes: an interface, documented in `docs/reference/exit-codes.md`.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Done,
    Error,
    /// `plan --detailed-exitcode`: there are changes. `drift`: the tenant was changed outside.
    Changes,
    /// A guard refused; nothing was sent.
    Refused,
    /// Somebody else holds the state.
    Locked,
    /// Applied in part: run again to continue.
    Partial,
    /// `drift`: nothing was changed outside, but the manifest holds changes that were never applied.
    Unapplied,
    /// Wrong usage.
    Usage,
}

impl Exit {
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Error => 1,
            Self::Changes => 2,
            Self::Refused => 3,
            Self::Locked => 4,
            Self::Partial => 5,
            Self::Unapplied => 6,
            Self::Usage => 64,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
