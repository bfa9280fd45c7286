//! What waits in the lanes of a queue, and what fails there.
use sqlx::FromRow;

use super::lanes::Queue;
use super::{DbError, Tx};
use crate::domain::clock::{Time, from_millis};

statements! {
    WAITING = "SELECT CAST(COALESCE(SUM(pending), 0) AS BIGINT), COUNT(*) FROM lanes \
               WHERE pending > 0 AND (lane LIKE 'media:%') = $1";
    OLDEST = "SELECT MIN(created_at) FROM jobs WHERE (lane LIKE 'media:%') = $1";
    /// Lanes are done in order, so that only the first job of one can have failed.
    FAILING = "SELECT COUNT(*) FROM lanes WHERE pending > 0 AND (lane LIKE 'media:%') = $1 \
               AND (SELECT attempts FROM jobs WHERE jobs.lane = lanes.lane ORDER BY position LIMIT 1) > 0";
    FAILURES = "SELECT head.kind, head.attempts, COALESCE(head.last_error, '') AS error, head.created_at, lanes.run_at \
                FROM lanes JOIN jobs head \
                ON head.position = (SELECT MIN(position) FROM jobs WHERE jobs.lane = lanes.lane) \
                WHERE lanes.pending > 0 AND (lanes.lane LIKE 'media:%') = $1 AND head.attempts > 0 \
                ORDER BY lanes.run_at, head.position LIMIT $2";
}

/// What waits in a queue.
#[derive(Debug)]
pub struct Waiting {
    pub jobs: i64,
    /// How many lanes they stand in.
    pub lanes: i64,
    /// Since when the oldest waits.
    pub oldest: Option<Time>,
    /// How many lanes wait because their first job has failed.
    pub failing: i64,
    /// Some of these, those that are tried next.
    pub failures: Vec<Failure>,
}

/// A job that has failed and is tried again.
#[derive(Debug)]
pub struct Failure {
    pub kind: String,
    pub attempts: i64,
    /// Why the last attempt failed.
    pub error: String,
    /// Since when it is to be done.
    pub since: Time,
    /// When it is due, on the database's clock.
    pub next: Time,
}

#[derive(FromRow)]
struct FailureRow {
    kind: String,
    attempts: i64,
    error: String,
    created_at: i64,
    run_at: i64,
}

impl From<FailureRow> for Failure {
    fn from(row: FailureRow) -> Self {
        let FailureRow { kind, attempts, error, created_at, run_at } = row;
        Self { kind, attempts, error, since: from_millis(created_at), next: from_millis(run_at) }
    }
}

/// What waits in the queue, with at most `limit` of what fails.
pub async fn waiting(tx: &mut Tx, queue: Queue, limit: i64) -> Result<Waiting, DbError> {
    let is_media = queue == Queue::Media;
    let (counts, oldest, failing, failures): ((i64, i64), Option<i64>, i64, Vec<FailureRow>) = with_conn!(tx, |conn| {
        (
            sqlx::query_as(WAITING).bind(is_media).fetch_one(&mut *conn).await?,
            sqlx::query_scalar(OLDEST).bind(is_media).fetch_one(&mut *conn).await?,
            sqlx::query_scalar(FAILING).bind(is_media).fetch_one(&mut *conn).await?,
            sqlx::query_as(FAILURES).bind(is_media).bind(limit).fetch_all(conn).await?,
        )
    });
    let (jobs, lanes) = counts;
    let failures = failures.into_iter().map(Failure::from).collect();
    Ok(Waiting { jobs, lanes, oldest: oldest.map(from_millis), failing, failures })
}
