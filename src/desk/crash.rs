//! Named points at which a test can have the process die, as a power cut would: nothing is flushed, nothing unwinds.
//!
//! Only with the feature `crash-points`; shipped builds contain nothing of it.

/// After what somebody asked for is true, before they are told.
pub const ACCEPTED: &str = "accepted";
/// After a request that has a key was done, before its answer is kept.
pub const ANSWERING: &str = "answering";
/// After the reader has committed a batch.
pub const READER_COMMITTED: &str = "reader-committed";
/// Inside the transaction that applies events.
pub const APPLYING: &str = "applying";
/// After an event was sent, before its id is stored.
pub const SENT: &str = "sent";
/// After a file was brought to the homeserver, before its address is stored.
pub const UPLOADED: &str = "uploaded";
/// Right after createRoom was asked for, before its answer is read.
pub const ROOM_CREATED: &str = "room-created";
/// After the room is known by its alias, before anybody else is invited or joins.
pub const ROOM_FOUND: &str = "room-found";
/// After the invitations, before the ghosts join.
pub const INVITED: &str = "invited";
/// After the ghosts joined, before the job is done.
pub const JOINED: &str = "joined";

/// After a mail became this process's to send.
pub const MAIL_CLAIMED: &str = "mail-claimed";
/// After it was made sure that a mail is still ours, right before what it says leaves.
pub const MAIL_LEAVING: &str = "mail-leaving";
/// After a server has taken a mail, before that is stored.
pub const MAIL_SENT: &str = "mail-sent";

/// After something was done to one of many tickets, inside the transaction that also says so.
pub const BULK_STEP: &str = "bulk-step";

/// After something that was measured is counted in one place, inside the transaction that counts it in all of them.
pub const FOLDING: &str = "folding";
/// After everything of it is counted, before that is committed.
pub const FOLDED: &str = "folded";

/// Dies here when `ROOMDESK_CRASH_AT` names this point (or `point:3` for the third time it is passed).
#[cfg(feature = "crash-points")]
pub fn point(name: &str) {
    use std::sync::atomic::{AtomicU64, Ordering};
    static PASSED: AtomicU64 = AtomicU64::new(0);
    let Ok(wanted) = std::env::var("ROOMDESK_CRASH_AT") else { return };
    let (wanted, times) = wanted.split_once(':').unwrap_or((wanted.as_str(), "1"));
    if wanted == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == times.parse().unwrap_or(1) {
        std::process::abort();
    }
}

/// Nothing: this build has no crash points.
#[cfg(not(feature = "crash-points"))]
pub fn point(_name: &str) {}
