//! What is done to many tickets, a few at a time.
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::rest;
use crate::desk::Bridge;

/// How long to wait at most before looking again: the wake-up is only a hint.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Works it off until `stop`; what is left is taken up by whoever comes next.
pub async fn run(bridge: Bridge, stop: CancellationToken) {
    let (desk, process) = (bridge.desk(), bridge.process());
    if let Err(error) = desk.free_bulk().await {
        tracing::error!(%error, "what a killed process left behind could not be freed; it becomes free by itself");
    }
    while !stop.is_cancelled() {
        match desk.work_on_bulk(process).await {
            Ok(true) => {}
            Ok(false) => tokio::select! {
                () = stop.cancelled() => {}
                () = desk.bulk_begun() => {}
                () = rest(&stop, LOOK_AGAIN) => {}
            },
            Err(error) => {
                tracing::error!(%error, "work on many tickets broke off; it is taken up again");
                rest(&stop, LOOK_AGAIN).await;
            }
        }
    }
    if let Err(error) = desk.give_bulk_back(process).await {
        tracing::error!(%error, "work on many tickets could not be given back; it becomes free by itself");
    }
}
