//! Keys that clients gave to their requests: whose turn it is to answer one, and what was answered.
use sqlx::FromRow;

use super::{DbError, Tx};
use crate::domain::client_ids::RequestKey;
use crate::domain::clock::Time;
use crate::domain::ids::PersonId;

// A key is taken that is new, that is too old, or that somebody had for the same who can be alive no longer.
macro_rules! claim {
    ($now:literal, $skip:literal) => {
        concat!(
            "INSERT INTO idempotency_keys (person, idempotency_key, digest, claim, leased_until, created_at) ",
            "VALUES ($1, $2, $3, $4, ",
            $now,
            " + $5, $6) ON CONFLICT (person, idempotency_key) DO UPDATE SET digest = excluded.digest, ",
            "claim = excluded.claim, leased_until = excluded.leased_until, created_at = excluded.created_at, ",
            "status = NULL, headers = NULL, body = NULL, made = NULL ",
            "WHERE idempotency_keys.created_at <= $7 OR (idempotency_keys.status IS NULL ",
            "AND idempotency_keys.leased_until <= ",
            $now,
            " AND idempotency_keys.digest = excluded.digest)"
        )
    };
}

statements! {
    KNOWN = "SELECT digest, status, headers, body FROM idempotency_keys WHERE person = $1 AND idempotency_key = $2";
    ANSWER = "UPDATE idempotency_keys SET status = $4, headers = $5, body = $6, made = $7 \
              WHERE person = $1 AND idempotency_key = $2 AND claim = $3 AND status IS NULL";
    FREE = "DELETE FROM idempotency_keys \
            WHERE person = $1 AND idempotency_key = $2 AND claim = $3 AND status IS NULL";
    FORGET_MADE = "DELETE FROM idempotency_keys WHERE made = $1";
    FORGET_OLD = "DELETE FROM idempotency_keys WHERE created_at <= $1";
    CLEAR_LEASES = "UPDATE idempotency_keys SET leased_until = 0 WHERE status IS NULL";
}

statements_per_engine! {
    CLAIM = claim;
}

/// Whose turn it is to answer a request.
#[derive(Clone, Debug)]
pub struct Claim {
    pub person: PersonId,
    pub key: RequestKey,
    /// Tells this turn from others with the same key.
    pub turn: String,
}

/// What a request was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// The id of what it tells of.
    pub made: Option<String>,
}

/// A request with this key that came before.
#[derive(Clone, Debug)]
pub struct Known {
    pub digest: String,
    /// None while it is being answered.
    pub answer: Option<Answer>,
}

/// Takes a key for `lease_millis`; false when it is taken. What was created before `too_old` counts no longer.
pub async fn claim(
    tx: &mut Tx,
    claim: &Claim,
    digest: &str,
    (lease_millis, now, too_old): (i64, Time, Time),
) -> Result<bool, DbError> {
    let statement = CLAIM.on(tx.engine());
    let rows = with_conn!(tx, |conn| sqlx::query(statement)
        .bind(claim.person.as_str())
        .bind(claim.key.as_str())
        .bind(digest)
        .bind(&claim.turn)
        .bind(lease_millis)
        .bind(now.timestamp_millis())
        .bind(too_old.timestamp_millis())
        .execute(conn)
        .await?
        .rows_affected());
    Ok(rows == 1)
}

#[derive(FromRow)]
struct KnownRow {
    digest: String,
    status: Option<i64>,
    headers: Option<String>,
    body: Option<String>,
}

impl TryFrom<KnownRow> for Known {
    type Error = DbError;

    fn try_from(row: KnownRow) -> Result<Self, DbError> {
        let bad = |what: &str| DbError::BadRow("idempotency_keys", what.to_owned());
        let answer = match (row.status, row.headers, row.body) {
            (Some(status), Some(headers), Some(body)) => {
                let status = u16::try_from(status).map_err(|_| bad("status"))?;
                let headers = serde_json::from_str(&headers).map_err(|_| bad("headers"))?;
                Some(Answer { status, headers, body, made: None })
            }
            _ => None,
        };
        Ok(Self { digest: row.digest, answer })
    }
}

/// The request that has a key.
pub async fn known(tx: &mut Tx, person: &PersonId, key: &RequestKey) -> Result<Option<Known>, DbError> {
    let row: Option<KnownRow> = with_conn!(tx, |conn| sqlx::query_as(KNOWN)
        .bind(person.as_str())
        .bind(key.as_str())
        .fetch_optional(conn)
        .await?);
    row.map(Known::try_from).transpose()
}

/// Stores what a request was answered, unless somebody else has taken its turn.
pub async fn answer(tx: &mut Tx, claim: &Claim, answer: &Answer) -> Result<(), DbError> {
    let headers = serde_json::to_string(&answer.headers).expect("texts are always JSON");
    with_conn!(tx, |conn| sqlx::query(ANSWER)
        .bind(claim.person.as_str())
        .bind(claim.key.as_str())
        .bind(&claim.turn)
        .bind(i64::from(answer.status))
        .bind(headers)
        .bind(&answer.body)
        .bind(&answer.made)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// Gives a key back of which nothing came.
pub async fn free(tx: &mut Tx, claim: &Claim) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(FREE)
        .bind(claim.person.as_str())
        .bind(claim.key.as_str())
        .bind(&claim.turn)
        .execute(conn)
        .await?
        .rows_affected());
    Ok(())
}

/// Forgets the answer that tells of something.
pub async fn forget_made(tx: &mut Tx, made: &str) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(FORGET_MADE).bind(made).execute(conn).await?.rows_affected());
    Ok(())
}

/// Forgets what was asked before a time.
pub async fn forget_old(tx: &mut Tx, before: Time) -> Result<(), DbError> {
    let before = before.timestamp_millis();
    with_conn!(tx, |conn| sqlx::query(FORGET_OLD).bind(before).execute(conn).await?.rows_affected());
    Ok(())
}

/// Forgets every lease: only for SQLite, where no other process can be alive.
pub async fn clear_leases(tx: &mut Tx) -> Result<(), DbError> {
    with_conn!(tx, |conn| sqlx::query(CLEAR_LEASES).execute(conn).await?.rows_affected());
    Ok(())
}
