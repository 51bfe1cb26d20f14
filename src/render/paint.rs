//! [`Show`]: how much is shown and how; [`Paint`]: the one place that writes escape codes.

/// What the reader asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Show {
    /// Escape codes for colour. Never on by itself: only `cli` knows whether a terminal is there.
    pub colour: bool,
    /// Everything instead of the first few.
    pub verbose: bool,
    /// Mobiles and addresses in clear.
    pub sensitive: bool,
}

/// What a piece of text stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    Added,
    Changed,
    Removed,
    Adopted,
    Heading,
    Quiet,
}

impl Paint {
    fn code(self) -> &'static str {
        match self {
            Self::Added => "32",
            Self::Changed => "33",
            Self::Removed => "31",
            Self::Adopted => "36",
            Self::Heading => "1",
            Self::Quiet => "2",
        }
    }
}

impl Show {
    /// Colours a text that is harmless already.
    pub(super) fn paint(self, paint: Paint, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("\u{1b}[{}m{text}\u{1b}[0m", paint.code())
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_no_escape_code_unless_colour_is_asked_for() {
        let plain = Show::default();
        assert_eq!(plain.paint(Paint::Removed, "- a"), "- a");
        let colour = Show { colour: true, ..plain };
        assert_eq!(colour.paint(Paint::Removed, "- a"), "\u{1b}[31m- a\u{1b}[0m");
        assert_eq!(colour.paint(Paint::Removed, ""), "");
    }
}
