//! Normal forms: moments in +08:00, times of day, how long before.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::spec::{CLOSED, FORM};
use crate::model::Value;

/// A moment as it is compared and shown.
pub(in crate::kinds) fn moment(seconds: i64) -> Option<String> {
    let zoned = Timestamp::from_second(seconds).ok()?.to_zoned(TimeZone::fixed(Offset::constant(8)));
    Some(zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// The moment that a text means, in seconds since 1970.
pub(in crate::kinds) fn seconds(text: &str) -> Option<i64> {
    let full = match text.char_indices().nth(16) {
        // Seconds may be left out, which not every reader of RFC 3339 takes.
        Some((at, 'Z' | '+' | '-')) => format!("{}:00{}", text.get(..at)?, text.get(at..)?),
        _ => text.to_owned(),
    };
    Some(full.parse::<Timestamp>().ok()?.as_second())
}

/// `08:30` for so many seconds of a day.
pub(super) fn clock(seconds: i64) -> String {
    format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60)
}

/// The other way.
pub(in crate::kinds) fn of_day(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    Some(hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60)
}

/// Number and unit of the API (1 minutes, 2 hours, 3 days), as large as it goes.
pub(super) fn before(text: &str) -> Option<(i64, i64)> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = number.parse().ok()?;
    let minutes = match unit {
        "m" => number,
        "h" => number * 60,
        "d" => number * 1440,
        _ => return None,
    };
    Some(match minutes {
        m if m % 1440 == 0 => (m / 1440, 3),
        m if m % 60 == 0 => (m / 60, 2),
        m => (m, 1),
    })
}

pub(super) fn before_text(number: i64, unit: i64) -> Value {
    let letter = match unit {
        1 => "m",
        2 => "h",
        _ => "d",
    };
    match before(&format!("{number}{letter}")) {
        Some((number, unit)) if number > 0 => {
            Value::text(format!("{number}{}", ["m", "h", "d"][usize::try_from(unit - 1).unwrap_or(2).min(2)]))
        }
        _ => Value::Null,
    }
}

/// A declared value in the form of live ones.
pub(in crate::kinds) fn normal(attribute: &str, value: Value) -> Value {
    let Value::Map(mut map) = value else { return value };
    match attribute {
        CLOSED => {
            for name in ["from", "until"] {
                if let Some(text) = map.get(name).and_then(Value::as_text)
                    && let Some(moment) = seconds(text).and_then(moment)
                {
                    map.insert(name.to_owned(), Value::text(moment));
                }
            }
            map.entry("until".to_owned()).or_insert(Value::Null);
        }
        FORM => {
            if let Some((number, unit)) = map.get("notify_before").and_then(Value::as_text).and_then(before) {
                map.insert("notify_before".to_owned(), before_text(number, unit));
            }
        }
        _ => {}
    }
    Value::Map(map)
}
