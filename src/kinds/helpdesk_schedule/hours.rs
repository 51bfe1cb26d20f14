//! Working hours in one form, however they are said: words or days in the YAML, one number a row in the API.
//!
//! Rows of one time are joined and their days called by the shortest word. The API may answer `weekdays` as it was
//! sent or as five rows, in any order; both are the same hours here. `24:00` stays what it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::kinds::attendance::times::{minutes, padded};
use crate::model::Value;

pub(super) const DAYS: &str = "days";
pub(super) const FROM: &str = "from";
pub(super) const TO: &str = "to";

/// By the number of the API, less one.
pub(super) const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A word, the number of the API, the days that it means. There is no 8.
const WORDS: [(&str, i64, &[i64]); 3] = [
    ("every_day", 9, &[1, 2, 3, 4, 5, 6, 7]),
    ("weekdays", 10, &[1, 2, 3, 4, 5]),
    ("weekend", 11, &[6, 7]),
];

/// Days by the time that they share.
type Times = BTreeMap<(String, String), BTreeSet<i64>>;

/// The days that a word or a number of the API means.
fn days_of(value: &Value) -> Option<Vec<i64>> {
    let word = value.as_text()?;
    let named = WORDS.iter().find(|(name, ..)| *name == word).map(|(.., days)| days.to_vec());
    named.or_else(|| {
        let at = WEEK.iter().position(|day| *day == word)?;
        Some(vec![i64::try_from(at).ok()? + 1])
    })
}

/// The rows of a declared or normal value.
pub(super) fn times(value: &Value) -> Times {
    let mut times = Times::new();
    for row in value.elements() {
        let text = |name: &str| row.get(name).and_then(Value::as_text).map(padded);
        let (Some(from), Some(to), Some(days)) = (text(FROM), text(TO), row.get(DAYS)) else { continue };
        let entry = times.entry((from, to)).or_default();
        entry.extend(days_of(days).into_iter().flatten());
        entry.extend(days.elements().filter_map(days_of).flatten());
    }
    times
}

fn said(days: &BTreeSet<i64>) -> Value {
    let all: Vec<i64> = days.iter().copied().collect();
    match WORDS.iter().find(|(_, _, meant)| **meant == all) {
        Some((word, ..)) => Value::text(*word),
        None => Value::Set(all.iter().filter_map(|day| day_name(*day)).map(Value::text).collect()),
    }
}

/// `tue`.
pub(super) fn day_name(day: i64) -> Option<&'static str> {
    WEEK.get(usize::try_from(day - 1).ok()?).copied()
}

fn of_times(times: Times) -> Value {
    let rows = times.into_iter().filter(|(_, days)| !days.is_empty()).map(|((from, to), days)| {
        let row = [(DAYS, said(&days)), (FROM, Value::Text(from)), (TO, Value::Text(to))];
        Value::Map(row.map(|(name, value)| (name.to_owned(), value)).into())
    });
    Value::Set(rows.collect())
}

/// The one form.
pub(super) fn normal(value: &Value) -> Value {
    of_times(times(value))
}

/// What the API says; an error names the row that cannot be understood.
pub(super) fn read(rows: &Json) -> Result<Value, String> {
    let mut times = Times::new();
    for row in rows.as_array().into_iter().flatten() {
        let odd = || format!("its hours hold a row that cannot be understood: {row}");
        let text = |name: &str| row[name].as_str().filter(|t| minutes(t).is_some()).map(padded);
        let weekday = row["weekday"].as_i64().ok_or_else(odd)?;
        let word = WORDS.iter().find(|(_, number, _)| *number == weekday).map(|(.., days)| days.to_vec());
        let days = word.or_else(|| (1..=7).contains(&weekday).then(|| vec![weekday])).ok_or_else(odd)?;
        let time = text("start_time").zip(text("end_time")).ok_or_else(odd)?;
        times.entry(time).or_default().extend(days);
    }
    Ok(of_times(times))
}

/// As the API takes it: a word is one row, else each day.
pub(super) fn wire(value: &Value) -> Json {
    let mut rows = Vec::new();
    for ((from, to), days) in times(value) {
        let all: Vec<i64> = days.iter().copied().collect();
        let numbers = match WORDS.iter().find(|(_, _, meant)| **meant == all) {
            Some((_, number, _)) => vec![*number],
            None => all,
        };
        for weekday in numbers {
            rows.push(json!({ "start_time": from, "end_time": to, "weekday": weekday }));
        }
    }
    Json::Array(rows)
}

/// Two rows that share some time of a day, said with that day.
pub(super) fn overlap(value: &Value) -> Option<String> {
    let times = times(value);
    let rows: Vec<_> = times.iter().collect();
    for (at, ((from, to), days)) in rows.iter().enumerate() {
        for ((other_from, other_to), other_days) in &rows[at + 1..] {
            let day = days.intersection(other_days).next().and_then(|day| day_name(*day));
            let (begins, ends) = (minutes(from)?, minutes(to)?);
            let (other_begins, other_ends) = (minutes(other_from)?, minutes(other_to)?);
            if let Some(day) = day
                && begins < other_ends
                && other_begins < ends
            {
                return Some(format!("{from}-{to} and {other_from}-{other_to} overlap on {day}"));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(days: Value, from: &str, to: &str) -> Value {
        let row = [(DAYS, days), (FROM, Value::text(from)), (TO, Value::text(to))];
        Value::Map(row.map(|(name, value)| (name.to_owned(), value)).into())
    }

    fn set(values: impl IntoIterator<Item = Value>) -> Value {
        Value::Set(values.into_iter().collect())
    }

    fn word(text: &str) -> Value {
        Value::text(text)
    }

    /// Every way to say Monday to Friday, nine to six.
    #[test]
    fn weekdays_are_the_same_whether_they_are_a_word_or_five_rows_in_any_order() {
        let whole = normal(&set([row(word("weekdays"), "9:00", "18:00")]));
        let days = ["fri", "mon", "wed", "tue", "thu"];
        let listed = set([row(set(days.map(word)), "09:00", "18:00")]);
        let single = set(days.map(|day| row(word(day), "09:00", "18:00")));
        assert_eq!((normal(&listed), normal(&single)), (whole.clone(), whole.clone()));
        let rows = |numbers: &[i64]| {
            let row = |n: &i64| json!({ "start_time": "9:00", "end_time": "18:00", "weekday": n });
            Json::Array(numbers.iter().map(row).collect())
        };
        for numbers in [vec![10], vec![3, 1, 2, 5, 4], vec![10, 2]] {
            assert_eq!(read(&rows(&numbers)), Ok(whole.clone()), "{numbers:?}");
        }
        assert_ne!(read(&rows(&[1, 2, 3, 4])), Ok(whole));
    }

    #[test]
    fn the_whole_week_is_every_day_and_saturday_and_sunday_the_weekend() {
        let from = |numbers: &[i64]| {
            let row = |n: &i64| json!({ "start_time": "00:00", "end_time": "24:00", "weekday": n });
            let read = read(&Json::Array(numbers.iter().map(row).collect())).expect("hours");
            let days: Vec<Value> = read.elements().filter_map(|row| row.get(DAYS).cloned()).collect();
            days
        };
        assert_eq!(from(&[10, 11]), [word("every_day")]);
        assert_eq!(from(&[9]), [word("every_day")]);
        assert_eq!(from(&[7, 6]), [word("weekend")]);
        assert_eq!(from(&[6]), [set([word("sat")])]);
    }

    #[test]
    fn what_is_written_is_what_is_read_and_midnight_is_not_a_minute_before() {
        let hours = normal(&set([
            row(word("weekdays"), "09:00", "12:00"),
            row(set([word("sat"), word("tue")]), "13:00", "24:00"),
            row(word("sun"), "00:00", "23:59"),
        ]));
        let sent = wire(&hours);
        assert_eq!(read(&sent), Ok(hours));
        let mut rows: Vec<String> =
            sent.as_array().expect("rows").iter().map(|r| format!("{} {}", r["weekday"], r["end_time"])).collect();
        rows.sort();
        assert_eq!(rows, ["10 \"12:00\"", "2 \"24:00\"", "6 \"24:00\"", "7 \"23:59\""]);
    }

    #[test]
    fn a_row_that_is_none_is_told_and_not_left_out() {
        for row in [
            json!({ "start_time": "09:00", "end_time": "18:00", "weekday": 8 }),
            json!({ "start_time": "09:00", "weekday": 1 }),
            json!({ "start_time": "nine", "end_time": "18:00", "weekday": 1 }),
        ] {
            assert!(read(&json!([row])).is_err(), "{row}");
        }
        assert_eq!(read(&json!([])), Ok(set([])));
        assert_eq!(read(&Json::Null), Ok(set([])));
    }

    #[test]
    fn rows_overlap_on_a_day_that_both_have() {
        let both = |days: Value, from: &str, to: &str| {
            overlap(&set([row(word("weekdays"), "09:00", "12:00"), row(days, from, to)]))
        };
        assert_eq!(both(word("wed"), "11:59", "13:00").as_deref(), Some("09:00-12:00 and 11:59-13:00 overlap on wed"));
        assert_eq!(both(word("wed"), "12:00", "13:00"), None);
        assert_eq!(both(word("sat"), "09:00", "12:30"), None);
    }
}
