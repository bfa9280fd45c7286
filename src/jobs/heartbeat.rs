//! Heartbeats: an event of our own leaves regularly and must come back by sync and by push.
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::rest;
use crate::desk::Bridge;
use crate::store::{self, DbError};

/// The fact under which the last look at the bridge's health is kept, for `doctor`.
pub const PULSE: &str = "pulse";
/// How often the pulse is felt between heartbeats.
const LOOK: Duration = Duration::from_secs(2);

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
        let is_silent = bridge.heart().pulse().push_is_silent;
        if is_silent && !was_silent {
            tracing::error!(
                "the homeserver does not push: typing and receipts are late; messages are read all the same"
            );
        } else if was_silent && !is_silent {
            tracing::info!("the homeserver pushes again");
        }
        was_silent = is_silent;
        if is_silent && let Err(error) = bridge.homeserver().ping(&bridge.settings().service_id).await {
            tracing::debug!(%error, "the homeserver does not reach the application service");
        }
        if let Err(error) = keep(&bridge).await {
            tracing::debug!(%error, "the pulse could not be kept");
        }
    }
}

async fn keep(bridge: &Bridge) -> Result<(), DbError> {
    let pulse = bridge.heart().pulse();
    let millis = |time: Option<Duration>| time.map_or(String::from("-"), |time| time.as_millis().to_string());
    let text = format!(
        "sync={} push={} push_is_silent={} sync_is_overdue={}",
        millis(pulse.by_sync),
        millis(pulse.by_push),
        pulse.push_is_silent,
        pulse.sync_is_overdue
    );
    let mut tx = bridge.desk().db().write().await?;
    store::bridge::set_fact(&mut tx, PULSE, &text, bridge.desk().clock().now()).await?;
    tx.commit().await
}
