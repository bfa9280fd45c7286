//! Lanes and jobs: work that leaves the process, written in the transaction of its cause.
//!
//! A lane (say, one ticket's room) is done in order, one job at a time, by whoever holds its lease; different lanes
//! run side by side, also in several processes. Leases and due times are on the database's clock.
use sqlx::FromRow;

use super::{DbError, Tx};
use crate::domain::clock::Time;
use crate::domain::ids::{JobId, ProcessId};

macro_rules! claim {
    ($now:literal, $skip:literal) => {
        concat!(
            "UPDATE lanes SET leased_until = ",
            $now,
            " + $1, leased_by = $2 WHERE lane IN (SELECT lane FROM lanes WHERE pending > 0 AND run_at <= ",
            $now,
            " AND leased_until <= ",
            $now,
            " AND (lane LIKE 'media:%') = $4 ORDER BY run_at LIMIT $3 ",
            $skip,
            ") RETURNING lane"
        )
    };
}
macro_rules! renew {
    ($now:literal, $skip:literal) => {
        concat!("UPDATE lanes SET leased_until = ", $now, " + $1 WHERE leased_by = $2 AND leased_until > 0")
    };
}
macro_rules! postpone {
    ($now:literal, $skip:literal) => {
        concat!("UPDATE lanes SET run_at = ", $now, " + $3, leased_until = 0 WHERE lane = $1 AND leased_by = $2")
    };
}
macro_rules! next_due {
    ($now:literal, $skip:literal) => {
        concat!(
            "SELECT MIN(run_at) - ",
            $now,
            " FROM lanes WHERE pending > 0 AND leased_until <= ",
            $now,
            " AND (lane LIKE 'media:%') = $1"
        )
    };
}

// The lane's row is locked until the transaction ends, so that positions grow in the order of commits. An empty lane is
// due from now on, behind those that were due before: with many lanes and few workers, each gets its turn.
macro_rules! open_lane {
    ($now:literal, $skip:literal) => {
        concat!(
            "INSERT INTO lanes (lane, pending, run_at, leased_until, leased_by) VALUES ($1, 1, ",
            $now,
            ", 0, '') ON CONFLICT (lane) DO UPDATE SET run_at = CASE WHEN lanes.pending = 0 THEN excluded.run_at ",
            "ELSE lanes.run_at END, pending = lanes.pending + 1"
        )
    };
}
macro_rules! release {
    ($now:literal, $skip:literal) => {
        concat!(
            "UPDATE lanes SET leased_until = 0, leased_by = '', run_at = ",
            $now,
            " WHERE lane = $1 AND leased_by = $2"
        )
    };
}

statements! {
    INSERT = "INSERT INTO jobs (id, lane, kind, payload, attempts, created_at) VALUES ($1, $2, $3, $4, 0, $5)";
    HEAD = "SELECT id, lane, kind, payload, attempts, created_at FROM jobs WHERE lane = $1 ORDER BY position LIMIT 1";
    DELETE = "DELETE FROM jobs WHERE id = $1";
    FINISH = "UPDATE lanes SET pending = pending - 1 WHERE lane = $1";
    CLOSE = "DELETE FROM lanes WHERE lane = $1 AND pending = 0";
    RELEASE_ALL = "UPDATE lanes SET leased_until = 0, leased_by = '' WHERE leased_by = $1";
    CLEAR_LEASES = "UPDATE lanes SET leased_until = 0, leased_by = ''";
    COUNT_ATTEMPT = "UPDATE jobs SET attempts = attempts + 1, last_error = $2 WHERE id = $1";
    DEPTH = "SELECT CAST(COALESCE(SUM(pending), 0) AS BIGINT) FROM lanes WHERE pending > 0";
    OLDEST = "SELECT MIN(created_at) FROM jobs";
    WAKE_ALL = "UPDATE lanes SET run_at = 0 WHERE pending > 0";
}

statements_per_engine! {
    OPEN_LANE = open_lane;
    RELEASE = release;
    CLAIM = claim;
    RENEW = renew;
    POSTPONE = postpone;
    NEXT_DUE = next_due;
}

/// Which lanes somebody works on. Files take minutes: they have workers of their own, so that texts never wait for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Everything but files.
    Rooms,
    /// The lanes whose name begins with [`MEDIA`].
    Media,
}

/// How the lanes begin in which files come and go.
pub const MEDIA: &str = "media:";

/// Something to do outside the process.
#[derive(Clone, Debug, FromRow)]
struct JobRow {
    id: String,
    lane: String,
    kind: String,
    payload: String,
    attempts: i64,
    created_at: i64,
}

/// A job as it lies in its lane.
#[derive(Clone, Debug)]
pub struct Job {
    pub id: JobId,
    pub lane: String,
    pub kind: String,
    /// JSON, whose shape belongs to the kind.
    pub payload: String,
    pub attempts: i64,
    pub created_at: Time,
}

/// Adds a job to the end of its lane.
pub async fn enqueue(tx: &mut Tx, job: &Job) -> Result<(), DbError> {
    let open_lane = OPEN_LANE.on(tx.engine());
    with_conn!(tx, |conn| {
        sqlx::query(open_lane).bind(&job.lane).execute(&mut *conn).await?;
        sqlx::query(INSERT)
            .bind(job.id.as_str())
            .bind(&job.lane)
            .bind(&job.kind)
            .bind(&job.payload)
            .bind(job.created_at.timestamp_millis())
            .execute(conn)
            .await?;
    });
    Ok(())
}

/// Takes up to `limit` due lanes of the queue for `lease_millis`.
pub async fn claim(
    tx: &mut Tx,
    queue: Queue,
    (holder, lease_millis): (&ProcessId, i64),
    limit: i64,
) -> Result<Vec<String>, DbError> {
    let statement = CLAIM.on(tx.engine());
    Ok(with_conn!(tx, |conn| sqlx::query_scalar(statement)
        .bind(lease_millis)
        .bind(holder.as_str())
        .bind(limit)
        .bind(queue == Queue::Media)
        .fetch_all(conn)
        .await?))
}

/// Keeps every lane that `holder` has for another `lease_millis`.
pub async fn renew(tx: &mut Tx, holder: &ProcessId, lease_millis: i64) -> Result<(), DbError> {
    let statement = RENEW.on(tx.engine());
    with_conn!(tx, |conn| sqlx::query(statement)
        .bind(lease_millis)
        .bind(holder.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// The first job of a lane.
pub async fn head(tx: &mut Tx, lane: &str) -> Result<Option<Job>, DbError> {
    let row: Option<JobRow> = with_conn!(tx, |conn| sqlx::query_as(HEAD).bind(lane).fetch_optional(conn).await?);
    row.map(|row| {
        Ok(Job {
            id: row.id.parse().map_err(|_| DbError::BadRow("jobs", "id".into()))?,
            lane: row.lane,
            kind: row.kind,
            payload: row.payload,
            attempts: row.attempts,
            created_at: crate::domain::clock::from_millis(row.created_at),
        })
    })
    .transpose()
}

/// Takes a job off its lane: it is done, or given up. Doing it twice counts once.
pub async fn finish(tx: &mut Tx, job: &Job) -> Result<(), DbError> {
    with_conn!(tx, |conn| {
        let rows = sqlx::query(DELETE).bind(job.id.as_str()).execute(&mut *conn).await?.rows_affected();
        if rows == 1 {
            sqlx::query(FINISH).bind(&job.lane).execute(conn).await?;
        }
    });
    Ok(())
}

/// Notes a failed attempt and lets the whole lane rest for `delay_millis`, so that its order stays.
pub async fn postpone(tx: &mut Tx, job: &Job, holder: &ProcessId, why: &str, delay_millis: i64) -> Result<(), DbError> {
    let statement = POSTPONE.on(tx.engine());
    with_conn!(tx, |conn| {
        sqlx::query(COUNT_ATTEMPT).bind(job.id.as_str()).bind(why).execute(&mut *conn).await?;
        sqlx::query(statement).bind(&job.lane).bind(holder.as_str()).bind(delay_millis).execute(conn).await?;
    });
    Ok(())
}

/// Gives a lane back; what is left in it waits behind the lanes that are due already.
pub async fn release(tx: &mut Tx, lane: &str, holder: &ProcessId) -> Result<(), DbError> {
    let statement = RELEASE.on(tx.engine());
    with_conn!(tx, |conn| sqlx::query(statement).bind(lane).bind(holder.as_str()).execute(conn).await?.rows_affected());
    Ok(())
}

/// Takes an empty lane away that nothing will come into again.
pub async fn close(tx: &mut Tx, lane: &str) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(CLOSE).bind(lane).execute(conn).await?.rows_affected());
    Ok(())
}

/// Gives back every lane of a process that stops.
pub async fn release_all(tx: &mut Tx, holder: &ProcessId) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(RELEASE_ALL).bind(holder.as_str()).execute(conn).await?.rows_affected());
    Ok(())
}

/// Forgets every lease: only for SQLite, where no other process can be alive.
pub async fn clear_leases(tx: &mut Tx) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(CLEAR_LEASES).execute(conn).await?.rows_affected());
    Ok(())
}

/// Makes every postponed lane due now; for the moment in which the homeserver is back.
pub async fn wake_all(tx: &mut Tx) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(WAKE_ALL).execute(conn).await?.rows_affected());
    Ok(())
}

/// In how many milliseconds the next free lane of the queue is due; none when nothing waits.
pub async fn next_due_in(tx: &mut Tx, queue: Queue) -> Result<Option<i64>, DbError> {
    let statement = NEXT_DUE.on(tx.engine());
    let is_media = queue == Queue::Media;
    Ok(with_conn!(tx, |conn| sqlx::query_scalar(statement).bind(is_media).fetch_one(conn).await?))
}

/// How many jobs wait, and since when the oldest does.
pub async fn backlog(tx: &mut Tx) -> Result<(i64, Option<Time>), DbError> {
    let (depth, oldest): (i64, Option<i64>) = with_conn!(tx, |conn| {
        let depth = sqlx::query_scalar(DEPTH).fetch_one(&mut *conn).await?;
        (depth, sqlx::query_scalar(OLDEST).fetch_one(conn).await?)
    });
    Ok((depth, oldest.map(crate::domain::clock::from_millis)))
}
