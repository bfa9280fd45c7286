//! Messages, their place in the conversation, and how far people have read.
use ruma::EventId;
use sqlx::FromRow;

use super::{DbError, Tx, files};
use crate::domain::clock::{Time, from_millis};
use crate::domain::ids::{MessageId, PersonId, TicketId};
use crate::domain::messages::{Delivery, Kind, Message, ReadBy};

macro_rules! select_message {
    ($rest:literal) => {
        concat!(
            "SELECT id, ticket, sender, body, kind, created_at, edited_at, seq, event_id, delivery, ",
            "failure FROM messages ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO messages (id, ticket, sender, body, kind, created_at, seq, event_id, delivery) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (event_id) DO NOTHING";
    BY_ID = select_message!("WHERE id = $1");
    BY_EVENT = select_message!("WHERE event_id = $1");
    LATEST = select_message!("WHERE ticket = $1 ORDER BY seq DESC LIMIT $2");
    BEFORE = select_message!("WHERE ticket = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3");
    AFTER = select_message!("WHERE ticket = $1 AND seq > $2 ORDER BY seq LIMIT $3");
    /// An event id that came by the answer and by the echo is the same one.
    SET_SENT = "UPDATE messages SET delivery = 'sent', failure = NULL, event_id = $2 WHERE id = $1";
    SET_FAILED = "UPDATE messages SET delivery = 'failed', failure = $2 WHERE id = $1 AND delivery = 'queued'";
    SET_SEEN = "UPDATE messages SET delivery = 'sent', failure = NULL, event_id = $2, seq = $3 WHERE id = $1";
    EDIT = "UPDATE messages SET body = $2, edited_at = $3 WHERE id = $1";
    MARK_READ = "INSERT INTO read_markers (ticket, person, seq, read_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (ticket, person) DO UPDATE SET seq = excluded.seq, read_at = excluded.read_at \
                 WHERE read_markers.seq < excluded.seq";
    MARKERS = "SELECT person, seq, read_at FROM read_markers WHERE ticket = $1 ORDER BY read_at, person";
}

#[derive(FromRow)]
struct MessageRow {
    id: String,
    ticket: String,
    sender: String,
    body: String,
    kind: String,
    created_at: i64,
    edited_at: Option<i64>,
    seq: i64,
    event_id: Option<String>,
    delivery: String,
    failure: Option<String>,
}

impl TryFrom<MessageRow> for Message {
    type Error = DbError;

    fn try_from(row: MessageRow) -> Result<Self, DbError> {
        let bad = |what: &'static str| move || DbError::BadRow("messages", what.to_owned());
        Ok(Self {
            id: row.id.parse().map_err(|_| bad("id")())?,
            ticket: row.ticket.parse().map_err(|_| bad("ticket")())?,
            sender: row.sender.parse().map_err(|_| bad("sender")())?,
            body: row.body,
            kind: Kind::parse(&row.kind).ok_or_else(bad("kind"))?,
            attachment: None,
            read_by: Vec::new(),
            created_at: from_millis(row.created_at),
            edited_at: row.edited_at.map(from_millis),
            seq: row.seq,
            event_id: row.event_id.map(EventId::parse).transpose().map_err(|_| bad("event_id")())?,
            delivery: match row.delivery.as_str() {
                "queued" => Delivery::Queued,
                "sent" => Delivery::Sent,
                "failed" => Delivery::Failed(row.failure.unwrap_or_default()),
                _ => return Err(bad("delivery")()),
            },
        })
    }
}

/// Stores a new message, without its file; false when its event is known already.
pub async fn insert(tx: &mut Tx, message: &Message) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(INSERT)
        .bind(message.id.as_str())
        .bind(message.ticket.as_str())
        .bind(message.sender.as_str())
        .bind(&message.body)
        .bind(message.kind.as_str())
        .bind(message.created_at.timestamp_millis())
        .bind(message.seq)
        .bind(message.event_id.as_ref().map(|id| id.as_str()))
        .bind(message.delivery.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

pub async fn by_id(tx: &mut Tx, id: &MessageId) -> Result<Option<Message>, DbError> {
    one(tx, BY_ID, id.as_str()).await
}

pub async fn by_event(tx: &mut Tx, id: &EventId) -> Result<Option<Message>, DbError> {
    one(tx, BY_EVENT, id.as_str()).await
}

async fn one(tx: &mut Tx, statement: &'static str, key: &str) -> Result<Option<Message>, DbError> {
    let row: Option<MessageRow> =
        with_conn!(tx, |conn| sqlx::query_as(statement).bind(key).fetch_optional(conn).await?);
    let mut message = row.map(Message::try_from).transpose()?;
    files::attach_to_messages(tx, message.as_mut_slice()).await?;
    Ok(message)
}

/// Which part of a conversation to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    Latest,
    Before(i64),
    After(i64),
}

/// At most `limit` messages of the page, in the conversation's order, with who has read them.
pub async fn list(tx: &mut Tx, ticket: &TicketId, page: Page, limit: i64) -> Result<Vec<Message>, DbError> {
    let key = ticket.as_str();
    let mut rows: Vec<MessageRow> = with_conn!(tx, |conn| match page {
        Page::Latest => sqlx::query_as(LATEST).bind(key).bind(limit).fetch_all(conn).await?,
        Page::Before(seq) => sqlx::query_as(BEFORE).bind(key).bind(seq).bind(limit).fetch_all(conn).await?,
        Page::After(seq) => sqlx::query_as(AFTER).bind(key).bind(seq).bind(limit).fetch_all(conn).await?,
    });
    if !matches!(page, Page::After(_)) {
        rows.reverse();
    }
    let mut messages: Vec<Message> = rows.into_iter().map(Message::try_from).collect::<Result<_, _>>()?;
    files::attach_to_messages(tx, &mut messages).await?;
    let markers: Vec<(String, i64, i64)> =
        with_conn!(tx, |conn| sqlx::query_as(MARKERS).bind(key).fetch_all(conn).await?);
    for (person, seq, read_at) in markers {
        let user: PersonId = person.parse().map_err(|_| DbError::BadRow("read_markers", "person".into()))?;
        for message in messages.iter_mut().filter(|message| message.seq <= seq && message.sender != user) {
            message.read_by.push(ReadBy { user: user.clone(), read_at: from_millis(read_at) });
        }
    }
    Ok(messages)
}

/// The message is in the room, as this event.
pub async fn set_sent(tx: &mut Tx, id: &MessageId, event: &EventId) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_SENT)
        .bind(id.as_str())
        .bind(event.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// The message will not come into the room, for this reason.
pub async fn set_failed(tx: &mut Tx, id: &MessageId, why: &str) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_FAILED).bind(id.as_str()).bind(why).execute(conn).await?.rows_affected());
    Ok(())
}

/// The message was seen in the room, as this event and at this place.
pub async fn set_seen(tx: &mut Tx, id: &MessageId, event: &EventId, seq: i64) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_SEEN)
        .bind(id.as_str())
        .bind(event.as_str())
        .bind(seq)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// Gives a message another text.
pub async fn edit(tx: &mut Tx, id: &MessageId, body: &str, at: Time) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(EDIT)
        .bind(id.as_str())
        .bind(body)
        .bind(at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// Somebody has read up to and including `seq`; never moves back.
pub async fn mark_read(tx: &mut Tx, ticket: &TicketId, person: &PersonId, seq: i64, at: Time) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(MARK_READ)
        .bind(ticket.as_str())
        .bind(person.as_str())
        .bind(seq)
        .bind(at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}
