//! Leases: which process works on which lane and which reads. Kept while the process lives, free soon after it died.
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::rest;
use crate::desk::Bridge;
use crate::store::{self, DbError, Engine};

/// How long a lease lasts without being renewed.
pub const LEASE_MILLIS: i64 = 10_000;
const RENEWAL: Duration = Duration::from_secs(3);

/// On SQLite no other process can hold anything: what a killed one left behind is free at once.
pub async fn take_over(bridge: &Bridge) {
    if bridge.desk().db().engine() == Engine::Postgres {
        return;
    }
    let cleared = async {
        let mut tx = bridge.desk().db().write().await?;
        store::lanes::clear_leases(&mut tx).await?;
        store::readers::clear_leases(&mut tx).await?;
        tx.commit().await
    };
    report(cleared.await);
}

/// Renews what the process holds until `stop`.
pub async fn renew(bridge: Bridge, stop: CancellationToken) {
    while !stop.is_cancelled() {
        rest(&stop, RENEWAL).await;
        let renewed = async {
            let mut tx = bridge.desk().db().write().await?;
            store::lanes::renew(&mut tx, bridge.process(), LEASE_MILLIS).await?;
            store::readers::renew(&mut tx, bridge.process(), LEASE_MILLIS).await?;
            tx.commit().await
        };
        report(renewed.await);
    }
}

/// Gives everything back, so that another process need not wait.
pub async fn give_back(bridge: &Bridge) {
    let given = async {
        let mut tx = bridge.desk().db().write().await?;
        store::lanes::release_all(&mut tx, bridge.process()).await?;
        store::readers::release(&mut tx, bridge.process()).await?;
        tx.commit().await
    };
    report(given.await);
}

fn report(result: Result<(), DbError>) {
    if let Err(error) = result {
        tracing::error!(%error, "leases could not be changed; they run out by themselves");
    }
}
