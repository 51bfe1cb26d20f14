//! Times as they are written, as they are kept, and as the API speaks them.
//!
//! Kept is `{from, to}` for whole days and `{start, minutes, timezone}` for the rest, `start` with the offset that
//! holds then in the zone. Out of an ambiguous hour (the clocks go back) the first is taken, out of a missing one
//! (they go forward) the one that is as much later; who writes an offset decides for themselves.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::{Value as Json, json};

use super::spec::ZONE;
use crate::model::Value;

/// When something is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum When {
    Days { from: Date, to: Date },
    At { start: Zoned, minutes: i64 },
}

/// What is wrong with a time, in words.
pub(super) type Wrong = String;

pub(super) fn zone(name: &str) -> Result<TimeZone, Wrong> {
    match TimeZone::get(name) {
        Ok(zone) if zone.iana_name() == Some(name) => Ok(zone),
        Ok(zone) => Err(format!("{name} is written {}", zone.iana_name().unwrap_or("otherwise"))),
        Err(_) => Err(format!("{name} is no zone of the IANA database, as Asia/Shanghai is")),
    }
}

fn date(text: &str) -> Result<Date, Wrong> {
    text.parse().map_err(|_| format!("{text} is no day of the calendar"))
}

/// Reads either attribute, as it is written or as it is kept.
pub(super) fn read(all_day: Option<&Value>, at: Option<&Value>) -> Result<Option<When>, Wrong> {
    let text = |map: &Value, name: &str| map.get(name).and_then(Value::as_text).map(str::to_owned);
    if let Some(days) = all_day.filter(|v| !v.is_null()) {
        let from = date(&text(days, "from").unwrap_or_default())?;
        let to = text(days, "to").map_or(Ok(from), |to| date(&to))?;
        return if from <= to {
            Ok(Some(When::Days { from, to }))
        } else {
            Err(format!("the last day, {to}, is before the first, {from}"))
        };
    }
    let Some(at) = at.filter(|v| !v.is_null()) else { return Ok(None) };
    let zone = zone(text(at, "timezone").as_deref().unwrap_or(ZONE))?;
    let start = moment(&text(at, "start").unwrap_or_default(), &zone)?;
    let minutes = at.get("minutes").and_then(Value::as_int).unwrap_or(0);
    Ok(Some(When::At { start, minutes }))
}

fn moment(text: &str, zone: &TimeZone) -> Result<Zoned, Wrong> {
    let none = |_| format!("{text} is no time");
    if let Ok(stamp) = text.parse::<Timestamp>() {
        return Ok(stamp.to_zoned(zone.clone()));
    }
    // An offset with a minute's precision is one too.
    if let Some((local, offset)) = text.get(..16).zip(text.get(16..)).filter(|(_, o)| o.starts_with(['+', '-', 'Z'])) {
        let full = format!("{local}:00{offset}");
        return full.parse::<Timestamp>().map(|stamp| stamp.to_zoned(zone.clone())).map_err(none);
    }
    let local: DateTime = text.parse().map_err(none)?;
    local.to_zoned(zone.clone()).map_err(none)
}

impl When {
    /// The attribute that it belongs to, and its kept form.
    pub(super) fn kept(&self) -> Value {
        let map = |pairs: [(&str, Value); 3]| {
            let filled = pairs.into_iter().filter(|(_, v)| !v.is_null());
            Value::Map(filled.map(|(k, v)| (k.to_owned(), v)).collect::<BTreeMap<_, _>>())
        };
        match self {
            Self::Days { from, to } => map([
                ("from", Value::text(from.to_string())),
                ("to", Value::text(to.to_string())),
                ("", Value::Null),
            ]),
            Self::At { start, minutes } => map([
                ("start", Value::text(start.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())),
                ("minutes", Value::Int(*minutes)),
                ("timezone", Value::text(start.time_zone().iana_name().unwrap_or("UTC"))),
            ]),
        }
    }

    pub(super) fn is_days(&self) -> bool {
        matches!(self, Self::Days { .. })
    }

    /// `start_time` and `end_time`: always both, or a change is not noticed.
    pub(super) fn wire(&self) -> [(&'static str, Json); 2] {
        match self {
            Self::Days { from, to } => [
                ("start_time", json!({ "date": from.to_string() })),
                ("end_time", json!({ "date": to.to_string() })),
            ],
            Self::At { start, minutes } => {
                let zone = start.time_zone().iana_name().unwrap_or("UTC");
                let from = start.timestamp().as_second();
                let point = |at: i64| json!({ "timestamp": at.to_string(), "timezone": zone });
                [("start_time", point(from)), ("end_time", point(from + minutes * 60))]
            }
        }
    }

    /// Reads an answer. Which of the two it is says a date that is not empty: answers may hold both fields.
    pub(super) fn of_wire(start: &Json, end: &Json) -> Result<Self, Wrong> {
        let text = |value: &Json, name: &str| value[name].as_str().filter(|t| !t.is_empty()).map(str::to_owned);
        if let Some(from) = text(start, "date") {
            let from = date(&from)?;
            let to = text(end, "date").map_or(Ok(from), |to| date(&to))?;
            return Ok(Self::Days { from, to });
        }
        let stamp = |value: &Json| {
            let seconds = text(value, "timestamp").and_then(|t| t.parse().ok());
            seconds.and_then(|s| Timestamp::from_second(s).ok()).ok_or("a time without date and timestamp")
        };
        let (from, to) = (stamp(start)?, stamp(end)?);
        let zone = zone(text(start, "timezone").as_deref().unwrap_or(ZONE)).unwrap_or(TimeZone::UTC);
        let minutes = (to.as_second() - from.as_second()) / 60;
        Ok(Self::At { start: from.to_zoned(zone), minutes })
    }

    /// `DTSTART` of iCalendar.
    pub(super) fn dtstart(&self) -> String {
        match self {
            Self::Days { from, .. } => format!("DTSTART:{}T000000Z", from.strftime("%Y%m%d")),
            Self::At { start, .. } => format!(
                "DTSTART;TZID={}:{}",
                start.time_zone().iana_name().unwrap_or("UTC"),
                start.strftime("%Y%m%dT%H%M%S")
            ),
        }
    }

    /// The seconds at which the occurrence of a day begins: what its id ends in.
    pub(super) fn occurrence(&self, day: Date) -> Option<i64> {
        match self {
            Self::Days { .. } => midnight(day),
            Self::At { start, .. } => {
                let zoned = day.to_datetime(start.time()).to_zoned(start.time_zone().clone()).ok()?;
                Some(zoned.timestamp().as_second())
            }
        }
    }

    /// The day of an occurrence, from the seconds at which it begins.
    pub(super) fn day(&self, occurrence: i64) -> Option<Date> {
        let stamp = Timestamp::from_second(occurrence).ok()?;
        let zone = match self {
            Self::Days { .. } => TimeZone::UTC,
            Self::At { start, .. } => start.time_zone().clone(),
        };
        Some(stamp.to_zoned(zone).date())
    }

    /// The last second of a day, as an `UNTIL` says it.
    pub(super) fn end_of(&self, day: Date) -> String {
        match self {
            Self::Days { .. } => day.strftime("%Y%m%d").to_string(),
            Self::At { start, .. } => {
                let last = day.at(23, 59, 59, 0).to_zoned(start.time_zone().clone());
                last.map(|at| utc(at.timestamp())).unwrap_or_default()
            }
        }
    }

    /// Years after it begins, in seconds.
    pub(super) fn years_on(&self, years: i64) -> i64 {
        use jiff::ToSpan;
        let start = match self {
            Self::Days { from, .. } => from.to_zoned(TimeZone::UTC).ok(),
            Self::At { start, .. } => Some(start.clone()),
        };
        let end = start.and_then(|start| start.checked_add(years.years()).ok());
        end.map_or(i64::MAX, |end| end.timestamp().as_second())
    }
}

/// `20261231T155959Z`.
pub(super) fn utc(stamp: Timestamp) -> String {
    stamp.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn midnight(day: Date) -> Option<i64> {
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}
