//! Days as numbers (`20261010`), and when a change takes effect.

use crate::sandbox::world::Millis;

const DAY: Millis = 86_400_000;
/// Feishu's tenants count days in Beijing.
const BEIJING: Millis = 8 * 3_600_000;

/// Whether a number is a day that the calendar has.
pub(super) fn real(day: i64) -> bool {
    let (year, month, date) = (day / 10_000, day / 100 % 100, day % 100);
    (2000..2100).contains(&year) && (1..=12).contains(&month) && (1..=length(year, month)).contains(&date)
}

fn length(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 2000-01-01, for differences.
pub(super) fn ordinal(day: i64) -> i64 {
    let (year, month, date) = (day / 10_000, day / 100 % 100, day % 100);
    let years = (2000..year).map(|y| if y % 4 == 0 { 366 } else { 365 }).sum::<i64>();
    years + (1..month).map(|m| length(year, m)).sum::<i64>() + date - 1
}

/// The day that a moment falls on.
pub(super) fn of(now: Millis) -> i64 {
    let mut days = (now + BEIJING) / DAY - 10_957;
    let mut year = 2000;
    loop {
        let length = if year % 4 == 0 { 366 } else { 365 };
        if days < length {
            break;
        }
        days -= length;
        year += 1;
    }
    let mut month = 1;
    while days >= length(year, month) {
        days -= length(year, month);
        month += 1;
    }
    year * 10_000 + month * 100 + days + 1
}

/// When the next day begins.
pub(super) fn tomorrow(now: Millis) -> Millis {
    ((now + BEIJING) / DAY + 1) * DAY - BEIJING
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar_in_beijing() {
        for (day, is) in
            [(20_240_229, true), (20_230_229, false), (20_261_301, false), (20_261_131, false), (9, false)]
        {
            assert_eq!(real(day), is, "{day}");
        }
        // 2026-11-21T16:00:00Z is the 22nd in Beijing; both from `date`.
        assert_eq!(of(1_795_276_800_000), 20_261_122);
        assert_eq!(of(1_795_276_799_000), 20_261_121);
        assert_eq!(tomorrow(1_795_276_799_000), 1_795_276_800_000);
        assert_eq!(ordinal(20_260_301) - ordinal(20_260_201), 28);
    }
}
