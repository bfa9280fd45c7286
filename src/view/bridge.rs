//! How the bridge is, and what it could not apply.
use serde::Serialize;
use utoipa::ToSchema;

use super::lists::List;
use super::{Moment, cursor, time};
use crate::desk::condition::{Condition, Way};
use crate::desk::dead_letters::{Known, Replayed};
use crate::domain::Time;
use crate::domain::ids::TicketId;
use crate::store::queues::{Failure, Waiting};

/// How the bridge to the homeserver is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BridgeHealth)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Whether the homeserver answers and heartbeats come back by sync and by push.
    pub well: bool,
    /// When the desk last looked; `null` before it has. What it saw a minute ago or earlier counts for nothing.
    pub checked_at: Option<Moment>,
    pub homeserver: Homeserver,
    /// Sync brings everything that is said in rooms.
    pub sync: Heartbeat,
    /// Push brings who is typing, and questions about aliases and users.
    pub push: Heartbeat,
    /// Events of rooms that wait to be applied.
    pub inbox: Inbox,
    /// What waits to be done on the homeserver, but for files.
    pub outbox: Queue,
    /// Files that wait to come or go.
    pub media: Queue,
    /// How many events were laid aside because they could not be applied.
    pub dead_letters: i64,
}

/// The homeserver, as far as it is known without asking it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Homeserver {
    /// What user ids end with.
    pub name: String,
    /// Whether it answered last time it was asked.
    pub up: bool,
    /// What it, or a proxy in front of it, called itself when the bridge last started: `Synapse/1.163.0`.
    pub software: Option<String>,
    /// The latest version of the Matrix specification that it spoke then: `v1.12`.
    pub speaks: Option<String>,
}

/// One of the two ways on which heartbeats come back.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Heartbeat {
    /// Whether it brought one and owes none.
    pub well: bool,
    /// When it last brought one; `null` when it has not since the desk started.
    pub heard_at: Option<Moment>,
    /// How long that one took.
    pub round_trip_ms: Option<u64>,
}

/// Events of rooms that wait to be applied.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BridgeInbox)]
#[serde(rename_all = "camelCase")]
pub struct Inbox {
    pub events: i64,
    /// Since when the oldest waits.
    pub oldest_at: Option<Moment>,
}

/// What waits to be done. A lane, such as a room, is done in order: when its first job fails, the others wait.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BridgeQueue)]
#[serde(rename_all = "camelCase")]
pub struct Queue {
    pub jobs: i64,
    /// How many lanes they stand in.
    pub lanes: i64,
    /// Since when the oldest waits.
    pub oldest_at: Option<Moment>,
    /// How many lanes wait because their first job has failed.
    pub failing: i64,
    /// When the first of these is tried again.
    pub next_attempt_at: Option<Moment>,
    /// At most 20 of these, those that are tried next.
    pub failures: Vec<Failing>,
}

/// A job that failed and is tried again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FailingJob)]
#[serde(rename_all = "camelCase")]
pub struct Failing {
    /// What is to be done: `send`, `room`, …
    pub kind: String,
    pub attempts: i64,
    /// Why the last attempt failed.
    pub error: String,
    /// Since when it is to be done.
    pub since: Moment,
    /// When it is tried again.
    pub next_attempt_at: Moment,
}

impl Health {
    /// As it is at `now`; `name` is the homeserver's.
    pub fn of(condition: &Condition, name: &str, now: Time) -> Self {
        let (events, oldest) = condition.inbox;
        Self {
            well: condition.is_well(),
            checked_at: condition.checked_at.map(time),
            homeserver: Homeserver {
                name: name.to_owned(),
                up: condition.homeserver_is_up,
                software: condition.homeserver.software.clone(),
                speaks: condition.homeserver.speaks.clone(),
            },
            sync: condition.sync.into(),
            push: condition.push.into(),
            inbox: Inbox { events, oldest_at: oldest.map(time) },
            outbox: Queue::of(&condition.outbox, now),
            media: Queue::of(&condition.media, now),
            dead_letters: condition.dead_letters,
        }
    }
}

impl From<Way> for Heartbeat {
    fn from(way: Way) -> Self {
        Self { well: way.is_well, heard_at: way.heard_at.map(time), round_trip_ms: way.round_trip_ms }
    }
}

impl Queue {
    fn of(waiting: &Waiting, now: Time) -> Self {
        // What is due was due before, or at the beginning of time when the homeserver has just come back.
        let next = |failure: &Failure| time(failure.next.max(now));
        let failing = |failure: &Failure| Failing {
            kind: failure.kind.clone(),
            attempts: failure.attempts,
            error: failure.error.clone(),
            since: time(failure.since),
            next_attempt_at: next(failure),
        };
        Self {
            jobs: waiting.jobs,
            lanes: waiting.lanes,
            oldest_at: waiting.oldest.map(time),
            failing: waiting.failing,
            next_attempt_at: waiting.failures.first().map(next),
            failures: waiting.failures.iter().map(failing).collect(),
        }
    }
}

/// An event that could not be applied and was laid aside. What was written in it is not shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeadLetter {
    /// What the desk calls it.
    pub position: i64,
    pub event_id: String,
    pub room_id: String,
    /// The ticket that the room belongs to, where there is one that the admin may see.
    pub ticket: Option<TicketRef>,
    /// The event's type, such as `m.room.message`; `null` when it says none.
    pub r#type: Option<String>,
    /// The Matrix id of whoever sent it; `null` when it says none.
    pub sender: Option<String>,
    /// Why it could not be applied.
    pub reason: String,
    /// How often that was tried.
    pub tries: i64,
    pub received_at: Moment,
}

/// A ticket, by its number.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketRef)]
#[serde(rename_all = "camelCase")]
pub struct TicketRef {
    pub id: TicketId,
    /// The number people see, `TICK-YYYYMMDD-XXXX`.
    pub ticket_id: String,
}

/// What was put back to be applied.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReplayedDeadLetters)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// How many this request put back.
    pub replayed: u64,
    /// How many are laid aside still.
    pub left: i64,
}

impl From<Replayed> for Answer {
    fn from(done: Replayed) -> Self {
        Self { replayed: done.count, left: done.left }
    }
}

impl From<&Known> for DeadLetter {
    fn from(known: &Known) -> Self {
        let letter = &known.letter;
        let ticket = letter.ticket.clone();
        Self {
            position: letter.position,
            event_id: letter.event_id.clone(),
            room_id: letter.room_id.clone(),
            ticket: ticket.map(|(id, number)| TicketRef { id, ticket_id: number.as_str().to_owned() }),
            r#type: known.kind.clone(),
            sender: known.sender.clone(),
            reason: letter.error.clone(),
            tries: letter.tries,
            received_at: time(letter.received_at),
        }
    }
}

/// A page of what was laid aside; `more` says whether it goes on.
pub fn dead_letters(page: &[Known], more: bool) -> List<DeadLetter> {
    let last = page.last().filter(|_| more);
    List {
        items: page.iter().map(DeadLetter::from).collect(),
        next_cursor: last.map(|known| cursor::after_dead_letter(known.letter.position)),
    }
}
