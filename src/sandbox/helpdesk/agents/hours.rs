//! Working hours: spans of minutes on days of the week, or on one of the sets of days that have a number.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::sandbox::world::{Millis, World};

/// Beijing, where the days of the platform begin.
const ZONE_MS: Millis = 8 * 3_600_000;
const DAY_MS: Millis = 86_400_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// Minutes of the day.
    pub start: u16,
    pub end: u16,
    /// 1 to 7, 9 for every day, 10 for Monday to Friday, 11 for the weekend.
    pub weekday: i64,
}

impl Span {
    /// As it is written; nothing if it cannot be.
    pub(super) fn read(item: &Value) -> Option<Self> {
        let time = |name: &str| minutes(item.get(name)?.as_str()?);
        let (start, end) = (time("start_time")?, time("end_time")?);
        let weekday = item.get("weekday")?.as_i64()?;
        (start < end && !days(weekday).is_empty()).then_some(Self { start, end, weekday })
    }

    pub(super) fn show(self) -> Value {
        json!({ "start_time": self.from(), "end_time": self.to(), "weekday": self.weekday })
    }

    pub fn from(self) -> String {
        padded(self.start)
    }

    pub fn to(self) -> String {
        padded(self.end)
    }

    /// The same hours, a span for each day.
    pub(super) fn by_day(self) -> impl Iterator<Item = Self> {
        days(self.weekday).iter().map(move |day| Self { weekday: *day, ..self })
    }

    fn holds(self, now: Millis) -> bool {
        let local = now + ZONE_MS;
        // The first of January 1970 was a Thursday.
        let weekday = (local.div_euclid(DAY_MS) + 3).rem_euclid(7) + 1;
        let minute = local.rem_euclid(DAY_MS) / 60_000;
        days(self.weekday).contains(&weekday)
            && (i64::from(self.start)..i64::from(self.end)).contains(&minute)
    }
}

fn days(weekday: i64) -> &'static [i64] {
    match weekday {
        1 => &[1],
        2 => &[2],
        3 => &[3],
        4 => &[4],
        5 => &[5],
        6 => &[6],
        7 => &[7],
        9 => &[1, 2, 3, 4, 5, 6, 7],
        10 => &[1, 2, 3, 4, 5],
        11 => &[6, 7],
        _ => &[],
    }
}

/// `H:MM` or `HH:MM`, up to 24:00.
fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 || !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let at = hour * 60 + minute;
    (minute < 60 && at <= 24 * 60).then_some(at)
}

fn padded(at: u16) -> String {
    format!("{:02}:{:02}", at / 60, at % 60)
}

/// Whether it is working time.
pub(super) fn open(world: &World, hours: &[Span]) -> bool {
    hours.iter().any(|span| span.holds(world.now))
}
