//! Events of the inbox that could not be applied and were laid aside.
use sqlx::FromRow;

use super::{DbError, Tx};
use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::tickets::TicketNumber;

statements! {
    /// The room may be that of a ticket or of its notes. Of a confidential ticket only those learn who are named in it.
    AFTER = "SELECT i.position, i.event_id, i.room_id, i.event, COALESCE(i.error, '') AS error, i.tries, i.received_at, \
             t.id AS ticket, t.number FROM inbox i LEFT JOIN tickets t ON t.id = COALESCE( \
             (SELECT r.id FROM tickets r WHERE r.room_id = i.room_id), \
             (SELECT n.ticket FROM note_rooms n WHERE n.room_id = i.room_id)) \
             AND (NOT t.is_confidential \
             OR EXISTS (SELECT 1 FROM ticket_staff v WHERE v.ticket = t.id AND v.person = $3 LIMIT 1 OFFSET 0) \
             OR EXISTS (SELECT 1 FROM participants p WHERE p.ticket = t.id AND p.person = $3 LIMIT 1 OFFSET 0)) \
             WHERE i.state = 'dead' AND i.position > $1 ORDER BY i.position LIMIT $2";
    REVIVE = "UPDATE inbox SET state = 'new', tries = 0 WHERE position = $1 AND state = 'dead' RETURNING event_id";
    REVIVE_SOME = "UPDATE inbox SET state = 'new', tries = 0 WHERE state = 'dead' AND position IN \
                   (SELECT position FROM inbox WHERE state = 'dead' ORDER BY position LIMIT $1)";
    /// What was laid aside keeps its error after it was put back.
    HAS_FAILED = "SELECT COUNT(*) FROM inbox WHERE position = $1 AND error IS NOT NULL";
}

/// An event that was laid aside.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    pub position: i64,
    pub event_id: String,
    pub room_id: String,
    /// The event's JSON as the homeserver gave it.
    pub event: String,
    /// Why it could not be applied.
    pub error: String,
    /// How often that was tried.
    pub tries: i64,
    pub received_at: Time,
    /// The ticket to which the room belongs, if whoever asks may see it.
    pub ticket: Option<(TicketId, TicketNumber)>,
}

#[derive(FromRow)]
struct DeadLetterRow {
    position: i64,
    event_id: String,
    room_id: String,
    event: String,
    error: String,
    tries: i64,
    received_at: i64,
    ticket: Option<String>,
    number: Option<String>,
}

impl TryFrom<DeadLetterRow> for DeadLetter {
    type Error = DbError;

    fn try_from(row: DeadLetterRow) -> Result<Self, DbError> {
        let bad = |what: &str| DbError::BadRow("tickets", what.to_owned());
        let id = row.ticket.map(|id| id.parse()).transpose().map_err(|_| bad("id"))?;
        let number = row.number.map(|number| TicketNumber::parse(&number).ok_or_else(|| bad("number"))).transpose()?;
        Ok(Self {
            position: row.position,
            event_id: row.event_id,
            room_id: row.room_id,
            event: row.event,
            error: row.error,
            tries: row.tries,
            received_at: from_millis(row.received_at),
            ticket: id.zip(number),
        })
    }
}

/// At most `limit` events that are laid aside, oldest first, after `position`, as `by` may see them; nobody is the
/// command line.
pub async fn after(tx: &mut Tx, position: i64, limit: i64, by: Option<&PersonId>) -> Result<Vec<DeadLetter>, DbError> {
    let rows: Vec<DeadLetterRow> = with_conn!(tx, |conn| sqlx::query_as(AFTER)
        .bind(position)
        .bind(limit)
        .bind(by.map_or("", PersonId::as_str))
        .fetch_all(conn)
        .await?);
    rows.into_iter().map(DeadLetter::try_from).collect()
}

/// Puts one back to be applied; its event's id, unless it is not laid aside.
pub async fn revive(tx: &mut Tx, position: i64) -> Result<Option<String>, DbError> {
    Ok(with_conn!(tx, |conn| sqlx::query_scalar(REVIVE).bind(position).fetch_optional(conn).await?))
}

/// Puts at most `limit` back to be applied, the oldest; how many there were.
pub async fn revive_some(tx: &mut Tx, limit: i64) -> Result<u64, DbError> {
    Ok(with_conn!(tx, |conn| sqlx::query(REVIVE_SOME).bind(limit).execute(conn).await?.rows_affected()))
}

/// Whether there is an event at `position` that could not be applied at some time.
pub async fn has_failed(tx: &mut Tx, position: i64) -> Result<bool, DbError> {
    let count: i64 = with_conn!(tx, |conn| sqlx::query_scalar(HAS_FAILED).bind(position).fetch_one(conn).await?);
    Ok(count > 0)
}
