//! Heartbeats: an event of our own leaves regularly and must come back by sync and by push.
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::rest;
use crate::desk::Bridge;
use crate::desk::pulse::Pulse;
use crate::domain::Time;
use crate::store::{self, DbError, Tx};

/// The fact under which the last look at the bridge's health is kept.
const PULSE: &str = "pulse";
/// How often the pulse is felt between heartbeats.
const LOOK: Duration = Duration::from_secs(2);
/// How long a ping may keep the next heartbeat waiting.
const PING: Duration = Duration::from_secs(5);

/// Beats until `stop`.
pub async fn run(bridge: Bridge, interval: Duration, stop: CancellationToken) {
    let mut last_beat: Option<Instant> = None;
    let mut was_silent = false;
    while !stop.is_cancelled() {
        if last_beat.is_none_or(|at| at.elapsed() >= interval) {
            last_beat = Some(Instant::now());
            if let Err(error) = bridge.beat().await {
                tracing::debug!(%error, "the heartbeat did not leave");
            }
        }
        rest(&stop, LOOK.min(interval)).await;
        let pulse = bridge.heart().pulse();
        let is_silent = pulse.push_is_silent;
        if is_silent && !was_silent {
            tracing::error!(
                "the homeserver does not push: typing and receipts are late; messages are read all the same"
            );
        } else if was_silent && !is_silent {
            tracing::info!("the homeserver pushes again");
        }
        was_silent = is_silent;
        keep(&bridge).await;
        if pulse.push_is_late {
            wake_push(&bridge).await;
        }
    }
}

/// Lets the homeserver try to push at once, where it rests after a push that failed.
async fn wake_push(bridge: &Bridge) {
    // It takes as long as the application service's endpoint hangs.
    match timeout(PING, bridge.homeserver().ping(&bridge.settings().service_id)).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::debug!(%error, "the homeserver does not reach the application service"),
        Err(_) => tracing::debug!("the homeserver does not reach the application service in time"),
    }
}

/// The last look at the bridge's health, as the database keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub homeserver_is_up: bool,
    /// The last round trip by sync, in milliseconds; none before the first.
    pub by_sync_ms: Option<u64>,
    /// The last round trip by push, in milliseconds; none before the first.
    pub by_push_ms: Option<u64>,
    pub sync_is_overdue: bool,
    pub push_is_silent: bool,
}

impl From<Pulse> for Kept {
    fn from(pulse: Pulse) -> Self {
        let millis = |time: Option<Duration>| time.and_then(|time| u64::try_from(time.as_millis()).ok());
        Self {
            homeserver_is_up: pulse.homeserver_is_up,
            by_sync_ms: millis(pulse.by_sync),
            by_push_ms: millis(pulse.by_push),
            sync_is_overdue: pulse.sync_is_overdue,
            push_is_silent: pulse.push_is_silent,
        }
    }
}

/// Notes the present pulse; of a process that has just started, that there is none yet.
pub async fn keep(bridge: &Bridge) {
    let kept = Kept::from(bridge.heart().pulse());
    let written = async {
        let mut tx = bridge.desk().db().write().await?;
        keep_in(&mut tx, &kept, bridge.desk().clock().now()).await?;
        tx.commit().await
    };
    if let Err(error) = written.await {
        tracing::debug!(%error, "the pulse could not be kept");
    }
}

/// Puts a look at the bridge's health into the place of the last one.
pub async fn keep_in(tx: &mut Tx, kept: &Kept, at: Time) -> Result<(), DbError> {
    let text = serde_json::to_string(kept).expect("numbers and truths are always JSON");
    store::bridge::set_fact(tx, PULSE, &text, at).await
}

/// The last look at the bridge's health and when it was; none before the first, and none that another version kept.
pub async fn last_kept(tx: &mut Tx) -> Result<Option<(Kept, Time)>, DbError> {
    let fact = store::bridge::fact(tx, PULSE).await?;
    Ok(fact.and_then(|(text, at)| serde_json::from_str(&text).ok().map(|kept| (kept, at))))
}
