//! Workers and loops: a due row becomes a desk call.
//!
//! [`run`] starts the bridge's loops and ends when it is told to and everything under way has come to rest.
pub mod appliers;
pub mod bulk;
pub mod folding;
pub mod gauges;
pub mod heartbeat;
pub mod leases;
pub mod mails;
pub mod outbox;
pub mod room_reader;
pub mod sequencer;
pub mod start;
pub mod sweep;
pub mod typing;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::desk::Bridge;
use crate::desk::health::Health;
use crate::desk::metrics::Metrics;
use crate::desk::post::Post;
use crate::store::lanes::Queue;

/// How many files come and go at once, beside everything else that is in flight.
const MEDIA_AT_ONCE: usize = 4;

/// How the loops work.
#[derive(Clone, Copy, Debug)]
pub struct JobSettings {
    /// How many lanes the outbox works on at once. Synapse is bound by one core, and hands on together what comes
    /// together: with 32 at once a message costs it a third less than with 8.
    pub in_flight: usize,
    /// How often a heartbeat leaves.
    pub heartbeat: Duration,
}

/// How busy the outbox is; the reader makes room for it.
#[derive(Clone, Debug, Default)]
pub struct Load(Arc<Busy>);

#[derive(Debug, Default)]
struct Busy {
    in_flight: AtomicUsize,
    peak: AtomicUsize,
}

impl Load {
    /// The most that was in flight at once since this was asked last. The present number alone would tell little: it
    /// falls and rises with every message.
    pub fn peak(&self) -> usize {
        let now = self.0.in_flight.load(Ordering::Relaxed);
        self.0.peak.swap(now, Ordering::Relaxed)
    }

    fn set(&self, in_flight: usize) {
        self.0.in_flight.store(in_flight, Ordering::Relaxed);
        self.0.peak.fetch_max(in_flight, Ordering::Relaxed);
    }
}

/// Runs the bridge until `stop`: the start sequence, then reader, appliers, outbox, heartbeat and leases.
pub async fn run(
    bridge: Bridge,
    (settings, post): (JobSettings, Option<Post>),
    (metrics, health): (Metrics, Health),
    stop: CancellationToken,
) {
    let tasks = TaskTracker::new();
    let load = Load::default();
    leases::take_over(&bridge).await;
    heartbeat::keep(&bridge).await;
    let (waiting, rooms) = appliers::queue();
    spawn(&tasks, appliers::run(bridge.clone(), rooms, stop.clone()));
    spawn(&tasks, gauges::run(bridge.clone(), (metrics, health), stop.clone()));
    spawn(&tasks, sequencer::run(bridge.desk().clone(), stop.clone()));
    spawn(&tasks, folding::run(bridge.desk().clone(), stop.clone()));
    spawn(&tasks, typing::run(bridge.clone(), stop.clone()));
    spawn(&tasks, sweep::run(bridge.clone(), stop.clone()));
    spawn(&tasks, sweep::close_idle(bridge.desk().clone(), stop.clone()));
    spawn(&tasks, bulk::run(bridge.clone(), stop.clone()));
    if let Some(post) = post {
        spawn(&tasks, mails::run(post, stop.clone()));
    }
    spawn(&tasks, leases::renew(bridge.clone(), stop.clone()));
    spawn(&tasks, {
        let (bridge, stop, load) = (bridge.clone(), stop.clone(), load.clone());
        async move {
            if start::start(&bridge, &stop).await {
                tokio::join!(
                    room_reader::run(bridge.clone(), waiting, load.clone(), stop.clone()),
                    outbox::run(bridge.clone(), Queue::Rooms, (load, settings.in_flight), stop.clone()),
                    outbox::run(bridge.clone(), Queue::Media, (Load::default(), MEDIA_AT_ONCE), stop.clone()),
                    heartbeat::run(bridge, settings.heartbeat, stop),
                );
            }
        }
    });
    tasks.close();
    tasks.wait().await;
    leases::give_back(&bridge).await;
}

fn spawn(tasks: &TaskTracker, task: impl Future<Output = ()> + Send + 'static) {
    tasks.spawn(task);
}

/// Waits, but not longer than until `stop`.
async fn rest(stop: &CancellationToken, time: Duration) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep(time) => {}
    }
}

/// The pause before attempt number `attempt` (from 0): 250 ms doubling up to a minute, with half of it left to chance,
/// so that many who failed together do not come back together.
fn back_off(attempt: u32) -> Duration {
    let full = Duration::from_millis(250).saturating_mul(2_u32.saturating_pow(attempt.min(8)));
    let full = full.min(Duration::from_secs(60));
    full.mul_f64(0.5 + crate::domain::ids::chance() / 2.0)
}
