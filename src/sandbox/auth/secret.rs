//! Text that must not be printed.
//!
//! Wraps tokens and codes that a row has to keep in full. Debug output shows that there is one, never which.

use std::fmt;

use serde::{Deserialize, Serialize};

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Secret(String);

impl Secret {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one answer that hands it out.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_stored_in_full_and_never_printed() {
        let secret = Secret::new("t-abc");
        assert!(!format!("{secret:?}").contains("abc"));
        assert_eq!(serde_json::to_string(&secret).expect("json"), "\"t-abc\"");
    }
}
