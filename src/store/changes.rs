//! What watchers are told, in the order in which it was committed.
use super::{DbError, Tx};
use crate::domain::changes::Change;
use crate::domain::ids::PersonId;

statements! {
    NOTE = "INSERT INTO changes (ticket, what, subject, actor, at) VALUES ($1, $2, $3, $4, $5)";
}

/// Notes a change; part of the transaction that makes it.
pub async fn note(tx: &mut Tx, change: &Change) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(NOTE)
        .bind(change.ticket.as_str())
        .bind(change.what.as_str())
        .bind(change.subject.as_deref())
        .bind(change.actor.as_ref().map(PersonId::as_str))
        .bind(change.at.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}
