//! A word of a command that a person can paste.

use std::fmt;

use super::escape::{escaped, hostile};

/// Quoted for a POSIX shell where that is needed.
#[derive(Clone, Copy, Debug)]
pub struct ShellWord<'t>(pub &'t str);

impl fmt::Display for ShellWord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let harmless =
            |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '@' | '+' | ':' | '=');
        if !self.0.is_empty() && self.0.chars().all(harmless) {
            f.write_str(self.0)
        } else if self.0.chars().any(hostile) {
            // Nothing that a terminal would obey is printed, pasted or not; `$'…'` does not know `\u{…}`, so this
            // one cannot be pasted, and that is better than the alternative.
            write!(f, "'{}'", escaped(self.0).replace('\'', r"'\''"))
        } else {
            write!(f, "'{}'", self.0.replace('\'', r"'\''"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_shell_would_read_is_quoted() {
        assert_eq!(ShellWord("org/研发.yaml").to_string(), "org/研发.yaml");
        assert_eq!(ShellWord("a b; rm -rf $HOME").to_string(), "'a b; rm -rf $HOME'");
        assert_eq!(ShellWord("it's").to_string(), r"'it'\''s'");
        assert_eq!(ShellWord("").to_string(), "''");
        assert_eq!(ShellWord("a\u{1b}").to_string(), r"'a\u{1b}'");
    }
}
