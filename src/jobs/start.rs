//! The start sequence of the bridge; the desk itself works before it is through.
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use super::{back_off, rest};
use crate::desk::Bridge;
use crate::desk::bridge::Attempt;
use crate::desk::condition;
use crate::store::lanes;

/// Waits for the homeserver with back-off, however long it is away, registers the bot and sees that the homeserver
/// knows the registration. False when the process is told to stop first.
pub async fn start(bridge: &Bridge, stop: &CancellationToken) -> bool {
    let began = Instant::now();
    for attempt in 0.. {
        let tried = tokio::select! {
            () = stop.cancelled() => return false,
            tried = once(bridge) => tried,
        };
        match tried {
            Ok(()) => {
                bridge.heart().homeserver(true);
                bridge.heart().ready();
                tracing::info!(took_ms = began.elapsed().as_millis(), "the bridge is ready");
                return true;
            }
            Err(error) => {
                bridge.heart().homeserver(false);
                tracing::warn!(attempt, %error, "the bridge cannot start yet; the desk works without it meanwhile");
                rest(stop, back_off(attempt).min(std::time::Duration::from_secs(5))).await;
            }
        }
    }
    false
}

async fn once(bridge: &Bridge) -> Result<(), Attempt> {
    let homeserver = bridge.homeserver();
    let spoken = homeserver.versions().await?;
    bridge.register_bot().await?;
    let known_as = homeserver.who_am_i(bridge.names().bot()).await?;
    if known_as != bridge.names().bot().as_str() {
        return Err(Attempt::NotYet(format!("the homeserver takes the bot for {known_as}")));
    }
    bridge.heartbeat_room().await?;
    // Ends the homeserver's back-off. Its way to us may be broken while our way to it is fine: reading goes on.
    if let Err(error) = homeserver.ping(&bridge.settings().service_id).await {
        tracing::warn!(%error, "the homeserver does not reach the application service");
    }
    let mut tx = bridge.desk().db().write().await?;
    let said = condition::Homeserver { speaks: spoken.latest().map(str::to_owned), software: spoken.software };
    condition::keep_homeserver(&mut tx, &said, bridge.desk().clock().now()).await?;
    lanes::wake_all(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}
