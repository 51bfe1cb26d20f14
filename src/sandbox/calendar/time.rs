//! Points in time as the service speaks them: `{date}` or `{timestamp, timezone}`, seconds, RFC 3339.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const DAY: i64 = 86_400;
/// `calendar-event/introduction`: the largest timestamp.
const LAST: i64 = 16_725_225_600;
const ZONE: &str = "Asia/Shanghai";

/// A day, or a moment in a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    Day { date: String },
    At { at: i64, zone: String },
}

/// Why a `time_info` is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadTime;

impl When {
    /// # Errors
    /// When it has neither or both, or what it has is none.
    pub fn of(value: &Value) -> Result<Self, BadTime> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
        match (text("date"), text("timestamp")) {
            (Some(date), None) => {
                let day: Date = date.parse().map_err(|_| BadTime)?;
                if date.len() == 10 { Ok(Self::Day { date: day.to_string() }) } else { Err(BadTime) }
            }
            (None, Some(stamp)) => {
                let at = seconds(stamp).filter(|at| (1..=LAST).contains(at)).ok_or(BadTime)?;
                let zone = text("timezone").unwrap_or(ZONE);
                if is_zone(zone) { Ok(Self::At { at, zone: zone.to_owned() }) } else { Err(BadTime) }
            }
            (Some(_), Some(_)) | (None, None) => Err(BadTime),
        }
    }

    /// The moment in seconds; a day begins in UTC.
    pub fn seconds(&self) -> i64 {
        match self {
            Self::Day { date } => day_seconds(date),
            Self::At { at, .. } => *at,
        }
    }

    /// As the end of something: the day itself is part of it.
    pub fn until(&self) -> i64 {
        match self {
            Self::Day { date } => day_seconds(date).saturating_add(DAY),
            Self::At { at, .. } => *at,
        }
    }

    /// The same kind of point, so many seconds later.
    #[must_use]
    pub fn later(&self, by: i64) -> Self {
        match self {
            Self::Day { date } => Self::Day { date: day_of(day_seconds(date).saturating_add(by)) },
            Self::At { at, zone } => Self::At { at: at.saturating_add(by), zone: zone.clone() },
        }
    }

    /// Wall-clock time in its zone, as iCalendar writes it.
    pub fn local(&self) -> String {
        match self {
            Self::Day { date } => format!("{}T000000", date.replace('-', "")),
            Self::At { at, zone } => {
                let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
                stamp(*at).to_zoned(zone).strftime("%Y%m%dT%H%M%S").to_string()
            }
        }
    }

    pub fn json(&self) -> Value {
        match self {
            Self::Day { date } => json!({ "date": date, "timezone": "UTC" }),
            // Real answers were seen with an empty date beside the time.
            Self::At { at, zone } => json!({ "date": "", "timestamp": at.to_string(), "timezone": zone }),
        }
    }

    pub fn same_kind(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Day { .. }, Self::Day { .. }) | (Self::At { .. }, Self::At { .. }))
    }
}

pub(super) fn is_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok_and(|zone| zone.iana_name() == Some(name))
}

/// A Unix time written as text, in whole seconds.
pub(super) fn seconds(text: &str) -> Option<i64> {
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// RFC 3339 with an offset.
pub(super) fn rfc3339(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_second)
}

/// RFC 3339 in China's zone, as the answers write it.
pub(super) fn shown(at: i64) -> String {
    let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
    stamp(at).to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

pub(super) fn day_of(at: i64) -> String {
    stamp(at).to_zoned(TimeZone::UTC).date().to_string()
}

fn stamp(at: i64) -> Timestamp {
    Timestamp::from_second(at).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn day_seconds(date: &str) -> i64 {
    let day: Date = date.parse().unwrap_or_default();
    let midnight = day.to_zoned(TimeZone::UTC).map(|z| z.timestamp().as_second());
    midnight.unwrap_or_default()
}

/// The moment so many years later.
pub(super) fn years_after(at: i64, years: i64) -> i64 {
    let zoned = stamp(at).to_zoned(TimeZone::UTC);
    zoned.checked_add(years.years()).map_or(i64::MAX, |z| z.timestamp().as_second())
}
