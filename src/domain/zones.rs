//! Time zones: which instants a calendar day of a place is made of.
use std::fmt;

use chrono::{DateTime, Days, Duration, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use super::clock::Time;

/// A zone of the IANA database, or a fixed distance to UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    Named(Tz),
    Fixed(FixedOffset),
}

/// The steps in which zones differ, all of them since 1972.
const STEP: Duration = Duration::minutes(15);
/// No clock was ever set forward by more than a day; as steps.
const LONGEST_LEAP: usize = 4 * 25;

impl Zone {
    /// Reads `Europe/Berlin`, or `+05:30`, which is a whole number of quarters of an hour.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(zone) = text.parse::<Tz>() {
            return Some(Self::Named(zone));
        }
        let (sign, rest) = match text.split_at_checked(1)? {
            ("+", rest) => (1, rest),
            ("-", rest) => (-1, rest),
            _ => return None,
        };
        let (hours, minutes) = rest.split_once(':')?;
        let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(hours) || !digits(minutes) {
            return None;
        }
        let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
        let fits = hours <= 14 && minutes < 60 && minutes % 15 == 0;
        FixedOffset::east_opt(sign * (hours * 3_600 + minutes * 60)).filter(|_| fits).map(Self::Fixed)
    }

    /// The first instant of a day. Where the clock is set forward at midnight, the day begins later; where it is set
    /// back, it begins with the first of the two midnights.
    pub fn start_of(self, day: NaiveDate) -> Time {
        self.at(day, NaiveTime::MIN)
    }

    /// The first instant at which its clocks show this time of a day, or a later one where they leave it out.
    pub fn at(self, day: NaiveDate, time: NaiveTime) -> Time {
        let wanted = day.and_time(time);
        let steps = (0..LONGEST_LEAP).scan(wanted, |local, _| {
            let now = *local;
            *local += STEP;
            Some(now)
        });
        steps.filter_map(|local| self.earliest(local)).next().unwrap_or_else(|| wanted.and_utc())
    }

    /// What its clocks show at an instant.
    pub fn local(self, at: Time) -> NaiveDateTime {
        match self {
            Self::Named(zone) => at.with_timezone(&zone).naive_local(),
            Self::Fixed(zone) => at.with_timezone(&zone).naive_local(),
        }
    }

    /// The day in which an instant lies.
    pub fn day_of(self, at: Time) -> NaiveDate {
        self.local(at).date()
    }

    /// Where each of `count` days from `first` on begins, and where the last of them ends.
    pub fn days(self, first: NaiveDate, count: u64) -> Vec<Time> {
        let start = |day: NaiveDate| self.start_of(day);
        (0..=count).filter_map(|number| first.checked_add_days(Days::new(number))).map(start).collect()
    }

    fn earliest(self, local: NaiveDateTime) -> Option<Time> {
        let utc = |time: Option<DateTime<FixedOffset>>| time.map(|time| time.with_timezone(&Utc));
        match self {
            Self::Named(zone) => utc(zone.from_local_datetime(&local).earliest().map(|time| time.fixed_offset())),
            Self::Fixed(zone) => utc(zone.from_local_datetime(&local).earliest()),
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(zone) => f.write_str(zone.name()),
            Self::Fixed(zone) => write!(f, "{zone}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours_of(zone: &str, day: &str) -> (String, i64) {
        let zone = Zone::parse(zone).expect("a zone");
        let edges = zone.days(day.parse().expect("a day"), 1);
        (edges[0].format("%dT%H:%M").to_string(), (edges[1] - edges[0]).num_minutes())
    }

    #[test]
    fn a_day_is_as_long_as_its_clock_says() {
        assert_eq!(hours_of("UTC", "2026-03-29"), ("29T00:00".into(), 24 * 60));
        assert_eq!(hours_of("Europe/Berlin", "2026-03-29"), ("28T23:00".into(), 23 * 60));
        assert_eq!(hours_of("Europe/Berlin", "2026-10-25"), ("24T22:00".into(), 25 * 60));
        assert_eq!(hours_of("+05:30", "2026-03-29"), ("28T18:30".into(), 24 * 60));
        // Half an hour; at midnight itself, which is not there; and a day that was left out.
        assert_eq!(hours_of("Australia/Lord_Howe", "2026-10-04"), ("03T13:30".into(), 23 * 60 + 30));
        assert_eq!(hours_of("Africa/Cairo", "2026-04-24"), ("23T22:00".into(), 23 * 60));
        assert_eq!(hours_of("Pacific/Apia", "2011-12-30").1, 0);
    }

    #[test]
    fn a_day_s_first_and_last_instants_lie_in_it() {
        for name in ["Europe/Berlin", "America/Santiago", "Asia/Kathmandu", "Africa/Cairo", "-09:30"] {
            let zone = Zone::parse(name).expect("a zone");
            let first = "2026-01-01".parse().expect("a day");
            for edges in zone.days(first, 366).windows(2) {
                let (start, end) = (edges[0], edges[1] - Duration::milliseconds(1));
                assert_eq!(zone.day_of(start), zone.day_of(end), "{name} {start}");
                assert_ne!(zone.day_of(end), zone.day_of(edges[1]), "{name} {end}");
            }
        }
    }

    #[test]
    fn what_is_no_zone_is_refused() {
        for bad in ["", "Berlin", "+5:30", "+05:37", "+15:00", "05:30", "+05:60", "Europe/Berlin ", "é"] {
            assert_eq!(Zone::parse(bad), None, "{bad}");
        }
        assert_eq!(Zone::parse("-09:30").map(|zone| zone.to_string()), Some("-09:30".into()));
    }
}
