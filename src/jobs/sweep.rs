//! Sweeping: what has run out is thrown away now and then.
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::rest;
use crate::desk::{Bridge, Desk};

const PAUSE: Duration = Duration::from_secs(60 * 60);
/// How often tickets in which nothing happens any longer are looked for.
const LOOK: Duration = Duration::from_secs(60);

/// Throws expired refresh tokens, counters of attempts, old changes, old answers and the remains of uploads away, until `stop`.
pub async fn run(bridge: Bridge, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = bridge.desk().sweep_sign_ins().await {
            tracing::warn!(%error, "what has run out could not be thrown away");
        }
        if let Err(error) = bridge.desk().sweep_changes().await {
            tracing::warn!(%error, "old changes could not be thrown away");
        }
        if let Err(error) = bridge.desk().sweep_files().await {
            tracing::warn!(%error, "what uploads left behind could not be thrown away");
        }
        if let Err(error) = bridge.desk().sweep_bulk().await {
            tracing::warn!(%error, "what was done to many tickets long ago could not be forgotten");
        }
        if let Err(error) = bridge.desk().sweep_requests().await {
            tracing::warn!(%error, "old answers could not be forgotten");
        }
        rest(&stop, PAUSE).await;
    }
}

/// Closes tickets in which nothing happens any longer, as the configuration has it, until `stop`.
pub async fn close_idle(desk: Desk, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match desk.close_idle().await {
            Ok((0, 0)) => {}
            Ok((told, closed)) => tracing::info!(told, closed, "looked after tickets in which nothing happens"),
            Err(error) => tracing::warn!(%error, "tickets in which nothing happens could not be looked after"),
        }
        rest(&stop, LOOK).await;
    }
}
