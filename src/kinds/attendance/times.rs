//! Times of day: `9:00` and `09:00` are one, `26:00` is two o'clock of the next day.

use crate::model::Value;
use crate::resource::{Format, Shape};

/// A time of day, up to the end of the next one.
pub(in crate::kinds) const TIME: Shape = Shape::Text {
    min: 4,
    max: 5,
    format: Format::Pattern(
        "^([0-9]|[0-3][0-9]|4[0-7]):[0-5][0-9]$",
        "a time such as 09:00, or 26:00 for two o'clock of the next day",
    ),
};

/// Minutes since midnight.
pub(in crate::kinds) fn minutes(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    Some(hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?)
}

/// With two digits for the hour.
pub(in crate::kinds) fn padded(text: &str) -> String {
    minutes(text).map_or_else(|| text.to_owned(), |at| format!("{:02}:{:02}", at / 60, at % 60))
}

/// As the pages' examples write it.
pub(in crate::kinds) fn bare(text: &str) -> String {
    minutes(text).map_or_else(|| text.to_owned(), |at| format!("{}:{:02}", at / 60, at % 60))
}

/// Pads every text of a map that these names have, however deep in lists.
pub(in crate::kinds) fn pad(value: Value, names: &[&str]) -> Value {
    match value {
        Value::List(items) => Value::List(items.into_iter().map(|item| pad(item, names)).collect()),
        Value::Map(map) => Value::Map(
            map.into_iter()
                .map(|(name, value)| match value {
                    Value::Text(text) if names.contains(&name.as_str()) => (name, Value::Text(padded(&text))),
                    other => (name, other),
                })
                .collect(),
        ),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_one_form() {
        for (text, want) in [("9:00", "09:00"), ("09:00", "09:00"), ("26:30", "26:30"), ("0:05", "00:05")] {
            assert_eq!(padded(text), want);
        }
        assert_eq!((bare("09:00"), bare("26:30")), ("9:00".to_owned(), "26:30".to_owned()));
    }
}
