//! Text that users typed or the tenant sent, made harmless for a terminal and for the eye.

/// Whether a character could drive a terminal, break a line, or show text in another order than it stands.
pub fn hostile(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            // Invisible or reordering: marks, embeddings, overrides, isolates, separators, tags.
            '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// One line without anything hostile in it.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if hostile(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drives_a_terminal_or_turns_text_around_is_spelled_out() {
        assert_eq!(escaped("研发\u{1b}[2J\nx\u{7f}\u{9b}"), "研发\\u{1b}[2J\\nx\\u{7f}\\u{9b}");
        assert_eq!(escaped("a\u{202e}b\u{2066}c\u{200b}"), "a\\u{202e}b\\u{2066}c\\u{200b}");
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for text in ["张三 O'Neil \"x\"", "👨‍👩‍👧", "naïve", "C:\\new", "日本語ー"] {
            assert_eq!(escaped(text), text);
        }
    }
}
