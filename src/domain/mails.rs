//! Which mails people want, and when one is due.
use chrono::{Duration, NaiveTime};

use super::clock::Time;
use super::people::Role;
use super::zones::Zone;

/// When a day's mails come together, by the clock of whoever gets them.
const MORNING: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).expect("eight o'clock is a time");
const MINUTES_A_DAY: u16 = 24 * 60;

/// What people are told of by mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Occasion {
    /// Somebody opened a ticket.
    NewTicket,
    /// The student's own ticket has come in.
    TicketReceived,
    /// A ticket is theirs from now on, or their team's.
    TicketAssigned,
    TicketStatusChanged,
    TicketResolved,
    /// Something was said that they have not read.
    NewMessage,
    /// Somebody called upon them.
    Mention,
}

impl Occasion {
    pub const ALL: [Self; 7] = [
        Self::NewTicket,
        Self::TicketReceived,
        Self::TicketAssigned,
        Self::TicketStatusChanged,
        Self::TicketResolved,
        Self::NewMessage,
        Self::Mention,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewTicket => "new-ticket",
            Self::TicketReceived => "ticket-received",
            Self::TicketAssigned => "ticket-assigned",
            Self::TicketStatusChanged => "ticket-status-changed",
            Self::TicketResolved => "ticket-resolved",
            Self::NewMessage => "new-message",
            Self::Mention => "mention",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|occasion| occasion.as_str() == text)
    }

    /// Whether people of this role are ever told of it.
    pub fn is_for(self, role: Role) -> bool {
        match self {
            Self::NewTicket | Self::TicketAssigned => role.is_staff(),
            Self::TicketReceived => !role.is_staff(),
            Self::TicketStatusChanged | Self::TicketResolved | Self::NewMessage | Self::Mention => true,
        }
    }

    /// How they are told who have not chosen: at once, except staff of what others do with tickets.
    pub fn usual(self, role: Role) -> Pace {
        match self {
            Self::TicketStatusChanged | Self::TicketResolved if role.is_staff() => Pace::Off,
            _ => Pace::Now,
        }
    }
}

/// How soon somebody wants to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    Now,
    /// With everything else of the hour.
    Hourly,
    /// With everything else of the day.
    Daily,
    Off,
}

impl Pace {
    pub const ALL: [Self; 4] = [Self::Now, Self::Hourly, Self::Daily, Self::Off];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Off => "off",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pace| pace.as_str() == text)
    }
}

/// What one press of "unsubscribe" switches off: what the mail was about, or everything that came together in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    Occasion(Occasion),
    /// Every occasion of which somebody is told in digests.
    Digests,
}

impl Switch {
    const DIGESTS: &str = "digests";

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Occasion(occasion) => occasion.as_str(),
            Self::Digests => Self::DIGESTS,
        }
    }

    /// Whether it switches off what somebody is told of at this pace.
    pub fn is_about(self, occasion: Occasion, pace: Pace) -> bool {
        match self {
            Self::Occasion(one) => one == occasion,
            Self::Digests => matches!(pace, Pace::Hourly | Pace::Daily),
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        if text == Self::DIGESTS { Some(Self::Digests) } else { Occasion::parse(text).map(Self::Occasion) }
    }
}

/// Minutes since midnight as `HH:MM`.
pub fn clock_of(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Reads `HH:MM`, from `00:00` to `23:59`, as minutes since midnight.
pub fn minutes_of(clock: &str) -> Option<u16> {
    let (hours, minutes) = clock.split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// Hours in which somebody gets no mail, as minutes since midnight by their clock; over midnight when it ends before it
/// begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    pub from: u16,
    pub until: u16,
}

impl Quiet {
    /// None when it would be all day, or no time at all.
    pub fn new(from: u16, until: u16) -> Option<Self> {
        (from < MINUTES_A_DAY && until < MINUTES_A_DAY && from != until).then_some(Self { from, until })
    }

    fn has(self, time: NaiveTime) -> bool {
        let [from, until] = [self.from, self.until].map(time_of);
        if from < until { from <= time && time < until } else { from <= time || time < until }
    }
}

fn time_of(minutes: u16) -> NaiveTime {
    NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minutes) * 60, 0).unwrap_or(NaiveTime::MIN)
}

/// While messages keep coming, a mail of them waits for more, up to so many times as long as for a single one.
pub const LONGEST_BURST: i32 = 5;

/// When a mail of what happened just now is to leave, `wait` being how long a message waits for being read; none when it
/// is not wanted.
pub fn due(
    (occasion, wait): (Occasion, Duration),
    pace: Pace,
    (now, zone, quiet): (Time, Zone, Option<Quiet>),
) -> Option<Time> {
    let due = match pace {
        Pace::Off => return None,
        Pace::Now if occasion == Occasion::NewMessage => now + wait,
        Pace::Now => now,
        Pace::Hourly => next_hour(now),
        Pace::Daily => next(MORNING, now, zone),
    };
    Some(after_quiet(due, zone, quiet))
}

/// The same, or the end of the quiet hours in which it lies.
pub fn after_quiet(at: Time, zone: Zone, quiet: Option<Quiet>) -> Time {
    match quiet {
        Some(quiet) if quiet.has(zone.local(at).time()) => next(time_of(quiet.until), at, zone),
        _ => at,
    }
}

fn next_hour(now: Time) -> Time {
    let past = now.timestamp_millis().rem_euclid(Duration::hours(1).num_milliseconds());
    now - Duration::milliseconds(past) + Duration::hours(1)
}

/// The next instant, after `now`, at which clocks of the zone show this time.
fn next(time: NaiveTime, now: Time, zone: Zone) -> Time {
    let today = zone.day_of(now);
    let on = |day| zone.at(day, time);
    let first = on(today);
    if first > now { first } else { today.succ_opt().map_or(first, on) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().expect("a time as RFC 3339 writes it")
    }

    fn berlin() -> Zone {
        Zone::parse("Europe/Berlin").expect("a zone")
    }

    #[test]
    fn what_is_quiet_comes_at_its_end_and_days_come_in_the_morning() {
        let night = Quiet::new(22 * 60, 7 * 60);
        let noon = Quiet::new(12 * 60, 13 * 60);
        let wait = Duration::minutes(2);
        let cases = [
            (Pace::Now, None, "2026-11-23T12:00:00Z", Some("2026-11-23T12:00:00Z")),
            (Pace::Now, night, "2026-11-23T21:30:00Z", Some("2026-11-24T06:00:00Z")),
            (Pace::Now, night, "2026-11-24T03:00:00Z", Some("2026-11-24T06:00:00Z")),
            (Pace::Now, night, "2026-11-24T06:00:00Z", Some("2026-11-24T06:00:00Z")),
            (Pace::Now, noon, "2026-11-23T11:59:59Z", Some("2026-11-23T12:00:00Z")),
            (Pace::Hourly, None, "2026-11-23T12:20:00Z", Some("2026-11-23T13:00:00Z")),
            (Pace::Hourly, night, "2026-11-23T20:20:00Z", Some("2026-11-24T06:00:00Z")),
            (Pace::Daily, None, "2026-11-23T06:59:00Z", Some("2026-11-23T07:00:00Z")),
            (Pace::Daily, None, "2026-11-23T07:00:00Z", Some("2026-11-24T07:00:00Z")),
            // Over the night in which clocks go forward.
            (Pace::Daily, None, "2026-03-28T12:00:00Z", Some("2026-03-29T06:00:00Z")),
            (Pace::Off, None, "2026-11-23T12:00:00Z", None),
        ];
        for (pace, quiet, now, expected) in cases {
            let due = due((Occasion::Mention, wait), pace, (at(now), berlin(), quiet));
            assert_eq!(due, expected.map(at), "{pace:?} at {now}");
        }
        let read = due((Occasion::NewMessage, wait), Pace::Now, (at("2026-11-23T12:00:00Z"), berlin(), None));
        assert_eq!(read, Some(at("2026-11-23T12:02:00Z")));
    }

    #[test]
    fn a_time_of_day_reads_back_and_nothing_else_is_one() {
        for minutes in [0, 9, 60, 7 * 60 + 5, MINUTES_A_DAY - 1] {
            assert_eq!(minutes_of(&clock_of(minutes)), Some(minutes));
        }
        for bad in ["", "7:00", "24:00", "12:60", "+7:00", "07:0", "07:00:00", "0７:00", "-1:00"] {
            assert_eq!(minutes_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn hours_that_are_none_or_all_are_no_quiet_hours() {
        assert_eq!(Quiet::new(60, 60), None);
        assert_eq!(Quiet::new(0, 24 * 60), None);
    }
}
