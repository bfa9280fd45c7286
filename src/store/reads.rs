//! How far people have read: markers, what is unread, and receipts on their way in and out.
use std::collections::HashMap;

use ruma::{EventId, OwnedEventId, RoomId, UserId};
use sqlx::FromRow;

use super::{DbError, Tx};
use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::reading::Receipt;

statements! {
    MARK_READ = "INSERT INTO read_markers (ticket, person, seq, read_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (ticket, person) DO UPDATE SET seq = excluded.seq, read_at = excluded.read_at \
                 WHERE read_markers.seq < excluded.seq";
    MOVE_BACK = "UPDATE read_markers SET seq = $3, read_at = $4 WHERE ticket = $1 AND person = $2 AND seq > $3";
    READ_SO_FAR = "SELECT seq FROM read_markers WHERE ticket = $1 AND person = $2";
    HIDES = "SELECT hides_receipts FROM people WHERE id = $1";
    SET_HIDES = "UPDATE people SET hides_receipts = $2 WHERE id = $1";
    TO_TELL = "SELECT r.seq, r.receipt_seq, p.hides_receipts, (SELECT m.event_id FROM messages m \
               WHERE m.ticket = r.ticket AND m.seq <= r.seq AND m.event_id IS NOT NULL ORDER BY m.seq DESC LIMIT 1) AS event_id \
               FROM read_markers r JOIN people p ON p.id = r.person WHERE r.ticket = $1 AND r.person = $2";
    TOLD = "UPDATE read_markers SET receipt_seq = CASE WHEN receipt_seq < $3 THEN $3 ELSE receipt_seq END \
            WHERE ticket = $1 AND person = $2 RETURNING seq";
    JOBS_LIKE = "SELECT COUNT(*) FROM jobs WHERE lane = $1 AND payload = $2";
    KEEP_RECEIPT = "INSERT INTO receipts (room_id, user_id, event_id, at) VALUES ($1, $2, $3, $4) \
                    ON CONFLICT DO NOTHING";
    RECEIPTS = "SELECT user_id, event_id, at FROM receipts WHERE room_id = $1 ORDER BY at, user_id, event_id";
    DROP_RECEIPT = "DELETE FROM receipts WHERE room_id = $1 AND user_id = $2 AND event_id = $3";
    PLACE_OF = "SELECT seq FROM messages WHERE ticket = $1 AND event_id = $2";
    /// The last message that the room had by the time of an event that is no message.
    PLACE_BEFORE = "SELECT MAX(m.seq) FROM messages m JOIN inbox i ON i.event_id = m.event_id WHERE m.ticket = $1 \
                    AND i.position <= (SELECT position FROM inbox WHERE event_id = $2)";
    TICKET_OF_ROOM = "SELECT id FROM tickets WHERE room_id = $1";
}

/// How far somebody has read in a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    pub ticket: TicketId,
    pub person: PersonId,
    /// The place of the last message they have read.
    pub seq: i64,
    pub read_at: Time,
    /// Whether the others are not to know.
    pub is_hidden: bool,
}

#[derive(FromRow)]
struct MarkerRow {
    ticket: String,
    person: String,
    seq: i64,
    read_at: i64,
    hides_receipts: bool,
}

impl TryFrom<MarkerRow> for Marker {
    type Error = DbError;

    fn try_from(row: MarkerRow) -> Result<Self, DbError> {
        let bad = |what: &str| DbError::BadRow("read_markers", what.to_owned());
        Ok(Self {
            ticket: row.ticket.parse().map_err(|_| bad("ticket"))?,
            person: row.person.parse().map_err(|_| bad("person"))?,
            seq: row.seq,
            read_at: from_millis(row.read_at),
            is_hidden: row.hides_receipts,
        })
    }
}

/// Everybody's markers in these tickets, who read first coming first.
pub async fn markers(tx: &mut Tx, tickets: &[TicketId]) -> Result<Vec<Marker>, DbError> {
    if tickets.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<MarkerRow> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new(
            "SELECT r.ticket, r.person, r.seq, r.read_at, p.hides_receipts FROM read_markers r \
             JOIN people p ON p.id = r.person WHERE r.ticket IN (",
        );
        let mut list = select.separated(", ");
        for ticket in tickets {
            list.push_bind(ticket.as_str());
        }
        select.push(") ORDER BY r.read_at, r.person");
        select.build_query_as().fetch_all(conn).await?
    });
    rows.into_iter().map(Marker::try_from).collect()
}

/// How many messages of others `person` has not read in each of these tickets; those with none are left out.
pub async fn unread(tx: &mut Tx, person: &PersonId, tickets: &[TicketId]) -> Result<HashMap<TicketId, i64>, DbError> {
    if tickets.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(String, i64)> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new(
            "SELECT m.ticket, COUNT(*) FROM messages m LEFT JOIN read_markers r ON r.ticket = m.ticket AND r.person = ",
        );
        select.push_bind(person.as_str());
        select.push(" WHERE m.seq > COALESCE(r.seq, 0) AND m.kind <> 'system' AND m.sender <> ");
        select.push_bind(person.as_str());
        let mut list = select.push(" AND m.ticket IN (").separated(", ");
        for ticket in tickets {
            list.push_bind(ticket.as_str());
        }
        select.push(") GROUP BY m.ticket");
        select.build_query_as().fetch_all(conn).await?
    });
    let read = |(ticket, count): (String, i64)| Some((ticket.parse().ok()?, count));
    Ok(rows.into_iter().filter_map(read).collect())
}

/// The place of the last message that somebody has read in a ticket; 0 when none.
pub async fn read_so_far(tx: &mut Tx, ticket: &TicketId, person: &PersonId) -> Result<i64, DbError> {
    let seq: Option<i64> = with_conn!(tx, |conn| sqlx::query_scalar(READ_SO_FAR)
        .bind(ticket.as_str())
        .bind(person.as_str())
        .fetch_optional(conn)
        .await?);
    Ok(seq.unwrap_or(0))
}

/// Somebody has read up to and including `seq`; false when they had before. Never moves back.
pub async fn mark_read(tx: &mut Tx, of: (&TicketId, &PersonId), seq: i64, at: Time) -> Result<bool, DbError> {
    moved(tx, MARK_READ, of, (seq, at)).await
}

/// Somebody has read no further than `seq`; false when that was so already.
pub async fn move_back(tx: &mut Tx, of: (&TicketId, &PersonId), seq: i64, at: Time) -> Result<bool, DbError> {
    moved(tx, MOVE_BACK, of, (seq, at)).await
}

async fn moved(
    tx: &mut Tx,
    statement: &'static str,
    (ticket, person): (&TicketId, &PersonId),
    (seq, at): (i64, Time),
) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(statement)
        .bind(ticket.as_str())
        .bind(person.as_str())
        .bind(seq)
        .bind(at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// Whether the person keeps to themselves how far they have read.
pub async fn hides(tx: &mut Tx, person: &PersonId) -> Result<bool, DbError> {
    let hides: Option<bool> =
        with_conn!(tx, |conn| sqlx::query_scalar(HIDES).bind(person.as_str()).fetch_optional(conn).await?);
    Ok(hides.unwrap_or(false))
}

pub async fn set_hides(tx: &mut Tx, person: &PersonId, hides: bool) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_HIDES)
        .bind(person.as_str())
        .bind(hides)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// What the room may have to be told of somebody's reading.
#[derive(Clone, Debug, FromRow)]
struct ToTellRow {
    seq: i64,
    receipt_seq: i64,
    hides_receipts: bool,
    event_id: Option<String>,
}

/// A receipt to send.
#[derive(Clone, Debug)]
pub struct ToTell {
    /// How far they have read.
    pub seq: i64,
    /// The last event of the room that is no further.
    pub event: OwnedEventId,
    pub is_private: bool,
}

/// The receipt that the room has not been told yet; none when it knows, or when nothing of what was read is in it.
pub async fn to_tell(tx: &mut Tx, ticket: &TicketId, person: &PersonId) -> Result<Option<ToTell>, DbError> {
    let row: Option<ToTellRow> = with_conn!(tx, |conn| sqlx::query_as(TO_TELL)
        .bind(ticket.as_str())
        .bind(person.as_str())
        .fetch_optional(conn)
        .await?);
    let Some(row) = row.filter(|row| row.seq > row.receipt_seq) else { return Ok(None) };
    let Some(event) = row.event_id else { return Ok(None) };
    let event = EventId::parse(event).map_err(|_| DbError::BadRow("messages", "event_id".into()))?;
    Ok(Some(ToTell { seq: row.seq, event, is_private: row.hides_receipts }))
}

/// The room was told up to `seq`; how far the person has read by now.
pub async fn told(tx: &mut Tx, (ticket, person): (&TicketId, &PersonId), seq: i64) -> Result<i64, DbError> {
    let now: Option<i64> = with_conn!(tx, |conn| sqlx::query_scalar(TOLD)
        .bind(ticket.as_str())
        .bind(person.as_str())
        .bind(seq)
        .fetch_optional(conn)
        .await?);
    Ok(now.unwrap_or(seq))
}

/// Whether a job with this payload lies in the lane.
pub async fn is_queued(tx: &mut Tx, lane: &str, payload: &str) -> Result<bool, DbError> {
    let count: i64 =
        with_conn!(tx, |conn| sqlx::query_scalar(JOBS_LIKE).bind(lane).bind(payload).fetch_one(conn).await?);
    Ok(count > 0)
}

/// Keeps a receipt until the events of its room are applied.
pub async fn keep_receipt(tx: &mut Tx, room: &RoomId, receipt: &Receipt) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(KEEP_RECEIPT)
        .bind(room.as_str())
        .bind(receipt.user.as_str())
        .bind(receipt.event.as_str())
        .bind(receipt.at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// The receipts of a room that wait.
pub async fn receipts(tx: &mut Tx, room: &RoomId) -> Result<Vec<Receipt>, DbError> {
    let rows: Vec<(String, String, i64)> =
        with_conn!(tx, |conn| sqlx::query_as(RECEIPTS).bind(room.as_str()).fetch_all(conn).await?);
    let bad = |_| DbError::BadRow("receipts", "an id".into());
    let read = |(user, event, at): (String, String, i64)| {
        Ok(Receipt {
            user: UserId::parse(user).map_err(bad)?,
            event: EventId::parse(event).map_err(bad)?,
            at: from_millis(at),
        })
    };
    rows.into_iter().map(read).collect()
}

/// The receipt has been applied.
pub async fn drop_receipt(tx: &mut Tx, room: &RoomId, receipt: &Receipt) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(DROP_RECEIPT)
        .bind(room.as_str())
        .bind(receipt.user.as_str())
        .bind(receipt.event.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// The place of the last message that is no later in the room than this event; none when the event is not known.
pub async fn place_of(tx: &mut Tx, ticket: &TicketId, event: &EventId) -> Result<Option<i64>, DbError> {
    let place: Option<i64> = with_conn!(tx, |conn| sqlx::query_scalar(PLACE_OF)
        .bind(ticket.as_str())
        .bind(event.as_str())
        .fetch_optional(conn)
        .await?);
    if place.is_some() {
        return Ok(place);
    }
    Ok(with_conn!(tx, |conn| sqlx::query_scalar(PLACE_BEFORE)
        .bind(ticket.as_str())
        .bind(event.as_str())
        .fetch_one(conn)
        .await?))
}

/// The ticket of a room.
pub async fn ticket_of_room(tx: &mut Tx, room: &RoomId) -> Result<Option<TicketId>, DbError> {
    let id: Option<String> =
        with_conn!(tx, |conn| sqlx::query_scalar(TICKET_OF_ROOM).bind(room.as_str()).fetch_optional(conn).await?);
    id.map(|id| id.parse().map_err(|_| DbError::BadRow("tickets", "id".into()))).transpose()
}
