//! The one place that reads the time; everybody else is handed a [`Clock`].
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, SubsecRound, TimeZone, Utc};

/// A point in time, in whole milliseconds, UTC.
pub type Time = DateTime<Utc>;

/// Tells the time: the system's, or one that a test moves by hand.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands at `start` until [`Clock::advance`] moves it.
    pub fn standing_at(start: Time) -> Self {
        Self(Some(Arc::new(AtomicI64::new(start.timestamp_millis()))))
    }

    /// Now, in whole milliseconds.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> Time {
        match &self.0 {
            None => Utc::now().trunc_subsecs(3),
            Some(millis) => from_millis(millis.load(Ordering::SeqCst)),
        }
    }

    /// Moves a standing clock forward; the machine's clock ignores it.
    pub fn advance(&self, by: Duration) {
        if let Some(millis) = &self.0 {
            millis.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        }
    }
}

/// The time that a row's milliseconds stand for; out-of-range values become the epoch.
pub fn from_millis(millis: i64) -> Time {
    Utc.timestamp_millis_opt(millis).single().unwrap_or(DateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_clock_moves_only_by_hand() {
        let clock = Clock::standing_at(from_millis(1_000));
        assert_eq!(clock.now(), from_millis(1_000));
        clock.advance(Duration::seconds(2));
        assert_eq!(clock.now(), from_millis(3_000));
    }

    #[test]
    fn the_system_clock_has_whole_milliseconds() {
        let now = Clock::system().now();
        assert_eq!(now, from_millis(now.timestamp_millis()));
    }
}
