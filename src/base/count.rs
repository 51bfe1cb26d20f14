//! "1 line", "2 lines": plural forms, written once.

use std::fmt;

/// A number with its noun, which takes a plain `s` in the plural.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(pub usize, pub &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, noun) = self;
        write!(f, "{number} {noun}{}", if *number == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_nothing_else_is() {
        let shown = [0, 1, 2].map(|n| Count(n, "line").to_string());
        assert_eq!(shown, ["0 lines", "1 line", "2 lines"]);
    }
}
