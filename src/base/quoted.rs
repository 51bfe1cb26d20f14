//! A piece of the user's text inside of a message: marked off, short, harmless to a terminal.

use std::fmt;

use super::secret::veiled;

/// Enough to recognise a name.
const MOST: usize = 60;

/// Shows a text in back quotes, without control characters and without its tail.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'t>(pub &'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`")?;
        for character in veiled(self.0).chars().take(MOST) {
            if character.is_control() {
                write!(f, "{}", character.escape_default())?;
            } else {
                write!(f, "{character}")?;
            }
        }
        f.write_str(if self.0.chars().nth(MOST).is_some() { "…`" } else { "`" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_is_short_and_cannot_drive_a_terminal() {
        assert_eq!(Quoted("张三 \"a\"").to_string(), "`张三 \"a\"`");
        assert_eq!(Quoted("\u{1b}[2Jx").to_string(), "`\\u{1b}[2Jx`");
        assert_eq!(Quoted(&"一".repeat(61)).to_string(), format!("`{}…`", "一".repeat(60)));
    }
}
