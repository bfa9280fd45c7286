//! Events as the reader brought them, applied per room in order, each exactly once.
use sqlx::FromRow;

use super::{DbError, Tx};
use crate::domain::clock::Time;

/// How many rows one INSERT carries: PostgreSQL allows 65,535 parameters, SQLite 32,766.
const ROWS_PER_INSERT: usize = 1_000;

statements! {
    KNOWN = "SELECT COUNT(*) FROM inbox WHERE event_id = $1";
    ROOMS_WAITING = "SELECT room_id FROM inbox WHERE state = 'new' UNION SELECT room_id FROM receipts";
    NEXT_IN_ROOM = "SELECT position, event_id, room_id, event, tries FROM inbox \
                    WHERE room_id = $1 AND state = 'new' ORDER BY position LIMIT $2";
    /// The content is kept by what it was applied to; the row stays so that the event is known.
    MARK_APPLIED = "UPDATE inbox SET state = 'applied', event = '' \
                    WHERE room_id = $1 AND state = 'new' AND position >= $2 AND position <= $3";
    COUNT_TRY = "UPDATE inbox SET tries = tries + 1, error = $2 WHERE position = $1";
    MARK_DEAD = "UPDATE inbox SET state = 'dead', tries = tries + 1, error = $2 WHERE position = $1";
    DEAD = "SELECT COUNT(*) FROM inbox WHERE state = 'dead'";
    DEPTH = "SELECT COUNT(*), MIN(received_at) FROM inbox WHERE state = 'new'";
}

/// An event to store.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub event_id: String,
    pub room_id: String,
    /// The event's JSON as the homeserver gave it.
    pub event: String,
}

/// An event that waits to be applied.
#[derive(Clone, Debug, FromRow)]
pub struct Waiting {
    pub position: i64,
    pub event_id: String,
    pub room_id: String,
    pub event: String,
    pub tries: i64,
}

/// Stores events in the given order; those that are known already are passed over.
pub async fn insert(tx: &mut Tx, events: &[Arrived], now: Time) -> Result<(), DbError> {
    let now = now.timestamp_millis();
    for chunk in events.chunks(ROWS_PER_INSERT) {
        with_conn!(tx, |conn| {
            let mut insert =
                sqlx::QueryBuilder::new("INSERT INTO inbox (event_id, room_id, event, state, tries, received_at) ");
            insert.push_values(chunk, |mut row, event| {
                row.push_bind(&event.event_id).push_bind(&event.room_id).push_bind(&event.event);
                row.push("'new'").push("0").push_bind(now);
            });
            insert.push(" ON CONFLICT (event_id) DO NOTHING");
            insert.build().execute(conn).await?;
        });
    }
    Ok(())
}

/// Whether the event has been stored before.
pub async fn is_known(tx: &mut Tx, event_id: &str) -> Result<bool, DbError> {
    let count: i64 = with_conn!(tx, |conn| sqlx::query_scalar(KNOWN).bind(event_id).fetch_one(conn).await?);
    Ok(count > 0)
}

/// The rooms in which something waits to be applied.
pub async fn rooms_waiting(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    Ok(with_conn!(tx, |conn| sqlx::query_scalar(ROOMS_WAITING).fetch_all(conn).await?))
}

/// The next events of a room, oldest first.
pub async fn next_in_room(tx: &mut Tx, room: &str, limit: i64) -> Result<Vec<Waiting>, DbError> {
    Ok(with_conn!(tx, |conn| sqlx::query_as(NEXT_IN_ROOM).bind(room).bind(limit).fetch_all(conn).await?))
}

/// The events of `room` from `first` to `last` are applied; part of the transaction that applied them.
/// Returns how many there were: fewer than expected when somebody else has applied some.
pub async fn mark_applied(tx: &mut Tx, room: &str, first: i64, last: i64) -> Result<u64, DbError> {
    Ok(with_conn!(tx, |conn| sqlx::query(MARK_APPLIED)
        .bind(room)
        .bind(first)
        .bind(last)
        .execute(conn)
        .await?
        .rows_affected()))
}

/// Notes a failed try.
pub async fn count_try(tx: &mut Tx, position: i64, error: &str) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(COUNT_TRY).bind(position).bind(error).execute(conn).await?.rows_affected());
    Ok(())
}

/// Lays an event aside with its error, so that its room goes on.
pub async fn mark_dead(tx: &mut Tx, position: i64, error: &str) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(MARK_DEAD).bind(position).bind(error).execute(conn).await?.rows_affected());
    Ok(())
}

/// How many events are laid aside.
pub async fn dead(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(with_conn!(tx, |conn| sqlx::query_scalar(DEAD).fetch_one(conn).await?))
}

/// How many events wait, and since when the oldest does.
pub async fn backlog(tx: &mut Tx) -> Result<(i64, Option<Time>), DbError> {
    let (depth, oldest): (i64, Option<i64>) = with_conn!(tx, |conn| sqlx::query_as(DEPTH).fetch_one(conn).await?);
    Ok((depth, oldest.map(crate::domain::clock::from_millis)))
}
