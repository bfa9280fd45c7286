//! Notes: in tables of their own, which no statement about messages names.
use ruma::EventId;
use sqlx::FromRow;

use super::{DbError, Tx, client_ids, note_files};
use crate::domain::client_ids::ClientId;
use crate::domain::clock::from_millis;
use crate::domain::ids::{NoteId, PersonId, RevisionId, TicketId};
use crate::domain::messages::{Deleted, Delivery, Kind};
use crate::domain::notes::{Note, NoteRevision};

macro_rules! select_note {
    ($rest:literal) => {
        concat!(
            "SELECT position, id, ticket, author, body, html, kind, mentions, created_at, edited_at, deleted_at, ",
            "deleted_by, is_from_matrix, event_id, delivery, failure, is_certain, client_id FROM notes ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO notes (id, ticket, author, body, html, kind, mentions, created_at, is_from_matrix, event_id, \
              delivery, client_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
              ON CONFLICT (event_id) DO NOTHING RETURNING position";
    BY_ID = select_note!("WHERE id = $1");
    BY_EVENT = select_note!("WHERE event_id = $1");
    LATEST = select_note!("WHERE ticket = $1 ORDER BY position DESC LIMIT $2");
    BEFORE = select_note!("WHERE ticket = $1 AND position < $3 ORDER BY position DESC LIMIT $2");
    COUNT = "SELECT COUNT(*) FROM notes WHERE ticket = $1 AND deleted_at IS NULL";
    SET_SENT = "UPDATE notes SET delivery = 'sent', failure = NULL, event_id = $2 \
                WHERE id = $1 AND (delivery <> 'sent' OR event_id IS NULL)";
    SET_FAILED = "UPDATE notes SET delivery = 'failed', failure = $2, is_certain = $3 \
                  WHERE id = $1 AND delivery = 'queued'";
    SET_QUEUED = "UPDATE notes SET delivery = 'queued', failure = NULL WHERE id = $1 AND delivery = 'failed'";
    EDIT = "UPDATE notes SET body = $2, html = $3, edited_at = $4 WHERE id = $1";
    /// What it said goes; who wrote it and when stays.
    DELETE = "UPDATE notes SET body = '', html = NULL, mentions = '[]', deleted_at = $2, deleted_by = $3 \
              WHERE id = $1 AND deleted_at IS NULL";
    FORGET_REVISIONS = "DELETE FROM note_revisions WHERE note = $1";
    ADD_REVISION = "INSERT INTO note_revisions (id, note, body, html, is_late, at, event_id) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (event_id) DO NOTHING";
    REVISION = "SELECT id, note, body, html, is_late, at, event_id FROM note_revisions WHERE id = $1";
    REVISIONS = "SELECT id, note, body, html, is_late, at, event_id FROM note_revisions WHERE note = $1 ORDER BY position";
}

#[derive(FromRow)]
struct NoteRow {
    position: i64,
    id: String,
    ticket: String,
    author: String,
    body: String,
    html: Option<String>,
    kind: String,
    mentions: String,
    created_at: i64,
    edited_at: Option<i64>,
    deleted_at: Option<i64>,
    deleted_by: Option<String>,
    is_from_matrix: bool,
    event_id: Option<String>,
    delivery: String,
    failure: Option<String>,
    is_certain: bool,
    client_id: Option<String>,
}

impl TryFrom<NoteRow> for Note {
    type Error = DbError;

    fn try_from(row: NoteRow) -> Result<Self, DbError> {
        let bad = |what: &'static str| move || DbError::BadRow("notes", what.to_owned());
        let deleted = match (row.deleted_at, row.deleted_by) {
            (Some(at), Some(by)) => {
                Some(Deleted { at: from_millis(at), by: by.parse().map_err(|_| bad("deleted_by")())? })
            }
            _ => None,
        };
        Ok(Self {
            id: row.id.parse().map_err(|_| bad("id")())?,
            ticket: row.ticket.parse().map_err(|_| bad("ticket")())?,
            author: row.author.parse().map_err(|_| bad("author")())?,
            body: row.body,
            html: row.html,
            kind: Kind::parse(&row.kind).ok_or_else(bad("kind"))?,
            mentions: mentions(&row.mentions).ok_or_else(bad("mentions"))?,
            attachment: None,
            created_at: from_millis(row.created_at),
            edited_at: row.edited_at.map(from_millis),
            deleted,
            is_from_matrix: row.is_from_matrix,
            position: row.position,
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

/// Stores a new note, without its file, and gives it its position; false when its event is known already.
pub async fn insert(tx: &mut Tx, note: &mut Note) -> Result<bool, DbError> {
    let position: Option<i64> = with_conn!(tx, |conn| sqlx::query_scalar(INSERT)
        .bind(note.id.as_str())
        .bind(note.ticket.as_str())
        .bind(note.author.as_str())
        .bind(&note.body)
        .bind(note.html.as_deref())
        .bind(note.kind.as_str())
        .bind(serde_json::to_string(&note.mentions).expect("ids are always JSON"))
        .bind(note.created_at.timestamp_millis())
        .bind(note.is_from_matrix)
        .bind(note.event_id.as_ref().map(|id| id.as_str()))
        .bind(note.delivery.as_str())
        .bind(note.client_id.as_ref().map(ClientId::as_str))
        .fetch_optional(conn)
        .await?);
    note.position = position.unwrap_or_default();
    Ok(position.is_some())
}

pub async fn by_id(tx: &mut Tx, id: &NoteId) -> Result<Option<Note>, DbError> {
    one(tx, BY_ID, id.as_str()).await
}

pub async fn by_event(tx: &mut Tx, id: &EventId) -> Result<Option<Note>, DbError> {
    one(tx, BY_EVENT, id.as_str()).await
}

async fn one(tx: &mut Tx, statement: &'static str, key: &str) -> Result<Option<Note>, DbError> {
    let row: Option<NoteRow> = with_conn!(tx, |conn| sqlx::query_as(statement).bind(key).fetch_optional(conn).await?);
    Ok(complete(tx, row.into_iter().collect()).await?.pop())
}

/// At most `limit` notes of a ticket, the latest first, those before the position `before`.
pub async fn list(tx: &mut Tx, ticket: &TicketId, before: Option<i64>, limit: i64) -> Result<Vec<Note>, DbError> {
    let key = ticket.as_str();
    let rows = with_conn!(tx, |conn| match before {
        None => sqlx::query_as(LATEST).bind(key).bind(limit).fetch_all(conn).await?,
        Some(before) => sqlx::query_as(BEFORE).bind(key).bind(limit).bind(before).fetch_all(conn).await?,
    });
    complete(tx, rows).await
}

/// The notes with these ids, by their position.
pub async fn by_ids(tx: &mut Tx, ids: &[NoteId]) -> Result<Vec<Note>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<NoteRow> = with_conn!(tx, |conn| {
        let mut select = sqlx::QueryBuilder::new(select_note!("WHERE id IN ("));
        let mut list = select.separated(", ");
        for id in ids {
            list.push_bind(id.as_str());
        }
        select.push(") ORDER BY position");
        select.build_query_as().fetch_all(conn).await?
    });
    complete(tx, rows).await
}

async fn complete(tx: &mut Tx, rows: Vec<NoteRow>) -> Result<Vec<Note>, DbError> {
    let mut notes: Vec<Note> = rows.into_iter().map(Note::try_from).collect::<Result<_, _>>()?;
    note_files::attach_to_notes(tx, &mut notes).await?;
    Ok(notes)
}

/// How many notes a ticket has that are not deleted.
pub async fn count(tx: &mut Tx, ticket: &TicketId) -> Result<i64, DbError> {
    Ok(with_conn!(tx, |conn| sqlx::query_scalar(COUNT).bind(ticket.as_str()).fetch_one(conn).await?))
}

/// The note is in the room, as this event; false when that was known already.
pub async fn set_sent(tx: &mut Tx, id: &NoteId, event: &EventId) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(SET_SENT)
        .bind(id.as_str())
        .bind(event.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// The note will not come into the room, for this reason.
pub async fn set_failed(tx: &mut Tx, id: &NoteId, why: &str, is_certain: bool) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SET_FAILED)
        .bind(id.as_str())
        .bind(why)
        .bind(is_certain)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// A failed note is to be sent again; false when it has not failed.
pub async fn set_queued(tx: &mut Tx, id: &NoteId) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(SET_QUEUED).bind(id.as_str()).execute(conn).await?.rows_affected());
    Ok(rows == 1)
}

/// Gives a note the text of a revision, and keeps the revision; false when its event is known already. With the first
/// edit the first text is kept as well.
pub async fn edit(tx: &mut Tx, note: &Note, first: &RevisionId, revision: &NoteRevision) -> Result<bool, DbError> {
    if note.edited_at.is_none() {
        let original = NoteRevision {
            id: first.clone(),
            note: note.id.clone(),
            body: note.body.clone(),
            html: note.html.clone(),
            is_late: false,
            at: note.created_at,
            event_id: None,
        };
        add_revision(tx, &original).await?;
    }
    if !add_revision(tx, revision).await? {
        return Ok(false);
    }
    with_conn!(tx, |conn| sqlx::query(EDIT)
        .bind(note.id.as_str())
        .bind(&revision.body)
        .bind(revision.html.as_deref())
        .bind(revision.at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(true)
}

async fn add_revision(tx: &mut Tx, revision: &NoteRevision) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(ADD_REVISION)
        .bind(revision.id.as_str())
        .bind(revision.note.as_str())
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
    note: String,
    body: String,
    html: Option<String>,
    is_late: bool,
    at: i64,
    event_id: Option<String>,
}

impl TryFrom<RevisionRow> for NoteRevision {
    type Error = DbError;

    fn try_from(row: RevisionRow) -> Result<Self, DbError> {
        let bad = |what: &str| DbError::BadRow("note_revisions", what.to_owned());
        Ok(Self {
            id: row.id.parse().map_err(|_| bad("id"))?,
            note: row.note.parse().map_err(|_| bad("note"))?,
            body: row.body,
            html: row.html,
            is_late: row.is_late,
            at: from_millis(row.at),
            event_id: row.event_id.map(EventId::parse).transpose().map_err(|_| bad("event_id"))?,
        })
    }
}

/// A revision, unless its note was deleted meanwhile.
pub async fn revision(tx: &mut Tx, id: &RevisionId) -> Result<Option<NoteRevision>, DbError> {
    let row: Option<RevisionRow> =
        with_conn!(tx, |conn| sqlx::query_as(REVISION).bind(id.as_str()).fetch_optional(conn).await?);
    row.map(NoteRevision::try_from).transpose()
}

/// Every text an edited note had and has, oldest first; nothing for one that was never edited.
pub async fn revisions(tx: &mut Tx, id: &NoteId) -> Result<Vec<NoteRevision>, DbError> {
    let rows: Vec<RevisionRow> =
        with_conn!(tx, |conn| sqlx::query_as(REVISIONS).bind(id.as_str()).fetch_all(conn).await?);
    rows.into_iter().map(NoteRevision::try_from).collect()
}

/// Empties a note and forgets what it said before; false when that has happened already.
pub async fn delete(tx: &mut Tx, id: &NoteId, deleted: &Deleted) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(DELETE)
        .bind(id.as_str())
        .bind(deleted.at.timestamp_millis())
        .bind(deleted.by.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    if rows == 1 {
        with_conn!(tx, |conn| sqlx::query(FORGET_REVISIONS).bind(id.as_str()).execute(conn).await?.rows_affected());
        client_ids::forget_note(tx, id).await?;
    }
    Ok(rows == 1)
}
