//! Times of day: `9:00` as they are written, `09:00` as they are read, hours beyond 24 for the next day.

/// Minutes since the day began; up to 47:59.
pub(super) fn minutes(text: &str) -> Option<i64> {
    let (hours, rest) = text.split_once(':')?;
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if !(1..=2).contains(&hours.len()) || rest.len() != 2 || !digits(hours) || !digits(rest) {
        return None;
    }
    let (hours, rest): (i64, i64) = (hours.parse().ok()?, rest.parse().ok()?);
    (hours < 48 && rest < 60).then_some(hours * 60 + rest)
}

/// As it is read.
pub(super) fn padded(minutes: i64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// As free groups print it.
pub(super) fn bare(minutes: i64) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_may_be_bare_and_may_be_those_of_the_next_day() {
        for (text, want) in
            [("9:00", Some(540)), ("09:00", Some(540)), ("26:00", Some(1560)), ("47:59", Some(2879))]
        {
            assert_eq!(minutes(text), want, "{text}");
        }
        for text in ["", "9", "9:0", "9:60", "48:00", "009:00", "-1:00", "9：00", "9:00:00", " 9:00"] {
            assert_eq!(minutes(text), None, "{text}");
        }
        assert_eq!((padded(540), bare(540), padded(1560)), ("09:00".into(), "9:00".into(), "26:00".into()));
    }
}
