//! Recurrences: what may be said, how it reads back, and which occurrences it has.
//!
//! The grammar and the arithmetic of RFC 5545 are the crate's. What the service adds: no `COUNT`, the form of
//! `UNTIL`, and an order of parts of its own.

use rrule::{RRule, RRuleSet, Unvalidated};

use super::rows::Event;
use super::time::When;

/// Nobody looks at more occurrences of one series.
const MOST: usize = 50_000;

/// Judges a rule and gives the form in which it is kept: `FREQ`, `UNTIL`, `INTERVAL`, the rest by name.
pub(super) fn judged(text: &str, start: &When) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix("RRULE:").unwrap_or(text);
    if text.contains(['\n', '\r', ':']) {
        return None;
    }
    let mut parts: Vec<(String, String)> = Vec::new();
    for part in text.trim_end_matches(';').split(';') {
        let (name, value) = part.split_once('=')?;
        let (name, value) = (name.trim().to_uppercase(), value.trim().to_uppercase());
        if value.is_empty() || parts.iter().any(|(n, _)| *n == name) {
            return None;
        }
        parts.push((name, value));
    }
    // Documented, and known not to work: refused rather than forgotten.
    if parts.iter().any(|(n, _)| n == "COUNT") {
        return None;
    }
    if !parts.iter().any(|(n, _)| n == "INTERVAL") {
        parts.push(("INTERVAL".to_owned(), "1".to_owned()));
    }
    let until = parts.iter().find(|(n, _)| n == "UNTIL").map(|(_, v)| v.as_str());
    let day = matches!(start, When::Day { .. });
    if until.is_some_and(|u| !(u.ends_with('Z') && u.len() == 16 || day && u.len() == 8)) {
        return None;
    }
    parts.sort_by_key(|(name, _)| {
        let first = ["FREQ", "UNTIL", "INTERVAL"].iter().position(|n| n == name).unwrap_or(3);
        (first, name.clone())
    });
    let rule = parts.iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join(";");
    set(&rule, start).map(|_| rule)
}

fn set(rule: &str, start: &When) -> Option<RRuleSet> {
    let line = match start {
        When::Day { .. } => format!("DTSTART:{}Z", start.local()),
        When::At { zone, .. } => format!("DTSTART;TZID={zone}:{}", start.local()),
    };
    // The crate wants the form of UNTIL to be that of the start.
    let rule: Vec<String> = rule
        .split(';')
        .map(|part| match part.strip_prefix("UNTIL=") {
            Some(day) if day.len() == 8 => format!("UNTIL={day}T000000Z"),
            _ => part.to_owned(),
        })
        .collect();
    let rule = rule.join(";");
    rule.parse::<RRule<Unvalidated>>().ok()?;
    format!("{line}\nRRULE:{rule}").parse().ok()
}

/// The starts of all occurrences of a series that begin before `to` and end after `from`, exceptions or not.
pub(super) fn starts(event: &Event, from: i64, to: i64) -> Vec<i64> {
    let (first, end) = event.span();
    let length = end - first;
    let Some(set) = set(&event.recurrence, &event.start) else { return Vec::new() };
    (&set)
        .into_iter()
        .take(MOST)
        .map(|at| at.timestamp())
        .take_while(|at| *at < to)
        .filter(|at| at + length > from)
        .collect()
}

/// Whether a series has an occurrence that starts then.
pub(super) fn occurs(event: &Event, at: i64) -> bool {
    starts(event, at, at + 1).contains(&at)
}

/// Whether it ends, and not after `limit`.
pub(super) fn ends_before(event: &Event, limit: i64) -> bool {
    let has_end = event.recurrence.split(';').any(|p| p.starts_with("UNTIL="));
    has_end && starts(event, limit, i64::MAX).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, zone: &str) -> When {
        let at = super::super::time::rfc3339(text).expect("time");
        When::At { at, zone: zone.to_owned() }
    }

    #[test]
    fn a_rule_is_kept_in_an_order_of_its_own_and_without_prefix() {
        let start = at("2026-09-04T10:00:00+08:00", "Asia/Shanghai");
        let kept = judged("RRULE:BYDAY=1FR;FREQ=monthly;UNTIL=20271231T155959Z", &start);
        assert_eq!(kept.as_deref(), Some("FREQ=MONTHLY;UNTIL=20271231T155959Z;INTERVAL=1;BYDAY=1FR"));
    }

    #[test]
    fn what_the_service_does_not_take_is_refused() {
        let start = at("2026-09-04T10:00:00+08:00", "Asia/Shanghai");
        for bad in [
            "FREQ=DAILY;COUNT=3",
            "FREQ=DAILY;UNTIL=20271231",
            "FREQ=DAILY;UNTIL=20271231T155959",
            "FREQ=OFTEN",
            "INTERVAL=2",
            "FREQ=DAILY;FREQ=DAILY",
            "FREQ=DAILY;BYDAY=XX",
            "FREQ",
        ] {
            assert_eq!(judged(bad, &start), None, "{bad}");
        }
        let day = When::Day { date: "2026-10-01".to_owned() };
        assert!(judged("FREQ=YEARLY;UNTIL=20301001", &day).is_some());
    }
}
