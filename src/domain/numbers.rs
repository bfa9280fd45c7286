//! What is measured about tickets, when, and the bins in which durations are counted. docs/numbers.md has the definitions.
use std::collections::BTreeMap;

use super::clock::Time;
use super::ids::PersonId;
use super::status::Status;
use super::tickets::Ticket;

/// Something that is counted, or how long something took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// A ticket was opened.
    Created,
    /// A ticket is done, and was not.
    Resolved,
    /// A ticket is no longer done.
    Reopened,
    FirstResponse,
    NextResponse,
    FirstResolution,
    FullResolution,
    /// How long the ticket was with staff until it was done.
    RequesterWait,
    /// How long it was with the student until it was done.
    AgentWait,
}

impl Measure {
    pub const ALL: [Self; 9] = [
        Self::Created,
        Self::Resolved,
        Self::Reopened,
        Self::FirstResponse,
        Self::NextResponse,
        Self::FirstResolution,
        Self::FullResolution,
        Self::RequesterWait,
        Self::AgentWait,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Resolved => "resolved",
            Self::Reopened => "reopened",
            Self::FirstResponse => "first-response",
            Self::NextResponse => "next-response",
            Self::FirstResolution => "first-resolution",
            Self::FullResolution => "full-resolution",
            Self::RequesterWait => "requester-wait",
            Self::AgentWait => "agent-wait",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.as_str() == text)
    }

    /// Whether it is how long something took, and no mere count.
    pub fn is_duration(self) -> bool {
        !matches!(self, Self::Created | Self::Resolved | Self::Reopened)
    }
}

/// Since when somebody waited whom a message answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It is the first answer of all.
    First,
    /// The student has written since the answer before.
    Next { since: Time },
}

/// What a message is an answer to, asked before it is counted; nothing when nobody waited for it.
pub fn answered(ticket: &Ticket, author: &PersonId, author_is_staff: bool) -> Option<Answered> {
    if !author_is_staff || *author == ticket.created_by {
        return None;
    }
    match (ticket.first_response_at, ticket.waiting_since) {
        (None, _) => Some(Answered::First),
        (Some(_), since) => since.map(|since| Answered::Next { since }),
    }
}

/// A stretch of time that a ticket stood in a status, and left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    pub status: Status,
    pub from: Time,
    pub to: Time,
}

/// What is measured when a ticket moves at `at`, in milliseconds, `stays` being all it has left behind. Nothing, unless it
/// becomes done or ceases to be.
pub fn moved(created_at: Time, stays: &[Stay], (from, to): (Status, Status), at: Time) -> Vec<(Measure, i64)> {
    match (from.is_done(), to.is_done()) {
        (true, false) => vec![(Measure::Reopened, 0)],
        (false, true) => {
            let age = millis_between(created_at, at);
            let spent = |with: &[Status]| {
                let there = stays.iter().filter(|stay| with.contains(&stay.status));
                there.map(|stay| millis_between(stay.from, stay.to)).sum()
            };
            let mut measured = vec![
                (Measure::Resolved, 0),
                (Measure::FullResolution, age),
                (Measure::RequesterWait, spent(&[Status::Open, Status::InProgress])),
                (Measure::AgentWait, spent(&[Status::Pending])),
            ];
            if !stays.iter().any(|stay| stay.status.is_done()) {
                measured.push((Measure::FirstResolution, age));
            }
            measured
        }
        (true, true) | (false, false) => Vec::new(),
    }
}

/// From one to the other; nothing when clocks disagree about their order.
pub fn millis_between(from: Time, to: Time) -> i64 {
    (to - from).num_milliseconds().max(0)
}

/// By how much a quantile may be wrong, as a part of it.
pub const QUANTILE_ERROR: f64 = 0.02;
/// Each bin ends at so many times its beginning: its middle is off by (1.04 - 1) / (1.04 + 1) < 0.02 at most.
const GROWTH: f64 = 1.04;
/// Enough for durations of 15 years.
const BINS: usize = 690;
/// The bins of a day's mere counts: its quarters of an hour in UTC.
pub const QUARTERS: i64 = 96;
pub const DAY: i64 = 24 * 60 * 60 * 1_000;
pub const QUARTER: i64 = DAY / QUARTERS;

/// The bin of a duration in milliseconds.
pub fn bin_of(millis: i64) -> i64 {
    if millis <= 0 {
        return 0;
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is less than the number of bins")]
    let bin = ((millis as f64).ln() / GROWTH.ln()).floor() as i64 + 1;
    bin.min(BINS as i64 - 1)
}

/// What stands for the durations in a bin, in milliseconds.
fn middle(bin: usize) -> f64 {
    let Ok(above) = i32::try_from(bin) else { return 0.0 };
    if above == 0 {
        return 0.0;
    }
    let (low, high) = (GROWTH.powi(above - 1), GROWTH.powi(above));
    2.0 * low * high / (low + high)
}

/// How often each bin was hit, to be stored: few of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bins(BTreeMap<i64, i64>);

impl Bins {
    pub fn add(&mut self, bin: i64, times: i64) {
        *self.0.entry(bin).or_default() += times;
    }

    /// Adds what [`Bins::packed`] wrote.
    pub fn add_packed(&mut self, packed: &str) {
        each_packed(packed, |bin, times| self.add(bin, times));
    }

    /// `bin:times` for each bin that was hit, divided by spaces.
    pub fn packed(&self) -> String {
        let hits = self.hits().map(|(bin, times)| format!("{bin}:{times}"));
        hits.collect::<Vec<_>>().join(" ")
    }

    /// The bins that were hit, and how often.
    pub fn hits(&self) -> impl Iterator<Item = (i64, i64)> {
        self.0.iter().map(|(bin, times)| (*bin, *times)).filter(|(_, times)| *times != 0)
    }
}

/// How often each bin was hit, to be looked at: many of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    bins: Vec<i64>,
    total: i64,
}

impl Tally {
    pub fn add(&mut self, bin: i64, times: i64) {
        let place = usize::try_from(bin).unwrap_or(0).min(BINS - 1);
        if self.bins.len() <= place {
            self.bins.resize(place + 1, 0);
        }
        self.bins[place] += times;
        self.total += times;
    }

    /// Adds what [`Bins::packed`] wrote.
    pub fn add_packed(&mut self, packed: &str) {
        each_packed(packed, |bin, times| self.add(bin, times));
    }

    /// How many there are.
    pub fn total(&self) -> i64 {
        self.total
    }

    /// The duration in milliseconds that `percent` of a hundred do not exceed (by nearest rank), off by
    /// [`QUANTILE_ERROR`] at most; none of nothing.
    pub fn quantile(&self, percent: i64) -> Option<f64> {
        let rank = (self.total * percent + 99) / 100;
        let mut below = 0;
        let reaches = |times: &i64| {
            below += times;
            below >= rank
        };
        if self.total <= 0 { None } else { self.bins.iter().position(reaches).map(middle) }
    }
}

/// Hands each `bin:times` on.
pub fn each_packed(packed: &str, mut each: impl FnMut(i64, i64)) {
    each_packed_by_day(packed, |_, bin, times| each(bin, times));
}

/// Hands each `bin:times` on with the number in the last `@day` before it. Read byte by byte, because a year's worth is
/// read for every answer.
pub fn each_packed_by_day(packed: &str, mut each: impl FnMut(i64, i64, i64)) {
    let (mut day, mut is_day) = (0, false);
    let (mut bin, mut number, mut sign) = (0, 0, 1);
    for &byte in packed.as_bytes().iter().chain(b" ") {
        match byte {
            b'0'..=b'9' => number = number * 10 + i64::from(byte - b'0'),
            b':' => (bin, number) = (number, 0),
            b'-' => sign = -1,
            b'@' => is_day = true,
            _ if is_day => (day, is_day, number) = (number, false, 0),
            _ => {
                if number != 0 {
                    each(day, bin, sign * number);
                }
                (number, sign) = (0, 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::clock::from_millis;
    use super::*;

    #[test]
    fn a_quantile_is_off_by_two_percent_at_most() {
        let mut seed: u64 = 7;
        for size in [1, 2, 3, 10, 99, 1_000] {
            let mut values = Vec::new();
            let mut tally = Tally::default();
            for _ in 0..size {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let value = i64::try_from(seed >> 26).expect("38 bits") >> (seed % 40);
                values.push(value);
                tally.add(bin_of(value), 1);
            }
            values.sort_unstable();
            for percent in [50, 90, 100] {
                let rank = (values.len() * usize::try_from(percent).expect("small")).div_ceil(100);
                let (exact, told) = (values[rank - 1] as f64, tally.quantile(percent).expect("there are some"));
                assert!((told - exact).abs() <= exact * QUANTILE_ERROR, "{size} {percent}: {told} for {exact}");
            }
        }
        assert_eq!(Tally::default().quantile(50), None);
    }

    #[test]
    fn what_is_packed_reads_back() {
        let mut bins = Bins::default();
        for (bin, times) in [(0, 3), (17, 1), (400, 12), (401, 2), (401, -2)] {
            bins.add(bin, times);
        }
        assert_eq!(bins.packed(), "0:3 17:1 400:12");
        let mut tally = Tally::default();
        let mut by_day = Vec::new();
        each_packed_by_day("@20123 5:1 95:2 @20124 0:-1", |day, bin, times| by_day.push((day, bin, times)));
        assert_eq!(by_day, [(20_123, 5, 1), (20_123, 95, 2), (20_124, 0, -1)]);
        for packed in [&bins.packed(), "0:-1 17:4", ""] {
            tally.add_packed(packed);
        }
        let mut again = Bins::default();
        again.add_packed("0:-1 17:4");
        again.add_packed(&bins.packed());
        assert_eq!((again.packed().as_str(), tally.total()), ("0:2 17:5 400:12", 19));
    }

    #[test]
    fn a_ticket_that_is_done_twice_has_one_first_resolution() {
        let at = from_millis;
        let stay = |status, from, to| Stay { status, from: at(from), to: at(to) };
        let mut stays = vec![stay(Status::Open, 0, 10), stay(Status::Pending, 10, 15), stay(Status::Open, 15, 40)];
        let first = moved(at(0), &stays, (Status::Open, Status::Resolved), at(40));
        stays.push(stay(Status::Resolved, 40, 50));
        assert_eq!(moved(at(0), &stays, (Status::Resolved, Status::Closed), at(50)), [], "it was done before");
        assert_eq!(moved(at(0), &stays, (Status::Resolved, Status::Open), at(50)), [(Measure::Reopened, 0)]);
        stays.push(stay(Status::InProgress, 50, 70));
        let second = moved(at(0), &stays, (Status::InProgress, Status::Closed), at(70));

        use Measure::{AgentWait, FirstResolution, FullResolution, RequesterWait, Resolved};
        let shared =
            |age, with_staff| [(Resolved, 0), (FullResolution, age), (RequesterWait, with_staff), (AgentWait, 5)];
        assert_eq!(first, [&shared(40, 35)[..], &[(FirstResolution, 40)]].concat());
        assert_eq!(second, shared(70, 55));
    }
}
