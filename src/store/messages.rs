//! Messages, their place in the conversation, and how far people have read.
use ruma::EventId;
use sqlx::FromRow;

use super::{DbError, Tx, client_ids, files, reactions, reads};
use crate::domain::client_ids::ClientId;
use crate::domain::clock::from_millis;
use crate::domain::ids::{MessageId, PersonId, RevisionId, TicketId};
use crate::domain::messages::{Deleted, Delivery, Kind, Message, ReadBy, Revision};

macro_rules! select_message {
    ($rest:literal) => {
        concat!(
            "SELECT id, ticket, sender, body, html, kind, details, reply_to, thread, mentions, created_at, ",
            "edited_at, deleted_at, deleted_by, is_from_matrix, seq, event_id, delivery, failure, is_certain, client_id ",
            "FROM messages ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO messages (id, ticket, sender, body, html, kind, details, reply_to, thread, mentions, \
              created_at, is_from_matrix, seq, event_id, delivery, client_id) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
              ON CONFLICT (event_id) DO NOTHING";
    BY_ID = select_message!("WHERE id = $1");
    BY_EVENT = select_message!("WHERE event_id = $1");
    LATEST = select_message!("WHERE ticket = $1 ORDER BY seq DESC LIMIT $2");
    BEFORE = select_message!("WHERE ticket = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3");
    AFTER = select_message!("WHERE ticket = $1 AND seq > $2 ORDER BY seq LIMIT $3");
    /// An event id that came by the answer and by the echo is the same one.
    SET_SENT = "UPDATE messages SET delivery = 'sent', failure = NULL, event_id = $2 \
                WHERE id = $1 AND delivery <> 'sent'";
    SET_FAILED = "UPDATE messages SET delivery = 'failed', failure = $2, is_certain = $3 \
                  WHERE id = $1 AND delivery = 'queued'";
    SET_QUEUED = "UPDATE messages SET delivery = 'queued', failure = NULL WHERE id = $1 AND delivery = 'failed'";
    SET_SEEN = "UPDATE messages SET delivery = 'sent', failure = NULL, event_id = $2, seq = $3 WHERE id = $1";
    EDIT = "UPDATE messages SET body = $2, html = $3, edited_at = $4 WHERE id = $1";
    /// What it said goes; who wrote it and when stays.
    DELETE = "UPDATE messages SET body = '', html = NULL, details = NULL, mentions = '[]', \
              deleted_at = $2, deleted_by = $3 WHERE id = $1 AND deleted_at IS NULL";
    FORGET_REVISIONS = "DELETE FROM revisions WHERE message = $1";
    ADD_REVISION = "INSERT INTO revisions (id, message, body, html, is_late, at, event_id) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (event_id) DO NOTHING";
    REVISION = "SELECT id, message, body, html, is_late, at, event_id FROM revisions WHERE id = $1";
    REVISIONS = "SELECT id, message, body, html, is_late, at, event_id FROM revisions WHERE message = $1 ORDER BY position";
}

#[derive(FromRow)]
struct MessageRow {
    id: String,
    ticket: String,
    sender: String,
    body: String,
    html: Option<String>,
    kind: String,
    details: Option<String>,
    reply_to: Option<String>,
    thread: Option<String>,
    mentions: String,
    created_at: i64,
    edited_at: Option<i64>,
    deleted_at: Option<i64>,
    deleted_by: Option<String>,
    is_from_matrix: bool,
    seq: i64,
    event_id: Option<String>,
    delivery: String,
    failure: Option<String>,
    is_certain: bool,
    client_id: Option<String>,
}

impl TryFrom<MessageRow> for Message {
    type Error = DbError;

    fn try_from(row: MessageRow) -> Result<Self, DbError> {
        let bad = |what: &'static str| move || DbError::BadRow("messages", what.to_owned());
        let message = |id: Option<String>| id.map(|id| id.parse()).transpose();
        let deleted = match (row.deleted_at, row.deleted_by) {
            (Some(at), Some(by)) => {
                Some(Deleted { at: from_millis(at), by: by.parse().map_err(|_| bad("deleted_by")())? })
            }
            _ => None,
        };
        Ok(Self {
            id: row.id.parse().map_err(|_| bad("id")())?,
            ticket: row.ticket.parse().map_err(|_| bad("ticket")())?,
            sender: row.sender.parse().map_err(|_| bad("sender")())?,
            body: row.body,
            html: row.html,
            kind: Kind::parse(&row.kind).ok_or_else(bad("kind"))?,
            details: row.details.map(|json| serde_json::from_str(&json)).transpose().map_err(|_| bad("details")())?,
            reply_to: message(row.reply_to).map_err(|_| bad("reply_to")())?,
            thread: message(row.thread).map_err(|_| bad("thread")())?,
            mentions: mentions(&row.mentions).ok_or_else(bad("mentions"))?,
            reactions: Vec::new(),
            attachment: None,
            read_by: Vec::new(),
            created_at: from_millis(row.created_at),
            edited_at: row.edited_at.map(from_millis),
            deleted,
            is_from_matrix: row.is_from_matrix,
            seq: row.seq,
            event_id: row.event_id.map(EventId::parse).transpose().map_err(|_| bad("event_id")())?,
            delivery: match row.delivery.as_str() {
                "queued" => Delivery::Queued,
                "sent" => Delivery::Sent,
                "failed" => Delivery::Failed { reason: row.failure.unwrap_or_default(), is_certain: row.is_certain },
                _ => return Err(bad("delivery")()),
            },
            client_id: ClientId::check(row.client_id.as_deref()).map_err(|_| bad("client_id")())?,
        })
    }
}

fn mentions(json: &str) -> Option<Vec<PersonId>> {
    let ids: Vec<String> = serde_json::from_str(json).ok()?;
    ids.iter().map(|id| id.parse().ok()).collect()
}

/// Stores a new message, without its file; false when its event is known already.
pub async fn insert(tx: &mut Tx, message: &Message) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(INSERT)
        .bind(message.id.as_str())
        .bind(message.ticket.as_str())
        .bind(message.sender.as_str())
        .bind(&message.body)
        .bind(message.html.as_deref())
        .bind(message.kind.as_str())
        .bind(message.details.as_ref().map(ToString::to_string))
        .bind(message.reply_to.as_ref().map(MessageId::as_str))
        .bind(message.thread.as_ref().map(MessageId::as_str))
        .bind(serde_json::to_string(&message.mentions).expect("ids are always JSON"))
        .bind(message.created_at.timestamp_millis())
        .bind(message.is_from_matrix)
        .bind(message.seq)
        .bind(message.event_id.as_ref().map(|id| id.as_str()))
        .bind(message.delivery.as_str())
        .bind(message.client_id.as_ref().map(ClientId::as_str))
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
    /// Half of it up to and including the place, half of it behind.
    Around(i64),
}

/// At most `limit` messages of the page, in the conversation's order, with who has read them.
pub async fn list(tx: &mut Tx, ticket: &TicketId, page: Page, limit: i64) -> Result<Vec<Message>, DbError> {
    let key = ticket.as_str();
    let mut rows: Vec<MessageRow> = with_conn!(tx, |conn| match page {
        Page::Latest => sqlx::query_as(LATEST).bind(key).bind(limit).fetch_all(conn).await?,
        Page::Before(seq) => sqlx::query_as(BEFORE).bind(key).bind(seq).bind(limit).fetch_all(conn).await?,
        Page::After(seq) => sqlx::query_as(AFTER).bind(key).bind(seq).bind(limit).fetch_all(conn).await?,
        Page::Around(seq) => {
            sqlx::query_as(BEFORE).bind(key).bind(seq + 1).bind(limit - limit / 2).fetch_all(&mut *conn).await?
        }
    });
    if !matches!(page, Page::After(_)) {
        rows.reverse();
    }
    if let Page::Around(seq) = page {
        let behind: Vec<MessageRow> =
            with_conn!(tx, |conn| sqlx::query_as(AFTER).bind(key).bind(seq).bind(limit / 2).fetch_all(conn).await?);
        rows.extend(behind);
    }
    let mut messages: Vec<Message> = rows.into_iter().map(Message::try_from).collect::<Result<_, _>>()?;
    complete(tx, ticket, &mut messages).await?;
    Ok(messages)
}

/// Adds to these messages of one ticket their files, who has read them, and who reacted to them; they stand in the
/// conversation's order.
async fn complete(tx: &mut Tx, ticket: &TicketId, messages: &mut [Message]) -> Result<(), DbError> {
    files::attach_to_messages(tx, messages).await?;
    let markers = reads::markers(tx, std::slice::from_ref(ticket)).await?;
    for marker in markers.into_iter().filter(|marker| !marker.is_hidden) {
        let is_read = |message: &&mut Message| message.seq <= marker.seq && message.sender != marker.person;
        for message in messages.iter_mut().filter(is_read) {
            message.read_by.push(ReadBy { user: marker.person.clone(), read_at: marker.read_at });
        }
    }
    reactions::fill(tx, messages).await
}

/// The messages with these ids, complete, ticket by ticket.
pub async fn by_ids(tx: &mut Tx, ids: &[MessageId]) -> Result<Vec<Message>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<MessageRow> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new(select_message!("WHERE id IN ("));
        let mut list = select.separated(", ");
        for id in ids {
            list.push_bind(id.as_str());
        }
        select.push(") ORDER BY ticket, seq");
        select.build_query_as().fetch_all(conn).await?
    });
    let mut messages: Vec<Message> = rows.into_iter().map(Message::try_from).collect::<Result<_, _>>()?;
    for of_ticket in messages.chunk_by_mut(|one, next| one.ticket == next.ticket) {
        if let Some(ticket) = of_ticket.first().map(|message| message.ticket.clone()) {
            complete(tx, &ticket, of_ticket).await?;
        }
    }
    Ok(messages)
}

/// The message is in the room, as this event; false when that was known already.
pub async fn set_sent(tx: &mut Tx, id: &MessageId, event: &EventId) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(SET_SENT)
        .bind(id.as_str())
        .bind(event.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// The message will not come into the room, for this reason.
pub async fn set_failed(tx: &mut Tx, id: &MessageId, why: &str, is_certain: bool) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_FAILED)
        .bind(id.as_str())
        .bind(why)
        .bind(is_certain)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// A failed message is to be sent again; false when it has not failed.
pub async fn set_queued(tx: &mut Tx, id: &MessageId) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(SET_QUEUED).bind(id.as_str()).execute(conn).await?.rows_affected());
    Ok(rows == 1)
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

/// Gives a message the text of a revision, and keeps the revision; false when its event is known already. With the
/// first edit the first text is kept as well.
pub async fn edit(tx: &mut Tx, message: &Message, first: &RevisionId, revision: &Revision) -> Result<bool, DbError> {
    if message.edited_at.is_none() {
        let original = Revision {
            id: first.clone(),
            message: message.id.clone(),
            body: message.body.clone(),
            html: message.html.clone(),
            is_late: false,
            at: message.created_at,
            event_id: None,
        };
        add_revision(tx, &original).await?;
    }
    if !add_revision(tx, revision).await? {
        return Ok(false);
    }
    with_conn!(tx, |conn| sqlx::query(EDIT)
        .bind(message.id.as_str())
        .bind(&revision.body)
        .bind(revision.html.as_deref())
        .bind(revision.at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(true)
}

async fn add_revision(tx: &mut Tx, revision: &Revision) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(ADD_REVISION)
        .bind(revision.id.as_str())
        .bind(revision.message.as_str())
        .bind(&revision.body)
        .bind(revision.html.as_deref())
        .bind(revision.is_late)
        .bind(revision.at.timestamp_millis())
        .bind(revision.event_id.as_ref().map(|id| id.as_str()))
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

#[derive(FromRow)]
struct RevisionRow {
    id: String,
    message: String,
    body: String,
    html: Option<String>,
    is_late: bool,
    at: i64,
    event_id: Option<String>,
}

impl TryFrom<RevisionRow> for Revision {
    type Error = DbError;

    fn try_from(row: RevisionRow) -> Result<Self, DbError> {
        let bad = |what: &str| DbError::BadRow("revisions", what.to_owned());
        Ok(Self {
            id: row.id.parse().map_err(|_| bad("id"))?,
            message: row.message.parse().map_err(|_| bad("message"))?,
            body: row.body,
            html: row.html,
            is_late: row.is_late,
            at: from_millis(row.at),
            event_id: row.event_id.map(EventId::parse).transpose().map_err(|_| bad("event_id"))?,
        })
    }
}

/// A revision, unless its message was deleted meanwhile.
pub async fn revision(tx: &mut Tx, id: &RevisionId) -> Result<Option<Revision>, DbError> {
    let row: Option<RevisionRow> =
        with_conn!(tx, |conn| sqlx::query_as(REVISION).bind(id.as_str()).fetch_optional(conn).await?);
    row.map(Revision::try_from).transpose()
}

/// Every text an edited message had and has, oldest first; nothing for one that was never edited.
pub async fn revisions(tx: &mut Tx, id: &MessageId) -> Result<Vec<Revision>, DbError> {
    let rows: Vec<RevisionRow> =
        with_conn!(tx, |conn| sqlx::query_as(REVISIONS).bind(id.as_str()).fetch_all(conn).await?);
    rows.into_iter().map(Revision::try_from).collect()
}

/// Empties a message and forgets what it said before; false when that has happened already.
pub async fn delete(tx: &mut Tx, id: &MessageId, deleted: &Deleted) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(DELETE)
        .bind(id.as_str())
        .bind(deleted.at.timestamp_millis())
        .bind(deleted.by.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    if rows == 1 {
        with_conn!(tx, |conn| sqlx::query(FORGET_REVISIONS).bind(id.as_str()).execute(conn).await?.rows_affected());
        client_ids::forget_text(tx, id).await?;
    }
    Ok(rows == 1)
}
