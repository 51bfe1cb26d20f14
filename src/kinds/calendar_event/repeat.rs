//! Recurrences in one form: RFC 5545 with its parts in order and nothing said that is so anyway.
//!
//! The tenant does not count occurrences, so a `COUNT` becomes the `UNTIL` that it leads to, and an `UNTIL` without
//! a time the end of its day where the event is. What reads back in another order is the same rule.

use rrule::{RRule, RRuleSet, Unvalidated};

use super::time::{When, Wrong, utc};

/// What no organisation means.
const MOST: u32 = 10_000;

/// Brings a rule into its form.
pub(super) fn canonical(text: &str, when: &When) -> Result<String, Wrong> {
    let text = text.trim();
    let text = text.strip_prefix("RRULE:").unwrap_or(text);
    let mut parts: Vec<(String, String)> = Vec::new();
    for part in text.split(';').filter(|part| !part.trim().is_empty()) {
        let (name, value) = part.split_once('=').ok_or_else(|| format!("{part} is no part of a rule, as FREQ=DAILY is"))?;
        let (name, value) = (name.trim().to_uppercase(), value.trim().to_uppercase());
        if parts.iter().any(|(n, _)| *n == name) {
            return Err(format!("{name} stands twice"));
        }
        parts.push((name, listed(&value)));
    }
    let find = |parts: &[(String, String)], name: &str| {
        parts.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone())
    };
    if find(&parts, "COUNT").is_some() && find(&parts, "UNTIL").is_some() {
        return Err("COUNT and UNTIL exclude each other".to_owned());
    }
    if let Some(until) = find(&parts, "UNTIL") {
        let until = until_of(&until, when)?;
        parts.iter_mut().filter(|(n, _)| n == "UNTIL").for_each(|(_, value)| value.clone_from(&until));
    }
    if let Some(count) = find(&parts, "COUNT") {
        let many = count.parse::<u32>().ok().filter(|n| (1..=MOST).contains(n));
        let many = many.ok_or_else(|| format!("COUNT={count} is no count of 1 to {MOST}"))?;
        parts.retain(|(n, _)| n != "COUNT");
        let set = set(&joined(&parts), when)?;
        let last = (&set).into_iter().take(many as usize).last().ok_or("it never takes place")?;
        let until = match when {
            When::Days { .. } => last.format("%Y%m%d").to_string(),
            When::At { .. } => jiff::Timestamp::from_second(last.timestamp()).map(utc).unwrap_or_default(),
        };
        parts.push(("UNTIL".to_owned(), until));
    }
    parts.retain(|(n, v)| !(n == "INTERVAL" && v == "1" || n == "WKST" && v == "MO"));
    let order = |name: &str| ["FREQ", "INTERVAL"].iter().position(|n| *n == name).unwrap_or(2 + usize::from(name == "UNTIL"));
    parts.sort_by(|a, b| (order(&a.0), &a.0).cmp(&(order(&b.0), &b.0)));
    let rule = joined(&parts);
    set(&rule, when)?;
    Ok(rule)
}

/// A list means the same in any order.
fn listed(value: &str) -> String {
    let mut values: Vec<&str> = value.split(',').map(str::trim).collect();
    values.sort_unstable();
    values.dedup();
    values.join(",")
}

fn joined(parts: &[(String, String)]) -> String {
    parts.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(";")
}

fn until_of(until: &str, when: &When) -> Result<String, Wrong> {
    let bad = || format!("UNTIL={until} is neither a day, as 20261231, nor a time in UTC, as 20261231T155959Z");
    let day = until.get(..8).ok_or_else(bad)?;
    let digits = |text: &str, len: usize| text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(day, 8) {
        return Err(bad());
    }
    let date = format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..8]).parse().map_err(|_| bad())?;
    match until.get(8..) {
        Some("") | None => Ok(when.end_of(date)),
        Some(time) if time.starts_with('T') && time.ends_with('Z') && digits(&time[1..time.len() - 1], 6) => {
            Ok(if when.is_days() { day.to_owned() } else { until.to_owned() })
        }
        Some(_) => Err(bad()),
    }
}

/// The rule with its beginning. The crate wants an `UNTIL` in the form of the beginning.
fn set(rule: &str, when: &When) -> Result<RRuleSet, Wrong> {
    let parts: Vec<String> = rule
        .split(';')
        .map(|part| match part.strip_prefix("UNTIL=") {
            Some(day) if day.len() == 8 => format!("UNTIL={day}T000000Z"),
            _ => part.to_owned(),
        })
        .collect();
    let rule = parts.join(";");
    rule.parse::<RRule<Unvalidated>>().map_err(|e| e.to_string())?;
    format!("{}\nRRULE:{rule}", when.dtstart()).parse().map_err(|e: rrule::RRuleError| e.to_string())
}

/// Whether a series has an occurrence that begins then.
pub(super) fn occurs(rule: &str, when: &When, at: i64) -> bool {
    let Ok(set) = set(rule, when) else { return false };
    (&set).into_iter().map(|o| o.timestamp()).take_while(|o| *o <= at).take(MOST as usize).any(|o| o == at)
}

/// Whether it ends, and not after these seconds.
pub(super) fn ends_by(rule: &str, when: &When, limit: i64) -> bool {
    let has_end = rule.split(';').any(|part| part.starts_with("UNTIL="));
    let Ok(set) = set(rule, when) else { return false };
    has_end && (&set).into_iter().all(|o| o.timestamp() <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::calendar_event::time::read;
    use crate::model::Value;

    fn at(start: &str, zone: &str) -> When {
        let map = [("start", Value::text(start)), ("minutes", Value::Int(30)), ("timezone", Value::text(zone))];
        let map = Value::Map(map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect());
        read(None, Some(&map)).expect("sound").expect("a time")
    }

    #[test]
    fn what_means_the_same_has_one_form() {
        let when = at("2026-09-04T10:00", "Asia/Shanghai");
        let form = |rule: &str| canonical(rule, &when).expect("a rule");
        assert_eq!(form("RRULE:BYDAY=FR,MO;INTERVAL=1;FREQ=weekly;WKST=MO"), "FREQ=WEEKLY;BYDAY=FR,MO");
        assert_eq!(form("FREQ=WEEKLY;BYDAY=MO,FR"), "FREQ=WEEKLY;BYDAY=FR,MO");
        assert_eq!(form("FREQ=MONTHLY;UNTIL=20271231;BYDAY=1FR"), "FREQ=MONTHLY;BYDAY=1FR;UNTIL=20271231T155959Z");
    }

    #[test]
    fn a_count_becomes_the_until_that_it_leads_to_over_a_change_of_the_clocks() {
        // 16, 23 and 30 October in summer time, 6 November after it: 09:00 is 14:00 UTC then.
        let when = at("2026-10-16T09:00", "America/New_York");
        assert_eq!(canonical("FREQ=WEEKLY;COUNT=4", &when), Ok("FREQ=WEEKLY;UNTIL=20261106T140000Z".to_owned()));
        assert_eq!(canonical("FREQ=WEEKLY;COUNT=3", &when), Ok("FREQ=WEEKLY;UNTIL=20261030T130000Z".to_owned()));
    }

    #[test]
    fn an_until_without_a_time_is_the_end_of_that_day_where_the_event_is() {
        let when = at("2026-10-16T09:00", "America/New_York");
        let form = canonical("FREQ=WEEKLY;UNTIL=20261231", &when);
        assert_eq!(form, Ok("FREQ=WEEKLY;UNTIL=20270101T045959Z".to_owned()));
    }

    #[test]
    fn rules_that_are_none_are_told() {
        let when = at("2026-09-04T10:00", "Asia/Shanghai");
        for bad in [
            "",
            "FREQ",
            "FREQ=OFTEN",
            "FREQ=DAILY;FREQ=DAILY",
            "FREQ=DAILY;COUNT=0",
            "FREQ=DAILY;COUNT=3;UNTIL=20271231",
            "FREQ=DAILY;UNTIL=soon",
            "FREQ=DAILY;UNTIL=20261301",
            "FREQ=DAILY;UNTIL=20271231T000000",
            "FREQ=DAILY;BYDAY=XX",
        ] {
            assert!(canonical(bad, &when).is_err(), "{bad}");
        }
    }
}
