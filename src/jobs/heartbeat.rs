//! Heartbeats: an event of our own leaves regularly and must come back by sync and by push.
use std::time::{Duration, Instant};

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::rest;
use crate::desk::Bridge;
use crate::desk::condition::{self, Kept};
use crate::store::DbError;

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

/// Notes the present pulse; of a process that has just started, that there is none yet.
pub async fn keep(bridge: &Bridge) {
    let (desk, now) = (bridge.desk(), bridge.desk().clock().now());
    let kept = Kept::of(bridge.heart().pulse(), now);
    let written: Result<(), DbError> = async {
        let mut tx = desk.db().write().await?;
        condition::keep(&mut tx, &kept, now).await?;
        tx.commit().await
    }
    .await;
    if let Err(error) = written {
        tracing::debug!(%error, "the pulse could not be kept");
    }
}
