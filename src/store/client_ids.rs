//! Clients' own ids: whose request was the first, and what it made.
use std::fmt::Display;
use std::str::FromStr;

use sqlx::FromRow;

use super::{DbError, Tx, idempotency};
use crate::domain::client_ids::{ClientId, Made, Wanted};
use crate::domain::ids::{MessageId, NoteId, PersonId};

statements! {
    /// Two that give the same id at once: the second waits here until the first has ended.
    CLAIM = "INSERT INTO client_ids (person, kind, client_id, digest) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (person, kind, client_id) DO NOTHING";
    FILL = "UPDATE client_ids SET ticket = $4, messages = $5 WHERE person = $1 AND kind = $2 AND client_id = $3";
    KNOWN = "SELECT digest, ticket, messages FROM client_ids WHERE person = $1 AND kind = $2 AND client_id = $3";
    FORGET = "UPDATE client_ids SET digest = NULL WHERE kind = 'message' \
              AND (person, client_id) IN (SELECT sender, client_id FROM messages WHERE id = $1)";
    FORGET_NOTE = "UPDATE client_ids SET digest = NULL WHERE kind = 'note' \
                   AND (person, client_id) IN (SELECT author, client_id FROM notes WHERE id = $1)";
}

/// Whose id it is, and for what.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    pub person: &'a PersonId,
    pub wanted: Wanted,
    pub id: &'a ClientId,
}

/// What an earlier request with the same id asked for and made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known<Id> {
    /// None when it is forgotten.
    pub digest: Option<String>,
    pub made: Made<Id>,
}

#[derive(FromRow)]
struct KnownRow {
    digest: Option<String>,
    ticket: Option<String>,
    messages: String,
}

impl<Id: FromStr> TryFrom<KnownRow> for Known<Id> {
    type Error = DbError;

    fn try_from(row: KnownRow) -> Result<Self, DbError> {
        let bad = |what: &str| DbError::BadRow("client_ids", what.to_owned());
        let ticket = row.ticket.and_then(|id| id.parse().ok()).ok_or_else(|| bad("ticket"))?;
        let messages: Vec<Option<String>> = serde_json::from_str(&row.messages).map_err(|_| bad("messages"))?;
        let parse = |id: Option<String>| id.map(|id| id.parse::<Id>()).transpose().map_err(|_| bad("messages"));
        let mut messages = messages.into_iter().map(parse);
        let text = messages.next().transpose()?.flatten();
        Ok(Self { digest: row.digest, made: Made { ticket, text, files: messages.collect::<Result<_, _>>()? } })
    }
}

/// Takes an id for this transaction; false when it was taken before.
pub async fn claim(tx: &mut Tx, key: Key<'_>, digest: &str) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(CLAIM)
        .bind(key.person.as_str())
        .bind(key.wanted.as_str())
        .bind(key.id.as_str())
        .bind(digest)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// Notes what was made under an id, in the transaction that claimed it.
pub async fn fill<Id: Display>(tx: &mut Tx, key: Key<'_>, made: &Made<Id>) -> Result<(), DbError> {
    let messages: Vec<Option<String>> =
        std::iter::once(&made.text).chain(&made.files).map(|id| id.as_ref().map(ToString::to_string)).collect();
    with_conn!(tx, |conn| sqlx::query(FILL)
        .bind(key.person.as_str())
        .bind(key.wanted.as_str())
        .bind(key.id.as_str())
        .bind(made.ticket.as_str())
        .bind(serde_json::to_string(&messages).expect("ids are always JSON"))
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// What was made under an id that was taken before.
pub async fn known<Id: FromStr>(tx: &mut Tx, key: Key<'_>) -> Result<Known<Id>, DbError> {
    let row: KnownRow = with_conn!(tx, |conn| sqlx::query_as(KNOWN)
        .bind(key.person.as_str())
        .bind(key.wanted.as_str())
        .bind(key.id.as_str())
        .fetch_one(conn)
        .await?);
    row.try_into()
}

/// Forgets what was asked for under the id of a message that is being emptied, and what was answered; the id stays
/// taken.
pub async fn forget_text(tx: &mut Tx, message: &MessageId) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(FORGET).bind(message.as_str()).execute(conn).await?.rows_affected());
    idempotency::forget_made(tx, message.as_str()).await
}

/// As [`forget_text`], of a note.
pub async fn forget_note(tx: &mut Tx, note: &NoteId) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(FORGET_NOTE).bind(note.as_str()).execute(conn).await?.rows_affected());
    idempotency::forget_made(tx, note.as_str()).await
}
