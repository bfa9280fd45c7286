//! The room reader: the bot's long-polled sync, stored together with its token.
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::appliers::Waiting;
use super::{Load, back_off, leases, rest};
use crate::desk::Bridge;
use crate::desk::bridge::Attempt;
use crate::matrix::MatrixError;
use crate::store::{self, DbError, lanes};

/// The reader's row and the bot it reads as, while there is one.
pub const READER: &str = "bot";
/// How long one poll waits for news; short enough to notice soon that the homeserver has stopped telling any.
const POLL: Duration = Duration::from_secs(10);
/// So many sends at once keep Synapse's one core busy.
const SATURATED: usize = 4;
/// The longest pause between two reads while the outbox is busy.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Where to read on, while this process holds the right to read. The row is written with every batch and guarded by
/// its holder, so that it need not be asked before each read.
struct Place {
    token: Option<String>,
}

/// Reads until `stop`.
pub async fn run(bridge: Bridge, waiting: Waiting, load: Load, stop: CancellationToken) {
    let mut failures = 0;
    let mut pause = Duration::ZERO;
    let mut place = None;
    while !stop.is_cancelled() {
        let read = tokio::select! {
            () = stop.cancelled() => break,
            read = once(&bridge, &waiting, place.take()) => read,
        };
        match read {
            Ok(next) => {
                place = next;
                failures = 0;
                if bridge.heart().homeserver(true) {
                    back_again(&bridge).await;
                }
                // Synapse is bound by one core: while it is saturated, every read takes from the sends.
                let busy = load.peak() >= SATURATED;
                pause = if busy { (pause * 2).clamp(Duration::from_millis(10), LONGEST_PAUSE) } else { Duration::ZERO };
                rest(&stop, pause).await;
            }
            Err(error) => {
                let outage = matches!(&error, Attempt::Matrix(error) if error.is_outage());
                if !outage || bridge.heart().homeserver(false) {
                    tracing::warn!(failures, %error, "reading rooms failed; trying again");
                }
                rest(&stop, back_off(failures).min(Duration::from_secs(2))).await;
                failures += 1;
            }
        }
    }
}

/// Reads once and stores what came; where to read on, or nothing when that is to be looked up.
async fn once(bridge: &Bridge, waiting: &Waiting, place: Option<Place>) -> Result<Option<Place>, Attempt> {
    let Place { token } = match place {
        Some(place) => place,
        None => look_up(bridge).await?.ok_or_else(|| Attempt::NotYet("another process reads".into()))?,
    };
    let wait = if token.is_some() { POLL } else { Duration::ZERO };
    let batch = match bridge.homeserver().sync(bridge.names().bot(), token.as_deref(), wait).await {
        Err(error @ MatrixError::Refused { status: 400, .. }) if token.is_some() => {
            tracing::warn!(%error, "the homeserver does not know the sync token; reading everything again");
            return forget_token(bridge).await.map(|()| None);
        }
        other => other?,
    };
    if token.as_deref().is_some_and(|token| went_back(token, &batch.next)) {
        tracing::warn!(
            "the sync token is ahead of the homeserver, which was restored or replaced; reading everything again"
        );
        return forget_token(bridge).await.map(|()| None);
    }
    let next = Place { token: Some(batch.next.clone()) };
    for room in bridge.take_in(READER, batch).await? {
        waiting.push(room).await;
    }
    if bridge.heart().pulse().sync_is_overdue {
        tracing::warn!("the sync token brings nothing, though something was sent; reading everything again");
        bridge.heart().begin_again();
        return forget_token(bridge).await.map(|()| None);
    }
    Ok(Some(next))
}

/// Whether the homeserver stands before where it stood when it gave the token. Synapse then silently takes the token
/// for its present position, and everything that was said in between would be passed over. Its tokens begin with `s`
/// and the position of the event stream; of others nothing is known.
fn went_back(since: &str, next: &str) -> bool {
    let position = |token: &str| token.strip_prefix('s')?.split('_').next()?.parse::<u64>().ok();
    matches!((position(since), position(next)), (Some(since), Some(next)) if next < since)
}

/// Where to read on, when this process is the one that reads.
async fn look_up(bridge: &Bridge) -> Result<Option<Place>, DbError> {
    let mut tx = bridge.desk().db().write().await?;
    if !store::readers::lease(&mut tx, READER, bridge.process(), leases::LEASE_MILLIS).await? {
        return Ok(None);
    }
    let token = store::readers::token(&mut tx, READER).await?;
    tx.commit().await?;
    Ok(Some(Place { token }))
}

/// Reading begins afresh: what is known already is passed over by its event id.
async fn forget_token(bridge: &Bridge) -> Result<(), Attempt> {
    let mut tx = bridge.desk().db().write().await?;
    store::readers::set_token(&mut tx, READER, bridge.process(), None).await?;
    Ok(tx.commit().await?)
}

/// The homeserver is back: what waited for it is due at once.
async fn back_again(bridge: &Bridge) {
    tracing::info!("the homeserver answers again");
    let woken = async {
        let mut tx = bridge.desk().db().write().await?;
        lanes::wake_all(&mut tx).await?;
        tx.commit().await
    };
    if let Err(error) = woken.await {
        tracing::error!(%error, "the outbox could not be woken; it goes on by itself");
    }
    bridge.desk().wake_outbox();
}

#[cfg(test)]
mod tests {
    use super::went_back;

    #[test]
    fn a_homeserver_that_went_back_is_noticed() {
        assert!(went_back("s999_1_2", "s46_1_2"));
        assert!(!went_back("s46_1_2", "s46_1_3"));
        assert!(!went_back("s46_1_2", "s47_1_2"));
        assert!(!went_back("m56~1.2_3", "s1_1"));
    }
}
