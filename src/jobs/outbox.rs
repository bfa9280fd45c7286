//! The outbox: due lanes side by side, each lane one job after the other.
use std::collections::HashMap;
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{Load, back_off, leases, rest};
use crate::desk::Bridge;
use crate::desk::bridge::Attempt;
use crate::matrix::Verdict;
use crate::store::DbError;
use crate::store::lanes::{self, Job, Queue};

/// After so many jobs a lane goes to the end of the queue, so that a long one does not hold up the others.
const JOBS_IN_A_ROW: usize = 50;
/// How long to wait at most before looking again: the wake-up is only a hint.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How long to wait at least.
const SHORTEST: Duration = Duration::from_millis(1);

/// Why to look for due lanes.
#[derive(Clone, Copy)]
enum Look {
    /// This process has just committed a job.
    Woken,
    /// Something may be due by now.
    Perhaps,
}

/// Works on a queue until `stop`, then lets what is under way finish. A file on its way is left where it is: it would
/// take too long, and is begun anew at the next start.
pub async fn run(bridge: Bridge, queue: Queue, (load, in_flight): (Load, usize), stop: CancellationToken) {
    let mut running = JoinSet::new();
    let mut at_work = HashMap::new();
    let mut look = Some(Look::Perhaps);
    let mut again = Instant::now();
    while !stop.is_cancelled() {
        while let Some(done) = running.try_join_next_with_id() {
            settle(&bridge, &mut at_work, done, &stop).await;
        }
        if let Some(look) = look {
            match claim(&bridge, (queue, look), in_flight - running.len()).await {
                Ok(due) => {
                    for (lane, first) in due.lanes {
                        let task = spawn(&mut running, work(bridge.clone(), (lane.clone(), first), stop.clone()));
                        at_work.insert(task, lane);
                    }
                    again = Instant::now() + due.next;
                }
                Err(error) => {
                    tracing::error!(%error, "cannot look for due jobs; trying again");
                    rest(&stop, LOOK_AGAIN).await;
                }
            }
        }
        load.set(running.len());
        let is_full = running.len() >= in_flight;
        look = tokio::select! {
            () = stop.cancelled() => None,
            () = bridge.desk().woken(queue), if !is_full => Some(Look::Woken),
            Some(done) = running.join_next_with_id(), if !running.is_empty() => {
                settle(&bridge, &mut at_work, done, &stop).await;
                is_full.then_some(Look::Perhaps)
            }
            // What is due may be in another process's hands this very moment.
            () = sleep_until(again.max(Instant::now() + SHORTEST)), if !is_full => Some(Look::Perhaps),
        };
    }
    if queue == Queue::Media {
        running.abort_all();
    }
    while running.join_next().await.is_some() {}
    load.set(0);
}

fn spawn(running: &mut JoinSet<()>, task: impl Future<Output = ()> + Send + 'static) -> Id {
    running.spawn(task).id()
}

/// A worker has ended; one that broke off leaves a lane behind that nobody else would ever get.
async fn settle(
    bridge: &Bridge,
    at_work: &mut HashMap<Id, String>,
    done: Result<(Id, ()), JoinError>,
    stop: &CancellationToken,
) {
    let lane = at_work.remove(&match &done {
        Ok((id, ())) => *id,
        Err(error) => error.id(),
    });
    if let (Err(error), Some(lane)) = (done, lane) {
        tracing::error!(lane, %error, "a worker broke off");
        give_back(bridge, &lane, stop).await;
    }
}

/// What a look for due lanes brought.
struct Due {
    /// Lanes that this process has the lease of by now, each with its first job.
    lanes: Vec<(String, Option<Job>)>,
    /// When to look again, if nothing wakes the outbox before.
    next: Duration,
}

async fn claim(bridge: &Bridge, (queue, look): (Queue, Look), limit: usize) -> Result<Due, DbError> {
    let mut due = Due { lanes: Vec::new(), next: LOOK_AGAIN };
    if limit == 0 {
        return Ok(due);
    }
    // A look costs a read; only when something is due does it become a write.
    if matches!(look, Look::Perhaps) {
        due.next = pause_until(lanes::next_due_in(&mut bridge.desk().db().read().await?, queue).await?);
        if !due.next.is_zero() {
            return Ok(due);
        }
    }
    let mut tx = bridge.desk().db().write().await?;
    let at_most = i64::try_from(limit).unwrap_or(1);
    for lane in lanes::claim(&mut tx, queue, (bridge.process(), leases::LEASE_MILLIS), at_most).await? {
        let first = lanes::head(&mut tx, &lane).await?;
        due.lanes.push((lane, first));
    }
    due.next = pause_until(lanes::next_due_in(&mut tx, queue).await?);
    tx.commit().await?;
    Ok(due)
}

fn pause_until(due_in: Option<i64>) -> Duration {
    due_in.map_or(LOOK_AGAIN, |millis| Duration::from_millis(u64::try_from(millis).unwrap_or(0)).min(LOOK_AGAIN))
}

/// Works on a lane that this process has the lease of.
async fn work(bridge: Bridge, (lane, first): (String, Option<Job>), stop: CancellationToken) {
    if let Err(error) = drain(&bridge, (&lane, first), &stop).await {
        tracing::error!(lane, %error, "work on a lane broke off; it is taken up again");
        rest(&stop, LOOK_AGAIN).await;
        give_back(&bridge, &lane, &stop).await;
    }
}

/// Gives a lane back, however long the database is away: while this process lives its leases are renewed.
async fn give_back(bridge: &Bridge, lane: &str, stop: &CancellationToken) {
    while let Err(error) = release(bridge, lane).await {
        if stop.is_cancelled() {
            return;
        }
        tracing::error!(lane, %error, "a lane cannot be given back; trying again");
        rest(stop, LOOK_AGAIN).await;
    }
}

async fn release(bridge: &Bridge, lane: &str) -> Result<(), DbError> {
    let mut tx = bridge.desk().db().write().await?;
    lanes::release(&mut tx, lane, bridge.process()).await?;
    tx.commit().await
}

async fn drain(bridge: &Bridge, (lane, first): (&str, Option<Job>), stop: &CancellationToken) -> Result<(), Attempt> {
    let mut next = first;
    for _ in 0..JOBS_IN_A_ROW {
        let Some(job) = next.take().filter(|_| !stop.is_cancelled()) else { break };
        next = match bridge.perform(&job).await {
            Ok(next) => next,
            Err(error) => match error.verdict() {
                Verdict::Later(after) => return postpone(bridge, &job, &error, after).await,
                Verdict::Never if job.kind.ends_with("make-room") => return postpone(bridge, &job, &error, None).await,
                Verdict::Never => {
                    tracing::error!(job.id = %job.id, job.kind, job.attempts, %error, "given up");
                    bridge.give_up(&job, &error.to_string()).await?
                }
            },
        };
        if next.is_none() {
            // The lane was given back with the last job.
            return Ok(());
        }
    }
    release(bridge, lane).await?;
    bridge.desk().wake_outbox();
    bridge.desk().wake_media();
    Ok(())
}

async fn postpone(bridge: &Bridge, job: &Job, error: &Attempt, after: Option<Duration>) -> Result<(), Attempt> {
    let pause = back_off(u32::try_from(job.attempts).unwrap_or(u32::MAX)).max(after.unwrap_or_default());
    tracing::warn!(
        job.id = %job.id, job.kind, job.attempts, pause_ms = pause.as_millis(), %error, "a job waits for its next attempt"
    );
    let mut tx = bridge.desk().db().write().await?;
    let millis = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
    lanes::postpone(&mut tx, job, bridge.process(), &error.to_string(), millis).await?;
    Ok(tx.commit().await?)
}
