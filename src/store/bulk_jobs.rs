//! What is done to many tickets: which, how far, and which process is at it.
use sqlx::FromRow;

use super::{DbError, Tx};
use crate::domain::bulk::{BulkDraft, BulkFailure, BulkJob, BulkReason, BulkState};
use crate::domain::client_ids::{Asked, ClientId};
use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::{BulkId, PersonId, ProcessId};

macro_rules! select_job {
    ($rest:literal) => {
        concat!("SELECT id, person, action, state, total, done, failed, created_at, ended_at FROM bulk_jobs ", $rest)
    };
}

// Whoever was worked for longest ago comes first, so that a long one does not hold up the others.
macro_rules! claim {
    ($now:literal, $skip:literal) => {
        concat!(
            "UPDATE bulk_jobs SET leased_until = ",
            $now,
            " + $1, leased_by = $2 WHERE id IN (SELECT id FROM bulk_jobs WHERE state = 'running' AND (leased_until <= ",
            $now,
            " OR leased_by = $2) ORDER BY leased_until, created_at, id LIMIT 1 ",
            $skip,
            ") RETURNING id"
        )
    };
}

statements! {
    /// Two that give the same id at once: the second waits here until the first has ended.
    INSERT = "INSERT INTO bulk_jobs (id, person, action, state, total, done, failed, created_at, leased_until, leased_by, \
              client_id, digest) VALUES ($1, $2, $3, 'running', $4, 0, 0, $5, 0, '', $6, $7) \
              ON CONFLICT (person, client_id) WHERE client_id IS NOT NULL DO NOTHING";
    BY_CLIENT_ID = "SELECT id, digest FROM bulk_jobs WHERE person = $1 AND client_id = $2";
    BY_ID = select_job!("WHERE id = $1");
    FAILURES = "SELECT ticket, COALESCE(reason, ''), COALESCE(failure, '') FROM bulk_items WHERE job = $1 AND state = 'failed' ORDER BY place LIMIT $2";
    WAITING = "SELECT place, ticket FROM bulk_items WHERE job = $1 AND state = 'waiting' ORDER BY place LIMIT $2";
    MARK = "UPDATE bulk_items SET state = $3, reason = $4, failure = $5 WHERE job = $1 AND place = $2 AND state = 'waiting'";
    COUNT = "UPDATE bulk_jobs SET done = done + 1, failed = failed + $2 WHERE id = $1 AND state = 'running'";
    END = "UPDATE bulk_jobs SET state = $2, ended_at = $3, leased_until = 0, leased_by = '' WHERE id = $1 AND state = 'running'";
    ANY = "SELECT COUNT(*) FROM (SELECT id FROM bulk_jobs WHERE state = 'running' LIMIT 1) AS running";
    RELEASE = "UPDATE bulk_jobs SET leased_until = 0, leased_by = '' WHERE leased_by = $1";
    CLEAR_LEASES = "UPDATE bulk_jobs SET leased_until = 0, leased_by = '' WHERE state = 'running'";
    FORGET_ITEMS = "DELETE FROM bulk_items WHERE job IN (SELECT id FROM bulk_jobs WHERE ended_at < $1)";
    FORGET = "DELETE FROM bulk_jobs WHERE ended_at < $1";
}

statements_per_engine! {
    CLAIM = claim;
}

#[derive(FromRow)]
struct JobRow {
    id: String,
    person: String,
    action: String,
    state: String,
    total: i64,
    done: i64,
    failed: i64,
    created_at: i64,
    ended_at: Option<i64>,
}

impl TryFrom<JobRow> for BulkJob {
    type Error = DbError;

    fn try_from(row: JobRow) -> Result<Self, DbError> {
        let bad = |what: &str| DbError::BadRow("bulk_jobs", what.to_owned());
        let draft: BulkDraft = serde_json::from_str(&row.action).map_err(|_| bad("action"))?;
        Ok(Self {
            id: row.id.parse().map_err(|_| bad("id"))?,
            person: row.person.parse().map_err(|_| bad("person"))?,
            draft,
            state: BulkState::parse(&row.state).ok_or_else(|| bad("state"))?,
            total: row.total,
            done: row.done,
            failed: row.failed,
            created_at: from_millis(row.created_at),
            ended_at: row.ended_at.map(from_millis),
        })
    }
}

/// A ticket whose turn has not come.
#[derive(Clone, Debug)]
pub struct Item {
    pub place: i64,
    /// As it was given: an id or a number.
    pub ticket: String,
}

/// How many rows are written by one statement.
const ROWS: usize = 500;

/// Stores a new one with its tickets, in their order; false when its client's id is that of another.
pub async fn insert(tx: &mut Tx, job: &BulkJob, tickets: &[String], asked: Option<&Asked>) -> Result<bool, DbError> {
    let action = serde_json::to_string(&job.draft).expect("texts are always JSON");
    let rows = with_conn!(tx, |conn| sqlx::query(INSERT)
        .bind(job.id.as_str())
        .bind(job.person.as_str())
        .bind(action)
        .bind(job.total)
        .bind(job.created_at.timestamp_millis())
        .bind(asked.map(|asked| asked.id.as_str()))
        .bind(asked.map(|asked| asked.digest.as_str()))
        .execute(conn)
        .await?
        .rows_affected());
    if rows == 0 {
        return Ok(false);
    }
    let places: Vec<(i64, &String)> = (0..).zip(tickets).collect();
    for rows in places.chunks(ROWS) {
        with_conn!(tx, |conn| {
            let mut insert = sqlx::QueryBuilder::new("INSERT INTO bulk_items (job, place, ticket, state) ");
            insert.push_values(rows, |mut row, (place, ticket)| {
                row.push_bind(job.id.as_str()).push_bind(*place).push_bind(ticket.as_str()).push("'waiting'");
            });
            insert.build().execute(conn).await?.rows_affected()
        });
    }
    Ok(true)
}

/// The one to which a client gave this id, and what it had asked for.
pub async fn by_client_id(
    tx: &mut Tx,
    person: &PersonId,
    id: &ClientId,
) -> Result<Option<(BulkJob, Option<String>)>, DbError> {
    let row: Option<(String, Option<String>)> = with_conn!(tx, |conn| sqlx::query_as(BY_CLIENT_ID)
        .bind(person.as_str())
        .bind(id.as_str())
        .fetch_optional(conn)
        .await?);
    let Some((job, digest)) = row else { return Ok(None) };
    let job = job.parse().map_err(|_| DbError::BadRow("bulk_jobs", "id".into()))?;
    Ok(by_id(tx, &job).await?.map(|job| (job, digest)))
}

pub async fn by_id(tx: &mut Tx, id: &BulkId) -> Result<Option<BulkJob>, DbError> {
    let row: Option<JobRow> =
        with_conn!(tx, |conn| sqlx::query_as(BY_ID).bind(id.as_str()).fetch_optional(conn).await?);
    row.map(BulkJob::try_from).transpose()
}

/// The first `limit` tickets to which it could not be done.
pub async fn failures(tx: &mut Tx, id: &BulkId, limit: i64) -> Result<Vec<BulkFailure>, DbError> {
    let rows: Vec<(String, String, String)> =
        with_conn!(tx, |conn| sqlx::query_as(FAILURES).bind(id.as_str()).bind(limit).fetch_all(conn).await?);
    let read = |(ticket, reason, why): (String, String, String)| {
        // Jobs of earlier versions say it in words alone.
        let reason = BulkReason::parse(&reason).unwrap_or(BulkReason::Other);
        BulkFailure { ticket, reason, why }
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Whether anything is to be done, by whomever.
pub async fn is_any(tx: &mut Tx) -> Result<bool, DbError> {
    let running: i64 = with_conn!(tx, |conn| sqlx::query_scalar(ANY).fetch_one(conn).await?);
    Ok(running > 0)
}

/// Takes one for `lease_millis`, or keeps it: the one that has waited longest.
pub async fn claim(tx: &mut Tx, holder: &ProcessId, lease_millis: i64) -> Result<Option<BulkId>, DbError> {
    let statement = CLAIM.on(tx.engine());
    let id: Option<String> = with_conn!(tx, |conn| sqlx::query_scalar(statement)
        .bind(lease_millis)
        .bind(holder.as_str())
        .fetch_optional(conn)
        .await?);
    id.map(|id| id.parse().map_err(|_| DbError::BadRow("bulk_jobs", "id".into()))).transpose()
}

/// The next `limit` tickets.
pub async fn waiting(tx: &mut Tx, id: &BulkId, limit: i64) -> Result<Vec<Item>, DbError> {
    let rows: Vec<(i64, String)> =
        with_conn!(tx, |conn| sqlx::query_as(WAITING).bind(id.as_str()).bind(limit).fetch_all(conn).await?);
    Ok(rows.into_iter().map(|(place, ticket)| Item { place, ticket }).collect())
}

/// It is through with a ticket, which refused for the reason given, and in these words. False when another process was through with it
/// before, or somebody stopped it: then nothing of the transaction may be committed.
pub async fn mark(tx: &mut Tx, id: &BulkId, place: i64, failure: Option<(BulkReason, &str)>) -> Result<bool, DbError> {
    let state = if failure.is_some() { "failed" } else { "done" };
    Ok(with_conn!(tx, |conn| {
        let marked = sqlx::query(MARK).bind(id.as_str()).bind(place).bind(state);
        let marked = marked.bind(failure.map(|(reason, _)| reason.as_str())).bind(failure.map(|(_, why)| why));
        let marked = marked.execute(&mut *conn).await?.rows_affected();
        let counted = sqlx::query(COUNT).bind(id.as_str()).bind(i64::from(failure.is_some()));
        marked == 1 && counted.execute(conn).await?.rows_affected() == 1
    }))
}

/// It is over; false when it was already.
pub async fn end(tx: &mut Tx, id: &BulkId, state: BulkState, at: Time) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(END)
        .bind(id.as_str())
        .bind(state.as_str())
        .bind(at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// Gives back what a stopping process works on.
pub async fn release(tx: &mut Tx, holder: &ProcessId) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(RELEASE).bind(holder.as_str()).execute(conn).await?.rows_affected());
    Ok(())
}

/// Forgets every lease: only for SQLite, where no other process can be alive.
pub async fn clear_leases(tx: &mut Tx) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(CLEAR_LEASES).execute(conn).await?.rows_affected());
    Ok(())
}

/// Forgets what ended before a time.
pub async fn forget(tx: &mut Tx, before: Time) -> Result<(), DbError> {
    let before = before.timestamp_millis();
    with_conn!(tx, |conn| {
        sqlx::query(FORGET_ITEMS).bind(before).execute(&mut *conn).await?.rows_affected();
        sqlx::query(FORGET).bind(before).execute(conn).await?.rows_affected()
    });
    Ok(())
}
