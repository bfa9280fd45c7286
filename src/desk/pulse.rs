//! Is the bridge alive? Heartbeats leave as events and must come back, by sync and by push.
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Push that has not brought a heartbeat after this long is silent.
const PUSH_OVERDUE: Duration = Duration::from_secs(10);
/// A heartbeat that has not come back by sync after this long makes the sync token suspect.
const SYNC_OVERDUE: Duration = Duration::from_secs(20);

/// What is known about the way to the homeserver and back.
#[derive(Debug, Default)]
pub struct Heart(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    homeserver_is_up: bool,
    bridge_is_ready: bool,
    sent: Option<(String, Instant)>,
    by_sync: Option<Duration>,
    by_push: Option<Duration>,
    sync_back: bool,
    push_back: bool,
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
    /// A heartbeat is in the room and the reader has not seen it.
    pub sync_is_overdue: bool,
    /// A heartbeat is in the room and push has not brought it.
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
        known.sent = Some((id.to_owned(), Instant::now()));
        known.sync_back = false;
        known.push_back = false;
    }

    /// The heartbeat did not leave, so that nothing is overdue.
    pub fn not_sent(&self) {
        self.known().sent = None;
    }

    /// The reader has seen a heartbeat.
    pub fn seen_by_sync(&self, id: &str) {
        let mut known = self.known();
        if let Some(took) = known.took(id) {
            known.by_sync = Some(took);
            known.sync_back = true;
        }
    }

    /// Push has brought a heartbeat.
    pub fn seen_by_push(&self, id: &str) {
        let mut known = self.known();
        if let Some(took) = known.took(id) {
            known.by_push = Some(took);
            known.push_back = true;
        }
    }

    /// After the reader has begun afresh: the next heartbeat decides.
    pub fn begin_again(&self) {
        self.known().sync_back = true;
    }

    pub fn pulse(&self) -> Pulse {
        let known = self.known();
        let waiting = known.sent.as_ref().map(|(_, at)| at.elapsed());
        let overdue = |limit| waiting.is_some_and(|waiting| waiting > limit);
        Pulse {
            homeserver_is_up: known.homeserver_is_up,
            bridge_is_ready: known.bridge_is_ready,
            by_sync: known.by_sync,
            by_push: known.by_push,
            sync_is_overdue: overdue(SYNC_OVERDUE) && !known.sync_back,
            push_is_silent: overdue(PUSH_OVERDUE) && !known.push_back,
        }
    }
}

impl Known {
    fn took(&self, id: &str) -> Option<Duration> {
        self.sent.as_ref().filter(|(sent, _)| sent == id).map(|(_, at)| at.elapsed())
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
        assert!(!heart.pulse().push_is_silent, "not overdue yet");
    }

    #[test]
    fn a_change_of_the_homeserver_is_told_once() {
        let heart = Heart::default();
        assert!(heart.homeserver(true));
        assert!(!heart.homeserver(true));
        assert!(heart.homeserver(false));
    }
}
