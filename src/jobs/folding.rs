//! Folding: what was measured is counted now and then, so that numbers of a year are read in an instant.
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::rest;
use crate::desk::Desk;

/// How long what was measured stays uncounted: it is read one by one until then.
const PAUSE: Duration = Duration::from_secs(30);
/// Between two transactions, so that others write in between.
const BREATH: Duration = Duration::from_millis(20);

/// Folds until `stop`.
pub async fn run(desk: Desk, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let pause = match desk.fold_numbers().await {
            Ok(true) => BREATH,
            Ok(false) => PAUSE,
            Err(error) => {
                tracing::warn!(%error, "what was measured could not be counted; trying again");
                PAUSE
            }
        };
        rest(&stop, pause).await;
    }
}
