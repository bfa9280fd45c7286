//! How far each reader has read, and which process reads.
use super::{DbError, Tx};
use crate::domain::ids::ProcessId;

macro_rules! lease {
    ($now:literal, $skip:literal) => {
        concat!(
            "INSERT INTO readers (reader, leased_until, leased_by) VALUES ($1, ",
            $now,
            " + $3, $2) ON CONFLICT (reader) DO UPDATE SET leased_until = excluded.leased_until, ",
            "leased_by = excluded.leased_by WHERE readers.leased_by = excluded.leased_by OR readers.leased_until <= ",
            $now
        )
    };
}

macro_rules! renew {
    ($now:literal, $skip:literal) => {
        concat!("UPDATE readers SET leased_until = ", $now, " + $1 WHERE leased_by = $2 AND leased_until > 0")
    };
}

statements! {
    TOKEN = "SELECT token FROM readers WHERE reader = $1";
    SET_TOKEN = "UPDATE readers SET token = $3 WHERE reader = $1 AND leased_by = $2";
    RELEASE = "UPDATE readers SET leased_until = 0, leased_by = '' WHERE leased_by = $1";
    CLEAR_LEASES = "UPDATE readers SET leased_until = 0, leased_by = ''";
}

statements_per_engine! {
    LEASE = lease;
    RENEW = renew;
}

/// Takes or keeps the right to read for `lease_millis`; false while another process has it.
pub async fn lease(tx: &mut Tx, reader: &str, holder: &ProcessId, lease_millis: i64) -> Result<bool, DbError> {
    let statement = LEASE.on(tx.engine());
    let rows = with_conn!(tx, |conn| sqlx::query(statement)
        .bind(reader)
        .bind(holder.as_str())
        .bind(lease_millis)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// Keeps what `holder` reads for another `lease_millis`.
pub async fn renew(tx: &mut Tx, holder: &ProcessId, lease_millis: i64) -> Result<(), DbError> {
    let statement = RENEW.on(tx.engine());
    with_conn!(tx, |conn| sqlx::query(statement)
        .bind(lease_millis)
        .bind(holder.as_str())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// The sync token to go on from; none before the first read.
pub async fn token(tx: &mut Tx, reader: &str) -> Result<Option<String>, DbError> {
    let row: Option<(Option<String>,)> =
        with_conn!(tx, |conn| sqlx::query_as(TOKEN).bind(reader).fetch_optional(conn).await?);
    Ok(row.and_then(|(token,)| token))
}

/// Stores the token with the events it brought; false when another process reads by now, and then nothing of the
/// transaction may be committed.
pub async fn set_token(tx: &mut Tx, reader: &str, holder: &ProcessId, token: Option<&str>) -> Result<bool, DbError> {
    let rows = with_conn!(tx, |conn| sqlx::query(SET_TOKEN)
        .bind(reader)
        .bind(holder.as_str())
        .bind(token)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

/// Gives back what a stopping process reads.
pub async fn release(tx: &mut Tx, holder: &ProcessId) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(RELEASE).bind(holder.as_str()).execute(conn).await?.rows_affected());
    Ok(())
}

/// Forgets every lease: only for SQLite, where no other process can be alive.
pub async fn clear_leases(tx: &mut Tx) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(CLEAR_LEASES).execute(conn).await?.rows_affected());
    Ok(())
}
