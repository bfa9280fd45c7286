//! Reactions to messages.
use ruma::EventId;
use sqlx::FromRow;

use super::{DbError, Tx};
use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::{MessageId, PersonId, ReactionId};
use crate::domain::messages::{Message, Reaction, Reactions};

macro_rules! select_reaction {
    ($rest:literal) => {
        concat!("SELECT id, message, person, label, at, event_id, removed_at FROM reactions ", $rest)
    };
}

statements! {
    INSERT = "INSERT INTO reactions (id, message, person, label, at, event_id) VALUES ($1, $2, $3, $4, $5, $6) \
              ON CONFLICT DO NOTHING";
    BY_ID = select_reaction!("WHERE id = $1");
    BY_EVENT = select_reaction!("WHERE event_id = $1");
    PRESENT = select_reaction!("WHERE message = $1 AND person = $2 AND label = $3 AND removed_at IS NULL");
    NOT_SENT = "SELECT id FROM reactions WHERE message = $1 AND event_id IS NULL AND removed_at IS NULL ORDER BY id";
    SET_EVENT = "UPDATE reactions SET event_id = $2 WHERE id = $1";
    SET_REMOVED = "UPDATE reactions SET removed_at = $2 WHERE id = $1";
    DELETE = "DELETE FROM reactions WHERE id = $1";
    OF_TICKET = "SELECT r.id, r.message, r.person, r.label, r.at, r.event_id, r.removed_at \
                 FROM reactions r JOIN messages m ON m.id = r.message \
                 WHERE m.ticket = $1 AND m.seq >= $2 AND m.seq <= $3 AND r.removed_at IS NULL \
                 ORDER BY r.at, r.id";
}

#[derive(FromRow)]
struct ReactionRow {
    id: String,
    message: String,
    person: String,
    label: String,
    at: i64,
    event_id: Option<String>,
    removed_at: Option<i64>,
}

impl TryFrom<ReactionRow> for Reaction {
    type Error = DbError;

    fn try_from(row: ReactionRow) -> Result<Self, DbError> {
        let bad = |what: &str| DbError::BadRow("reactions", what.to_owned());
        Ok(Self {
            id: row.id.parse().map_err(|_| bad("id"))?,
            message: row.message.parse().map_err(|_| bad("message"))?,
            person: row.person.parse().map_err(|_| bad("person"))?,
            label: row.label,
            at: from_millis(row.at),
            event_id: row.event_id.map(EventId::parse).transpose().map_err(|_| bad("event_id"))?,
            is_removed: row.removed_at.is_some(),
        })
    }
}

/// Stores a reaction; false when the person has reacted to the message with the same thing already.
pub async fn insert(tx: &mut Tx, reaction: &Reaction) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(INSERT)
        .bind(reaction.id.as_str())
        .bind(reaction.message.as_str())
        .bind(reaction.person.as_str())
        .bind(&reaction.label)
        .bind(reaction.at.timestamp_millis())
        .bind(reaction.event_id.as_ref().map(|id| id.as_str()))
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

pub async fn by_id(tx: &mut Tx, id: &ReactionId) -> Result<Option<Reaction>, DbError> {
    one(with_conn!(tx, |conn| sqlx::query_as(BY_ID).bind(id.as_str()).fetch_optional(conn).await?))
}

pub async fn by_event(tx: &mut Tx, id: &EventId) -> Result<Option<Reaction>, DbError> {
    one(with_conn!(tx, |conn| sqlx::query_as(BY_EVENT).bind(id.as_str()).fetch_optional(conn).await?))
}

/// The person's reaction to the message with this, unless it was taken back.
pub async fn present(
    tx: &mut Tx,
    message: &MessageId,
    person: &PersonId,
    label: &str,
) -> Result<Option<Reaction>, DbError> {
    one(with_conn!(tx, |conn| sqlx::query_as(PRESENT)
        .bind(message.as_str())
        .bind(person.as_str())
        .bind(label)
        .fetch_optional(conn)
        .await?))
}

fn one(row: Option<ReactionRow>) -> Result<Option<Reaction>, DbError> {
    row.map(Reaction::try_from).transpose()
}

/// The reactions to a message that are not in the room, oldest first.
pub async fn not_sent(tx: &mut Tx, message: &MessageId) -> Result<Vec<ReactionId>, DbError> {
    let ids: Vec<String> =
        with_conn!(tx, |conn| sqlx::query_scalar(NOT_SENT).bind(message.as_str()).fetch_all(conn).await?);
    ids.iter().map(|id| id.parse().map_err(|_| DbError::BadRow("reactions", "id".to_owned()))).collect()
}

/// The reaction is in the room, as this event.
pub async fn set_event(tx: &mut Tx, id: &ReactionId, event: &EventId) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_EVENT)
        .bind(id.as_str())
        .bind(event.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// The reaction is taken back; the row stays until the room knows.
pub async fn set_removed(tx: &mut Tx, id: &ReactionId, at: Time) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_REMOVED)
        .bind(id.as_str())
        .bind(at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// The reaction is gone everywhere.
pub async fn delete(tx: &mut Tx, id: &ReactionId) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(DELETE).bind(id.as_str()).execute(conn).await?.rows_affected());
    Ok(())
}

/// Writes the reactions of a stretch of one ticket's conversation to its messages, in the order in which they came.
pub async fn fill(tx: &mut Tx, messages: &mut [Message]) -> Result<(), DbError> {
    let (Some(first), Some(last)) = (messages.first(), messages.last()) else { return Ok(()) };
    let (ticket, from, to) = (first.ticket.clone(), first.seq, last.seq);
    let rows: Vec<ReactionRow> = with_conn!(tx, |conn| sqlx::query_as(OF_TICKET)
        .bind(ticket.as_str())
        .bind(from)
        .bind(to)
        .fetch_all(conn)
        .await?);
    for row in rows {
        let reaction = Reaction::try_from(row)?;
        let Some(message) = messages.iter_mut().find(|message| message.id == reaction.message) else { continue };
        match message.reactions.iter_mut().find(|known| known.label == reaction.label) {
            Some(known) => known.people.push(reaction.person),
            None => message.reactions.push(Reactions { label: reaction.label, people: vec![reaction.person] }),
        }
    }
    Ok(())
}
