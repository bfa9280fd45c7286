//! The sequencer: what was committed gets its number in the order in which it became visible.
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::rest;
use crate::desk::Desk;

/// How long to wait at most before looking again: nobody tells of what another process has committed.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How long to wait at least: under load one commit numbers what many have noted.
const PAUSE: Duration = Duration::from_millis(10);

/// Numbers until `stop`, right after each commit of this process.
pub async fn run(desk: Desk, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let numbered = Instant::now();
        if let Err(error) = desk.number_changes().await {
            tracing::warn!(%error, "changes could not be numbered; trying again");
            rest(&stop, LOOK_AGAIN).await;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = desk.changes_committed() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => continue,
        }
        rest(&stop, PAUSE.saturating_sub(numbered.elapsed())).await;
    }
}
