//! Columns on a terminal, where a Chinese character takes two.

use std::fmt;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// A text and the blanks that fill it up to a width.
#[derive(Clone, Copy, Debug)]
pub struct Padded<'t>(pub &'t str, pub usize);

impl fmt::Display for Padded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:blanks$}", self.0, "", blanks = self.1.saturating_sub(width(self.0)))
    }
}

/// The beginning of a text in at most so many columns, and whether something was left out.
pub fn cut(text: &str, most: usize) -> (&str, bool) {
    let mut taken = 0;
    for (at, character) in text.char_indices() {
        taken += character.width().unwrap_or(0);
        if taken > most {
            return (&text[..at], true);
        }
    }
    (text, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_character_takes_two_columns() {
        assert_eq!(format!("{}|", Padded("研发", 6)), "研发  |");
        assert_eq!(format!("{}|", Padded("abcd", 6)), "abcd  |");
        assert_eq!(format!("{}|", Padded("longer", 3)), "longer|");
    }

    #[test]
    fn a_cut_never_splits_a_character_or_exceeds_its_columns() {
        assert_eq!(cut("研发中心", 5), ("研发", true));
        assert_eq!(cut("研发", 4), ("研发", false));
        assert_eq!(cut("", 0), ("", false));
    }
}
