//! Keeps the numbers of `/metrics` and the readiness up to date.
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::metrics::gauge::Gauge;
use tokio_util::sync::CancellationToken;

use super::rest;
use crate::desk::Bridge;
use crate::desk::health::Health;
use crate::desk::metrics::Metrics;
use crate::domain::Time;
use crate::store::{DbError, inbox, lanes, mails};

/// How often they are looked at.
const LOOK: Duration = Duration::from_secs(1);

type Seconds = Gauge<f64, AtomicU64>;

#[derive(Default)]
struct Gauges {
    outbox_jobs: Gauge,
    outbox_age: Seconds,
    inbox_events: Gauge,
    inbox_age: Seconds,
    dead_letters: Gauge,
    mails_waiting: Gauge,
    mails_overdue: Seconds,
    homeserver_up: Gauge,
    bridge_ready: Gauge,
    by_sync: Seconds,
    by_push: Seconds,
    push_silent: Gauge,
    sync_overdue: Gauge,
}

impl Gauges {
    fn registered(metrics: &Metrics) -> Self {
        let all = Self::default();
        metrics.register("roomdesk_outbox_jobs", "Jobs that wait to leave", all.outbox_jobs.clone());
        metrics.register("roomdesk_outbox_oldest_seconds", "Age of the oldest job", all.outbox_age.clone());
        metrics.register("roomdesk_inbox_events", "Events that wait to be applied", all.inbox_events.clone());
        metrics.register("roomdesk_inbox_oldest_seconds", "Age of the oldest event", all.inbox_age.clone());
        metrics.register("roomdesk_dead_letters", "Events that could not be applied", all.dead_letters.clone());
        metrics.register("roomdesk_mails_waiting", "Mails that are still to leave", all.mails_waiting.clone());
        metrics.register("roomdesk_mails_overdue_seconds", "How late the latest mail is", all.mails_overdue.clone());
        metrics.register("roomdesk_homeserver_up", "1 while the homeserver answers", all.homeserver_up.clone());
        metrics.register("roomdesk_bridge_ready", "1 after the start sequence", all.bridge_ready.clone());
        metrics.register("roomdesk_heartbeat_sync_seconds", "Round trip by sync", all.by_sync.clone());
        metrics.register("roomdesk_heartbeat_push_seconds", "Round trip by push", all.by_push.clone());
        metrics.register("roomdesk_push_silent", "1 while push brings no heartbeat", all.push_silent.clone());
        metrics.register("roomdesk_sync_overdue", "1 while sync brings no heartbeat", all.sync_overdue.clone());
        all
    }
}

/// Looks until `stop`.
pub async fn run(bridge: Bridge, (metrics, health): (Metrics, Health), stop: CancellationToken) {
    let gauges = Gauges::registered(&metrics);
    while !stop.is_cancelled() {
        if let Err(error) = look(&bridge, &gauges).await {
            tracing::debug!(%error, "the queues could not be looked at");
        }
        let pulse = bridge.heart().pulse();
        health.set_degraded("matrix", !(pulse.homeserver_is_up && pulse.bridge_is_ready));
        gauges.homeserver_up.set(pulse.homeserver_is_up.into());
        gauges.bridge_ready.set(pulse.bridge_is_ready.into());
        gauges.push_silent.set(pulse.push_is_silent.into());
        gauges.sync_overdue.set(pulse.sync_is_overdue.into());
        gauges.by_sync.set(pulse.by_sync.unwrap_or_default().as_secs_f64());
        gauges.by_push.set(pulse.by_push.unwrap_or_default().as_secs_f64());
        rest(&stop, LOOK).await;
    }
}

async fn look(bridge: &Bridge, gauges: &Gauges) -> Result<(), DbError> {
    let now = bridge.desk().clock().now();
    let age = |since: Option<Time>| since.map_or(0.0, |since| (now - since).as_seconds_f64());
    let mut tx = bridge.desk().db().read().await?;
    let (jobs, oldest) = lanes::backlog(&mut tx).await?;
    gauges.outbox_jobs.set(jobs);
    gauges.outbox_age.set(age(oldest));
    let (events, oldest) = inbox::backlog(&mut tx).await?;
    gauges.inbox_events.set(events);
    gauges.inbox_age.set(age(oldest));
    gauges.dead_letters.set(inbox::dead(&mut tx).await?);
    let (waiting, due) = mails::backlog(&mut tx).await?;
    gauges.mails_waiting.set(waiting);
    gauges.mails_overdue.set(age(due).max(0.0));
    Ok(())
}
