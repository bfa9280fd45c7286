//! Times and sizes as people write them in their language.
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Timelike};

use crate::domain::Time;
use crate::domain::languages::Language;
use crate::domain::zones::Zone;

const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const GERMAN: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// An instant as the clock of a place shows it.
fn local(at: Time, zone: Zone) -> DateTime<FixedOffset> {
    match zone {
        Zone::Named(zone) => at.with_timezone(&zone).fixed_offset(),
        Zone::Fixed(zone) => at.with_timezone(&zone),
    }
}

/// `23 November 2026, 16:04`.
pub(super) fn moment(at: Time, zone: Zone, language: Language) -> String {
    let local = local(at, zone);
    let (hour, minute) = (local.hour(), local.minute());
    let day = date(local.date_naive(), language);
    match language {
        Language::English => format!("{day}, {hour:02}:{minute:02}"),
        Language::German => format!("{day}, {hour:02}:{minute:02} Uhr"),
    }
}

/// The day of an instant, `23 November 2026`.
pub(super) fn day(at: Time, zone: Zone, language: Language) -> String {
    date(local(at, zone).date_naive(), language)
}

fn date(day: NaiveDate, language: Language) -> String {
    let (number, month, year) = (day.day(), day.month0() as usize, day.year());
    match language {
        Language::English => format!("{number} {} {year}", ENGLISH[month]),
        Language::German => format!("{number}. {} {year}", GERMAN[month]),
    }
}

/// `1.2 MB`.
pub(super) fn size(bytes: u64, language: Language) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1_000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1_000.0;
        unit += 1;
    }
    let number = if value < 9.95 { format!("{value:.1}") } else { format!("{value:.0}") };
    let number = if language == Language::German { number.replace('.', ",") } else { number };
    format!("{number} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::from_millis;

    #[test]
    fn times_are_those_of_the_place_in_the_words_of_the_language() {
        let (at, berlin) = (from_millis(1_795_448_640_000), Zone::parse("Europe/Berlin").expect("a zone"));
        let utc = Zone::parse("+00:00").expect("a zone");
        assert_eq!(moment(at, utc, Language::English), "23 November 2026, 15:44");
        assert_eq!(moment(at, berlin, Language::German), "23. November 2026, 16:44 Uhr");
        assert_eq!(day(at, Zone::parse("+14:00").expect("a zone"), Language::English), "24 November 2026");
    }

    #[test]
    fn sizes_have_two_figures_and_a_unit() {
        let sizes = [(0, "0 B"), (999, "999 B"), (1_234, "1.2 kB"), (48_200, "48 kB"), (999_600, "1.0 MB")];
        for (bytes, shown) in sizes {
            assert_eq!(size(bytes, Language::English), shown);
        }
        assert_eq!(size(2_300_000, Language::German), "2,3 MB");
    }
}
