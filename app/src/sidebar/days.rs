//! When a conversation was, in the words that people have for it.

use crate::{browser::minutes_east, text::Msg};

const DAY_MS: i64 = 86_400_000;
const MINUTE_MS: i64 = 60_000;

/// Whose clock counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// So many minutes east of UTC, as the server guesses.
    Fixed(i32),
    /// The browser's own, which knows summer time as well.
    Browser,
}

impl Zone {
    /// The local day of a moment, counted from 1970-01-01.
    fn day(self, ms: u64) -> i64 {
        let east = match self {
            Self::Fixed(minutes) => minutes,
            Self::Browser => minutes_east(ms),
        };
        (ms as i64 + i64::from(east) * MINUTE_MS).div_euclid(DAY_MS)
    }
}

/// The reader's today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    zone: Zone,
    today: i64,
}

impl Calendar {
    /// `now` in milliseconds since 1970.
    pub fn new(zone: Zone, now: u64) -> Self {
        Self { zone, today: zone.day(now) }
    }

    /// The group of what happened at this moment. What lies in the future (clocks differ) is of today.
    pub fn group(self, ms: u64) -> Group {
        let day = self.zone.day(ms);
        match self.today - day {
            ..=0 => Group::Today,
            1 => Group::Yesterday,
            2..=7 => Group::Week,
            8..=30 => Group::Month,
            _ => {
                let (year, month) = year_and_month(day);
                let this_year = year == year_and_month(self.today).0;
                Group::Earlier { year, month, this_year }
            }
        }
    }
}

/// What stands together below a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Today,
    Yesterday,
    /// The seven days before today.
    Week,
    /// The thirty days before today.
    Month,
    /// A month of the calendar.
    Earlier {
        year: i32,
        month: u8,
        this_year: bool,
    },
}

impl Group {
    /// What makes it itself.
    pub fn key(self) -> u128 {
        match self {
            Self::Today => 0,
            Self::Yesterday => 1,
            Self::Week => 2,
            Self::Month => 3,
            Self::Earlier { year, month, .. } => 4 + (year.max(0) as u128) * 12 + u128::from(month),
        }
    }

    pub fn words(self) -> Msg {
        match self {
            Self::Today => Msg::Today,
            Self::Yesterday => Msg::Yesterday,
            Self::Week => Msg::Previous7Days,
            Self::Month => Msg::Previous30Days,
            Self::Earlier { year, month, this_year } => Msg::Month(month, (!this_year).then_some(year)),
        }
    }
}

/// The month (1 to 12) of a day of the Gregorian calendar, by the algorithm `civil_from_days` of
/// <https://howardhinnant.github.io/date_algorithms.html>.
fn year_and_month(day: i64) -> (i32, u8) {
    // Eras of 400 years that begin in March, so that the day of a leap year comes last.
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year as i32, month as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21 12:00 UTC.
    const NOW: u64 = 1_795_262_400_000;
    const HOUR: u64 = 3_600_000;
    const DAY: u64 = 24 * HOUR;

    #[test]
    fn days_have_names_and_then_months() {
        let calendar = Calendar::new(Zone::Fixed(0), NOW);
        let earlier = |year, month, this_year| Group::Earlier { year, month, this_year };
        for (ago, group) in [
            (0, Group::Today),
            (12 * HOUR, Group::Today),
            (12 * HOUR + 1, Group::Yesterday),
            (2 * DAY, Group::Week),
            (7 * DAY, Group::Week),
            (8 * DAY, Group::Month),
            (30 * DAY, Group::Month),
            (31 * DAY, earlier(2026, 10, true)),
            (366 * DAY, earlier(2025, 11, false)),
            (NOW, earlier(1970, 1, false)),
        ] {
            assert_eq!(calendar.group(NOW - ago), group, "{ago} ms ago");
        }
        assert_eq!(calendar.group(NOW + DAY), Group::Today, "another clock is ahead");
    }

    #[test]
    fn the_readers_midnight_counts() {
        let late = NOW + 11 * HOUR;
        assert_eq!(Calendar::new(Zone::Fixed(0), late).group(NOW), Group::Today);
        assert_eq!(Calendar::new(Zone::Fixed(8 * 60), late).group(NOW), Group::Yesterday);
        assert_eq!(Calendar::new(Zone::Fixed(-8 * 60), late).group(NOW), Group::Today);
    }

    #[test]
    fn months_are_the_calendars() {
        for (day, month) in [
            (-1, (1969, 12)),
            (0, (1970, 1)),
            (30, (1970, 1)),
            (31, (1970, 2)),
            (11_016, (2000, 2)),
            (11_017, (2000, 3)),
            (20_778, (2026, 11)),
            (47_540, (2100, 2)),
            (47_541, (2100, 3)),
        ] {
            assert_eq!(year_and_month(day), month, "day {day}");
        }
    }

    #[test]
    fn each_group_is_itself() {
        let calendar = Calendar::new(Zone::Fixed(0), NOW);
        let groups: Vec<_> = (0..800).map(|days| calendar.group(NOW - days * DAY)).collect();
        for pair in groups.windows(2) {
            assert_eq!(pair[0] == pair[1], pair[0].key() == pair[1].key(), "{pair:?}");
        }
    }
}
