//! Mails that are due leave, a few at once.
use std::time::Duration;

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::rest;
use crate::desk::post::{Courier, Outcome, Post};
use crate::store::DbError;

/// How many go on at once: each has a connection of its own.
const AT_ONCE: usize = 4;
/// How many one of them takes at a time.
const TAKEN: i64 = 16;
/// How long to wait at most before looking again: the wake-up is only a hint.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How long to leave a server alone that cannot be reached.
const UNREACHABLE: Duration = Duration::from_secs(5);

/// Sends until `stop`, then lets what is under way finish.
pub async fn run(post: Post, stop: CancellationToken) {
    if let Err(error) = post.tidy().await {
        tracing::error!(%error, "what a killed process left behind could not be freed; it becomes free by itself");
    }
    let couriers = join_all((0..AT_ONCE).map(|_| work(&post, &stop)));
    tokio::join!(couriers, prepare(&post, &stop));
}

async fn prepare(post: &Post, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = post.prepare().await {
            tracing::error!(%error, "mails that come together could not be gathered; it is tried again");
        }
        rest(stop, LOOK_AGAIN).await;
    }
}

async fn work(post: &Post, stop: &CancellationToken) {
    let mut courier = post.courier();
    while !stop.is_cancelled() {
        match send_due(post, &mut courier, stop).await {
            Ok(pause) => {
                if pause > Duration::ZERO {
                    courier.rest().await;
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = post.desk().mail_written(), if pause <= LOOK_AGAIN => {}
                        () = rest(stop, pause) => {}
                    }
                }
            }
            Err(error) => {
                tracing::error!(%error, "sending mails broke off; it is taken up again");
                rest(stop, LOOK_AGAIN).await;
            }
        }
    }
    courier.rest().await;
    if let Err(error) = post.give_back(&courier).await {
        tracing::error!(%error, "mails could not be given back; they become free by themselves");
    }
}

/// Sends what is due; for how long to rest then.
async fn send_due(post: &Post, courier: &mut Courier, stop: &CancellationToken) -> Result<Duration, DbError> {
    // A look costs a read; only when something is due does it become a write.
    match post.next_due_in().await? {
        None => return Ok(LOOK_AGAIN),
        Some(millis) if millis > 0 => {
            return Ok(Duration::from_millis(u64::try_from(millis).unwrap_or(0)).min(LOOK_AGAIN));
        }
        Some(_) => {}
    }
    let mails = post.take(courier, TAKEN).await?;
    if mails.is_empty() {
        return Ok(LOOK_AGAIN);
    }
    for mail in &mails {
        if stop.is_cancelled() {
            break;
        }
        if post.deliver(courier, mail).await? == Outcome::Unreachable {
            post.give_back(courier).await?;
            return Ok(UNREACHABLE);
        }
    }
    Ok(Duration::ZERO)
}
