//! Is the bridge alive? Heartbeats leave as events and must come back, by sync and by push.
use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Push that has not brought a heartbeat after this long is late: Synapse rests up to 512 s before it tries a service
/// again that it has found down, and a ping ends that at once.
const PUSH_LATE: Duration = Duration::from_secs(10);
/// Push that has not brought a heartbeat after this long, in spite of the pings, is silent.
const PUSH_SILENT: Duration = Duration::from_secs(30);
/// A heartbeat that has not come back by sync after this long makes the sync token suspect.
const SYNC_OVERDUE: Duration = Duration::from_secs(20);

/// How many heartbeats are waited for at once.
const AWAITED: usize = 16;

/// What is known about the way to the homeserver and back.
#[derive(Debug, Default)]
pub struct Heart(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    homeserver_is_up: bool,
    bridge_is_ready: bool,
    sync: Way,
    push: Way,
}

/// One of the two ways on which heartbeats come back, in the order in which they left.
#[derive(Debug, Default)]
struct Way {
    /// Those that have not come back, oldest first.
    awaited: VecDeque<(String, Instant)>,
    last_took: Option<Duration>,
    last_heard: Option<Instant>,
}

impl Way {
    fn sending(&mut self, id: &str) {
        // The oldest says since when the way is silent.
        if self.awaited.len() == AWAITED {
            self.awaited.remove(1);
        }
        self.awaited.push_back((id.to_owned(), Instant::now()));
    }

    /// A heartbeat came back; those that left before it are not waited for any longer.
    fn seen(&mut self, id: &str) {
        if let Some(index) = self.awaited.iter().position(|(awaited, _)| awaited == id) {
            self.last_took = self.awaited.drain(..=index).next_back().map(|(_, left)| left.elapsed());
            self.last_heard = Some(Instant::now());
        }
    }

    fn is_overdue(&self, limit: Duration) -> bool {
        self.awaited.front().is_some_and(|(_, left)| left.elapsed() > limit)
    }
}

/// A look at the bridge's health.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pulse {
    /// Whether the homeserver answered last time it was asked.
    pub homeserver_is_up: bool,
    /// Whether the start sequence is through.
    pub bridge_is_ready: bool,
    /// How long the last heartbeat took that came back by sync.
    pub by_sync: Option<Duration>,
    /// How long the last heartbeat took that came back by push.
    pub by_push: Option<Duration>,
    /// How long ago that one came back by sync.
    pub sync_heard: Option<Duration>,
    /// How long ago that one came back by push.
    pub push_heard: Option<Duration>,
    /// A heartbeat is in the room and the reader has not seen it.
    pub sync_is_overdue: bool,
    /// A heartbeat is in the room and push has not brought it yet: the homeserver needs a ping.
    pub push_is_late: bool,
    /// A heartbeat is in the room and push does not bring it.
    pub push_is_silent: bool,
}

impl Heart {
    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Notes whether the homeserver answers; true when that has changed.
    pub fn homeserver(&self, up: bool) -> bool {
        std::mem::replace(&mut self.known().homeserver_is_up, up) != up
    }

    /// The start sequence is through.
    pub fn ready(&self) {
        self.known().bridge_is_ready = true;
    }

    /// A heartbeat is about to leave.
    pub fn sending(&self, id: &str) {
        let mut known = self.known();
        known.sync.sending(id);
        known.push.sending(id);
    }

    /// The heartbeat did not leave: nothing is overdue while the homeserver is away.
    pub fn not_sent(&self) {
        let mut known = self.known();
        known.sync.awaited.clear();
        known.push.awaited.clear();
    }

    /// The reader has seen a heartbeat.
    pub fn seen_by_sync(&self, id: &str) {
        self.known().sync.seen(id);
    }

    /// Push has brought a heartbeat.
    pub fn seen_by_push(&self, id: &str) {
        self.known().push.seen(id);
    }

    /// After the reader has begun afresh: the next heartbeat decides.
    pub fn begin_again(&self) {
        self.known().sync.awaited.clear();
    }

    pub fn pulse(&self) -> Pulse {
        let known = self.known();
        Pulse {
            homeserver_is_up: known.homeserver_is_up,
            bridge_is_ready: known.bridge_is_ready,
            by_sync: known.sync.last_took,
            by_push: known.push.last_took,
            sync_heard: known.sync.last_heard.map(|at| at.elapsed()),
            push_heard: known.push.last_heard.map(|at| at.elapsed()),
            sync_is_overdue: known.sync.is_overdue(SYNC_OVERDUE),
            push_is_late: known.push.is_overdue(PUSH_LATE),
            push_is_silent: known.push.is_overdue(PUSH_SILENT),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_heartbeat_that_was_sent_counts() {
        let heart = Heart::default();
        heart.sending("a");
        heart.seen_by_sync("b");
        assert_eq!(heart.pulse().by_sync, None);
        heart.seen_by_sync("a");
        assert!(heart.pulse().by_sync.is_some());
        assert!(!heart.pulse().push_is_late, "not overdue yet");
    }

    #[test]
    fn a_way_stays_silent_until_something_comes_back() {
        let left = Instant::now().checked_sub(Duration::from_secs(31)).expect("this machine runs for some seconds");
        let mut way = Way { awaited: VecDeque::from([(String::from("old"), left)]), ..Way::default() };
        for number in 0..2 * AWAITED {
            way.sending(&number.to_string());
            assert!(way.is_overdue(PUSH_SILENT), "another heartbeat is no answer");
        }
        way.seen("unknown");
        assert!(way.is_overdue(PUSH_SILENT));
        way.seen(&(2 * AWAITED - 2).to_string());
        assert!(!way.is_overdue(PUSH_SILENT), "the older ones are not waited for any longer");
        assert_eq!(way.awaited.len(), 1);
    }

    #[test]
    fn a_change_of_the_homeserver_is_told_once() {
        let heart = Heart::default();
        assert!(heart.homeserver(true));
        assert!(!heart.homeserver(true));
        assert!(heart.homeserver(false));
    }
}
