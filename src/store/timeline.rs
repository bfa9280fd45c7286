//! The lines of a ticket's timeline.
use super::{DbError, Tx};
use crate::domain::ids::PersonId;
use crate::domain::timeline::Entry;

statements! {
    INSERT = "INSERT INTO timeline (id, ticket, actor, happening, from_value, to_value, at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
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
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}
