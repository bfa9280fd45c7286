//! What a link in a mail switches off, and what undoing that brings back.
use super::{DbError, Tx};
use crate::domain::ids::PersonId;
use crate::domain::mails::{Occasion, Pace};

statements! {
    LOCK = "UPDATE people SET mail_paused_at = mail_paused_at WHERE id = $1";
    SWITCH_OFF = "INSERT INTO mail_choices (person, occasion, pace, was) VALUES ($1, $2, 'off', $3) \
                  ON CONFLICT (person, occasion) DO UPDATE SET pace = excluded.pace, was = excluded.was";
    SWITCHED_OFF = "SELECT occasion, was FROM mail_choices WHERE person = $1 AND was IS NOT NULL ORDER BY occasion";
    FORGET = "DELETE FROM mail_choices WHERE person = $1 AND occasion = $2";
}

/// Keeps everybody else from changing how this person wants mails until the transaction ends.
pub async fn lock(tx: &mut Tx, person: &PersonId) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(LOCK).bind(person.as_str()).execute(conn).await?.rows_affected());
    Ok(())
}

/// They are told of it no more; `was` is what comes back when that is undone.
pub async fn switch_off(tx: &mut Tx, person: &PersonId, (occasion, was): (Occasion, Pace)) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(SWITCH_OFF)
        .bind(person.as_str())
        .bind(occasion.as_str())
        .bind(was.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// What links have switched off, and what it was before.
pub async fn switched_off(tx: &mut Tx, person: &PersonId) -> Result<Vec<(Occasion, Pace)>, DbError> {
    let rows: Vec<(String, String)> =
        with_conn!(tx, |conn| sqlx::query_as(SWITCHED_OFF).bind(person.as_str()).fetch_all(conn).await?);
    // What this version does not know cannot come back by it.
    Ok(rows.iter().filter_map(|(occasion, was)| Occasion::parse(occasion).zip(Pace::parse(was))).collect())
}

/// They are told of it as is usual for their role.
pub async fn forget(tx: &mut Tx, person: &PersonId, occasion: Occasion) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(FORGET)
        .bind(person.as_str())
        .bind(occasion.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}
