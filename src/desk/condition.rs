//! How the bridge is: what the last look at it saw, and what waits on both of its sides.
//!
//! The process that beats notes what it sees in the database, so that every process can tell, and so can the command line.
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Desk;
use super::pulse::Pulse;
use crate::domain::Refusal;
use crate::domain::clock::{Time, from_millis};
use crate::domain::people::Person;
use crate::store::lanes::Queue;
use crate::store::queues::{self, Waiting};
use crate::store::{self, DbError, Tx, inbox};

/// The fact under which the last look at the bridge's health is kept.
const PULSE: &str = "pulse";
/// The fact under which stands what the homeserver said of itself.
const HOMESERVER: &str = "homeserver";
/// The desk notes its pulse every few seconds, and later only while a request to the homeserver hangs: what is older than
/// this says nothing of the present.
const STALE: chrono::Duration = chrono::Duration::seconds(60);
/// How many of the lanes that fail are told one by one.
const FAILURES: i64 = 20;

/// The last look at the bridge's health, as the database keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub homeserver_is_up: bool,
    /// The last round trip by sync, in milliseconds; none before the first.
    pub by_sync_ms: Option<u64>,
    /// The last round trip by push, in milliseconds; none before the first.
    pub by_push_ms: Option<u64>,
    /// When the last heartbeat came back by sync, in milliseconds; none before the first.
    pub sync_heard_at: Option<i64>,
    /// When the last heartbeat came back by push, in milliseconds; none before the first.
    pub push_heard_at: Option<i64>,
    pub sync_is_overdue: bool,
    pub push_is_silent: bool,
}

impl Kept {
    /// What a pulse that is felt at `now` says.
    pub fn of(pulse: Pulse, now: Time) -> Self {
        let millis = |time: Option<Duration>| time.and_then(|time| u64::try_from(time.as_millis()).ok());
        let heard = |ago: Option<Duration>| {
            let ago = ago.and_then(|ago| i64::try_from(ago.as_millis()).ok());
            ago.map(|ago| now.timestamp_millis() - ago)
        };
        Self {
            homeserver_is_up: pulse.homeserver_is_up,
            by_sync_ms: millis(pulse.by_sync),
            by_push_ms: millis(pulse.by_push),
            sync_heard_at: heard(pulse.sync_heard),
            push_heard_at: heard(pulse.push_heard),
            sync_is_overdue: pulse.sync_is_overdue,
            push_is_silent: pulse.push_is_silent,
        }
    }

    fn sync(&self) -> Way {
        Way::of(self.sync_heard_at, self.by_sync_ms, self.sync_is_overdue)
    }

    fn push(&self) -> Way {
        Way::of(self.push_heard_at, self.by_push_ms, self.push_is_silent)
    }
}

/// Puts a look at the bridge's health into the place of the last one.
pub async fn keep(tx: &mut Tx, kept: &Kept, at: Time) -> Result<(), DbError> {
    let text = serde_json::to_string(kept).expect("numbers and truths are always JSON");
    store::bridge::set_fact(tx, PULSE, &text, at).await
}

/// The last look at the bridge's health and when it was; none before the first, and none that another version kept.
pub async fn last_kept(tx: &mut Tx) -> Result<Option<(Kept, Time)>, DbError> {
    read(tx, PULSE).await
}

/// What the homeserver said of itself when the bridge last started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Homeserver {
    /// What it, or a proxy in front of it, calls itself: `Synapse/1.163.0`.
    pub software: Option<String>,
    /// The latest version of the Matrix specification that it speaks: `v1.12`.
    pub speaks: Option<String>,
}

/// Keeps what the homeserver says of itself.
pub async fn keep_homeserver(tx: &mut Tx, said: &Homeserver, at: Time) -> Result<(), DbError> {
    let text = serde_json::to_string(said).expect("texts are always JSON");
    store::bridge::set_fact(tx, HOMESERVER, &text, at).await
}

async fn read<T: for<'a> Deserialize<'a>>(tx: &mut Tx, name: &str) -> Result<Option<(T, Time)>, DbError> {
    let fact = store::bridge::fact(tx, name).await?;
    Ok(fact.and_then(|(text, at)| serde_json::from_str(&text).ok().map(|kept| (kept, at))))
}

/// One of the two ways on which heartbeats come back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// It brought a heartbeat and owes none.
    pub is_well: bool,
    pub heard_at: Option<Time>,
    pub round_trip_ms: Option<u64>,
}

impl Way {
    fn of(heard_at: Option<i64>, round_trip_ms: Option<u64>, owes: bool) -> Self {
        Self { is_well: heard_at.is_some() && !owes, heard_at: heard_at.map(from_millis), round_trip_ms }
    }
}

/// How the bridge is.
#[derive(Debug)]
pub struct Condition {
    /// When the process that beats last looked; none before it has.
    pub checked_at: Option<Time>,
    pub homeserver_is_up: bool,
    pub homeserver: Homeserver,
    pub sync: Way,
    pub push: Way,
    /// How many events wait to be applied, and since when the oldest does.
    pub inbox: (i64, Option<Time>),
    pub outbox: Waiting,
    pub media: Waiting,
    pub dead_letters: i64,
}

impl Condition {
    /// Whether the homeserver answers and both ways bring heartbeats.
    pub fn is_well(&self) -> bool {
        self.homeserver_is_up && self.sync.is_well && self.push.is_well
    }
}

impl Desk {
    /// How the bridge is, for admins; nobody else is asked, the homeserver neither.
    pub async fn bridge_condition(&self, by: &Person) -> Result<Condition, Refusal> {
        by.manages_people()?;
        let mut tx = self.db().read().await?;
        let last = last_kept(&mut tx).await?;
        let checked_at = last.as_ref().map(|(_, at)| *at);
        let kept = last.filter(|(_, at)| self.clock().now() - *at <= STALE).map(|(kept, _)| kept);
        Ok(Condition {
            checked_at,
            homeserver_is_up: kept.as_ref().is_some_and(|kept| kept.homeserver_is_up),
            homeserver: read(&mut tx, HOMESERVER).await?.map(|(said, _)| said).unwrap_or_default(),
            sync: kept.as_ref().map(Kept::sync).unwrap_or_default(),
            push: kept.as_ref().map(Kept::push).unwrap_or_default(),
            inbox: inbox::backlog(&mut tx).await?,
            outbox: queues::waiting(&mut tx, Queue::Rooms, FAILURES).await?,
            media: queues::waiting(&mut tx, Queue::Media, FAILURES).await?,
            dead_letters: inbox::dead(&mut tx).await?,
        })
    }
}
