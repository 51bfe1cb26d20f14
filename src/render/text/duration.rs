//! A time as people say it.

use std::fmt;

/// Milliseconds, shown as `9 s`, `10 min 30 s` or `2 h 5 min`. Rounds up: a promise of "at best" must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duration(pub u64);

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 1000 {
            return f.write_str("less than 1 s");
        }
        let seconds = self.0.div_ceil(1000);
        let pair = |f: &mut fmt::Formatter<'_>, large: u64, unit: &str, small: u64, part: &str| {
            write!(f, "{large} {unit}")?;
            if small > 0 { write!(f, " {small} {part}") } else { Ok(()) }
        };
        if seconds < 60 {
            write!(f, "{seconds} s")
        } else if seconds < 3600 {
            pair(f, seconds / 60, "min", seconds % 60, "s")
        } else {
            let minutes = seconds.div_ceil(60);
            pair(f, minutes / 60, "h", minutes % 60, "min")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_units_at_most_and_rounded_up() {
        let shown = [0, 999, 1000, 8001, 60_000, 630_000, 3_599_001, 3_600_000, 7_500_000, 7_200_001]
            .map(|ms| Duration(ms).to_string());
        assert_eq!(
            shown,
            [
                "less than 1 s",
                "less than 1 s",
                "1 s",
                "9 s",
                "1 min",
                "10 min 30 s",
                "1 h",
                "1 h",
                "2 h 5 min",
                "2 h 1 min"
            ]
        );
    }
}
