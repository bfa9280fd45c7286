//! How often somebody may come: so many times in a window that begins when they first come.
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use chrono::Duration;

use super::clock::Time;

/// How long a window is open.
pub const WINDOW: Duration = Duration::minutes(1);

/// Where somebody stands after coming once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub quota: u32,
    /// Whether that was still allowed.
    pub is_within: bool,
    /// How many more times they may come before the window is over.
    pub left: u32,
    /// When the window is over, in whole seconds, rounded up.
    pub resets_in: u64,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    began: Time,
    came: u32,
}

impl Window {
    /// Also over when the clock was put back.
    fn is_open(self, now: Time) -> bool {
        (self.began..self.began + WINDOW).contains(&now)
    }
}

/// Who came how often, in memory: at most `most` windows, of which the oldest goes when there are more. Each coming
/// takes the same time however many there are.
#[derive(Debug)]
pub struct Counters<Who> {
    most: usize,
    windows: HashMap<Who, Window>,
    /// The windows in the order in which they began, those that were begun anew included.
    begun: VecDeque<(Time, Who)>,
}

impl<Who: Clone + Eq + Hash> Counters<Who> {
    pub fn of_at_most(most: usize) -> Self {
        Self { most, windows: HashMap::new(), begun: VecDeque::new() }
    }

    /// Counts that somebody comes.
    pub fn count(&mut self, who: Who, quota: u32, now: Time) -> Standing {
        if !self.windows.get(&who).is_some_and(|window| window.is_open(now)) {
            self.make_room(now);
            self.windows.remove(&who);
            self.begun.push_back((now, who.clone()));
        }
        let window = self.windows.entry(who).or_insert(Window { began: now, came: 0 });
        let is_within = window.came < quota;
        window.came += u32::from(is_within);
        let left_open = (window.began + WINDOW - now).num_milliseconds();
        let resets_in = u64::try_from(left_open).unwrap_or(0).div_ceil(1_000);
        Standing { quota, is_within, left: quota - window.came.min(quota), resets_in }
    }

    /// Two go where one comes, so that what is over does not pile up.
    fn make_room(&mut self, now: Time) {
        for _ in 0..2 {
            let is_full = self.begun.len() >= self.most;
            let Some((began, who)) = self.begun.pop_front_if(|(began, _)| is_full || *began + WINDOW <= now) else {
                return;
            };
            if self.windows.get(&who).is_some_and(|window| window.began == began) {
                self.windows.remove(&who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::from_millis;

    fn at(millis: i64) -> Time {
        from_millis(1_000_000 + millis)
    }

    #[test]
    fn a_window_is_over_a_minute_after_it_began() {
        let mut counters = Counters::of_at_most(10);
        let mut count = |who: &'static str, millis: i64| {
            let standing = counters.count(who, 2, at(millis));
            (standing.is_within, standing.left, standing.resets_in)
        };
        assert_eq!(count("ann", 0), (true, 1, 60));
        assert_eq!(count("ann", 1), (true, 0, 60));
        assert_eq!(count("ben", 30_000), (true, 1, 60));
        assert_eq!(count("ann", 58_500), (false, 0, 2));
        assert_eq!(count("ann", 59_999), (false, 0, 1));
        assert_eq!(count("ann", 60_000), (true, 1, 60));
        assert_eq!(count("ben", 60_001), (true, 0, 30));
        // The clock was put back.
        assert_eq!(count("ben", 0), (true, 1, 60));
    }

    #[test]
    fn however_many_come_few_are_kept() {
        let mut counters = Counters::of_at_most(100);
        for number in 0..1_000 {
            assert!(counters.count(number, 1, at(0)).is_within);
        }
        assert_eq!((counters.windows.len(), counters.begun.len()), (100, 100));
        assert!(!counters.count(999, 1, at(0)).is_within, "the latest are remembered");
        assert!(counters.count(0, 1, at(0)).is_within, "the oldest are not");

        for number in 0..60 {
            counters.count(2_000 + number, 1, at(60_000));
        }
        assert!(counters.windows.len() <= 60 && counters.begun.len() <= 60, "what is over goes");
        for _ in 0..1_000 {
            counters.count(2_000, 1, at(60_000));
        }
        assert!(counters.begun.len() <= 60);
    }
}
