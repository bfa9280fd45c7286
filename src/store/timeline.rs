//! The lines of a ticket's timeline, and how long the ticket stood in which status.
use sqlx::FromRow;

use super::{DbError, Tx};
use crate::domain::clock::from_millis;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::status::Status;
use crate::domain::timeline::{Entry, Happening, Part};

statements! {
    INSERT = "INSERT INTO timeline (id, ticket, actor, happening, from_value, to_value, at, internal) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIRST = "SELECT id, ticket, actor, happening, from_value, to_value, at FROM timeline \
             WHERE ticket = $1 AND ($2 OR NOT internal) ORDER BY at, id LIMIT $3";
    AFTER = "SELECT id, ticket, actor, happening, from_value, to_value, at FROM timeline \
             WHERE ticket = $1 AND ($2 OR NOT internal) AND (at, id) > ($4, $5) ORDER BY at, id LIMIT $3";
    END_INTERVAL = "UPDATE status_intervals SET to_at = $2 WHERE ticket = $1 AND to_at IS NULL";
    BEGIN_INTERVAL = "INSERT INTO status_intervals (id, ticket, status, from_at) VALUES ($1, $2, $3, $4)";
    INTERVALS = "SELECT status, from_at, to_at FROM status_intervals WHERE ticket = $1 ORDER BY from_at, id";
}

#[derive(FromRow)]
struct EntryRow {
    id: String,
    ticket: String,
    actor: Option<String>,
    happening: String,
    from_value: Option<String>,
    to_value: Option<String>,
    at: i64,
}

impl TryFrom<EntryRow> for Entry {
    type Error = DbError;

    fn try_from(row: EntryRow) -> Result<Self, DbError> {
        let bad = |what: &str| DbError::BadRow("timeline", what.to_owned());
        Ok(Self {
            id: row.id.parse().map_err(|_| bad("id"))?,
            ticket: row.ticket.parse().map_err(|_| bad("ticket"))?,
            actor: row.actor.map(|id| id.parse()).transpose().map_err(|_| bad("actor"))?,
            happening: Happening::parse(&row.happening).ok_or_else(|| bad("happening"))?,
            from: row.from_value,
            to: row.to_value,
            at: from_millis(row.at),
        })
    }
}

/// Writes a line down.
pub async fn insert(tx: &mut Tx, entry: &Entry) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(INSERT)
        .bind(entry.id.as_str())
        .bind(entry.ticket.as_str())
        .bind(entry.actor.as_ref().map(PersonId::as_str))
        .bind(entry.happening.as_str())
        .bind(entry.from.as_deref())
        .bind(entry.to.as_deref())
        .bind(entry.at.timestamp_millis())
        .bind(entry.happening.is_internal())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// A part of a ticket's timeline, oldest first.
pub async fn list(tx: &mut Tx, ticket: &TicketId, part: &Part) -> Result<Vec<Entry>, DbError> {
    let rows: Vec<EntryRow> = with_conn!(tx, |conn| match &part.after {
        None =>
            sqlx::query_as(FIRST)
                .bind(ticket.as_str())
                .bind(part.with_internal)
                .bind(part.limit)
                .fetch_all(conn)
                .await?,
        Some((at, id)) =>
            sqlx::query_as(AFTER)
                .bind(ticket.as_str())
                .bind(part.with_internal)
                .bind(part.limit)
                .bind(at.timestamp_millis())
                .bind(id.as_str())
                .fetch_all(conn)
                .await?,
    });
    rows.into_iter().map(Entry::try_from).collect()
}

/// The ticket stands in `status` since the line `entry`, and no longer in the one before.
pub async fn begin_interval(tx: &mut Tx, entry: &Entry, status: Status) -> Result<(), DbError> {
    let at = entry.at.timestamp_millis();
    with_conn!(tx, |conn| {
        sqlx::query(END_INTERVAL).bind(entry.ticket.as_str()).bind(at).execute(&mut *conn).await?.rows_affected();
        sqlx::query(BEGIN_INTERVAL)
            .bind(entry.id.as_str())
            .bind(entry.ticket.as_str())
            .bind(status.as_str())
            .bind(at)
            .execute(conn)
            .await?
            .rows_affected()
    });
    Ok(())
}

/// In which status the ticket stood from when to when, in order, in milliseconds; the last has no end.
pub async fn intervals(tx: &mut Tx, ticket: &TicketId) -> Result<Vec<(String, i64, Option<i64>)>, DbError> {
    Ok(with_conn!(tx, |conn| sqlx::query_as(INTERVALS).bind(ticket.as_str()).fetch_all(conn).await?))
}
